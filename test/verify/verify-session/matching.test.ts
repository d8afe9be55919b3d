/** Who meets whom, for how much, at which price (R30 to R34): each rule is broken in one match that is otherwise good. */
import { expect } from "chai";

import { lots, ticks } from "../../../src/protocol/amounts/units.js";
import type { BookEventInLog } from "../../../src/verify/events.js";
import type { Rule, Values } from "../../../src/verify/violation.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { LOT } from "../support/header.js";
import { CHECKPOINT } from "../support/lines.js";
import { ALICE, BOB, CAROL } from "../support/people.js";
import { type Scribe, tick } from "../support/scribe.js";
import { STAKE, trading } from "../support/stories.js";

type Matched = Extract<BookEventInLog, { kind: "matched" }>;

/** Offers 1 (Alice, 50 at 5 000), 2 (Bob, 40 at 5 000) and 3 (Alice, 30 at 5 100). */
function offers(): Scribe {
  const scribe = trading();
  scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: -50n });
  scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -40n });
  scribe.order(ALICE, { priceTicks: 5_100n, quantityLots: -30n });
  return scribe;
}

function matched(makerRootId: number, takerRootId: number, price: bigint, size: bigint): Matched {
  return { kind: "matched", makerRootId, takerRootId, priceTicks: ticks(price), lots: lots(size) };
}

/** What is told in the place of a match. */
async function expectOther(scribe: Scribe, change: Partial<Matched>, rule: Rule, expected: Values): Promise<void> {
  const at = scribe.amend("matched", () => change);
  const actual = Object.fromEntries(Object.keys(expected).map((name) => [name, change[name as keyof Matched]]));
  await expectBroken(scribe.log(), { rule, at, kind: "matched", expected, actual });
}

