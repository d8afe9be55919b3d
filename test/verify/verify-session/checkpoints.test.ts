/** Heads and checkpoints follow from the records, from the domain on (R23, R24). */
import { expect } from "chai";
import fc from "fast-check";

import { domainSeparator } from "../../../src/protocol/signing/typed-data.js";
import { BOOK, rewritten, withBitFlipped } from "../../../trials/altered/edit.js";
import { FIXED } from "../../protocol/support.js";
import { createVerifyCache } from "../../../src/verify/cache.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import { verifySession } from "../../../src/verify/verify-session.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { ALICE, BOB } from "../support/people.js";
import { withRecord } from "../support/records.js";
import type { Scribe } from "../support/scribe.js";
import { funded, trade, withMarkets } from "../support/stories.js";

describe("verifySession, given a checkpoint", function () {
  let scribe: Scribe;
  let log: SessionLog;
  let at: number;
  before(function () {
    scribe = withMarkets();
    trade(scribe, [ALICE, BOB], 5_000n, 10n);
    log = scribe.log();
    at = scribe.indexOf("checkpoint");
  });

  it("gives the last one's head as where the log leads", async function () {
    const { head, counts } = await expectHolds(log);
    expect(head).to.equal(scribe.book.head);
    expect(counts.checkpoints).to.equal(5); // three of the markets' records, two of the orders
  });

  it("begins with the domain's separator", async function () {
    const { head } = await expectHolds(funded().log());
    expect(head).to.equal(domainSeparator(scribe.book.state.terms.domain));
  });

  it("refuses another head (R23)", async function () {
    const head = `0x${"11".repeat(32)}`;
    const altered = withRecord(log, at, (record) => rewritten(record, BOOK, ([number]) => [number, head]));
    const values = { expected: { head: scribe.book.head }, actual: { head } };
    await expectBroken(altered, { rule: "R23", at, kind: "checkpoint", ...values });
  });

  it("refuses another number (R24)", async function () {
    for (const number of [0n, 4n, 6n, 2n ** 64n - 1n]) {
      const altered = withRecord(log, at, (record) => rewritten(record, BOOK, ([, head]) => [number, head]));
      const values = { expected: { number: 5n }, actual: { number } };
      await expectBroken(altered, { rule: "R24", at, kind: "checkpoint", ...values });
    }
  });

  it("refuses any bit of a head that is another", async function () {
    const cache = createVerifyCache();
    const bits = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const altered = withRecord(log, at, (record) => withBitFlipped(record, 256 + bit));
        const { failure } = await verifySession(altered, { cache });
        expect([failure?.rule, failure?.index]).to.deep.equal(["R23", at]);
      }),
      { ...FIXED, numRuns: 20 },
    );
  });

  it("refuses the first that no longer follows, when a record before it was another", async function () {
    const first = scribe.indexOf("checkpoint", 0);
    const earlier = withRecord(log, first, ({ data }) => ({
      data: data.replace(/.$/, data.endsWith("0") ? "1" : "0"),
    }));
    const broken = await verifySession(earlier);
    expect([broken.failure?.rule, broken.failure?.index]).to.deep.equal(["R23", first]);
  });

  it("leaves the head where the failing record found it", async function () {
    const altered = withRecord(log, at, (record) => rewritten(record, BOOK, ([, head]) => [9n, head]));
    const { head, counts } = await verifySession(altered);
    expect(counts.checkpoints).to.equal(4);
    expect(head, "with what the call has changed before it").to.equal(scribe.book.head);
  });
});
