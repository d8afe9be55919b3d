import type { BookRecord, OffsetReason } from "../client/records.js";
import { formatFixed, ONE } from "./decimals.js";
import { formatMonth } from "./months.js";
import type { SubmittedOrder } from "./orders.js";
import { MONEY } from "./settlement.js";
import type { SessionRun } from "./simulation.js";
import type { MonthStep } from "./trading.js";

const MONEY_DIGITS = 6; // of what is shown beside the exact numbers

/**
 * The run as one JSON document, without a clock in it. Integers beyond 2^53 are decimal strings: token amounts in wei,
 * share quantities in units of 1e-18, prices of legs in ticks. Months, ids, leg numbers and counts are plain.
 */
export function renderDocument(run: SessionRun): string {
  return JSON.stringify(
    toDocument(run),
    (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value),
    2,
  );
}

function toDocument(run: SessionRun) {
  const { steps, settlement, proof, records } = run;
  const orders = steps.flatMap(({ batches }) => batches.flatMap((batch) => batch.orders));
  return {
    session: describeSession(run),
    steps: steps.map((step) => describeStep(step, run.options.symbols)),
    allocations: settlement.outcomes.map(({ holder, claims, allocation, profit }) => ({
      holder: holder.name,
      received: holder.received,
      claims,
      allocation,
      profitAndLoss: {
        numerator: profit.numerator,
        denominator: profit.denominator * MONEY,
        rounded: formatFixed(profit.numerator, profit.denominator * MONEY, MONEY_DIGITS),
      },
    })),
    deliveries: settlement.outcomes.map(({ holder, delivered }) => ({ holder: holder.name, delivered })),
    orders: orders.map(describeOrder),
    fills: pick(records, "matched").map(({ makerRootId, takerRootId, price, lots }) => ({
      maker: makerRootId,
      taker: takerRootId,
      price,
      lots,
    })),
    offsets: pick(records, "offset").map(({ tradeRootId, lots, reason }): OffsetEntry => ({
      order: tradeRootId,
      lots,
      reason,
    })),
    gas: describeGas(run),
    proof,
  };
}

interface OffsetEntry {
  readonly order: number;
  readonly lots: bigint;
  readonly reason: OffsetReason;
}

function pick<Kind extends BookRecord["kind"]>(records: readonly BookRecord[], kind: Kind) {
  return records.filter((record): record is Extract<BookRecord, { kind: Kind }> => record.kind === kind);
}

function describeSession({ options, stage }: SessionRun) {
  const { handle, factory, participants } = stage;
  return {
    seed: options.seed,
    from: formatMonth(options.from),
    to: formatMonth(options.to),
    t1: handle.t1,
    t2: handle.t2,
    supply: handle.supply,
    basket: handle.assets.map(({ address, quantity }, k) => ({ symbol: options.symbols[k], address, quantity })),
    units: handle.basket,
    contracts: { factory, session: handle.address, orderBook: handle.bookAddress },
    traders: participants.map(({ name, behaviourName, address }) => ({ name, behaviour: behaviourName, address })),
  };
}

function describeStep(step: MonthStep, symbols: readonly string[]) {
  return {
    month: formatMonth(step.month),
    legs: symbols.map((symbol, k) => ({
      symbol,
      spot: formatFixed(step.spot[k] ?? 0n, ONE, MONEY_DIGITS),
      weight: step.weights[k],
      impliedWeight: step.impliedWeights?.[k] ?? null,
      bestBid: step.quotes[k]?.bid ?? null,
      bestAsk: step.quotes[k]?.ask ?? null,
    })),
    orders: step.batches.reduce((count, batch) => count + batch.orders.length, 0),
    expired: step.expired,
  };
}

function describeOrder({ month, traderName, package: order, tradeRootId, refusal }: SubmittedOrder) {
  return {
    id: tradeRootId ?? null,
    refusal: refusal ?? null,
    month: formatMonth(month),
    trader: traderName,
    leg: order.marketBranchId,
    price: order.price,
    lots: order.quantity,
    timeInForce: order.timeInForce,
    nonce: order.nonce,
    previousLink: order.previousLink,
  };
}

function describeGas({ stage, settlement, steps, proof }: SessionRun) {
  return {
    perOrder: proof.gasPerOrder.figures.perOrder,
    batches: steps.flatMap(({ batches }) => batches.map(({ orders, gasUsed }) => ({ orders: orders.length, gasUsed }))),
    deposits: stage.depositGas,
    exits: settlement.exitGas,
  };
}
