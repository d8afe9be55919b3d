/** Packages on their way, as the mirror expects them to land. */
import type { NamedPackage } from "../../bindings/packages.js";
import type { NamedCancellation } from "../store/cancellations.js";
import type { House } from "../../protocol/book/houses.js";
import type { BookEvent } from "../../protocol/book/events.js";
import type { Placed } from "../../protocol/book/orders.js";
import type { Mark } from "../../protocol/book/journal.js";
import type { NonceWindow } from "../../protocol/book/nonces.js";
import type { Refusal } from "../../protocol/market/refusal.js";
import type { Lots, Ticks } from "../../protocol/amounts/units.js";

/** A fill that an order would get as the taker; lots are unsigned. */
export interface ExpectedFill {
  readonly makerRootId: number;
  readonly priceTicks: Ticks;
  readonly lots: Lots;
}

/** An order that rests no more. */
export interface Gone {
  readonly tradeRootId: number;
  readonly traderId: number;
}

/** What is expected of a package at its place in the queue. */
export interface Expected extends NamedPackage {
  /** Numbers that were given before it and what comes with it. */
  readonly tradesBefore: number;
  /** Its number on the chain, or why the chain would refuse it. */
  readonly outcome: number | Refusal;
  /** Place of the order next to which it comes to rest, and a dead place for it to rest at, 0 if there is none: hints for the contract. */
  readonly insertAfter: number;
  readonly place: number;
  /** Orders of which the contract has said by then that they rest at a place that is not that of their number. */
  readonly placed: readonly Placed[];
  readonly fills: readonly ExpectedFill[];
  /** Fills and offsets on the way: what gas depends on. */
  readonly steps: number;
  /** Orders that rested until it came and are gone since. */
  readonly gone: readonly Gone[];
  /** Its trader's nonces before it; undefined if nobody knows its trader. */
  readonly noncesBefore: NonceWindow | undefined;
  /** The house that brings it; undefined if it goes straight to the book. */
  readonly through: House | undefined;
  /** Orders of the house's own that come with it. */
  readonly ownOrders: number;
  /** How many of them the trader is to meet. */
  readonly ownFirst: number;
  /** The mirror's moment before it. */
  readonly before: Mark;
}

/** What is expected of a cancellation at the head of its batch. */
export interface ExpectedCancellation extends NamedCancellation {
  /** Orders that it takes out. */
  readonly orders: readonly Placed[];
  /** Whether these are all that it is about. */
  readonly isWhole: boolean;
  /** Its trader's nonces before it. */
  readonly noncesBefore: NonceWindow | undefined;
  /** The mirror's moment before it. */
  readonly before: Mark;
}

/** Cancellations and packages that go into one transaction. Its checkpoint is not known before its block is. */
export interface Batch {
  /** At its head, at most one of each trader. */
  readonly cancellations: readonly ExpectedCancellation[];
  readonly expected: readonly Expected[];
  readonly before: Mark;
  readonly after: Mark;
  /** Whether anything in it is accepted, so that there will be a checkpoint at all. */
  readonly changes: boolean;
  /** Orders that come to rest at another place than that of their number, in the order in which the contract says so. */
  readonly placed: readonly Placed[];
  /** The time at which its last package was laid on. */
  readonly time: bigint;
}

/** The house that brings a batch, which then is one package and nothing else; undefined for the book. */
export function throughOf({ expected: [first] }: Pick<Batch, "expected">): House | undefined {
  return first?.through;
}

/** What events say of places. */
export function placedIn(events: readonly BookEvent<unknown>[]): Placed[] {
  return events.flatMap((event) => {
    return event.kind === "tradePlaced" ? [{ tradeRootId: event.tradeRootId, place: event.place }] : [];
  });
}

export function fillsOf(tradeRootId: number, events: readonly BookEvent[]): ExpectedFill[] {
  return events.flatMap((event) => {
    if (event.kind !== "matched" || event.takerRootId !== tradeRootId) return [];
    const { makerRootId, priceTicks, lots } = event;
    return [{ makerRootId, priceTicks, lots }];
  });
}

export function stepsOf(events: readonly BookEvent[]): number {
  return events.filter(({ kind }) => kind === "matched" || kind === "offset").length;
}
