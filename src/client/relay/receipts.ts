/** Whether a relay has signed that it has something. */
import { recoverSigner } from "../../protocol/signing/signatures.js";
import { type BookDomain, bookDomain, type Hash } from "../../protocol/signing/typed-data.js";
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
