/** What recovers a signer, in both of its forms: in plain JavaScript, and by what a program for Node finds. */
import { expect } from "chai";
import { computeAddress, keccak256, recoverAddress, Signature, SigningKey, toBeHex, toBeArray } from "ethers";
import fc from "fast-check";

import { fastCrypto } from "../../../src/bindings/fast-crypto.js";
import {
  compactSignature,
  malleatedSignature,
  recoverSigner,
  type RecoverSigner,
} from "../../../src/protocol/signing/signatures.js";
import vectors from "../../vectors/typed-data.json" with { type: "json" };
import { FROZEN, hexBytes } from "../packages.js";
import { FIXED } from "../support.js";

const FEW = { ...FIXED, numRuns: 40 };
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const fast = await fastCrypto();

const WAYS: readonly (readonly [name: string, recover: RecoverSigner])[] = [
  ["in plain JavaScript", recoverSigner],
  ["by the fastest way found on Node", fast.recoverSigner],
];

const anyKey = fc.bigInt({ min: 1n, max: ORDER - 1n }).map((key) => new SigningKey(toBeHex(key, 32)));
const [R, S] = [toBeHex(1n, 32).slice(2), toBeHex(2n, 32).slice(2)];

describe("Signer recovery", () => {
  for (const [name, recover] of WAYS) {
    describe(name, () => {
      FROZEN.forEach(({ trader }, index) => {
        it(`finds the trader of frozen package ${index + 1}`, () => {
          expect(recover(vectors.digest[index]!, vectors.signature[index]!)).to.equal(trader);
        });
      });

      it("finds the signer from either form, as ethers does", () => {
        fc.assert(
          fc.property(anyKey, hexBytes(32), (key, digest) => {
            const { serialized } = key.sign(digest);
            const signer = computeAddress(key);
            expect(recoverAddress(digest, serialized)).to.equal(signer);
            expect(recover(digest, serialized)).to.equal(signer);
            expect(recover(digest, compactSignature(serialized))).to.equal(signer);
          }),
          FEW,
        );
      });

      it("refuses the same signature with high s", () => {
        fc.assert(
          fc.property(anyKey, hexBytes(32), (key, digest) => {
            expect(recover(digest, malleatedSignature(key.sign(digest).serialized))).to.equal(undefined);
          }),
          FEW,
        );
      });

      it("takes s up to half the order, and none above", () => {
        const digest = keccak256("0x01");
        const at = (s: bigint): string => `0x${R}${toBeHex(s, 32).slice(2)}1b`;
        expect(recover(digest, at(ORDER / 2n))).to.equal(recoverAddress(digest, Signature.from(at(ORDER / 2n))));
        expect(recover(digest, at(ORDER / 2n + 1n))).to.equal(undefined);
        const compact = `0x${R}${toBeHex(ORDER / 2n + 1n, 32).slice(2)}`;
        expect(recover(digest, compact)).to.equal(undefined);
      });

      it("knows no signer of what is none", () => {
        const digest = keccak256("0x02");
        const zero = "00".repeat(32);
        const order = toBeHex(ORDER, 32).slice(2);
        const bad = ["0x", `0x${R}`, `0x${R}${S}00`, `0x${R}${S}1d`, `0x${R}${S}1b00`, `0x${zero}${S}1b`];
        const worse = [`0x${R}${zero}1b`, `0x${order}${S}1b`, `0x${"ff".repeat(32)}${S}1c`, `0x${pointless()}${S}1b`];
        for (const signature of [...bad, ...worse]) expect(recover(digest, signature), signature).to.equal(undefined);
      });
    });
  }
});

/** An r below the order that is no x of a point: about every second number is none. */
function pointless(): string {
  for (let x = 1n; ; x += 1n) {
    const right = (x ** 3n + 7n) % FIELD;
    if (power(right, (FIELD - 1n) / 2n) !== 1n) return toBeHex(x, 32).slice(2);
  }
}

const FIELD = 2n ** 256n - 2n ** 32n - 977n;

function power(base: bigint, exponent: bigint): bigint {
  return toBeArray(exponent).reduce((result, byte) => {
    let next = result;
    for (let bit = 7; bit >= 0; bit -= 1) {
      next = (next * next) % FIELD;
      if (((byte >> bit) & 1) === 1) next = (next * base) % FIELD;
    }
    return next;
  }, 1n);
}
