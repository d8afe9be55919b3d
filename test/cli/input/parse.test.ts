import { expect } from "chai";
import fc from "fast-check";
import { getAddress } from "ethers";

import {
  parseAddress,
  parseOutcome,
  parsePrice,
  parseSize,
  parseTarget,
  parseTime,
  TIMES_IN_FORCE,
} from "../../../src/cli/input/parse.js";
import { parseCount } from "../../../src/input/counts.js";
import { parseDescription } from "../../../src/protocol/market/description.js";
import { rootOf } from "../../../src/protocol/market/market-table.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { between, EMPTY, intervalTable, newEvent, tableOf } from "../../protocol/markets.js";
import { expectRuleError, FIXED } from "../../protocol/support.js";
import { expectCliError } from "../support.js";

const LEGS = rootOf(EMPTY, 1); // scale 100
const RAIN = rootOf(intervalTable(between(0, 20), []), 2);
const EVENT = rootOf(
  tableOf(() => newEvent(3)),
  2,
); // scale 10

describe("words of the command line into what they mean", function () {
  describe("an address", function () {
    const LOWER = "0x52908400098527886e0f7030069857d2e4169ee7";

    it("is taken in lower case, upper case or with its checksum, and given back with it", function () {
      const checksummed = getAddress(LOWER);
      for (const text of [LOWER, checksummed, `0x${LOWER.slice(2).toUpperCase()}`]) {
        expect(parseAddress("--to", text)).to.equal(checksummed);
      }
    });

    it("is refused with a wrong checksum: a mistyped one would take the tokens with it", function () {
      const wrong = getAddress(LOWER).replace("D", "d");
      expectCliError(() => parseAddress("--to", wrong), "ARGUMENT_INVALID", { argument: "--to", value: wrong });
    });

    it("is refused if it is shorter, longer, no hex or a name", function () {
      for (const text of [
        "",
        "0x",
        LOWER.slice(0, -1),
        `${LOWER}0`,
        `${LOWER.slice(0, -1)}g`,
        "alice.eth",
        ` ${LOWER}`,
      ]) {
        const { values } = expectCliError(() => parseAddress("traders", text), "ARGUMENT_INVALID", { value: text });
        expect(values["wanted"]).to.contain("40 hex digits");
      }
    });

    it("comes back whatever case its letters have", function () {
      const anyAddress = fc
        .uint8Array({ minLength: 20, maxLength: 20 })
        .map((bytes) => Buffer.from(bytes).toString("hex"));
      fc.assert(
        fc.property(anyAddress, (hex) => {
          expect(parseAddress("--to", `0x${hex}`)).to.equal(getAddress(`0x${hex}`));
        }),
        FIXED,
      );
    });
  });

  describe("a count", function () {
    it("is a whole number within its limits, both included", function () {
      expect(["1", "16", "007"].map((text) => parseCount("--leg", text, 1, 16))).to.deep.equal([1, 16, 7]);
    });

    it("is refused outside, and the limits are told", function () {
      for (const text of ["0", "17", "999999999999999"]) {
        const { values } = expectCliError(() => parseCount("--leg", text, 1, 16), "ARGUMENT_INVALID", { value: text });
        expect(values).to.deep.equal({ argument: "--leg", value: text, wanted: "a whole number from 1 to 16" });
      }
    });

    it("is nothing that only looks like a number", function () {
      for (const text of ["", " 1", "1 ", "+1", "-1", "1.0", "1e1", "0x1", "١", "Infinity", "NaN", "1".repeat(16)]) {
        expectCliError(() => parseCount("--leg", text, 0, 10), "ARGUMENT_INVALID", { value: text });
      }
    });

    it("is what it says, or refused, for any number and any limits", function () {
      const anyLimits = fc
        .tuple(fc.nat(1_000), fc.nat(1_000))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
      fc.assert(
        fc.property(fc.nat(1_000), anyLimits, (value, [least, most]) => {
          const parse = (): number => parseCount("--n", String(value), least, most);
          if (value >= least && value <= most) expect(parse()).to.equal(value);
          else expectCliError(parse, "ARGUMENT_INVALID");
        }),
        FIXED,
      );
    });
  });

  describe("a price", function () {
    it("is ticks, or a weight of a simplex root", function () {
      expect(parsePrice("55", LEGS)).to.equal(55n);
      expect(parsePrice("55%", LEGS)).to.equal(55n);
      expect(parsePrice("0%", LEGS)).to.equal(0n);
      expect(parsePrice("100%", LEGS)).to.equal(100n);
      expect(parsePrice("12", RAIN)).to.equal(12n);
      expect(parsePrice("-3", RAIN)).to.equal(-3n); // roots may go below zero; the book knows its bounds
      expect(parsePrice("30%", EVENT)).to.equal(3n);
    });

    it("is never rounded to a tick", function () {
      expectRuleError(() => parsePrice("55.5%", LEGS), "AMOUNT_NOT_EXACT", { text: "55.5%", unitsPerOne: 100n });
      expectRuleError(() => parsePrice("5.5", RAIN), "AMOUNT_NOT_EXACT", { text: "5.5", unitsPerOne: 1n });
      expectRuleError(() => parsePrice("35%", EVENT), "AMOUNT_NOT_EXACT", { text: "35%", unitsPerOne: 10n });
    });

    it("is no weight where there is none", function () {
      expectCliError(() => parsePrice("5%", RAIN), "ARGUMENT_INVALID", { argument: "--price", value: "5%" });
    });

    it("is a plain decimal", function () {
      for (const text of ["", "1e2", "1,5", "0x10", " 5", "5 %", "--5", "5."]) {
        expectRuleError(() => parsePrice(text, LEGS), "AMOUNT_MALFORMED", { text: text.replace(/%$/, "") });
      }
    });

    it("fits an int32", function () {
      expect(parsePrice(String(2n ** 31n - 1n), RAIN)).to.equal(2n ** 31n - 1n);
      expectRuleError(() => parsePrice(String(2n ** 31n), RAIN), "AMOUNT_OUT_OF_RANGE", {
        what: "ticks",
        value: 2n ** 31n,
        least: -(2n ** 31n),
        most: 2n ** 31n - 1n,
      });
    });

    it("of so many percent is so many hundredths of the scale, for every whole one", function () {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
          expect(parsePrice(`${percent}%`, LEGS)).to.equal(BigInt(percent)); // scale 100
          if (percent % 10 === 0) expect(parsePrice(`${percent}%`, EVENT)).to.equal(BigInt(percent / 10));
        }),
        FIXED,
      );
    });
  });

  describe("a market", function () {
    const pair = (target: Parameters<typeof parseTarget>[0]): number[] => {
      const { marketRootId, marketBranchId } = parseTarget(target);
      return [marketRootId, marketBranchId];
    };

    it("is a leg, or a root and a branch; leg 1 if nothing is said", function () {
      expect(pair({})).to.deep.equal([1, 1]);
      expect(pair({ leg: "3" })).to.deep.equal([1, 3]);
      expect(pair({ market: "4" })).to.deep.equal([4, 1]);
      expect(pair({ market: "4.7" })).to.deep.equal([4, 7]);
      expect(pair({ market: "1.2" })).to.deep.equal([1, 2]);
    });

    it("is one of the two, within what numbers there are", function () {
      expectCliError(() => parseTarget({ leg: "1", market: "2" }), "ARGUMENT_INVALID", { argument: "--leg" });
      for (const market of ["0", "2.0", "2.65536", "4294967296", "2.", "-2", ".1", "2.1.1", "2,1", "", "two"]) {
        expectCliError(() => parseTarget({ market }), "ARGUMENT_INVALID", { argument: "--market" });
      }
      for (const leg of ["0", "65536", "1.5", ""]) {
        expectCliError(() => parseTarget({ leg }), "ARGUMENT_INVALID", { argument: "--leg", value: leg });
      }
    });

    it("comes back for any two numbers in range", function () {
      const numbers = fc.tuple(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 2 ** 16 - 1 }));
      fc.assert(
        fc.property(numbers, ([root, branch]) => {
          expect(pair({ market: `${root}.${branch}` })).to.deep.equal([root, branch]);
        }),
        FIXED,
      );
    });
  });

  describe("an outcome of an event", function () {
    const { head } = parseDescription("title: Who wins\noutcomes: red | green | blue");

    it("is its number or its name, and all of them are listed for another word", function () {
      expect([parseOutcome("outcome", "green", 3, head), parseOutcome("outcome", "3", 3, head)]).to.deep.equal([2, 3]);
      const wanted = "an outcome: 1 (red), 2 (green), 3 (blue)";
      expectCliError(() => parseOutcome("--fallback", "yellow", 3, head), "ARGUMENT_INVALID", { wanted });
      expectCliError(() => parseOutcome("outcome", "4", 3, head), "ARGUMENT_INVALID", {
        wanted: "a whole number from 1 to 3",
      });
      expectCliError(() => parseOutcome("outcome", "green", 3, undefined), "ARGUMENT_INVALID");
    });
  });

  describe("a number of lots", function () {
    it("is at most what an order can be of, however many digits it has", function () {
      expect(parseSize("lots", "549755813887")).to.equal(549_755_813_887n);
      for (const text of ["549755813888", "1234567890123456789012345678901"]) {
        const wanted = "a number of lots up to 549755813887";
        expectCliError(() => parseSize("lots", text), "ARGUMENT_INVALID", { value: text, wanted });
      }
      expectCliError(() => parseSize("lots", "0"), "ARGUMENT_INVALID", { argument: "lots" });
      expectRuleError(() => parseSize("lots", "1.5"), "AMOUNT_NOT_EXACT", { text: "1.5", unitsPerOne: 1n });
    });
  });

  describe("a time in force", function () {
    it("is one of the four that the book knows", function () {
      expect(TIMES_IN_FORCE).to.deep.equal({
        gtc: TimeInForce.GoodTillCancelled,
        ioc: TimeInForce.ImmediateOrCancel,
        fok: TimeInForce.FillOrKill,
        post: TimeInForce.PostOnly,
      });
    });
  });

  describe("a time", function () {
    const time = (text: string): number => parseTime("--t1", text, 1_000);

    it("says what is missing of a day alone, and of a time without its zone", function () {
      for (const [text, wanted] of [
        ["2030-01-01", "a time of that day and its zone, too: 2030-01-01T00:00:00Z"],
        ["2030-01-01T10:30", "its zone, too: 2030-01-01T10:30Z"],
      ] as const) {
        expectCliError(() => time(text), "ARGUMENT_INVALID", { argument: "--t1", value: text, wanted });
      }
      const none = expectCliError(() => time("2030-02-30"), "ARGUMENT_INVALID");
      expect(none.values["wanted"]).to.include("Unix seconds");
    });

    it("is Unix seconds, a date with its zone, or so much from now", function () {
      expect(time("1800000000")).to.equal(1_800_000_000);
      expect(time("0")).to.equal(0);
      expect(time("2026-12-01T00:00:00Z")).to.equal(Date.UTC(2026, 11, 1) / 1_000);
      expect(time("2026-12-01T00:00Z")).to.equal(Date.UTC(2026, 11, 1) / 1_000);
      expect(time("2026-12-01T01:30+01:30")).to.equal(Date.UTC(2026, 11, 1) / 1_000);
      expect(time("2026-11-30T19:00:00-05:00")).to.equal(Date.UTC(2026, 11, 1) / 1_000);
      expect(["+5s", "+30m", "+2h", "+7d", "+0s"].map(time)).to.deep.equal([1_005, 2_800, 8_200, 605_800, 1_000]);
    });

    it("is a leap day where there is one", function () {
      expect(time("2028-02-29T00:00:00Z")).to.equal(Date.UTC(2028, 1, 29) / 1_000);
    });

    it("is nothing else", function () {
      for (const text of [
        "",
        "soon",
        "2026-12-01",
        "2026-12-01T00:00:00",
        "2026-12-01 00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-12-01T25:00:00Z",
        "2026-12-01T00:60:00Z",
        "2026-12-01T00:00:00.5Z",
        "2026-12-01T00:00:00+25:00",
        "-5",
        "+5w",
        "+5",
        "+-5s",
        "+1.5h",
        "1.5",
        "1099511627776",
      ]) {
        expectCliError(() => time(text), "ARGUMENT_INVALID", { argument: "--t1", value: text });
      }
    });

    it("comes back from the date of any second that a date can say", function () {
      const last = Math.floor(Date.UTC(9999, 11, 31, 23, 59, 59) / 1_000);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: last }), (second) => {
          const date = new Date(second * 1_000).toISOString();
          expect(time(date.replace(".000Z", "Z"))).to.equal(second);
          expect(time(date.replace(".000Z", "+00:00"))).to.equal(second);
          expect(time(String(second))).to.equal(second);
        }),
        FIXED,
      );
    });

    it("from now on is that much later, in every unit", function () {
      const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
      const anyUnit = fc.constantFrom("s", "m", "h", "d");
      fc.assert(
        fc.property(fc.nat(100_000), anyUnit, fc.nat(2 ** 31), (amount, unit, now) => {
          expect(parseTime("--t1", `+${amount}${unit}`, now)).to.equal(now + amount * units[unit]);
        }),
        FIXED,
      );
    });
  });

  it("never throws anything but its own two kinds, whatever is typed", function () {
    const parsers: ((text: string) => unknown)[] = [
      (text) => parseAddress("--to", text),
      (text) => parseCount("--leg", text, 1, 16),
      (text) => parsePrice(text, LEGS),
      (text) => parsePrice(text, RAIN),
      (text) => parseTarget({ market: text }),
      (text) => parseTime("--t1", text, 1_000),
    ];
    const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[-+.%x0-9smhdTZ:]{0,24}$/));
    fc.assert(
      fc.property(anyText, fc.constantFrom(...parsers), (text, parse) => {
        try {
          parse(text);
        } catch (error) {
          const { name } = error as Error;
          expect(name).to.be.oneOf(["InputError", "RuleError"]);
        }
      }),
      { ...FIXED, numRuns: 1_000 },
    );
  });
});
