/** Packages on their way, as the mirror expects them to land. */
import type { HintedPackage, NamedPackage } from "../../bindings/packages.js";
import type { BookEvent } from "../../protocol/book/events.js";
import type { Mark } from "../../protocol/book/journal.js";
import type { Refusal } from "../../protocol/market/refusal.js";
import type { Lots, Ticks } from "../../protocol/amounts/units.js";

/** A fill that an order would get as the taker; lots are unsigned. */
export interface ExpectedFill {
  readonly makerRootId: number;
  readonly price: Ticks;
  readonly lots: Lots;
}

/** What is expected of a package at its place in the queue. */
export interface Expected extends NamedPackage {
  /** Its number on the chain, or why the chain would refuse it. */
  readonly outcome: number | Refusal;
  /** tradeRootId of the order next to which it comes to rest: a hint for the contract. */
  readonly insertAfter: number;
  readonly fills: readonly ExpectedFill[];
  /** Fills and offsets on the way: what gas depends on. */
  readonly steps: number;
  /** The mirror's moment before it. */
  readonly before: Mark;
}

/** Packages that go into one transaction. Its checkpoint is not known before its block is. */
export interface Batch {
  readonly expected: readonly Expected[];
  readonly before: Mark;
  readonly after: Mark;
  /** Whether anything in it is accepted, so that there will be a checkpoint at all. */
  readonly changes: boolean;
  /** The time at which its last package was laid on. */
  readonly time: bigint;
}

/** A batch's packages as they are submitted. */
export function hintedPackages({ expected }: Batch): HintedPackage[] {
  return expected.map(({ signed, insertAfter }) => ({ signed, insertAfter }));
}

export function fillsOf(tradeRootId: number, events: readonly BookEvent[]): ExpectedFill[] {
  return events.flatMap((event) => {
    if (event.kind !== "matched" || event.takerRootId !== tradeRootId) return [];
    const { makerRootId, price, lots } = event;
    return [{ makerRootId, price, lots }];
  });
}

export function stepsOf(events: readonly BookEvent[]): number {
  return events.filter(({ kind }) => kind === "matched" || kind === "offset").length;
}
