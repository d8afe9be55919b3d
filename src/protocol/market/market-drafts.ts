/** The four kinds of record, from what their owner means to say; numbers and links come from the book as it stands. */
import { id } from "ethers";

import type { Bounds } from "./bounds.js";
import { type MarketRecord, marketRecord, NEW_ROOT, NO_ROOT_TERMS, RootKind } from "../signing/market-record.js";
import type { Hash } from "../signing/typed-data.js";
import type { Ticks } from "../amounts/units.js";

/** Whose new root it is, and which link of the book's chain it is signed over. The book gives the number. */
export interface RootPlace {
  readonly owner: string;
  /** As an order's: the newest checkpoint, or another of the window. */
  readonly previousLink: Hash;
}

/** Whose record it is, of which root, and after which record it comes. */
export interface RecordPlace {
  readonly owner: string;
  readonly marketRootId: number;
  /** Of the root's last record. */
  readonly previousLink: Hash;
}

interface RootSpec {
  /** Session-token wei of one tick of one lot. */
  readonly tickValue: bigint;
  /** Unix seconds: first second without trade. */
  readonly closesAt: bigint;
  /** Unix seconds: when anybody may apply the fallback. */
  readonly settleBy: bigint;
  /** What the outcome is, where it is read, in which units; kept in the log, its hash in the record. */
  readonly description: string;
}

export interface IntervalSpec extends RootSpec {
  /** The least and the greatest outcome: the strikes of branch 1. */
  readonly bounds: Bounds;
  readonly fallbackOutcome: Ticks;
}

export interface EventSpec extends RootSpec {
  /** How many, 2 to 16. */
  readonly outcomes: number;
  /** Ticks that make a weight of 1. */
  readonly scale: Ticks;
  /** The outcome, from 1, that wins if nobody says otherwise. */
  readonly fallbackOutcome: number;
}

export interface BranchSpec {
  /** The next unused number of the root. */
  readonly marketBranchId: number;
  /** The branch whose strikes bound the new one's. */
  readonly parentBranchId: number;
  readonly strikes: Bounds;
}

/** A new interval root. @throws RuleError MARKET_FIELD_INVALID */
export function intervalRecord(place: RootPlace, { bounds, fallbackOutcome, ...spec }: IntervalSpec): MarketRecord {
  return rootRecord(place, spec, bounds, { kind: RootKind.Interval, outcomes: 0, fallbackOutcome });
}

/** A new event root. @throws RuleError MARKET_FIELD_INVALID */
export function eventRecord(place: RootPlace, { outcomes, scale, fallbackOutcome, ...spec }: EventSpec): MarketRecord {
  const weights = { lower: 0n as Ticks, upper: scale };
  const fallback = BigInt(fallbackOutcome);
  return rootRecord(place, spec, weights, { kind: RootKind.Simplex, outcomes, fallbackOutcome: fallback });
}

/** A new sub-market of an interval root. @throws RuleError MARKET_FIELD_INVALID */
export function branchRecord(place: RecordPlace, { strikes, ...numbers }: BranchSpec): MarketRecord {
  return marketRecord({ ...NO_ROOT_TERMS, ...place, ...numbers, ...limits(strikes) });
}

/** New bounds of a market; equal ones settle it. @throws RuleError MARKET_FIELD_INVALID */
export function boundsRecord(place: RecordPlace, marketBranchId: number, bounds: Bounds): MarketRecord {
  return marketRecord({ ...NO_ROOT_TERMS, ...place, marketBranchId, parentBranchId: 0, ...limits(bounds) });
}

function rootRecord(
  { owner, previousLink }: RootPlace,
  { tickValue, closesAt, settleBy, description }: RootSpec,
  bounds: Bounds,
  kind: Pick<MarketRecord, "kind" | "outcomes" | "fallbackOutcome">,
): MarketRecord {
  const numbers = { marketRootId: NEW_ROOT, marketBranchId: 1, parentBranchId: 0 };
  const terms = { tickValue, closesAt, settleBy, descriptionHash: id(description) };
  return marketRecord({ owner, previousLink, ...numbers, ...limits(bounds), ...kind, ...terms });
}

function limits({ lower, upper }: Bounds): Pick<MarketRecord, "marketMin" | "marketMax"> {
  return { marketMin: lower, marketMax: upper };
}
