/**
 * How traders did in a session that is over: what they gained over what they had paid in, and how far their orders brought prices to
 * where things ended. Exact, and of the records alone, so that anybody comes to the same table (docs/policies.md).
 */
import { RuleError } from "../protocol/amounts/errors.js";
import { add, type Fraction, fraction, floor, reduced, times } from "../protocol/amounts/fraction.js";
import type { BookEvent } from "../protocol/book/events.js";
import { marketBounds, type MarketTable } from "../protocol/market/market-table.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";

/** What was recorded, and when. */
export interface TimedEvent {
  readonly event: BookEvent<unknown>;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

/** What a session has fixed, as far as scores need it. */
export interface ScoredTerms {
  readonly assets: number;
  /** N, wei. */
  readonly supply: bigint;
  readonly t1: bigint;
  readonly t2: bigint;
}

/** A trader in one session, or in several: parts of the whole basket, and of a market's range squared. */
export interface Score {
  readonly trader: string;
  readonly profit: Fraction;
  readonly paidIn: Fraction;
  readonly information: Fraction;
}

/** In millionths, rounded down. */
export interface ScoreLine {
  readonly trader: string;
  /** Of what was paid in; 0 if nothing was. */
  readonly profitPpm: bigint;
  readonly informationPpm: bigint;
}

/** Sums over a trader's fills in one market; they are integers whatever the outcome will be. */
interface Tally {
  lots: bigint;
  cost: bigint;
  /** Of fills that the trader has caused: Σ (p - p'), and Σ (p² - p'²), p' being the market's price before. */
  moved: bigint;
  movedSquares: bigint;
}

interface Order {
  readonly trader: string;
  readonly market: MarketRef;
  readonly buys: boolean;
}

interface Market {
  readonly market: MarketRef;
  last: bigint;
  /** Lots, and lots times price, in the whole session and in its last tenth. */
  readonly all: Volume;
  readonly late: Volume;
  readonly tallies: Map<string, Tally>;
}

interface Volume {
  lots: bigint;
  value: bigint;
}

const PPM = 1_000_000n;
/** The last part of a session, in which its final weights are looked for. */
const LATE_PARTS = 10n;

/** @param table as it stands after the last event */
export function scoreSession(terms: ScoredTerms, table: MarketTable, logged: Iterable<TimedEvent>): Score[] {
  const walk = new Walk(terms, table);
  for (const one of logged) walk.take(one);
  return walk.scores();
}

/** Several sessions together. @returns by address, each once */
export function scoreTable(sessions: readonly (readonly Score[])[]): ScoreLine[] {
  const byTrader = new Map<string, Score[]>();
  for (const score of sessions.flat()) byTrader.set(score.trader, [...(byTrader.get(score.trader) ?? []), score]);
  return [...byTrader]
    .map(([trader, scores]) => ({
      trader,
      profitPpm: ppmOf(sum(scores.map(({ profit }) => profit)), sum(scores.map(({ paidIn }) => paidIn))),
      informationPpm: floor(times(sum(scores.map(({ information }) => information)), PPM)),
    }))
    .sort((a, b) => (a.trader.toLowerCase() < b.trader.toLowerCase() ? -1 : 1));
}

function ppmOf(part: Fraction, whole: Fraction): bigint {
  if (whole.numerator === 0n) return 0n;
  return floor(fraction(part.numerator * whole.denominator * PPM, part.denominator * whole.numerator));
}

class Walk {
  readonly #terms: ScoredTerms;
  readonly #table: MarketTable;
  readonly #traders = new Map<number, string>();
  /** Wei, of session tokens and of each leg. */
  readonly #deposits = new Map<string, bigint[]>();
  readonly #orders = new Map<number, Order>();
  readonly #markets = new Map<string, Market>();
  #quoting = "";

  public constructor(terms: ScoredTerms, table: MarketTable) {
    this.#terms = terms;
    this.#table = table;
  }

  public take({ event, timestamp }: TimedEvent): void {
    if (event.kind === "userCreated") {
      this.#traders.set(event.traderId, event.trader);
      this.#deposits.set(
        event.trader,
        Array.from({ length: this.#terms.assets + 1 }, () => 0n),
      );
    } else if (event.kind === "deposited") {
      const paid = this.#deposits.get(this.#traders.get(event.traderId) ?? "");
      if (paid !== undefined) paid[event.leg] = (paid[event.leg] ?? 0n) + event.amount;
    } else if (event.kind === "tradeCreated") {
      const { trader, marketRootId, marketBranchId, quantityLots } = event.package;
      this.#orders.set(event.tradeRootId, {
        trader,
        market: { marketRootId, marketBranchId },
        buys: quantityLots > 0n,
      });
    } else if (event.kind === "quoteSetCreated") {
      this.#quoting = event.trader;
    } else if (event.kind === "quoteCreated") {
      const { marketRootId, marketBranchId, quantityLots } = event;
      const market = { marketRootId, marketBranchId };
      this.#orders.set(event.tradeRootId, { trader: this.#quoting, market, buys: quantityLots > 0n });
    } else if (event.kind === "matched") {
      const [maker, taker] = [this.#orders.get(event.makerRootId), this.#orders.get(event.takerRootId)];
      if (maker !== undefined && taker !== undefined) this.#fill(maker, taker, event.priceTicks, event.lots, timestamp);
    }
  }

