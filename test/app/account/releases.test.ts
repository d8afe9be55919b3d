import { expect } from "chai";

import { type Release, releaseLines, type ReleaseWords } from "../../../app/views/account/releases.js";
import { lot, tick } from "../../protocol/support.js";
import { tokenWei } from "../../../src/protocol/amounts/units.js";

const WORDS: ReleaseWords = {
  market: (root, branch) => `${root}.${branch}`,
  root: (root) => `market ${root}`,
  price: (_, ticks) => `${ticks} ticks`,
};
const wei = (value: number) => tokenWei(BigInt(value));
const CANCEL: Release = { kind: "cancel", tradeRootIds: [7, 9], frees: wei(33) };
const REFRESH: Release = { kind: "refresh", marketRootId: 3, frees: wei(15) };
const REALISE: Release = { kind: "realise", marketRootId: 4, frees: wei(14) };
const BOUND: Release = {
  ...{ kind: "bound", marketRootId: 2, marketBranchId: 1, frees: wei(70) },
  bounds: { lower: tick(0), upper: tick(120) },
};
const ALONE: Release = {
  ...{ kind: "trade", marketRootId: 2, marketBranchId: 4, lots: lot(-200), released: wei(500), breakEven: tick(10) },
};
const SELL: Release = { ...ALONE, now: { lots: lot(-150), limit: tick(12), frees: wei(110) } };

describe("what frees collateral", function () {
  it("is told the most freeing first, with what can be done about it", function () {
    const lines = releaseLines([CANCEL, REFRESH, REALISE, BOUND, SELL], WORDS);
    expect(lines.map(({ frees }) => frees)).to.deep.equal([110n, 70n, 33n, 15n, 14n]);
    expect(lines.map(({ act }) => act.kind)).to.deep.equal(["ticket", "none", "cancel", "refresh", "realise"]);
    expect(lines.map(({ words }) => words)).to.deep.equal([
      "sell 150 2.4 at 12 ticks or more",
      "if its owner says that market 2 is 0 ticks to 120 ticks",
      "cancel 2 orders",
      "bring market 3 up to date: anybody may",
      "turn what is settled in market 4 into cash: anybody may",
    ]);
  });

  it("fills a ticket in with what the book gives, or with the price at which it begins to free something", function () {
    expect(releaseLines([SELL], WORDS)[0]?.act).to.deep.equal({
      ...{ kind: "ticket", path: ["trade", 2, 4], query: "side=sell&lots=150&price=12t" },
    });
    const [line] = releaseLines([ALONE], WORDS);
    expect(line?.frees).to.equal(0n);
    expect(line?.words).to.equal("sell 200 2.4 at 10 ticks or more: nobody offers that now");
    expect(line?.act).to.deep.include({ query: "side=sell&lots=200&price=10t" });
  });

  it("names a single order, and a struck-out outcome", function () {
    expect(releaseLines([{ ...CANCEL, tradeRootIds: [7] }], WORDS)[0]?.words).to.equal("cancel order #7");
    const struck: Release = { ...BOUND, bounds: { lower: tick(0), upper: tick(0) } };
    expect(releaseLines([struck], WORDS)[0]?.words).to.equal("if its owner says that 2.1 is 0 ticks");
  });
});
