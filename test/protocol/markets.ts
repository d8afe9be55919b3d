/** Market tables for tests: records as their owners would write them, one after the other. */
import { expect } from "chai";
import { getAddress, ZeroAddress, ZeroHash } from "ethers";
import fc from "fast-check";

import type { Bounds } from "../../src/protocol/market/bounds.js";
import { applyMarketRecord, type RecordContext } from "../../src/protocol/market/market-chain.js";
import {
  boundsRecord,
  branchRecord,
  eventRecord,
  type EventSpec,
  intervalRecord,
  type IntervalSpec,
  type RecordPlace,
  type RootPlace,
} from "../../src/protocol/market/market-drafts.js";
import { type MarketRecord, NEW_ROOT } from "../../src/protocol/signing/market-record.js";
import { Refusal, type RefusalCode, type RefusalValues } from "../../src/protocol/market/refusal.js";
import {
  branchCount,
  createMarketTable,
  type IntervalRoot,
  type MarketTable,
  type MarketTerms,
  rootOf,
  type SimplexRoot,
} from "../../src/protocol/market/market-table.js";
import { tick, wei, whole } from "./support.js";

export const OWNER = getAddress("0x00000000000000000000000000000000000000a1");
export const STRANGER = getAddress("0x00000000000000000000000000000000000000b2");
export const DESCRIPTION = "Rain in a month, in millimetres.";
export const NOW = 1_000n;

export const TERMS: MarketTerms = {
  assets: 3,
  basketScale: tick(100),
  basketTickValue: wei(7),
  t2: 5_000n,
  settleLimit: 9_000n,
  marketCreator: OWNER,
};
export const CONTEXT: RecordContext = { timestamp: NOW };

/** As the book takes a record at `NOW`: a new root comes with its description. */
export function taken(table: MarketTable, record: MarketRecord, context: Partial<RecordContext> = {}): MarketTable {
  const description = record.marketRootId === NEW_ROOT ? DESCRIPTION : "";
  return applyMarketRecord(table, record, { ...CONTEXT, description, ...context });
}

export const between = (lower: number | bigint, upper: number | bigint): Bounds => ({
  lower: tick(lower),
  upper: tick(upper),
});

/** Any interval of small numbers; of one number too. */
export function anyBounds(min: number, max: number): fc.Arbitrary<Bounds> {
  return fc.tuple(whole(min, max), whole(min, max)).map(([a, b]) => (a < b ? between(a, b) : between(b, a)));
}

// ------------------------------------------------------------------ records for a table as it stands

const ROOT = { tickValue: 2n, closesAt: 4_000n, settleBy: 6_000n, description: DESCRIPTION };

/** A new root over a link that a table alone does not look at. */
export const ROOT_PLACE: RootPlace = { owner: OWNER, previousLink: ZeroHash };

export function lastOf(table: MarketTable, marketRootId: number): RecordPlace {
  return { owner: OWNER, marketRootId, previousLink: rootOf(table, marketRootId).tip };
}

export function newInterval(bounds: Bounds, change: Partial<IntervalSpec> = {}): MarketRecord {
  return intervalRecord(ROOT_PLACE, { ...ROOT, bounds, fallbackOutcome: bounds.lower, ...change });
}
export function newEvent(outcomes: number, change: Partial<EventSpec> = {}): MarketRecord {
  return eventRecord(ROOT_PLACE, { ...ROOT, outcomes, scale: tick(10), fallbackOutcome: 1, ...change });
}
export function newBranch(table: MarketTable, marketRootId: number, strikes: Bounds, parentBranchId = 1): MarketRecord {
  const marketBranchId = branchCount(rootOf(table, marketRootId)) + 1;
  return branchRecord(lastOf(table, marketRootId), { marketBranchId, parentBranchId, strikes });
}
export function newBounds(table: MarketTable, marketRootId: number, branch: number, bounds: Bounds): MarketRecord {
  return boundsRecord(lastOf(table, marketRootId), branch, bounds);
}

// ------------------------------------------------------------------ tables

/** What the owner does next. */
export type Step = (table: MarketTable) => MarketRecord;

export const EMPTY = createMarketTable(TERMS);
/** For tests of `marketCreator`: any registered trader may make roots. */
export const OPEN = createMarketTable({ ...TERMS, marketCreator: ZeroAddress });

export function tableOf(...steps: readonly Step[]): MarketTable {
  return steps.reduce((table, step) => taken(table, step(table)), EMPTY);
}

/** Root 2 over [lower, upper] with these sub-markets of branch 1, numbered from 2. */
export function intervalTable(bounds: Bounds, strikes: readonly Bounds[]): MarketTable {
  return tableOf(
    () => newInterval(bounds),
    ...strikes.map((each) => (table: MarketTable) => newBranch(table, 2, each)),
  );
}

export function intervalOf(table: MarketTable, marketRootId = 2): IntervalRoot {
  const root = rootOf(table, marketRootId);
  if (root.kind !== "interval") throw new Error(`root ${marketRootId} is no interval`);
  return root;
}
export function simplexOf(table: MarketTable, marketRootId = 2): SimplexRoot {
  const root = rootOf(table, marketRootId);
  if (root.kind !== "simplex") throw new Error(`root ${marketRootId} is no simplex`);
  return root;
}

/** Expects a Refusal with exactly this code and these values. */
export function expectRefusal<Code extends RefusalCode>(
  action: () => unknown,
  code: Code,
  values: RefusalValues[Code],
): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `nothing, or no refusal, was thrown where ${code} was expected`).to.be.instanceOf(Refusal);
  const refusal = thrown as Refusal; // as just expected
  expect({ code: refusal.code, values: refusal.values }).to.deep.equal({ code, values });
}

/** Every vector of whole weights within the bounds that adds up to `scale`. */
export function allWeights(weights: readonly Bounds[], scale: bigint): bigint[][] {
  const [first, ...others] = weights;
  if (first === undefined) return scale === 0n ? [[]] : [];
  const found: bigint[][] = [];
  for (let weight: bigint = first.lower; weight <= first.upper; ++weight) {
    for (const rest of allWeights(others, scale - weight)) found.push([weight, ...rest]);
  }
  return found;
}

/** Every whole number from lower to upper. */
export function everyOutcome({ lower, upper }: Bounds): bigint[] {
  return Array.from({ length: Number(upper - lower) + 1 }, (_, index) => lower + BigInt(index));
}
