import { expect } from "chai";
import fc from "fast-check";

import { date, facts, paragraphs, table, tokens } from "../../../src/cli/output/text.js";
import { FIXED } from "../../protocol/support.js";

describe("what people read", function () {
  describe("an amount of tokens", function () {
    it("has six digits at most", function () {
      expect(tokens(10n ** 19n)).to.equal("10");
      expect(tokens(1n)).to.equal("~0");
      expect(tokens(-(10n ** 12n))).to.equal("-0.000001");
      expect(tokens(15n * 10n ** 11n)).to.equal("~0.000002");
      expect(tokens(10n ** 30n + 10n ** 17n)).to.equal("1000000000000.1");
    });
  });

  describe("a time", function () {
    it("is a date, as far as there are dates", function () {
      expect(date(1_800_000_000n)).to.equal("2027-01-15T08:00:00Z");
      expect(date(0)).to.equal("1970-01-01T00:00:00Z");
      expect(date(2n ** 40n - 1n)).to.equal("+036812-02-20T00:36:15Z");
      expect(date(2n ** 63n)).to.equal("9223372036854775808");
    });

    it("comes back from its date", function () {
      fc.assert(
        fc.property(fc.nat(2 ** 31), (second) => {
          expect(Date.parse(date(second)) / 1_000).to.equal(second);
        }),
        FIXED,
      );
    });
  });

  describe("a table", function () {
    it("has its first column to the left, all others to the right", function () {
      expect(table(["a", "bb"], [["long", "1"]])).to.equal("a     bb\n----  --\nlong   1");
    });

    it("says if there is nothing in it", function () {
      expect(table(["a"], [])).to.equal("(none)");
    });

    it("has no spaces at the ends of its lines, and fills what a row lacks", function () {
      expect(table(["a", "b"], [["x", ""], ["y"]])).to.equal("a  b\n-  -\nx\ny");
    });

    it("has columns that stand under each other, whatever is in them", function () {
      const cell = fc.stringMatching(/^[a-z0-9]{1,9}$/);
      const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(rows, (body) => {
          const [header, rule, ...lines] = table(["x", "yy", "zzz"], body).split("\n");
          expect(lines).to.have.length(body.length);
          for (const line of lines) expect(line.length).to.equal(rule!.length); // the last column ends at the right
          expect(header!.length).to.equal(rule!.length);
          lines.forEach((line, row) => {
            expect(line.trim().split(/ +/)).to.deep.equal(body[row]);
          });
        }),
        FIXED,
      );
    });
  });

  describe("facts and paragraphs", function () {
    it("stand one a line, the values in one column", function () {
      const lines = facts([
        ["name", "Metals"],
        ["trading from", "now"],
      ]);
      expect(lines).to.equal("name          Metals\ntrading from  now");
    });

    it("have a blank line between them, and none for what is empty", function () {
      expect(paragraphs("a", "", "b\nc", "")).to.equal("a\n\nb\nc");
      expect(paragraphs("", "")).to.equal("");
    });
  });
});
