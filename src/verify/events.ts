/** From raw logs to what they say. A log is taken only if it is, to the bit, what a contract of the session would have written. */
import { type EventFragment, type Interface, type Result, zeroPadValue } from "ethers";

import {
  ILegToken__factory,
  IOrderBook__factory,
  ISession__factory,
  ISessionFactory__factory,
} from "../../typechain-types/index.js";
import { plainEventOf } from "../bindings/plain-events.js";
import { bookEventOf } from "../bindings/records.js";
import { at, unsignedDigits } from "../bindings/words.js";
import type { BookEvent } from "../protocol/book/events.js";
import { checksumAddress } from "../protocol/signing/addresses.js";
import type { LogHeader } from "./log-header.js";
import type { LogRecord } from "./session-log.js";
import { Violation } from "./violation.js";

/** Tokens of the session: 0 is the session token, k leg token k. Amounts in wei. */
export type TokenEvent =
  | {
      readonly kind: "transfer";
      readonly token: number;
      readonly from: string;
      readonly to: string;
      readonly value: bigint;
    }
  | { readonly kind: "funded"; readonly organiser: string; readonly supply: bigint }
  | { readonly kind: "split" | "merged"; readonly holder: string; readonly amount: bigint }
  | {
      readonly kind: "redeemed";
      readonly holder: string;
      readonly leg: number;
      readonly to: string;
      readonly claims: bigint;
      /** Smallest units of the asset. */
      readonly assets: bigint;
    }
  /** An asset of the basket went into or out of the vault, as the asset itself says; smallest units. */
  | {
      readonly kind: "assetMoved";
      readonly leg: number;
      readonly from: string;
      readonly to: string;
      readonly value: bigint;
    };

/** What the book left out commits to nothing and is no part of a session's log; but a quote's link does, for its set was signed with it. */
const LEFT_OUT = ["skipped", "cancellationSkipped", "quoteSetSkipped", "offsetSkipped"] as const;
const LEFT_OUT_EVENTS = ["PackageSkipped", "CancellationSkipped", "QuoteSetSkipped", "OffsetSkipped"];

/** What the book recorded. */
export type BookEventInLog = Exclude<BookEvent<unknown>, { kind: (typeof LEFT_OUT)[number] }>;

/** Whether it is a part of a session's log. */
export function isInLog(event: BookEvent<unknown>): event is BookEventInLog {
  return !LEFT_OUT.some((kind) => kind === event.kind);
}

