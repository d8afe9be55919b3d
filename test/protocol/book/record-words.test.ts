import { expect } from "chai";
import { concat, keccak256, toBeHex, zeroPadValue } from "ethers";
import fc from "fast-check";

import {
  foldCall,
  foldedWords,
  marketWords,
  recordWord,
  type TradeBranch,
  TradeBranch as Branch,
} from "../../../src/protocol/book/record-words.js";
import { checkpointLink, countsOf, genesisLink } from "../../../src/protocol/book/checkpoint.js";
import vectors from "../../vectors/typed-data.json" with { type: "json" };
import { hexBytes } from "../packages.js";
import { expectRuleError, FIXED, lot, tick } from "../support.js";

/** Two's complement of `bytes` bytes, made without shifts. */
function bytesOf(value: bigint, bytes: number): string {
  const modulus = 256n ** BigInt(bytes);
  return toBeHex(((value % modulus) + modulus) % modulus, bytes);
}

const RECORD = { tradeRootId: 1, tradeBranchId: Branch.Primary, price: tick(5_500), lots: lot(10) };

const anyRecord = fc.record({
  tradeRootId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  tradeBranchId: fc.constantFrom(...Object.values(Branch)),
  price: fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }).map(tick),
  lots: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(lot),
});

describe("record words and heads", () => {
  it("a record word has its four fields where they belong", () => {
    expect(recordWord(RECORD)).to.equal(0x00000001_01_0000157c_000000000000000an);
    expect(recordWord({ tradeRootId: 2, tradeBranchId: Branch.Offset, price: tick(-1), lots: lot(-1) })).to.equal(
      0x00000002_02_ffffffff_ffffffffffffffffn,
    );
  });

  it("reproduces the frozen words, and the heads and checkpoints of the frozen calls", () => {
    const words = vectors.recordTradeRootId.map((id, index) => {
      const word = recordWord({
        tradeRootId: Number(id),
        tradeBranchId: Number(vectors.recordTradeBranchId[index]) as TradeBranch, // 1 to 3 in the file
        price: tick(vectors.recordPrice[index]!),
        lots: lot(vectors.recordLots[index]!),
      });
      expect(toBeHex(word, 32)).to.equal(vectors.recordWord[index]);
      return foldedWords(word, vectors.recordTradeBranchId[index] === "1" ? vectors.recordLink[index] : undefined);
    });
    let [link, next] = [genesisLink(vectors.domainSeparator), 0];
    expect(link).to.equal(vectors.genesisLink);
    vectors.callRecords.forEach((count, call) => {
      const head = foldCall(link, words.slice(next, (next += Number(count))).flat());
      expect(head).to.equal(vectors.callHead[call]);
      const { trades, number } = countsOf(vectors.callLink[call]!);
      link = checkpointLink(head, { mark: BigInt(vectors.callMark[call]!), trades, number });
      expect(link).to.equal(vectors.callLink[call]);
    });
    expect(next).to.equal(13);
  });

  it("agrees with bytes written side by side, for any record", () => {
    fc.assert(
      fc.property(anyRecord, hexBytes(32), hexBytes(32), (record, head, link) => {
        const { tradeRootId, tradeBranchId, price, lots } = record;
        const packed = [bytesOf(BigInt(tradeRootId), 4), bytesOf(BigInt(tradeBranchId), 1), bytesOf(price, 4)];
        const word = zeroPadValue(concat([...packed, bytesOf(lots, 8)]), 32);
        expect(toBeHex(recordWord(record), 32)).to.equal(word);
        const words = [...foldedWords(BigInt(word), link), ...foldedWords(BigInt(word))];
        expect(foldCall(head, words)).to.equal(keccak256(concat([head, word, link, word])));
      }),
      FIXED,
    );
  });

  it("a record of the market table is a word and its link; a fallback a word with its outcome", () => {
    const link = `0x${"5a".repeat(32)}`;
    const record = { marketRootId: 2, marketBranchId: 3, link, outcome: tick(0) };
    const words = ["00000002_00_00000000_0000000000000003", "00000002_00_ffffffff_0000000000000000"].map((digits) =>
      zeroPadValue(`0x${digits.replaceAll("_", "")}`, 32),
    );
    expect(marketWords(record)).to.deep.equal([words[0], link]);
    const fallback = { marketRootId: 2, marketBranchId: 0, link: `0x${"00".repeat(32)}`, outcome: tick(-1) };
    expect(marketWords(fallback)).to.deep.equal([words[1], fallback.link]);
    expectRuleError(() => marketWords({ ...record, marketBranchId: 65_536 }), "RECORD_FIELD_INVALID", {
      field: "marketBranchId",
      value: 65_536n,
      least: 0n,
      most: 65_535n,
    });
  });

  it("refuses fields that would run into their neighbours", () => {
    const refused = (
      change: Partial<typeof RECORD>,
      field: string,
      value: bigint,
      least: bigint,
      most: bigint,
    ): void => {
      expectRuleError(() => recordWord({ ...RECORD, ...change }), "RECORD_FIELD_INVALID", {
        field,
        value,
        least,
        most,
      });
    };
    refused({ tradeRootId: 2 ** 32 }, "tradeRootId", 2n ** 32n, 0n, 2n ** 32n - 1n);
    refused({ price: tick(2n ** 31n) }, "price", 2n ** 31n, -(2n ** 31n), 2n ** 31n - 1n);
    refused({ lots: lot(-(2n ** 63n) - 1n) }, "lots", -(2n ** 63n) - 1n, -(2n ** 63n), 2n ** 63n - 1n);
  });
});
