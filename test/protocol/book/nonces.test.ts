import { expect } from "chai";
import fc from "fast-check";

import {
  FRESH_NONCES,
  isNonceUsed,
  nonceLimit,
  type NonceWindow,
  withNonce,
  withNonceFloor,
} from "../../../src/protocol/book/nonces.js";
import { FIXED } from "../support.js";

const LAST = 2n ** 24n - 1n;

describe("Nonces (R26)", () => {
  it("are free at first, up to 64 ahead", () => {
    expect(nonceLimit(FRESH_NONCES)).to.equal(64n);
    expect(isNonceUsed(FRESH_NONCES, 0n)).to.equal(false);
  });

  it("raise the floor when the lowest is used", () => {
    const window = withNonce(withNonce(FRESH_NONCES, 1n), 0n);
    expect(window).to.deep.equal({ floor: 2n, used: 0n });
    expect(isNonceUsed(window, 1n)).to.equal(true);
  });

  it("leave gaps open", () => {
    const window = withNonce(FRESH_NONCES, 5n);
    expect(window).to.deep.equal({ floor: 0n, used: 0b100000n });
    expect(isNonceUsed(window, 4n)).to.equal(false);
    expect(isNonceUsed(window, 5n)).to.equal(true);
  });

  it("beyond the window pull it along and void what falls out", () => {
    const window = withNonce(withNonce(FRESH_NONCES, 10n), 50n);
    expect(window).to.deep.equal({ floor: 19n, used: 1n << 31n });
    expect(isNonceUsed(window, 18n)).to.equal(true);
    expect(isNonceUsed(window, 19n)).to.equal(false);
  });

  it("are void below a raised floor, which passes used ones", () => {
    expect(withNonceFloor(withNonce(FRESH_NONCES, 5n), 5n)).to.deep.equal({ floor: 6n, used: 0n });
    expect(withNonceFloor(withNonce(FRESH_NONCES, 5n), 1_000n)).to.deep.equal({ floor: 1_000n, used: 0n });
  });

  it("end before the very last, so that the floor can pass every one", () => {
    const window = withNonceFloor(FRESH_NONCES, LAST);
    expect(nonceLimit(window)).to.equal(LAST);
    const beforeLast = withNonceFloor(FRESH_NONCES, LAST - 1n);
    expect(nonceLimit(beforeLast)).to.equal(LAST);
    expect(withNonce(beforeLast, LAST - 1n)).to.deep.equal(window);
  });

  it("behave as a set of used numbers that forgets what is far behind", () => {
    const anyJump = fc.bigInt({ min: 0n, max: 63n });
    const property = fc.property(fc.array(anyJump, { maxLength: 80 }), (jumps) => {
      let window: NonceWindow = FRESH_NONCES;
      const used = new Set<bigint>();
      for (const jump of jumps) {
        const nonce = window.floor + jump;
        const wasUsed = isNonceUsed(window, nonce);
        expect(wasUsed).to.equal(used.has(nonce));
        if (wasUsed) continue;
        window = withNonce(window, nonce);
        used.add(nonce);
        for (const one of used) expect(isNonceUsed(window, one)).to.equal(true);
        expect(isNonceUsed(window, window.floor)).to.equal(false);
        expect(window.used < 2n ** 32n).to.equal(true);
      }
    });
    fc.assert(property, FIXED);
  });
});
