/** What a record that makes a new root must satisfy (R36), in the book's order of checks. */
import { type MarketRecord, RootKind } from "../signing/market-record.js";
import { Refusal } from "./refusal.js";
import { type MarketTable, type MarketTerms, unknownMarket } from "./market-table.js";
import { BASKET_ROOT_ID } from "../signing/package.js";
import { MAX_OUTCOMES, MAX_ROOT_ID, MAX_TICK_VALUE, MIN_OUTCOMES } from "../amounts/limits.js";

/** @returns the number that the root gets. @throws Refusal */
export function requireNewRoot({ terms, roots }: MarketTable, record: MarketRecord, timestamp: bigint): number {
  const { marketRootId, marketBranchId, parentBranchId } = record;
  if (marketBranchId !== 1) {
    const given = { marketRootId: BigInt(marketRootId), marketBranchId: BigInt(marketBranchId) };
    throw new Refusal("Book_MarketNumber", { ...given, expectedBranch: 1n });
  }
  if (parentBranchId !== 0) throw unknownMarket({ marketRootId, marketBranchId: parentBranchId });
  const next = roots.size + BASKET_ROOT_ID; // the basket root is the first of them
  if (next > MAX_ROOT_ID) throw new Refusal("Book_TooManyRoots", { limit: BigInt(MAX_ROOT_ID) });
  requireTerms(terms, record, timestamp);
  if (record.kind === RootKind.Interval) requireInterval(record);
  else requireEvent(record);
  return next;
}

function requireTerms({ t2, settleLimit }: MarketTerms, record: MarketRecord, timestamp: bigint): void {
  const { kind, tickValue, closesAt, settleBy } = record;
  if (kind !== RootKind.Interval && kind !== RootKind.Simplex) {
    throw new Refusal("Book_MarketKindUnknown", { kind: BigInt(kind) });
  }
  if (tickValue === 0n || tickValue > MAX_TICK_VALUE) {
    throw new Refusal("Book_TickValueOutOfRange", { tickValue, maximum: MAX_TICK_VALUE });
  }
  if (closesAt <= timestamp || closesAt > t2) {
    throw new Refusal("Book_ClosesAtOutOfRange", { closesAt, timestamp, t2 });
  }
  if (settleBy < closesAt || settleBy > settleLimit) {
    throw new Refusal("Book_SettleByOutOfRange", { settleBy, closesAt, settleLimit });
  }
}

function requireInterval({ marketRootId, marketMin, marketMax, outcomes, fallbackOutcome }: MarketRecord): void {
  if (marketMin === marketMax) throw noRoom(marketRootId, marketMin, marketMax);
  requireOutcomes(outcomes, 0, 0);
  requireFallback(fallbackOutcome, marketMin, marketMax);
}

function requireEvent({ marketRootId, marketMin, marketMax, outcomes, fallbackOutcome }: MarketRecord): void {
  requireOutcomes(outcomes, MIN_OUTCOMES, MAX_OUTCOMES);
  if (marketMin !== 0n || marketMax < 1n) throw noRoom(marketRootId, marketMin, marketMax);
  requireFallback(fallbackOutcome, 1n, BigInt(outcomes));
}

function noRoom(marketRootId: number, marketMin: bigint, marketMax: bigint): Refusal {
  const market = { marketRootId: BigInt(marketRootId), marketBranchId: 1n };
  return new Refusal("Book_NoRoom", { ...market, marketMin, marketMax });
}

function requireOutcomes(outcomes: number, minimum: number, maximum: number): void {
  if (outcomes >= minimum && outcomes <= maximum) return;
  const limits = { minimum: BigInt(minimum), maximum: BigInt(maximum) };
  throw new Refusal("Book_OutcomeCount", { outcomes: BigInt(outcomes), ...limits });
}

function requireFallback(fallbackOutcome: bigint, minimum: bigint, maximum: bigint): void {
  if (fallbackOutcome >= minimum && fallbackOutcome <= maximum) return;
  throw new Refusal("Book_FallbackOutOfRange", { fallbackOutcome, minimum, maximum });
}
