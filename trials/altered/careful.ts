/**
 * Alterations by somebody who knows the format: places rise, the checksum is written anew, and where it says so all checkpoints
 * after the alteration are too. Only the rules can tell then. Each kind is made at random among the places where something
 * commits to what is altered. Left out, because nothing in the logs commits to it and the altered log is as possible as the
 * true one: transfers between people of tokens that they have, refreshes, raised nonce floors, who paid a deposit and for whom,
 * who registered without ever acting, the mark of the first checkpoint, by which the others are judged, the reason of an order that was taken out by itself (its trader may cancel at any time),
 * calls left out at the end, at which of several dead places an order rests or that it rests at one, and what contract wallets
 * and calling owners have not signed with a key. For these the checksum, and a node, are there.
 */
import type { Random } from "../../stage/rng.js";
import { marketLink } from "../../src/protocol/signing/typed-data.js";
import type { BookEventInLog } from "../../src/verify/events.js";
import type { LogHeader } from "../../src/verify/log-header.js";
import { type LogRecord, sealed, type SessionLog } from "../../src/verify/session-log.js";
import { ISession__factory, ISessionFactory__factory } from "../../typechain-types/index.js";
import { bitsOf, BOOK, rechained, renumbered, rewritten, withBitFlipped } from "./edit.js";
import type { Commitment, Subject } from "./subject.js";

export interface CarefulKind {
  readonly kind: string;
  /** @returns undefined if the log has no place for it */
  readonly alter: (subject: Subject, random: Random) => SessionLog | undefined;
}

const SESSION = ISession__factory.createInterface();
const FACTORY = ISessionFactory__factory.createInterface();

type Kind = BookEventInLog["kind"];

export const CAREFUL: readonly CarefulKind[] = [
  { kind: "a bit of a signature flipped", alter: signatureFlipped },
  { kind: "a bit of a chain record flipped", alter: (subject, random) => bitFlipped(subject, random, "chain") },
  { kind: "a bit of a money record flipped", alter: (subject, random) => bitFlipped(subject, random, "money") },
  { kind: "a record dropped", alter: dropped },
  { kind: "a wallet's approval dropped", alter: approvalDropped },
  { kind: "a wallet's approval of another order", alter: approvalMoved },
  { kind: "a key's signature in the place of a wallet's", alter: walletReplaced },
  { kind: "a place that is not dead", alter: placeTaken },
  { kind: "a place of another order", alter: placeGivenAway },
  { kind: "a cancellation's range, floor or deadline", alter: cancellationChanged },
  { kind: "two neighbours swapped", alter: neighboursSwapped },
  { kind: "a record twice", alter: duplicated },
  { kind: "a match at a worse price, rechained", alter: worsePrice },
  { kind: "a match with a later order, rechained", alter: laterOrder },
  { kind: "a match for fewer lots, rechained", alter: fewerLots },
  { kind: "an eviction of a covered order, rechained", alter: evictionInserted },
  { kind: "an order's price, rechained", alter: (subject, random) => orderChanged(subject, random, "price") },
  { kind: "an order's quantity, rechained", alter: (subject, random) => orderChanged(subject, random, "quantity") },
  { kind: "an order left out, rechained", alter: orderLeftOut },
  { kind: "a market's bounds loosened, rechained", alter: boundsLoosened },
  { kind: "a checkpoint's head", alter: headChanged },
  { kind: "a checkpoint's link", alter: linkChanged },
  { kind: "a checkpoint's mark, rechained", alter: markChanged },
  { kind: "a checkpoint's trades", alter: (subject, random) => countChanged(subject, random, 192) },
  { kind: "a checkpoint's number", alter: (subject, random) => countChanged(subject, random, 224) },
  { kind: "a record moved into the block's next call", alter: movedToNextCall },
  { kind: "a reason within a call", alter: reasonChanged },
  { kind: "a deposit and its transfer", alter: depositChanged },
  { kind: "a deposit left out, with its transfer", alter: depositLeftOut },
  { kind: "the terms, in header and creation", alter: termsChanged },
  { kind: "the time of a block, past a deadline", alter: timeMoved },
];

