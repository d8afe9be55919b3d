/** What anybody may do for a root and its traders: apply the fallback, turn positions into cash, free collateral. */
import type { Signer, TransactionReceipt } from "ethers";

import { type ChainRecord, recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { transact } from "../bindings/transact.js";

/** With 32 branches held by everybody this many still fit a transaction twice over. */
const TRADERS_PER_CALL = 64;

type RecordOf<Kind extends ChainRecord["kind"]> = Extract<ChainRecord, { readonly kind: Kind }>;

/** What was done to the traders' positions: one record for each, in the order they were given. */
export interface PositionsTouched<Kind extends "realised" | "refreshed"> {
  readonly records: readonly RecordOf<Kind>[];
  /** One for each transaction. */
  readonly receipts: readonly TransactionReceipt[];
}

/**
 * Settles a root by its declared fallback, from its settleBy on.
 * @throws ClientError Book_MarketUnknown, Book_MarketSettled, Book_FallbackTooEarly; nothing is sent then
 */
export async function applyFallback(
  { book }: SessionHandle,
  sender: Signer,
  marketRootId: number,
): Promise<TransactionReceipt> {
  return transact(sender, book.applyFallback.populateTransaction(marketRootId));
}

/**
 * Turns the positions of these traders in a settled root into cash. Traders without a position get zero.
 * @throws ClientError Book_MarketNotSettled, Book_TraderUnknown; transactions that came before hold
 */
export async function realise(
  handle: SessionHandle,
  sender: Signer,
  marketRootId: number,
  traders: readonly string[],
): Promise<PositionsTouched<"realised">> {
  return inParts(handle, sender, traders, "realised", (part) =>
    handle.book.realise.populateTransaction(marketRootId, part),
  );
}

/**
 * Brings the stored worst cases of these traders in a root up to date with its bounds, which frees collateral.
 * @throws ClientError Book_MarketSettled (realise instead), Book_TraderUnknown; transactions that came before hold
 */
export async function refresh(
  handle: SessionHandle,
  sender: Signer,
  marketRootId: number,
  traders: readonly string[],
): Promise<PositionsTouched<"refreshed">> {
  return inParts(handle, sender, traders, "refreshed", (part) =>
    handle.book.refresh.populateTransaction(marketRootId, part),
  );
}

async function inParts<Kind extends "realised" | "refreshed">(
  handle: SessionHandle,
  sender: Signer,
  traders: readonly string[],
  kind: Kind,
  call: (part: string[]) => Parameters<typeof transact>[1],
): Promise<PositionsTouched<Kind>> {
  const receipts: TransactionReceipt[] = [];
  for (let first = 0; first < traders.length; first += TRADERS_PER_CALL) {
    receipts.push(await transact(sender, call(traders.slice(first, first + TRADERS_PER_CALL))));
  }
  const all = receipts.flatMap(({ logs }) => recordsOf(handle, logs));
  return { records: all.filter((record): record is RecordOf<Kind> => record.kind === kind), receipts };
}
