/** A record's word in parts, against the library that makes words. */
import { expect } from "chai";

import { wordParts, wordsAndLinks } from "../../../../app/views/chain/words.js";
import { foldedWords, marketWords, recordWord, TradeBranch } from "../../../../src/protocol/book/record-words.js";
import { lot, tick } from "../../../protocol/support.js";

const word = (
  price: number,
  lots: number,
  tradeBranchId: TradeBranch = TradeBranch.Primary,
  tradeRootId = 977,
): string => foldedWords(recordWord({ tradeRootId, tradeBranchId, price: tick(price), lots: lot(lots) }))[0]!;
const valuesOf = (of: string): string[] => wordParts(of).map(({ value }) => value);

describe("wordParts", () => {
  it("cuts a word into parts that are the word again", () => {
    for (const one of [word(5_505, 200), word(-1, -1), word(-2_147_483_648, 1), word(0, -80, TradeBranch.Offset)]) {
      expect(wordParts(one).map(({ digits }) => digits).join("")).to.equal(one.slice(2)); // prettier-ignore
    }
  });

  it("reads prices and lots below zero", () => {
    expect(valuesOf(word(5_505, 200))).to.deep.equal(["0", "977", "primary", "5505", "200"]);
    expect(valuesOf(word(-37, -80, TradeBranch.Offset))).to.deep.equal(["0", "977", "offset", "-37", "-80"]);
    expect(valuesOf(word(5_500, 80, TradeBranch.Match, 2 ** 32 - 1))).to.deep.equal([
      "0",
      "4294967295",
      "match",
      "5500",
      "80",
    ]);
  });

  it("names the parts of a record of the market table as what they are", () => {
    const link = `0x${"ab".repeat(32)}`;
    const [of = "", behind] = marketWords({ marketRootId: 3, marketBranchId: 12, link, outcome: tick(-5) });
    expect(wordParts(of).map(({ name, value }) => `${name} ${value}`)).to.deep.equal([
      "unused 0",
      "root 3",
      "kind market table",
      "fallback outcome, ticks -5",
      "branch 12",
    ]);
    expect(behind).to.equal(link);
  });

  it("says which word is the link behind one", () => {
    expect(wordsAndLinks(["a", "b"], true).map(({ isLink }) => isLink)).to.deep.equal([false, true]);
    expect(wordsAndLinks(["a", "b", "c", "d"], false).some(({ isLink }) => isLink)).to.equal(false);
  });
});
