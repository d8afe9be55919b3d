/** Heads and checkpoints follow from the records, from the domain on (R23, R24). */
import { expect } from "chai";
import fc from "fast-check";

import { type CheckpointCounts, checkpointLink, countsOf, genesisLink } from "../../../src/protocol/book/checkpoint.js";
import { domainSeparator } from "../../../src/protocol/signing/typed-data.js";
import { BOOK, rewritten, withBitFlipped } from "../../../trials/altered/edit.js";
import { FIXED } from "../../protocol/support.js";
import { createVerifyCache } from "../../../src/verify/cache.js";
import { sealed, type SessionLog } from "../../../src/verify/session-log.js";
import { expectBroken, expectHolds, judge } from "../support/expect.js";
import { ALICE, BOB } from "../support/people.js";
import { T1 } from "../support/header.js";
import { withRecord } from "../support/records.js";
import { Scribe } from "../support/scribe.js";
import { funded, STAKE, trade, withMarkets } from "../support/stories.js";

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

  it("gives the last one as where the log leads", async function () {
    const { link, counts } = await expectHolds(log);
    expect(link).to.equal(scribe.book.link);
    expect(counts.checkpoints).to.equal(5); // three of the markets' records, two of the orders
  });

  it("begins with the genesis of the domain", async function () {
    const { link } = await expectHolds(funded().log());
    expect(link).to.equal(genesisLink(domainSeparator(scribe.book.state.terms.domain)));
  });

  /** The last checkpoint with another link. */
  function withLink(change: (counts: CheckpointCounts) => Partial<CheckpointCounts>): {
    altered: SessionLog;
    link: string;
  } {
    const counts = countsOf(scribe.book.link);
    const link = checkpointLink(scribe.book.link, { ...counts, ...change(counts) });
    return { altered: withRecord(log, at, (record) => rewritten(record, BOOK, ([head]) => [head, link])), link };
  }

  it("refuses another head (R23)", async function () {
    const head = `0x${"11".repeat(32)}`;
    const altered = withRecord(log, at, (record) => rewritten(record, BOOK, ([, link]) => [head, link]));
    const { failure } = await judge(altered);
    expect([failure?.rule, failure?.index, failure?.actual]).to.deep.equal(["R23", at, { head }]);
  });

  it("refuses another number, or another count of trades (R24)", async function () {
    const changes = [
      ...[0, 4, 6, 2 ** 32 - 1].map((number) => ({ number })),
      ...[0, 1, 3, 2 ** 32 - 1].map((trades) => ({ trades })),
    ];
    for (const change of changes) {
      const { altered, link } = withLink(() => change);
      const values = { expected: { link: scribe.book.link }, actual: { link } };
      await expectBroken(altered, { rule: "R24", at, kind: "checkpoint", ...values });
    }
  });

  it("refuses another mark than the number of its block (R24)", async function () {
    for (const step of [1n, -1n, 1_000n]) {
      const { altered } = withLink(({ mark }) => ({ mark: mark + step }));
      const { failure } = await judge(altered);
      expect([failure?.rule, failure?.index], `mark and ${step}`).to.deep.equal(["R24", at]);
    }
  });

  it("refuses any bit of a head or a link that is another", async function () {
    const cache = createVerifyCache();
    const bits = fc.integer({ min: 0, max: 511 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const altered = withRecord(log, at, (record) => withBitFlipped(record, bit));
        const { failure } = await judge(altered, { cache });
        expect([failure?.rule, failure?.index]).to.deep.equal([bit < 256 ? "R23" : "R24", at]);
      }),
      { ...FIXED, numRuns: 40 },
    );
  });

  it("refuses the first that no longer follows, when a record before it was another", async function () {
    const first = scribe.indexOf("checkpoint", 0);
    const earlier = withRecord(log, first, ({ data }) => ({
      data: data.replace(/.$/, data.endsWith("0") ? "1" : "0"),
    }));
    const broken = await judge(earlier);
    expect([broken.failure?.rule, broken.failure?.index]).to.deep.equal(["R24", first]);
  });

  it("leaves the chain where the failing record found it", async function () {
    const altered = withLink(() => ({ number: 9 })).altered;
    const { link, counts } = await judge(altered);
    expect(counts.checkpoints).to.equal(4);
    expect(countsOf(link).number).to.equal(4);
  });

  describe("on a chain whose block.number is another chain's", function () {
    const ORDER = { priceTicks: 5_000n, quantityLots: 1n };

    function told(markOf: (blockNumber: number) => bigint): Scribe {
      const shared = new Scribe({}, undefined, markOf);
      shared.fund();
      shared.deposit(ALICE, STAKE);
      shared.now = T1;
      return shared;
    }

    it("takes marks that several blocks share, and overwrites their checkpoint", async function () {
      const shared = told((blockNumber) => BigInt(blockNumber) / 2n);
      for (let made = 0; made < 4; made += 1) shared.order(ALICE, ORDER);
      const { counts, link } = await expectHolds(shared.log());
      expect([counts.checkpoints, link]).to.deep.equal([4, shared.book.link]);
      expect(countsOf(link)).to.include({ trades: 4 });
      expect(countsOf(link).number).to.be.lessThan(4);
    });

    it("refuses marks that fall", async function () {
      const falling = told((blockNumber) => 1_000n - BigInt(blockNumber));
      for (let made = 0; made < 2; made += 1) falling.order(ALICE, ORDER);
      const at = falling.indexOf("checkpoint");
      const { failure } = await judge(falling.log());
      expect([failure?.rule, failure?.index]).to.deep.equal(["R24", at]);
    });

    it("refuses two marks in one block", async function () {
      const torn = told((blockNumber) => 2n * BigInt(blockNumber));
      torn.order(ALICE, ORDER);
      torn.order(ALICE, ORDER);
      const { header, records } = torn.log();
      const blockNumber = records[torn.indexOf("checkpoint", 0)]!.blockNumber;
      const { timestamp } = records[torn.indexOf("checkpoint", 0)]!;
      const merged = records.map((record, index) => {
        const isLater = record.blockNumber > blockNumber;
        return isLater ? { ...record, blockNumber, timestamp, logIndex: 10 + index } : record;
      });
      const { failure } = await judge(sealed(header, merged));
      expect([failure?.rule, failure?.why]).to.deep.equal(["R24", "A checkpoint is marked with its block's number."]);
    });
  });
});
