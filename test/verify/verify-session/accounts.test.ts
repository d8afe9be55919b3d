/** Who registers, which nonces are void, and what settlement does to accounts (R19, R26, R40). */
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { tokenWei } from "../../../src/protocol/amounts/units.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { LOT } from "../support/header.js";
import { bound, RAIN, TICK_VALUE } from "../support/markets.js";
import { ALICE, BOB, CAROL, STRANGER } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { funded, STAKE, trade, trading, withMarkets } from "../support/stories.js";

describe("verifySession, given a registration (R40)", function () {
  it("holds before funding, and for a deposit that registers", async function () {
    const scribe = trading();
    scribe.register(STRANGER);
    const { traders } = await expectHolds(scribe.log());
    expect(traders.map(({ trader }) => trader)).to.deep.equal([ALICE, BOB, CAROL, STRANGER].map((one) => one.address));
  });

  it("refuses a second one of an address", async function () {
    const scribe = trading();
    scribe.tell({ kind: "userCreated", traderId: 4, trader: BOB.address });
    const at = scribe.indexOf("userCreated");
    const actual = { trader: BOB.address, traderId: 2n };
    await expectBroken(scribe.log(), { rule: "R40", at, kind: "userCreated", actual });
  });

  it("refuses another number than the next", async function () {
    for (const traderId of [1, 3, 5]) {
      const scribe = trading();
      scribe.tell({ kind: "userCreated", traderId, trader: STRANGER.address });
      const at = scribe.indexOf("userCreated");
      const values = { expected: { traderId: 4 }, actual: { traderId } };
      await expectBroken(scribe.log(), { rule: "R40", at, kind: "userCreated", ...values });
    }
  });

  it("refuses nobody", async function () {
    const scribe = trading();
    scribe.tell({ kind: "userCreated", traderId: 4, trader: ZeroAddress });
    await expectBroken(scribe.log(), {
      rule: "R40",
      at: scribe.indexOf("userCreated"),
      kind: "userCreated",
      actual: {},
    });
  });

  it("takes the policy's word, and says so", async function () {
    const policy = STRANGER.address;
    const { granted } = await expectHolds(trading({ policy }).log());
    expect(granted).to.include("POLICY_ADMITTED");
    const without = await expectHolds(trading().log());
    expect(without.granted).to.not.include("POLICY_ADMITTED");
  });
});

describe("verifySession, given nonces that are made void (R26)", function () {
  it("holds upwards", async function () {
    const scribe = trading();
    scribe.invalidateNonces(ALICE, 3n);
    scribe.invalidateNonces(ALICE, 4n);
    scribe.order(ALICE, { priceTicks: 1n, quantityLots: 1n, nonce: 4n });
    await expectHolds(scribe.log());
  });

  it("refuses the floor as it is, or a lower one", async function () {
    for (const given of [3n, 2n]) {
      const scribe = trading();
      scribe.invalidateNonces(ALICE, 3n);
      scribe.tell({ kind: "noncesInvalidated", traderId: 1, nonceFloor: given });
      const at = scribe.indexOf("noncesInvalidated");
      await expectBroken(scribe.log(), { rule: "R26", at, kind: "noncesInvalidated", actual: { given, current: 3n } });
    }
  });

  it("refuses a trader that there is not", async function () {
    for (const traderId of [0, 4]) {
      const scribe = trading();
      scribe.tell({ kind: "noncesInvalidated", traderId, nonceFloor: 3n });
      const at = scribe.indexOf("noncesInvalidated");
      await expectBroken(scribe.log(), { rule: "R26", at, kind: "noncesInvalidated", actual: { traderId } });
    }
  });
});

