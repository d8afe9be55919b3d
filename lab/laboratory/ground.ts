/** Where a study's calls are made: in the library's book alone, or on a chain as well. */
import type { Hashing } from "../../src/protocol/signing/hashing.js";
import type { CallBlock } from "../../src/protocol/book/outside.js";
import type { Placed } from "../../src/protocol/book/orders.js";
import type { BookTerms } from "../../src/protocol/book/terms.js";
import type { SignedPackage, TradePackage } from "../../src/protocol/signing/package.js";
import type { MarketRecord } from "../../src/protocol/signing/market-record.js";
import type { Book } from "../../src/protocol/book/book.js";

/** Steps of matching for each order, and resting orders to pass; a study never needs more. */
export const LIMITS = { maxMatches: 300, maxWalk: 300 } as const;

/** A call that a study makes of its book. */
export type LabCall =
  | { readonly kind: "record"; readonly record: MarketRecord; readonly description: string }
  | { readonly kind: "batch"; readonly orders: readonly SignedPackage[]; readonly newest: number }
  | { readonly kind: "offset"; readonly person: number; readonly orders: readonly Placed[]; readonly newest: number }
  | { readonly kind: "realise"; readonly marketRootId: number; readonly traders: readonly string[] };

/** Where the calls go. */
export interface Ground {
  readonly terms: BookTerms;
  readonly hashing: Hashing;
  /** Who makes and settles roots. */
  readonly owner: string;
  /** Addresses of those who trade, by number. */
  readonly people: readonly string[];
  /** What each has in the book at the start, wei. */
  readonly each: bigint;
  /** Where not everybody has the same. */
  readonly moneyOf?: (person: number) => bigint;
  readonly sign: (order: TradePackage, person: number) => Promise<SignedPackage>;
  /** Makes the call there. @returns its block, for the library's book */
  readonly send: (call: LabCall) => Promise<CallBlock>;
  /** Compares there with the library's book, which has made the same call by now. */
  readonly compare: (book: Book) => Promise<void>;
}
