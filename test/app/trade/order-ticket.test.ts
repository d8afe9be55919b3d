import { expect } from "chai";

import { tradePackage } from "../../../src/protocol/signing/package.js";
import { TRADE_PACKAGE_TYPES } from "../../../src/protocol/signing/typed-data.js";
import { bookOf, EMPTY_TICKET, partOf, rawFields, readTicket } from "../../../app/views/trade/order-ticket.js";
import { ground, RAIN } from "./support.js";

const TYPED = { ...EMPTY_TICKET, price: "55.05", lots: "200" };

describe("a ticket", function () {
  it("is the fields that are signed", function () {
    expect(readTicket(TYPED, ground()).draft).to.deep.equal({
      ...{ marketRootId: 1, marketBranchId: 1, priceTicks: 5_505n, quantityLots: 200n },
      ...{ deadline: 1_999n, timeInForce: 0 },
    });
    const sold = readTicket({ ...TYPED, side: "sell", time: "FillOrKill", minutes: "5" }, ground());
    expect(sold.draft).to.deep.include({ quantityLots: -200n, timeInForce: 2, deadline: 1_300n });
  });

  it("with two assets buys the second leg by selling the first at what is missing to one, and says so", function () {
    const second = ground({ market: { marketRootId: 1, marketBranchId: 2 } });
    const read = readTicket({ ...TYPED, price: "44.95" }, second);
    expect(read.draft).to.deep.include({ marketBranchId: 1, priceTicks: 5_505n, quantityLots: -200n });
    expect(read.asked).to.deep.equal({ priceTicks: 4_495n, quantityLots: 200n });
    expect(read.isTurned).to.equal(true);
    expect(bookOf(second)).to.deep.equal({ market: { marketRootId: 1, marketBranchId: 1 }, isTurned: true });
  });

  it("stays in its own book with three assets, and outside the basket", function () {
    const market = { marketRootId: 1, marketBranchId: 2 };
    expect(readTicket(TYPED, ground({ market, assets: 3 })).isTurned).to.equal(false);
    const rain = ground({ market: { marketRootId: 2, marketBranchId: 2 }, root: RAIN, isBasket: false });
    expect(readTicket(TYPED, rain)).to.deep.include({ draft: undefined });
    const read = readTicket({ ...TYPED, price: "83.4" }, rain);
    expect(read.draft).to.deep.include({ marketRootId: 2, marketBranchId: 2, priceTicks: 834n });
    expect(read.isTurned).to.equal(false);
  });

  it("says what is wrong with each field by itself, and never outlasts trading", function () {
    const read = readTicket({ ...TYPED, price: "x", lots: "0", minutes: "soon" }, ground());
    expect(Object.keys(read.problems)).to.deep.equal(["price", "lots", "minutes"]);
    expect(readTicket({ ...TYPED, minutes: "1000" }, ground()).draft?.deadline).to.equal(1_999n);
  });

  it("is shown by its wallet in the order of its type", function () {
    const order = tradePackage({
      ...readTicket({ ...TYPED, side: "sell" }, ground()).draft!,
      ...{ trader: `0x${"a1".repeat(20)}`, previousLink: `0x${"5a".repeat(32)}`, nonce: 3n },
    });
    const shown = rawFields(order);
    expect(shown.map(([name]) => name)).to.deep.equal(TRADE_PACKAGE_TYPES.TradePackage.map(({ name }) => name));
    expect(Object.fromEntries(shown)).to.deep.include({ priceTicks: "5505", quantityLots: "-200", nonce: "3" });
  });
});

describe("a part of what can be borne", function () {
  it("is rounded down, but at least one lot if there is one", function () {
    expect([25n, 50n, 75n, 100n].map((part) => partOf(7n, part))).to.deep.equal([1n, 3n, 5n, 7n]);
    expect([partOf(1n, 25n), partOf(0n, 100n)]).to.deep.equal([1n, 0n]);
  });
});