describe("verifySession, given a match", function () {
  it("holds when the best orders are met in order of time, each at its price", async function () {
    const scribe = offers();
    scribe.order(CAROL, { priceTicks: 5_100n, quantityLots: 100n });
    const { counts } = await expectHolds(scribe.log());
    expect(counts.fills).to.equal(3);
    expect(scribe.eventAt(scribe.indexOf("matched", 0))).to.deep.equal(matched(1, 4, 5_000n, 50n));
    expect(scribe.eventAt(scribe.indexOf("matched", 1))).to.deep.equal(matched(2, 4, 5_000n, 40n));
    expect(scribe.eventAt(scribe.indexOf("matched", 2))).to.deep.equal(matched(3, 4, 5_100n, 10n));
  });

  describe("with another order than the best (R30)", function () {
    it("refuses a later one at the same price", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      await expectOther(scribe, { makerRootId: 2 }, "R30", { makerRootId: 1 });
    });

    it("refuses one at a worse price", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_100n, quantityLots: 30n });
      const change = { makerRootId: 3, priceTicks: tick(5_100) };
      await expectOther(scribe, change, "R30", { makerRootId: 1, priceTicks: 5_000n });
    });

    it("refuses the next one after the first was filled in part, which keeps its place", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 10n });
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 10n });
      await expectOther(scribe, { makerRootId: 2 }, "R30", { makerRootId: 1 });
    });

    it("refuses the lower of two bids", async function () {
      const scribe = trading();
      scribe.order(ALICE, { priceTicks: 4_000n, quantityLots: 10n });
      scribe.order(BOB, { priceTicks: 4_100n, quantityLots: 10n });
      scribe.order(CAROL, { priceTicks: 4_000n, quantityLots: -10n });
      const change = { makerRootId: 1, priceTicks: tick(4_000) };
      await expectOther(scribe, change, "R30", { makerRootId: 2, priceTicks: 4_100n });
    });
  });

  describe("at another price than the maker's (R33)", function () {
    it("refuses any, and the taker's limit too", async function () {
      for (const price of [4_999, 5_001, 5_050]) {
        const scribe = offers();
        scribe.order(CAROL, { priceTicks: 5_050n, quantityLots: 30n });
        await expectOther(scribe, { priceTicks: tick(price) }, "R33", { priceTicks: 5_000n });
      }
    });
  });

  describe("for another size than the smaller of both (R32)", function () {
    it("refuses fewer lots, and more", async function () {
      for (const size of [1n, 29n, 31n, 50n]) {
        const scribe = offers();
        scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
        await expectOther(scribe, { lots: lots(size) }, "R32", { lots: 30n });
      }
    });

    it("refuses more than the maker has", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 60n });
      scribe.drop(scribe.indexOf("matched"));
      await expectOther(scribe, { lots: lots(60n) }, "R32", { lots: 50n });
    });
  });

  describe("that is none (R31)", function () {
    const expected = { next: "nothing" };
    const actual = { next: "matched" };

    it("refuses an order that does not reach the other", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 4_999n, quantityLots: 30n });
      const at = scribe.indexOf("checkpoint");
      scribe.insert(at, matched(1, 4, 5_000n, 30n));
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", expected, actual });
    });

    it("refuses one more after the taker is used up", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 50n });
      const at = scribe.indexOf("checkpoint");
      scribe.insert(at, matched(2, 4, 5_000n, 1n));
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", expected, actual });
    });

    it("refuses two orders that rest and do not cross, in a call of their own", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 4_000n, quantityLots: 30n });
      scribe.tell(matched(1, 4, 5_000n, 30n), CHECKPOINT);
      const at = scribe.indexOf("matched");
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", expected, actual });
    });

    it("refuses a taker that there is not", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      const at = scribe.amend("matched", () => ({ takerRootId: 9 }));
      const record = '{"kind":"matched","lots":"30n","makerRootId":1,"priceTicks":"5000n","takerRootId":9}';
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", actual: { record } });
    });

    it("refuses a taker that rests, as if it had just come", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      const at = scribe.amend("matched", () => ({ makerRootId: 1, takerRootId: 3 }));
      const values = { expected: { takerRootId: 4 }, actual: { takerRootId: 3 } };
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", ...values });
    });
  });

  describe("where an order must go instead (R31)", function () {
    const expected = { next: "offset" };
    const actual = { next: "matched" };

    it("refuses a match of a trader with itself", async function () {
      const scribe = offers();
      scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: 30n });
      await expectHolds(scribe.log());
      const at = scribe.indexOf("offset");
      expect(scribe.eventAt(at)).to.deep.include({ tradeRootId: 1, reason: "ownOrder" });
      scribe.drop(at);
      scribe.insert(at, matched(1, 4, 5_000n, 30n));
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", expected, actual });
    });

    it("refuses a match with an order that has expired", async function () {
      const scribe = trading();
      scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: -50n, deadline: scribe.now + 5n });
      scribe.now += 10n;
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      await expectHolds(scribe.log());
      const at = scribe.indexOf("offset");
      expect(scribe.eventAt(at)).to.deep.include({ tradeRootId: 1, reason: "expired" });
      scribe.drop(at);
      scribe.insert(at, matched(1, 2, 5_000n, 30n));
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", expected, actual });
    });

    it("holds with one in the last second of its deadline, and refuses that it has expired", async function () {
      const scribe = trading();
      scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: -50n, deadline: scribe.now + 1n });
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      await expectHolds(scribe.log());
      const at = scribe.indexOf("matched");
      scribe.drop(at);
      scribe.insert(at, { kind: "offset", tradeRootId: 1, lots: lots(50n), reason: "expired" });
      const other = { expected: { next: "matched" }, actual: { next: "offset" } };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", ...other });
    });
  });

  describe("whose traders must bear it (R32)", function () {
    /** Lots that take all of a stake at 9 000 of 10 000 ticks. */
    const MANY = ((STAKE / LOT) * 10n) / 9n;

    /** Alice bids twice for all that she has; the first bid is hit, so that the second (order 2) is uncovered. */
    function overstretched(): Scribe {
      const scribe = trading();
      scribe.order(ALICE, { priceTicks: 9_000n, quantityLots: MANY });
      scribe.order(ALICE, { priceTicks: 8_000n, quantityLots: MANY });
      scribe.order(BOB, { priceTicks: 9_000n, quantityLots: -MANY });
      scribe.order(BOB, { priceTicks: 7_000n, quantityLots: 3n });
      return scribe;
    }

    it("holds when a maker who cannot is taken out, and the taker goes on", async function () {
      const scribe = overstretched();
      const hit = scribe.order(CAROL, { priceTicks: 7_000n, quantityLots: -5n });
      const { counts } = await expectHolds(scribe.log());
      expect(scribe.eventAt(scribe.indexOf("offset"))).to.deep.include({ tradeRootId: 2, reason: "uncovered" });
      expect(scribe.eventAt(scribe.indexOf("matched"))).to.deep.equal(matched(4, hit, 7_000n, 3n));
      expect([counts.evictions, counts.offsets]).to.deep.equal([1, 0]);
    });

    it("refuses a match with one who cannot", async function () {
      const scribe = overstretched();
      const hit = scribe.order(CAROL, { priceTicks: 8_000n, quantityLots: -5n });
      const at = scribe.indexOf("offset");
      scribe.drop(at);
      scribe.insert(at, matched(2, hit, 8_000n, 5n));
      const values = { expected: { next: "offset" }, actual: { next: "matched" } };
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", ...values });
    });

    it("refuses to pass one over who cannot", async function () {
      const scribe = overstretched();
      scribe.order(CAROL, { priceTicks: 7_000n, quantityLots: -5n });
      scribe.drop(scribe.indexOf("offset"));
      const at = scribe.indexOf("matched");
      const values = { expected: { next: "offset" }, actual: { next: "matched" } };
      await expectBroken(scribe.log(), { rule: "R31", at, kind: "matched", ...values });
    });

    it("refuses to take out one who can", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      const at = scribe.indexOf("matched");
      scribe.drop(at);
      scribe.insert(at, { kind: "offset", tradeRootId: 1, lots: lots(50n), reason: "uncovered" });
      const values = { expected: { next: "matched" }, actual: { next: "offset" } };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", ...values });
    });

    it("refuses to cut off a taker who can", async function () {
      const scribe = offers();
      const taker = scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      const at = scribe.indexOf("matched");
      scribe.drop(at);
      scribe.insert(at, { kind: "offset", tradeRootId: taker, lots: lots(30n), reason: "uncovered" });
      const values = { expected: { next: "matched" }, actual: { next: "offset" } };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", ...values });
    });

    it("holds for one who can bear a part, of which the rest is taken out first; refuses another part", async function () {
      // Each of Alice's bids takes all that she has; half of the first is filled and the other half cancelled.
      const scribe = trading();
      const quantity = ((STAKE / LOT) * 10n) / 9n;
      scribe.order(ALICE, { priceTicks: 9_000n, quantityLots: quantity });
      scribe.order(ALICE, { priceTicks: 8_000n, quantityLots: quantity });
      scribe.order(BOB, { priceTicks: 9_000n, quantityLots: -quantity / 2n });
      scribe.offset(ALICE, 1);
      scribe.order(CAROL, { priceTicks: 8_000n, quantityLots: -quantity });
      const cut = scribe.eventAt(scribe.indexOf("offset"));
      expect(cut).to.deep.include({ tradeRootId: 2, reason: "uncovered" });
      const kept = scribe.eventAt(scribe.indexOf("matched"));
      expect(kept).to.deep.include({ makerRootId: 2, takerRootId: 4 });
      await expectHolds(scribe.log());
      const size = "lots" in cut ? (cut.lots as bigint) : 0n;
      const at = scribe.amend("offset", () => ({ lots: lots(size + 1n) }));
      const values = { expected: { lots: size }, actual: { lots: size + 1n } };
      await expectBroken(scribe.log(), { rule: "R32", at, kind: "offset", ...values });
    });
  });

  describe("in a market that is left crossed (R34)", function () {
    /** Carol's order 4 crosses 1 and 2; its call had one step. */
    function crossed(): Scribe {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 80n }, 1);
      return scribe;
    }

    it("holds when the later of the two best orders goes on as the taker", async function () {
      const scribe = crossed();
      await expectHolds(scribe.log());
      scribe.matchTrades(10);
      await expectHolds(scribe.log());
      expect(scribe.eventAt(scribe.indexOf("matched"))).to.deep.equal(matched(2, 4, 5_000n, 30n));
    });

    it("refuses the earlier of the two as the taker", async function () {
      const scribe = crossed();
      scribe.matchTrades(10);
      await expectOther(scribe, { makerRootId: 4, takerRootId: 2 }, "R30", { makerRootId: 2, takerRootId: 4 });
    });

    it("holds when the next order's own call goes on first", async function () {
      const scribe = crossed();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 5n });
      const { counts } = await expectHolds(scribe.log());
      expect(counts.fills).to.equal(3);
      const [rest, entered] = [scribe.indexOf("matched", 1), scribe.indexOf("tradeCreated")];
      expect(rest, "the rest of order 4 is matched before the next one enters").to.be.lessThan(entered);
    });

    it("refuses that order if the match of the other is left out", async function () {
      const scribe = crossed();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 5n });
      scribe.drop(scribe.indexOf("matched", 1));
      const at = scribe.indexOf("tradeCreated");
      await expectBroken(scribe.log(), { rule: "R34", at, kind: "tradeCreated", actual: { crossed: 1 } });
    });

    it("holds when a match is left out at the end, for the steps may have run out", async function () {
      const scribe = offers();
      scribe.order(CAROL, { priceTicks: 5_000n, quantityLots: 30n });
      scribe.drop(scribe.indexOf("matched"));
      await expectHolds(scribe.log());
    });
  });
});
