/**
 * What can be asked of a book: each view of the contract by its name, with the same answers and refusals. Addresses may be
 * written in any way that ethers knows. Twin of `contracts/OrderBookViews.sol` and of the views in `contracts/OrderBookMarkets.sol`.
 */
import { getAddress, ZeroHash } from "ethers";

import { payoffOfRoot, type RootOutcome } from "../margin/worth.js";
import { RootKind } from "../signing/market-record.js";
import { Refusal } from "../market/refusal.js";
import { branchCount, marketBounds, type MarketRoot } from "../market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef, type TradePackage } from "../signing/package.js";
import { digestOf, type Hash, tradeLinks } from "../signing/typed-data.js";
import type { Lots } from "../amounts/units.js";
import { countsOf } from "./checkpoint.js";
import { refusalOfCover } from "./intake.js";
import { coverOf, type Exposure, lastClaim, storedLots, worstOf } from "./margin.js";
import { lotValueOf } from "./money.js";
import { FRESH_NONCES } from "./nonces.js";
import { claimsIn, insertionHint } from "./projections.js";
import type { RestingOrder } from "./queue.js";
import type { BookState } from "./state.js";
import type * as answers from "./view-answers.js";

/** No trader has it; what is asked of an unknown address is answered by the accounts of nobody. */
const NOBODY = 0;

export abstract class BookViews {
  /** What the book keeps, for those who look closer. */
  public abstract readonly state: BookState;

  // ------------------------------------------------------------------ the chain

  public chainState(): answers.ChainState {
    const { link, checkpoints, trades } = this.state.chain.state;
    return { link, checkpoints, trades };
  }

  /**
   * What to sign over in a block of that number (R25): the newest checkpoint, or the one before it if a call of this block made
   * the newest one, which another may overwrite.
   */
  public linkToSign(blockNumber: bigint): Hash {
    const { link, checkpoints } = this.state.chain;
    return countsOf(link).mark >= blockNumber ? this.checkpointAt(checkpoints - 1n) : link;
  }

  /** Checkpoint `number`, 0 for the genesis; zero if it is none of the last 256. */
  public checkpointAt(number: bigint): Hash {
    return this.state.chain.checkpointAt(number) ?? ZeroHash;
  }

  /** The three links of a package in this book, and the digest that its trader signs. */
  public linksOf(order: TradePackage): answers.Links {
    const { primary, offset, match } = tradeLinks(order);
    const digest = digestOf(this.state.chain.separator, primary);
    return { primaryLink: primary, offsetLink: offset, matchLink: match, digest };
  }

  // ------------------------------------------------------------------ traders

  /** The number of an address; 0 if it is not registered. */
  public traderIdOf(trader: string): number {
    return this.state.traders.find(getAddress(trader))?.traderId ?? NOBODY;
  }

  public accountOf(trader: string): answers.AccountView {
    const known = this.state.traders.find(getAddress(trader));
    const claim = lastClaim(lotValueOf(this.state), this.#exposure(trader, this.state.markets.known(BASKET_ROOT_ID)));
    const worst = this.state.margin.slackOf(known?.traderId ?? NOBODY) - claim;
    return { claim, worst, openOrders: known?.openOrders ?? 0, reserved: known?.reserved ?? 0n };
  }

  /** Lots in each branch of a root; in the basket they count from the last leg, which has none. @throws Refusal Book_MarketUnknown */
  public positionOf(trader: string, marketRootId: number): readonly bigint[] {
    const root = this.state.markets.known(marketRootId);
    return storedLots(root, this.#exposure(trader, root).lots);
  }

  /** R16: the claim on each asset, wei: net collateral if all weight fell on it, every other root at its worst. */
  public claimsOf(trader: string): readonly bigint[] {
    return claimsIn(this.state, this.traderIdOf(trader));
  }

  public noncesOf(trader: string): answers.Nonces {
    const { floor, used } = this.state.traders.find(getAddress(trader))?.nonces ?? FRESH_NONCES;
    return { nonceFloor: floor, used };
  }

  // ------------------------------------------------------------------ collateral

  /**
   * Net collateral in the worst joint outcome by today's bounds, and where each of the given roots is worst.
   * @param rootIds roots to look at afresh, by rising number; all others count with their stored worst case
   * @throws Refusal Book_MarketUnknown, Book_OutcomeImpossible
   */
  public checkCollateral(trader: string, rootIds: readonly number[] = []): answers.CollateralView {
    let slack = this.state.margin.slackOf(this.traderIdOf(trader));
    const bindingOutcomes = this.#rising(rootIds).map((root) => {
      const { lots, rootWorst } = this.#exposure(trader, root);
      const { worst, bindingOutcome } = worstOf(root, lots);
      slack += worst - rootWorst;
      return bindingOutcome;
    });
    return { slack, bindingOutcomes };
  }

  /**
   * The same if the trader bought `lots` more of a market (negative: sold) at `price` ticks: R13 as `createTrade` checks it,
   * before an order is signed. The contract has no such view.
   * @throws Refusal Book_MarketUnknown
   */
  public checkTrade(trader: string, market: MarketRef, lots: bigint, price: bigint): answers.TradeCheck {
    const root = this.state.markets.known(market.marketRootId, market.marketBranchId);
    const exposure = this.#exposure(trader, root);
    const { marketBranchId } = market;
    const order = { trader, priceTicks: price, quantityLots: lots };
    const refusal = refusalOfCover(this.state, { root, marketBranchId }, exposure, order)?.code;
    const { slack, bindingOutcome } = coverOf(root, exposure, marketBranchId, lots, price);
    return { refusal, slack, bindingOutcome };
  }

