/** Which orders may be taken out of the book, and why (R35). */
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { lots } from "../../../src/protocol/amounts/units.js";
import type { OffsetReason } from "../../../src/protocol/book/events.js";
import type { BookEventInLog } from "../../../src/verify/events.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { LOT, T2 } from "../support/header.js";
import { CHECKPOINT } from "../support/lines.js";
import { bound, CLOSES_AT, RAIN } from "../support/markets.js";
import { ALICE, BOB, STRANGER } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { STAKE, trading, withMarkets } from "../support/stories.js";

/** Alice's order 1 rests. */
function resting(deadline = T2 - 1n): Scribe {
  const scribe = trading();
  scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: 10n, deadline });
  return scribe;
}

function offset(reason: OffsetReason, size = 10n, tradeRootId = 1): BookEventInLog {
  return { kind: "offset", tradeRootId, lots: lots(size), reason };
}

describe("verifySession, given an order that is taken out", function () {
  describe("by its trader", function () {
    it("holds at any time, after t2 and the order's deadline too", async function () {
      const scribe = resting();
      scribe.offset(ALICE, 1);
      const { counts } = await expectHolds(scribe.log());
      expect([counts.offsets, counts.evictions]).to.deep.equal([1, 0]);
      const late = resting();
      late.now = T2 + 5n;
      late.offset(ALICE, 1);
      await expectHolds(late.log());
    });

    it("holds for several in one call", async function () {
      const scribe = resting();
      scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: 10n });
      scribe.offset(ALICE, 2, 1);
      const { counts } = await expectHolds(scribe.log());
      expect(counts.offsets).to.equal(2);
    });

    it("refuses it a second time", async function () {
      const scribe = resting();
      scribe.offset(ALICE, 1);
      scribe.tell(offset("cancelled"), CHECKPOINT);
      const at = scribe.indexOf("offset");
      const record = '{"kind":"offset","lots":"10n","reason":"cancelled","tradeRootId":1}';
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual: { record } });
    });

    it("refuses other lots than are left of it", async function () {
      for (const size of [1n, 9n, 11n]) {
        const scribe = resting();
        scribe.offset(ALICE, 1);
        const at = scribe.amend("offset", () => ({ lots: lots(size) }));
        const values = { expected: { lots: 10n }, actual: { lots: size } };
        await expectBroken(scribe.log(), { rule: "R32", at, kind: "offset", ...values });
      }
    });

    it("refuses an order that never was", async function () {
      const scribe = resting();
      scribe.tell(offset("cancelled", 10n, 7), CHECKPOINT);
      const at = scribe.indexOf("offset");
      const record = '{"kind":"offset","lots":"10n","reason":"cancelled","tradeRootId":7}';
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual: { record } });
    });
  });

  describe("because it has expired", function () {
    it("holds in the second after its deadline", async function () {
      const scribe = resting();
      scribe.order(BOB, { priceTicks: 4_000n, quantityLots: 10n, deadline: scribe.now });
      scribe.offset(STRANGER, 2);
      await expectHolds(scribe.log());
      expect(scribe.eventAt(scribe.indexOf("offset"))).to.deep.include({ reason: "expired" });
    });

    it("refuses it in its last second", async function () {
      const scribe = trading();
      scribe.order(ALICE, { priceTicks: 5_000n, quantityLots: 10n, deadline: scribe.now + 1n });
      scribe.tell(offset("expired"), CHECKPOINT);
      const at = scribe.indexOf("offset");
      const actual = { tradeRootId: 1n, caller: ZeroAddress };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual });
    });

    it("holds when its root is closed, or its market determined", async function () {
      const closed = withMarkets();
      closed.order(ALICE, { priceTicks: 20n, quantityLots: 10n, marketRootId: RAIN });
      closed.now = CLOSES_AT;
      closed.offset(STRANGER, 1);
      await expectHolds(closed.log());
      const determined = withMarkets();
      determined.order(ALICE, { priceTicks: 15n, quantityLots: 10n, marketRootId: RAIN, marketBranchId: 2 });
      bound(determined, RAIN, 1, 20n, 50n);
      determined.offset(STRANGER, 1);
      await expectHolds(determined.log());
      for (const scribe of [closed, determined]) {
        expect(scribe.eventAt(scribe.indexOf("offset"))).to.deep.include({ reason: "expired" });
      }
    });

    it("refuses another reason", async function () {
      for (const reason of ["uncovered", "remainder"] as const) {
        const scribe = resting();
        scribe.order(BOB, { priceTicks: 4_000n, quantityLots: 10n, deadline: scribe.now });
        scribe.offset(STRANGER, 2);
        const at = scribe.amend("offset", () => ({ reason }));
        const values = { expected: { reason: "expired" }, actual: { reason } };
        await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", ...values });
      }
    });
  });

  describe("because it is uncovered", function () {
    /** Alice bids twice for all that she has (1, 2); the first bid is hit. */
    function overstretched(): Scribe {
      const scribe = trading();
      const quantity = ((STAKE / LOT) * 10n) / 9n;
      scribe.order(ALICE, { priceTicks: 9_000n, quantityLots: quantity });
      scribe.order(ALICE, { priceTicks: 8_000n, quantityLots: quantity });
      scribe.order(BOB, { priceTicks: 9_000n, quantityLots: -quantity });
      return scribe;
    }

    it("holds when anybody takes it out", async function () {
      const scribe = overstretched();
      scribe.offset(STRANGER, 2);
      const { counts } = await expectHolds(scribe.log());
      expect([counts.evictions, counts.offsets]).to.deep.equal([1, 0]);
    });

    it("refuses it before it is", async function () {
      const scribe = resting();
      scribe.tell(offset("uncovered"), CHECKPOINT);
      const at = scribe.indexOf("offset");
      const actual = { tradeRootId: 1n, caller: ZeroAddress };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual });
    });

    it("refuses that it has expired", async function () {
      const scribe = overstretched();
      scribe.offset(STRANGER, 2);
      const at = scribe.amend("offset", () => ({ reason: "expired" }));
      const values = { expected: { reason: "uncovered" }, actual: { reason: "expired" } };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", ...values });
    });
  });

  describe("as what only matching takes out", function () {
    it("refuses an order that met its trader's own, where none did", async function () {
      const scribe = resting();
      scribe.tell(offset("ownOrder"), CHECKPOINT);
      const at = scribe.indexOf("offset");
      const values = { expected: { next: "nothing" }, actual: { next: "offset" } };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", ...values });
    });

    it("refuses a remainder in a call of its own", async function () {
      const scribe = resting();
      scribe.tell(offset("remainder"), CHECKPOINT);
      const at = scribe.indexOf("offset");
      const actual = { tradeRootId: 1n, caller: ZeroAddress };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual });
    });

    it("refuses the remainder of an order that rests", async function () {
      const scribe = resting();
      const at = scribe.indexOf("checkpoint");
      scribe.insert(at, offset("remainder"));
      const actual = { tradeRootId: 1, reason: "remainder" };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual });
    });
  });
});
