/**
 * Turns the chain's records into rows, block by block, with a replay of its own: the relay's mirror holds what is expected
 * too, and here nothing counts but what is on the chain.
 */
import { type ChainRecord, eventOf, type LogPlace } from "../bindings/records.js";
import { Book } from "../protocol/book/book.js";
import { countsOf } from "../protocol/book/checkpoint.js";
import { isSkip } from "../protocol/book/rebuild-events.js";
import { BlockLayers } from "../protocol/book/layers.js";
import { TRUSTING } from "../protocol/book/outside.js";
import type { BookState } from "../protocol/book/state.js";
import { BookReplay } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import { type Hashing, PLAIN_HASHING } from "../protocol/signing/hashing.js";
import { branchCount, marketBounds } from "../protocol/market/market-table.js";
import { type MarketRef, type TradePackage, tradePackage } from "../protocol/signing/package.js";
import { packageOfQuote } from "../protocol/signing/quote-set.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import { accountIn } from "./account.js";
import { type AccountEvent, ACCOUNT_ACTIONS, type EventRow, EventRows, type EventsSoFar } from "./event-rows.js";
import {
  createFigures,
  type Figures,
  figuresOf,
  forgetTouched,
  type LastPrice,
  takeFigures,
  touchMarket,
  touchRoot,
  touchTrader,
  traded,
} from "./figures.js";
import {
  type BlockRows,
  type BoundsCause,
  type BoundsRow,
  type FillRow,
  type HistoryRows,
  type IndexedBlock,
  noRows,
  type OffsetRow,
  type OrderRow,
  type SkippedPackage,
} from "./rows.js";

export interface Projector {
  /** The newest block; undefined before the first one. */
  readonly tip: IndexedBlock | undefined;
  /** @throws RuleError if the records contradict themselves or what came before; nothing has changed then */
  apply(header: Omit<IndexedBlock, "head">, records: readonly ChainRecord[]): BlockRows;
  /** Forgets all blocks above `number`. @returns false if they are not kept any more */
  takeOff(number: number): boolean;
}

/** A projector that shows its book. */
export interface OpenProjector extends Projector {
  /** As the newest block leaves it; to be looked at, not traded in. */
  readonly book: Book;
  readonly state: BookState;
}

/** Whose an order is, and where. */
interface Placed extends MarketRef {
  readonly trader: string;
  readonly traderId: number;
  readonly isBid: boolean;
  /** The transaction in which a contract said yes to it without a signature. */
  readonly unsignedIn?: string;
}

/** Of a contract that approves what its running call sends: it has nothing to sign with. */
const NO_SIGNATURE = "0x";

type RecordOf<Kind extends ChainRecord["kind"]> = Extract<ChainRecord, { kind: Kind }>;

/** A replay of the chain that stands at its newest block. */
interface ProjectorState {
  readonly book: Book;
  readonly hashing: Hashing;
  readonly layers: BlockLayers<IndexedBlock>;
  readonly figures: Figures;
  readonly events: EventRows;
  /** Rows of calls that are over, until they are taken. */
  readonly told: EventRow[];
}

/** What is read of one block. */
interface Reading {
  readonly projector: ProjectorState;
  readonly replay: BookReplay;
  readonly timestamp: bigint;
  readonly rows: HistoryRows;
  readonly skipped: SkippedPackage[];
  /** Orders that came in this block. */
  readonly arrived: Map<number, Placed>;
  /** The quote set that came last. */
  set: RecordOf<"quoteSetCreated"> | undefined;
}

/** Where a projector begins that does not begin before the first block. */
export interface ProjectorStart extends Omit<IndexedBlock, "head"> {
  /** As it is after that block; the projector's from now on. */
  readonly book: Book;
  /** Price of the last trade in each market that had one by then. */
  readonly lastPrices: readonly LastPrice[];
  readonly events: EventsSoFar;
}

/** @param depth blocks that may still be taken off */
export function createProjector(
  terms: BookTerms,
  depth: number,
  hashing: Hashing = PLAIN_HASHING,
  start?: ProjectorStart,
): OpenProjector {
  const book = start?.book ?? new Book(terms, TRUSTING, hashing);
  const figures = start === undefined ? createFigures(book) : figuresOf(book, start.lastPrices);
  const layers = new BlockLayers<IndexedBlock>(book.state.journal, depth); // what is known so far is not undone
  if (start !== undefined) {
    const { number, hash, timestamp } = start;
    layers.add({ number, hash, timestamp, head: book.state.chain.link });
  }
  const told: EventRow[] = [];
  const emit = (row: EventRow): void => void told.push(row);
  const events = new EventRows({ state: book.state, hashing, emit }, start?.events);
  const projector: ProjectorState = { book, hashing, layers, figures, events, told };
  return {
    get tip() {
      return layers.tip;
    },
    book,
    state: book.state,
    apply: (header, records) => applyRecords(projector, header, records),
    takeOff: (number) => layers.takeOff(number),
  };
}

