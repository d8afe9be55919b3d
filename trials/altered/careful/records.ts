/** Careful alterations of any record: bits, records left out, twice or elsewhere. */
import type { Random } from "../../../stage/rng.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import { bitsOf, renumbered, withBitFlipped } from "../edit.js";
import type { Commitment, Subject } from "../subject.js";
import { isByWallet, isSignedByKey, pick, replaced, resealed, sameSays, saying } from "./changing.js";

export function signatureFlipped(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, (event, i) => isSignedByKey(subject, event, i));
  const record = subject.log.records[index ?? -1];
  const { event } = subject.events[index ?? -1] ?? {};
  if (index === undefined || record === undefined || event === undefined || !("signature" in event)) return undefined;
  const at = record.data.lastIndexOf(event.signature.slice(2)) - 2;
  const bit = (record.topics.length - 1) * 256 + at * 4 + random.integer(0, (event.signature.length - 2) * 4 - 1);
  return replaced(subject, index, withBitFlipped(record, bit));
}

/** Any bit of topics and data, but those that nothing commits to. */
export function bitFlipped(subject: Subject, random: Random, commitment: Commitment): SessionLog | undefined {
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

export function dropped(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, (_, i) => subject.commitments[i] !== "none");
  if (index === undefined) return undefined;
  return resealed(subject, subject.log.records.toSpliced(index, 1));
}

/** Two records that stand side by side change their contents, not their places. */
export function neighboursSwapped(subject: Subject, random: Random): SessionLog | undefined {
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

export function duplicated(subject: Subject, random: Random): SessionLog | undefined {
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