describe("verifySession, given a position in a root beside the basket (R19)", function () {
  /** Alice has sold Bob 100 lots of rain at 20; it can still be anything from 0 to 50. */
  function rained(): Scribe {
    const scribe = withMarkets();
    trade(scribe, [ALICE, BOB], 20n, 100n, { marketRootId: RAIN });
    return scribe;
  }

  describe("that is realised", function () {
    it("holds for exactly what it pays", async function () {
      const scribe = rained();
      bound(scribe, RAIN, 1, 30n, 30n);
      scribe.realise(RAIN, ALICE, BOB);
      const { traders } = await expectHolds(scribe.log());
      const gain = 10n * 100n * TICK_VALUE;
      expect(traders.map(({ claims }) => claims[0])).to.deep.equal([STAKE - gain, STAKE + gain, STAKE]);
    });

    it("refuses another amount", async function () {
      const due = 30n * 100n * TICK_VALUE;
      for (const cash of [due - 1n, due + 1n, -due, 0n]) {
        const scribe = rained();
        bound(scribe, RAIN, 1, 30n, 30n);
        scribe.realise(RAIN, BOB);
        const at = scribe.amend("realised", () => ({ cash: tokenWei(cash) }));
        const values = { expected: { cash: due }, actual: { cash } };
        await expectBroken(scribe.log(), { rule: "R19", at, kind: "realised", ...values });
      }
    });

    it("refuses it before the root is settled", async function () {
      const scribe = rained();
      scribe.tell({ kind: "realised", marketRootId: RAIN, traderId: 2, cash: tokenWei(0n) });
      const at = scribe.indexOf("realised");
      await expectBroken(scribe.log(), { rule: "R19", at, kind: "realised", actual: { marketRootId: 2n } });
    });

    it("refuses a root, and a trader, that there is not", async function () {
      const scribe = rained();
      scribe.tell({ kind: "realised", marketRootId: 9, traderId: 2, cash: tokenWei(0n) });
      const actual = { marketRootId: 9n, marketBranchId: 1n };
      await expectBroken(scribe.log(), { rule: "R27", at: scribe.indexOf("realised"), kind: "realised", actual });
      const other = rained();
      bound(other, RAIN, 1, 30n, 30n);
      other.tell({ kind: "realised", marketRootId: RAIN, traderId: 7, cash: tokenWei(0n) });
      const at = other.indexOf("realised");
      await expectBroken(other.log(), { rule: "R19", at, kind: "realised", actual: { traderId: 7 } });
    });
  });

  describe("that is brought up to date", function () {
    it("holds for its worst case by today's bounds", async function () {
      const scribe = rained();
      bound(scribe, RAIN, 1, 12n, 45n);
      scribe.refresh(RAIN, ALICE, BOB, CAROL);
      await expectHolds(scribe.log());
      expect(scribe.eventAt(scribe.indexOf("refreshed", 0))).to.deep.include({ worst: -45n * 100n * TICK_VALUE });
      expect(scribe.eventAt(scribe.indexOf("refreshed", 1))).to.deep.include({ worst: 12n * 100n * TICK_VALUE });
      expect(scribe.eventAt(scribe.indexOf("refreshed", 2))).to.deep.include({ worst: 0n });
    });

    it("refuses another worst case", async function () {
      const scribe = rained();
      bound(scribe, RAIN, 1, 12n, 45n);
      scribe.refresh(RAIN, BOB);
      const due = 12n * 100n * LOT;
      const at = scribe.amend("refreshed", () => ({ worst: tokenWei(due + 1n) }));
      const values = { expected: { worst: due }, actual: { worst: due + 1n } };
      await expectBroken(scribe.log(), { rule: "R19", at, kind: "refreshed", ...values });
    });

    it("refuses it once the root is settled", async function () {
      const scribe = rained();
      bound(scribe, RAIN, 1, 30n, 30n);
      scribe.tell({ kind: "refreshed", marketRootId: RAIN, traderId: 2, worst: tokenWei(3_000n * LOT) });
      const at = scribe.indexOf("refreshed");
      await expectBroken(scribe.log(), { rule: "R36", at, kind: "refreshed", actual: { marketRootId: 2n } });
    });
  });

  it("needs nobody who trades: before funding there is nothing to bring up to date", async function () {
    const scribe = funded();
    scribe.register(ALICE);
    scribe.refresh(1, ALICE);
    await expectHolds(scribe.log());
  });
});
