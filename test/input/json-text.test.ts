import { expect } from "chai";
import fc from "fast-check";

import { parseJson } from "../../src/input/json-text.js";
import { FIXED } from "../protocol/support.js";
import { expectCliError } from "../cli/support.js";

const problemsOf = (text: string): unknown =>
  expectCliError(() => parseJson("f.json", text), "FILE_INVALID", { file: "f.json" }).values["problems"];

describe("JSON that somebody wrote", function () {
  it("is what it says, whatever it is, and however it is laid out", function () {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parseJson("f.json", text)).to.deep.equal(JSON.parse(text));
        expect(parseJson("f.json", `\uFEFF${text}\r\n`)).to.deep.equal(JSON.parse(text));
      }),
      FIXED,
    );
  });

  it("has no name twice in one object, however deep it lies and however it is written", function () {
    for (const [text, name] of [
      ['{"a":1,"a":2}', "a"],
      ['{ "supply" : "1",\n "t1": 2, "supply" : "9" }', "supply"],
      ['[{"b":{}},{"x":[{"y":1,"z":2,"y":3}]}]', "y"],
      ['{"a":1,"\\u0061":2}', "a"],
      ['{"say \\"no\\"":1,"say \\"no\\"":2}', 'say "no"'],
      ['{"a":{"a":1},"b":"{","a":0}', "a"],
      ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ] as const) {
      expect(problemsOf(text), text).to.deep.equal([`"${name}" stands twice in one object`]);
    }
  });

  it("may have a name again in another object, and any text that looks like one", function () {
    for (const text of [
      '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
      '{"a":"\\"a\\":1","b":"{\\"a\\":"}',
      '["a","a"]',
      '{"a":"a","b":"a"}',
      '{"a\\\\":1,"a":2}',
    ]) {
      expect(parseJson("f.json", text)).to.deep.equal(JSON.parse(text));
    }
  });

  it("is refused with any of its names once more", function () {
    const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(objects, fc.nat(), (object, at) => {
        const names = Object.keys(object);
        const name = names[at % names.length]!;
        const text = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:0}`;
        expect(problemsOf(text)).to.deep.equal([`"${name}" stands twice in one object`]);
      }),
      FIXED,
    );
  });

  it("is named if it is none", function () {
    for (const text of ["", "{", "{'a':1}", "[1,]", "NaN"]) expect(problemsOf(text)).to.have.lengthOf(1);
  });
});
