import type { Signer, TransactionReceipt } from "ethers";

import { batchCall } from "../bindings/calls.js";
import type { SignedTradesCancellation } from "../bindings/cancellations.js";
import { ClientError, type ErrorArgs } from "../bindings/errors.js";
import { gasOfBatch, gasOfOrder, leastGasOfBatch, UNFORESEEN } from "../bindings/gas.js";
import { type ChainRecord, recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { read, transact } from "../bindings/transact.js";
import type { PackedOrder } from "../protocol/signing/batch.js";
import type { MarketRef, SignedPackage } from "../protocol/signing/package.js";
import { packageOfQuote, type SignedQuoteSet, type SubmittedQuoteSet } from "../protocol/signing/quote-set.js";
import { type BatchEntry, batchEntries, isInBatch } from "./batch-entries.js";
import { newestCheckpoint, withHints } from "./hints.js";
import { cancelTrades, offsetOrders, type Offsets } from "./offsets.js";
import type { OrderRef } from "./order-places.js";
import { explainRefusal, type RefusedIn, structOf } from "./refusals.js";
import { usedPlaces } from "./used-places.js";

export interface SubmitterOptions {
  /** Most steps of matching for each order; one step is one fill or one offset. Default 16. */
  readonly maxMatches?: number;
  /** Most resting orders to pass from the hint to an order's place. Default 64. */
  readonly maxWalk?: number;
  /**
   * Gas of a submission; by default enough for every order to use all its steps, up to the chain's cap. Estimates of a node serve
   * nobody here: they are the least with which the call succeeds, which a batch does with orders skipped for want of gas.
   */
  readonly gasLimit?: bigint;
}

export type PackageResult =
  | { readonly accepted: true; readonly tradeRootId: number }
  | { readonly accepted: false; readonly refusal: ClientError };

export interface Submission {
  readonly receipt: TransactionReceipt;
  readonly gasUsed: bigint;
  /** One for each package, in the order they were given. */
  readonly results: readonly PackageResult[];
  /** Everything the book recorded in this call: orders, fills, offsets, checkpoint. */
  readonly records: readonly ChainRecord[];
}

/** Brings signed packages to the book and pays the gas. It can forge, reorder in time or leave out, but never change one. */
export interface Submitter {
  readonly address: string;
  /** @throws ClientError the book's refusal; nothing is sent then */
  submitOne(signed: SignedPackage): Promise<Submission>;
  /**
   * Packed in few bytes. A package that is refused harms no other: its result says why. One that a batch has no room for is
   * refused here (Client_NotInBatch): submitOne takes it.
   * @throws ClientError only if the call as a whole fails: Client_BatchTooLarge, or for want of gas or of a node
   */
  submitBatch(signed: readonly SignedPackage[]): Promise<Submission>;
  /**
   * Brings a trader's quote set (R44).
   * @returns one result for each quote, in their order; where the set is refused whole each has its reason, and the nonce is kept
   * @throws RuleError BATCH_FIELD_INVALID for what a batch has no room for; ClientError Client_BatchTooLarge
   */
  submitQuotes(signed: SignedQuoteSet): Promise<Submission>;
  /** Goes on where an earlier call ran out of steps. */
  matchTrades(market: MarketRef, maxMatches?: number): Promise<Submission>;
  offset(orders: readonly OrderRef[]): Promise<Offsets>;
  /** Brings a trader's signed cancellation. @param orders which of its orders are to go */
  cancelTrades(signed: SignedTradesCancellation, orders: readonly OrderRef[]): Promise<Offsets>;
}

const DEFAULT_MAX_MATCHES = 16;
const DEFAULT_MAX_WALK = 64;

/** EIP-7825: no transaction may have more. */
const TRANSACTION_GAS_CAP = 2n ** 24n;

export function createSubmitter(
  handle: SessionHandle,
  signer: Signer & { readonly address: string },
  options: SubmitterOptions = {},
): Submitter {
  const book = handle.book.connect(signer);
  const maxMatches = options.maxMatches ?? DEFAULT_MAX_MATCHES;
  const maxWalk = options.maxWalk ?? DEFAULT_MAX_WALK;

  const places = usedPlaces(handle);

  const gasFor = (orders: number): bigint => {
    const each = new Array<bigint>(orders).fill(gasOfOrder(UNFORESEEN, maxMatches));
    return options.gasLimit ?? gasOfBatch(UNFORESEEN, each, TRANSACTION_GAS_CAP);
  };

  async function bringBatch(
    orders: readonly PackedOrder[],
    ...quoteSets: SubmittedQuoteSet[]
  ): Promise<TransactionReceipt> {
    const count = quoteSets.reduce((sum, { quotes }) => sum + quotes.length, orders.length);
    const gasLimit = gasFor(count);
    const least = leastGasOfBatch(count, orders.filter(({ walletSignature }) => walletSignature !== undefined).length);
    if (gasLimit < least) throw new ClientError("Client_BatchTooLarge", { orders: count, least, gasLimit });
    const newest = await newestCheckpoint(book);
    const { data } = batchCall({ orders, quoteSets }, { maxMatches, maxWalk, newest });
    return transact(signer, Promise.resolve({ to: handle.bookAddress, data }), gasLimit);
  }

  return {
    address: signer.address,
    async submitOne(signed) {
      const [[hints], newest] = await Promise.all([
        withHints(book, places, [signed], (one) => one.package),
        newestCheckpoint(book),
      ]);
      const order = structOf(signed, { ...hints, newest });
      const gasLimit = gasFor(1);
      await read(book.createTrade.staticCall(order, maxMatches, maxWalk, { gasLimit, blockTag: "pending" }));
      const call = book.createTrade.populateTransaction(order, maxMatches, maxWalk);
      const receipt = await transact(signer, call, gasLimit);
      const records = recordsOf(handle, receipt.logs);
      return { receipt, gasUsed: receipt.gasUsed, results: resultsOf(records, 1), records };
    },
    async submitBatch(signed) {
      const entries = await batchEntries(handle, places, signed);
      const receipt = await bringBatch(entries.filter(isInBatch));
      const records = recordsOf(handle, receipt.logs);
      const results = await explained(handle, entries, records, { blockNumber: receipt.blockNumber, maxWalk });
      return { receipt, gasUsed: receipt.gasUsed, results, records };
    },
    async submitQuotes({ terms, quotes, signature }) {
      const hinted = await withHints(book, places, quotes, (quote) => packageOfQuote(terms, quote));
      const receipt = await bringBatch([], { terms, quotes: hinted, signature });
      const records = recordsOf(handle, receipt.logs);
      return { receipt, gasUsed: receipt.gasUsed, results: resultsOfQuotes(records, quotes.length), records };
    },
    async matchTrades({ marketRootId, marketBranchId }, steps = maxMatches) {
      const newest = await newestCheckpoint(book);
      const call = book.matchTrades.populateTransaction(marketRootId, marketBranchId, steps, newest);
      const receipt = await transact(signer, call);
      return { receipt, gasUsed: receipt.gasUsed, results: [], records: recordsOf(handle, receipt.logs) };
    },
    offset: (orders) => offsetOrders(handle, signer, orders),
    cancelTrades: (signed, orders) => cancelTrades(handle, signer, signed, orders),
  };
}

/** One result for each order that was brought, and each other with the refusal that kept it back. */
async function explained(
  handle: SessionHandle,
  entries: readonly BatchEntry[],
  records: readonly ChainRecord[],
  refusedIn: RefusedIn,
): Promise<PackageResult[]> {
  const logged = resultsOf(records, entries.filter(isInBatch).length);
  return Promise.all(
    entries.map(async (entry): Promise<PackageResult> => {
      const result = isInBatch(entry) ? logged.shift() : undefined;
      if (!isInBatch(entry)) return { accepted: false, refusal: entry.refusal };
      if (result === undefined) throw new RangeError("unreachable: one result for each that was brought");
      if (result.accepted) return result;
      const { package: order, signature, insertAfter } = entry;
      const refused = { signed: { package: order, signature }, insertAfter, refusal: result.refusal };
      return { accepted: false, refusal: await explainRefusal(handle, refused, refusedIn) };
    }),
  );
}

/** Accepted packages are created in the order given; the skipped ones name their places, but those behind the end of the gas. */
function resultsOf(records: readonly ChainRecord[], packages: number): PackageResult[] {
  const refusals = new Map<number, ClientError>();
  const created: number[] = [];
  let end = packages;
  for (const record of records) {
    if (record.kind === "tradeCreated") created.push(record.tradeRootId);
    if (record.kind !== "skipped") continue;
    refusals.set(record.index, record.refusal);
    if (record.refusal.code === "Book_OutOfGas") end = record.index;
  }
  return Array.from({ length: packages }, (_, index) =>
    resultOf(refusals.get(Math.min(index, end)), created, { event: "TradeCreated", package: index }),
  );
}

/** Quotes that are accepted are created in their order; the others are skipped by their numbers, or with the whole set. */
function resultsOfQuotes(records: readonly ChainRecord[], quotes: number): PackageResult[] {
  const refusals = new Map<number, ClientError>();
  const created: number[] = [];
  let ofSet: ClientError | undefined;
  for (const record of records) {
    if (record.kind === "quoteCreated") created.push(record.tradeRootId);
    if (record.kind === "quoteSkipped") refusals.set(record.quote, record.refusal);
    if (record.kind === "quoteSetSkipped") ofSet = record.refusal;
  }
  return Array.from({ length: quotes }, (_, quote) =>
    resultOf(ofSet ?? refusals.get(quote), created, { event: "QuoteCreated", quote }),
  );
}

/** The refusal, or the next of the numbers in `created`. @param missing what the log lacks if there is neither */
function resultOf(refusal: ClientError | undefined, created: number[], missing: ErrorArgs): PackageResult {
  if (refusal !== undefined) return { accepted: false, refusal };
  const tradeRootId = created.shift();
  if (tradeRootId === undefined) throw new ClientError("Client_NoEvent", missing);
  return { accepted: true, tradeRootId };
}
