import { expect } from "chai";

import type { BookEvent } from "../../../src/protocol/book/events.js";
import { lot, tick } from "../../protocol/support.js";
import { fillsOf, placedIn, stepsOf } from "../../../src/relay/follow/batch.js";

const matched = (makerRootId: number, takerRootId: number, price: bigint, lots: bigint): BookEvent => {
  return { kind: "matched", makerRootId, takerRootId, priceTicks: tick(price), lots: lot(lots) };
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
      { makerRootId: 1, priceTicks: 50n, lots: 2n },
      { makerRootId: 3, priceTicks: 51n, lots: 4n },
    ]);
    expect(fillsOf(1, EVENTS)).to.deep.equal([]);
  });

  it("its steps are fills and offsets, whoever's", () => {
    expect(stepsOf(EVENTS)).to.equal(4);
    expect(stepsOf([])).to.equal(0);
  });
});

describe("what events say of places", () => {
  it("is where those orders rest that say so", () => {
    const placed: BookEvent = { kind: "tradePlaced", tradeRootId: 7, place: 3 };
    expect(placedIn([...EVENTS, placed])).to.deep.equal([{ tradeRootId: 7, place: 3 }]);
    expect(placedIn(EVENTS)).to.deep.equal([]);
  });
});
