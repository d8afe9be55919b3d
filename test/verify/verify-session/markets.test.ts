/** Records of the market table (R36 to R39): each rule is broken by one record that is otherwise good, and signed. */
import { expect } from "chai";
import { id, ZeroAddress, ZeroHash } from "ethers";

import type { MarketFields } from "../../../src/protocol/signing/market-record.js";
import { marketDigest, marketLink } from "../../../src/protocol/signing/typed-data.js";
import type { Rule, Values } from "../../../src/verify/violation.js";
import { expectBroken, expectHolds } from "../support/expect.js";
import { SETTLE_LIMIT, T2 } from "../support/header.js";
import { CHECKPOINT } from "../support/lines.js";
import {
  bound,
  CLOSES_AT,
  laterFields,
  makeRain,
  RACE,
  RACE_TEXT,
  raceFields,
  RAIN,
  RAIN_TEXT,
  rainFields,
  record,
  SETTLE_BY,
} from "../support/markets.js";
import { ALICE, ORGANISER, type Person, STRANGER } from "../support/people.js";
import type { Scribe } from "../support/scribe.js";
import { trading, withMarkets } from "../support/stories.js";

/** Tells a record that the book would refuse, and expects just that. */
async function expectRefused(
  scribe: Scribe,
  fields: MarketFields,
  broken: { readonly rule?: Rule; readonly actual: Values; readonly text?: string; readonly owner?: Person },
): Promise<void> {
  const { rule = "R36", actual, text = "", owner = ORGANISER } = broken;
  scribe.tell(scribe.recorded(fields, text, owner, true), CHECKPOINT);
  const at = scribe.indexOf("marketRecorded");
  await expectBroken(scribe.log(), { rule, at, kind: "marketRecorded", actual });
}

/** Of rain while it is to be made. */
const RAIN_NUMBERS = { marketRootId: 0n, marketBranchId: 1n };

