/**
 * Alterations that break no rule and to which nothing in a log commits: a file with one is as possible as the true one. So the file alone
 * must not hold without what is altered being granted by name; and beside a node it must not hold at all.
 */
import { getAddress } from "ethers";

import type { Random } from "../../stage/rng.js";
import type { GrantCode } from "../../src/verify/grants.js";
import type { LogHeader } from "../../src/verify/log-header.js";
import { type LogRecord, sealed, type SessionLog } from "../../src/verify/session-log.js";
import { ISessionFactory__factory } from "../../typechain-types/index.js";
import { BOOK, renumbered, rewritten } from "./edit.js";
import type { Subject } from "./subject.js";

export interface UnprovedKind {
  readonly kind: string;
  /** What has to be granted for such a file. */
  readonly granted: GrantCode;
  /** @returns undefined if the log has no place for it */
  readonly alter: (subject: Subject, random: Random) => SessionLog | undefined;
}

const FACTORY = ISessionFactory__factory.createInterface();

export const UNPROVED: readonly UnprovedKind[] = [
  { kind: "all signatures replaced, as a wallet's", granted: "WALLET_APPROVED", alter: signaturesReplaced },
  { kind: "the terms, the salt hidden", granted: "TERMS_FROM_FILE", alter: termsWithoutSalt },
  { kind: "another factory, the salt hidden", granted: "FACTORY_UNKNOWN", alter: otherFactory },
  { kind: "other code, the salt hidden", granted: "CODE_UNKNOWN", alter: otherCode },
  { kind: "the time of the last block", granted: "TIMES_FROM_FILE", alter: lastTime },
  { kind: "a call's transaction", granted: "TRANSACTIONS_FROM_FILE", alter: otherTransaction },
  { kind: "an exit's receiver", granted: "RECEIVERS_FROM_FILE", alter: otherReceiver },
  { kind: "the last calls cut off", granted: "TAIL_NOT_COMPARED", alter: tailCut },
  { kind: "the last calls cut off, and their blocks", granted: "TAIL_NOT_COMPARED", alter: tailAndBlocksCut },
];

/** Orders by keys become orders that wallets have approved, with whatever as their signatures. */
function signaturesReplaced({ log, events }: Subject, random: Random): SessionLog | undefined {
  const records = log.records.flatMap((record, index): LogRecord[] => {
    const event = events[index]?.event;
    if (event?.kind !== "tradeCreated" || event.signature === "0x") return [record];
    const zero = `0x${"00".repeat(32)}`;
    const order = rewritten(record, BOOK, (values) => [...values.slice(0, -2), zero, zero]);
    const approval = BOOK.encodeEventLog("TradeApproved", [event.tradeRootId, hex(random, 70)]);
    return [order, { ...record, ...approval, byWallet: true }];
  });
  return records.length === log.records.length ? undefined : sealed(log.header, renumbered(records));
}

function termsWithoutSalt({ log }: Subject, random: Random): SessionLog | undefined {
  const { header, records } = log;
  const { terms } = header;
  const changes: readonly Partial<LogHeader["terms"]>[] = [
    { symbol: `${terms.symbol}X` },
    { name: `${terms.name.slice(0, -1)}.` },
    { maxLots: terms.maxLots === 0n ? 0n : terms.maxLots + 1n, symbol: "ZZZ" },
    { settleLimit: terms.settleLimit + 1n },
  ];
  const change = changes[random.integer(0, changes.length - 1)] ?? {};
  const creation = records[0];
  if (creation === undefined) return undefined;
  const names = FACTORY.getEvent("SessionCreated").inputs[4]?.components?.map(({ name }) => name) ?? [];
  const told = rewritten(creation, FACTORY, (values) => {
    const before = values[4] as readonly unknown[]; // the terms
    const changed: Readonly<Record<string, unknown>> = change;
    return values.with(
      4,
      names.map((name, k) => changed[name] ?? before[k]),
    );
  });
  return sealed(withoutSalt({ ...header, terms: { ...terms, ...change } }), records.with(0, told));
}

function otherFactory({ log }: Subject, random: Random): SessionLog | undefined {
  const factory = getAddress(hex(random, 20));
  const creation = log.records[0];
  if (creation === undefined) return undefined;
  return sealed(withoutSalt({ ...log.header, factory }), log.records.with(0, { ...creation, address: factory }));
}

function otherCode({ log }: Subject, random: Random): SessionLog {
  const { header, records } = log;
  const name = (["session", "legToken", "orderBook"] as const)[random.integer(0, 2)] ?? "session";
  const clones = { ...header.clones, [name]: getAddress(hex(random, 20)) };
  return sealed(withoutSalt({ ...header, clones }), records);
}

function withoutSalt(header: LogHeader): LogHeader {
  return { ...header, clones: { ...header.clones, salt: undefined } };
}

function lastTime({ log }: Subject, random: Random): SessionLog {
  const { header, records } = log;
  const last = records.at(-1)?.blockNumber;
  const later = random.integer(1, 1_000);
  const changed = records.map((record) =>
    record.blockNumber === last ? { ...record, timestamp: record.timestamp + later } : record,
  );
  return sealed(header, changed);
}

function otherTransaction({ log }: Subject, random: Random): SessionLog | undefined {
  const { header, records } = log;
  const chosen = records[random.integer(0, records.length - 1)]?.transactionHash;
  const transactionHash = hex(random, 32);
  return sealed(
    header,
    records.map((record) => (record.transactionHash === chosen ? { ...record, transactionHash } : record)),
  );
}

/** In all records of the exit's call. What the receiver did with it later is left as it is, so it must have gone out in kind. */
function otherReceiver({ log, events }: Subject, random: Random): SessionLog | undefined {
  const { header, records } = log;
  const exits = events.flatMap(({ event }, index) => (event.kind === "exited" && event.redeemed ? [index] : []));
  const index = exits[exits.length === 0 ? -1 : random.integer(0, exits.length - 1)];
  const event = events[index ?? -1]?.event;
  const call = records[index ?? -1]?.transactionHash;
  if (event?.kind !== "exited") return undefined;
  const [from, to] = [event.to.slice(2).toLowerCase(), hex(random, 20).slice(2)];
  const moved = records.map((record) => {
    if (record.transactionHash !== call) return record;
    return {
      ...record,
      data: record.data.replaceAll(from, to),
      topics: record.topics.map((topic) => topic.replace(from, to)),
    };
  });
  return sealed(header, moved);
}

function tailCut({ log }: Subject, random: Random): SessionLog | undefined {
  const { header, records } = log;
  const calls = [...new Set(records.map(({ transactionHash }) => transactionHash))];
  if (calls.length < 3) return undefined;
  const gone = new Set(calls.slice(-random.integer(1, Math.min(20, calls.length - 2))));
  return sealed(
    header,
    records.filter(({ transactionHash }) => !gone.has(transactionHash)),
  );
}

function tailAndBlocksCut(subject: Subject, random: Random): SessionLog | undefined {
  const cut = tailCut(subject, random);
  const last = cut?.records.at(-1)?.blockNumber;
  const next = subject.log.records[cut?.records.length ?? 0]?.blockNumber;
  if (cut === undefined || last === undefined || last === next) return undefined;
  return sealed({ ...cut.header, toBlock: last }, cut.records);
}

function hex(random: Random, bytes: number): string {
  return `0x${random
    .amount(1n, 2n ** BigInt(8 * bytes) - 1n)
    .toString(16)
    .padStart(2 * bytes, "0")}`;
}
