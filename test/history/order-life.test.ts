import { expect } from "chai";

import { lifeOf, type OrderState } from "../../src/history/order-life.js";
import type { OffsetReason } from "../../src/protocol/book/events.js";
import { lot } from "../protocol/support.js";

const ORDER = { tradeRootId: 7, quantityLots: lot(-10) };
const fill = (lots: number, makerRootId = 3, takerRootId = 7) => ({ makerRootId, takerRootId, lots: lot(lots) });
const offset = (lots: number, reason: OffsetReason, tradeRootId = 7) => ({ tradeRootId, lots: lot(lots), reason });

describe("an order's life", function () {
  it("begins open, and is partly filled as maker or taker, until nothing is left", function () {
    const life = (...fills: ReturnType<typeof fill>[]) => lifeOf(ORDER, fills, [], false);
    expect(life()).to.deep.equal({ state: "open", filledLots: 0n, takenOutLots: 0n, leftLots: 10n });
    expect(life(fill(4), fill(3, 7, 9))).to.deep.equal({
      state: "partlyFilled",
      filledLots: 7n,
      takenOutLots: 0n,
      leftLots: 3n,
    });
    expect(life(fill(4), fill(6, 7, 9))).to.deep.include({ state: "filled", leftLots: 0n });
    expect(life(fill(9, 1, 2)), "a fill of others").to.deep.include({ state: "open", filledLots: 0n });
  });

  it("ends as the last reason says for which lots were taken out", function () {
    const ends: Readonly<Record<OffsetReason, OrderState>> = {
      cancelled: "cancelled",
      expired: "expired",
      uncovered: "takenOut",
      ownOrder: "takenOut",
      remainder: "cancelled",
    };
    for (const [reason, state] of Object.entries(ends) as [OffsetReason, OrderState][]) {
      const life = lifeOf(
        ORDER,
        [fill(4)],
        [offset(2, "uncovered"), offset(4, reason), offset(9, "expired", 8)],
        false,
      );
      expect(life, reason).to.deep.equal({ state, filledLots: 4n, takenOutLots: 6n, leftLots: 0n });
    }
  });

  it("is not over when a part is taken out that its trader cannot bear", function () {
    expect(lifeOf(ORDER, [fill(1)], [offset(4, "uncovered")], false)).to.deep.include({
      state: "partlyFilled",
      leftLots: 5n,
    });
    expect(lifeOf(ORDER, [], [offset(4, "uncovered")], false)).to.deep.include({ state: "open", leftLots: 6n });
  });

  it("is expired while it still rests, once nobody can fill it", function () {
    expect(lifeOf(ORDER, [fill(1)], [], true)).to.deep.include({ state: "expired", leftLots: 9n });
    expect(lifeOf(ORDER, [fill(10)], [], true)).to.deep.include({ state: "filled" });
  });
});
