/** What both languages state as a number is the same number: the constants of the contracts' source against the library's. */
import { globSync, readFileSync } from "node:fs";

import { expect } from "chai";

import { OFFSET_REASONS } from "../../../src/protocol/book/events.js";
import * as limits from "../../../src/protocol/amounts/limits.js";
import { RootKind } from "../../../src/protocol/signing/market-record.js";
import { BASKET_ROOT_ID, TimeInForce } from "../../../src/protocol/signing/package.js";

const CONSTANT = /\bconstant ([A-Z][A-Z_0-9]*) = ([^;]+);/g;
/** Names of what the contracts limit. */
const LIMIT = /^((MAX|MIN|NONCE)_|CLAIM_LIMIT$)/;
/** Of how the contracts store things, which is no affair of the library's. */
const OF_STORAGE = ["MAX_POINTER"];

const sources = globSync("contracts/**/*.sol", { exclude: ["contracts/mocks/**"] }).map((file) =>
  readFileSync(file, "utf8"),
);

const constants = new Map(
  sources.flatMap((source) => [...source.matchAll(CONSTANT)]).map(([, name = "", value = ""]) => [name, value]),
);

/** The few ways in which the contracts write a number. */
function valueOf(name: string): bigint {
  const text = constants.get(name);
  if (text === undefined) throw new Error(`the contracts have no constant ${name}`);
  const [, bits] = /^type\(uint(\d+)\)\.max$/.exec(text) ?? [];
  if (bits !== undefined) return 2n ** BigInt(bits) - 1n;
  const [, exponent, less] = /^2 \*\* (\d+)(?: - (\d+))?$/.exec(text) ?? [];
  if (exponent !== undefined) return 2n ** BigInt(exponent) - BigInt(less ?? 0);
  if (!/^\d[\d_]*$/.test(text)) throw new Error(`${name} is written as ${text}`);
  return BigInt(text.replaceAll("_", ""));
}

/** The members of an enum, in their order. */
function membersOf(name: string): string[] {
  const bodies = sources.flatMap((source) => new RegExp(`\\benum ${name} \\{([^}]*)\\}`).exec(source)?.[1] ?? []);
  expect(bodies, name).to.have.lengthOf(1);
  return (bodies[0] ?? "")
    .replaceAll(/\/\/.*/g, "")
    .split(",")
    .map((member) => member.trim());
}

/** `GoodTillCancelled` as the contracts write a constant. */
const shouted = (name: string): string => name.replaceAll(/\B[A-Z]/g, "_$&").toUpperCase();

describe("The limits of the contracts", () => {
  for (const [name, value] of Object.entries(limits)) {
    it(`${name} is the library's`, () => {
      expect(BigInt(value)).to.equal(valueOf(name));
    });
  }

  it("are all known to the library", () => {
    const known = new Set([...Object.keys(limits), ...OF_STORAGE]);
    expect([...constants.keys()].filter((name) => LIMIT.test(name) && !known.has(name))).to.deep.equal([]);
  });
});

describe("The numbers of the contracts' choices", () => {
  it("are the library's for root kinds", () => {
    for (const [name, number] of Object.entries(RootKind)) expect(membersOf("RootKind")[number]).to.equal(name);
  });

  it("are the library's for reasons to offset", () => {
    const reasons = membersOf("OffsetReason").map((reason) => reason.charAt(0).toLowerCase() + reason.slice(1));
    expect(reasons).to.deep.equal([...OFFSET_REASONS]);
  });

  it("are the library's for times in force, and for the basket root", () => {
    for (const [name, number] of Object.entries(TimeInForce)) expect(valueOf(shouted(name))).to.equal(BigInt(number));
    expect(valueOf("BASKET_ROOT_ID")).to.equal(BigInt(BASKET_ROOT_ID));
  });
});
