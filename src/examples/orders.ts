import { type SignedPackage, TimeInForce } from "../client/packages.js";
import type { ChainRecord } from "../client/records.js";
import { BASKET_ROOT_ID } from "../client/session.js";
import type { PackageResult, Submission } from "../client/submitter.js";
import type { Intent } from "./behaviours.js";
import type { Month } from "./months.js";
import type { Participant, Stage } from "./stage.js";

/** An order as it was submitted, and what became of it at the door. */
export interface SubmittedOrder {
  readonly month: Month;
  readonly traderName: string;
  readonly package: SignedPackage["package"];
  /** Its place in the chain; undefined if it was refused. */
  readonly tradeRootId: number | undefined;
  /** The code of the refusal; undefined if there was none. */
  readonly refusal: string | undefined;
}

/** A call of the submitter's, the orders in it and what the book recorded. */
export interface Batch {
  readonly orders: readonly SubmittedOrder[];
  readonly gasUsed: bigint;
  readonly records: readonly ChainRecord[];
}

/** Who wants which order. */
export interface Wish {
  readonly participant: Participant;
  readonly intent: Intent;
}

const STYLES: Readonly<Record<Intent["style"], TimeInForce>> = {
  rest: TimeInForce.GoodTillCancelled,
  take: TimeInForce.ImmediateOrCancel,
  quote: TimeInForce.PostOnly,
};

const BATCH_SIZE = 20; // keeps the largest call well below the cap of 2^24 gas

/** Has each wish signed by its trader over the newest link, and submits them in batches, in the order given. */
export async function submitWishes(
  { submitter, handle }: Stage,
  wishes: readonly Wish[],
  month: Month,
  deadline: number,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let first = 0; first < wishes.length; first += BATCH_SIZE) {
    const part = wishes.slice(first, first + BATCH_SIZE);
    const { head: previousLink } = await handle.book.chainState();
    const signed: SignedPackage[] = [];
    for (const { participant, intent } of part) {
      const { leg, price, lots: quantity, style } = intent;
      const order = { leg, price, quantity, timeInForce: STYLES[style], deadline, previousLink };
      signed.push(await participant.trader.signOrder(order));
    }
    const submission = await submitter.submitBatch(signed);
    batches.push(toBatch(submission, part, signed, month));
  }
  return batches;
}

function toBatch(
  { gasUsed, records, results }: Submission,
  wishes: readonly Wish[],
  signed: readonly SignedPackage[],
  month: Month,
): Batch {
  const orders = signed.map((order, index): SubmittedOrder => {
    const result: PackageResult | undefined = results[index];
    return {
      month,
      traderName: wishes[index]?.participant.name ?? "",
      package: order.package,
      tradeRootId: result?.accepted === true ? result.tradeRootId : undefined,
      refusal: result?.accepted === false ? result.refusal.code : undefined,
    };
  });
  return { orders, gasUsed, records };
}

/** Goes on matching where a batch ran out of steps, until no two resting orders cross. Usually there is nothing to do. */
export async function finishMatching({ handle, submitter }: Stage): Promise<void> {
  for (const leg of handle.legs.keys()) {
    const market = { marketRootId: BASKET_ROOT_ID, marketBranchId: leg + 1 };
    while ((await handle.book.marketOf(market.marketRootId, market.marketBranchId)).crossed) {
      await submitter.matchTrades(market);
    }
  }
}

const SWEEP_DEPTH = 1_000; // the most open orders a side is taken to have
const SWEEP_SIZE = 100; // keeps a call well below the cap

/** Takes every order out whose deadline has passed: anyone may, and here they all have. Returns how many. */
export async function sweepExpired({ handle, submitter }: Stage): Promise<number> {
  const sides = handle.legs.flatMap((_, k) => [true, false].map((bids) => ({ leg: k + 1, bids })));
  const depths = await Promise.all(
    sides.map(({ leg, bids }) => handle.book.depthOf(BASKET_ROOT_ID, leg, bids, SWEEP_DEPTH)),
  );
  const open = depths.flatMap(({ tradeRootIds }) => tradeRootIds.map(Number));
  for (let first = 0; first < open.length; first += SWEEP_SIZE) {
    await submitter.offset(open.slice(first, first + SWEEP_SIZE));
  }
  return open.length;
}