  #fill(maker: Order, taker: Order, price: bigint, lots: bigint, timestamp: bigint): void {
    const market = this.#marketOf(taker.market);
    for (const { trader, buys } of [maker, taker]) {
      const tally = tallyIn(market, trader);
      tally.lots += buys ? lots : -lots;
      tally.cost += buys ? lots * price : -lots * price;
    }
    const own = tallyIn(market, taker.trader);
    own.moved += price - market.last;
    own.movedSquares += price * price - market.last * market.last;
    market.last = price;
    const { t1, t2 } = this.#terms;
    const isLate = (t2 - timestamp) * LATE_PARTS <= t2 - t1;
    for (const volume of isLate ? [market.all, market.late] : [market.all]) {
      volume.lots += lots;
      volume.value += lots * price;
    }
  }

  #marketOf(ref: MarketRef): Market {
    const key = `${ref.marketRootId}.${ref.marketBranchId}`;
    let market = this.#markets.get(key);
    if (market === undefined) {
      const none = (): Volume => ({ lots: 0n, value: 0n });
      market = { market: ref, last: this.#priorOf(ref), all: none(), late: none(), tallies: new Map() };
      this.#markets.set(key, market);
    }
    return market;
  }

  /** Where a price begins: equal weights, or the middle of what a branch can pay; ticks, rounded down. */
  #priorOf(ref: MarketRef): bigint {
    const root = this.#table.roots.get(ref.marketRootId);
    if (root?.kind === "simplex") return root.scale / BigInt(root.weights.length);
    const { lower, upper } = this.#spanOf(ref);
    return floor(fraction(lower + upper, 2n));
  }

  #spanOf({ marketRootId, marketBranchId }: MarketRef): { readonly lower: bigint; readonly upper: bigint } {
    const root = this.#table.roots.get(marketRootId);
    if (root?.kind === "simplex") return { lower: 0n, upper: root.scale };
    const strikes = root?.strikes[marketBranchId - 1];
    if (strikes === undefined) throw new RuleError("SHAPE_MISMATCH", { what: "market", marketRootId, marketBranchId });
    return strikes;
  }

  public scores(): Score[] {
    const weights = this.#finalWeights();
    const finals = [...this.#markets.values()].map((market) => ({ ...market, value: this.#valueOf(market, weights) }));
    return [...this.#deposits].map(([trader, [whole = 0n, ...legs]]) => {
      const parts = legs.map((wei, k) => times(weights[k] ?? fraction(0n), wei));
      const told = finals.flatMap(({ market, value, tallies }) => {
        const tally = tallies.get(trader);
        return tally === undefined || value === undefined ? [] : [this.#scoreIn(market, value, tally)];
      });
      return {
        trader,
        paidIn: partOf(sum([fraction(whole), ...parts]), this.#terms.supply),
        profit: partOf(sum(told.map(({ profit }) => profit)), this.#terms.supply),
        information: sum(told.map(({ information }) => information)),
      };
    });
  }

  /** @returns profit in wei; information as a part of the market's range squared: of (v - p')² - (v - p)² over the fills */
  #scoreIn(market: MarketRef, value: Fraction, { lots, cost, moved, movedSquares }: Tally) {
    const tickValue = this.#table.roots.get(market.marketRootId)?.tickValue ?? 0n;
    const { lower, upper } = this.#spanOf(market);
    const range = (upper - lower) ** 2n;
    const { numerator, denominator } = value;
    return {
      profit: fraction((lots * numerator - cost * denominator) * tickValue, denominator),
      information: fraction(2n * numerator * moved - denominator * movedSquares, denominator * range),
    };
  }

  /** What a lot paid in the end, ticks; undefined while that is open. */
  #valueOf({ market }: Market, weights: readonly Fraction[]): Fraction | undefined {
    if (market.marketRootId === BASKET_ROOT_ID) {
      const weight = weights[market.marketBranchId - 1];
      return weight === undefined ? undefined : times(weight, this.#table.terms.basketScale);
    }
    const { lower, upper } = marketBounds(this.#table, market);
    return lower === upper ? fraction(lower) : undefined;
  }

  /**
   * The basket has no outcome: it is delivered. Its final weights are what it was traded at: for each leg the mean price by lots in the last
   * tenth of the session, or else in all of it; legs without a trade share what those leave of the scale. They sum to one.
   */
  #finalWeights(): Fraction[] {
    const { assets } = this.#terms;
    const scale = this.#table.terms.basketScale;
    const means = Array.from({ length: assets }, (_, k) => {
      const market = this.#markets.get(`${BASKET_ROOT_ID}.${k + 1}`);
      const volume = market === undefined || market.late.lots > 0n ? market?.late : market.all;
      return volume === undefined || volume.lots === 0n ? undefined : fraction(volume.value, volume.lots);
    });
    const known = means.flatMap((mean) => mean ?? []);
    const { numerator, denominator } = sum(known);
    const left = scale * denominator > numerator ? scale * denominator - numerator : 0n;
    const silent = BigInt(assets - known.length);
    const all = means.map((mean) => mean ?? fraction(left, denominator * silent));
    const total = sum(all);
    if (total.numerator === 0n) return all.map(() => fraction(1n, BigInt(assets)));
    return all.map((one) => fraction(one.numerator * total.denominator, one.denominator * total.numerator));
  }
}

function tallyIn({ tallies }: Market, trader: string): Tally {
  let tally = tallies.get(trader);
  if (tally === undefined) {
    tally = { lots: 0n, cost: 0n, moved: 0n, movedSquares: 0n };
    tallies.set(trader, tally);
  }
  return tally;
}

/** In lowest terms all along: the denominators of many markets have nothing in common. */
function sum(values: readonly Fraction[]): Fraction {
  return values.reduce((total, value) => reduced(add(total, value)), fraction(0n));
}

function partOf({ numerator, denominator }: Fraction, whole: bigint): Fraction {
  return fraction(numerator, denominator * whole);
}
