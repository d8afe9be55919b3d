/**
 * What people's programs write, in every table that a command reads: it is read as it is meant, or the place is named. A table is read by one
 * reader of columns; here each of its users shows that it does.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { expect } from "chai";

import { readArrivals } from "../../../src/cli/dataset/arrivals-file.js";
import { readLabels } from "../../../src/cli/dataset/cohort-file.js";
import { readAddresses } from "../../../src/cli/input/addresses-file.js";
import { holdersInFile } from "../../../src/cli/input/holders-file.js";
import { readKnownPrices, readPrices, readReferencePrices } from "../../../src/cli/input/price-file.js";
import { readScenarios } from "../../../src/cli/input/stress-scenarios.js";
import { covarianceFrom } from "../../../src/cli/stress/covariance.js";
import { silentContext } from "../context.js";
import { expectCliError } from "../support.js";

const SYMBOLS = ["AU", "AG"];
const [ANN, BOB] = [`0x${"a1".repeat(20)}`, `0x${"b2".repeat(20)}`];

interface Reader {
  readonly name: string;
  /** A good table: the header, then rows. */
  readonly lines: readonly (readonly string[])[];
  readonly read: (file: string) => unknown;
  /** Whether columns are assets, by symbol or by number. */
  readonly hasAssets: boolean;
  /** Whether its numbers are those of statistics, and may have an exponent. */
  readonly isFloat?: boolean;
}

