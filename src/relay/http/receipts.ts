/** Signs for what the relay has: packages and cancellations that are stored and that it still brings. */
import { computeAddress, SigningKey } from "ethers";

import type { BookDomain, Hash } from "../../protocol/signing/typed-data.js";
import type { Served } from "../../wire/form.js";
import { type receipt, receiptDigest, type ReceiptKind } from "../../wire/receipt.js";
import type { CancelLedger } from "../queue/cancel-ledger.js";
import type { Ledger } from "../queue/ledger.js";

export type ReceiptView = Served<typeof receipt>;

export interface Receipts {
  /** Whose key signs. */
  readonly account: string;
  /** @returns undefined for what was withdrawn or is decided: nothing is promised of it any more */
  ofPackage(link: Hash): ReceiptView | undefined;
  ofCancellation(hash: Hash): ReceiptView | undefined;
}

export interface ReceiptDependencies {
  readonly domain: BookDomain;
  /** 32 bytes as hex. */
  readonly key: string;
  readonly ledger: Pick<Ledger, "find">;
  readonly cancels: Pick<CancelLedger, "find">;
  /** Unix ms. */
  readonly time: () => number;
}

export function createReceipts({ domain, key, ledger, cancels, time }: ReceiptDependencies): Receipts {
  const account = computeAddress(key);
  const signing = new SigningKey(key);
  const sign = (kind: ReceiptKind, hash: Hash, seq: number): ReceiptView => {
    const said = { kind, hash, seq, timeMs: time() };
    return { ...said, account, signature: signing.sign(receiptDigest(domain, said)).serialized };
  };
  return {
    account,
    ofPackage(link) {
      const entry = ledger.find(link);
      const isBrought = entry?.fate.status === "pending" || entry?.fate.status === "submitted";
      return entry !== undefined && isBrought ? sign("package", link, entry.seq) : undefined;
    },
    ofCancellation(hash) {
      const entry = cancels.find(hash);
      return entry?.fate.status === "pending" ? sign("cancellation", hash, entry.seq) : undefined;
    },
  };
}
