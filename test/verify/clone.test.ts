import { expect } from "chai";
import { AbiCoder, concat, dataLength, dataSlice, getCreate2Address, id, keccak256 } from "ethers";
import fc from "fast-check";

import { assetUnits, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { cloneAddress, readClone } from "../../src/bindings/clones.js";
import { clonesOf, factorySalt, readTerms } from "../../src/verify/clone.js";
import type { LoggedTerms } from "../../src/verify/log-header.js";
import { hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";
import { basketOf, makeHeader, ONE, withAddresses } from "./support/header.js";
import { ALICE, BOB, ORGANISER } from "./support/people.js";

/** ERC-1167 with its arguments behind it. */
const BEFORE = "0x363d3d373d3d3d363d73";
const AFTER = "0x5af43d82803e903d91602b57fd5bf3";

describe("clonesOf", function () {
  it("gives vault, book and legs, in this order, each with its address", function () {
    const header = makeHeader(basketOf(3));
    const clones = clonesOf(header);
    expect(clones.map(({ what }) => what)).to.deep.equal(["session", "book", "leg 1", "leg 2", "leg 3"]);
    const addresses = [header.session, header.book, ...header.legs];
    expect(clones.map(({ address }) => address)).to.deep.equal(addresses);
  });

  it("gives the code that runs the implementation, with the terms behind it", function () {
    const header = makeHeader();
    const [session, book, leg] = clonesOf(header);
    for (const [clone, implementation] of [
      [session!, header.clones.session],
      [book!, header.clones.orderBook],
      [leg!, header.clones.legToken],
    ] as const) {
      expect(dataSlice(clone.code, 0, 45)).to.equal(concat([BEFORE, implementation, AFTER]));
    }
    const abi = AbiCoder.defaultAbiCoder();
    expect(dataSlice(leg!.code, 45)).to.equal(abi.encode(["address", "uint256"], [header.session, 1]));
    expect(dataLength(book!.code) - 45).to.equal(13 * 32);
  });

  it("gives other code to each leg", function () {
    const codes = clonesOf(makeHeader(basketOf(16))).map(({ code }) => code);
    expect(new Set(codes).size).to.equal(18);
  });

  it("changes vault and book with each term that is theirs", function () {
    const before = clonesOf(makeHeader());
    const ofVault: Partial<LoggedTerms>[] = [
      { name: "Other" },
      { symbol: "OT" },
      { supply: tokenWei(makeHeader().terms.supply + 1n) },
      { quantities: [assetUnits(1n), assetUnits(2n)] },
    ];
    const ofBook: Partial<LoggedTerms>[] = [
      { policy: ALICE.address },
      { marketCreator: BOB.address },
      { settleLimit: 9_999_999_999n },
      { chainWindow: 9 },
      { maxOpenOrders: 5 },
      { maxLots: 7n },
      { basketScale: ticks(100n) },
      { basketTickValue: tokenWei(1n) },
    ];
    // A supply of another size has other units of reserve.
    const both: Partial<LoggedTerms>[] = [{ t1: 1n }, { t2: 2n }, { supply: tokenWei(2n * ONE) }];
    for (const [changes, vault, book] of [
      ...ofVault.map((one) => [one, true, false] as const),
      ...ofBook.map((one) => [one, false, true] as const),
      ...both.map((one) => [one, true, true] as const),
    ]) {
      const after = clonesOf({ ...makeHeader(), terms: { ...makeHeader().terms, ...changes } });
      const [name] = Object.keys(changes);
      expect(after[0]!.code !== before[0]!.code, `${name} in the vault`).to.equal(vault);
      expect(after[1]!.code !== before[1]!.code, `${name} in the book`).to.equal(book);
    }
  });
});

describe("cloneAddress", function () {
  it("is CREATE2 of the factory over salt and creation code", function () {
    const header = makeHeader();
    const { code } = clonesOf(header)[0]!;
    const length = dataLength(code).toString(16).padStart(4, "0");
    const creation = `0x61${length}3d81600a3d39f3${code.slice(2)}`;
    const { salt = "" } = header.clones;
    expect(cloneAddress(header.factory, salt, code)).to.equal(
      getCreate2Address(header.factory, salt, keccak256(creation)),
    );
  });

  it("is another for another factory, salt or code", function () {
    const code = clonesOf(makeHeader())[0]!.code;
    const salt = id("salt");
    const all = [
      cloneAddress(ALICE.address, salt, code),
      cloneAddress(BOB.address, salt, code),
      cloneAddress(ALICE.address, id("other"), code),
      cloneAddress(ALICE.address, salt, `${code}00`),
    ];
    expect(new Set(all).size).to.equal(all.length);
  });
});

describe("factorySalt", function () {
  it("binds the caller's salt to the caller", function () {
    const salt = id("salt");
    const abi = AbiCoder.defaultAbiCoder();
    const bound = keccak256(abi.encode(["address", "bytes32"], [ALICE.address, salt]));
    expect(factorySalt(ALICE.address, salt)).to.equal(bound);
    expect(factorySalt(BOB.address, salt)).to.not.equal(bound);
  });
});

describe("readClone", function () {
  it("takes apart what clonesOf puts together", function () {
    const header = makeHeader();
    const { code } = clonesOf(header)[1]!;
    expect(readClone(code)).to.deep.equal({ implementation: header.clones.orderBook, args: dataSlice(code, 45) });
  });

  it("takes one without arguments", function () {
    const code = concat([BEFORE, ALICE.address, AFTER]);
    expect(readClone(code)).to.deep.equal({ implementation: ALICE.address, args: "0x" });
  });

  it("says of other code that it is none", function () {
    const clone = concat([BEFORE, ALICE.address, AFTER]);
    for (const code of ["0x", "0x60806040", dataSlice(clone, 0, 44), `0x00${clone.slice(4)}`]) {
      expect(readClone(code), code).to.equal(undefined);
    }
  });

  it("says so of any bytes", function () {
    fc.assert(
      fc.property(hexBytes(45), (code) => {
        expect(readClone(code)).to.equal(undefined); // none of these begins like a clone
      }),
      FIXED,
    );
  });
});

describe("readTerms", function () {
  const argumentsOf = (header = makeHeader()): [string, string] => {
    const [vault, book] = clonesOf(header);
    return [dataSlice(vault!.code, 45), dataSlice(book!.code, 45)];
  };

  it("gives factory, organiser and terms as they were", function () {
    const header = makeHeader(basketOf(5));
    const { factory, organiser, terms } = header;
    expect(readTerms(...argumentsOf(header))).to.deep.equal({ factory, organiser, terms });
  });

  it("gives any terms as they were", function () {
    const terms = fc.record({
      name: fc.string({ unit: "grapheme", maxLength: 31 }),
      symbol: fc.string({ maxLength: 31 }),
      supply: fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }).map(tokenWei),
      t1: fc.bigInt({ min: 0n, max: 2n ** 40n - 1n }),
      t2: fc.bigInt({ min: 0n, max: 2n ** 40n - 1n }),
      settleLimit: fc.bigInt({ min: 0n, max: 2n ** 40n - 1n }),
      chainWindow: fc.integer({ min: 0, max: 65_535 }),
      maxOpenOrders: fc.integer({ min: 0, max: 65_535 }),
      maxLots: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      basketScale: fc.bigInt({ min: 1n, max: 2n ** 31n - 1n }).map(ticks),
      basketTickValue: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(tokenWei),
    });
    fc.assert(
      fc.property(terms, (changes) => {
        const header = { ...makeHeader(), terms: { ...makeHeader().terms, ...changes } };
        expect(readTerms(...argumentsOf(header)).terms).to.deep.equal(header.terms);
      }),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("refuses what is not encoded as terms", function () {
    const [vault, book] = argumentsOf();
    expect(() => readTerms("0x", book)).to.throw();
    expect(() => readTerms(vault, dataSlice(book, 0, 31))).to.throw();
  });
});

describe("withAddresses, by which the tests' headers are made", function () {
  it("leaves a header without a salt as it is", function () {
    const header = makeHeader();
    const unsalted = { ...header, clones: { ...header.clones, salt: undefined } };
    expect(withAddresses(unsalted)).to.equal(unsalted);
    expect(withAddresses({ ...header, organiser: ALICE.address }).session).to.not.equal(header.session);
    expect(header.organiser).to.equal(ORGANISER.address);
  });
});
