/** Whose key signed a package: its trader's own, or another one, for which only a contract wallet can speak (ERC-1271). */
import type { NamedPackage, SignedPackage } from "../../bindings/packages.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { RecoverSigner } from "../../protocol/signing/signatures.js";
import { type BookDomain, domainSeparator } from "../../protocol/signing/typed-data.js";

export interface Signers {
  /** Found out once for each package, as it takes long. */
  isOwnKey(named: NamedPackage): boolean;
}

export function createSigners(domain: BookDomain, hashing: Hashing, recoverSigner: RecoverSigner): Signers {
  const separator = domainSeparator(domain);
  const known = new WeakMap<SignedPackage, boolean>();
  return {
    isOwnKey({ link, signed }) {
      const before = known.get(signed);
      if (before !== undefined) return before;
      const is = recoverSigner(hashing.digestOf(separator, link), signed.signature) === signed.package.trader;
      known.set(signed, is);
      return is;
    },
  };
}
