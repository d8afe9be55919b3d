/** Calls come in whole: a checkpoint ends those that changed the head, tokens move when the book says so (R24, R41). */
import { expect } from "chai";

import { tokenWei } from "../../../src/protocol/amounts/units.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { CHECKPOINT } from "../support/lines.js";
import { ALICE, BOB, CAROL, STRANGER } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { trade, trading } from "../support/stories.js";

const NO_END = "A call that changed the head ends with a checkpoint.";

describe("verifySession, as to calls", function () {
  let scribe: Scribe;
  beforeEach(function () {
    scribe = trading();
    trade(scribe, [ALICE, BOB], 5_000n, 10n);
  });

  it("holds when each has its end", async function () {
    const { counts } = await expectHolds(scribe.log());
    expect(counts.checkpoints).to.equal(2);
  });

  describe("given one that changed the head and has no checkpoint", function () {
    it("refuses the end of the log", async function () {
      scribe.drop(scribe.indexOf("checkpoint"));
      const expected = { next: "checkpoint" };
      await expectBroken(scribe.log(), { rule: "R24", at: undefined, why: NO_END, expected });
    });

    it("refuses the next call's first record", async function () {
      scribe.drop(scribe.indexOf("checkpoint", 0));
      const at = scribe.indexOf("tradeCreated");
      const expected = { next: "checkpoint" };
      await expectBroken(scribe.log(), { rule: "R24", at, why: NO_END, expected }); // before it is read
    });

    it("refuses any record of the call that is none of an order's life", async function () {
      const events = [
        { kind: "userCreated", traderId: 4, trader: STRANGER.address },
        { kind: "deposited", traderId: 1, leg: 0, amount: tokenWei(5n) },
        { kind: "withdrawn", traderId: 1, leg: 0, amount: tokenWei(5n), to: ALICE.address },
        { kind: "exited", traderId: 1, to: ALICE.address, claims: [tokenWei(1n), tokenWei(1n)], redeemed: false },
        { kind: "noncesInvalidated", traderId: 1, nonceFloor: 40n },
        { kind: "fallbackApplied", marketRootId: 2, fallbackOutcome: 1n },
        { kind: "realised", marketRootId: 2, traderId: 1, cash: tokenWei(0n) },
        { kind: "refreshed", marketRootId: 1, traderId: 1, worst: tokenWei(0n) },
      ] as const;
      for (const event of events) {
        const told = trading();
        told.order(ALICE, { priceTicks: 5_000n, quantityLots: -10n });
        const at = told.indexOf("checkpoint");
        told.insert(at, event);
        const actual = { next: event.kind };
        await expectBroken(told.log(), { rule: "R24", at, kind: event.kind, why: NO_END, actual });
      }
    });
  });

  describe("given a checkpoint where nothing changed the head", function () {
    it("refuses it in a call of its own", async function () {
      scribe.tell(CHECKPOINT);
      const at = scribe.indexOf("checkpoint");
      await expectBroken(scribe.log(), {
        rule: "R24",
        at,
        kind: "checkpoint",
        why: "By the rules something else comes here.",
        expected: { next: "nothing" },
        actual: { next: "checkpoint" },
      });
    });

    it("refuses a second one in a call", async function () {
      const at = scribe.indexOf("checkpoint");
      scribe.insert(at, CHECKPOINT);
      const actual = { next: "checkpoint" };
      const expected = { next: "nothing" };
      await expectBroken(scribe.log(), { rule: "R24", at: at + 1, kind: "checkpoint", expected, actual });
    });
  });

  describe("while the book is at work", function () {
    it("refuses a token that moves", async function () {
      scribe.give(CAROL.address, 5n);
      const at = scribe.indexOf("checkpoint");
      scribe.insert(at, { kind: "transfer", token: 0, from: CAROL.address, to: BOB.address, value: 1n });
      await expectBroken(scribe.log(), {
        rule: "R41",
        at,
        kind: "transfer",
        why: "No token moves while the book is at work.",
      });
    });

    it("holds when it moves after the checkpoint, in the same call", async function () {
      const at = scribe.indexOf("checkpoint");
      const { organiser: from } = scribe.header;
      scribe.insert(at, { kind: "transfer", token: 0, from, to: BOB.address, value: 1n });
      scribe.swap(at, at + 1);
      await expectHolds(scribe.log());
    });
  });

  describe("when the book has said that money moves", function () {
    it("refuses the end of the log before the tokens have moved", async function () {
      scribe.deposit(ALICE, 7n);
      scribe.drop(scribe.indexOf("transfer"));
      const expected = { next: "transfer" };
      await expectBroken(scribe.log(), {
        rule: "R17",
        at: undefined,
        why: "Here must come: transfer.",
        expected,
        actual: { next: "something else" },
      });
    });

    it("refuses the next call's first record", async function () {
      scribe.deposit(ALICE, 7n);
      scribe.drop(scribe.indexOf("transfer"));
      scribe.register(STRANGER);
      const at = scribe.indexOf("userCreated");
      const expected = { next: "transfer" };
      const actual = { next: "something else" };
      await expectBroken(scribe.log(), { rule: "R17", at, expected, actual });
    });

    it("refuses another record of the book before the tokens have moved", async function () {
      scribe.deposit(ALICE, 7n);
      const at = scribe.indexOf("transfer");
      scribe.insert(at, { kind: "noncesInvalidated", traderId: 1, nonceFloor: 40n });
      const expected = { next: "transfer" };
      const actual = { next: "something else" };
      await expectBroken(scribe.log(), { rule: "R17", at, kind: "noncesInvalidated", expected, actual });
    });
  });

  it("holds with two deposits by one transaction, each with its transfer", async function () {
    const at = scribe.indexOf("transfer");
    const { organiser: from, book: to } = scribe.header;
    scribe.deposit(ALICE, 7n);
    const paid = scribe.indexOf("transfer");
    scribe.insert(
      paid,
      { kind: "transfer", token: 0, from, to, value: 7n },
      { kind: "deposited", traderId: 2, leg: 0, amount: tokenWei(7n) },
    );
    expect(paid).to.be.greaterThan(at);
    await expectHolds(scribe.log());
  });
});
