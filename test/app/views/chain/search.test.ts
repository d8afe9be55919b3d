/** What is typed to jump to. */
import { expect } from "chai";

import { readSearch, searchPath, searchText } from "../../../../app/views/chain/search.js";

const ADDRESS = `0x${"aB".repeat(20)}`;
const HASH = `0x${"cd".repeat(32)}`;

describe("readSearch", () => {
  it("tells orders, blocks, traders and hashes apart", () => {
    expect(readSearch("977")).to.deep.equal({ kind: "order", tradeRootId: 977 });
    expect(readSearch(" #977 ")).to.deep.equal({ kind: "order", tradeRootId: 977 });
    expect(readSearch("block 18412")).to.deep.equal({ kind: "block", blockNumber: 18_412 });
    expect(readSearch("BLOCK-7")).to.deep.equal({ kind: "block", blockNumber: 7 });
    expect(readSearch(ADDRESS)).to.deep.equal({ kind: "trader", address: ADDRESS });
    expect(readSearch(HASH)).to.deep.equal({ kind: "hash", hash: HASH });
  });

  it("takes nothing else", () => {
    for (const text of ["", "0", "#0", "4294967296", "-1", "1.5", "block", "0x12", `${HASH}0`, "abc", "<b>1</b>"]) {
      expect(readSearch(text), text).to.equal(undefined);
    }
  });

  it("is read back from the address that it makes", () => {
    for (const text of ["977", "block 18412", ADDRESS, HASH]) {
      const search = readSearch(text)!;
      expect(readSearch(searchPath(search))).to.deep.equal(search);
      expect(searchText(search)).to.not.equal("");
    }
  });
});
