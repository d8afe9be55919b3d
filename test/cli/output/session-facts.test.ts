import { expect } from "chai";

import { accountDocument, marketName, marketsOf, priceText } from "../../../src/cli/output/session-facts.js";
import { rootOf } from "../../../src/protocol/market/market-table.js";
import { between, EMPTY, intervalTable, newBranch, newEvent, newInterval, tableOf } from "../../protocol/markets.js";
import { expectRuleError, tick } from "../../protocol/support.js";

describe("what several commands say about a session", function () {
  it("calls the basket's markets legs, and others by root and branch", function () {
    expect(marketName({ marketRootId: 1, marketBranchId: 2 })).to.equal("leg 2");
    expect(marketName({ marketRootId: 2, marketBranchId: 1 })).to.equal("2.1");
    expect(marketName({ marketRootId: 4_294_967_295, marketBranchId: 65_535 })).to.equal("4294967295.65535");
  });

  it("says a price of a leg or an event in percent too, and of an interval in ticks alone", function () {
    const legs = rootOf(EMPTY, 1); // scale 100
    const event = rootOf(
      tableOf(() => newEvent(3, { scale: tick(3) })),
      2,
    );
    expect(priceText(legs, 55n)).to.equal("55 (55%)");
    expect(priceText(event, 1n)).to.equal("1 (~33.3333%)");
    expect(priceText(rootOf(intervalTable(between(0, 20), []), 2), 12n)).to.equal("12");
  });

  it("lists every branch of every root, in their order", function () {
    const table = tableOf(
      () => newInterval(between(0, 20)),
      (before) => newBranch(before, 2, between(5, 10)),
      () => newEvent(2),
    );
    expect(marketsOf(table).map(marketName)).to.deep.equal(["leg 1", "leg 2", "leg 3", "2.1", "2.2", "3.1", "3.2"]);
  });

  it("gives an account with its slack: cash and the worst of its positions", function () {
    const account = { traderId: 7, claim: 100n, worst: -30n, openOrders: 2, reserved: 5n };
    expect(accountDocument(account)).to.deep.equal({
      traderId: 7,
      claimWei: 100n,
      worstWei: -30n,
      slackWei: 70n,
      openOrders: 2,
      reservedWei: 5n,
    });
  });

  it("gives no slack that no account can have", function () {
    const most = 2n ** 127n - 1n;
    const account = { traderId: 7, claim: most, worst: 1n, openOrders: 0, reserved: 0n };
    expectRuleError(() => accountDocument(account), "AMOUNT_OUT_OF_RANGE", {
      what: "tokenWei",
      value: most + 1n,
      least: -most - 1n,
      most,
    });
  });
});