describe("every table that a command reads", function () {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "tables-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const context = () => silentContext({ cwd: folder });
  const prices = (name: string) => [
    [name, "AU", "AG"],
    ["2026-11-28", "10", "5"],
    ["2026-11-30", "11.5", "4"],
  ];
  const readers: readonly Reader[] = [
    {
      ...{ name: "holdings", hasAssets: false },
      lines: [["holder", "AU", "AG"], ["ann", "60", "40"], ["bob", "40", "60"]], // prettier-ignore
      read(file) {
        const { names, symbols, allocationsIn } = holdersInFile(context(), file);
        return { names, symbols, allocations: allocationsIn([]) };
      },
    },
    {
      ...{ name: "scenarios", hasAssets: true },
      lines: [["scenario", "AU", "AG"], ["up", "10%", "0.05"], ["down", "-10%", "-20%"]], // prettier-ignore
      read: (file) =>
        readScenarios(context(), { scenarios: file, prices: ["AU=10,AG=5"], shocks: "relative" }, SYMBOLS, undefined),
    },
    {
      ...{ name: "a history", hasAssets: true, lines: prices("date") },
      read: (file) => readPrices(context(), file, SYMBOLS, false),
    },
    {
      ...{ name: "prices elsewhere", hasAssets: true, lines: prices("date") },
      read: (file) => readKnownPrices(context(), file, SYMBOLS),
    },
    {
      ...{ name: "prices of a dataset", hasAssets: true, lines: prices("time") },
      read: (file) => readReferencePrices(context(), file, SYMBOLS).map((price) => ({ ...price, source: "" })),
    },
    {
      ...{ name: "covariances", hasAssets: true, isFloat: true },
      lines: [["asset", "AU", "AG"], ["AU", "0.04", "0.01"], ["AG", "0.01", "0.09"]], // prettier-ignore
      read: (file) => covarianceFrom(context(), { covariance: file, periods: "1" }, SYMBOLS).covariance,
    },
    {
      ...{ name: "addresses", hasAssets: false },
      lines: [["trader", "who"], [ANN, "ann"], [BOB, "bob"]], // prettier-ignore
      read: (file) => readAddresses(context(), file),
    },
    {
      ...{ name: "cohorts", hasAssets: false },
      lines: [["trader", "cohort"], [ANN, "inner"], [BOB, "outer"]], // prettier-ignore
      read: (file) => [...readLabels(context(), file)],
    },
    {
      ...{ name: "arrivals", hasAssets: false },
      lines: [["client", "time", "kind"], ["ann", "1800000000", "order"], ["bob", "1800000061", "read"]], // prettier-ignore
      read: (file) => readArrivals(context(), file),
    },
  ];

  const csv = (lines: readonly (readonly string[])[], separator = ","): string =>
    lines.map((cells) => `${cells.join(separator)}\n`).join("");
  const json = ([header = [], ...rows]: readonly (readonly string[])[]): string =>
    JSON.stringify(rows.map((cells) => Object.fromEntries(header.map((name, k) => [name, cells[k]]))));
  const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");

  const refusal = (action: () => unknown): { readonly code: string; readonly values: unknown } => {
    try {
      return { code: "", values: inspect(action()) };
    } catch (error) {
      return error as { code: string; values: unknown };
    }
  };

  for (const { name, lines, read, hasAssets, isFloat = false } of readers) {
    const given = (content: string | Buffer): string => {
      const file = join(folder, "table");
      writeFileSync(file, content);
      return file;
    };
    const [header = [], first = [], ...rest] = lines;
    const refused = (content: string, ...parts: readonly string[]): void => {
      const { values } = expectCliError(() => read(given(content)), "FILE_INVALID");
      for (const part of parts) expect(String(values["problems"])).to.include(part);
    };

    describe(`given ${name}`, function () {
      it("are the same with marks, in UTF-16, with quotes, other separators and line ends, and as JSON", function () {
        const plain = csv(lines);
        const meant = read(given(plain));
        for (const content of [
          `\uFEFF${plain}`,
          utf16(plain),
          utf16(plain).swap16(),
          plain.replaceAll("\n", "\r\n"),
          `\uFEFF${plain.replaceAll("\n", "\r\n")}`,
          csv(lines.map((cells) => cells.map((cell) => `"${cell}"`))),
          csv(lines, ";"),
          csv(lines, "\t"),
          csv(lines, " , "),
          csv(lines.map((cells) => [...cells, ""])),
          `\n${plain}\n\n`,
          json(lines),
          `\uFEFF${json(lines)}`,
          utf16(json(lines)),
        ]) {
          expect(read(given(content)), JSON.stringify(content.toString())).to.deep.equal(meant);
        }
      });

      it("are refused with a column twice, in whatever form", function () {
        const doubled = (cells: readonly string[]): string[] => [...cells, cells[1]!];
        refused(csv(lines.map(doubled)), `column "${header[1]}" stands there twice`);
        const object = header.map((column, k) => `"${column}":"${first[k]}"`);
        refused(`[{${[...object, object[1]].join(",")}}]`, `"${header[1]}" stands twice in one object`);
        refused(`[{${[...object, object[0]].join(",")}}]`, `"${header[0]}" stands twice in one object`);
      });

      it("name each line that is broken", function () {
        const broken = [header, [...first, "more"], ...rest, [`"${first[0]}`, ...first.slice(1)]];
        refused(
          csv(broken),
          `line 2: ${header.length + 1} cells under ${header.length} columns`,
          "line 4: a quote is left",
        );
        refused(csv([header.slice(1), ...lines.slice(1).map((cells) => cells.slice(1))]), `no ${header[0]}`);
        refused(
          csv([[...header, ""], [...first, "stray"], ...rest.map((cells) => [...cells, ""])]),
          "line 2: a cell stands",
        );
        refused("", "it has no rows");
        refused(csv([header]), "it has no rows");
        refused("[1, 2", "");
      });

      it("are refused with a number beyond its field, with what is none, and with a day that does not exist", function () {
        const odd = (text: string, at: number): void => {
          const cells = first.map((cell, k) => (k === at ? text : cell));
          const { code, values } = refusal(() => read(given(csv([header, cells, ...rest]))));
          const said = `${text} as ${header[at]}: ${code} ${JSON.stringify(values)}`;
          expect(code, said).to.match(/^(FILE_INVALID|DATASET_[A-Z]+_INVALID)$/);
          expect(JSON.stringify(values), said).to.match(/line(":| )2\b/);
        };
        for (const [at, cell] of first.entries()) {
          if (/^-?[\d.]+%?$/.test(cell))
            for (const text of [
              "9".repeat(320),
              ...(isFloat ? [] : ["9".repeat(80), "1e3"]),
              "NaN",
              "Infinity",
              "0x10",
              "1.2.3",
              "--1",
              "-",
            ])
              odd(text, at);
          if (/^\d{4}-/.test(cell))
            for (const text of ["2027-02-30", "2026-13-01", "2026-11-28T24:00:01Z", "28/11/2026", ""]) odd(text, at);
        }
      });

      it("are named if they are no text", function () {
        const file = given(Buffer.from(csv(lines).replace(first[0]!, "größe"), "latin1"));
        const { values } = expectCliError(() => read(file), "FILE_INVALID");
        expect(values["problems"]).to.deep.equal(["it is no text in UTF-8: save it so"]);
      });

      if (hasAssets)
        it("are refused with an asset twice, by its symbol and by its number", function () {
          refused(csv(lines.map((cells, k) => [...cells, k === 0 ? "1" : cells[1]!])), "1 is the same asset as AU");
        });
    });
  }
});