function applyRecords(
  projector: ProjectorState,
  header: Omit<IndexedBlock, "head">,
  records: readonly ChainRecord[],
): BlockRows {
  const { book, layers, figures } = projector;
  try {
    const read = readBlock(projector, header.timestamp, records);
    const found = takeFigures(figures);
    const block = { ...header, head: book.state.chain.link };
    layers.add(block);
    const transactions = projector.events.tx;
    const rows = { ...read.rows, ...found.rows };
    return { ...block, transactions, rows, skipped: read.skipped, changes: found.changes };
  } catch (error) {
    layers.backToTip();
    forgetTouched(figures);
    projector.events.forget();
    projector.told.length = 0;
    throw error;
  }
}

function readBlock(projector: ProjectorState, timestamp: bigint, records: readonly ChainRecord[]): Reading {
  const reading: Reading = {
    projector,
    replay: new BookReplay(projector.book),
    timestamp,
    rows: noRows(),
    skipped: [],
    arrived: new Map(),
    set: undefined,
  };
  projector.events.forget(); // a transaction that was taken off may come again
  for (const record of records) readRecord(reading, record);
  if (reading.replay.isMidCall) throw new RangeError("the records of the block end in the middle of a call");
  return reading;
}

function readRecord(reading: Reading, record: ChainRecord): void {
  const { figures, events } = reading.projector;
  if (!isSkip(record)) events.begin(record); // what is left out is in no log
  switch (record.kind) {
    case "skipped": {
      const { nonce, trader, transactionHash, refusal } = record;
      reading.skipped.push({ nonce, trader, transactionHash, code: refusal.code });
      return;
    }
    case "tradeCreated":
      readOrder(reading, record, record.package);
      return;
    case "tradeApproved":
      feed(reading, record);
      events.approved(record, record);
      readApproval(reading, record);
      return;
    case "quoteSetCreated":
      feed(reading, record);
      reading.set = record;
      return;
    case "quoteCreated":
      readQuote(reading, record);
      return;
    case "matched":
      readFill(reading, record);
      return;
    case "offset": {
      const order = placedOf(reading, record, record.tradeRootId);
      feed(reading, record);
      events.takenOut(record, record);
      reading.rows.offsets.push(offsetRow(record, order));
      touchMarket(figures, order);
      return;
    }
    case "marketRecorded":
      readMarket(reading, record);
      return;
    case "fallbackApplied":
      feed(reading, record);
      events.fellBack(record, record);
      reading.rows.bounds.push(...boundsRows(reading, record, record.marketRootId, "fallback", ""));
      touchRoot(figures, record.marketRootId);
      return;
    case "checkpoint":
      feed(reading, record);
      readCheckpoint(reading, record);
      return;
    case "deposited":
    case "withdrawn":
    case "exited":
    case "realised":
    case "refreshed":
      feed(reading, record);
      readAccount(reading, record);
      return;
    default:
      feed(reading, record);
      if ("traderId" in record) touchTrader(figures, record.traderId);
  }
}

function feed({ replay, timestamp }: Reading, record: ChainRecord): void {
  replay.feed({ event: eventOf(record), timestamp });
}

function readOrder(reading: Reading, record: RecordOf<"tradeCreated" | "quoteCreated">, order: TradePackage): void {
  const { projector, arrived, rows } = reading;
  const age = projector.events.ageOf(order);
  feed(reading, record);
  projector.events.created(record.tradeRootId, order, age, record);
  const { marketRootId, marketBranchId, trader, quantityLots: quantity } = order;
  const { traderId } = projector.book.state.traders.registered(trader);
  arrived.set(record.tradeRootId, { marketRootId, marketBranchId, trader, traderId, isBid: quantity > 0n });
  rows.orders.push(orderRow(record, order, projector.hashing.primaryLink(order)));
  touchMarket(projector.figures, order);
}

function readApproval({ arrived }: Reading, record: RecordOf<"tradeApproved">): void {
  const { tradeRootId, signature, transactionHash } = record;
  const order = arrived.get(tradeRootId);
  if (order === undefined || signature !== NO_SIGNATURE) return;
  arrived.set(tradeRootId, { ...order, unsignedIn: transactionHash });
}

/** @throws RangeError naming the record */
function readQuote(reading: Reading, record: RecordOf<"quoteCreated">): void {
  if (reading.set === undefined) throw new RangeError(`the quote of log ${record.logIndex} is of no set`);
  readOrder(reading, record, tradePackage(packageOfQuote(reading.set, record)));
}

function readFill(reading: Reading, record: RecordOf<"matched">): void {
  const { figures } = reading.projector;
  const maker = placedOf(reading, record, record.makerRootId);
  const taker = placedOf(reading, record, record.takerRootId);
  feed(reading, record);
  reading.projector.events.matched(record, record);
  reading.rows.fills.push(fillRow(record, maker, taker));
  traded(figures, maker, record.priceTicks, record.lots);
  touchTrader(figures, maker.traderId);
  touchTrader(figures, taker.traderId);
}

