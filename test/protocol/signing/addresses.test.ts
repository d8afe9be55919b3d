import { expect } from "chai";
import { getAddress } from "ethers";

import {
  addressIn,
  checksumAddress,
  REMEMBERED_ADDRESSES,
  remembering,
} from "../../../src/protocol/signing/addresses.js";

const textOf = (number: number): string => `0x${number.toString(16).padStart(40, "a")}`;

describe("checksumAddress", () => {
  it("gives what the library gives, the first time and again, whatever was asked between", () => {
    for (let round = 0; round < 2; round += 1) {
      for (let number = 0; number < 300; number += 1) {
        expect(checksumAddress(textOf(number))).to.equal(getAddress(textOf(number)));
      }
    }
  });

  it("refuses wrong capitals, also after the same address was given rightly", () => {
    const right = checksumAddress(textOf(1));
    const wrong = right.replace(/a/, "A");
    expect(wrong).to.not.equal(right);
    for (let round = 0; round < 2; round += 1) expect(() => checksumAddress(wrong)).to.throw("bad address checksum");
  });
});

describe("addressIn", () => {
  it("gives an address with its checksum, of one case or with the right capitals", () => {
    const right = checksumAddress(textOf(1));
    const digits = right.slice(2);
    for (const text of [right, `0x${digits.toLowerCase()}`, `0x${digits.toUpperCase()}`])
      expect(addressIn(text)).to.equal(right);
  });

  it("takes nothing else for one: no digits alone, no other form, no wrong capitals, nothing around it", () => {
    const right = checksumAddress(textOf(1));
    const wrong = right.replace(/a/, "A");
    const icap = "XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS"; // which the library takes
    expect(getAddress(icap)).to.match(/^0x/);
    for (const text of [
      "",
      "0x",
      "9".repeat(40),
      right.slice(2),
      wrong,
      icap,
      ` ${right}`,
      `${right}\n`,
      `0X${right.slice(2)}`,
      `${right}0`,
    ])
      expect(addressIn(text), text).to.equal(undefined);
  });
});

describe("remembering", () => {
  it("computes once what is asked again, and never keeps more than it may", () => {
    const computed: string[] = [];
    const remembered = remembering((text) => {
      computed.push(text);
      return text.toUpperCase();
    });
    for (let number = 0; number < REMEMBERED_ADDRESSES; number += 1) remembered(`a${number}`);
    expect([remembered("a0"), computed.length]).to.deep.equal(["A0", REMEMBERED_ADDRESSES]);
    expect([remembered("one more"), remembered("a0")]).to.deep.equal(["ONE MORE", "A0"]);
    expect(computed.slice(REMEMBERED_ADDRESSES)).to.deep.equal(["one more", "a0"]);
  });

  it("does not remember what could not be computed", () => {
    let tries = 0;
    const remembered = remembering(() => {
      tries += 1;
      throw new RangeError("no");
    });
    for (let round = 0; round < 2; round += 1) expect(() => remembered("x")).to.throw(RangeError, "no");
    expect(tries).to.equal(2);
  });
});
