/** The first line of a log: printed and read back, and what is no header. */
import { expect } from "chai";
import fc from "fast-check";
import * as z from "zod";

import { RuleError } from "../../src/protocol/amounts/errors.js";
import { assetUnits, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import { bookTermsOf, type LogHeader, parseHeader, printHeader } from "../../src/verify/log-header.js";
import { hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";
import { basketOf, makeHeader } from "./support/header.js";

type Plain = Record<string, unknown>;

function plainOf(header: LogHeader): Plain {
  return JSON.parse(printHeader(header)) as Plain; // an object, as it was printed
}

/** The header with one value changed, at a path such as "terms.supply". */
function changed(path: string, value: unknown): Plain {
  const plain = plainOf(makeHeader());
  const names = path.split(".");
  const last = names.pop()!;
  const inside = names.reduce<Plain>((part, name) => part[name] as Plain, plain);
  if (value === undefined) Reflect.deleteProperty(inside, last);
  else inside[last] = value;
  return plain;
}

const anyUint = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const anyAddress = hexBytes(20);

const anyHeader: fc.Arbitrary<LogHeader> = fc.record({
  chainId: anyUint(256),
  session: anyAddress,
  book: anyAddress,
  legs: fc.array(anyAddress, { maxLength: 16 }),
  factory: anyAddress,
  organiser: anyAddress,
  terms: fc.record({
    name: fc.string({ unit: "binary" }),
    symbol: fc.string({ unit: "grapheme" }),
    assets: fc.array(anyAddress, { minLength: 1, maxLength: 16 }),
    quantities: fc.array(anyUint(128).map(assetUnits), { maxLength: 16 }),
    supply: anyUint(96).map(tokenWei),
    t1: anyUint(40),
    t2: anyUint(40),
    policy: anyAddress,
    marketCreator: anyAddress,
    settleLimit: anyUint(40),
    chainWindow: fc.nat(),
    maxOpenOrders: fc.nat(),
    maxLots: anyUint(64),
    basketScale: anyUint(31).map(ticks),
    basketTickValue: anyUint(64).map(tokenWei),
  }),
  clones: fc.record({
    salt: fc.option(hexBytes(32), { nil: undefined }),
    session: anyAddress,
    legToken: anyAddress,
    orderBook: anyAddress,
  }),
  fromBlock: fc.nat(),
  toBlock: fc.nat(),
});

describe("printHeader", function () {
  it("is one line, amounts as decimal text, keys in one order", function () {
    const line = printHeader(makeHeader());
    expect(line).to.not.include("\n");
    expect(line).to.match(/^\{"format":"session-log","version":1,"chainId":"31337","session":"0x/);
    expect(line).to.include('"supply":"1000000000000000000000"').and.include('"t1":"2000000000"');
    expect(line).to.match(/"fromBlock":100,"toBlock":10100\}$/);
  });

  it("does not go by the order in which a header was put together", function () {
    const header = makeHeader();
    const reversed = Object.fromEntries(Object.entries(header).reverse()) as unknown as LogHeader;
    const terms = Object.fromEntries(Object.entries(header.terms).reverse()) as unknown as LogHeader["terms"];
    expect(printHeader({ ...reversed, terms })).to.equal(printHeader(header));
  });

  it("writes null for a salt that nobody knows", function () {
    const header = makeHeader();
    expect(printHeader({ ...header, clones: { ...header.clones, salt: undefined } })).to.include('"salt":null');
  });
});

describe("parseHeader", function () {
  it("reads back any header that was printed", function () {
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(parseHeader(plainOf(header))).to.deep.equal(header);
      }),
      FIXED,
    );
  });

  it("reads a basket of sixteen, and no salt", function () {
    const header = makeHeader(basketOf(16));
    expect(parseHeader(plainOf(header))).to.deep.equal(header);
    const unsalted = { ...header, clones: { ...header.clones, salt: undefined } };
    expect(parseHeader(plainOf(unsalted))).to.deep.equal(unsalted);
  });

  describe("refuses, with the place,", function () {
    const cases: [path: string, values: readonly unknown[]][] = [
      ["format", ["session-logs", 1, null]],
      ["version", [0, 2, "1"]],
      ["chainId", [31_337, "0x7a69", "1.5", "", " 1", "1e3", "9".repeat(79), null]],
      ["session", ["0x12", "12".repeat(20), `0x${"zz".repeat(20)}`, 1]],
      ["book", [`0x${"12".repeat(21)}`]],
      ["legs", ["none", {}, [1]]],
      ["factory", [null]],
      ["organiser", [""]],
      ["terms", [null, []]],
      ["terms.name", [1, null]],
      ["terms.symbol", [[]]],
      ["terms.assets", [[], ["0x"], "0x"]],
      ["terms.quantities", [[1], ["1.5"]]],
      ["terms.supply", [1_000]],
      ["terms.t1", [2_000_000_000]],
      ["terms.chainWindow", [-1, 1.5, "8"]],
      ["terms.maxOpenOrders", [-1]],
      ["terms.basketScale", ["a"]],
      ["clones.salt", ["0x12", `0x${"AB".repeat(32)}`, 0]],
      ["clones.orderBook", ["0x"]],
      ["fromBlock", [-1, "100", 0.5]],
      ["toBlock", [2 ** 60]],
    ];

    for (const [path, values] of cases) {
      it(`another ${path}, or none`, function () {
        for (const value of [undefined, ...values]) {
          let refusal: unknown;
          try {
            parseHeader(changed(path, value));
          } catch (error) {
            refusal = error;
          }
          expect(refusal, `${path}: ${String(value)}`).to.be.instanceOf(z.ZodError);
          const [issue] = (refusal as z.ZodError).issues; // as was just seen
          expect(issue?.path.join(".").startsWith(path), issue?.path.join(".")).to.equal(true);
        }
      });
    }

    it("a field that there is not", function () {
      for (const path of ["more", "terms.more", "clones.more"]) {
        expect(() => parseHeader(changed(path, "x"))).to.throw(z.ZodError, "more");
      }
    });

    it("what is no object", function () {
      for (const value of [undefined, null, 1, "x", []]) expect(() => parseHeader(value)).to.throw(z.ZodError);
    });
  });

  it("refuses amounts beyond their units, with what they are", function () {
    const cases: [path: string, value: unknown, what: string][] = [
      ["terms.supply", (2n ** 127n).toString(), "tokenWei"],
      ["terms.basketScale", (2n ** 31n).toString(), "ticks"],
      ["terms.basketTickValue", (-(2n ** 127n) - 1n).toString(), "tokenWei"],
      ["terms.quantities", [(2n ** 128n).toString()], "assetUnits"],
      ["terms.quantities", ["-1"], "assetUnits"],
    ];
    for (const [path, value, what] of cases) {
      let refusal: unknown;
      try {
        parseHeader(changed(path, value));
      } catch (error) {
        refusal = error;
      }
      expect(refusal, path).to.be.instanceOf(RuleError);
      expect((refusal as RuleError).code).to.equal("AMOUNT_OUT_OF_RANGE"); // as was just seen
      expect((refusal as RuleError).values).to.deep.include({ what });
    }
  });
});

describe("bookTermsOf", function () {
  it("gives the book what it needs of the terms, with its domain", function () {
    const header = makeHeader(basketOf(3));
    const { chainId, session, book, terms } = header;
    const { policy, marketCreator, t1, t2, settleLimit, chainWindow, maxOpenOrders, maxLots } = terms;
    const { basketScale, basketTickValue } = terms;
    expect(bookTermsOf(header)).to.deep.equal({
      assets: 3,
      domain: bookDomain(chainId, book),
      session,
      policy,
      marketCreator,
      t1,
      t2,
      settleLimit,
      chainWindow,
      maxOpenOrders,
      maxLots,
      basketScale,
      basketTickValue,
      reserveShift: 54,
    });
  });
});
