/** What an owner says of a market: read from what is typed, and put into sentences before it is signed. */
import type { EventSpec, IntervalSpec } from "../../../src/protocol/market/market-drafts.js";
import { type MarketHead, parseUnits, writeDescription } from "../../../src/protocol/market/description.js";
import type { Bounds } from "../../../src/protocol/market/bounds.js";
import { messageOf } from "../../../src/protocol/amounts/errors.js";
import { MAX_OUTCOMES, MAX_TICK_VALUE, MIN_OUTCOMES } from "../../../src/protocol/amounts/limits.js";
import { secondsOf } from "../../../src/protocol/amounts/times.js";
import { parseTicks, type Ticks } from "../../../src/protocol/amounts/units.js";
import type { RecordEffect } from "../../../src/protocol/book/record-effect.js";

/** What is told of a root: enough to read and write its amounts. */
export interface Told {
  readonly kind: "interval" | "simplex";
  /** Of a simplex 0 and its scale. */
  readonly outcomes: Bounds;
  readonly head: MarketHead | undefined;
}

// ------------------------------------------------------------------ a new market

export interface MarketDraft {
  readonly kind: "interval" | "event";
  readonly title: string;
  readonly unit: string;
  readonly ticksPerUnit: string;
  readonly source: string;
  readonly rules: string;
  /** Of an interval, in its unit. */
  readonly lower: string;
  readonly upper: string;
  /** Of an event: a name on each line. */
  readonly outcomes: string;
  /** Of an interval in its unit, of an event the name of an outcome. */
  readonly fallback: string;
  /** Session-token wei of a tick of a lot. */
  readonly tickValue: string;
  readonly closesAt: string;
  readonly settleBy: string;
}

export const EMPTY_MARKET: MarketDraft = {
  ...{ kind: "interval", title: "", unit: "", ticksPerUnit: "1", source: "", rules: "" },
  ...{
    lower: "0",
    upper: "",
    outcomes: "",
    fallback: "",
    tickValue: "100000000000",
    closesAt: "+7d",
    settleBy: "+14d",
  },
};

export type NewMarket =
  | { readonly kind: "interval"; readonly spec: IntervalSpec; readonly head: MarketHead }
  | { readonly kind: "event"; readonly spec: EventSpec; readonly head: MarketHead };

/** Ticks that make a weight of 1 of an event. */
const EVENT_SCALE = 10_000n as Ticks;

