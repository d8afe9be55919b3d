/** Signed cancellations (R43): who has signed, what they are about, and that something comes of them. */
import { cancellationDigest } from "../../../src/protocol/signing/typed-data.js";
import type { TradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { T2 } from "../support/header.js";
import { CHECKPOINT } from "../support/lines.js";
import { ALICE, BOB, STRANGER, WALLET } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { STAKE, trading } from "../support/stories.js";

/** Alice's orders are 1 and 3, Bob's is 2. */
function quoted(): Scribe {
  const scribe = trading();
  scribe.order(ALICE, { priceTicks: 10n, quantityLots: 1n });
  scribe.order(BOB, { priceTicks: 20n, quantityLots: 2n });
  scribe.order(ALICE, { priceTicks: 30n, quantityLots: 3n });
  return scribe;
}

describe("verifySession, given a signed cancellation (R43)", function () {
  describe("holds", function () {
    it("for one that takes out orders, raises the floor, or both", async function () {
      const scribe = quoted();
      scribe.cancelTrades(scribe.signCancellation(ALICE, { toTradeRootId: 3 }), 3);
      scribe.cancelTrades(scribe.signCancellation(ALICE, { nonceFloor: 9n }));
      scribe.cancelTrades(scribe.signCancellation(BOB, { nonceFloor: 9n }), 2, 1);
      scribe.order(ALICE, { priceTicks: 10n, quantityLots: 1n, nonce: 9n });
      await expectHolds(scribe.log());
    });

    it("for one that raises the floor, and then an order that its trader takes out itself", async function () {
      const scribe = quoted();
      scribe.cancelTrades(scribe.signCancellation(ALICE, { toTradeRootId: 1, nonceFloor: 9n }));
      scribe.offset(ALICE, 3);
      await expectHolds(scribe.log());
    });

    it("for a contract wallet's, which nobody can ask", async function () {
      const scribe = trading();
      scribe.deposit(WALLET, STAKE);
      scribe.order(WALLET, { priceTicks: 10n, quantityLots: 1n });
      scribe.cancelTrades(scribe.signCancellation(WALLET), 1);
      await expectHolds(scribe.log());
    });
  });

  describe("refuses", function () {
    async function expectUnsigned(scribe: Scribe, at: number): Promise<void> {
      const event = scribe.eventAt(at);
      if (event.kind !== "tradesCancelled") throw new Error("its index is that of a cancellation");
      const { trader } = event.cancellation;
      const digest = cancellationDigest(scribe.book.state.terms.domain, event.cancellation);
      await expectBroken(scribe.log(), { rule: "R21", at, kind: "tradesCancelled", actual: { trader, digest } });
    }

    it("another's signature, and one over other fields", async function () {
      const changes: Partial<TradesCancellation>[] = [
        { fromTradeRootId: 1 },
        { toTradeRootId: 2 },
        { nonceFloor: 8n },
        { deadline: T2 },
      ];
      for (const change of changes) {
        const scribe = quoted();
        scribe.cancelTrades(scribe.signCancellation(ALICE, { toTradeRootId: 3, nonceFloor: 7n }), 1);
        const at = scribe.amend("tradesCancelled", ({ cancellation }) => ({
          cancellation: { ...cancellation, ...change },
        }));
        await expectUnsigned(scribe, at);
      }
      const scribe = quoted();
      scribe.cancelTrades(scribe.signCancellation(ALICE), 1);
      const { signature } = scribe.signCancellation({ ...BOB, address: ALICE.address });
      await expectUnsigned(
        scribe,
        scribe.amend("tradesCancelled", () => ({ signature })),
      );
    });

    it("one after its deadline", async function () {
      const scribe = quoted();
      const deadline = scribe.now - 1n;
      scribe.tell({ kind: "tradesCancelled", ...scribe.signCancellation(ALICE, { deadline, nonceFloor: 9n }) });
      const at = scribe.indexOf("tradesCancelled");
      const actual = { deadline, timestamp: deadline + 1n };
      await expectBroken(scribe.log(), { rule: "R28", at, kind: "tradesCancelled", actual });
    });

    it("one that is void, for its numbers are not given yet and the floor is above its own", async function () {
      const scribe = quoted();
      const signed = scribe.signCancellation(ALICE, { toTradeRootId: 4, nonceFloor: 1n });
      scribe.tell({ kind: "tradesCancelled", ...signed }, CHECKPOINT);
      const at = scribe.indexOf("tradesCancelled");
      const actual = { trader: ALICE.address, nonceFloor: 1n, current: 2n };
      await expectBroken(scribe.log(), { rule: "R43", at, kind: "tradesCancelled", actual });
    });

    it("one of somebody who is not registered", async function () {
      const scribe = quoted();
      scribe.tell({ kind: "tradesCancelled", ...scribe.signCancellation(STRANGER, { nonceFloor: 9n }) });
      const at = scribe.indexOf("tradesCancelled");
      const actual = { trader: STRANGER.address };
      await expectBroken(scribe.log(), { rule: "R40", at, kind: "tradesCancelled", actual });
    });

    it("an order that it is not about", async function () {
      for (const other of [2, 3]) {
        const scribe = quoted();
        scribe.cancelTrades(scribe.signCancellation(ALICE, { toTradeRootId: 1 }), 1);
        const at = scribe.amend("offset", () => ({ tradeRootId: other }));
        const actual = { fromTradeRootId: 0, toTradeRootId: 1 };
        await expectBroken(scribe.log(), { rule: "R43", at, kind: "offset", actual });
      }
    });

    it("one from which nothing comes", async function () {
      const scribe = quoted();
      scribe.cancelTrades(scribe.signCancellation(ALICE, { toTradeRootId: 3 }), 1);
      scribe.drop(scribe.indexOf("offset"));
      const at = scribe.indexOf("checkpoint");
      const actual = { fromTradeRootId: 0, toTradeRootId: 3 };
      await expectBroken(scribe.log(), { rule: "R43", at, kind: "checkpoint", actual });
    });
  });
});
