import { expect } from "chai";

import type { BookEvent } from "../../../src/protocol/book/events.js";
import { lot, tick } from "../../protocol/support.js";
import { type Batch, fillsOf, hintedPackages, stepsOf } from "../../../src/relay/follow/batch.js";
import { PaperChain } from "../paper/chain.js";

const matched = (makerRootId: number, takerRootId: number, price: bigint, lots: bigint): BookEvent => {
  return { kind: "matched", makerRootId, takerRootId, price: tick(price), lots: lot(lots) };
};
const EVENTS: readonly BookEvent[] = [
  matched(1, 9, 50n, 2n),
  { kind: "offset", tradeRootId: 2, lots: lot(3), reason: "expired" },
  matched(3, 9, 51n, 4n),
  matched(4, 8, 52n, 5n),
  { kind: "checkpoint", head: "0x", link: "0x" },
];

describe("what an order's events say of it", () => {
  it("its fills are those in which it is the taker", () => {
    expect(fillsOf(9, EVENTS)).to.deep.equal([
      { makerRootId: 1, price: 50n, lots: 2n },
      { makerRootId: 3, price: 51n, lots: 4n },
    ]);
    expect(fillsOf(1, EVENTS)).to.deep.equal([]);
  });

  it("its steps are fills and offsets, whoever's", () => {
    expect(stepsOf(EVENTS)).to.equal(4);
    expect(stepsOf([])).to.equal(0);
  });
});

describe("hintedPackages", () => {
  it("gives each package its place, in the batch's order", () => {
    const chain = new PaperChain();
    const [first, second] = [chain.sign(0), chain.sign(1)];
    const rest = { outcome: 1, fills: [], steps: 0, before: 0 };
    const batch: Batch = {
      expected: [
        { ...rest, link: "0x01", signed: first, insertAfter: 7 },
        { ...rest, link: "0x02", signed: second, insertAfter: 0 },
      ],
      before: 0,
      after: 0,
      changes: true,
      time: 0n,
    };
    expect(hintedPackages(batch)).to.deep.equal([
      { signed: first, insertAfter: 7 },
      { signed: second, insertAfter: 0 },
    ]);
  });
});
