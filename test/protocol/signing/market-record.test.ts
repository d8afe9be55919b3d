import { expect } from "chai";
import { AbiCoder, concat, id, keccak256, verifyTypedData } from "ethers";
import fc from "fast-check";

import { type MarketFields, type MarketRecord, marketRecord } from "../../../src/protocol/signing/market-record.js";
import {
  bookDomain,
  domainSeparator,
  MARKET_TYPES,
  marketDigest,
  marketLink,
} from "../../../src/protocol/signing/typed-data.js";
import vectors from "../../vectors/market-records.json" with { type: "json" };
import { hexBytes } from "../packages.js";
import { expectRuleError, FIXED } from "../support.js";

const DOMAIN = bookDomain(BigInt(vectors.chainId), vectors.verifyingContract);

/** The records of the frozen vectors. */
const FROZEN: readonly MarketRecord[] = vectors.owner.map((owner, index) => {
  const number = (list: readonly string[]): number => Number(list[index]);
  const amount = (list: readonly string[]): bigint => BigInt(list[index]!);
  return marketRecord({
    marketRootId: number(vectors.marketRootId),
    marketBranchId: number(vectors.marketBranchId),
    parentBranchId: number(vectors.parentBranchId),
    owner,
    marketMin: amount(vectors.marketMin),
    marketMax: amount(vectors.marketMax),
    kind: number(vectors.kind),
    outcomes: number(vectors.outcomes),
    tickValue: amount(vectors.tickValue),
    closesAt: amount(vectors.closesAt),
    settleBy: amount(vectors.settleBy),
    fallbackOutcome: amount(vectors.fallbackOutcome),
    descriptionHash: vectors.descriptionHash[index]!,
    previousLink: vectors.previousLink[index]!,
  });
});
const GOOD = FROZEN[0]!;

const int32 = fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n });
const uint40 = fc.bigInt({ min: 0n, max: 2n ** 40n - 1n });
const uint16 = fc.integer({ min: 0, max: 2 ** 16 - 1 });
const anyRecord = fc
  .record({
    marketRootId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    marketBranchId: uint16,
    parentBranchId: uint16,
    owner: hexBytes(20),
    marketMin: int32,
    marketMax: int32,
    kind: fc.integer({ min: 0, max: 255 }),
    outcomes: uint16,
    tickValue: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    closesAt: uint40,
    settleBy: uint40,
    fallbackOutcome: int32,
    descriptionHash: hexBytes(32),
    previousLink: hexBytes(32),
  })
  .map(marketRecord);

/** The judge: the standard's words, field by field, without a typed-data encoder. */
function linkByHand(r: MarketRecord): string {
  const types = vectors.marketType.slice("Market(".length, -1).split(",");
  const [a, b] = [
    [r.marketRootId, r.marketBranchId, r.parentBranchId, r.owner, r.marketMin, r.marketMax, r.kind, r.outcomes],
    [r.tickValue, r.closesAt, r.settleBy, r.fallbackOutcome, r.descriptionHash, r.previousLink],
  ];
  const words = ["bytes32", ...types.map((field) => field.split(" ")[0]!)];
  return keccak256(AbiCoder.defaultAbiCoder().encode(words, [id(vectors.marketType), ...a, ...b]));
}

function refused(change: Partial<MarketFields>, allowed: string): void {
  const [[field, value]] = Object.entries(change) as [[string, string | number | bigint]];
  expectRuleError(() => marketRecord({ ...GOOD, ...change }), "MARKET_FIELD_INVALID", { field, value, allowed });
}

