import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { startStudy } from "../start-study.js";

interface Document {
  readonly study: string;
  readonly ok: boolean;
  readonly figures: readonly {
    readonly chapter: string;
    readonly name: string;
    readonly measured: number;
    readonly ok: boolean;
  }[];
  readonly tables?: readonly {
    readonly title: string;
    readonly rows: readonly { readonly name: string; readonly trades: { readonly value: number } | null }[];
  }[];
}

describe("npm run lab pairs", function () {
  it("finds the known figures, and has each payoff and delivery from the book, with --short", function () {
    const { status, stdout, stderr } = startStudy("pairs", ["--short", "--json"]);
    expect(status, stderr).to.equal(0);
    const { study, ok, figures } = JSON.parse(stdout) as Document; // whatever it is, the lines below look at it
    expect([study, ok]).to.deep.equal(["pairs", true]);
    const measured = (name: string) => figures.filter((one) => one.name === name).map((one) => one.measured);
    expect(measured("three closest: trades")).to.deep.equal([30]);
    expect(measured("payoffs, the same fraction")).to.deep.equal([30, 30]);
    expect(measured("deliveries, to the last unit")).to.deep.equal([108, 108]);
    expect(measured("accounts on the chain, to the wei")).to.deep.equal([2]);
  });

  describe("with prices of one's own", function () {
    const folder = mkdtempSync(join(tmpdir(), "pairs-"));
    after(() => {
      rmSync(folder, { recursive: true });
    });
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return name;
    };
    /** `months` of three assets, of which two leave each other and come back. */
    const table = (months: number): string => {
      const rows = Array.from({ length: months }, (_, k) => {
        const date = `${2001 + Math.floor(k / 12)}-${String(1 + (k % 12)).padStart(2, "0")}`;
        const apart = k % 12 === 1 ? 0.3 : k % 5 === 0 ? 0.01 : 0;
        return `${date},${(100 * (1 + apart)).toFixed(2)},${(50 * (1 - apart)).toFixed(2)},${(20 + (k % 3)).toFixed(2)}`;
      });
      return ["date,A,B,C", ...rows, ""].join("\n");
    };

    it("tells what the rule pays, of which nothing is expected, and that each session paid just that", function () {
      const file = write("own.csv", table(40));
      const { status, stdout, stderr } = startStudy("pairs", ["--short", "--json", "--prices", file], folder);
      expect(status, stderr).to.equal(0);
      const { ok, figures, tables } = JSON.parse(stdout) as Document;
      expect(ok).to.equal(true);
      expect(new Set(figures.map(({ name }) => name))).to.deep.equal(
        new Set([
          "payoffs, the same fraction",
          "deliveries, to the last unit",
          "gains and losses of a session, exactly zero in sum",
          "mean payoff per unit, beside the rule's",
        ]),
      );
      const [table0] = tables!;
      expect(table0!.title).to.include("A, B, C, 40 dates, 4 windows");
      expect(table0!.rows.map(({ name }) => name)).to.deep.equal([
        "closest pair",
        "closest pair, later",
        "all 3",
        "all 3, later",
      ]);
      expect(table0!.rows[2]!.trades!.value).to.be.greaterThan(0);
      const dated = write("dated.csv", table(40).replaceAll(/^(\d{4}-\d{2}),/gm, "$1-15,"));
      const again = startStudy("pairs", ["--short", "--json", "--prices", dated], folder);
      expect((JSON.parse(again.stdout) as Document).tables, "months that bear a day").to.deep.equal(tables);
    });

    it("reads a file for each symbol, and refuses what is too short, and what is none", function () {
      const short = startStudy("pairs", ["--short", "--prices", write("few.csv", table(10))], folder);
      expect([short.status, short.stdout]).to.deep.equal([2, ""]);
      expect(short.stderr).to.match(/^PRICES_TOO_SHORT: few\.csv: two symbols with a price at each of 18 dates/);
      const none = startStudy("pairs", ["--short", "--prices", "none.csv"], folder);
      expect(none.status).to.equal(2);
      expect(none.stderr).to.match(/^PRICES_UNREADABLE: /);
      const bad = startStudy("pairs", ["--prices", write("bad.csv", "date,A,B\n2001-01,1,x\n")], folder);
      expect(bad.status).to.equal(2);
      expect(bad.stderr).to.match(/^PRICES_LINE_BROKEN: bad\.csv:2/);
    });
  });
});