describe("verifySession, given a record of the market table", function () {
  describe("that makes a root (R36)", function () {
    const text = RAIN_TEXT;

    it("holds for an interval and for an event", async function () {
      const { counts } = await expectHolds(withMarkets().log());
      expect([counts.marketRecords, counts.checkpoints]).to.deep.equal([3, 3]);
    });

    it("refuses another branch than the first", async function () {
      const scribe = trading();
      const actual = { marketRootId: 0n, marketBranchId: 2n, expectedBranch: 1n };
      await expectRefused(scribe, rainFields(scribe, { marketBranchId: 2 }), { actual, text });
    });

    it("refuses another number than the next in the log", async function () {
      const scribe = trading();
      makeRain(scribe);
      const at = scribe.amend("marketRecorded", () => ({ marketRootId: 3 }), 0);
      const values = { expected: { marketRootId: 2 }, actual: { marketRootId: 3 } };
      await expectBroken(scribe.log(), { rule: "R36", at, kind: "marketRecorded", ...values });
    });

    it("refuses a parent", async function () {
      const scribe = trading();
      const actual = { marketRootId: 0n, marketBranchId: 1n };
      await expectRefused(scribe, rainFields(scribe, { parentBranchId: 1 }), { rule: "R27", actual, text });
    });

    it("refuses a link that is none of the window, as R25", async function () {
      const scribe = withMarkets();
      const current = scribe.book.link;
      for (const given of [id("none"), ZeroHash, scribe.book.state.markets.known(RAIN).tip]) {
        const told = withMarkets();
        const actual = { given, current };
        await expectRefused(told, rainFields(told, { previousLink: given }), { rule: "R25", actual, text });
      }
    });

    it("refuses a record that has made a root", async function () {
      const scribe = trading();
      const fields = rainFields(scribe);
      record(scribe, fields, { text });
      const { link } = scribe.recorded(fields, text, ORGANISER, true);
      const at = scribe.indexOf("marketRecorded");
      scribe.tell(scribe.recorded(fields, text, ORGANISER, true), CHECKPOINT);
      const actual = { link, marketRootId: 2n };
      await expectBroken(scribe.log(), { rule: "R36", at: at + 2, kind: "marketRecorded", actual });
    });

    it("refuses terms that are out of range", async function () {
      const tickValue = { tickValue: 2n ** 64n, maximum: 2n ** 64n - 1n };
      const cases: [Partial<MarketFields>, Values | ((scribe: Scribe) => Values)][] = [
        [{ kind: 3 }, { kind: 3n }],
        [{ tickValue: 0n }, { ...tickValue, tickValue: 0n }],
        [{ tickValue: 2n ** 64n }, tickValue],
        [{ closesAt: T2 + 1n }, ({ now }) => ({ closesAt: T2 + 1n, timestamp: now, t2: T2 })],
        [{ settleBy: CLOSES_AT - 1n }, { settleBy: CLOSES_AT - 1n, closesAt: CLOSES_AT, settleLimit: SETTLE_LIMIT }],
        [
          { settleBy: SETTLE_LIMIT + 1n },
          { settleBy: SETTLE_LIMIT + 1n, closesAt: CLOSES_AT, settleLimit: SETTLE_LIMIT },
        ],
        [{ outcomes: 2 }, { outcomes: 2n, minimum: 0n, maximum: 0n }],
        [{ fallbackOutcome: 51n }, { fallbackOutcome: 51n, minimum: 0n, maximum: 50n }],
        [{ fallbackOutcome: -1n }, { fallbackOutcome: -1n, minimum: 0n, maximum: 50n }],
        [{ marketMin: 51n }, { ...RAIN_NUMBERS, marketMin: 51n, marketMax: 50n }],
      ];
      for (const [changes, values] of cases) {
        const scribe = trading();
        const actual = typeof values === "function" ? values(scribe) : values;
        await expectRefused(scribe, rainFields(scribe, changes), { actual, text });
      }
    });

    it("refuses a closesAt that has come", async function () {
      const scribe = trading();
      const closesAt = scribe.now;
      const actual = { closesAt, timestamp: closesAt, t2: T2 };
      await expectRefused(scribe, rainFields(scribe, { closesAt }), { actual, text });
    });

    it("refuses an interval with nothing between its bounds, as R37", async function () {
      const scribe = trading();
      const actual = { ...RAIN_NUMBERS, marketMin: 50n, marketMax: 50n };
      await expectRefused(scribe, rainFields(scribe, { marketMin: 50n }), { rule: "R37", actual, text });
    });

    it("refuses an event of too few or too many outcomes, or with a fallback that is none", async function () {
      const cases: [Partial<MarketFields>, Values, Rule][] = [
        [{ outcomes: 1 }, { outcomes: 1n, minimum: 2n, maximum: 16n }, "R36"],
        [{ outcomes: 17 }, { outcomes: 17n, minimum: 2n, maximum: 16n }, "R36"],
        [{ fallbackOutcome: 0n }, { fallbackOutcome: 0n, minimum: 1n, maximum: 3n }, "R36"],
        [{ fallbackOutcome: 4n }, { fallbackOutcome: 4n, minimum: 1n, maximum: 3n }, "R36"],
        [{ marketMin: 1n }, { ...RAIN_NUMBERS, marketMin: 1n, marketMax: 100n }, "R37"],
        [{ marketMax: 0n }, { ...RAIN_NUMBERS, marketMin: 0n, marketMax: 0n }, "R37"],
      ];
      for (const [changes, actual, rule] of cases) {
        const scribe = trading();
        await expectRefused(scribe, raceFields(scribe, changes), { rule, actual, text: RACE_TEXT });
      }
    });

    it("refuses another text than the one whose hash was signed", async function () {
      const scribe = trading();
      const actual = { given: id("Snow."), signed: id(RAIN_TEXT) };
      await expectRefused(scribe, rainFields(scribe), { actual, text: "Snow." });
    });

    it("refuses an owner who may not make markets", async function () {
      const scribe = trading();
      const actual = { owner: ALICE.address, marketCreator: ORGANISER.address };
      const fields = rainFields(scribe, { owner: ALICE.address });
      scribe.tell(scribe.recorded(fields, text, ALICE, false), CHECKPOINT);
      const at = scribe.indexOf("marketRecorded");
      await expectBroken(scribe.log(), { rule: "R36", at, kind: "marketRecorded", actual });
    });

    describe("and belongs to another than the organiser", function () {
      const owned = (scribe: Scribe): MarketFields => rainFields(scribe, { owner: STRANGER.address });

      it("holds under both signatures, whoever brings them", async function () {
        const scribe = trading();
        record(scribe, owned(scribe), { text, owner: STRANGER, organiser: ORGANISER, bringer: ALICE });
        const { counts } = await expectHolds(scribe.log());
        expect([counts.ownerCalls, counts.organiserCalls]).to.deep.equal([0, 0]);
      });

      it("holds if the owner brings the organiser's", async function () {
        const scribe = trading();
        record(scribe, owned(scribe), { text, owner: STRANGER, isSigned: false, organiser: ORGANISER });
        const { counts } = await expectHolds(scribe.log());
        expect([counts.ownerCalls, counts.organiserCalls]).to.deep.equal([1, 0]);
      });

      it("holds if the organiser brings the owner's, and is counted", async function () {
        const scribe = trading();
        record(scribe, owned(scribe), { text, owner: STRANGER, bringer: ORGANISER });
        const { counts, granted } = await expectHolds(scribe.log());
        expect([counts.ownerCalls, counts.organiserCalls]).to.deep.equal([0, 1]);
        expect(granted).to.include("ORGANISER_CALLED");
      });

      it("refuses it without either, and with the signature of a stranger", async function () {
        const bare = trading();
        bare.tell(bare.recorded(owned(bare), text, STRANGER, false), CHECKPOINT);
        const at = bare.indexOf("marketRecorded");
        const actual = { owner: STRANGER.address, marketCreator: ORGANISER.address };
        await expectBroken(bare.log(), { rule: "R36", at, kind: "marketRecorded", actual });
        const forged = trading();
        const event = forged.recorded(owned(forged), text, STRANGER, true, ALICE);
        forged.tell(event, CHECKPOINT);
        const digest = marketDigest(forged.book.state.terms.domain, event.record);
        const signer = { trader: ORGANISER.address, digest };
        await expectBroken(forged.log(), { rule: "R21", at, kind: "marketRecorded", actual: signer });
      });

      it("refuses the organiser's signature where nothing is to be permitted", async function () {
        const scribe = trading();
        makeRain(scribe);
        const fields = laterFields(scribe, RAIN, { marketMin: 1n, marketMax: 49n });
        const event = scribe.recorded(fields, "", ORGANISER, true, ORGANISER);
        scribe.tell(event, CHECKPOINT);
        const at = scribe.indexOf("marketRecorded");
        const digest = marketDigest(scribe.book.state.terms.domain, event.record);
        const signer = { trader: ORGANISER.address, digest };
        await expectBroken(scribe.log(), { rule: "R21", at, kind: "marketRecorded", actual: signer });
      });
    });

    it("holds for any trader where everybody may, and refuses whoever is not registered", async function () {
      const scribe = trading({ marketCreator: ZeroAddress });
      record(scribe, rainFields(scribe, { owner: ALICE.address }), { text, owner: ALICE });
      await expectHolds(scribe.log());
      const fields = rainFields(scribe, { owner: STRANGER.address });
      const actual = { owner: STRANGER.address, marketCreator: ZeroAddress };
      await expectRefused(scribe, fields, { actual, text, owner: STRANGER });
    });
  });

  describe("that is signed (R21)", function () {
    it("refuses another's signature", async function () {
      const scribe = trading();
      const fields = rainFields(scribe);
      scribe.tell(scribe.recorded(fields, RAIN_TEXT, ALICE, true), CHECKPOINT);
      const at = scribe.indexOf("marketRecorded");
      const { record: signed } = scribe.recorded(fields, RAIN_TEXT, ALICE, true);
      const actual = { trader: ORGANISER.address, digest: marketDigest(scribe.book.state.terms.domain, signed) };
      await expectBroken(scribe.log(), { rule: "R21", at, kind: "marketRecorded", actual });
    });

    it("takes the owner's own call without a signature, and counts it", async function () {
      const scribe = trading();
      record(scribe, rainFields(scribe), { text: RAIN_TEXT, isSigned: false });
      const { counts, granted } = await expectHolds(scribe.log());
      expect([counts.ownerCalls, counts.signaturesRecovered]).to.deep.equal([1, 0]);
      expect(granted).to.include("OWNER_CALLED");
    });

    it("refuses another link than the record's own", async function () {
      const scribe = trading();
      makeRain(scribe);
      const at = scribe.amend("marketRecorded", () => ({ link: id("other") }));
      const event = scribe.eventAt(at);
      if (event.kind !== "marketRecorded") throw new Error("its index is that of a record");
      const values = { expected: { link: marketLink(event.record) }, actual: { link: id("other") } };
      await expectBroken(scribe.log(), { rule: "R36", at, kind: "marketRecorded", ...values });
    });
  });

  describe("of a root that there is (R36)", function () {
    const strikes = { marketMin: 12n, marketMax: 18n };

    it("refuses another owner", async function () {
      const scribe = withMarkets();
      const fields = laterFields(scribe, RAIN, { ...strikes, owner: ALICE.address });
      const actual = { marketRootId: 2n, given: ALICE.address, owner: ORGANISER.address };
      await expectRefused(scribe, fields, { actual, owner: ALICE });
    });

    it("refuses any on the basket", async function () {
      const scribe = trading();
      const fields = laterFields(scribe, 1, { ...strikes });
      const actual = { marketRootId: 1n, given: ORGANISER.address, owner: ZeroAddress };
      await expectRefused(scribe, fields, { actual });
    });

    it("refuses one that does not follow the root's last", async function () {
      const scribe = withMarkets();
      const [given, expected] = [scribe.book.link, scribe.book.state.markets.known(RAIN).tip];
      const fields = laterFields(scribe, RAIN, { ...strikes, previousLink: given });
      await expectRefused(scribe, fields, { actual: { given, expected } });
    });

    it("refuses one on a root that is settled", async function () {
      const scribe = withMarkets();
      bound(scribe, RAIN, 1, 30n, 30n);
      await expectRefused(scribe, laterFields(scribe, RAIN, strikes), { actual: { marketRootId: 2n } });
    });

    it("refuses terms that only a new root has", async function () {
      const repeated: Partial<MarketFields>[] = [
        { outcomes: 3 },
        { tickValue: 1n },
        { closesAt: CLOSES_AT },
        { settleBy: SETTLE_BY },
        { fallbackOutcome: 1n },
        { descriptionHash: id(RAIN_TEXT) },
        { parentBranchId: 1 },
      ];
      for (const changes of repeated) {
        const scribe = withMarkets();
        const fields = laterFields(scribe, RAIN, { ...strikes, ...changes });
        await expectRefused(scribe, fields, { actual: { marketRootId: 2n } });
      }
    });

    it("refuses a text", async function () {
      const scribe = withMarkets();
      const actual = { given: id("Snow."), signed: ZeroHash };
      await expectRefused(scribe, laterFields(scribe, RAIN, strikes), { actual, text: "Snow." });
    });
  });

  describe("on an interval (R37)", function () {
    const branch = { marketBranchId: 3, parentBranchId: 1, marketMin: 20n, marketMax: 30n };

    it("holds for a new branch, and for bounds that tighten from any branch", async function () {
      const scribe = withMarkets();
      record(scribe, laterFields(scribe, RAIN, branch));
      bound(scribe, RAIN, 3, 22n, 28n);
      bound(scribe, RAIN, 1, 0n, 26n);
      await expectHolds(scribe.log());
      expect(scribe.book.state.markets.known(RAIN)).to.deep.include({ bounds: { lower: 22n, upper: 26n } });
    });

    it("refuses a branch with another number than the next", async function () {
      const scribe = withMarkets();
      const numbers = { marketRootId: 2n, marketBranchId: 4n, expectedBranch: 3n };
      await expectRefused(scribe, laterFields(scribe, RAIN, { ...branch, marketBranchId: 4 }), { actual: numbers });
    });

    it("refuses a branch of a parent that there is not", async function () {
      const scribe = withMarkets();
      const fields = laterFields(scribe, RAIN, { ...branch, parentBranchId: 9 });
      await expectRefused(scribe, fields, { rule: "R27", actual: { marketRootId: 2n, marketBranchId: 9n } });
    });

    it("refuses a branch in which nothing is open", async function () {
      const scribe = withMarkets();
      bound(scribe, RAIN, 1, 30n, 50n);
      const actual = { marketRootId: 2n, marketBranchId: 3n, marketMin: 20n, marketMax: 30n };
      await expectRefused(scribe, laterFields(scribe, RAIN, branch), { rule: "R37", actual });
    });

    it("refuses the thirty-third branch", async function () {
      const scribe = trading();
      makeRain(scribe);
      for (let marketBranchId = 3; marketBranchId <= 32; marketBranchId += 1) {
        record(scribe, laterFields(scribe, RAIN, { ...branch, marketBranchId }), { isSigned: false });
      }
      await expectHolds(scribe.log());
      const fields = laterFields(scribe, RAIN, { ...branch, marketBranchId: 33 });
      await expectRefused(scribe, fields, { rule: "R37", actual: { marketRootId: 2n, limit: 32n } });
    });
  });

  describe("on an event (R38)", function () {
    it("holds when outcomes drop out until one is left", async function () {
      const scribe = withMarkets();
      bound(scribe, RACE, 1, 0n, 0n);
      bound(scribe, RACE, 3, 0n, 0n);
      await expectHolds(scribe.log());
      expect(scribe.book.state.markets.known(RACE).settled).to.equal(true);
    });

    it("refuses a sub-market", async function () {
      const scribe = withMarkets();
      const fields = laterFields(scribe, RACE, { marketBranchId: 4, parentBranchId: 1, marketMin: 1n, marketMax: 2n });
      await expectRefused(scribe, fields, { rule: "R38", actual: { marketRootId: 3n } });
    });

    it("refuses bounds with which no weights add up to the scale", async function () {
      const scribe = withMarkets();
      bound(scribe, RACE, 1, 0n, 30n);
      bound(scribe, RACE, 2, 0n, 30n);
      const bounds = { marketMin: 0n, marketMax: 39n };
      const actual = { marketRootId: 3n, marketBranchId: 3n, ...bounds };
      await expectRefused(scribe, laterFields(scribe, RACE, { ...bounds, marketBranchId: 3 }), { rule: "R38", actual });
      const enough = withMarkets();
      bound(enough, RACE, 1, 0n, 30n);
      bound(enough, RACE, 2, 0n, 30n);
      bound(enough, RACE, 3, 0n, 40n);
      await expectHolds(enough.log());
    });
  });

  describe("that is a root's fallback (R39)", function () {
    it("holds from settleBy on, within the bounds of that moment", async function () {
      const scribe = withMarkets();
      bound(scribe, RAIN, 1, 30n, 50n);
      scribe.now = SETTLE_BY;
      scribe.applyFallback(RAIN); // declared as 25
      scribe.applyFallback(RACE);
      await expectHolds(scribe.log());
      expect(scribe.book.state.markets.known(RAIN)).to.deep.include({ bounds: { lower: 30n, upper: 30n } });
    });

    it("refuses it a second before", async function () {
      const scribe = withMarkets();
      scribe.now = SETTLE_BY - 1n;
      scribe.tell({ kind: "fallbackApplied", marketRootId: RAIN, fallbackOutcome: 25n }, CHECKPOINT);
      const at = scribe.indexOf("fallbackApplied");
      const actual = { marketRootId: 2n, settleBy: SETTLE_BY, timestamp: SETTLE_BY - 1n };
      await expectBroken(scribe.log(), { rule: "R39", at, kind: "fallbackApplied", actual });
    });

    it("refuses another outcome than the one that was declared", async function () {
      const scribe = withMarkets();
      scribe.now = SETTLE_BY;
      scribe.applyFallback(RAIN);
      const at = scribe.amend("fallbackApplied", () => ({ fallbackOutcome: 24n }));
      const values = { expected: { fallbackOutcome: 25n }, actual: { fallbackOutcome: 24n } };
      await expectBroken(scribe.log(), { rule: "R39", at, kind: "fallbackApplied", ...values });
    });

    it("refuses it of a root that is settled (R36), of the basket, and of none (R27)", async function () {
      for (const [marketRootId, rule, actual] of [
        [RAIN, "R36", { marketRootId: 2n }],
        [1, "R27", { marketRootId: 1n, marketBranchId: 1n }],
        [9, "R27", { marketRootId: 9n, marketBranchId: 1n }],
      ] as const) {
        const scribe = withMarkets();
        bound(scribe, RAIN, 1, 30n, 30n);
        scribe.now = SETTLE_BY;
        scribe.tell({ kind: "fallbackApplied", marketRootId, fallbackOutcome: 25n }, CHECKPOINT);
        const at = scribe.indexOf("fallbackApplied");
        await expectBroken(scribe.log(), { rule, at, kind: "fallbackApplied", actual });
      }
    });
  });
});
