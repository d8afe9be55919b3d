import { expect } from "chai";
import fc from "fast-check";

import { asJson, printJson } from "../../../src/cli/output/json.js";
import { FIXED } from "../../protocol/support.js";

describe("what programs read", function () {
  it("has amounts as text, and leaves out what is not there", function () {
    const value = { a: 1n, b: [2n ** 70n], c: undefined, d: new Map([["k", -1n]]), e: null, f: new Error("no") };
    expect(asJson(value)).to.deep.equal({ a: "1", b: ["1180591620717411303424"], d: { k: "-1" }, e: null, f: "no" });
  });

  it("keeps places in a list, also of what is not there", function () {
    expect(asJson([1, undefined, "x"])).to.deep.equal([1, null, "x"]);
    expect(asJson([() => 1])).to.deep.equal([null]);
  });

  it("keeps text, numbers and truth as they are", function () {
    expect(asJson({ text: "1", number: 1.5, yes: true, no: false, empty: {} })).to.deep.equal({
      text: "1",
      number: 1.5,
      yes: true,
      no: false,
      empty: {},
    });
  });

  it("names the entries of a map by their keys, numbers too", function () {
    expect(asJson(new Map([[2, { x: 5n }]]))).to.deep.equal({ 2: { x: "5" } });
  });

  it("is printed in lines, and ends with one", function () {
    expect(printJson({ a: 1n })).to.equal('{\n  "a": "1"\n}\n');
  });

  it("is what JSON itself would make of it, but for amounts", function () {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(printJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
      FIXED,
    );
  });

  it("never loses a digit of an amount, however deep it stands", function () {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 0, max: 6 }), (amount, depth) => {
        let nested: unknown = amount;
        for (let level = 0; level < depth; ++level) nested = level % 2 === 0 ? [nested] : { nested };
        let read: unknown = JSON.parse(printJson(nested));
        while (typeof read === "object" && read !== null) read = Object.values(read)[0];
        expect(BigInt(read as string)).to.equal(amount);
      }),
      FIXED,
    );
  });
});
