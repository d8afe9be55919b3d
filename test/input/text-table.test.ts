import { expect } from "chai";

import { readRows } from "../../src/input/table-file.js";
import { decodeText, tableLines } from "../../src/input/text-table.js";
import { expectCliError } from "../cli/support.js";

const bytes = (text: string, encoding: BufferEncoding = "utf8"): Uint8Array => Buffer.from(text, encoding);
const bigEndian = (text: string): Uint8Array => Buffer.from(text, "utf16le").swap16();
const PLAIN = "holder,AU,AG\nann,60,40\nbob,40,60\n";
/** Who holds how much of what, as `readRows` has it. */
const rows = (text: string): unknown[] =>
  readRows("t.csv", text, "holder").map(({ name, cells }) => [name, ...cells.values()]);
const HELD = [
  ["ann", "60", "40"],
  ["bob", "40", "60"],
];

describe("text as programs write it", function () {
  it("is UTF-8 or UTF-16, with a mark or, for UTF-8, without", function () {
    for (const file of [
      bytes("größe"),
      bytes("\uFEFFgröße"),
      bytes("\uFEFFgröße", "utf16le"),
      bigEndian("\uFEFFgröße"),
    ]) {
      expect(decodeText(file)).to.equal("größe");
    }
    expect(decodeText(bytes(""))).to.equal("");
  });

  it("is none if it is neither", function () {
    expect(decodeText(bytes("größe", "latin1"))).to.equal(undefined);
    expect(decodeText(bytes("size", "utf16le")), "without a mark").to.equal(undefined);
    expect(decodeText(Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0]))).to.equal(undefined);
  });
});

describe("a table of text", function () {
  it("is the same with quotes, semicolons, tabs, blanks and line ends of any system", function () {
    for (const text of [
      PLAIN,
      '"holder","AU","AG"\n"ann","60","40"\n"bob","40","60"\n',
      PLAIN.replaceAll(",", ";"),
      PLAIN.replaceAll(",", "\t"),
      PLAIN.replaceAll("\n", "\r\n"),
      PLAIN.replaceAll("\n", "\r"),
      `\uFEFF${PLAIN}`,
      PLAIN.replaceAll(",", " , ").replaceAll("\n", "\n\n"),
      '\uFEFF[{"holder":"ann","AU":"60","AG":"40"},{"holder":"bob","AU":"40","AG":"60"}]',
    ]) {
      expect(rows(text), JSON.stringify(text)).to.deep.equal(HELD);
    }
  });

  it("has separators and quotes inside quotes", function () {
    const [, line] = tableLines('a;b\n"x;y";"say ""no"""');
    expect(line?.cells).to.deep.equal(["x;y", 'say "no"']);
  });

  it("counts lines as an editor does, and names those that are broken", function () {
    expect(tableLines("a,b\n\n1,2\r\n3,4").map(({ line }) => line)).to.deep.equal([1, 3, 4]);
    for (const [text, problem] of [
      ['holder,AU\nann,"60\n', "line 2: a quote is left open, or stands inside a cell"],
      ['holder,AU\nan"n",60\n', "line 2: a quote is left open, or stands inside a cell"],
      ["holder,AU\nann,60,1\n", "line 2: 3 cells under 2 columns"],
      ["holder,AU,AU\nann,60,1\n", 'line 1: column "AU" stands there twice'],
      ['holder,"AU\nann,60', "line 1: a quote is left open, or stands inside a cell"],
    ] as const) {
      const { values } = expectCliError(() => rows(text), "FILE_INVALID", { file: "t.csv" });
      expect(values["problems"]).to.deep.equal([problem]);
    }
  });
});
