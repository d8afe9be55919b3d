import { expect } from "chai";
import fc from "fast-check";

import { createRandom, type Random, seededBytes } from "../../stage/rng.js";

const draw = (random: Random) => Array.from({ length: 20 }, () => random.integer(0, 1_000_000));

describe("random numbers", () => {
  it("follow from seed and label alone", () => {
    expect(draw(createRandom(7n, "a"))).to.deep.equal(draw(createRandom(7n, "a")));
    expect(draw(createRandom(7n, "a"))).to.not.deep.equal(draw(createRandom(7n, "b")));
    expect(draw(createRandom(7n, "a"))).to.not.deep.equal(draw(createRandom(8n, "a")));
    expect(seededBytes(7n, "a"))
      .to.match(/^0x[0-9a-f]{64}$/)
      .and.to.not.equal(seededBytes(8n, "a"));
  });

  it("stay within their range, both ends included", () => {
    const random = createRandom(1n, "range");
    const seen = new Set(Array.from({ length: 400 }, () => random.integer(-1, 1)));
    expect([...seen].sort()).to.deep.equal([-1, 0, 1].sort());
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 0n, max: 2n ** 100n }), (from, width) => {
        const value = random.amount(from, from + width);
        expect(value >= from && value <= from + width).to.equal(true);
      }),
    );
  });

  it("are bell-shaped on request: seldom far out", () => {
    const random = createRandom(1n, "bell");
    const values = Array.from({ length: 2_000 }, () => random.bell(1_000n));
    expect(values.every((value) => value >= -1_000n && value <= 1_000n)).to.equal(true);
    const near = values.filter((value) => value > -300n && value < 300n).length;
    expect(near).to.be.within(1_200, 1_600); // 0.70 of them; half of that if they were uniform
  });

  it("shuffle without losing anything", () => {
    const random = createRandom(1n, "shuffle");
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const before = [...items];
        expect(random.shuffled(items).sort()).to.deep.equal([...items].sort());
        expect(items).to.deep.equal(before);
      }),
    );
  });
});
