/** Where orders rest: at a place of their own, or at one whose order is gone (R30). */
import { expect } from "chai";

import { expectBroken, expectHolds } from "../support/expect.js";
import { ALICE, BOB } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { trading } from "../support/stories.js";

const BID = { priceTicks: 10n, quantityLots: 1n };

/** Places 1 and 2 are dead, order 3 rests at the first of them, and order 4 at its own. */
function replaced(): Scribe {
  const scribe = trading();
  for (const trader of [ALICE, BOB]) scribe.order(trader, BID);
  scribe.offset(ALICE, 1);
  scribe.offset(BOB, 2);
  scribe.order(ALICE, BID, undefined, 1);
  scribe.order(BOB, BID);
  return scribe;
}

describe("verifySession, given an order at a place that was used before (R30)", function () {
  it("holds, and for every order that comes to rest there", async function () {
    const scribe = replaced();
    expect(scribe.eventAt(scribe.indexOf("tradePlaced"))).to.deep.include({ tradeRootId: 3, place: 1 });
    scribe.offset(ALICE, 3);
    scribe.order(BOB, BID, undefined, 1);
    await expectHolds(scribe.log());
  });

  for (const [what, change] of [
    ["a place where an order rests", { place: 4 }],
    ["a place where none has rested", { place: 9 }],
    ["no place", { place: 0 }],
    ["an order that is gone", { tradeRootId: 2 }],
    ["an order that has not come", { tradeRootId: 4 }],
  ] as const) {
    it(`refuses ${what}`, async function () {
      const scribe = replaced();
      const at = scribe.amend("tradePlaced", () => change);
      await expectBroken(scribe.log(), { rule: "R30", at, kind: "tradePlaced", actual: change });
    });
  }

  it("refuses that it is said again, or of an order whose call is over", async function () {
    const scribe = replaced();
    const at = scribe.indexOf("tradePlaced");
    scribe.insert(at, { kind: "tradePlaced", tradeRootId: 3, place: 2 }); // what was said first comes second now
    await expectBroken(scribe.log(), { rule: "R30", at: at + 1, kind: "tradePlaced", actual: { tradeRootId: 3 } });
    const late = replaced();
    late.insert(late.indexOf("checkpoint"), { kind: "tradePlaced", tradeRootId: 3, place: 2 });
    await expectBroken(late.log(), {
      rule: "R30",
      at: late.indexOf("tradePlaced"),
      kind: "tradePlaced",
      actual: { tradeRootId: 3 },
    });
  });
});
