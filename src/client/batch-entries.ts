/** Which packages go into a batch, and as what. */
import { ClientError } from "../bindings/errors.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import { RuleError } from "../protocol/amounts/errors.js";
import { MAX_WALLETS } from "../protocol/amounts/limits.js";
import { type BatchOrder, type PackedOrder, packOrder } from "../protocol/signing/batch.js";
import type { SignedPackage } from "../protocol/signing/package.js";
import { hasKeyForm, recoverSigner } from "../protocol/signing/signatures.js";
import { packageDigest } from "../protocol/signing/typed-data.js";
import { withHints } from "./hints.js";
import type { UsedPlaces } from "./used-places.js";

/** An order as it goes into the batch. */
export type BroughtOrder = BatchOrder & PackedOrder;

/** One that does, or why it cannot. */
export type BatchEntry = BroughtOrder | { readonly refusal: ClientError };

export function isInBatch(entry: BatchEntry): entry is BroughtOrder {
  return !("refusal" in entry);
}

/** One for each package, in the order given. */
export async function batchEntries(
  handle: SessionHandle,
  places: UsedPlaces,
  signed: readonly SignedPackage[],
): Promise<BatchEntry[]> {
  const hinted = await withHints(handle.book, places, signed, (one) => one.package);
  const entries = await Promise.all(
    hinted.map(async (order) => entryOf({ ...order, byWallet: await isByWallet(handle, order) })),
  );
  let wallets = 0;
  return entries.map((entry) => {
    if (!isInBatch(entry) || entry.byWallet !== true) return entry;
    wallets += 1;
    if (wallets <= MAX_WALLETS) return entry;
    return { refusal: new ClientError("Book_TooManyWallets", { wallets, limit: MAX_WALLETS }) };
  });
}

function entryOf(order: BatchOrder): BatchEntry {
  try {
    return { ...order, ...packOrder(order) };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { refusal: new ClientError("Client_NotInBatch", error.values, { cause: error }) };
  }
}

/** A batch says who has signed: the trader's key, or the contract at its address, whose signature may have any form. */
async function isByWallet(
  { domain, runner }: SessionHandle,
  { package: order, signature }: SignedPackage,
): Promise<boolean> {
  if (!hasKeyForm(signature)) return true;
  if (recoverSigner(packageDigest(domain, order), signature) === order.trader) return false;
  if (runner.provider === null) throw new ClientError("Client_NoProvider");
  return (await read(runner.provider.getCode(order.trader))) !== "0x";
}