// ------------------------------------------------------------------ any record

function signatureFlipped(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, (event, i) => isSignedByKey(subject, event, i));
  const record = subject.log.records[index ?? -1];
  const { event } = subject.events[index ?? -1] ?? {};
  if (index === undefined || record === undefined || event === undefined || !("signature" in event)) return undefined;
  const at = record.data.lastIndexOf(event.signature.slice(2)) - 2;
  const bit = (record.topics.length - 1) * 256 + at * 4 + random.integer(0, (event.signature.length - 2) * 4 - 1);
  return replaced(subject, index, withBitFlipped(record, bit));
}

/** Any bit of topics and data, but those that nothing commits to. */
function bitFlipped(subject: Subject, random: Random, commitment: Commitment): SessionLog | undefined {
  const index = pick(subject, random, (_, i) => subject.commitments[i] === commitment && !isByWallet(subject, i));
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  const free = freeBits(subject, index);
  for (;;) {
    const bit = random.integer(0, bitsOf(record) - 1);
    if (free.some(([from, to]) => bit >= from && bit < to)) continue;
    return replaced(subject, index, withBitFlipped(record, bit));
  }
}

/** Ranges of bits that nothing commits to. */
function freeBits(subject: Subject, index: number): [from: number, to: number][] {
  const [event, record] = [subject.events[index]?.event, subject.log.records[index]];
  if (event === undefined || record === undefined) return [];
  const end = bitsOf(record);
  if (event.kind === "offset") return [[end - 256, end]]; // the reason
  if (event.kind === "deposited") return [[0, 256]]; // for whom
  return isPaidIn(subject, index) ? [[0, 256]] : []; // by whom
}

function dropped(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, (_, i) => subject.commitments[i] !== "none");
  if (index === undefined) return undefined;
  return resealed(subject, subject.log.records.toSpliced(index, 1));
}

/** The head does not commit to it, but the order before it waits for it. */
function approvalDropped(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }) => kind === "tradeApproved");
  if (index === undefined) return undefined;
  return resealed(subject, subject.log.records.toSpliced(index, 1));
}

function approvalMoved(subject: Subject, random: Random): SessionLog | undefined {
  const step = random.amount(1n, 3n);
  return valuesChanged(subject, random, "tradeApproved", ([id, signature]) => [(id as bigint) + step, signature]);
}

/** The order's own record bears a signature, which its trader has no key for. */
function walletReplaced(subject: Subject, random: Random): SessionLog | undefined {
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
function placeTaken(subject: Subject, random: Random): SessionLog | undefined {
  const place = random.chance(30) ? 0n : 2n ** 31n + random.amount(1n, 1_000n);
  return valuesChanged(subject, random, "tradePlaced", ([id]) => [id, place]);
}

function placeGivenAway(subject: Subject, random: Random): SessionLog | undefined {
  const step = (random.chance(50) ? 1n : -1n) * random.amount(1n, 3n);
  return valuesChanged(subject, random, "tradePlaced", ([id, place]) => [(id as bigint) + step, place]);
}

function cancellationChanged(subject: Subject, random: Random): SessionLog | undefined {
  const at = random.integer(1, 4); // among the values of the event
  const step = random.amount(1n, 20n);
  return valuesChanged(subject, random, "tradesCancelled", (values) => values.with(at, (values[at] as bigint) + step));
}

/** Two records that stand side by side change their contents, not their places. */
function neighboursSwapped(subject: Subject, random: Random): SessionLog | undefined {
  const { records } = subject.log;
  const index = pick(subject, random, (_, i) => {
    const isCommitted = subject.commitments[i] !== "none" && subject.commitments[i + 1] !== "none";
    return isCommitted && i + 1 < records.length && !sameSays(records[i], records[i + 1]);
  });
  const [first, second] = [records[index ?? -1], records[(index ?? -2) + 1]];
  if (index === undefined || first === undefined || second === undefined) return undefined;
  const swapped = records.with(index, saying(first, second)).with(index + 1, saying(second, first));
  return resealed(subject, swapped);
}

function duplicated(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }, i) => {
    const isGift = kind === "assetMoved" || isPaidIn(subject, i); // whoever pays twice gives the second time
    return subject.commitments[i] !== "none" && !isGift;
  });
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  return resealed(subject, renumbered(subject.log.records.toSpliced(index, 0, record)));
}

