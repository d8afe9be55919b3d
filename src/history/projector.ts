/**
 * Turns the chain's records into rows, block by block, with a replay of its own: the relay's mirror holds what is expected
 * too, and here nothing counts but what is on the chain.
 */
import { type ChainRecord, eventOf } from "../bindings/records.js";
import { Book } from "../protocol/book/book.js";
import type { Mark } from "../protocol/book/journal.js";
import { TRUSTING } from "../protocol/book/outside.js";
import { BookReplay } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import { type Hashing, PLAIN_HASHING } from "../protocol/signing/hashing.js";
import { branchCount, marketBounds } from "../protocol/market/market-table.js";
import type { MarketRef } from "../protocol/signing/package.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import { createFigures } from "./figures.js";
import type { BlockRows, HistoryRows, IndexedBlock, SkippedPackage } from "./rows.js";

export interface Projector {
  /** The newest block; undefined before the first one. */
  readonly tip: IndexedBlock | undefined;
  /** @throws RuleError if the records contradict themselves or what came before; nothing has changed then */
  apply(header: Omit<IndexedBlock, "head">, records: readonly ChainRecord[]): BlockRows;
  /** Forgets all blocks above `number`. @returns false if they are not kept any more */
  takeOff(number: number): boolean;
}

interface Layer {
  readonly block: IndexedBlock;
  readonly before: Mark;
}

/** Whose an order is, and where. */
interface Placed extends MarketRef {
  readonly trader: string;
  readonly traderId: number;
  readonly isBid: boolean;
}

type RecordOf<Kind extends ChainRecord["kind"]> = Extract<ChainRecord, { kind: Kind }>;

/** @param depth blocks that may still be taken off */
export function createProjector(terms: BookTerms, depth: number, hashing: Hashing = PLAIN_HASHING): Projector {
  const book = new Book(terms, TRUSTING, hashing);
  const { state } = book;
  const { journal } = state;
  const layers: Layer[] = [];
  const figures = createFigures(book);
  journal.hold();

  function apply(header: Omit<IndexedBlock, "head">, records: readonly ChainRecord[]): BlockRows {
    const before = journal.mark();
    try {
      const read = readRecords(header.timestamp, records);
      const found = figures.take();
      const block = { ...header, head: state.chain.head };
      layers.push({ block, before });
      forget();
      return { ...block, rows: { ...read.rows, ...found.rows }, skipped: read.skipped, changes: found.changes };
    } catch (error) {
      journal.rollBack(before);
      figures.forget();
      throw error;
    }
  }

  /** Blocks older than `depth` are never taken off any more. */
  function forget(): void {
    if (layers.length <= depth) return;
    layers.splice(0, layers.length - depth);
    const [oldest] = layers;
    if (oldest !== undefined) journal.release(oldest.before);
  }

  function readRecords(timestamp: bigint, records: readonly ChainRecord[]) {
    const rows: Pick<HistoryRows, "orders" | "fills" | "offsets" | "bounds"> = {
      orders: [],
      fills: [],
      offsets: [],
      bounds: [],
    };
    const skipped: SkippedPackage[] = [];
    const arrived = new Map<number, Placed>();
    const replay = new BookReplay(book);
    const feed = (record: ChainRecord): void => {
      replay.feed({ event: eventOf(record), timestamp });
    };
    /** An order before it is filled or taken out: it rests, or has just come. */
    const placed = (tradeRootId: number): Placed => {
      const found = arrived.get(tradeRootId);
      if (found !== undefined) return found;
      const order = state.queues.find(tradeRootId);
      if (order === undefined) throw new RangeError(`order ${tradeRootId} is not in the book`);
      const { marketRootId, marketBranchId, traderId, lots } = order;
      const trader = state.traders.byId(traderId).address;
      return { marketRootId, marketBranchId, traderId, trader, isBid: lots > 0n };
    };
    for (const record of records) {
      switch (record.kind) {
        case "skipped": {
          const { link, trader, transactionHash, refusal } = record;
          skipped.push({ link, trader, transactionHash, code: refusal.code });
          break;
        }
        case "tradeCreated": {
          feed(record);
          const { marketRootId, marketBranchId, trader, quantity } = record.package;
          const { traderId } = record;
          arrived.set(record.tradeRootId, { marketRootId, marketBranchId, trader, traderId, isBid: quantity > 0n });
          rows.orders.push(orderRow(record, hashing.primaryLink(record.package)));
          figures.touchMarket(record.package);
          break;
        }
        case "matched": {
          const [maker, taker] = [
            placedOf(placed, record, record.makerRootId),
            placedOf(placed, record, record.takerRootId),
          ];
          feed(record);
          rows.fills.push(fillRow(record, maker, taker));
          figures.traded(maker, record.price, record.lots);
          figures.touchTrader(maker.traderId);
          figures.touchTrader(taker.traderId);
          break;
        }
        case "offset": {
          const order = placedOf(placed, record, record.tradeRootId);
          feed(record);
          rows.offsets.push(offsetRow(record, order));
          figures.touchMarket(order);
          break;
        }
        case "marketRecorded": {
          const { marketRootId } = record.record;
          const known = state.markets.table.roots.get(marketRootId);
          feed(record);
          const after = state.markets.table.roots.get(marketRootId);
          const isBranch = known !== undefined && after !== undefined && branchCount(after) > branchCount(known);
          const cause = known === undefined ? "made" : isBranch ? "branched" : "bounded";
          rows.bounds.push(...boundsRows(record, marketRootId, cause, record.description));
          figures.touchRoot(marketRootId);
          break;
        }
        case "fallbackApplied": {
          feed(record);
          rows.bounds.push(...boundsRows(record, record.marketRootId, "fallback", ""));
          figures.touchRoot(record.marketRootId);
          break;
        }
        default: {
          feed(record);
          if ("traderId" in record) figures.touchTrader(record.traderId);
        }
      }
    }
    if (replay.isMidCall) throw new RangeError("the records of the block end in the middle of a call");
    return { rows, skipped };
  }

  function boundsRows(record: ChainRecord, marketRootId: number, cause: string, description: string) {
    const { table } = state.markets;
    const root = table.roots.get(marketRootId);
    if (root === undefined) return [];
    const { logIndex, transactionHash } = record;
    return Array.from({ length: branchCount(root) }, (_, index) => {
      const market = { marketRootId, marketBranchId: index + 1 };
      const { lower, upper } = marketBounds(table, market);
      return { ...market, logIndex, transactionHash, cause, lower, upper, settled: root.settled, description };
    });
  }

  return {
    get tip() {
      return layers.at(-1)?.block;
    },
    apply,
    takeOff(number) {
      const first = layers.findIndex(({ block }) => block.number > number);
      if (first === -1) return true;
      if (first === 0) return false; // the block below is not known
      const [layer] = layers.splice(first);
      if (layer !== undefined) journal.rollBack(layer.before);
      return true;
    },
  };
}