function readMarket(reading: Reading, record: RecordOf<"marketRecorded">): void {
  const { book, figures } = reading.projector;
  const { roots } = book.state.markets.table;
  const { marketRootId } = record;
  const known = roots.get(marketRootId);
  feed(reading, record);
  reading.projector.events.recorded(record, record);
  const after = book.state.markets.table.roots.get(marketRootId);
  const isBranch = known !== undefined && after !== undefined && branchCount(after) > branchCount(known);
  const cause = known === undefined ? "made" : isBranch ? "branched" : "bounded";
  reading.rows.bounds.push(...boundsRows(reading, record, marketRootId, cause, record.description));
  touchRoot(figures, marketRootId);
}

function readCheckpoint({ projector, rows }: Reading, record: RecordOf<"checkpoint">): void {
  const { events, told, book } = projector;
  const { head, link, logIndex } = record;
  events.ended(record);
  for (const row of told.splice(0)) {
    const address = row.trader === null ? null : book.state.traders.byId(row.trader).address;
    rows.records.push({ ...row, address });
  }
  const { mark, trades, number } = countsOf(link);
  const place = { seq: events.seq, tx: events.tx, log_index: logIndex };
  rows.checkpoints.push({ ...place, checkpoint: BigInt(number), mark, trades: BigInt(trades), head, link });
}

function readAccount({ projector, rows }: Reading, record: AccountEvent & LogPlace): void {
  const { events, told, book, figures } = projector;
  events.changed(record, record);
  const { traderId: trader } = record;
  for (const { seq, tx, log_index, root_id, branch_id } of told.splice(0)) {
    const row = { seq, tx, log_index, root_id, branch_id, action: ACCOUNT_ACTIONS[record.kind], trader };
    const { address } = book.state.traders.byId(trader);
    rows.accounts.push({ ...row, address, amounts_wei: amountsOf(record), ...accountIn(book.state, trader) });
  }
  touchTrader(figures, trader);
}

function amountsOf(event: AccountEvent): bigint[] {
  switch (event.kind) {
    case "deposited":
      return [event.amount];
    case "withdrawn":
      return [0n - event.amount];
    case "exited":
      return event.claims.map((claim) => 0n - claim);
    case "realised":
      return [event.cash];
    case "refreshed":
      return [];
  }
}

function boundsRows(
  { projector }: Reading,
  { logIndex, transactionHash }: ChainRecord,
  marketRootId: number,
  cause: BoundsCause,
  description: string,
): BoundsRow[] {
  const { table } = projector.book.state.markets;
  const root = table.roots.get(marketRootId);
  if (root === undefined) return [];
  return Array.from({ length: branchCount(root) }, (_, index) => {
    const market = { marketRootId, marketBranchId: index + 1 };
    const { lower, upper } = marketBounds(table, market);
    return { ...market, logIndex, transactionHash, cause, lower, upper, settled: root.settled, description };
  });
}

/** An order before it is filled or taken out: it rests, or has just come. @throws RangeError naming the record */
function placedOf({ arrived, projector }: Reading, record: ChainRecord, tradeRootId: number): Placed {
  const found = arrived.get(tradeRootId);
  if (found !== undefined) return found;
  const { queues, traders } = projector.book.state;
  const order = queues.find(tradeRootId);
  if (order === undefined) {
    throw new RangeError(`the ${record.kind} of log ${record.logIndex} names order ${tradeRootId}, which is not there`);
  }
  const { marketRootId, marketBranchId, traderId, lots } = order;
  return { marketRootId, marketBranchId, traderId, trader: traders.byId(traderId).address, isBid: lots > 0n };
}

function orderRow(record: RecordOf<"tradeCreated" | "quoteCreated">, order: TradePackage, link: Hash): OrderRow {
  const { logIndex, transactionHash, tradeRootId } = record;
  const { marketRootId, marketBranchId, trader, priceTicks, quantityLots, nonce, deadline, timeInForce } = order;
  return {
    marketRootId,
    marketBranchId,
    logIndex,
    transactionHash,
    tradeRootId,
    link,
    trader,
    priceTicks,
    quantityLots,
    nonce,
    deadline,
    timeInForce,
  };
}

function fillRow(record: RecordOf<"matched">, maker: Placed, taker: Placed): FillRow {
  const { logIndex, transactionHash, makerRootId, takerRootId, priceTicks, lots } = record;
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
    priceTicks,
    lots,
    takerBuys: taker.isBid,
    // An order that rests beyond its own transaction is one of the book's, whoever approved it.
    via: [maker, taker].some(({ unsignedIn }) => unsignedIn === transactionHash) ? "contract" : "book",
  };
}

function offsetRow(record: RecordOf<"offset">, order: Placed): OffsetRow {
  const { logIndex, transactionHash, tradeRootId, lots, reason } = record;
  const { marketRootId, marketBranchId, trader } = order;
  return { marketRootId, marketBranchId, logIndex, transactionHash, tradeRootId, trader, reason, lots };
}
