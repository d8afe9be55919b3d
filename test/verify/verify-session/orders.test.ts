/** What an order must be to enter the chain (R13, R20 to R30, R40): each rule is broken by one order that is otherwise good. */
import { expect } from "chai";
import { id } from "ethers";

import { lots } from "../../../src/protocol/amounts/units.js";
import { type PackageFields, TimeInForce } from "../../../src/protocol/signing/package.js";
import { loggedSignature } from "../../../src/protocol/signing/signatures.js";
import { packageDigest } from "../../../src/protocol/signing/typed-data.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { LOT, SCALE, T1, T2 } from "../support/header.js";
import { CHECKPOINT } from "../support/lines.js";
import { bound, CLOSES_AT, makeRain, RAIN, RAIN_TEXT, rainFields, record } from "../support/markets.js";
import { ALICE, BOB, CAROL, type Person, STRANGER } from "../support/people.js";
import type { OrderWish, Scribe } from "../support/scribe.js";
import { withRecord } from "../support/records.js";
import { STAKE, trading, withMarkets } from "../support/stories.js";
import { BOOK, rewritten } from "../../../trials/altered/edit.js";
import type { Rule, Values } from "../../../src/verify/violation.js";

const BUY: OrderWish = { priceTicks: 5_000n, quantityLots: 10n };

/** Tells an order that the book would refuse, and expects just that. */
async function expectRefused(
  scribe: Scribe,
  trader: Person,
  wish: OrderWish,
  rule: Rule,
  actual: Values,
): Promise<void> {
  scribe.tell(scribe.accepted(trader, wish), CHECKPOINT);
  const at = scribe.indexOf("tradeCreated");
  await expectBroken(scribe.log(), { rule, at, kind: "tradeCreated", actual });
}

/** Expects that the order told last is not signed by its trader. */
async function expectUnsigned(scribe: Scribe): Promise<void> {
  const at = scribe.indexOf("tradeCreated");
  const event = scribe.eventAt(at);
  if (event.kind !== "tradeCreated") throw new Error("its index is that of an order");
  const digest = packageDigest(scribe.book.state.terms.domain, event.package);
  const actual = { trader: event.package.trader, digest };
  await expectBroken(scribe.log(), { rule: "R21", at, kind: "tradeCreated", actual });
}

/** Tells one that it would not. */
async function expectAccepted(scribe: Scribe, trader: Person, wish: OrderWish): Promise<void> {
  scribe.order(trader, wish);
  await expectHolds(scribe.log());
}

