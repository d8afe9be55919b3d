/**
 * Orders and cancellations in few bytes, as `createTrades` takes them (docs/words.md): written and read. Twin of
 * `contracts/book/Batch.sol`.
 */
import { lots, type Range, signedRange, ticks, unsignedRange } from "../amounts/units.js";
import { checksumAddress } from "./addresses.js";
import { fieldChecks } from "./fields.js";
import type { MarketRef, SignedPackage, TimeInForce, TradePackage } from "./package.js";
import { MAX_QUOTES, type QuoteSetTerms, type SubmittedQuote, type SubmittedQuoteSet } from "./quote-set.js";
import { hasKeyForm, loggedSignature } from "./signatures.js";
import type { SignedTradesCancellation } from "./trades-cancellation.js";

/** A package with its submitter's hints, both places. */
export interface BatchOrder extends SignedPackage {
  /** The order next to which it comes to rest; 0 for none. */
  readonly insertAfter: number;
  /** Where it may rest because an order rested there that is gone; 0 for none. */
  readonly place: number;
  /** Whether a contract wallet has signed it; by default whoever has a key's form is taken for a key. */
  readonly byWallet?: boolean;
}

/** An order's bytes, as `packOrder` gives them. */
export interface PackedOrder {
  /** Hex digits, without 0x. */
  readonly digits: string;
  /** Of a wallet, 0x-hex: it comes behind all orders. */
  readonly walletSignature?: string;
}

/** A cancellation and the places of the orders that it is about. */
export interface BatchCancellation extends SignedTradesCancellation {
  readonly places: readonly number[];
}

/** What a batch says of itself. */
export interface BatchLimits {
  /** Steps of matching for each order, and orders to pass from a hint to a place. */
  readonly maxMatches: number;
  readonly maxWalk: number;
  /** Number of the newest checkpoint, or of one not long before it; 0 to search for it. */
  readonly newest?: number;
  /** Whether one refusal refuses everything. */
  readonly strict?: boolean;
}

export interface BatchContents {
  readonly cancellations?: readonly BatchCancellation[];
  readonly orders: readonly (BatchOrder | PackedOrder)[];
  /** They come behind the orders. */
  readonly quoteSets?: readonly SubmittedQuoteSet[];
}

const BY_WALLET = 0x80;
const BRANCH_BITS = 6n;

const check = fieldChecks("BATCH_FIELD_INVALID");

/** @returns 0x and hex digits @throws RuleError BATCH_FIELD_INVALID for what a batch has no room for */
export function packBatch({ cancellations = [], orders, quoteSets = [] }: BatchContents, limits: BatchLimits): string {
  const packed = orders.map((order) => ("digits" in order ? order : packOrder(order)));
  const wallets = packed.flatMap(({ walletSignature }) => walletSignature ?? []);
  const header = [
    unsigned("strict", limits.strict === true ? 1 : 0, 1),
    unsigned("maxMatches", limits.maxMatches, 2),
    unsigned("maxWalk", limits.maxWalk, 2),
    unsigned("newest", limits.newest ?? 0, 4),
    unsigned("cancellations", cancellations.length, 1),
    unsigned("orders", orders.length, 2),
    unsigned("quoteSets", quoteSets.length, 1),
    unsigned("wallets", wallets.length, 1),
  ];
  const parts = [
    ...cancellations.map(packCancellation),
    ...packed.map(({ digits }) => digits),
    ...quoteSets.map(packQuoteSet),
  ];
  const signatures = wallets.map((signature) => signature.slice(2).toLowerCase());
  return `0x${[...header, ...parts, ...signatures].join("")}`;
}

/** Whether a contract wallet is to be asked for the signature: if it was not said, whether it has not the form of a key's. */
export function isByWallet({ signature, byWallet }: Pick<BatchOrder, "signature" | "byWallet">): boolean {
  return byWallet ?? !hasKeyForm(signature);
}

