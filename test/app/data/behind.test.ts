import { expect } from "chai";

import { isBehind } from "../../../app/data/behind.js";

const head = { number: 70, hash: `0x${"AB".repeat(32)}` };
const at = (number: number, hash = head.hash) => ({ items: [], block: { number, hash, timestamp: 0n } });

describe("an answer at the newest block", () => {
  it("is behind if it says that it holds at an earlier one, or at one that was dropped", () => {
    expect(isBehind(at(69), head)).to.equal(true);
    expect(isBehind(at(70, `0x${"cd".repeat(32)}`), head)).to.equal(true);
  });

  it("is not if it holds there, however its hash is written, or later", () => {
    expect(isBehind(at(70), head)).to.equal(false);
    expect(isBehind(at(70, head.hash.toLowerCase()), head)).to.equal(false);
    expect(isBehind(at(71, `0x${"cd".repeat(32)}`), head)).to.equal(false);
  });

  it("is not if it says nothing of a block, or there is none to compare it with", () => {
    for (const answer of [
      undefined,
      null,
      7n,
      "page",
      [],
      {},
      { block: 3 },
      { block: null },
      { block: { number: 1 } },
    ]) {
      expect(isBehind(answer, head)).to.equal(false);
    }
    expect(isBehind(at(1), undefined)).to.equal(false);
  });
});
