/**
 * The market table's chain of records (R36 to R39): new roots, new sub-markets, tighter bounds, settlement and the fallback,
 * with the book's refusals in the book's order. Twin of `contracts/book/MarketChain.sol`. Signatures are not looked at here:
 * who speaks has been checked.
 */
import { id, ZeroAddress } from "ethers";

import { type Bounds, branchBounds, clamp, clampInto, tightenRoot } from "./bounds.js";
import { type MarketRecord, NEW_ROOT, RootKind } from "../signing/market-record.js";
import { Refusal } from "./refusal.js";
import { requireNewRoot } from "./market-rules.js";
import {
  branchCount,
  type IntervalRoot,
  type MarketRoot,
  type MarketTable,
  type MarketTerms,
  type SimplexRoot,
  spanOf,
  unknownMarket,
} from "./market-table.js";
import { BASKET_ROOT_ID } from "../signing/package.js";
import { type Hash, marketLink } from "../signing/typed-data.js";
import type { Ticks, TokenWei } from "../amounts/units.js";
import { freeWeights, isBounded, pourInto, weightsPossible, weightsSettled } from "./weights.js";
import { MAX_BRANCHES } from "../amounts/limits.js";

/** What the book knows besides the record and its table. */
export interface RecordContext {
  /** Unix seconds of the block that takes the record. */
  readonly timestamp: bigint;
  /** The text that comes with a new root; empty by default. */
  readonly description?: string;
  /** Whether the owner is a registered trader, which counts where everybody may make roots. False by default. */
  readonly ownerRegistered?: boolean;
  /** Whether the organiser calls or has signed the record too, which another owner's root needs elsewhere. False by default. */
  readonly organiserPermits?: boolean;
  /** What a book knows of the links of a new root; a table alone takes any. */
  readonly links?: RootLinks;
}

/** What a book knows of the links of a record that makes a root. */
export interface RootLinks {
  /** The root that the record with this link has made. */
  rootMadeBy(link: Hash): number | undefined;
  /** Whether a record may name this link as its previousLink, as an order may. */
  accepts(previousLink: Hash): boolean;
  /** The link to sign over. */
  readonly current: Hash;
}

/** A root after a change, and the link of the record if that has made it. */
export interface RootChange {
  readonly root: MarketRoot;
  readonly madeBy?: Hash;
}

/** The table after a record (paper: createMarket). @throws Refusal what the book would revert with */
export function applyMarketRecord(table: MarketTable, record: MarketRecord, context: RecordContext): MarketTable {
  return changed(table, recordChange(table, record, context));
}

/**
 * R39: the table after the fallback of a root, which anybody may apply from its settleBy on.
 * @throws Refusal Book_MarketUnknown, Book_MarketSettled, Book_FallbackTooEarly
 */
export function applyFallback(table: MarketTable, marketRootId: number, timestamp: bigint): MarketTable {
  return changed(table, fallbackChange(table, marketRootId, timestamp));
}

function changed(table: MarketTable, { root }: RootChange): MarketTable {
  return { ...table, roots: new Map(table.roots).set(root.marketRootId, root) };
}

/** As `applyMarketRecord`, but what changes alone. */
export function recordChange(table: MarketTable, record: MarketRecord, context: RecordContext): RootChange {
  const isNew = record.marketRootId === NEW_ROOT;
  if (isNew) requireCreator(table.terms, record, context);
  requireDescription(record, context);
  const link = marketLink(record);
  if (isNew && context.links !== undefined) requireLinks(context.links, link, record.previousLink);
  const { marketRootId, marketBranchId, marketMin, marketMax } = record;
  const market = { marketRootId: BigInt(marketRootId), marketBranchId: BigInt(marketBranchId) };
  if (marketMin > marketMax) throw new Refusal("Book_BoundsReversed", { ...market, marketMin, marketMax });
  if (isNew) return { root: newRoot(record, requireNewRoot(table, record, context.timestamp), link), madeBy: link };
  const root = table.roots.get(marketRootId);
  if (root === undefined) throw unknownMarket(record);
  return { root: { ...rootAfter(root, record), tip: link } };
}

