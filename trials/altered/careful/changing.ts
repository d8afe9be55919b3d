/** How a careful alteration is made: which record, and what it says instead. */
import type { Random } from "../../../stage/rng.js";
import type { BookEventInLog } from "../../../src/verify/events.js";
import { type LogRecord, sealed, type SessionLog } from "../../../src/verify/session-log.js";
import { BOOK, rechained, rewritten } from "../edit.js";
import type { Subject } from "../subject.js";

type Kind = BookEventInLog["kind"];

/** Changes the values of one record of a kind, and all checkpoints after it. */
export function recordChanged(
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
export function valuesChanged(
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
export function isSignedByKey(subject: Subject, event: Subject["events"][number]["event"], index: number): boolean {
  return "signature" in event && event.signature !== "0x" && !isByWallet(subject, index);
}

export function isByWallet({ log }: Subject, index: number): boolean {
  return log.records[index]?.byWallet === true;
}

/** The index of a random record among those that fit. */
export function pick(
  { events }: Subject,
  random: Random,
  isFit: (event: Subject["events"][number]["event"], index: number) => boolean,
): number | undefined {
  const fit = events.flatMap(({ event }, index) => (isFit(event, index) ? [index] : []));
  return fit.length === 0 ? undefined : fit[random.integer(0, fit.length - 1)];
}

export function replaced(subject: Subject, index: number, record: LogRecord, rechain = false): SessionLog {
  const records = subject.log.records.with(index, record);
  return resealed(subject, rechain ? rechained(subject.log.header, records, subject.known) : records);
}

export function resealed({ log }: Subject, records: readonly LogRecord[]): SessionLog {
  return sealed(log.header, records);
}

/** The place of one record with what another says. */
export function saying(place: LogRecord, { address, topics, data, byWallet }: LogRecord): LogRecord {
  return { ...place, address, topics, data, byWallet };
}

export function sameSays(a: LogRecord | undefined, b: LogRecord | undefined): boolean {
  const says = (record: LogRecord | undefined): string => [record?.address, record?.data, record?.topics.join()].join();
  return says(a) === says(b);
}
