/** Alterations of what a batch packs: the link that an order names, and the quotes of a set. */
import type { Random } from "../../../stage/rng.js";
import type { LogRecord, SessionLog } from "../../../src/verify/session-log.js";
import { BOOK, rechained, rewritten, withBitFlipped } from "../edit.js";
import type { Subject } from "../subject.js";
import { isSignedByKey, pick, recordChanged, replaced, resealed, valuesChanged } from "./changing.js";

/** A byte of `previousLink`, which a batch says in as many bytes as it takes. */
export function linkNamed(subject: Subject, random: Random, rechain = false): SessionLog | undefined {
  const index = pick(subject, random, (event, i) => event.kind === "tradeCreated" && isSignedByKey(subject, event, i));
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  const from = (record.topics.length - 1) * 256 + 4 * 256; // the fifth word of the data
  return replaced(subject, index, withBitFlipped(record, from + random.integer(0, 255)), rechain);
}

export function quoteChanged(subject: Subject, random: Random): SessionLog | undefined {
  const at = random.integer(3, 4); // among the values of the event
  const step = (random.chance(50) ? 1n : -1n) * random.amount(1n, 4n);
  return recordChanged(subject, random, "quoteCreated", (values) => values.with(at, (values[at] as bigint) + step));
}

/** Of what the trader signed, all that is not in the quotes. */
export function quoteSetChanged(subject: Subject, random: Random): SessionLog | undefined {
  const at = random.integer(2, 4); // among the values of the event
  const step = random.amount(1n, 20n);
  return valuesChanged(subject, random, "quoteSetCreated", (values) => {
    const value = values[at];
    if (typeof value === "bigint") return values.with(at, value + step);
    return values.with(at, `0x${(BigInt(value as string) ^ step).toString(16).padStart(64, "0")}`);
  });
}

/** Numbers stay where they are: the two change market, price and quantity. */
export function quotesSwapped(subject: Subject, random: Random): SessionLog | undefined {
  const { events, log } = subject;
  const index = pick(subject, random, ({ kind }, i) => {
    return kind === "quoteCreated" && events[i + 1]?.event.kind === "quoteCreated";
  });
  const [first, second] = [log.records[index ?? -1], log.records[(index ?? -2) + 1]];
  if (index === undefined || first === undefined || second === undefined) return undefined;
  const quoteIn = (record: LogRecord): readonly unknown[] => {
    const values: readonly unknown[] = BOOK.parseLog(record)?.args.toArray() ?? [];
    return values.slice(1, 5);
  };
  const says = (record: LogRecord, quote: readonly unknown[]): LogRecord =>
    rewritten(record, BOOK, ([id, , , , , place]) => [id, ...quote, place]);
  const records = log.records.with(index, says(first, quoteIn(second))).with(index + 1, says(second, quoteIn(first)));
  return resealed(subject, rechained(log.header, records, subject.known));
}