/** An existing root after a record of its owner, but for its tip. @throws Refusal what the book would revert with */
export function rootAfter(root: MarketRoot, record: MarketRecord): MarketRoot {
  requireOwnRecord(root, record);
  const exists = spanOf(root, record.marketBranchId) !== undefined;
  return exists ? tightened(root, record) : withBranch(root, record);
}

/** As `applyFallback`, but what changes alone. */
export function fallbackChange({ roots }: MarketTable, marketRootId: number, timestamp: bigint): RootChange {
  const root = roots.get(marketRootId);
  if (root === undefined || marketRootId === BASKET_ROOT_ID) throw unknownMarket({ marketRootId, marketBranchId: 1 });
  const [number, { settleBy, fallbackOutcome }] = [BigInt(marketRootId), root];
  if (root.settled) throw new Refusal("Book_MarketSettled", { marketRootId: number });
  if (timestamp < settleBy) {
    throw new Refusal("Book_FallbackTooEarly", { marketRootId: number, settleBy, timestamp });
  }
  if (root.kind === "interval") {
    const outcome = clamp(fallbackOutcome as Ticks, root.bounds); // a possible outcome when the root was made
    return { root: { ...root, bounds: { lower: outcome, upper: outcome }, settled: true } };
  }
  const weights = pourInto(root.weights, root.scale, Number(fallbackOutcome));
  return { root: withWeights(root, weights.map(fixed)) };
}

// ------------------------------------------------------------------ what a record does

function newRoot(record: MarketRecord, marketRootId: number, tip: Hash): MarketRoot {
  const { owner, closesAt, settleBy, fallbackOutcome, marketMin, marketMax, outcomes } = record;
  const tickValue = record.tickValue as TokenWei; // at most 2^64 - 1, as was checked
  const terms = { marketRootId, owner, tickValue, closesAt, settleBy, fallbackOutcome };
  const base = { ...terms, settled: false, tip };
  const range = { lower: marketMin, upper: marketMax };
  if (record.kind === RootKind.Interval) return { ...base, kind: "interval", bounds: range, strikes: [range] };
  return { ...base, kind: "simplex", scale: marketMax, weights: freeWeights(outcomes, marketMax), bounded: false };
}

/** R37: a sub-market's strikes are clamped into its parent's, and what is left must still be open. */
function withBranch(root: MarketRoot, record: MarketRecord): IntervalRoot {
  const { marketRootId, marketBranchId, parentBranchId } = record;
  const rootNumber = BigInt(marketRootId);
  if (root.kind !== "interval") throw new Refusal("Book_NoSubMarkets", { marketRootId: rootNumber });
  const count = branchCount(root);
  if (count === MAX_BRANCHES) {
    throw new Refusal("Book_TooManyBranches", { marketRootId: rootNumber, limit: BigInt(MAX_BRANCHES) });
  }
  const named = { marketRootId: rootNumber, marketBranchId: BigInt(marketBranchId) };
  if (marketBranchId !== count + 1) {
    throw new Refusal("Book_MarketNumber", { ...named, expectedBranch: BigInt(count + 1) });
  }
  const parent = root.strikes[parentBranchId - 1];
  if (parent === undefined) throw unknownMarket({ marketRootId, marketBranchId: parentBranchId });
  const strikes = clampInto(parent, rangeOf(record));
  const open = branchBounds(root.bounds, strikes);
  if (open.lower === open.upper) {
    throw new Refusal("Book_NoRoom", { ...named, marketMin: strikes.lower, marketMax: strikes.upper });
  }
  return { ...root, strikes: [...root.strikes, strikes] };
}

