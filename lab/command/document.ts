import type { ChainRecord } from "../../src/bindings/records.js";
import { toReadableJson } from "../../src/protocol/amounts/json.js";
import { formatFixed } from "./decimals.js";
import type { Batch, SubmittedOrder } from "../session/orders.js";
import type { Settlement } from "../session/settlement.js";
import type { CastStage } from "../session/cast.js";

/** Digits after the point of what is shown beside exact numbers. */
export const ROUNDED_DIGITS = 6;

/**
 * One JSON document. Integers that may go beyond 2^53 are bigint here and decimal strings there: token amounts in wei, asset
 * quantities in units of 1e-18, prices and lots. Months, ids, leg numbers and counts are plain.
 */
export function renderJson(document: unknown): string {
  return toReadableJson(document);
}

/** What a session is: who, when, how much of what. */
export function describeStage({ handle, factory, participants, symbols }: CastStage) {
  return {
    t1: handle.t1,
    t2: handle.t2,
    supply: handle.supply,
    basket: handle.assets.map(({ address, quantity }, k) => ({ symbol: symbols[k], address, quantity })),
    units: handle.basket,
    contracts: { factory, session: handle.address, orderBook: handle.bookAddress },
    traders: participants.map(({ name, behaviourName, address }) => ({ name, behaviour: behaviourName, address })),
  };
}

/** @param money how many units of a profit's numerator make one of the study's currency */
export function describeAllocations({ outcomes }: Settlement, money: bigint) {
  return outcomes.map(({ holder, claims, allocation, profit }) => ({
    holder: holder.name,
    received: holder.received,
    claims,
    allocation,
    profitAndLoss: {
      numerator: profit.numerator,
      denominator: profit.denominator * money,
      rounded: formatFixed(profit.numerator, profit.denominator * money, ROUNDED_DIGITS),
    },
  }));
}

export function describeDeliveries({ outcomes }: Settlement) {
  return outcomes.map(({ holder, delivered }) => ({ holder: holder.name, delivered }));
}

/**
 * What an order says, and where it stands in the chain.
 * @param when the step of the story, by the name that it has there
 * @param where the market, likewise
 */
export function describeOrder<When extends object, Where extends object>(
  { traderName, package: order, tradeRootId, refusal }: SubmittedOrder,
  when: When,
  where: Where,
) {
  return {
    id: tradeRootId ?? null,
    refusal: refusal ?? null,
    ...when,
    trader: traderName,
    ...where,
    price: order.priceTicks,
    lots: order.quantityLots,
    timeInForce: order.timeInForce,
    nonce: order.nonce,
    previousLink: order.previousLink,
  };
}

export function describeFills(records: readonly ChainRecord[]) {
  return pick(records, "matched").map(({ makerRootId, takerRootId, priceTicks: price, lots }) => ({
    maker: makerRootId,
    taker: takerRootId,
    price,
    lots,
  }));
}

export function describeOffsets(records: readonly ChainRecord[]) {
  return pick(records, "offset").map(({ tradeRootId, lots, reason }) => ({ order: tradeRootId, lots, reason }));
}

/** The records of one kind. */
export function pick<Kind extends ChainRecord["kind"]>(records: readonly ChainRecord[], kind: Kind) {
  return records.filter((record): record is Extract<ChainRecord, { kind: Kind }> => record.kind === kind);
}

export function describeGas(stage: CastStage, batches: readonly Batch[], { exitGas }: Settlement, perOrder: bigint) {
  return {
    perOrder,
    batches: batches.map(({ orders, gas }) => ({ orders: orders.length, transactions: gas })),
    deposits: stage.depositGas,
    exits: exitGas,
  };
}
