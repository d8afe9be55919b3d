import type { OrderTarget } from "../../src/client/market.js";
import { type SignedPackage, TimeInForce } from "../../src/bindings/packages.js";
import type { ChainRecord } from "../../src/bindings/records.js";
import { BASKET_ROOT_ID, type MarketRef } from "../../src/protocol/signing/package.js";
import type { Lots, Ticks } from "../../src/protocol/amounts/units.js";
import type { Delivery, OrderResult } from "../../stage/route.js";
import type { CastStage, Participant } from "./cast.js";

/** Whether an order may rest, only take, or only rest. */
export type OrderStyle = "rest" | "take" | "quote";

/** Who wants which order. Lots are + to buy and - to sell. */
export interface Wish {
  readonly participant: Participant;
  readonly intent: OrderTarget & { readonly price: Ticks; readonly lots: Lots; readonly style: OrderStyle };
}

/** An order as it was submitted, and what became of it at the door. */
export interface SubmittedOrder extends OrderResult {
  /** The step of the story in which it came, as the reader knows it: a month, a day. */
  readonly step: string;
  readonly traderName: string;
  readonly package: SignedPackage["package"];
}

/** Orders that were signed over the same link, what bringing them to the book took, and what the book recorded. */
export interface Batch {
  readonly orders: readonly SubmittedOrder[];
  /** Of each transaction: one if they were sent directly. */
  readonly gas: readonly bigint[];
  readonly records: readonly ChainRecord[];
}

const STYLES: Readonly<Record<OrderStyle, TimeInForce>> = {
  rest: TimeInForce.GoodTillCancelled,
  take: TimeInForce.ImmediateOrCancel,
  quote: TimeInForce.PostOnly,
};

const BATCH_SIZE = 20; // keeps the largest call well below the cap of 2^24 gas

/**
 * Has each wish signed by its trader over the newest link, and brings them to the book in batches, in the order given.
 * @param deadline last second of the orders
 */
export async function submitWishes(
  { route }: Pick<CastStage, "route">,
  wishes: readonly Wish[],
  step: string,
  deadline: number,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let first = 0; first < wishes.length; first += BATCH_SIZE) {
    const part = wishes.slice(first, first + BATCH_SIZE);
    const previousLink = await route.link();
    const signed: SignedPackage[] = [];
    for (const { participant, intent } of part) {
      const { price, lots: quantity, style, ...target } = intent;
      const order = { ...target, price, quantity, timeInForce: STYLES[style], deadline, previousLink };
      signed.push(await participant.trader.signOrder(order));
    }
    batches.push(toBatch(await route.bring(signed), part, signed, step));
  }
  return batches;
}

function toBatch(
  { gas, records, results }: Delivery,
  wishes: readonly Wish[],
  signed: readonly SignedPackage[],
  step: string,
): Batch {
  const orders = signed.map((order, index): SubmittedOrder => {
    const { tradeRootId, refusal } = results[index] ?? {};
    return { step, traderName: wishes[index]?.participant.name ?? "", package: order.package, tradeRootId, refusal };
  });
  return { orders, gas, records };
}

/** Goes on matching where a batch ran out of steps, until no two resting orders cross. Usually there is nothing to do. */
export async function finishMatching({ handle, submitter }: CastStage, markets: readonly MarketRef[]): Promise<void> {
  for (const market of markets) {
    while ((await handle.book.marketOf(market.marketRootId, market.marketBranchId)).crossed) {
      await submitter.matchTrades(market);
    }
  }
}

const SWEEP_DEPTH = 1_000; // the most open orders a side is taken to have
const SWEEP_SIZE = 100; // keeps a call well below the cap

/** Takes every order out whose deadline has passed: anyone may, and here they all have. Returns how many. */
export async function sweepExpired({ handle, submitter }: CastStage, markets: readonly MarketRef[]): Promise<number> {
  const sides = markets.flatMap((market) => [true, false].map((bids) => ({ ...market, bids })));
  const depths = await Promise.all(
    sides.map(({ marketRootId, marketBranchId, bids }) =>
      handle.book.depthOf(marketRootId, marketBranchId, bids, SWEEP_DEPTH),
    ),
  );
  const open = depths.flatMap(({ orders }) =>
    orders.map(({ tradeRootId, place }) => ({ tradeRootId: Number(tradeRootId), place: Number(place) })),
  );
  for (let first = 0; first < open.length; first += SWEEP_SIZE) {
    await submitter.offset(open.slice(first, first + SWEEP_SIZE));
  }
  return open.length;
}

/** One market for each leg of the basket. */
export function basketMarkets({ handle }: CastStage): MarketRef[] {
  return handle.legs.map((_, k) => ({ marketRootId: BASKET_ROOT_ID, marketBranchId: k + 1 }));
}
