/**
 * A pair in a window as a session of two assets. To buy L lots of a leg at its true weight w is to be long $D of its asset and short $D
 * of the other, D = L/N' · V · w(1 − w), with N' the lots of the whole basket and V its value. No short can exceed what is held: there is no
 * borrowing, and no margin call.
 */
import type { Fraction } from "../../src/protocol/amounts/fraction.js";
import { type AssetUnits, assetUnits, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { BASKET_ROOT_ID } from "../../src/protocol/signing/package.js";
import { type Allocation, allocation, type Basket } from "../../src/protocol/value/allocations.js";
import { basketValue, profitAndLoss } from "../../src/protocol/value/valuation.js";
import { divideRounded, ONE } from "../command/decimals.js";
import { auction, MAKER } from "../laboratory/auction.js";
import type { Laboratory, LaboratoryTerms } from "../laboratory/laboratory.js";
import type { Price } from "../stocks/price-file.js";
import { trueWeights } from "../stocks/weights.js";
import type { Observations } from "./observations.js";
import type { PlainFill } from "./plain.js";
import type { PairTrade, TradedPair } from "./rule.js";

/** The maker that quotes the true weight, and the one who follows the rule. */
export const [QUOTER, FOLLOWER] = [MAKER, 1] as const;
export const PEOPLE = 2;

/** Of either asset, at the window's beginning: the organiser makes a basket of equal parts. Units of 1e-36 of the prices' currency. */
const PART = 1_000_000n * ONE * ONE;
/** D, what each side of a trade is worth when it opens. */
export const STAKE = 10_000n * ONE * ONE;

/** A trade as the book made it. */
export interface BookedTrade {
  readonly trade: PairTrade;
  /** The lots bought, and sold again if the spread crossed; what is still open at the end is delivered. */
  readonly fills: readonly PlainFill[];
  /** What the change of the follower's allocation was worth when the trade closed, units of 1e-36 of the prices' currency. */
  readonly payoff: Fraction;
  /** Prices at which it opened and closed, of the pair's two. */
  readonly prices: readonly [open: readonly Price[], close: readonly Price[]];
}

export interface BookedPair {
  readonly pair: TradedPair;
  readonly basket: Basket;
  readonly trades: readonly BookedTrade[];
  /** Claims of the quoter and of the follower in the end, wei of each leg. */
  readonly claims: readonly (readonly bigint[])[];
  /** Of the pair's two, at the window's end. */
  readonly lastPrices: readonly Price[];
}

/**
 * Has a pair's trades made in a book of its own.
 * @param laboratory of two people, who have traded nothing @param cost by how many ticks the quoter's prices are worse than the true weight
 * @throws RuleError what the book refuses: a turn larger than all that is held; RangeError if a price leaves the market
 */
export async function tradePair(
  laboratory: Laboratory,
  { prices }: Pick<Observations, "prices">,
  pair: TradedPair,
  cost: bigint,
): Promise<BookedPair> {
  const at = (t: number): Price[] => pair.symbols.map((k) => priceOf(prices, t, k));
  const basket = basketOf(at(pair.window.begin), laboratory.terms);
  const holds = (person: number): readonly bigint[] => laboratory.claimsOf(person);
  const allocated = (): Allocation => allocation(holds(FOLLOWER).map(tokenWei), basket);
  const trades: BookedTrade[] = [];
  for (const trade of pair.trades) {
    const [open, close] = [at(trade.opens), at(trade.closes)];
    const before = allocated();
    const leg = pair.symbols.indexOf(trade.long);
    const size = lotsFor(STAKE, basket, open, laboratory.terms);
    const turn = { laboratory, basket, leg, cost };
    const fills = [await turnAt(turn, open, size)];
    if (trade.isCrossed) fills.push(await turnAt(turn, close, -size));
    trades.push({ trade, fills, payoff: profitAndLoss(allocated(), before, close), prices: [open, close] });
  }
  return { pair, basket, trades, claims: [QUOTER, FOLLOWER].map(holds), lastPrices: at(pair.window.end) };
}

interface Turn {
  readonly laboratory: Laboratory;
  readonly basket: Basket;
  /** From 0. */
  readonly leg: number;
  readonly cost: bigint;
}

/** The follower takes all of it, at the true weight and `cost` ticks worse. */
async function turnAt({ laboratory, basket, leg, cost }: Turn, spot: readonly Price[], lots: bigint) {
  const scale = laboratory.terms.basketScale;
  const weight = trueWeights(basket.quantities, spot, scale)[leg] ?? ticks(0n);
  const price = lots > 0n ? weight + cost : weight - cost;
  if (price <= 0n || price >= scale) throw new RangeError(`a weight of ${weight} leaves no room for ${cost} ticks`);
  const market = { marketRootId: BASKET_ROOT_ID, marketBranchId: leg + 1 };
  const wish = { person: FOLLOWER, lots };
  const paid = await auction(laboratory, market, { low: 1n, high: scale - 1n }, [wish], () => price);
  return { leg, price: paid, lots };
}

/** Equal parts of both, to the nearest smallest unit of a share. */
function basketOf(prices: readonly Price[], { each }: LaboratoryTerms): Basket {
  const quantities = prices.map((price): AssetUnits => assetUnits(divideRounded(PART, price)));
  return { quantities, supply: tokenWei(each * BigInt(PEOPLE)) };
}

/** L = N' · D · V / (v_1 · v_2), to the nearest lot; v_k what the basket has of asset k. */
export function lotsFor(
  stake: bigint,
  { quantities, supply }: Basket,
  prices: readonly Price[],
  { basketScale, basketTickValue }: LaboratoryTerms,
): bigint {
  const parts = quantities.reduce((product, quantity, k) => product * quantity * (prices[k] ?? 0n), 1n);
  const lotValue = basketScale * basketTickValue;
  return divideRounded(supply * stake * basketValue(quantities, prices), lotValue * parts);
}

/** Windows have no gaps. */
function priceOf(prices: Observations["prices"], t: number, k: number): Price {
  const price = prices[t]?.[k];
  if (price === undefined) throw new RangeError(`symbol ${k} has no price at ${t}`);
  return price;
}