/** Whether the record is the transfer that pays a deposit. */
function isPaidIn({ events }: Subject, index: number): boolean {
  return events[index]?.event.kind === "transfer" && events[index - 1]?.event.kind === "deposited";
}

// ------------------------------------------------------------------ matches and orders

function worsePrice(subject: Subject, random: Random): SessionLog | undefined {
  const better = random.chance(50) ? 1n : -1n;
  const amount = random.amount(1n, 50n);
  return recordChanged(subject, random, "matched", ([maker, taker, price, lots]) => {
    return [maker, taker, (price as bigint) + better * amount, lots];
  });
}

function fewerLots(subject: Subject, random: Random): SessionLog | undefined {
  const isLarge = (event: { readonly kind: string }): boolean => "lots" in event && (event.lots as bigint) > 1n;
  return recordChanged(
    subject,
    random,
    "matched",
    ([maker, taker, price, lots]) => [maker, taker, price, random.amount(1n, (lots as bigint) - 1n)],
    isLarge,
  );
}

function laterOrder(subject: Subject, random: Random): SessionLog | undefined {
  const { later } = subject;
  const place = later[later.length === 0 ? -1 : random.integer(0, later.length - 1)];
  const record = subject.log.records[place?.index ?? -1];
  if (place === undefined || record === undefined) return undefined;
  const other = rewritten(record, BOOK, ([, ...rest]) => [place.tradeRootId, ...rest]);
  return replaced(subject, place.index, other, true);
}

/** A call of its own, in the block of the one before it: the order is said to be uncovered, and is not. */
function evictionInserted(subject: Subject, random: Random): SessionLog | undefined {
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

function orderChanged(subject: Subject, random: Random, field: "price" | "quantity"): SessionLog | undefined {
  const at = field === "price" ? 4 : 5; // among the values of the event
  return recordChanged(subject, random, "tradeCreated", (values) => {
    const changed = (values[at] as bigint) + (random.chance(50) ? 1n : -1n) * random.amount(1n, 20n);
    return values.with(at, changed === 0n ? 1_000n : changed);
  });
}

/** With all that became of it. Some later order must be signed over what came after it: that is what tells. */
function orderLeftOut(subject: Subject, random: Random): SessionLog | undefined {
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

// ------------------------------------------------------------------ the rest

function boundsLoosened(subject: Subject, random: Random): SessionLog | undefined {
  const amount = random.amount(1n, 500n);
  return recordChanged(subject, random, "marketRecorded", ([root, branch, , record, ...rest]) => {
    const values = [...(record as readonly unknown[])];
    const isLower = random.chance(50);
    if (isLower) values[4] = (values[4] as bigint) - amount;
    else values[5] = (values[5] as bigint) + amount;
    const fields = BOOK.getEvent("MarketRecorded").inputs[3]?.components?.map(({ name }) => name) ?? [];
    const link = marketLink(Object.fromEntries(fields.map((name, k) => [name, values[k]])) as never); // the record's own fields
    return [root, branch, link, values, ...rest];
  });
}

function headChanged(subject: Subject, random: Random): SessionLog | undefined {
  return checkpointFlipped(subject, random, random.integer(0, 255));
}

/** Any bit of the link: of the part of the head, or of a count. */
function linkChanged(subject: Subject, random: Random): SessionLog | undefined {
  return checkpointFlipped(subject, random, 256 + random.integer(0, 255));
}

/** One of the 32 bits of a count. @param from where it begins in the link */
function countChanged(subject: Subject, random: Random, from: number): SessionLog | undefined {
  return checkpointFlipped(subject, random, 256 + from + random.integer(0, 31));
}

function checkpointFlipped(subject: Subject, random: Random, bit: number): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }) => kind === "checkpoint");
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  return replaced(subject, index, withBitFlipped(record, bit));
}

