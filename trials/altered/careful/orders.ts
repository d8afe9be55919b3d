/** Careful alterations of orders and of what became of them. */
import type { Random } from "../../../stage/rng.js";
import type { LogHeader } from "../../../src/verify/log-header.js";
import type { LogRecord, SessionLog } from "../../../src/verify/session-log.js";
import { BOOK, rechained, renumbered, rewritten } from "../edit.js";
import type { Subject } from "../subject.js";
import { pick, recordChanged, replaced, resealed } from "./changing.js";

export function worsePrice(subject: Subject, random: Random): SessionLog | undefined {
  const better = random.chance(50) ? 1n : -1n;
  const amount = random.amount(1n, 50n);
  return recordChanged(subject, random, "matched", ([maker, taker, price, lots]) => {
    return [maker, taker, (price as bigint) + better * amount, lots];
  });
}

export function fewerLots(subject: Subject, random: Random): SessionLog | undefined {
  const isLarge = (event: { readonly kind: string }): boolean => "lots" in event && (event.lots as bigint) > 1n;
  return recordChanged(
    subject,
    random,
    "matched",
    ([maker, taker, price, lots]) => [maker, taker, price, random.amount(1n, (lots as bigint) - 1n)],
    isLarge,
  );
}

export function laterOrder(subject: Subject, random: Random): SessionLog | undefined {
  const { later } = subject;
  const place = later[later.length === 0 ? -1 : random.integer(0, later.length - 1)];
  const record = subject.log.records[place?.index ?? -1];
  if (place === undefined || record === undefined) return undefined;
  const other = rewritten(record, BOOK, ([, ...rest]) => [place.tradeRootId, ...rest]);
  return replaced(subject, place.index, other, true);
}

/** A call of its own, in the block of the one before it: the order is said to be uncovered, and is not. */
export function evictionInserted(subject: Subject, random: Random): SessionLog | undefined {
  const { resting, log } = subject;
  const place = resting[resting.length === 0 ? -1 : random.integer(0, resting.length - 1)];
  const checkpoint = log.records[place?.index ?? -1];
  if (place === undefined || checkpoint === undefined) return undefined;
  const transactionHash = `0x${"ee".repeat(32)}`;
  const uncovered = BOOK.encodeEventLog("TradeOffset", [place.tradeRootId, place.lots, 2]);
  const inserted = [
    { ...checkpoint, ...uncovered, transactionHash },
    { ...checkpoint, transactionHash },
  ];
  const records = renumbered(log.records.toSpliced(place.index + 1, 0, ...inserted));
  return resealed(subject, rechained(log.header, records, subject.known));
}

export function orderChanged(subject: Subject, random: Random, field: "price" | "quantity"): SessionLog | undefined {
  const at = field === "price" ? 4 : 5; // among the values of the event
  return recordChanged(subject, random, "tradeCreated", (values) => {
    const changed = (values[at] as bigint) + (random.chance(50) ? 1n : -1n) * random.amount(1n, 20n);
    return values.with(at, changed === 0n ? 1_000n : changed);
  });
}

/** With all that became of it. Some later order must be signed over what came after it: that is what tells. */
export function orderLeftOut(subject: Subject, random: Random): SessionLog | undefined {
  const { events, log } = subject;
  const links = events.flatMap(({ event }) => (event.kind === "checkpoint" ? [event.link] : []));
  const lastNamed = Math.max(
    ...events.map(({ event }) => (event.kind === "tradeCreated" ? links.indexOf(event.package.previousLink) : -1)),
  );
  const lastIndex = events.findIndex(({ event }) => event.kind === "checkpoint" && event.link === links[lastNamed]);
  const filled = new Set(
    events.flatMap(({ event }) => (event.kind === "matched" ? [event.makerRootId, event.takerRootId] : [])),
  );
  const index = pick(
    subject,
    random,
    (event, i) => event.kind === "tradeCreated" && !filled.has(event.tradeRootId) && i < lastIndex,
  );
  const gone = events[index ?? -1]?.event;
  if (gone?.kind !== "tradeCreated") return undefined;
  const isGone = (i: number): boolean => {
    const event = events[i]?.event;
    return isOfOrder(event) && event.tradeRootId === gone.tradeRootId;
  };
  const left = log.records.flatMap((record, i) =>
    isGone(i) ? [] : [shifted(record, events[i]?.event, gone.tradeRootId)],
  );
  return resealed(subject, rechained(log.header, withoutEmptyCalls(left, log.header), subject.known));
}

type Said = Subject["events"][number]["event"] | undefined;

function isOfOrder(
  event: Said,
): event is Extract<Said, { kind: "tradeCreated" | "tradeApproved" | "tradePlaced" | "offset" }> {
  const { kind } = event ?? {};
  return kind === "tradeCreated" || kind === "tradeApproved" || kind === "tradePlaced" || kind === "offset";
}

/** Numbers above that of the order which is gone are one less. */
function shifted(record: LogRecord, event: Subject["events"][number]["event"] | undefined, gone: number): LogRecord {
  const less = (id: unknown): bigint => (id as bigint) - ((id as bigint) > BigInt(gone) ? 1n : 0n);
  if (isOfOrder(event)) {
    return rewritten(record, BOOK, ([id, ...rest]) => [less(id), ...rest]);
  }
  if (event?.kind === "quoteSetCreated" || event?.kind === "quoteCreated") {
    return rewritten(record, BOOK, ([id, ...rest]) =>
      event.kind === "quoteSetCreated" ? [less(id), ...rest] : [less(id), ...rest.slice(0, -1), less(rest.at(-1))],
    );
  }
  if (event?.kind !== "matched") return record;
  return rewritten(record, BOOK, ([maker, taker, ...rest]) => [less(maker), less(taker), ...rest]);
}

/** A call that did nothing makes no checkpoint. */
function withoutEmptyCalls(records: readonly LogRecord[], { book }: LogHeader): LogRecord[] {
  const checkpoint = BOOK.getEvent("Checkpoint").topicHash;
  return records.filter((record, index) => {
    if (record.address !== book || record.topics[0] !== checkpoint) return true;
    return records[index - 1]?.transactionHash === record.transactionHash;
  });
}

export function reasonChanged(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }, i) => kind === "offset" && followsOrder(subject, i));
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  const step = BigInt(random.integer(1, 4));
  const changed = rewritten(record, BOOK, ([id, lots, reason]) => [id, lots, ((reason as bigint) + step) % 5n]);
  return replaced(subject, index, changed);
}

/** Whether the offset belongs to the matching of an order of the same call. */
function followsOrder({ events, log }: Subject, index: number): boolean {
  const before = events[index - 1]?.event.kind;
  const isSameCall = log.records[index - 1]?.transactionHash === log.records[index]?.transactionHash;
  return isSameCall && (before === "tradeCreated" || before === "matched");
}
