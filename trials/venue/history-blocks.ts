/** A long history as blocks of rows, made up: as many rows of each kind as a busy market leaves, and none that another row contradicts. */
import { createHash } from "node:crypto";

import type { BlockRows, FillRow, OrderRow, RecordRow, StoredLevel } from "../../src/history/rows.js";
import { noRows } from "../../src/history/rows.js";
import { lots, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { createRandom, type Random } from "../../stage/rng.js";

export interface HistoryShape {
  /** Of each block; every second one takes the one before it, one in ten is taken out by its trader, the others rest. */
  readonly ordersPerBlock: number;
  readonly traders: number;
  /** Legs of the basket, each a market. */
  readonly legs: number;
  readonly seed: number;
}

export interface HistoryMaker {
  /** The next so many blocks. */
  next(count: number): BlockRows[];
  readonly orders: number;
  /** Orders that neither were filled nor taken out. */
  readonly resting: readonly number[];
}

export const FIRST_BLOCK = 1_000_000;
const FIRST_SECOND = 1_790_000_000n;
const [CENTRE, SPREAD, LEVELS, MOST_RESTING] = [5_000, 40, 10, 50_000];
const SECONDS_GOOD = 86_400n;

/** What a block begins with, and goes on from. */
interface MakerState {
  readonly shape: HistoryShape;
  readonly random: Random;
  readonly resting: number[];
  number: number;
  orders: number;
  seq: bigint;
  tx: bigint;
  matches: bigint;
  checkpoint: bigint;
}

export function createHistoryMaker(shape: HistoryShape): HistoryMaker {
  const state: MakerState = {
    ...{ shape, random: createRandom(BigInt(shape.seed), "history"), resting: [] },
    ...{ number: FIRST_BLOCK, orders: 0, seq: 0n, tx: 0n, matches: 0n, checkpoint: 0n },
  };
  return {
    next: (count) => Array.from({ length: count }, () => blockOf(state)),
    get orders() {
      return state.orders;
    },
    get resting() {
      return state.resting;
    },
  };
}

export function traderOf(index: number): string {
  return `0x${hashOf("trader", index).slice(2, 42)}`;
}

export function hashOf(...words: readonly (string | number | bigint)[]): string {
  return `0x${createHash("sha256").update(words.join("/")).digest("hex")}`;
}

function blockOf(state: MakerState): BlockRows {
  const { shape, random } = state;
  const number = (state.number += 1);
  const timestamp = FIRST_SECOND + 2n * BigInt(number - FIRST_BLOCK);
  const rows = noRows();
  state.tx += 1n;
  state.checkpoint += 1n;
  const call: Call = { number, timestamp, transactionHash: hashOf("tx", number), rows };
  const traded = new Set<string>();
  let before: OrderRow | undefined;
  for (let at = 0; at < shape.ordersPerBlock; at += 1) {
    const takes = at % 2 === 1 && at % 10 !== 9 ? before : undefined;
    const order = orderOf(state, call, takes);
    add(state, call, order);
    if (takes !== undefined) {
      fill(state, call, takes, order);
      traded.add(takes.trader).add(order.trader);
    } else if (at % 10 === 9) takeOut(state, call, order);
    else if (at % 10 === 8 && state.resting.length < MOST_RESTING) state.resting.push(order.tradeRootId);
    before = order;
  }
  const head = hashOf("head", number);
  rows.checkpoints.push({
    ...{ seq: state.seq, tx: state.tx, log_index: 3 * shape.ordersPerBlock, checkpoint: state.checkpoint },
    ...{ mark: BigInt(number), trades: BigInt(state.orders), head, link: head },
  });
  rows.allocations.push(
    ...[...traded].map((trader) => ({
      trader,
      claims: Array.from({ length: shape.legs }, () => tokenWei(random.amount(0n, 10n ** 21n))),
    })),
  );
  closeMarkets(state, call);
  const hash = hashOf("block", number);
  return { number, hash, timestamp, head, transactions: state.tx, rows, skipped: [], changes: [] };
}

/** The one call of a block. */
interface Call {
  readonly number: number;
  readonly timestamp: bigint;
  readonly transactionHash: string;
  readonly rows: BlockRows["rows"];
}

function orderOf(state: MakerState, { timestamp, transactionHash, rows }: Call, takes: OrderRow | undefined): OrderRow {
  const { random, shape } = state;
  const size = random.amount(1n, 1_000n);
  const tradeRootId = (state.orders += 1);
  return {
    marketRootId: 1,
    marketBranchId: takes?.marketBranchId ?? random.integer(1, shape.legs),
    logIndex: rows.orders.length,
    transactionHash,
    tradeRootId,
    link: hashOf("link", tradeRootId),
    trader: traderOf(random.integer(0, shape.traders - 1)),
    priceTicks: takes?.priceTicks ?? ticks(BigInt(CENTRE + random.integer(-SPREAD, SPREAD))),
    quantityLots: takes === undefined ? lots(random.chance(50) ? size : -size) : lots(0n - takes.quantityLots),
    nonce: BigInt(tradeRootId),
    deadline: timestamp + SECONDS_GOOD,
    timeInForce: 0,
  };
}

/** What all records of an order have. */
function recordOf(state: MakerState, order: OrderRow, action: RecordRow["action"], left: bigint): RecordRow {
  state.seq += 1n;
  return {
    ...{ seq: state.seq, tx: state.tx, log_index: order.logIndex, checkpoint: state.checkpoint },
    ...{ root_id: order.marketRootId, branch_id: order.marketBranchId, action, reason: null },
    ...{ order_id: BigInt(order.tradeRootId), side: order.quantityLots > 0n ? "B" : "A" },
    ...{ price: Number(order.priceTicks), lots: sizeOf(order), lots_left: left, match_id: null },
    ...{ tif: null, deadline: null, seen_seq: null, age_checkpoints: null },
    ...{ trader: 1 + (order.tradeRootId % state.shape.traders), via: null, link: null, address: order.trader },
  };
}

function sizeOf({ quantityLots }: OrderRow): bigint {
  return quantityLots < 0n ? 0n - quantityLots : quantityLots;
}

function add(state: MakerState, { rows }: Call, order: OrderRow): void {
  rows.orders.push(order);
  const record = recordOf(state, order, "A", sizeOf(order));
  const told = { tif: 0, deadline: order.deadline, seen_seq: state.seq - 1n, age_checkpoints: 1, via: "book" as const };
  rows.records.push({ ...record, ...told, link: order.link });
}

function fill(state: MakerState, { rows, transactionHash }: Call, maker: OrderRow, taker: OrderRow): void {
  const { marketRootId, marketBranchId, priceTicks } = maker;
  const row: FillRow = {
    ...{ marketRootId, marketBranchId, priceTicks, transactionHash, logIndex: taker.logIndex },
    ...{ makerRootId: maker.tradeRootId, takerRootId: taker.tradeRootId, maker: maker.trader, taker: taker.trader },
    ...{ lots: lots(sizeOf(maker)), takerBuys: taker.quantityLots > 0n, via: "book" },
  };
  rows.fills.push(row);
  state.matches += 1n;
  for (const [order, action] of [
    [maker, "F"],
    [taker, "T"],
  ] as const) {
    rows.records.push({ ...recordOf(state, order, action, 0n), match_id: state.matches, via: "book" });
  }
}

function takeOut(state: MakerState, { rows, transactionHash }: Call, order: OrderRow): void {
  const { marketRootId, marketBranchId, tradeRootId, trader, logIndex } = order;
  rows.offsets.push({
    ...{ marketRootId, marketBranchId, tradeRootId, trader, logIndex, transactionHash },
    ...{ lots: lots(sizeOf(order)), reason: "cancelled" },
  });
  rows.records.push({ ...recordOf(state, order, "C", 0n), reason: "cancelled" });
}

function closeMarkets({ random, shape }: MakerState, { rows }: Call): void {
  const middles: bigint[] = [];
  for (let leg = 1; leg <= shape.legs; leg += 1) {
    const bid = CENTRE + random.integer(-SPREAD, SPREAD);
    const levels = (step: number): StoredLevel[] =>
      Array.from({ length: LEVELS }, (_, at): StoredLevel => {
        const [price, size] = [BigInt(bid + step * (at + 1)), random.amount(1n, 10_000n)];
        return [`${price}`, `${size}`, 1 + at];
      });
    const fills = rows.fills.filter(({ marketBranchId }) => marketBranchId === leg);
    rows.markets.push({
      ...{ marketRootId: 1, marketBranchId: leg, bestBid: ticks(BigInt(bid - 1)), bestAsk: ticks(BigInt(bid + 1)) },
      ...{ lastPrice: fills.at(-1)?.priceTicks ?? null, volume: fills.reduce((sum, one) => sum + one.lots, 0n) },
      ...{ longLots: 1_000_000n, shortLots: 1_000_000n, bids: levels(-1), asks: levels(1) },
    });
    middles.push(BigInt(2 * bid));
  }
  rows.weights.push({ doubledMiddles: middles });
}
