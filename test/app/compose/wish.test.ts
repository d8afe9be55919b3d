import { expect } from "chai";

import { readWish, writeWish } from "../../../app/views/compose/wish.js";
import { marketRootOf } from "../../../src/views/market-root.js";
import { eventRoot, rainRoot } from "../views/markets/roots.js";

const rain = marketRootOf(rainRoot());
const months = marketRootOf(eventRoot());

describe("what is composed, in an address", function () {
  it("is read back as it was written", function () {
    for (const [root, query] of [
      [rain, "shape=callSpread&side=sell&k=800_1600&lots=20&of=narrow"],
      [rain, "shape=put&side=buy&k=1600"],
      [months, "shape=rather&side=buy&o=3_1&lots=7"],
      [months, "shape=none&side=sell&o=2"],
    ] as const) {
      expect(writeWish(readWish(query, root))).to.equal(query);
    }
  });

  it("is something that the root has, whatever somebody has written there", function () {
    expect(readWish("", rain)).to.deep.include({ shape: "call", side: "buy", lots: "", build: "few" });
    expect(readWish("shape=any&k=1_2_x&side=up&of=", rain)).to.deep.include({ shape: "call", side: "buy" });
    expect(readWish("shape=butterfly&k=800_801_99999999999", rain).strikes).to.have.length(3);
    expect(readWish("shape=toString", months).shape).to.equal("any");
    expect(readWish("shape=any&o=0_2_2_9_-1", months).picks).to.deep.equal([2]);
    expect(readWish("shape=rather&o=1_2_3", months).picks).to.deep.equal([1, 2]);
    expect(readWish(`lots=${"9".repeat(500)}`, months).lots).to.have.length(40);
  });
});