/** All that follows is folded anew. What tells is that marks are the numbers of blocks, and never fall. */
function markChanged(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }, i) => kind === "checkpoint" && !isFirstCheckpoint(subject, i));
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  return replaced(subject, index, withBitFlipped(record, 256 + 160 + random.integer(0, 31)), true);
}

function isFirstCheckpoint({ events }: Subject, index: number): boolean {
  return events.findIndex(({ event }) => event.kind === "checkpoint") === index;
}

/** The last record of a call becomes the first of the block's next one. What tells is that each call has a head of its own. */
function movedToNextCall(subject: Subject, random: Random): SessionLog | undefined {
  const { records } = subject.log;
  const index = pick(subject, random, ({ kind }, i) => {
    const [before, after] = [records[i - 1], records[i + 1]];
    const isEnd = kind === "checkpoint" && before?.transactionHash === records[i]?.transactionHash;
    return isEnd && after?.blockNumber === before?.blockNumber && subject.commitments[i + 1] === "chain";
  });
  const [last, checkpoint, next] = [-1, 0, 1].map((step) => records[(index ?? -2) + step]);
  if (index === undefined || last === undefined || checkpoint === undefined || next === undefined) return undefined;
  const moved = { ...saying(checkpoint, last), transactionHash: next.transactionHash };
  return resealed(subject, records.with(index - 1, saying(last, checkpoint)).with(index, moved));
}

function reasonChanged(subject: Subject, random: Random): SessionLog | undefined {
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

/** Both records agree with each other, and the trader's claims at the exit no longer do. */
function depositChanged(subject: Subject, random: Random): SessionLog | undefined {
  const { log, events } = subject;
  const exits = new Set(events.flatMap(({ event }) => (event.kind === "exited" ? [event.traderId] : [])));
  const index = pick(subject, random, (event) => event.kind === "deposited" && exits.has(event.traderId));
  const [deposit, paid] = [log.records[index ?? -1], log.records[(index ?? -2) + 1]];
  if (index === undefined || deposit === undefined || paid === undefined) return undefined;
  const less = random.amount(1n, 10n ** 15n);
  const changed = log.records
    .with(
      index,
      rewritten(deposit, BOOK, ([id, leg, amount]) => [id, leg, (amount as bigint) - less]),
    )
    .with(
      index + 1,
      rewritten(paid, SESSION, ([from, to, value]) => [from, to, (value as bigint) - less]),
    );
  return resealed(subject, changed);
}

/** Nobody has paid, it seems, and the trader's claims are not what they were. */
function depositLeftOut(subject: Subject, random: Random): SessionLog | undefined {
  const { log, events } = subject;
  const exits = new Set(events.flatMap(({ event }) => (event.kind === "exited" ? [event.traderId] : [])));
  const index = pick(subject, random, (event) => event.kind === "deposited" && exits.has(event.traderId));
  return index === undefined ? undefined : resealed(subject, log.records.toSpliced(index, 2));
}

/** Header and creation agree with each other, and the addresses no longer follow from them. */
function termsChanged(subject: Subject, random: Random): SessionLog | undefined {
  const { header, records } = subject.log;
  const creation = records[0];
  if (creation === undefined) return undefined;
  const { terms } = header;
  const changes = [
    { maxOpenOrders: terms.maxOpenOrders + 1 },
    { maxLots: terms.maxLots + 1n },
    { chainWindow: terms.chainWindow === 2 ? 3 : terms.chainWindow - 1 },
    { t2: terms.t2 + 1n },
    { settleLimit: terms.settleLimit + 1n },
    { policy: `0x${"99".repeat(20)}` },
    { basketTickValue: (terms.basketTickValue - 1n) as typeof terms.basketTickValue },
    { symbol: `${terms.symbol}X` },
  ];
  const change = changes[random.integer(0, changes.length - 1)];
  const other: LogHeader = { ...header, terms: { ...terms, ...change } };
  const rewrite = rewritten(creation, FACTORY, (values) => {
    const names = FACTORY.getEvent("SessionCreated").inputs[4]?.components?.map(({ name }) => name) ?? [];
    const params = names.map(
      (name, k) =>
        (change as Readonly<Record<string, unknown>> | undefined)?.[name] ?? (values[4] as readonly unknown[])[k],
    );
    return values.with(4, params);
  });
  return sealed(other, records.with(0, rewrite));
}

/** The block of an order, and all after it, are said to be later: the order would have come after its deadline. */
function timeMoved(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }) => kind === "tradeCreated");
  const event = subject.events[index ?? -1]?.event;
  const record = subject.log.records[index ?? -1];
  if (event?.kind !== "tradeCreated" || record === undefined) return undefined;
  const late = Number(event.package.deadline) + 1 + random.integer(0, 1_000);
  const records = subject.log.records.map((one) =>
    one.blockNumber < record.blockNumber ? one : { ...one, timestamp: Math.max(one.timestamp, late) },
  );
  return resealed(subject, records);
}

