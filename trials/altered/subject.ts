/** A session's log with what an attacker would find out about it before altering it. */
import { Book } from "../../src/protocol/book/book.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import { BookReplay } from "../../src/protocol/book/rebuild.js";
import { type BookEventInLog, createReader, type SessionEvent, type TokenEvent } from "../../src/verify/events.js";
import { Ledger } from "../../src/verify/ledger.js";
import { bookTermsOf } from "../../src/verify/log-header.js";
import type { SessionLog } from "../../src/verify/session-log.js";
import { TokenFlow } from "../../src/verify/token-flow.js";

/** What follows from a record, and so what can tell that it was altered. */
export type Commitment =
  /** It folds into the head, or is a checkpoint. */
  | "chain"
  /** Money of the book or the vault: several records that must agree with each other. */
  | "money"
  /** Nothing but itself: a transfer between people, a refresh, a registration. */
  | "none";

/** Another resting order with the price of the one that a match was with, but behind it. */
export interface Later {
  readonly index: number;
  readonly tradeRootId: number;
}

/** An order that rested between two calls and that its trader could bear. */
export interface Resting {
  /** Record after which it rested; a checkpoint. */
  readonly index: number;
  readonly tradeRootId: number;
  readonly lots: bigint;
}

export interface Subject {
  readonly name: string;
  readonly log: SessionLog;
  readonly events: readonly SessionEvent[];
  readonly commitments: readonly Commitment[];
  readonly later: readonly Later[];
  readonly resting: readonly Resting[];
  /** What its records say, by their contents. */
  readonly known: Map<string, SessionEvent>;
}

const CHAIN: ReadonlySet<string> = new Set([
  "tradeCreated",
  "tradeApproved",
  "quoteCreated",
  "matched",
  "offset",
  "checkpoint",
  "marketRecorded",
  "fallbackApplied",
]);
const ALONE: ReadonlySet<string> = new Set([
  ...["userCreated", "noncesInvalidated", "realised", "refreshed"],
  ...["tradePlaced", "tradesCancelled", "quoteSetCreated", "quoteSkipped"],
]);

/** @param log of a session that was verified */
export function createSubject(name: string, log: SessionLog): Subject {
  const known = new Map<string, SessionEvent>();
  const read = createReader(log.header, known);
  const events = log.records.map(read);
  const book = new Book(bookTermsOf(log.header), TRUSTING);
  const replay = new BookReplay(book);
  const flow = new TokenFlow(log.header, new Ledger(log.header.legs.length));
  const commitments: Commitment[] = [];
  const [later, resting]: [Later[], Resting[]] = [[], []];
  for (const [index, { source, event }] of events.entries()) {
    const timestamp = BigInt(log.records[index]?.timestamp ?? 0);
    if (source === "tokens") {
      commitments.push(standsAlone(flow, event, timestamp) ? "none" : "money");
      continue;
    }
    if (source === "factory") {
      commitments.push("money");
      continue;
    }
    if (event.kind === "matched") later.push(...laterOf(book, event, index));
    replay.feed({ event, timestamp });
    if (event.kind === "deposited" || event.kind === "withdrawn" || event.kind === "exited") flow.expectPayment(event);
    if (event.kind === "checkpoint") resting.push(...restingIn(book, index, timestamp));
    commitments.push(CHAIN.has(event.kind) ? "chain" : ALONE.has(event.kind) ? "none" : "money");
  }
  return { name, log, events, commitments, later, resting, known };
}

/** Whether a token has moved, and nothing comes with it. Feeds it to the flow. */
function standsAlone(flow: TokenFlow, event: TokenEvent, timestamp: bigint): boolean {
  const isBegun = !flow.isIdle;
  flow.feed(event, timestamp);
  const goesOn = !flow.isIdle;
  return event.kind === "transfer" && !isBegun && !goesOn;
}

function laterOf({ state }: Book, event: BookEventInLog & { kind: "matched" }, index: number): Later[] {
  const maker = state.queues.find(event.makerRootId);
  const behind = maker?.next;
  if (behind?.price !== event.priceTicks) return [];
  return [{ index, tradeRootId: behind.tradeRootId }];
}

/** One for each call is enough. */
function restingIn(book: Book, index: number, timestamp: bigint): Resting[] {
  for (const { tradeRootId, lots, deadline } of book.state.queues.orders()) {
    if (deadline < timestamp || timestamp >= book.state.terms.t2) continue;
    const { isCovered } = coverOfResting(book, tradeRootId, timestamp);
    if (isCovered) return [{ index, tradeRootId, lots: lots < 0n ? -lots : lots }];
  }
  return [];
}

/** Whether the book would let the order stand, asked as a stranger. */
function coverOfResting(book: Book, tradeRootId: number, timestamp: bigint): { isCovered: boolean } {
  const stop = new Error("only asked");
  try {
    book.state.journal.attempt(() => {
      book.offset({ caller: `0x${"11".repeat(20)}`, timestamp }, [{ tradeRootId, place: book.placeOf(tradeRootId) }]);
      throw stop;
    });
  } catch (error) {
    if (error !== stop) return { isCovered: true };
  }
  return { isCovered: false };
}
