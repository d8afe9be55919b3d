import { expect } from "chai";
import fc from "fast-check";

import { readRows, type Row } from "../../src/input/table-file.js";
import { FIXED } from "../protocol/support.js";
import { expectCliError } from "../cli/support.js";

const rows = (text: string): Row[] => readRows("t.csv", text, "name");
const plain = (found: readonly Row[]): unknown[] =>
  found.map(({ line, name, cells }) => [line, name, Object.fromEntries(cells)]);

function refused(text: string): string[] {
  const { values } = expectCliError(() => rows(text), "FILE_INVALID", { file: "t.csv" });
  return values["problems"] as string[];
}

describe("a small table in a file", function () {
  describe("as CSV", function () {
    it("has a name and cells in each row, by the header", function () {
      expect(plain(rows("name,AU,AG\nann,1,2\nbob,3,4\n"))).to.deep.equal([
        [2, "ann", { AU: "1", AG: "2" }],
        [3, "bob", { AU: "3", AG: "4" }],
      ]);
    });

    it("may have its name in any column; the others keep their order", function () {
      const [row] = rows("AU,name,AG\n1,ann,2\n");
      expect(row!.name).to.equal("ann");
      expect([...row!.cells]).to.deep.equal([
        ["AU", "1"],
        ["AG", "2"],
      ]);
    });

    it("counts lines as an editor does: empty ones are passed over, but counted", function () {
      expect(plain(rows("\n\nname,AU\n\nann,1\n   \nbob,2"))).to.deep.equal([
        [5, "ann", { AU: "1" }],
        [7, "bob", { AU: "2" }],
      ]);
    });

    it("may come from Windows and from a spreadsheet, with spaces around its cells", function () {
      expect(plain(rows("\ufeffname , AU\r\n ann ,\t1\r\n"))).to.deep.equal([[2, "ann", { AU: "1" }]]);
    });

    it("may have empty cells, and an empty name", function () {
      expect(plain(rows("name,AU\n,\n"))).to.deep.equal([[2, "", { AU: "" }]]);
    });

    it("is refused with a row that is shorter or longer than its header", function () {
      expect(refused("name,AU\nann\n")).to.deep.equal(["line 2: 1 cells under 2 columns"]);
      expect(refused("name,AU\nann,1\nbob,1,2\n")).to.deep.equal(["line 3: 3 cells under 2 columns"]);
    });

    it("is refused with a column that stands there twice", function () {
      expect(refused("name,AU,AU\nann,1,2\n")).to.deep.equal(['line 1: column "AU" stands there twice']);
      expect(refused("name,AU, AU \nann,1,2\n")).to.deep.equal(['line 1: column "AU" stands there twice']);
    });

    it("is refused without rows, and without a column of names", function () {
      expect(refused("")).to.deep.equal(["it has no rows"]);
      expect(refused("name,AU\n")).to.deep.equal(["it has no rows"]);
      expect(refused("who,AU\nann,1\n")).to.deep.equal(["line 2: no name"]);
    });
  });

  describe("as JSON", function () {
    it("is a list of objects, whose cells are text or whole numbers", function () {
      const text = JSON.stringify([{ name: "ann", AU: "1.5", AG: 2 }, { AU: -3, name: "bob" }]); // prettier-ignore
      expect(plain(rows(`  \n${text}`))).to.deep.equal([
        [1, "ann", { AU: "1.5", AG: "2" }],
        [2, "bob", { AU: "-3" }],
      ]);
    });

    it("takes no float: what it means exactly, text says", function () {
      expect(refused('[{"name": "ann", "AU": 0.5}]')[0]).to.match(/^0\.AU: /);
      expect(refused('[{"name": "ann", "AU": 1e30}]')[0]).to.match(/^0\.AU: /);
    });

    it("names each place that is wrong", function () {
      const problems = refused('[{"name": "ann", "AU": true}, {"name": null}, 7]');
      expect(problems.map((problem) => problem.split(":")[0])).to.deep.equal(["0.AU", "1.name", "2"]);
    });

    it("is refused if it is none, or has no rows or names", function () {
      expect(refused("[{]")[0]).to.contain("JSON");
      expect(refused("[]")).to.deep.equal(["it has no rows"]);
      expect(refused('[{"AU": "1"}]')).to.deep.equal(["line 1: no name"]);
    });
  });

  it("gives the same rows from both, whatever stands in it", function () {
    const word = fc.stringMatching(/^[a-zA-Z0-9.%:-]{1,8}$/);
    const table = fc
      .tuple(fc.uniqueArray(word, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 6 }))
      .chain(([columns, count]) => {
        const cells = fc.array(word, { minLength: columns.length + 1, maxLength: columns.length + 1 });
        return fc.tuple(fc.constant(columns), fc.array(cells, { minLength: count, maxLength: count }));
      });
    fc.assert(
      fc.property(table, ([columns, lines]) => {
        fc.pre(!columns.includes("name"));
        const header = ["name", ...columns];
        const csv = [header, ...lines].map((line) => line.join(",")).join("\n");
        const objects = lines.map((line) => Object.fromEntries(header.map((column, index) => [column, line[index]])));
        const strip = (found: readonly Row[]): unknown[] =>
          found.map(({ name, cells }) => [name, Object.fromEntries(cells)]);
        expect(strip(rows(csv))).to.deep.equal(strip(rows(JSON.stringify(objects))));
      }),
      FIXED,
    );
  });

  it("never throws anything but FILE_INVALID, whatever the file is", function () {
    const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[[\]{}",:a0.\n ]{0,30}$/), fc.json());
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          rows(text);
        } catch (error) {
          expect((error as { code?: string }).code).to.equal("FILE_INVALID");
        }
      }),
      { ...FIXED, numRuns: 1_000 },
    );
  });
});
