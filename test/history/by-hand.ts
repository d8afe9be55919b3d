/** A small book by hand, and its history as blocks: two assets, scale 10 000, so that a lot of a leg is worth 10^15 wei. */
import type { ChainRecord } from "../../src/bindings/records.js";
import { createProjector, type Projector } from "../../src/history/projector.js";
import { type BlockRows, type HistoryRows, noRows } from "../../src/history/rows.js";
import { type Answer, Book } from "../../src/protocol/book/book.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import { insertionHint } from "../../src/protocol/book/projections.js";
import type { BookTerms } from "../../src/protocol/book/terms.js";
import { type MarketRecord, NEW_ROOT } from "../../src/protocol/signing/market-record.js";
import { type PackageFields, type TradePackage, tradePackage } from "../../src/protocol/signing/package.js";
import { address, LOT, NOW, TERMS } from "../protocol/logged.js";
import { DESCRIPTION, OWNER, type Step } from "../protocol/markets.js";
import { hashAt } from "./support.js";

export const [ALICE, BOB, CAROL] = [address(1), address(2), address(3)] as const;
/** The two legs of the basket. */
export const GOLD = { marketRootId: 1, marketBranchId: 1 };
export const SILVER = { marketRootId: 1, marketBranchId: 2 };

const LIMITS = { maxMatches: 20, maxWalk: 20 };

/** Something that is done to a book at a time. */
export type Deed = (book: Book, timestamp: bigint) => Answer<unknown>;

export interface HandBlock {
  readonly header: { readonly number: number; readonly hash: string; readonly timestamp: bigint };
  readonly records: readonly ChainRecord[];
}

export class HandChain {
  public readonly terms: BookTerms;
  public readonly book: Book;
  #number = 99;

  public constructor(terms: Partial<BookTerms> = {}) {
    this.terms = { ...TERMS, maxOpenOrders: 100, ...terms };
    this.book = new Book(this.terms, TRUSTING);
  }

  /** The next block; each deed is a transaction of its own. */
  public block(deeds: readonly Deed[], timestamp = NOW): HandBlock {
    this.#number += 1;
    const number = this.#number;
    const records: ChainRecord[] = [];
    for (const [index, deed] of deeds.entries()) {
      for (const event of deed(this.book, timestamp).events) {
        const place = { blockNumber: number, logIndex: records.length, transactionHash: transactionAt(number, index) };
        // What a refusal is called differs between a book and its logs; no more than its code is read.
        records.push({ ...event, ...place } as ChainRecord);
      }
    }
    return { header: { number, hash: hashAt(number, 0), timestamp }, records };
  }

  public projector(depth = 100): Projector {
    return createProjector(this.terms, depth);
  }
}

export const transactionAt = (number: number, index: number): string => hashAt(number, 100 + index);

export function project(projector: Projector, { header, records }: HandBlock): BlockRows {
  return projector.apply(header, records);
}

// ------------------------------------------------------------------ deeds

/** Lots' worth of session tokens. */
export const deposit =
  (trader: string, lots: bigint): Deed =>
  (book, timestamp) =>
    book.deposit({ caller: trader, timestamp }, trader, lots * LOT);

/** The order that `place` would place now. */
export function orderOf(
  book: Book,
  trader: string,
  price: bigint,
  quantity: bigint,
  change: Partial<PackageFields> = {},
): TradePackage {
  const { nonceFloor: nonce } = book.noncesOf(trader);
  const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce: 0 };
  return tradePackage({ ...GOLD, trader, priceTicks: price, quantityLots: quantity, ...rest, ...change });
}

/** An order for gold, unless it is changed. */
export const place =
  (trader: string, price: bigint, quantity: bigint, change: Partial<PackageFields> = {}): Deed =>
  (book, timestamp) => {
    const order = orderOf(book, trader, price, quantity, change);
    const insertAfter = insertionHint(book.state, order, quantity > 0n, price);
    return book.createTrade(
      { timestamp },
      { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter, place: 0 },
      LIMITS,
    );
  };

/** Orders in one batch, by their traders' keys. */
export const batch = (...orders: readonly TradePackage[]): Deed =>
  batchSigned(...orders.map((order) => [order, `0x${"5a".repeat(64)}`] as const));

/** Orders in one batch, each with the signature that it bears. */
export const batchSigned =
  (...orders: readonly (readonly [TradePackage, string])[]): Deed =>
  (book, timestamp) => {
    const submitted = orders.map(([order, signature]) => ({ package: order, signature, insertAfter: 0, place: 0 }));
    return book.createTrades({ timestamp }, { orders: submitted }, LIMITS);
  };

export const takeOut =
  (caller: string, ...tradeRootIds: readonly number[]): Deed =>
  (book, timestamp) =>
    book.offset(
      { caller, timestamp },
      tradeRootIds.map((tradeRootId) => ({ tradeRootId, place: book.placeOf(tradeRootId) })),
    );

/** The owner's next record, of the table as it stands. */
export const record =
  (step: Step): Deed =>
  (book, timestamp) => {
    const draft: MarketRecord = step(book.state.markets.table);
    const isNew = draft.marketRootId === NEW_ROOT;
    const made = isNew ? { ...draft, previousLink: book.link } : draft;
    const submitted = { record: made, signature: "0x", description: isNew ? DESCRIPTION : "" };
    return book.createMarket({ caller: OWNER, timestamp }, submitted);
  };

export const NO_ROWS: HistoryRows = noRows();