function packCancellation({ cancellation, signature, places }: BatchCancellation): string {
  const { trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline } = cancellation;
  return [
    trader.slice(2).toLowerCase(),
    unsigned("fromTradeRootId", fromTradeRootId, 4),
    unsigned("toTradeRootId", toTradeRootId, 4),
    unsigned("nonceFloor", nonceFloor, 3),
    unsigned("deadline", deadline, 4),
    unsigned("places", places.length, 1),
    keySignature(signature),
    ...places.map((place) => unsigned("place", place, 4)),
  ].join("");
}

/** @throws RuleError BATCH_FIELD_INVALID for what a batch has no room for */
export function packOrder(order: BatchOrder): PackedOrder {
  const { package: fields, signature, insertAfter, place } = order;
  const byWallet = isByWallet(order);
  const digits = [
    fields.trader.slice(2).toLowerCase(),
    packTarget(fields),
    fields.previousLink.slice(-2).toLowerCase(), // the last byte of its number
    unsigned("nonce", fields.nonce, 3),
    unsigned("deadline", fields.deadline, 4),
    unsigned("timeInForce", fields.timeInForce + (byWallet ? BY_WALLET : 0), 1),
    unsigned("insertAfter", insertAfter, 4),
    unsigned("place", place, 4),
    byWallet ? unsigned("signature", signature.length / 2 - 1, 64) : keySignature(signature),
  ].join("");
  return byWallet ? { digits, walletSignature: signature } : { digits };
}

function packQuoteSet({ terms, quotes, signature }: SubmittedQuoteSet): string {
  check.range("quotes", quotes.length, { least: 1n, most: BigInt(MAX_QUOTES) });
  check.range("timeInForce", terms.timeInForce, unsignedRange(2));
  return [
    terms.trader.slice(2).toLowerCase(),
    terms.previousLink.slice(-2).toLowerCase(),
    unsigned("nonce", terms.nonce, 3),
    unsigned("deadline", terms.deadline, 4),
    unsigned("timeInForce", terms.timeInForce, 1),
    unsigned("quotes", quotes.length, 1),
    keySignature(signature),
    ...quotes.map(packQuote),
  ].join("");
}

function packQuote(quote: SubmittedQuote): string {
  return [packTarget(quote), unsigned("insertAfter", quote.insertAfter, 4), unsigned("place", quote.place, 4)].join("");
}

/** Market, price and lots, 12 bytes. */
function packTarget({
  marketRootId,
  marketBranchId,
  priceTicks,
  quantityLots,
}: MarketRef & { readonly priceTicks: bigint; readonly quantityLots: bigint }): string {
  check.range("marketBranchId", marketBranchId, unsignedRange(Number(BRANCH_BITS)));
  return [
    unsigned("marketRootId", (BigInt(marketRootId) << BRANCH_BITS) | BigInt(marketBranchId), 3),
    signed("priceTicks", priceTicks, 4),
    signed("quantityLots", quantityLots, 5),
  ].join("");
}

/** r and vs (ERC-2098). */
function keySignature(signature: string): string {
  if (!hasKeyForm(signature)) check.refuse("signature", signature, "65 bytes, or 64");
  return loggedSignature(signature).slice(2);
}

function unsigned(field: string, value: number | bigint, bytes: number): string {
  return word(field, BigInt(value), bytes, unsignedRange(8 * bytes));
}

function signed(field: string, value: bigint, bytes: number): string {
  return word(field, value, bytes, signedRange(8 * bytes));
}

function word(field: string, value: bigint, bytes: number, range: Range): string {
  check.range(field, value, range);
  return BigInt.asUintN(8 * bytes, value)
    .toString(16)
    .padStart(2 * bytes, "0");
}

// ------------------------------------------------------------------ reading

