import { expect } from "chai";

import type { Form } from "../../src/wire/form.js";
import { anyAddress, inLots, inTicks, integer, inWei, shortInteger } from "../../src/wire/values.js";

const read = ({ domain }: Form, text: unknown): unknown => domain.parse(text);

function problemOf({ domain }: Form, text: unknown): string {
  const { error } = domain.safeParse(text);
  return error?.issues[0]?.message ?? "none";
}

describe("amounts on the wire", () => {
  it("are whole numbers as text, written as every bigint is", () => {
    for (const text of ["0", "7", "-12", "9007199254740993"]) expect(read(integer, text)).to.equal(BigInt(text));
    for (const text of ["", "-", "-0", "007", "+1", "1.0", "1e3", "0x10", " 1", "1 ", "١", 5, 5n, null]) {
      expect(problemOf(integer, text), String(text)).not.to.equal("none");
    }
  });

  it("end at the bounds of their types, with the code and the range", () => {
    for (const [form, bits] of [
      [inTicks, 32n],
      [inLots, 64n],
      [inWei, 128n],
    ] as const) {
      const [least, most] = [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
      expect([read(form, String(least)), read(form, String(most))]).to.deep.equal([least, most]);
      for (const beyond of [least - 1n, most + 1n]) {
        expect(problemOf(form, String(beyond))).to.match(/^AMOUNT_OUT_OF_RANGE\(.*value: /);
      }
    }
  });

  it("have at most 80 digits in an answer, and 20 in a request", () => {
    expect(read(integer, "9".repeat(80))).to.equal(10n ** 80n - 1n);
    expect(read(shortInteger, `-${"9".repeat(20)}`)).to.equal(1n - 10n ** 20n);
    expect(problemOf(integer, "9".repeat(81))).to.equal("a decimal integer as text");
    expect(problemOf(shortInteger, "9".repeat(21))).to.equal("a decimal integer as text");
  });
});

describe("an address in a request", () => {
  const usual = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";

  it("is taken in any way of writing, and read in the usual one", () => {
    for (const text of [usual, usual.toLowerCase(), `0x${usual.slice(2).toUpperCase()}`]) {
      expect(anyAddress.parse(text)).to.equal(usual);
    }
    expect(anyAddress.safeParse(usual.slice(2)).success).to.equal(false);
    expect(anyAddress.safeParse(`${usual}0`).success).to.equal(false);
  });
});