/** @throws RangeError naming the record */
function placedOf(find: (tradeRootId: number) => Placed, record: ChainRecord, tradeRootId: number): Placed {
  try {
    return find(tradeRootId);
  } catch (cause) {
    throw new RangeError(`the ${record.kind} of log ${record.logIndex} names an order that is not there`, { cause });
  }
}

function orderRow(record: RecordOf<"tradeCreated">, link: Hash): HistoryRows["orders"][number] {
  const { logIndex, transactionHash, tradeRootId, package: order } = record;
  const { marketRootId, marketBranchId, trader, price, quantity, nonce, deadline, timeInForce } = order;
  return {
    marketRootId,
    marketBranchId,
    logIndex,
    transactionHash,
    tradeRootId,
    link,
    trader,
    price,
    quantity,
    nonce,
    deadline,
    timeInForce,
  };
}

function fillRow(record: RecordOf<"matched">, maker: Placed, taker: Placed): HistoryRows["fills"][number] {
  const { logIndex, transactionHash, makerRootId, takerRootId, price, lots } = record;
  const { marketRootId, marketBranchId } = maker;
  return {
    marketRootId,
    marketBranchId,
    logIndex,
    transactionHash,
    makerRootId,
    takerRootId,
    maker: maker.trader,
    taker: taker.trader,
    price,
    lots,
    takerBuys: taker.isBid,
  };
}

function offsetRow(record: RecordOf<"offset">, order: Placed): HistoryRows["offsets"][number] {
  const { logIndex, transactionHash, tradeRootId, lots, reason } = record;
  const { marketRootId, marketBranchId, trader } = order;
  return { marketRootId, marketBranchId, logIndex, transactionHash, tradeRootId, trader, reason, lots };
}