export interface SessionCreated {
  readonly kind: "sessionCreated";
  readonly session: string;
  readonly organiser: string;
  readonly orderBook: string;
  readonly legTokens: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

export type SessionEvent =
  | { readonly source: "factory"; readonly event: SessionCreated }
  | { readonly source: "book"; readonly event: BookEventInLog }
  | { readonly source: "tokens"; readonly event: TokenEvent };

const BOOK = IOrderBook__factory.createInterface();
const SESSION = ISession__factory.createInterface();
const LEG = ILegToken__factory.createInterface();
const FACTORY = ISessionFactory__factory.createInterface();

/** By topic: the interface's own search hashes every event's signature again for every log. */
const FRAGMENTS: ReadonlyMap<Interface, ReadonlyMap<string, EventFragment>> = new Map(
  [BOOK, SESSION, LEG, FACTORY].map((via: Interface) => [via, fragmentsOf(via)]),
);

function fragmentsOf(via: Interface): ReadonlyMap<string, EventFragment> {
  const fragments = new Map<string, EventFragment>();
  via.forEachEvent((fragment) => fragments.set(fragment.topicHash, fragment));
  return fragments;
}

const TRANSFER = SESSION.getEvent("Transfer").topicHash;

/** The events that a session's log holds. Approvals and skipped orders are left out: nothing follows from them. */
export const LOGGED_TOPICS: readonly string[] = [
  TRANSFER,
  ...(["Funded", "Split", "Merged", "Redeemed"] as const).map((name) => SESSION.getEvent(name).topicHash),
  ...BOOK.fragments
    .filter((fragment) => fragment.type === "event")
    .map((fragment) => BOOK.getEvent(fragment.format() as "Checkpoint")) // a name like any other of its events
    .filter(({ name }) => !LEFT_OUT_EVENTS.includes(name))
    .map(({ topicHash }) => topicHash),
];

/** Filters for a node, one list of logs each. */
export function logFilters({ session, book, legs, factory, terms }: LogHeader) {
  const vault = zeroPadValue(session, 32);
  return [
    { address: factory, topics: [FACTORY.getEvent("SessionCreated").topicHash, vault] },
    { address: [session, book, ...legs], topics: [[...LOGGED_TOPICS]] },
    { address: [...terms.assets], topics: [TRANSFER, vault] },
    { address: [...terms.assets], topics: [TRANSFER, null, vault] },
  ];
}

/** @throws Violation, or whatever ethers and the library say of a log that cannot be read */
export type Reader = (record: LogRecord) => SessionEvent;

/**
 * Knows the contracts of one session.
 * @param known where to keep what was read, for whoever reads the same again
 */
export function createReader(header: LogHeader, known?: Map<string, SessionEvent>): Reader {
  const read = readerOf(header);
  if (known === undefined) return read;
  return (record) => {
    const key = `${record.address} ${record.topics.join()} ${record.data}`;
    const event = known.get(key) ?? read(record);
    known.set(key, event);
    return event;
  };
}

function readerOf({ session, book, legs, factory, terms }: LogHeader): Reader {
  const readers = new Map<string, Reader>();
  terms.assets.forEach((asset, k) => readers.set(asset, (record) => assetMoved(record, k + 1, session)));
  readers.set(factory, (record) => ({ source: "factory", event: created(record) }));
  readers.set(book, (record) => ({ source: "book", event: bookEvent(record) }));
  readers.set(session, (record) => ({ source: "tokens", event: vaultEvent(record) }));
  legs.forEach((leg, k) => readers.set(leg, (record) => ({ source: "tokens", event: transfer(LEG, record, k + 1) })));
  return (record) => {
    const read = readers.get(record.address);
    if (read === undefined) {
      throw new Violation("log", "The log is of none of the session's contracts.", { actual: { ...record } });
    }
    return read(record);
  };
}

/** What a log of the book says, and that it is written as the book writes it. Plain events are read only if they are. */
function bookEvent(record: LogRecord): BookEventInLog {
  const plain = isSmall(record) ? plainEventOf(record) : undefined;
  if (plain !== undefined) return plain;
  exact(BOOK, record);
  const event = bookEventOf({ ...record, index: record.logIndex });
  if (!isInLog(event)) throw uncommitted(record);
  return event;
}

function vaultEvent(record: LogRecord): TokenEvent {
  const { name, args } = exact(SESSION, record);
  switch (name) {
    case "Transfer":
      return transfer(SESSION, record, 0);
    case "Funded":
      return { kind: "funded", organiser: args["organiser"] as string, supply: args["supply"] as bigint };
    case "Split":
    case "Merged": {
      const kind = name === "Split" ? "split" : "merged";
      return { kind, holder: args["holder"] as string, amount: args["amount"] as bigint };
    }
    case "Redeemed":
      return {
        kind: "redeemed",
        holder: args["holder"] as string,
        leg: Number(args["leg"] as bigint),
        to: args["to"] as string,
        claims: args["claims"] as bigint,
        assets: args["assets"] as bigint,
      };
    default:
      throw uncommitted(record);
  }
}

function transfer(via: Interface, record: LogRecord, token: number): TokenEvent & { kind: "transfer" } {
  const plain = isSmall(record) ? plainTransfer(record) : undefined;
  if (plain !== undefined) return { kind: "transfer", token, ...plain };
  const { name, args } = exact(via, record);
  if (name !== "Transfer") throw uncommitted(record);
  return {
    kind: "transfer",
    token,
    from: args["from"] as string,
    to: args["to"] as string,
    value: args["value"] as bigint,
  };
}

function assetMoved(record: LogRecord, leg: number, vault: string): SessionEvent {
  const { from, to, value } = transfer(SESSION, record, 0);
  if (from !== vault && to !== vault) {
    throw new Violation("log", "A transfer of an asset counts only into and out of the vault.", {
      actual: { from, to },
    });
  }
  return { source: "tokens", event: { kind: "assetMoved", leg, from, to, value } };
}

function created(record: LogRecord): SessionCreated {
  const { name, args } = exact(FACTORY, record);
  if (name !== "SessionCreated") throw uncommitted(record);
  // Its types in the ABI.
  const params = args["params"] as { toObject(): Record<string, unknown> };
  return {
    kind: "sessionCreated",
    session: args["session"] as string,
    organiser: args["organiser"] as string,
    orderBook: args["orderBook"] as string,
    legTokens: [...(args["legTokens"] as readonly string[])],
    params: params.toObject(),
  };
}

/** A transfer word by word, as nearly all are written; undefined for anything else. */
function plainTransfer({ topics, data }: LogRecord): { from: string; to: string; value: bigint } | undefined {
  const [from, to] = [unsignedDigits(topics[1], 2, 160), unsignedDigits(topics[2], 2, 160)];
  if (topics[0] !== TRANSFER || topics.length !== 3 || data.length !== at(1)) return undefined;
  if (from === undefined || to === undefined) return undefined;
  return { from: checksumAddress(`0x${from}`), to: checksumAddress(`0x${to}`), value: BigInt(data) };
}

const SMALL_HEX = /^0x[0-9a-f]*$/;

/** A chain's hex digits are small. */
function isSmall({ topics, data }: LogRecord): boolean {
  return SMALL_HEX.test(data) && topics.every((topic) => SMALL_HEX.test(topic));
}

/** Decoding forgives: it passes over bits that carry no value. Contracts write none, so what was read is written again. */
function exact(via: Interface, record: LogRecord): { readonly name: string; readonly args: Result } {
  const fragment = FRAGMENTS.get(via)?.get(record.topics[0] ?? "");
  if (fragment === undefined) throw new Violation("log", "The log is none of this contract's events.");
  const args = via.decodeEventLog(fragment, record.data, record.topics);
  const { topics, data } = via.encodeEventLog(fragment, args);
  const isSame = data === record.data && topics.join() === record.topics.join();
  if (!isSame) throw new Violation("log", "The log is not written as the contract writes it.");
  return { name: fragment.name, args };
}

function uncommitted({ topics }: LogRecord): Violation {
  return new Violation("log", "A session's log holds no such record: nothing would follow from it.", {
    actual: { topic: topics[0] },
  });
}
