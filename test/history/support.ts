/** Random histories of a book as blocks with records, as the relay hears of them. */
import { toBeHex } from "ethers";

import type { ChainRecord } from "../../src/bindings/records.js";
import type { LoggedEvent } from "../../src/protocol/book/rebuild.js";
import type { BlockHeader } from "../../src/node/node.js";
import { createProjector, type Projector } from "../../src/history/projector.js";
import type { BlockRows } from "../../src/history/rows.js";
import { drawHistory } from "../../trials/differential/draw.js";
import { type OfflineRun, runOffline } from "../../trials/differential/offline.js";

export interface TestBlock {
  readonly header: BlockHeader;
  readonly records: readonly ChainRecord[];
}

/** The first history from a seed on in which something of everything happens. */
export function eventfulRun(seed: number, steps: number): OfflineRun {
  const run = runOffline(drawHistory(seed, steps));
  const count = (kind: string): number => run.logged.filter(({ event }) => event.kind === kind).length;
  const isEventful = count("matched") >= 10 && count("offset") >= 3 && count("marketRecorded") >= 2;
  return isEventful ? run : eventfulRun(seed + 1, steps);
}

/** One block for each second in which something was logged. @param fork makes other hashes of the same blocks */
export function blocksOf(logged: readonly LoggedEvent[], first = 100, fork = 0): TestBlock[] {
  const blocks: { header: BlockHeader; records: ChainRecord[] }[] = [];
  for (const { event, timestamp } of logged) {
    if (blocks.at(-1)?.header.timestamp !== timestamp) {
      const number = first + blocks.length;
      const header = {
        number,
        hash: hashAt(number, fork),
        parentHash: hashAt(number - 1, fork),
        timestamp,
        baseFee: 7n,
      };
      blocks.push({ header, records: [] });
    }
    const { header, records } = blocks.at(-1)!;
    const place = { blockNumber: header.number, logIndex: records.length, transactionHash: hashAt(header.number, 99) };
    // What a refusal is called differs between a book and its logs; nothing else is read of it.
    records.push({ ...event, ...place } as ChainRecord);
  }
  return blocks;
}

export function hashAt(number: number, fork: number): string {
  return toBeHex(BigInt(number) * 1_000n + BigInt(fork) + 1n, 32);
}

export function projectAll(projector: Projector, blocks: readonly TestBlock[]): BlockRows[] {
  return blocks.map(({ header: { number, hash, timestamp }, records }) =>
    projector.apply({ number, hash, timestamp }, records),
  );
}

export function projectorOf({ stage }: OfflineRun, depth = 1_000): Projector {
  return createProjector(stage.terms, depth);
}