/** @param now the chain's time @returns the market, or everything that is wrong with it */
export function readMarket(draft: MarketDraft, now: number): NewMarket | readonly string[] {
  const problems: string[] = [];
  const attempt = <T>(what: string, read: () => T | undefined, wanted = ""): T | undefined => {
    try {
      const value = read();
      if (value === undefined) problems.push(`${what}: ${wanted}`);
      return value;
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const isEvent = draft.kind === "event";
  const names = isEvent ? linesOf(draft.outcomes) : [];
  const ticksPerUnit = isEvent
    ? 1n
    : attempt("Ticks a unit", () => whole(draft.ticksPerUnit, 10n ** 9n), "a whole number from 1 to 10^9");
  const head: MarketHead = {
    title: draft.title.trim(),
    unit: isEvent ? "" : draft.unit.trim(),
    ticksPerUnit: ticksPerUnit ?? 1n,
    outcomes: names,
    source: draft.source.trim(),
  };
  const description = attempt("Description", () => writeDescription(head, draft.rules.trim()));
  const time = (what: string, text: string): bigint | undefined =>
    attempt(what, () => future(text, now), "a moment to come: 2026-12-01T00:00:00Z, +2h, +7d");
  const [closesAt, settleBy] = [time("Trading ends", draft.closesAt), time("Settled by", draft.settleBy)];
  if (closesAt !== undefined && settleBy !== undefined && settleBy < closesAt)
    problems.push("Settled by: not before trading ends");
  const tickValue = attempt(
    "Value of a tick",
    () => whole(draft.tickValue, MAX_TICK_VALUE),
    `a whole number of wei from 1 to ${MAX_TICK_VALUE}`,
  );
  if (isEvent && (names.length < MIN_OUTCOMES || names.length > MAX_OUTCOMES))
    problems.push(`Outcomes: ${MIN_OUTCOMES} to ${MAX_OUTCOMES} names, one on each line`);
  const fallbackOutcome = isEvent ? names.indexOf(draft.fallback.trim()) + 1 : undefined;
  if (fallbackOutcome === 0) problems.push("Fallback: the name of one of the outcomes");
  const bounds = isEvent
    ? undefined
    : attempt("Bounds", () => readBounds(draft.lower, draft.upper, head), "the least below the greatest");
  const fallback = isEvent ? undefined : attempt("Fallback", () => parseUnits(head, draft.fallback.trim()));
  if (bounds !== undefined && fallback !== undefined && (fallback < bounds.lower || fallback > bounds.upper))
    problems.push("Fallback: between the bounds");
  if (problems.length > 0) return problems;
  const terms = { tickValue, closesAt, settleBy, description };
  return isEvent
    ? {
        kind: "event",
        head,
        spec: { ...terms, outcomes: names.length, scale: EVENT_SCALE, fallbackOutcome } as EventSpec,
      }
    : { kind: "interval", head, spec: { ...terms, bounds, fallbackOutcome: fallback } as IntervalSpec }; // whatever is missing has been said
}

/** Most wei that one lot can pay. */
export function mostOfALot({ kind, spec }: NewMarket): bigint {
  return (kind === "event" ? spec.scale : spec.bounds.upper - spec.bounds.lower) * spec.tickValue;
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function whole(text: string, most: bigint): bigint | undefined {
  const value = /^[1-9]\d{0,39}$/.test(text.trim()) ? BigInt(text.trim()) : undefined;
  return value !== undefined && value <= most ? value : undefined;
}

function future(text: string, now: number): bigint | undefined {
  const second = secondsOf(text.trim(), now);
  return second === undefined || second <= now ? undefined : BigInt(second);
}

// ------------------------------------------------------------------ what is known of one

/** @returns undefined if the first is not below the second */
export function readBounds(lower: string, upper: string, head: MarketHead | undefined): Bounds | undefined {
  const bounds = { lower: parseUnits(head, lower.trim()), upper: parseUnits(head, upper.trim()) };
  return bounds.lower < bounds.upper ? bounds : undefined;
}

/** What is typed, as far as it is something between today's bounds; else today's. For showing alone. */
export function nextBounds(
  typed: { readonly lower: string; readonly upper: string },
  today: Bounds,
  head: MarketHead | undefined,
): Bounds {
  try {
    const read = readBounds(typed.lower, typed.upper, head);
    return read !== undefined && read.lower >= today.lower && read.upper <= today.upper ? read : today;
  } catch {
    return today; // still being typed
  }
}

/**
 * An outcome, typed twice: it cannot be taken back.
 * @returns a value of an interval in ticks, or the number of an event's outcome; else what is wrong
 */
export function readOutcome(first: string, second: string, root: Told, count: number): bigint | string {
  if (first.trim() === "") return "Type the outcome, and then again.";
  if (first.trim() !== second.trim()) return "The two are not the same yet.";
  try {
    if (root.kind === "interval") return parseUnits(root.head, first.trim());
    const named = (root.head?.outcomes.indexOf(first.trim()) ?? -1) + 1;
    const number = named > 0 ? BigInt(named) : parseTicks(first.trim());
    return number >= 1n && number <= BigInt(count) ? number : `The number of an outcome, 1 to ${count}, or its name.`;
  } catch (error) {
    return messageOf(error);
  }
}

// ------------------------------------------------------------------ what it would do

export interface EffectWords {
  /** `14.2 MTL in 23 accounts`, for instance. */
  readonly sentences: readonly string[];
  readonly isFinal: boolean;
}

/** @param tokens wei with their symbol @param price ticks of the root with their unit */
export function effectWords(
  { settles, changes, determined, freed, takenOut }: RecordEffect,
  tokens: (wei: bigint) => string,
  price: (ticks: bigint) => string,
): EffectWords {
  const total = freed.reduce((sum, { freedWei }) => sum + freedWei, 0n);
  const span = (bounds: Bounds): string =>
    bounds.lower === bounds.upper ? price(bounds.lower) : `${price(bounds.lower)} to ${price(bounds.upper)}`;
  const sentences = [
    settles ? "It settles the market, for good." : "",
    changes.length === 0 ? "No bounds change: it says nothing new." : "",
    ...changes.map(({ marketBranchId, before, after }) =>
      before === undefined
        ? `${marketBranchId} is new, and pays ${span(after)}.`
        : `${marketBranchId} pays ${span(before)} today, ${span(after)} then.`,
    ),
    freed.length === 0
      ? "It frees no collateral."
      : `It frees ${tokens(total)} in ${counted(freed.length, "account")}.`,
    takenOut.length === 0 ? "It takes out no order." : `It takes out ${counted(takenOut.length, "order")}.`,
    determined.length === 0
      ? ""
      : `It determines ${counted(determined.length, "branch", "branches")}: ${determined
          .map(({ marketBranchId, paysTicks }) => `${marketBranchId} pays ${price(paysTicks)}`)
          .join(", ")}.`,
    changes.length === 0 ? "" : "It cannot be undone.",
  ];
  return { sentences: sentences.filter((sentence) => sentence !== ""), isFinal: settles };
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
