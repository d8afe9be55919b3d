/** The packages that wait, laid onto the mirror in the batches in which they will go. */
import type { NamedPackage } from "../../bindings/packages.js";
import type { Ledger } from "./ledger.js";
import type { Batch, Expected } from "../follow/batch.js";
import type { Mirror } from "../follow/mirror.js";
import type { GasEstimate } from "./gas.js";

export interface QueueLimits {
  /** Most packages in a batch, and most gas. */
  readonly batchSize: number;
  readonly gasCap: bigint;
  readonly gas: GasEstimate;
}

export interface Queue {
  /** Lays everything that has not landed onto the confirmed book again: what was sent as it was sent, then what waits. */
  lay(mirror: Mirror, timestamp: bigint): void;
  /** Lays one more on top. A batch that is full is closed first. */
  push(mirror: Mirror, named: NamedPackage, timestamp: bigint): Expected;
  /** The oldest batch that was not sent; an open one is closed for it if `isDue`. */
  next(mirror: Mirror, isDue: boolean): Batch | undefined;
  markSent(batch: Batch): void;
  /** Fewer packages in a batch from now on: one has come to nothing. */
  shrink(): void;
  grow(): void;
}

export function createQueue(ledger: Ledger, limits: QueueLimits): Queue {
  let sent = new Set<Batch>();
  let size = limits.batchSize;

  function push(mirror: Mirror, named: NamedPackage, timestamp: bigint): Expected {
    if (mirror.open.length >= size) mirror.close();
    const expected = mirror.append(named, timestamp);
    const gas = mirror.open.reduce((sum, one) => sum + limits.gas.of(one), 0n);
    if (gas <= limits.gasCap || mirror.open.length === 1) return expected;
    mirror.undoFrom(expected);
    mirror.close();
    return mirror.append(named, timestamp);
  }

  return {
    lay(mirror, timestamp) {
      mirror.clear();
      sent = new Set();
      for (const submission of ledger.openSubmissions()) {
        for (const entry of ledger.packagesOf(submission)) mirror.append(entry, timestamp);
        const batch = mirror.close();
        if (batch !== undefined) sent.add(batch);
      }
      for (const entry of ledger.waiting()) push(mirror, entry, timestamp);
    },
    push,
    next(mirror, isDue) {
      const closed = mirror.batches.find((batch) => !sent.has(batch));
      return closed ?? (isDue ? mirror.close() : undefined);
    },
    markSent(batch) {
      sent.add(batch);
    },
    shrink() {
      size = Math.max(1, Math.floor(size / 2));
    },
    grow() {
      size = Math.min(limits.batchSize, size + 1);
    },
  };
}
