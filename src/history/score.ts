/**
 * How traders did in a session that is over: what they gained over what they had paid in, and how far their orders brought prices to
 * where things ended. Exact, and of the records alone, so that anybody comes to the same table (docs/policies.md).
 */
import {
  countTrade,
  finalValueOf,
  firstBoundsOf,
  type LegVolumes,
  noVolumes,
  reducedSum,
  startOf,
  tradedWeights,
} from "../measures/final-values.js";
import { OrdersSeen, type SeenOrder } from "../measures/orders-seen.js";
import { floor, type Fraction, fraction, times } from "../protocol/amounts/fraction.js";
import type { BookEvent } from "../protocol/book/events.js";
import type { MarketTable } from "../protocol/market/market-table.js";
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

interface Market {
  readonly market: MarketRef;
  last: bigint;
  readonly volumes: LegVolumes;
  readonly tallies: Map<string, Tally>;
}

const PPM = 1_000_000n;

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
      profitPpm: ppmOf(reducedSum(scores.map(({ profit }) => profit)), reducedSum(scores.map(({ paidIn }) => paidIn))),
      informationPpm: floor(times(reducedSum(scores.map(({ information }) => information)), PPM)),
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
  readonly #orders = new OrdersSeen();
  readonly #markets = new Map<string, Market>();

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
    } else if (event.kind === "matched") {
      const [maker, taker] = [this.#orders.of(event.makerRootId), this.#orders.of(event.takerRootId)];
      if (maker !== undefined && taker !== undefined) this.#fill(maker, taker, event.priceTicks, event.lots, timestamp);
    } else this.#orders.take(event);
  }

  #fill(maker: SeenOrder, taker: SeenOrder, price: bigint, lots: bigint, timestamp: bigint): void {
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
    countTrade(market.volumes, this.#terms, timestamp, price, lots);
  }

  #marketOf(ref: MarketRef): Market {
    const key = `${ref.marketRootId}.${ref.marketBranchId}`;
    let market = this.#markets.get(key);
    if (market === undefined) {
      market = { market: ref, last: startOf(this.#table, ref), volumes: noVolumes(), tallies: new Map() };
      this.#markets.set(key, market);
    }
    return market;
  }

  public scores(): Score[] {
    const weights = this.#finalWeights();
    const finals = [...this.#markets.values()].map((market) => ({
      ...market,
      value: finalValueOf(this.#table, market.market, weights),
    }));
    return [...this.#deposits].map(([trader, [whole = 0n, ...legs]]) => {
      const parts = legs.map((wei, k) => times(weights[k] ?? fraction(0n), wei));
      const told = finals.flatMap(({ market, value, tallies }) => {
        const tally = tallies.get(trader);
        return tally === undefined || value === undefined ? [] : [this.#scoreIn(market, value, tally)];
      });
      return {
        trader,
        paidIn: partOf(reducedSum([fraction(whole), ...parts]), this.#terms.supply),
        profit: partOf(reducedSum(told.map(({ profit }) => profit)), this.#terms.supply),
        information: reducedSum(told.map(({ information }) => information)),
      };
    });
  }

  /** @returns profit in wei; information as a part of the market's range squared: of (v - p')² - (v - p)² over the fills */
  #scoreIn(market: MarketRef, value: Fraction, { lots, cost, moved, movedSquares }: Tally) {
    const tickValue = this.#table.roots.get(market.marketRootId)?.tickValue ?? 0n;
    const { lower, upper } = firstBoundsOf(this.#table, market);
    const range = (upper - lower) ** 2n;
    const { numerator, denominator } = value;
    return {
      profit: fraction((lots * numerator - cost * denominator) * tickValue, denominator),
      information: fraction(2n * numerator * moved - denominator * movedSquares, denominator * range),
    };
  }

  #finalWeights(): Fraction[] {
    const legs = Array.from({ length: this.#terms.assets }, (_, k) => this.#markets.get(`${BASKET_ROOT_ID}.${k + 1}`));
    return tradedWeights(
      this.#table.terms.basketScale,
      legs.map((leg) => leg?.volumes),
    );
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

function partOf({ numerator, denominator }: Fraction, whole: bigint): Fraction {
  return fraction(numerator, denominator * whole);
}
