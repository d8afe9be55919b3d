/** The word of a checkpoint: what it is made of comes back, and nothing runs into its neighbour. */
import { expect } from "chai";
import { id } from "ethers";
import fc from "fast-check";

import { checkpointLink, countsOf, genesisLink, numberOf } from "../../../src/protocol/book/checkpoint.js";
import { MAX_MARK } from "../../../src/protocol/amounts/limits.js";
import { hexBytes } from "../packages.js";
import { FIXED } from "../support.js";

const anyCount = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("The word of a checkpoint", () => {
  it("has head, mark, trades and number where they belong", () => {
    const head = `0x${"ab".repeat(32)}`;
    const link = checkpointLink(head, { mark: 0x12345678n, trades: 9, number: 0xfffffffe });
    expect(link).to.equal(`0x${"ab".repeat(20)}1234567800000009fffffffe`);
  });

  it("gives its counts back, whatever they and the head are", () => {
    fc.assert(
      fc.property(hexBytes(32), anyCount, anyCount, anyCount, (head, mark, trades, number) => {
        const counts = { mark: BigInt(mark), trades, number };
        const link = checkpointLink(head, counts);
        expect([link.length, link.slice(0, 42)]).to.deep.equal([66, head.slice(0, 42)]);
        expect(countsOf(link)).to.deep.equal(counts);
        expect(numberOf(link)).to.equal(number);
      }),
      FIXED,
    );
  });

  it("has room for every block up to 2^32 - 1", () => {
    expect(countsOf(checkpointLink(id("head"), { mark: MAX_MARK, trades: 0, number: 1 })).mark).to.equal(
      2n ** 32n - 1n,
    );
  });

  it("of the genesis is the upper 160 bits of the domain separator", () => {
    expect(genesisLink(id("separator"))).to.equal(`${id("separator").slice(0, 42)}${"0".repeat(24)}`);
  });
});