/** R37 for an interval root, R38 for an event root. */
function tightened(root: MarketRoot, record: MarketRecord): MarketRoot {
  const marketRootId = BigInt(record.marketRootId);
  if (record.parentBranchId !== 0) throw new Refusal("Book_RootTermsRepeated", { marketRootId });
  const own = spanOf(root, record.marketBranchId);
  if (own === undefined) throw unknownMarket(record);
  if (root.kind === "interval") {
    const bounds = tightenRoot(root.bounds, own, rangeOf(record));
    return { ...root, bounds, settled: bounds.lower === bounds.upper };
  }
  const weights = root.weights.with(record.marketBranchId - 1, clampInto(own, rangeOf(record)));
  if (!weightsPossible(weights, root.scale)) {
    const { marketMin, marketMax } = record;
    const marketBranchId = BigInt(record.marketBranchId);
    throw new Refusal("Book_NoOutcomeLeft", { marketRootId, marketBranchId, marketMin, marketMax });
  }
  return withWeights(root, weights);
}

function withWeights(root: SimplexRoot, weights: readonly Bounds[]): SimplexRoot {
  const bounded = isBounded(weights, root.scale);
  return { ...root, weights, bounded, settled: weightsSettled(weights, root.scale) };
}

function rangeOf({ marketMin, marketMax }: MarketRecord): Bounds {
  return { lower: marketMin, upper: marketMax };
}

function fixed(weight: Ticks): Bounds {
  return { lower: weight, upper: weight };
}

// ------------------------------------------------------------------ who may say it

/** R36: the text in the log is the one that was signed; a record that makes no root has none. */
function requireDescription(record: MarketRecord, { description = "" }: RecordContext): void {
  const { marketRootId, descriptionHash } = record;
  if (marketRootId !== NEW_ROOT && description === "") return;
  const given = id(description);
  if (given !== descriptionHash) {
    throw new Refusal("Book_DescriptionMismatch", { given, signed: descriptionHash });
  }
}

/** R36: who may make a root. */
function requireCreator({ marketCreator }: MarketTerms, { owner }: MarketRecord, context: RecordContext): void {
  const isOpen = marketCreator === ZeroAddress;
  const allowed = isOpen ? context.ownerRegistered : owner === marketCreator || context.organiserPermits;
  if (allowed !== true) throw new Refusal("Book_MayNotCreateMarkets", { owner, marketCreator });
}

/** R36: a new root names a link as orders do, whoever made a root meanwhile, and no record makes two. */
function requireLinks(links: RootLinks, link: Hash, previousLink: Hash): void {
  const made = links.rootMadeBy(link);
  if (made !== undefined) throw new Refusal("Book_RootExists", { link, marketRootId: BigInt(made) });
  if (!links.accepts(previousLink))
    throw new Refusal("Book_StaleLink", { given: previousLink, current: links.current });
}

/** R36: only the root's owner, only at the end of the root's chain, never on a settled root, and without root terms. */
function requireOwnRecord(root: MarketRoot, record: MarketRecord): void {
  const marketRootId = BigInt(root.marketRootId);
  const [given, { owner, tip }] = [record.owner, root];
  if (root.marketRootId === BASKET_ROOT_ID || given !== owner) {
    throw new Refusal("Book_NotMarketOwner", { marketRootId, given, owner });
  }
  if (record.previousLink !== tip) {
    throw new Refusal("Book_MarketOutOfChain", { given: record.previousLink, expected: tip });
  }
  if (root.settled) throw new Refusal("Book_MarketSettled", { marketRootId });
  const { kind, outcomes, tickValue, closesAt, settleBy, fallbackOutcome, descriptionHash } = record;
  const numbers = [BigInt(kind), BigInt(outcomes), tickValue, closesAt, settleBy, fallbackOutcome];
  if ([...numbers, BigInt(descriptionHash)].some((term) => term !== 0n)) {
    throw new Refusal("Book_RootTermsRepeated", { marketRootId });
  }
}
