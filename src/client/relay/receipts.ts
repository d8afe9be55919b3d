/** Whether a relay has signed that it has something, and whether its trader has signed to have that back. */
import type { TradePackage } from "../../protocol/signing/package.js";
import { recoverSigner } from "../../protocol/signing/signatures.js";
import {
  type BookDomain,
  bookDomain,
  cancellationDigest,
  type Hash,
  primaryLink,
} from "../../protocol/signing/typed-data.js";
import { cancelDigest } from "../../wire/cancellation.js";
import type { RelayWithdrawal } from "../../wire/own.js";
import { receiptDigest, type RelayReceipt } from "../../wire/receipt.js";

type BookRef = Pick<BookDomain, "chainId" | "verifyingContract">;

/** What a receipt has to be of, and whose. */
export interface ReceiptOf {
  /** The link of the package, or the hash of the cancellation, that was handed in. */
  readonly hash: Hash;
  /** Who signs for the relay: `relay.receipts` of its session. */
  readonly account: string;
}

/**
 * Whether a receipt is a relay's word that it has that very package or cancellation, for that very book.
 * @param book its chain and address, such as the domain of an opened session
 */
export function receiptHolds(book: BookRef, receipt: RelayReceipt, { hash, account }: ReceiptOf): boolean {
  if (receipt.hash !== hash.toLowerCase()) return false;
  const domain = bookDomain(book.chainId, book.verifyingContract);
  const signer = recoverSigner(receiptDigest(domain, receipt), receipt.signature);
  return signer !== undefined && signer === receipt.account && signer.toLowerCase() === account.toLowerCase();
}

/**
 * Whether the key of a package's trader has signed to have it back from a relay: what a relay shows against who has its receipt.
 * Of a trader that is a contract wallet the answer is false: whether it signed is for the chain to say.
 */
export function withdrawalHolds(book: BookRef, order: TradePackage, withdrawal: RelayWithdrawal): boolean {
  const { signature, cancellation } = withdrawal;
  const domain = bookDomain(book.chainId, book.verifyingContract);
  if (cancellation === undefined)
    return recoverSigner(cancelDigest(domain, primaryLink(order)), signature) === order.trader;
  const { trader, nonceFloor } = cancellation;
  if (trader !== order.trader || nonceFloor <= order.nonce) return false;
  return recoverSigner(cancellationDigest(domain, cancellation), signature) === trader;
}
