import type { Signer, TransactionReceipt } from "ethers";

import type { IOrderBook } from "../../typechain-types/index.js";
import { type MarketRef, TimeInForce } from "../protocol/signing/package.js";
import type { SignedTradesCancellation } from "../bindings/cancellations.js";
import { ClientError } from "../bindings/errors.js";
import { gasOfBatch, gasOfOrder, UNFORESEEN } from "../bindings/gas.js";
import { cancelTrades, type Offsets, offsetOrders } from "./offsets.js";
import type { HintedPackage, SignedPackage } from "../bindings/packages.js";
import { type ChainRecord, recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { read, transact } from "../bindings/transact.js";

export interface SubmitterOptions {
  /** Most steps of matching for each order; one step is one fill or one offset. Default 16. */
  readonly maxMatches?: number;
  /** Most resting orders to pass from the hint to an order's place. Default 64. */
  readonly maxWalk?: number;
  /** Gas of a submission; by default enough for every order to use all its steps, up to the chain's cap. */
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
   * A package that is refused harms no other: its result says why.
   * @throws ClientError only if the call as a whole fails, for want of gas or of a node
   */
  submitBatch(signed: readonly SignedPackage[]): Promise<Submission>;
  /** Goes on where an earlier call ran out of steps. */
  matchTrades(market: MarketRef, maxMatches?: number): Promise<Submission>;
  offset(tradeRootIds: readonly number[]): Promise<Offsets>;
  /** Brings a trader's signed cancellation. @param tradeRootIds which of its orders are to go */
  cancelTrades(signed: SignedTradesCancellation, tradeRootIds: readonly number[]): Promise<Offsets>;
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

  const gasFor = (orders: number): bigint => {
    const each = new Array<bigint>(orders).fill(gasOfOrder(UNFORESEEN, maxMatches));
    return options.gasLimit ?? gasOfBatch(UNFORESEEN, each, TRANSACTION_GAS_CAP);
  };

  return {
    address: signer.address,
    async submitOne(signed) {
      const [hinted] = await hint(book, [signed]);
      if (hinted === undefined) throw new Error("unreachable: one package has one hint");
      const order = structOf(hinted);
      const gasLimit = gasFor(1);
      await read(book.createTrade.staticCall(order, maxMatches, maxWalk, { gasLimit, blockTag: "pending" }));
      const call = book.createTrade.populateTransaction(order, maxMatches, maxWalk);
      return submissionOf(handle, await transact(signer, call, gasLimit), 1);
    },
    async submitBatch(signed) {
      const orders = (await hint(book, signed)).map(structOf);
      const call = book.createTrades.populateTransaction(orders, maxMatches, maxWalk);
      return submissionOf(handle, await transact(signer, call, gasFor(signed.length)), signed.length);
    },
    async matchTrades({ marketRootId, marketBranchId }, steps = maxMatches) {
      const call = book.matchTrades.populateTransaction(marketRootId, marketBranchId, steps);
      return submissionOf(handle, await transact(signer, call), 0);
    },
    offset: (tradeRootIds) => offsetOrders(handle, signer, tradeRootIds),
    cancelTrades: (signed, tradeRootIds) => cancelTrades(handle, signer, signed, tradeRootIds),
  };
}

/** The contract's struct SignedPackage. */
function structOf({ signed: { package: tradePackage, signature }, insertAfter }: HintedPackage) {
  return { tradePackage, signature, insertAfter };
}

async function hint(book: IOrderBook, signed: readonly SignedPackage[]): Promise<HintedPackage[]> {
  return Promise.all(signed.map(async (one) => ({ signed: one, insertAfter: await insertionHint(book, one) })));
}

/** Where the order would rest; 0 for one that never rests, or whose market the book will refuse by name. */
async function insertionHint(book: IOrderBook, { package: order }: SignedPackage): Promise<number> {
  const { marketRootId, marketBranchId, priceTicks: price, quantityLots: quantity, timeInForce } = order;
  if (timeInForce === TimeInForce.ImmediateOrCancel || timeInForce === TimeInForce.FillOrKill) return 0;
  try {
    return Number(await read(book.insertionHint(marketRootId, marketBranchId, quantity > 0n, price)));
  } catch (error) {
    if (error instanceof ClientError && error.code === "Book_MarketUnknown") return 0;
    throw error;
  }
}

/** Accepted packages are created in the order given; the skipped ones name their places. */
function submissionOf(handle: SessionHandle, receipt: TransactionReceipt, packages: number): Submission {
  const records = recordsOf(handle, receipt.logs);
  const refusals = new Map<number, ClientError>();
  const created: number[] = [];
  for (const record of records) {
    if (record.kind === "skipped") refusals.set(record.index, record.refusal);
    if (record.kind === "tradeCreated") created.push(record.tradeRootId);
  }
  const results = Array.from({ length: packages }, (_, index): PackageResult => {
    const refusal = refusals.get(index);
    if (refusal !== undefined) return { accepted: false, refusal };
    const tradeRootId = created.shift();
    if (tradeRootId === undefined) throw new ClientError("Client_NoEvent", { event: "TradeCreated", package: index });
    return { accepted: true, tradeRootId };
  });
  return { receipt, gasUsed: receipt.gasUsed, results, records };
}
