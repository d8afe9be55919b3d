/** The reason of a failed call, wherever a provider or a wrapper has put it. */
import { expect } from "chai";
import { id } from "ethers";
import fc from "fast-check";

import { findRevertData } from "../../src/node/revert-data.js";
import { hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";

const PLACES = ["data", "error", "info", "cause", "revert"] as const;
const SELECTOR = "0x12345678";
const WORD = "ab".repeat(32);

describe("findRevertData", function () {
  it("takes a selector with any number of whole words", function () {
    for (let words = 0; words < 5; words += 1) {
      const data = SELECTOR + WORD.repeat(words);
      expect(findRevertData(data)).to.equal(data);
      expect(findRevertData({ data })).to.equal(data);
    }
  });

  it("takes nothing else for one", function () {
    const others: unknown[] = [
      "",
      "0x",
      "0x123456",
      `${SELECTOR}ab`,
      `${SELECTOR}${WORD}ab`,
      `0x${WORD}`, // a hash
      id("a transaction"),
      "12345678",
      "0x1234567g",
      "execution reverted",
      7,
      7n,
      true,
      null,
      undefined,
      () => SELECTOR,
      Symbol("x"),
    ];
    for (const other of others) {
      expect(findRevertData(other), String(other)).to.equal(undefined);
      expect(findRevertData({ data: other }), String(other)).to.equal(undefined);
    }
  });

  it("looks into each of five places, and into no other", function () {
    for (const place of PLACES) expect(findRevertData({ [place]: SELECTOR }), place).to.equal(SELECTOR);
    for (const place of ["reason", "message", "body", "transaction", "receipt"]) {
      expect(findRevertData({ [place]: SELECTOR }), place).to.equal(undefined);
    }
  });

  it("finds it however deep the places are nested, up to eight", function () {
    const path = fc.array(fc.constantFrom(...PLACES), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(path, hexBytes(4), (places, data) => {
        const thrown = places.reduce<unknown>((inner, place) => ({ [place]: inner }), data);
        expect(findRevertData(thrown)).to.equal(places.length <= 8 ? data : undefined);
      }),
      FIXED,
    );
  });

  it("looks on where a place holds something else", function () {
    const hash = id("a transaction");
    expect(findRevertData({ data: hash, error: { data: "0x" }, cause: new Error("x", { cause: SELECTOR }) })).to.equal(
      SELECTOR,
    );
  });

  it("prefers what is nearer to the front", function () {
    expect(findRevertData({ data: SELECTOR, error: { data: "0x87654321" } })).to.equal(SELECTOR);
    expect(findRevertData({ error: { data: "0x87654321" }, cause: SELECTOR })).to.equal("0x87654321");
  });

  it("comes to an end in a circle", function () {
    const circle: Record<string, unknown> = {};
    for (const place of PLACES.slice(1, 3)) circle[place] = circle;
    expect(findRevertData(circle)).to.equal(undefined);
    circle["revert"] = SELECTOR;
    expect(findRevertData(circle)).to.equal(SELECTOR);
  });
});