// ------------------------------------------------------------------ in detail

/** Changes the values of one record of a kind, and all checkpoints after it. */
function recordChanged(
  subject: Subject,
  random: Random,
  kind: Kind,
  change: (values: unknown[]) => unknown[],
  isFit: (event: { readonly kind: string }) => boolean = () => true,
): SessionLog | undefined {
  const index = pick(subject, random, (event, i) => {
    const isSigned = !("signature" in event) || isSignedByKey(subject, event, i);
    return event.kind === kind && isSigned && isFit(event);
  });
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  return replaced(subject, index, rewritten(record, BOOK, change), true);
}

/** Changes the values of one record of a kind to which no checkpoint commits. */
function valuesChanged(
  subject: Subject,
  random: Random,
  kind: Kind,
  change: (values: unknown[]) => unknown[],
  isFit: (event: { readonly kind: string }) => boolean = () => true,
): SessionLog | undefined {
  const index = pick(subject, random, (event) => event.kind === kind && isFit(event));
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  return replaced(subject, index, rewritten(record, BOOK, change));
}

/** Whether it bears the signature of a key: that of a wallet, or an owner's call without one, is only as good as the chain. */
function isSignedByKey(subject: Subject, event: Subject["events"][number]["event"], index: number): boolean {
  return "signature" in event && event.signature !== "0x" && !isByWallet(subject, index);
}

function isByWallet({ log }: Subject, index: number): boolean {
  return log.records[index]?.byWallet === true;
}

/** The index of a random record among those that fit. */
function pick(
  { events }: Subject,
  random: Random,
  isFit: (event: Subject["events"][number]["event"], index: number) => boolean,
): number | undefined {
  const fit = events.flatMap(({ event }, index) => (isFit(event, index) ? [index] : []));
  return fit.length === 0 ? undefined : fit[random.integer(0, fit.length - 1)];
}

function replaced(subject: Subject, index: number, record: LogRecord, rechain = false): SessionLog {
  const records = subject.log.records.with(index, record);
  return resealed(subject, rechain ? rechained(subject.log.header, records, subject.known) : records);
}

function resealed({ log }: Subject, records: readonly LogRecord[]): SessionLog {
  return sealed(log.header, records);
}

/** The place of one record with what another says. */
function saying(place: LogRecord, { address, topics, data, byWallet }: LogRecord): LogRecord {
  return { ...place, address, topics, data, byWallet };
}

function sameSays(a: LogRecord | undefined, b: LogRecord | undefined): boolean {
  const says = (record: LogRecord | undefined): string => [record?.address, record?.data, record?.topics.join()].join();
  return says(a) === says(b);
}
