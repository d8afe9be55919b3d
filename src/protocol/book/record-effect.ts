/** What a record of the market table, or a fallback, would do to everybody: played on the book, and undone again. */
import type { Lots, Ticks, TokenWei } from "../amounts/units.js";
import type { Bounds } from "../market/bounds.js";
import { branchCount, marketBounds, rootOf } from "../market/market-table.js";
import type { MarketRef } from "../signing/package.js";
import type { Book } from "./book.js";
import type { CallContext } from "./outside.js";
import { slackOf } from "./projections.js";
import type { SubmittedRecord } from "./settlement.js";

/** What a market could pay before, and what it can pay after. */
export interface MarketChange extends MarketRef {
  /** Undefined for a market that the record makes. */
  readonly before: Bounds | undefined;
  readonly after: Bounds;
}

/** An order that nobody can trade with any more: anybody may take it out of the book. */
export interface OrderOver extends MarketRef {
  readonly tradeRootId: number;
  readonly trader: string;
  readonly priceTicks: Ticks;
  /** What is left: + bid, − offer. */
  readonly lots: Lots;
}

export interface RecordEffect {
  readonly marketRootId: number;
  /** Whether one outcome is left, for good. */
  readonly settles: boolean;
  /** Markets whose bounds change, and those that are new. */
  readonly changes: readonly MarketChange[];
  /** Markets that can pay one value only from then on, and which. */
  readonly determined: readonly (MarketRef & { readonly paysTicks: Ticks })[];
  /**
   * Net collateral that it frees, wei, over those whom it frees any: once their worst cases are refreshed, or their positions realised,
   * which anybody may do.
   */
  readonly freed: readonly { readonly trader: string; readonly freedWei: TokenWei }[];
  /** Orders in determined markets. */
  readonly takenOut: readonly OrderOver[];
}

/** @throws Refusal what the book would revert with */
export function effectOfRecord(book: Book, context: CallContext, submitted: SubmittedRecord): RecordEffect {
  return effectOn(book, submitted.record.marketRootId, () => book.createMarket(context, submitted).result);
}

/** @throws Refusal Book_MarketUnknown, Book_MarketSettled, Book_FallbackTooEarly */
export function effectOfFallback(book: Book, context: CallContext, marketRootId: number): RecordEffect {
  return effectOn(book, marketRootId, () => {
    book.applyFallback(context, marketRootId);
    return marketRootId;
  });
}

/** @param play what changes the root; gives its number */
function effectOn(book: Book, named: number, play: () => number): RecordEffect {
  const { state } = book;
  return state.journal.rehearse(() => {
    const before = boundsIn(book, named);
    const holders = [...state.traders.all()].filter(({ traderId }) => state.margin.positionsOf(traderId).has(named));
    const addresses = holders.map(({ address }) => address);
    const root = state.markets.find(named);
    if (root?.settled === false) book.refresh(named, addresses); // what earlier records have freed is not this one's
    const slacks = holders.map(({ traderId }) => slackOf(state, traderId));
    const marketRootId = play();
    const { settled } = state.markets.known(marketRootId);
    if (settled) book.realise(marketRootId, addresses);
    else if (holders.length > 0) book.refresh(marketRootId, addresses);
    const after = boundsIn(book, marketRootId);
    const changes = after.map((bounds, b) => ({
      marketRootId,
      marketBranchId: b + 1,
      before: before[b],
      after: bounds,
    }));
    const determined = changes.filter((change) => isDetermined(change.after) && !isDetermined(change.before));
    return {
      marketRootId,
      settles: settled,
      changes: changes.filter((change) => !isSame(change.before, change.after)),
      determined: determined.map((change) => ({
        marketRootId,
        marketBranchId: change.marketBranchId,
        paysTicks: change.after.lower,
      })),
      freed: holders.flatMap(({ traderId, address }, index) => {
        const freedWei = (slackOf(state, traderId) - (slacks[index] ?? 0n)) as TokenWei;
        return freedWei === 0n ? [] : [{ trader: address, freedWei }];
      }),
      takenOut: determined.flatMap((market) => ordersIn(book, market)),
    };
  });
}

/** Of every market of a root, from number 1; none of a root that is not there. */
function boundsIn({ state }: Book, marketRootId: number): Bounds[] {
  const { table } = state.markets;
  if (!table.roots.has(marketRootId)) return [];
  const count = branchCount(rootOf(table, marketRootId));
  return Array.from({ length: count }, (_, b) => marketBounds(table, { marketRootId, marketBranchId: b + 1 }));
}

function ordersIn({ state }: Book, market: MarketRef): OrderOver[] {
  const { marketRootId, marketBranchId } = market;
  const { bids, asks } = state.queues.of(market);
  return [...bids, ...asks].map(({ tradeRootId, traderId, price, lots }) => ({
    tradeRootId,
    trader: state.traders.byId(traderId).address,
    marketRootId,
    marketBranchId,
    priceTicks: price as Ticks, // checked when it came in
    lots: lots as Lots,
  }));
}

function isDetermined(bounds: Bounds | undefined): boolean {
  return bounds?.lower === bounds?.upper && bounds !== undefined;
}

function isSame(a: Bounds | undefined, b: Bounds): boolean {
  return a?.lower === b.lower && a.upper === b.upper;
}
