import { expect } from "chai";

import { CliError, type CliErrorCode } from "../../src/cli/errors.js";
import { printable } from "../../src/cli/assets.js";
import { asJson } from "../../src/cli/output/json.js";
import { parsePrice, parseTarget, parseTime } from "../../src/cli/input/parse.js";
import { date, decimal, fixed, table, tokens } from "../../src/cli/output/text.js";
import { rootOf } from "../../src/protocol/market/market-table.js";
import { between, EMPTY, intervalTable } from "../protocol/markets.js";
import { expectRuleError } from "../protocol/support.js";

const LEGS = rootOf(EMPTY, 1); // scale 100
const RAIN = rootOf(intervalTable(between(0, 20), []), 2);

function expectCliError(action: () => unknown, code: CliErrorCode, values: Readonly<Record<string, unknown>>): void {
  expect(action)
    .to.throw(CliError)
    .that.satisfies((error: CliError) => {
      expect(error.code).to.equal(code);
      expect(error.values).to.deep.include(values);
      return true;
    });
}

describe("words of the command line", function () {
  describe("prices", function () {
    it("are ticks, or a weight of a simplex root", function () {
      expect(parsePrice("55", LEGS)).to.equal(55n);
      expect(parsePrice("55%", LEGS)).to.equal(55n);
      expect(parsePrice("0%", LEGS)).to.equal(0n);
      expect(parsePrice("12", RAIN)).to.equal(12n);
    });

    it("are never rounded to a tick", function () {
      expectRuleError(() => parsePrice("55.5%", LEGS), "AMOUNT_NOT_EXACT", { text: "55.5%", unitsPerOne: 100n });
      expectRuleError(() => parsePrice("5.5", RAIN), "AMOUNT_NOT_EXACT", { text: "5.5", unitsPerOne: 1n });
    });

    it("are no weight where there is none", function () {
      expectCliError(() => parsePrice("5%", RAIN), "ARGUMENT_INVALID", { argument: "--price", value: "5%" });
    });
  });

  describe("markets", function () {
    it("are a leg, or a root and a branch; leg 1 if nothing is said", function () {
      const pair = (target: Parameters<typeof parseTarget>[0]): number[] => {
        const { marketRootId, marketBranchId } = parseTarget(target);
        return [marketRootId, marketBranchId];
      };
      expect(pair({})).to.deep.equal([1, 1]);
      expect(pair({ leg: "3" })).to.deep.equal([1, 3]);
      expect(pair({ market: "4" })).to.deep.equal([4, 1]);
      expect(pair({ market: "4.7" })).to.deep.equal([4, 7]);
    });

    it("are one of the two, within what numbers there are", function () {
      expectCliError(() => parseTarget({ leg: "1", market: "2" }), "ARGUMENT_INVALID", { argument: "--leg" });
      for (const market of ["0", "2.0", "2.65536", "4294967296", "2.", "-2"]) {
        expectCliError(() => parseTarget({ market }), "ARGUMENT_INVALID", { argument: "--market" });
      }
    });
  });

  describe("times", function () {
    const time = (text: string): number => parseTime("--t1", text, 1_000);

    it("are Unix seconds, a date with its zone, or so much from now", function () {
      expect(time("1800000000")).to.equal(1_800_000_000);
      expect(time("2026-12-01T00:00:00Z")).to.equal(Date.UTC(2026, 11, 1) / 1_000);
      expect(time("2026-12-01T01:30+01:30")).to.equal(Date.UTC(2026, 11, 1) / 1_000);
      expect(["+5s", "+30m", "+2h", "+7d"].map(time)).to.deep.equal([1_005, 2_800, 8_200, 605_800]);
    });

    it("are nothing else", function () {
      for (const text of [
        "soon",
        "2026-12-01",
        "2026-12-01T00:00:00",
        "2026-13-01T00:00:00Z",
        "-5",
        "+5w",
        "1099511627776",
      ]) {
        expectCliError(() => time(text), "ARGUMENT_INVALID", { argument: "--t1", value: text });
      }
    });
  });
});

describe("what people read", function () {
  it("rounds half away from zero, and says so", function () {
    expect([25n, -25n, 35n, 24n].map((value) => fixed(value, 100n, 1))).to.deep.equal(["0.3", "-0.3", "0.4", "0.2"]);
    expect([1n, -1n].map((value) => fixed(value, 300n, 2))).to.deep.equal(["0.00", "0.00"]);
    expect(fixed(-7n, -2n, 0)).to.equal("4");
    expect(decimal(1n, 3n, 2)).to.equal("~0.33");
    expect(decimal(5n, 2n, 2)).to.equal("2.5");
    expect(tokens(10n ** 19n)).to.equal("10");
    expect(tokens(1n)).to.equal("~0");
  });

  it("writes times as dates, as far as there are dates", function () {
    expect(date(1_800_000_000n)).to.equal("2027-01-15T08:00:00Z");
    expect(date(2n ** 63n)).to.equal("9223372036854775808");
  });

  it("aligns tables, and says if there is nothing in them", function () {
    expect(table(["a", "bb"], [["long", "1"]])).to.equal("a     bb\n----  --\nlong   1");
    expect(table(["a"], [])).to.equal("(none)");
  });

  it("lets no token speak to the terminal", function () {
    expect(printable("\u001b[31mGOLD\u202e", 16)).to.equal("[31mGOLD");
    expect(printable("\u0007", 16)).to.equal("?");
    expect(printable("x".repeat(40), 16)).to.have.length(16);
  });
});

describe("what programs read", function () {
  it("has amounts as text, and leaves out what is not there", function () {
    const value = { a: 1n, b: [2n ** 70n], c: undefined, d: new Map([["k", -1n]]), e: null, f: new Error("no") };
    expect(asJson(value)).to.deep.equal({ a: "1", b: ["1180591620717411303424"], d: { k: "-1" }, e: null, f: "no" });
  });
});