  /**
   * Net collateral in given outcomes, wei, every other root at its stored worst case.
   * @param outcomes one possible outcome for each of some roots, by rising root number
   * @throws Refusal Book_MarketUnknown, Book_OutcomeImpossible
   */
  public netCollateral(trader: string, outcomes: readonly RootOutcome[]): bigint {
    let net = this.state.margin.slackOf(this.traderIdOf(trader));
    let last = 0;
    for (const { marketRootId, values } of outcomes) {
      const root = this.state.markets.known(marketRootId);
      last = requireAbove(last, root);
      const { lots, rootWorst } = this.#exposure(trader, root);
      net += payoffOfRoot(root, lots as readonly Lots[], values) - rootWorst; // lots, as the book keeps them
    }
    return net;
  }

  // ------------------------------------------------------------------ markets

  /** How many roots there are besides the basket root. */
  public createdRoots(): number {
    return this.state.markets.table.roots.size - 1;
  }

  /** The number of the root that the record with this link made; 0 if it made none. */
  public rootMadeBy(link: Hash): number {
    return this.state.markets.rootMadeBy(link) ?? 0;
  }

  /** @throws Refusal Book_MarketUnknown */
  public rootOf(marketRootId: number): answers.RootInfo {
    const root = this.state.markets.known(marketRootId);
    const { tickValue, closesAt, settleBy, fallbackOutcome, settled, owner, tip } = root;
    const [kind, lo, hi] =
      root.kind === "interval"
        ? ([RootKind.Interval, root.bounds.lower, root.bounds.upper] as const)
        : ([RootKind.Simplex, 0n, root.scale] as const);
    const terms = { tickValue, closesAt, settleBy, fallbackOutcome, settled, owner, tip };
    return { kind, branchCount: branchCount(root), lo, hi, ...terms };
  }

  /** Of every branch: strikes (interval), or least and greatest weight (simplex). @throws Refusal Book_MarketUnknown */
  public spansOf(marketRootId: number): answers.Spans {
    const root = this.state.markets.known(marketRootId);
    const spans = root.kind === "interval" ? root.strikes : root.weights;
    return { lower: spans.map(({ lower }) => lower), upper: spans.map(({ upper }) => upper) };
  }

  /** @throws Refusal Book_MarketUnknown */
  public marketOf(market: MarketRef): answers.MarketView {
    const { tickValue } = this.state.markets.known(market.marketRootId, market.marketBranchId);
    const { lower, upper } = marketBounds(this.state.markets.table, market);
    const queues = this.state.queues.of(market);
    const [bestBid, bestAsk] = [queues.bids.best?.place ?? 0, queues.asks.best?.place ?? 0];
    return { marketMin: lower, marketMax: upper, tickValue, bestBid, bestAsk, crossed: queues.isCrossed() };
  }

  // ------------------------------------------------------------------ orders

  /** What rests at a place; undefined if nothing does. */
  public orderAt(place: number): answers.OrderView | undefined {
    const found = this.state.queues.at(place);
    return found === undefined ? undefined : orderView(found);
  }

  /** The place where an order rests; 0 if it does not. The contract has no such view. */
  public placeOf(tradeRootId: number): number {
    return this.state.queues.find(tradeRootId)?.place ?? 0;
  }

  /**
   * Places that new orders may be given, because their orders are gone: cheaper than fresh ones. The contract has no such view.
   * @param limit how many at most
   * @param first the least one that is wanted
   */
  public deadPlaces(limit: number, first = 1): readonly number[] {
    const places: number[] = [];
    for (const place of this.state.queues.deadPlaces(first)) {
      if (places.length >= limit) break;
      places.push(place);
    }
    return places;
  }

  /** The first `limit` resting orders of one side, best first. @throws Refusal Book_MarketUnknown */
  public depthOf(market: MarketRef, bids: boolean, limit = Infinity): readonly answers.DepthEntry[] {
    this.state.markets.known(market.marketRootId, market.marketBranchId);
    const entries: answers.DepthEntry[] = [];
    for (const { tradeRootId, place, price, lots } of this.state.queues.of(market).side(bids)) {
      if (entries.length >= limit) break;
      entries.push({ tradeRootId, place, price, lots });
    }
    return entries;
  }

  /** Place of the order behind which one at `price` would rest; 0 if it were best. @throws Refusal Book_MarketUnknown */
  public insertionHint(market: MarketRef, bids: boolean, price: bigint): number {
    this.state.markets.known(market.marketRootId, market.marketBranchId);
    return insertionHint(this.state, market, bids, price);
  }

  // ------------------------------------------------------------------ in detail

  #exposure(trader: string, root: MarketRoot): Exposure {
    return this.state.margin.load(this.traderIdOf(trader), root);
  }

  /** Roots that are named once each, by rising number; looked up one by one, so that the first that is wrong is refused. */
  #rising(rootIds: readonly number[]): MarketRoot[] {
    let last = 0;
    return rootIds.map((marketRootId) => {
      const root = this.state.markets.known(marketRootId);
      last = requireAbove(last, root);
      return root;
    });
  }
}

function requireAbove(last: number, { marketRootId }: MarketRoot): number {
  if (marketRootId > last) return marketRootId;
  throw new Refusal("Book_OutcomeImpossible", { marketRootId: BigInt(marketRootId) });
}

function orderView({ next, ...order }: RestingOrder): answers.OrderView {
  const { tradeRootId, marketRootId, marketBranchId, traderId, price, lots, deadline } = order;
  return { tradeRootId, marketRootId, marketBranchId, traderId, price, lots, deadline, nextPlace: next?.place ?? 0 };
}
