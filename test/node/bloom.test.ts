import { id, keccak256 } from "ethers";
import { expect } from "chai";

import { bloomBits, chanceOf, mayHold } from "../../src/node/bloom.js";
import { bloomOf } from "../relay/paper/bloom.js";

const ADDRESS = `0x${"0b".repeat(20)}`;

describe("a block's bloom", () => {
  it("holds all that was put in, and next to nothing else while it is nearly empty", () => {
    const topics = Array.from({ length: 4 }, (_, index) => id(`topic ${index}`));
    const bloom = Buffer.from(bloomOf([{ address: ADDRESS, topics }]).slice(2), "hex");
    for (const item of [ADDRESS, ...topics]) expect(mayHold(bloom, item)).to.equal(true);
    const others = Array.from({ length: 2_000 }, (_, index) => id(`other ${index}`));
    expect(others.filter((other) => mayHold(bloom, other))).to.deep.equal([]);
    expect(chanceOf(bloom)).to.be.lessThan(1e-6);
  });

  it("hashes an address or topic once, as long as it is asked for now and then", () => {
    const hashed: string[] = [];
    const bits = bloomBits((item) => {
      hashed.push(item);
      return keccak256(item);
    }, 2);
    const [a, b, c] = ["a", "b", "c"].map((text) => id(text)) as [string, string, string];
    const first = bits(a);
    for (const item of [b, a, b, a, c, a, c, a]) bits(item);
    expect(hashed).to.deep.equal([a, b, c]);
    expect(bits(a)).to.deep.equal(first).and.to.have.length(3);
    bits(b); // it was forgotten when c came, as a had been asked for since
    expect(hashed).to.deep.equal([a, b, c, b]);
  });

  it("says the more by chance the fuller it is", () => {
    expect(chanceOf(new Uint8Array(256))).to.equal(0);
    expect(chanceOf(new Uint8Array(256).fill(0x0f))).to.equal(0.125);
    expect(chanceOf(new Uint8Array(256).fill(0xff))).to.equal(1);
    expect(mayHold(new Uint8Array(256).fill(0xff), ADDRESS)).to.equal(true);
  });
});
