/** What a session fixes about its order book, and what all rooms of the book share. Twin of the contract's BookTerms. */
import type { MarketTerms } from "../market/market-table.js";
import type { BookDomain } from "../signing/typed-data.js";
import type { Basket } from "../value/allocations.js";

export interface BookTerms extends MarketTerms {
  /** The book's signing domain; its separator starts the chain. */
  readonly domain: BookDomain;
  /** The vault. */
  readonly session: string;
  /** Who is asked whether somebody may take part; the zero address admits everybody. */
  readonly policy: string;
  /** First second of trading. */
  readonly t1: bigint;
  /** How many of the last checkpoints an order's previousLink may be, 2 to 256. */
  readonly chainWindow: number;
  /** Open orders a trader may have at once. */
  readonly maxOpenOrders: number;
  /** Reserves are kept in units of 2^reserveShift wei (R15). */
  readonly reserveShift: number;
  /** Lots of a market beyond which no fill takes a trader's position, up or down; 0 for no limit. */
  readonly maxLots: bigint;
}

/** What never changes about a session. */
export interface SessionTerms extends BookTerms {
  readonly basket: Basket;
  /** Asset and leg k at index k - 1. */
  readonly basketTokens: readonly BasketTokens[];
}

export interface BasketTokens {
  readonly asset: string;
  readonly leg: string;
}
