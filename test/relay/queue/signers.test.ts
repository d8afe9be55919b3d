import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { malleatedSignature, recoverSigner } from "../../../src/protocol/signing/signatures.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { createSigners } from "../../../src/relay/queue/signers.js";
import { PaperChain } from "../paper/chain.js";

describe("createSigners", () => {
  const chain = new PaperChain();
  const named = (signed: SignedPackage) => ({ link: primaryLink(signed.package), signed });

  it("knows a trader's own key, and takes nobody else's for it", () => {
    const signers = createSigners(chain.terms.domain, PLAIN_HASHING, recoverSigner);
    const signed = chain.sign(0);
    expect(signers.isOwnKey(named(signed))).to.equal(true);
    expect(signers.isOwnKey(named({ ...signed, signature: chain.sign(1).signature }))).to.equal(false);
  });

  it("takes what is no key's signature for none: only a wallet can speak for it", () => {
    const signers = createSigners(chain.terms.domain, PLAIN_HASHING, recoverSigner);
    const signed = chain.sign(0);
    for (const signature of ["0x", "0x1234", `0x${"00".repeat(65)}`, malleatedSignature(signed.signature)]) {
      expect(signers.isOwnKey(named({ ...signed, signature })), signature).to.equal(false);
    }
  });

  it("takes a signature over another book's digest for none", () => {
    const elsewhere = { ...chain.terms.domain, verifyingContract: `0x${"77".repeat(20)}` };
    const signers = createSigners(elsewhere, PLAIN_HASHING, recoverSigner);
    expect(signers.isOwnKey(named(chain.sign(0)))).to.equal(false);
  });

  it("finds out once for each package", () => {
    let asked = 0;
    const signers = createSigners(chain.terms.domain, PLAIN_HASHING, (digest, signature) => {
      asked += 1;
      return recoverSigner(digest, signature);
    });
    const [first, second] = [chain.sign(0), chain.sign(1)];
    for (const one of [first, first, second, first]) signers.isOwnKey(named(one));
    expect(asked).to.equal(2);
  });
});
