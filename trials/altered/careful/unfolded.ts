/** Careful alterations of what no head commits to: approvals, places, cancellations. */
import type { Random } from "../../../stage/rng.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import type { Subject } from "../subject.js";
import { pick, resealed, valuesChanged } from "./changing.js";

/** The head does not commit to it, but the order before it waits for it. */
export function approvalDropped(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }) => kind === "tradeApproved");
  if (index === undefined) return undefined;
  return resealed(subject, subject.log.records.toSpliced(index, 1));
}

export function approvalMoved(subject: Subject, random: Random): SessionLog | undefined {
  const step = random.amount(1n, 3n);
  return valuesChanged(subject, random, "tradeApproved", ([id, signature]) => [(id as bigint) + step, signature]);
}

/** The order's own record bears a signature, which its trader has no key for. */
export function walletReplaced(subject: Subject, random: Random): SessionLog | undefined {
  const [r, vs] = [1, 2].map(
    () =>
      `0x${random
        .amount(1n, 2n ** 250n)
        .toString(16)
        .padStart(64, "0")}`,
  );
  const isOfWallet = (event: { readonly kind: string }): boolean => "signature" in event && event.signature === "0x";
  return valuesChanged(subject, random, "tradeCreated", (values) => [...values.slice(0, -2), r, vs], isOfWallet);
}

/** One where no order has rested, or that is none. */
export function placeTaken(subject: Subject, random: Random): SessionLog | undefined {
  const place = random.chance(30) ? 0n : 2n ** 31n + random.amount(1n, 1_000n);
  return valuesChanged(subject, random, "tradePlaced", ([id]) => [id, place]);
}

export function placeGivenAway(subject: Subject, random: Random): SessionLog | undefined {
  const step = (random.chance(50) ? 1n : -1n) * random.amount(1n, 3n);
  return valuesChanged(subject, random, "tradePlaced", ([id, place]) => [(id as bigint) + step, place]);
}

export function cancellationChanged(subject: Subject, random: Random): SessionLog | undefined {
  const at = random.integer(1, 4); // among the values of the event
  const step = random.amount(1n, 20n);
  return valuesChanged(subject, random, "tradesCancelled", (values) => values.with(at, (values[at] as bigint) + step));
}