describe("market records", () => {
  it("the table of types is the type that the contract hashes", () => {
    const fields = MARKET_TYPES.Market.map(({ type, name }) => `${type} ${name}`);
    expect(`Market(${fields.join(",")})`).to.equal(vectors.marketType);
    expect(id(vectors.marketType)).to.equal(vectors.marketTypehash);
    expect(domainSeparator(DOMAIN)).to.equal(vectors.domainSeparator);
  });

  describe("frozen vectors", () => {
    FROZEN.forEach((record, index) => {
      it(`record ${index + 1}: link, digest, and who signed it`, () => {
        expect(marketLink(record)).to.equal(vectors.link[index]);
        expect(linkByHand(record)).to.equal(vectors.link[index]);
        expect(marketDigest(DOMAIN, record)).to.equal(vectors.digest[index]);
        expect(verifyTypedData(DOMAIN, MARKET_TYPES, record, vectors.signature[index]!)).to.equal(record.owner);
      });
    });

    it("take every extreme", () => {
      const [most, least] = [FROZEN[6]!, FROZEN[7]!];
      expect(most).to.include({ marketRootId: 2 ** 32 - 1, parentBranchId: 2 ** 16 - 1, kind: 255, outcomes: 65_535 });
      expect(most).to.include({ tickValue: 2n ** 128n - 1n, closesAt: 2n ** 40n - 1n, marketMax: 2n ** 31n - 1n });
      expect(least).to.include({ marketRootId: 0, marketMin: -(2n ** 31n), fallbackOutcome: -(2n ** 31n) });
    });
  });

  it("link and digest agree with the standard written out by hand, for any record and book", () => {
    fc.assert(
      fc.property(anyRecord, fc.bigInt({ min: 1n, max: 2n ** 64n }), hexBytes(20), (record, chainId, book) => {
        const domain = bookDomain(chainId, book);
        expect(marketLink(record)).to.equal(linkByHand(record));
        expect(marketDigest(domain, record)).to.equal(
          keccak256(concat(["0x1901", domainSeparator(domain), linkByHand(record)])),
        );
      }),
      FIXED,
    );
  });

  it("address and hashes are written in their one usual way", () => {
    const shouted = `0x${"AB".repeat(32)}`;
    const record = marketRecord({
      ...GOOD,
      owner: GOOD.owner.toLowerCase(),
      descriptionHash: shouted,
      previousLink: shouted,
    });
    expect(record).to.deep.equal({
      ...GOOD,
      descriptionHash: shouted.toLowerCase(),
      previousLink: shouted.toLowerCase(),
    });
  });

  describe("refused, with field, value and what is allowed", () => {
    it("numbers that do not fit the contract's types, or are no integers", () => {
      refused({ marketRootId: 2 ** 32 }, "0 to 4294967295");
      refused({ marketBranchId: 2 ** 16 }, "0 to 65535");
      refused({ parentBranchId: -1 }, "0 to 65535");
      refused({ marketBranchId: 1.5 }, "an integer");
      refused({ marketMin: -(2n ** 31n) - 1n }, "-2147483648 to 2147483647");
      refused({ marketMax: 2n ** 31n }, "-2147483648 to 2147483647");
      refused({ kind: 256 }, "0 to 255");
      refused({ outcomes: 2 ** 16 }, "0 to 65535");
      refused({ tickValue: 2n ** 128n }, "0 to 340282366920938463463374607431768211455");
      refused({ tickValue: -1n }, "0 to 340282366920938463463374607431768211455");
      refused({ closesAt: 2n ** 40n }, "0 to 1099511627775");
      refused({ settleBy: -1n }, "0 to 1099511627775");
      refused({ fallbackOutcome: 2n ** 31n }, "-2147483648 to 2147483647");
    });

    it("an owner that is no address, and hashes of another length", () => {
      refused({ owner: "0x12" }, "0x and 40 hex digits");
      const wrong = "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"; // one letter of its checksum changed
      refused({ owner: wrong }, "letters in the case of the checksum, or all in one case");
      refused({ descriptionHash: "0x" }, "0x and 64 hex digits");
      refused({ previousLink: `0x${"1".repeat(63)}` }, "0x and 64 hex digits");
    });
  });
});
