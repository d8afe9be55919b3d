/** The byte encoders against the plain hex of `typed-data.ts` and `record-words.ts`, and against the frozen vectors. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { ZeroHash } from "ethers";
import fc from "fast-check";

import {
  foldCall,
  foldedWords,
  marketWords,
  recordWord,
  type TradeBranch,
} from "../../../src/protocol/book/record-words.js";
import { type ChainEntry, hashingWith, PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { digestOf, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import vectors from "../../vectors/typed-data.json" with { type: "json" };
import { anyPackage, FROZEN, hexBytes } from "../packages.js";
import { FIXED, lot, tick } from "../support.js";

const anyEntry: fc.Arbitrary<ChainEntry> = fc
  .record({
    rootId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    kind: fc.integer({ min: 0, max: 3 }),
    price: fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
    lots: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    link: hexBytes(32),
  })
  .map(({ lots, link, ...entry }) => ({
    ...entry,
    lots: entry.kind === 0 ? BigInt.asUintN(16, lots) : lots,
    link: entry.kind < 2 ? link : undefined,
  }));

/** The judge: the words of an entry, by the functions that the chain's vectors hold to the contract. */
function wordsOf({ rootId, kind, price, lots, link }: ChainEntry): string[] {
  if (kind === 0) {
    const market = { marketRootId: rootId, marketBranchId: Number(lots), outcome: tick(price) };
    return marketWords({ ...market, link: link ?? ZeroHash });
  }
  const branch = kind as TradeBranch; // 1 to 3
  return foldedWords(
    recordWord({ tradeRootId: rootId, tradeBranchId: branch, price: tick(price), lots: lot(lots) }),
    link,
  );
}

describe("Hashing by bytes", () => {
  FROZEN.forEach((order, index) => {
    it(`gives link and digest of frozen package ${index + 1}`, () => {
      const link = PLAIN_HASHING.primaryLink(order);
      expect(link).to.equal(vectors.primaryLink[index]);
      expect(PLAIN_HASHING.digestOf(vectors.domainSeparator, link)).to.equal(vectors.digest[index]);
    });
  });

  it("gives the plain encoder's link and digest for any package, one after the other", () => {
    fc.assert(
      fc.property(anyPackage, hexBytes(32), (order, separator) => {
        const link = PLAIN_HASHING.primaryLink(order);
        expect(link).to.equal(primaryLink(order));
        expect(PLAIN_HASHING.digestOf(separator, link)).to.equal(digestOf(separator, link));
      }),
      FIXED,
    );
  });

  it("reads addresses and links in capitals too", () => {
    const [order] = FROZEN;
    if (order === undefined) throw new Error("there are frozen packages");
    const shouted = { ...order, trader: `0x${order.trader.slice(2).toUpperCase()}` };
    expect(PLAIN_HASHING.primaryLink(shouted)).to.equal(vectors.primaryLink[0]);
  });

  it("folds the entries of any call as the plain words say, one call after the other", () => {
    fc.assert(
      fc.property(hexBytes(32), fc.array(anyEntry, { maxLength: 40 }), (checkpoint, entries) => {
        expect(PLAIN_HASHING.foldCall(checkpoint, entries)).to.equal(foldCall(checkpoint, entries.flatMap(wordsOf)));
      }),
      FIXED,
    );
  });

  it("takes the hash that it is given", () => {
    const lengths: number[] = [];
    const hashing = hashingWith((bytes) => {
      lengths.push(bytes.length);
      return keccak_256(bytes);
    });
    const entry = { rootId: 1, kind: 2, price: 5n, lots: -1n };
    hashing.foldCall(ZeroHash, [
      { ...entry, link: undefined },
      { ...entry, kind: 1, link: ZeroHash },
    ]);
    hashing.digestOf(ZeroHash, ZeroHash);
    for (const order of FROZEN.slice(0, 1)) hashing.primaryLink(order);
    expect(lengths).to.deep.equal([128, 66, 320]);
  });
});
