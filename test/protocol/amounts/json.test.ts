import { expect } from "chai";

import {
  amountsAsText,
  fromTaggedJson,
  toJson,
  toReadableJson,
  toTaggedJson,
} from "../../../src/protocol/amounts/json.js";

const BEYOND_FLOATS = 2n ** 63n + 1n;

describe("amounts in JSON", () => {
  it("toJson writes amounts as decimal text, at any depth, and everything else as JSON does", () => {
    const value = { lots: -7n, list: [BEYOND_FLOATS, 1.5, null], left: undefined, deep: { wei: 0n } };
    expect(toJson(value)).to.equal('{"lots":"-7","list":["9223372036854775809",1.5,null],"deep":{"wei":"0"}}');
    expect(toReadableJson({ a: 1n })).to.equal('{\n  "a": "1"\n}');
    expect(toJson(5n)).to.equal('"5"');
  });

  it("amountsAsText turns the amounts of one object, and leaves what lies deeper", () => {
    const deep = { wei: 3n };
    const text = amountsAsText({ lots: BEYOND_FLOATS, count: 3, deep });
    expect(text).to.deep.equal({ lots: "9223372036854775809", count: 3, deep });
    expect(text["deep"]).to.equal(deep);
  });

  it("toTaggedJson tells an amount from the same text, and has one text for equal values", () => {
    expect(toTaggedJson({ b: 1n, a: "1" })).to.equal('{"a":"1","b":"1n"}');
    expect(toTaggedJson({ x: { d: -2n, c: [3n] } })).to.equal(toTaggedJson({ x: { c: [3n], d: -2n } }));
  });

  it("fromTaggedJson gives the amounts back", () => {
    const value = { a: BEYOND_FLOATS, b: ["12", -3n], c: { d: 4, e: "n" } };
    expect(fromTaggedJson(toTaggedJson(value))).to.deep.equal(value);
    expect(() => fromTaggedJson("{")).to.throw(SyntaxError);
  });
});
