/** Whose key signed: the trader's own, or another one, for which only a contract wallet can speak (ERC-1271). */
import type { NamedPackage } from "../../bindings/packages.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { RecoverSigner } from "../../protocol/signing/signatures.js";
import { type BookDomain, domainSeparator, type Hash } from "../../protocol/signing/typed-data.js";
import type { NamedCancellation } from "../store/cancellations.js";

export interface Signers {
  /** Found out once for each package, as it takes long. */
  isOwnKey(named: NamedPackage): boolean;
  /** The same of a cancellation. */
  isOwnCancellation(named: NamedCancellation): boolean;
}

export function createSigners(domain: BookDomain, hashing: Hashing, recoverSigner: RecoverSigner): Signers {
  const separator = domainSeparator(domain);
  const known = new WeakMap<object, boolean>();
  const isBy = (trader: string, structHash: Hash, signed: { readonly signature: string }): boolean => {
    const before = known.get(signed);
    if (before !== undefined) return before;
    const is = recoverSigner(hashing.digestOf(separator, structHash), signed.signature) === trader;
    known.set(signed, is);
    return is;
  };
  return {
    isOwnKey: ({ link, signed }) => isBy(signed.package.trader, link, signed),
    isOwnCancellation: ({ hash, signed }) => isBy(signed.cancellation.trader, hash, signed),
  };
}
