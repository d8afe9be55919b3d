import { expect } from "chai";
import fc from "fast-check";

import { MAX_SUPPLY } from "../../../src/protocol/amounts/limits.js";
import { reserveFor, reserveShiftOf } from "../../../src/protocol/book/reserve.js";
import { FIXED } from "../support.js";

describe("The reserve (R15)", () => {
  it("has units of one wei while the supply fits 16 bits", () => {
    expect([1n, 65_535n, 65_536n, 131_071n, 131_072n].map(reserveShiftOf)).to.deep.equal([0, 0, 1, 1, 2]);
    expect(reserveShiftOf(MAX_SUPPLY)).to.equal(80);
  });

  it("is rounded up to whole units", () => {
    expect([0n, 1n, 8n, 9n].map((need) => reserveFor(need, 3))).to.deep.equal([0n, 8n, 8n, 16n]);
    expect(reserveFor(65_534n * 8n, 3)).to.equal(65_534n * 8n);
  });

  it("is more than there is from 65 535 units on", () => {
    for (const need of [65_534n * 8n + 1n, 65_535n * 8n, 65_536n * 8n, 2n ** 200n]) {
      expect(reserveFor(need, 3)).to.equal(65_536n * 8n);
    }
  });

  it("is never below the need of a supply, and above it by less than two units", () => {
    const anySupply = fc.bigInt({ min: 1n, max: MAX_SUPPLY });
    const property = fc.property(anySupply, anySupply, (supply, any) => {
      const [shift, need] = [reserveShiftOf(supply), any % (supply + 1n)];
      const unit = 2n ** BigInt(shift);
      expect(supply < 65_536n * unit && (shift === 0 || supply >= 32_768n * unit)).to.equal(true);
      expect(reserveFor(need, shift) >= need && reserveFor(need, shift) < need + 2n * unit).to.equal(true);
      expect(reserveFor(supply, shift) >= supply).to.equal(true);
    });
    fc.assert(property, FIXED);
  });
});
