/** One session of a design: people come one by one, each with one order, and the book says what it looks like each time. */
import { type CoveredLevel, coveredLevels } from "../../src/protocol/book/covered-depth.js";
import { isRefusal, type RefusalValues } from "../../src/protocol/market/refusal.js";
import { type MarketRef, TimeInForce } from "../../src/protocol/signing/package.js";
import { MAKER } from "../laboratory/auction.js";
import { type Laboratory, openLaboratory, TICK_VALUE } from "../laboratory/laboratory.js";
import { libraryGround } from "../laboratory/library-ground.js";
import { makerOf } from "../laboratory/lmsr.js";
import { HIGH, LOW, SIZE } from "./world.js";

export interface SessionPlan {
  /** The price that is taken for granted before there is one, ticks. */
  readonly start: number;
  /** An automated maker's liquidity b, lots; 0 without one. */
  readonly liquidity: bigint;
}

/** What the book looked like when somebody came. */
export interface Look {
  /** Ticks between the best orders, if there are two sides. */
  readonly spread: number | undefined;
  /** Lots within reach of the price that their traders can bear, and that are displayed. */
  readonly covered: number;
  readonly displayed: number;
}

export interface Ended {
  /** Of everybody, by number, ticks · lots: exact, and zero in sum. */
  readonly gains: readonly bigint[];
  readonly maker: bigint;
  /** The most that the maker could have lost; 0 without one. */
  readonly bound: bigint;
}

export interface DesignSession {
  /** Where the market is, ticks: the middle, the last price, or what was taken for granted. */
  price(): number;
  look(): Look;
  /** @returns whether the book took the order: it refuses what its trader could not bear */
  arrive(person: number, belief: number): Promise<boolean>;
  /** Lots that were traded so far. */
  traded(): number;
  settle(value: number): Promise<Ended>;
}

/** So much better than their belief people want a price to be. */
const MARGIN = 50;
/** Of the price, within which depth is counted. */
const REACH = 300;
const LEVELS = 100;

/** With its own money in its own book. @param purse in orders of the usual size that could lose everything; the maker has enough */
export async function laboratoryOf(people: number, purse: number): Promise<Laboratory> {
  const ground = await libraryGround(people + 1);
  const money = BigInt(Math.round(purse * (HIGH - LOW))) * SIZE * TICK_VALUE;
  return openLaboratory({ ...ground, moneyOf: (person) => (person === MAKER ? ground.each : money) });
}

/** @param laboratory of the maker and of everybody who may come, none of whom has traded */
export async function openSession(laboratory: Laboratory, { start, liquidity }: SessionPlan): Promise<DesignSession> {
  const root = await laboratory.openInterval(BigInt(LOW), BigInt(HIGH));
  const market: MarketRef = { marketRootId: root, marketBranchId: 1 };
  const quotes = liquidity === 0n ? undefined : quoterOf(laboratory, market, liquidity, start);
  await quotes?.renew();
  const bound = quotes?.bound ?? 0n;
  let last: number | undefined;
  let traded = 0n;
  const sides = (): Sides => sidesOf(laboratory, market);
  const price = (): number => middleOf(sides()) ?? last ?? start;
  return {
    price,
    look: () => lookAt(sides(), price()),
    traded: () => Number(traded),
    async arrive(person, belief) {
      const isBid = belief >= price();
      const limit = Math.round(isBid ? belief - MARGIN : belief + MARGIN);
      const order = { person: person + 1, market, price: within(limit), lots: isBid ? SIZE : -SIZE };
      const fills = await bringOrNot(laboratory, order);
      for (const fill of fills ?? []) {
        last = Number(fill.price);
        traded += fill.lots;
      }
      if (fills !== undefined && fills.length > 0) await quotes?.renew();
      return fills !== undefined;
    },
    async settle(value) {
      await laboratory.settle(market, BigInt(value));
      const [maker = 0n, ...gains] = laboratory.gains();
      return { gains, maker, bound };
    },
  };
}

interface Sides {
  readonly bids: readonly CoveredLevel[];
  readonly asks: readonly CoveredLevel[];
}

function sidesOf({ book }: Laboratory, market: MarketRef): Sides {
  const side = (bids: boolean) => coveredLevels(book.state, book.state.queues.of(market).side(bids), LEVELS, 0n);
  return { bids: side(true), asks: side(false) };
}

function middleOf({ bids: [bid], asks: [ask] }: Sides): number | undefined {
  return bid === undefined || ask === undefined ? undefined : (Number(bid.priceTicks) + Number(ask.priceTicks)) / 2;
}

function lookAt({ bids, asks }: Sides, price: number): Look {
  const near = [...bids, ...asks].filter(({ priceTicks }) => Math.abs(Number(priceTicks) - price) <= REACH);
  const sum = (what: "coveredLots" | "lots"): number => near.reduce((all, level) => all + Number(level[what]), 0);
  const [bid, ask] = [bids[0], asks[0]];
  const spread = bid === undefined || ask === undefined ? undefined : Number(ask.priceTicks - bid.priceTicks);
  return { spread, covered: sum("coveredLots"), displayed: sum("lots") };
}

type Priced = Omit<Parameters<Laboratory["bring"]>[0][number], "timeInForce">;

/** @returns undefined if its trader could not bear it */
async function bringOrNot(laboratory: Laboratory, order: Priced) {
  try {
    const { fills } = await laboratory.bring([{ ...order, timeInForce: TimeInForce.GoodTillCancelled }]);
    return fills;
  } catch (error) {
    if (isUncovered(error)) return undefined;
    throw error;
  }
}

/** As a batch that stands or falls as a whole says it. */
function isUncovered(error: unknown): boolean {
  if (!isRefusal(error) || error.code !== "Book_PackageRefused") return false;
  const { reason } = error.values as RefusalValues["Book_PackageRefused"]; // its code says of which error they are
  return reason === "Book_Uncovered";
}

/** The maker stands on both sides with the usual size, at what its cost function asks, and says so anew after each trade. */
function quoterOf(laboratory: Laboratory, market: MarketRef, liquidity: bigint, start: number) {
  const upper = within(start);
  const maker = makerOf(
    laboratory,
    liquidity,
    [BigInt(LOW), BigInt(HIGH)],
    [BigInt(HIGH) - upper, upper - BigInt(LOW)],
  );
  return {
    bound: maker.depositFor(market.marketRootId),
    async renew(): Promise<void> {
      await laboratory.clear(MAKER, market);
      const orders = [SIZE, -SIZE].flatMap((lots) => {
        const own = maker.answer(market, lots);
        return own.lots === 0n ? [] : [{ person: MAKER, market, ...own, timeInForce: TimeInForce.GoodTillCancelled }];
      });
      if (orders.length > 0) await laboratory.bring(orders);
    },
  };
}

function within(limit: number): bigint {
  return BigInt(Math.min(HIGH - 1, Math.max(LOW + 1, Math.round(limit))));
}