describe("verifySession, given an order", function () {
  describe("as to the time (R27)", function () {
    it("holds in t1 and in the last second before t2", async function () {
      const scribe = trading();
      scribe.order(ALICE, BUY);
      scribe.now = T2 - 1n;
      await expectAccepted(scribe, BOB, BUY);
    });

    it("refuses it in the second before t1", async function () {
      const scribe = trading();
      scribe.now = T1 - 1n;
      await expectRefused(scribe, ALICE, BUY, "R27", { timestamp: T1 - 1n, t1: T1, t2: T2 });
    });

    it("refuses it at t2", async function () {
      const scribe = trading();
      scribe.now = T2;
      await expectRefused(scribe, ALICE, { ...BUY, deadline: T2 }, "R27", { timestamp: T2, t1: T1, t2: T2 });
    });

    it("refuses it from its market's closesAt on", async function () {
      const scribe = withMarkets();
      const wish = { priceTicks: 20n, quantityLots: 1n, marketRootId: RAIN };
      scribe.now = CLOSES_AT - 1n;
      await expectAccepted(scribe, ALICE, wish);
      const values = { marketRootId: BigInt(RAIN), closesAt: CLOSES_AT, timestamp: CLOSES_AT };
      await expectRefused(scribe, ALICE, wish, "R27", values);
    });
  });

  describe("as to its market (R27)", function () {
    it("refuses a root that there is not", async function () {
      const values = { marketRootId: 2n, marketBranchId: 1n };
      await expectRefused(trading(), ALICE, { ...BUY, marketRootId: 2 }, "R27", values);
    });

    it("refuses a branch that there is not", async function () {
      const values = { marketRootId: 1n, marketBranchId: 3n };
      await expectRefused(trading(), ALICE, { ...BUY, marketBranchId: 3 }, "R27", values);
    });

    it("refuses one that can only pay one amount any more", async function () {
      const scribe = withMarkets();
      const wish = { priceTicks: 20n, quantityLots: 1n, marketRootId: RAIN, marketBranchId: 2 };
      bound(scribe, RAIN, 1, 20n, 50n);
      const values = { marketRootId: 2n, marketBranchId: 2n, value: 20n };
      await expectRefused(scribe, ALICE, wish, "R27", values);
    });
  });

  describe("as to price and quantity (R27)", function () {
    it("holds at both ends of the bounds", async function () {
      const scribe = trading();
      scribe.order(ALICE, { priceTicks: 0n, quantityLots: 1n });
      await expectAccepted(scribe, BOB, { priceTicks: SCALE, quantityLots: -1n });
    });

    it("refuses a price beyond them", async function () {
      for (const price of [-1n, SCALE + 1n]) {
        const values = { price, marketMin: 0n, marketMax: SCALE };
        await expectRefused(trading(), ALICE, { priceTicks: price, quantityLots: 1n }, "R27", values);
      }
    });

    it("refuses a price beyond bounds that have become tighter", async function () {
      const scribe = withMarkets();
      bound(scribe, RAIN, 1, 12n, 40n);
      const wish = { quantityLots: 1n, marketRootId: RAIN };
      await expectAccepted(scribe, ALICE, { ...wish, priceTicks: 12n });
      await expectRefused(scribe, ALICE, { ...wish, priceTicks: 11n }, "R27", {
        price: 11n,
        marketMin: 12n,
        marketMax: 40n,
      });
    });

    it("cannot read a quantity of zero, which nobody signs", async function () {
      const scribe = trading();
      scribe.order(ALICE, BUY);
      const at = scribe.indexOf("tradeCreated");
      const place = BOOK.getEvent("TradeCreated").inputs.findIndex(({ name }) => name === "quantityLots");
      const log = withRecord(scribe.log(), at, (record) => rewritten(record, BOOK, (values) => values.with(place, 0n)));
      await expectBroken(log, {
        rule: "log",
        at,
        why: "The log cannot be read: PACKAGE_FIELD_INVALID(field: quantityLots, value: 0, allowed: not zero). Correct the field and sign again.",
      });
    });
  });

  describe("as to its deadline (R28)", function () {
    it("holds in its last second", async function () {
      const scribe = trading();
      await expectAccepted(scribe, ALICE, { ...BUY, deadline: scribe.now });
    });

    it("refuses it a second later", async function () {
      const scribe = trading();
      const deadline = scribe.now - 1n;
      await expectRefused(scribe, ALICE, { ...BUY, deadline }, "R28", { deadline, timestamp: scribe.now });
    });
  });

  describe("as to the link that it was signed over (R25)", function () {
    const WINDOW = 8;

    /** After so many checkpoints. */
    function after(checkpoints: number): { scribe: Scribe; links: string[] } {
      const scribe = trading({ chainWindow: WINDOW, maxOpenOrders: 100 });
      const links = [scribe.book.link];
      for (let made = 0; made < checkpoints; made += 1) {
        scribe.order(CAROL, { priceTicks: 1n, quantityLots: 1n });
        links.push(scribe.book.link);
      }
      return { scribe, links };
    }

    it("holds for the oldest checkpoint of the window, the newest included", async function () {
      const { scribe, links } = after(10);
      await expectAccepted(scribe, ALICE, { ...BUY, previousLink: links.at(-WINDOW)! });
    });

    it("refuses the one before it", async function () {
      const { scribe, links } = after(10);
      const given = links.at(-WINDOW - 1)!;
      const values = { given, current: scribe.book.link };
      await expectRefused(scribe, ALICE, { ...BUY, previousLink: given }, "R25", values);
    });

    it("refuses a link that never was the head", async function () {
      const { scribe } = after(1);
      const given = id("no head");
      await expectRefused(scribe, ALICE, { ...BUY, previousLink: given }, "R25", { given, current: scribe.book.link });
    });

    it("refuses a link from before the order's root was made", async function () {
      const scribe = trading();
      const before = scribe.book.link;
      makeRain(scribe);
      const wish = { priceTicks: 20n, quantityLots: 1n, marketRootId: RAIN };
      const values = { given: before, current: scribe.book.link };
      await expectRefused(scribe, ALICE, { ...wish, previousLink: before }, "R25", values);
    });

    it("holds for orders of one call over one link", async function () {
      const { scribe } = after(1);
      const previousLink = scribe.book.link;
      scribe.orders([ALICE, { ...BUY, previousLink }], [BOB, { ...BUY, previousLink }], [CAROL, BUY]);
      const { counts } = await expectHolds(scribe.log());
      expect(counts.orders).to.equal(4);
      expect(counts.checkpoints).to.equal(2);
    });
  });

  describe("as to its trader (R40)", function () {
    it("refuses one who is not registered", async function () {
      await expectRefused(trading(), STRANGER, BUY, "R40", { trader: STRANGER.address });
    });

    it("refuses another trader than the one who signed", async function () {
      const scribe = trading();
      scribe.order(ALICE, BUY);
      scribe.amend("tradeCreated", (event) => ({ package: { ...event.package, trader: BOB.address } }));
      await expectUnsigned(scribe);
    });
  });

  describe("as to its nonce (R26)", function () {
    it("holds for any of the window, in any order", async function () {
      const scribe = trading();
      for (const nonce of [31n, 5n, 0n, 30n]) scribe.order(ALICE, { ...BUY, nonce });
      await expectHolds(scribe.log());
    });

    it("refuses one that was used", async function () {
      const scribe = trading();
      scribe.order(ALICE, { ...BUY, nonce: 5n });
      const values = { trader: ALICE.address, nonce: 5n, nonceFloor: 0n };
      await expectRefused(scribe, ALICE, { ...BUY, nonce: 5n }, "R26", values);
    });

    it("refuses one below the floor, which one beyond the window has moved", async function () {
      const scribe = trading();
      scribe.order(ALICE, { ...BUY, nonce: 32n }); // the floor is 1 now
      const values = { trader: ALICE.address, nonce: 0n, nonceFloor: 1n };
      await expectRefused(scribe, ALICE, { ...BUY, nonce: 0n }, "R26", values);
    });

    it("refuses one that was made void", async function () {
      const scribe = trading();
      scribe.invalidateNonces(ALICE, 40n);
      const values = { trader: ALICE.address, nonce: 39n, nonceFloor: 40n };
      await expectRefused(scribe, ALICE, { ...BUY, nonce: 39n }, "R26", values);
    });

    it("refuses the first that is too far, and takes the last that is not", async function () {
      const scribe = trading();
      const values = { trader: ALICE.address, nonce: 64n, limit: 64n };
      await expectRefused(scribe, ALICE, { ...BUY, nonce: 64n }, "R26", values);
      await expectAccepted(trading(), ALICE, { ...BUY, nonce: 63n });
    });
  });

  describe("as to its signature (R21)", function () {
    it("refuses another's", async function () {
      const scribe = trading();
      scribe.order(ALICE, BUY);
      const { signature } = scribe.sign({ ...BOB, address: ALICE.address }, BUY);
      scribe.amend("tradeCreated", () => ({ signature: loggedSignature(signature) }));
      await expectUnsigned(scribe);
    });

    it("refuses one over a field that was changed since", async function () {
      const changes: Partial<PackageFields>[] = [
        { priceTicks: 4_999n },
        { quantityLots: 11n },
        { quantityLots: -10n },
        { marketBranchId: 2 },
        { nonce: 9n },
        { deadline: T2 - 2n },
        { timeInForce: 3 },
      ];
      for (const change of changes) {
        const scribe = trading();
        scribe.order(ALICE, BUY);
        scribe.amend("tradeCreated", (event) => ({
          package: { ...event.package, ...change } as typeof event.package, // each fits its field
        }));
        await expectUnsigned(scribe);
      }
    });

    it("refuses one for another chain, or for another book", async function () {
      for (const other of [{ chainId: 1n }, { verifyingContract: STRANGER.address }]) {
        const scribe = trading();
        scribe.order(ALICE, BUY);
        scribe.amend("tradeCreated", (event) => {
          const domain = { ...scribe.book.state.terms.domain, ...other };
          return { signature: loggedSignature(ALICE.key.sign(packageDigest(domain, event.package)).serialized) };
        });
        await expectUnsigned(scribe);
      }
    });

    it("refuses none at all, where no wallet's approval comes next", async function () {
      const scribe = trading();
      scribe.order(ALICE, BUY);
      const at = scribe.amend("tradeCreated", () => ({ signature: "0x" })) + 1;
      const values = { expected: { next: "tradeApproved" }, actual: { next: "checkpoint" } };
      await expectBroken(scribe.log(), { rule: "R24", at, kind: "checkpoint", ...values });
    });

    it("refuses a wallet's approval of what a key has signed", async function () {
      const scribe = trading();
      const order = scribe.accepted(ALICE, BUY);
      const { tradeRootId, signature } = order;
      scribe.tell(order, { kind: "tradeApproved", tradeRootId, signature }, CHECKPOINT);
      const at = scribe.indexOf("tradeApproved");
      const why = "Nothing is signed here that a wallet could be asked about.";
      await expectBroken(scribe.log(), { rule: "log", at, kind: "tradeApproved", why });
    });
  });

  describe("as to collateral (R13)", function () {
    /** At 5 000 of 10 000 ticks each lot takes half a lot's worth from its buyer. */
    const MOST = (STAKE / LOT) * 2n;

    it("holds to the last lot that its trader can bear", async function () {
      await expectAccepted(trading(), ALICE, { priceTicks: 5_000n, quantityLots: MOST });
      await expectAccepted(trading(), ALICE, { priceTicks: 5_000n, quantityLots: -MOST });
    });

    it("refuses one lot more, and says what is missing, and where", async function () {
      const shortfall = LOT / 2n;
      for (const [quantity, bindingOutcome] of [
        [MOST + 1n, 2n], // worst at the vertex of the other leg
        [-MOST - 1n, 1n],
      ] as const) {
        const values = { trader: ALICE.address, shortfall, bindingOutcome };
        await expectRefused(trading(), ALICE, { priceTicks: 5_000n, quantityLots: quantity }, "R13", values);
      }
    });

    it("refuses what the book could not store", async function () {
      const scribe = trading();
      const cheap = { marketMin: 0n, marketMax: 1n, tickValue: 1n, fallbackOutcome: 0n };
      record(scribe, rainFields(scribe, cheap), { text: RAIN_TEXT });
      const most = { marketRootId: RAIN, quantityLots: 2n ** 39n - 1n };
      scribe.deposit(STRANGER, 10n);
      scribe.order(BOB, { ...most, priceTicks: 0n, quantityLots: -most.quantityLots });
      scribe.order(STRANGER, { ...most, priceTicks: 0n });
      // More than is free, so that the position is looked at.
      await expectRefused(scribe, STRANGER, { ...most, priceTicks: 1n }, "R13", { trader: STRANGER.address });
    });
  });

  describe("as to its time in force (R28)", function () {
    const { ImmediateOrCancel: IMMEDIATE, FillOrKill: KILL, PostOnly: POST_ONLY } = TimeInForce;

    it("refuses one that only posts and would take", async function () {
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -10n });
      const wish = { priceTicks: 5_000n, quantityLots: 10n, timeInForce: POST_ONLY };
      await expectRefused(scribe, ALICE, wish, "R28", { price: 5_000n, best: 5_000n });
    });

    it("holds for one that only posts, and does", async function () {
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -10n });
      await expectAccepted(scribe, ALICE, { priceTicks: 4_999n, quantityLots: 10n, timeInForce: POST_ONLY });
    });

    it("holds for one that takes at once, and whose rest is taken out", async function () {
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -4n });
      scribe.order(ALICE, { ...BUY, timeInForce: IMMEDIATE });
      const { counts } = await expectHolds(scribe.log());
      expect([counts.fills, counts.offsets]).to.deep.equal([1, 1]);
      expect(scribe.book.state.queues.size).to.equal(0);
    });

    it("refuses one whose rest is not", async function () {
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -4n });
      scribe.order(ALICE, { ...BUY, timeInForce: IMMEDIATE });
      scribe.drop(scribe.indexOf("offset"));
      const at = scribe.indexOf("checkpoint");
      const actual = { tradeRootId: 2, unfilled: 6n };
      await expectBroken(scribe.log(), { rule: "R28", at, kind: "checkpoint", actual });
    });

    it("holds for one whose steps ran out: it rests, and is taken out when nothing crosses it any more", async function () {
      const scribe = trading();
      for (const price of [5_000n, 4_000n]) scribe.order(BOB, { priceTicks: price, quantityLots: -4n });
      const id = scribe.order(ALICE, { ...BUY, timeInForce: IMMEDIATE }, 1);
      expect(scribe.book.orderAt(id)?.lots).to.equal(6n);
      await expectHolds(scribe.log());
      scribe.matchTrades(1);
      expect(scribe.eventAt(scribe.indexOf("offset"))).to.deep.include({
        tradeRootId: id,
        reason: "remainder",
        lots: 2n,
      });
      await expectHolds(scribe.log());
      expect(scribe.book.state.queues.size).to.equal(0);
    });

    it("holds when the next order takes it out, for what it would meet was cancelled; and refuses that it stays", async function () {
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -4n });
      scribe.order(ALICE, { ...BUY, timeInForce: IMMEDIATE }, 0);
      scribe.offset(BOB, 1);
      await expectHolds(scribe.log());
      scribe.order(CAROL, BUY);
      await expectHolds(scribe.log());
      scribe.drop(scribe.indexOf("offset"));
      const at = scribe.indexOf("tradeCreated");
      const values = { expected: { next: "offset" }, actual: { next: "tradeCreated" } };
      await expectBroken(scribe.log(), { rule: "R22", at, kind: "tradeCreated", ...values });
    });

    it("refuses to use one up while it crosses, in its own call or in another", async function () {
      const used = { kind: "offset", tradeRootId: 2, lots: lots(10n), reason: "remainder" } as const;
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -4n });
      scribe.order(ALICE, { ...BUY, timeInForce: IMMEDIATE }, 0);
      scribe.tell(used, CHECKPOINT);
      const later = scribe.indexOf("offset");
      const values = { expected: { next: "nothing" }, actual: { next: "offset" } };
      await expectBroken(scribe.log(), { rule: "R35", at: later, kind: "offset", ...values });
      scribe.drop(later);
      const at = scribe.indexOf("checkpoint", 1);
      scribe.insert(at, used);
      const actual = { tradeRootId: 2, reason: "remainder" };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual });
    });

    it("refuses one that is filled whole or not at all, in part", async function () {
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -4n });
      scribe.order(ALICE, { ...BUY, timeInForce: IMMEDIATE });
      scribe.amendOrder(ALICE, { timeInForce: KILL });
      const at = scribe.indexOf("offset");
      const actual = { tradeRootId: 2, reason: "remainder" };
      await expectBroken(scribe.log(), { rule: "R35", at, kind: "offset", actual });
    });

    it("holds when it is filled whole", async function () {
      const scribe = trading();
      scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -10n });
      await expectAccepted(scribe, ALICE, { ...BUY, timeInForce: KILL });
    });
  });

  describe("as to open orders (R30)", function () {
    it("holds for as many as the session allows, and refuses one more", async function () {
      const scribe = trading({ maxOpenOrders: 2 });
      scribe.order(ALICE, BUY);
      await expectAccepted(scribe, ALICE, BUY);
      await expectRefused(scribe, ALICE, BUY, "R30", { trader: ALICE.address, limit: 2n });
    });
  });

  describe("as to its number (R22)", function () {
    it("refuses one that is left out, or comes twice", async function () {
      for (const tradeRootId of [1, 3, 4]) {
        const scribe = trading();
        scribe.order(ALICE, BUY);
        scribe.order(BOB, BUY);
        const at = scribe.amend("tradeCreated", () => ({ tradeRootId }));
        const values = { expected: { tradeRootId: 2 }, actual: { tradeRootId } };
        await expectBroken(scribe.log(), { rule: "R22", at, kind: "tradeCreated", ...values });
      }
    });
  });

  it("refuses one in a market that is left crossed (R34)", async function () {
    const scribe = trading();
    scribe.order(BOB, { priceTicks: 5_000n, quantityLots: -4n });
    scribe.order(ALICE, BUY, 0);
    scribe.tell(scribe.accepted(CAROL, BUY), CHECKPOINT);
    const at = scribe.indexOf("tradeCreated");
    await expectBroken(scribe.log(), { rule: "R34", at, kind: "tradeCreated", actual: { crossed: 1 } });
  });
});
