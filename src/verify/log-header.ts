/** The first line of a session's log: which session, on which chain, and by which terms. */
import * as z from "zod";

import { reserveShiftOf } from "../protocol/book/reserve.js";
import type { BookTerms } from "../protocol/book/terms.js";
import { bookDomain, type Hash } from "../protocol/signing/typed-data.js";
import { toJson } from "../protocol/amounts/json.js";
import { type AssetUnits, assetUnits, type Ticks, ticks, type TokenWei, tokenWei } from "../protocol/amounts/units.js";

export const LOG_FORMAT = "session-log";
export const LOG_VERSION = 1;

/** What a session fixes when it is made, as its contracts keep it in their code. */
export interface LoggedTerms {
  readonly name: string;
  readonly symbol: string;
  /** Asset k is at index k - 1. */
  readonly assets: readonly string[];
  /** q, smallest units. */
  readonly quantities: readonly AssetUnits[];
  /** N, wei. */
  readonly supply: TokenWei;
  /** Unix seconds, as are all times here. */
  readonly t1: bigint;
  readonly t2: bigint;
  readonly policy: string;
  /** The zero address if every registered trader may make roots. */
  readonly marketCreator: string;
  readonly settleLimit: bigint;
  readonly chainWindow: number;
  readonly maxOpenOrders: number;
  /** 0 for no limit. */
  readonly maxLots: bigint;
  readonly basketScale: Ticks;
  readonly basketTickValue: TokenWei;
}

/** What the addresses of a session's contracts follow from, together with the factory and the terms (R8). */
export interface LoggedClones {
  /** What the factory salted the addresses with; undefined if the session was made through a contract, which hides it. */
  readonly salt: Hash | undefined;
  /** Whose code each clone runs. */
  readonly session: string;
  readonly legToken: string;
  readonly orderBook: string;
}

export interface LogHeader {
  readonly chainId: bigint;
  /** The vault. */
  readonly session: string;
  readonly book: string;
  /** Leg token k is at index k - 1. */
  readonly legs: readonly string[];
  readonly factory: string;
  readonly organiser: string;
  readonly terms: LoggedTerms;
  readonly clones: LoggedClones;
  /** First and last block that were searched. */
  readonly fromBlock: number;
  readonly toBlock: number;
}

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const integer = z
  .string()
  .regex(/^-?\d{1,78}$/)
  .transform(BigInt);
const count = z.int().nonnegative();

const TERMS = z.strictObject({
  name: z.string(),
  symbol: z.string(),
  assets: z.array(address).min(1),
  quantities: z.array(integer.transform(assetUnits)),
  supply: integer.transform(tokenWei),
  t1: integer,
  t2: integer,
  policy: address,
  marketCreator: address,
  settleLimit: integer,
  chainWindow: count,
  maxOpenOrders: count,
  maxLots: integer,
  basketScale: integer.transform(ticks),
  basketTickValue: integer.transform(tokenWei),
});

const HEADER = z.strictObject({
  format: z.literal(LOG_FORMAT),
  version: z.literal(LOG_VERSION),
  chainId: integer,
  session: address,
  book: address,
  legs: z.array(address),
  factory: address,
  organiser: address,
  terms: TERMS,
  clones: z.strictObject({
    salt: hash.nullable().transform((salt) => salt ?? undefined),
    session: address,
    legToken: address,
    orderBook: address,
  }),
  fromBlock: count,
  toBlock: count,
});

/** @throws ZodError, or RuleError for an amount out of range */
export function parseHeader(value: unknown): LogHeader {
  const { chainId, session, book, legs, factory, organiser, terms, clones, fromBlock, toBlock } = HEADER.parse(value);
  return { chainId, session, book, legs, factory, organiser, terms, clones, fromBlock, toBlock };
}

/** The header as its line, without the end of it: keys always in the same order, amounts as decimal text. */
export function printHeader(header: LogHeader): string {
  const { chainId, session, book, legs, factory, organiser, terms, clones, fromBlock, toBlock } = header;
  const { name, symbol, assets, quantities, supply, t1, t2, policy, marketCreator, settleLimit } = terms;
  const { chainWindow, maxOpenOrders, maxLots, basketScale, basketTickValue } = terms;
  const ordered = {
    format: LOG_FORMAT,
    version: LOG_VERSION,
    chainId,
    session,
    book,
    legs,
    factory,
    organiser,
    terms: {
      name,
      symbol,
      assets,
      quantities,
      supply,
      t1,
      t2,
      policy,
      marketCreator,
      settleLimit,
      chainWindow,
      maxOpenOrders,
      maxLots,
      basketScale,
      basketTickValue,
    },
    clones: {
      salt: clones.salt ?? null,
      session: clones.session,
      legToken: clones.legToken,
      orderBook: clones.orderBook,
    },
    fromBlock,
    toBlock,
  };
  return toJson(ordered);
}

/** The terms as the book needs them. */
export function bookTermsOf({ chainId, session, book, terms }: LogHeader): BookTerms {
  const { policy, marketCreator, t1, t2, settleLimit, chainWindow, maxOpenOrders, maxLots } = terms;
  const { assets, supply, basketScale, basketTickValue } = terms;
  return {
    policy,
    marketCreator,
    t1,
    t2,
    settleLimit,
    chainWindow,
    maxOpenOrders,
    maxLots,
    basketScale,
    basketTickValue,
    reserveShift: reserveShiftOf(supply),
    assets: assets.length,
    domain: bookDomain(chainId, book),
    session,
  };
}