/** What a batch says, but for the links, of which it has the last byte alone. */
export interface UnpackedBatch {
  readonly limits: Required<BatchLimits>;
  readonly cancellations: readonly BatchCancellation[];
  readonly orders: readonly (Omit<BatchOrder, "package"> & {
    readonly package: Omit<BatchOrder["package"], "previousLink">;
    /** The number of its previousLink modulo 256. */
    readonly checkpoint: number;
  })[];
  readonly quoteSets: readonly (Omit<SubmittedQuoteSet, "terms"> & {
    readonly terms: Omit<QuoteSetTerms, "previousLink">;
    readonly checkpoint: number;
  })[];
}

/** @throws RuleError BATCH_FIELD_INVALID for what is not of the form of a batch */
export function unpackBatch(data: string): UnpackedBatch {
  const digits = data.slice(2).toLowerCase();
  let at = 0;
  const text = (bytes: number): string => {
    const end = at + 2 * bytes;
    if (end > digits.length) check.refuse("batch", data, "whole parts");
    const taken = digits.slice(at, end);
    at = end;
    return taken;
  };
  const big = (bytes: number): bigint => BigInt(`0x${text(bytes)}`);
  const number = (bytes: number): number => Number(big(bytes));
  const [flags, maxMatches, maxWalk, newest] = [number(1), number(2), number(2), number(4)];
  if (flags > 1) check.refuse("flags", flags, "0 or 1");
  const limits = { strict: flags === 1, maxMatches, maxWalk, newest };
  const [cancelling, ordering, sets, wallets] = [number(1), number(2), number(1), number(1)];
  const cancellations = Array.from({ length: cancelling }, () => {
    const trader = checksumAddress(`0x${text(20)}`);
    const [fromTradeRootId, toTradeRootId, nonceFloor, deadline] = [number(4), number(4), big(3), big(4)];
    const places = number(1);
    const signature = `0x${text(64)}`;
    return {
      cancellation: { trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline },
      signature,
      places: Array.from({ length: places }, () => number(4)),
    };
  });
  const target = (): Pick<TradePackage, "marketRootId" | "marketBranchId" | "priceTicks" | "quantityLots"> => {
    const market = number(3);
    const branches = 2 ** Number(BRANCH_BITS);
    const [marketRootId, marketBranchId] = [Math.floor(market / branches), market % branches];
    const [price, quantity] = [BigInt.asIntN(32, big(4)), BigInt.asIntN(40, big(5))];
    return { marketRootId, marketBranchId, priceTicks: ticks(price), quantityLots: lots(quantity) };
  };
  const read = Array.from({ length: ordering }, () => {
    const trader = checksumAddress(`0x${text(20)}`);
    const traded = target();
    const [checkpoint, nonce, deadline, terms] = [number(1), big(3), big(4), number(1)];
    const [insertAfter, place] = [number(4), number(4)];
    const order = {
      ...traded,
      trader,
      nonce,
      deadline,
      timeInForce: (terms & ~BY_WALLET) as TimeInForce, // as it was written
    };
    return { package: order, signature: `0x${text(64)}`, byWallet: terms >= BY_WALLET, checkpoint, insertAfter, place };
  });
  const quoteSets = Array.from({ length: sets }, () => {
    const trader = checksumAddress(`0x${text(20)}`);
    const [checkpoint, nonce, deadline, timeInForce] = [number(1), big(3), big(4), number(1)];
    check.range("timeInForce", timeInForce, unsignedRange(2));
    const quotes = number(1);
    check.range("quotes", quotes, { least: 1n, most: BigInt(MAX_QUOTES) });
    const signature = `0x${text(64)}`;
    return {
      terms: { trader, nonce, deadline, timeInForce },
      checkpoint,
      signature,
      quotes: Array.from({ length: quotes }, () => ({ ...target(), insertAfter: number(4), place: number(4) })),
    };
  });
  const orders = read.map((one) =>
    one.byWallet ? { ...one, signature: `0x${text(Number(BigInt(one.signature)))}` } : one,
  );
  if (at !== digits.length) check.refuse("batch", data, "nothing behind its last part");
  if (read.filter(({ byWallet }) => byWallet).length !== wallets)
    check.refuse("wallets", wallets, "as many as there are");
  return { limits, cancellations, orders, quoteSets };
}
