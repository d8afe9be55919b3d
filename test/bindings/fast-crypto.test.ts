/** The fast hash and the fast recovery give what the plain ones give. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import fc from "fast-check";

import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { PLAIN_HASHING } from "../../src/protocol/signing/hashing.js";
import { recoverPlainly } from "../../src/protocol/signing/recovery.js";
import { anyPackage, hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";

const fast = await fastCrypto();
const anyBytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

describe("Fast crypto", () => {
  it("hashes bytes of any length as the plain hash does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect([...fast.keccak(bytes)]).to.deep.equal([...keccak_256(bytes)]);
      }),
      FIXED,
    );
  });

  it("gives hashes that stay when the next one is made", () => {
    const first = fast.keccak(new Uint8Array([1]));
    const kept = [...first];
    fast.keccak(new Uint8Array([2]));
    expect([...first]).to.deep.equal(kept);
  });

  it("links packages and signs them as the plain hashing does", () => {
    fc.assert(
      fc.property(anyPackage, hexBytes(32), (order, separator) => {
        const link = fast.hashing.primaryLink(order);
        expect(link).to.equal(PLAIN_HASHING.primaryLink(order));
        expect(fast.hashing.digestOf(separator, link)).to.equal(PLAIN_HASHING.digestOf(separator, link));
      }),
      FIXED,
    );
  });

  it("recovers any key, or none, as the plain recovery does", () => {
    const parity = fc.constantFrom<0 | 1>(0, 1);
    fc.assert(
      fc.property(anyBytes(32), anyBytes(64), parity, (digest, compact, odd) => {
        const [given, plain] = [fast.recoverKey(digest, compact, odd), recoverPlainly(digest, compact, odd)];
        expect(given && [...given]).to.deep.equal(plain && [...plain]);
      }),
      { ...FIXED, numRuns: 60 },
    );
  });
});
