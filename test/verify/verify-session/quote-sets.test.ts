/** Quote sets (R44): one signature over many orders, all of which the log has to give. */
import { id } from "ethers";

import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { expect } from "chai";

import { Refusal } from "../../../src/protocol/market/refusal.js";
import type { Rule } from "../../../src/verify/violation.js";
import { loggedSignature } from "../../../src/protocol/signing/signatures.js";
import { expectBroken, expectFails, expectHolds } from "../support/expect.js";
import { ALICE, BOB } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { trading } from "../support/stories.js";

const QUOTES = [
  { priceTicks: 4_000n, quantityLots: 2n },
  { priceTicks: 20_000n, quantityLots: 1n }, // out of bounds
  { priceTicks: 6_000n, quantityLots: -3n },
];

/** Bob's offer, then a set of Alice's in which one quote is left out. */
function quoted(): Scribe {
  const scribe = trading();
  scribe.order(BOB, { priceTicks: 4_000n, quantityLots: -1n });
  scribe.batch({ orders: [], quoteSets: [scribe.signQuotes(ALICE, QUOTES)] });
  return scribe;
}

/** The rule is broken there. */
async function expectStop(scribe: Scribe, rule: Rule, at: number): Promise<void> {
  expect((await expectFails(scribe.log(), [rule])).index).to.equal(at);
}

describe("verifySession, given a quote set (R44)", function () {
  describe("holds", function () {
    it("for one of which a quote was left out and another is filled", async function () {
      const { counts } = await expectHolds(quoted().log());
      expect([counts.orders, counts.fills]).to.deep.equal([3, 1]);
    });

    it("for sets behind orders and cancellations, one of them refused whole", async function () {
      const scribe = quoted();
      const refused = scribe.signQuotes(BOB, [{ priceTicks: 1n, quantityLots: 1n }]);
      const cancelling = { ...scribe.signCancellation(ALICE, { toTradeRootId: 3 }), places: [scribe.book.placeOf(3)] };
      scribe.batch({
        cancellations: [cancelling],
        orders: [scribe.sign(BOB, { priceTicks: 3_000n, quantityLots: 1n })],
        quoteSets: [
          { ...refused, terms: { ...refused.terms, deadline: 0n } },
          scribe.signQuotes(ALICE, QUOTES.slice(2)),
        ],
      });
      await expectHolds(scribe.log());
    });

    it("for quotes at places that were used before", async function () {
      const scribe = quoted();
      scribe.offset(ALICE, 3);
      const [, , ask] = QUOTES;
      scribe.batch({ orders: [], quoteSets: [scribe.signQuotes(ALICE, [{ ...ask!, place: 3 }])] });
      await expectHolds(scribe.log());
    });
  });

  describe("refuses", function () {
    it("another quote than was signed, or another link of one that was left out", async function () {
      const scribe = quoted();
      const last = scribe.amend("quoteCreated", () => ({ quantityLots: -2n }));
      await expectStop(scribe, "R21", last);
      const other = quoted();
      other.amend("quoteSkipped", () => ({ primaryLink: id("another") }));
      await expectStop(other, "R21", last);
    });

    it("another nonce, deadline or trader than was signed", async function () {
      for (const change of [{ nonce: 7n }, { deadline: 2n ** 31n }, { trader: BOB.address }]) {
        const scribe = quoted();
        scribe.amend("quoteSetCreated", () => change);
        // Bob has used that nonce.
        if ("trader" in change) await expectStop(scribe, "R26", scribe.indexOf("quoteSetCreated"));
        else await expectStop(scribe, "R21", scribe.indexOf("quoteCreated"));
      }
    });

    it("fewer or more quotes than the set has, or quotes of no set", async function () {
      const fewer = quoted();
      const skipped = fewer.indexOf("quoteSkipped");
      fewer.drop(skipped);
      await expectStop(fewer, "R24", fewer.indexOf("checkpoint"));
      const more = quoted();
      more.amend("quoteSetCreated", () => ({ quotes: 2 }));
      await expectStop(more, "R21", more.indexOf("quoteSkipped"));
      const none = quoted();
      none.drop(none.indexOf("quoteSetCreated"));
      await expectStop(none, "R44", none.indexOf("quoteCreated", 0));
    });

    it("a quote out of its turn, or of another trader", async function () {
      for (const change of [{ quote: 2 }, { trader: BOB.address }]) {
        const scribe = quoted();
        const at = scribe.amend("quoteSkipped", () => change);
        await expectStop(scribe, "R44", at);
      }
    });

    it("a place where an order rests, or none ever did", async function () {
      for (const place of [2, 9]) {
        const scribe = quoted();
        const at = scribe.amend("quoteCreated", () => ({ place }));
        await expectBroken(scribe.log(), { rule: "R44", at, kind: "quoteCreated", actual: { place } });
      }
    });

    it("a set of which every quote was left out, and one that fills or is killed of which any was", async function () {
      const scribe = quoted();
      scribe.amend("quoteSetCreated", () => ({ timeInForce: TimeInForce.FillOrKill }));
      const at = scribe.indexOf("quoteSkipped");
      await expectStop(scribe, "R28", at);
      const empty = trading();
      const { terms, signature } = empty.signQuotes(ALICE, QUOTES);
      empty.tell(
        { kind: "quoteSetCreated", tradeRootId: 1, ...terms, signature: loggedSignature(signature), quotes: 1 },
        {
          ...{ kind: "quoteSkipped", trader: ALICE.address, quote: 0, primaryLink: id("left out") },
          refusal: new Refusal("Book_ZeroAmount", {}),
        },
      );
      await expectStop(empty, "R44", empty.indexOf("quoteSkipped"));
    });
  });
});
