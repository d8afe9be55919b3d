/** The list of markets at its edges: none, determined, closed, settled, due, without a head, with a title that turns its line. */
import { expect } from "chai";

import { barOf, branchStateOf, fallbackText, marketTree, stateOf } from "../../../../app/views/markets/tree.js";
import type { Lots, TokenWei } from "../../../../src/protocol/amounts/units.js";
import { basketRoot, branchOf, eventRoot, rainRoot } from "./roots.js";

const names = {
  name: "Session",
  symbol: "MTL",
  assets: [
    { symbol: "AAPL", decimals: 18 },
    { symbol: "MSFT", decimals: 6 },
  ],
};
const lineOf = (root: Parameters<typeof marketTree>[0][number], time = 1_000n) =>
  marketTree([root], [], names, time)[0]!;

describe("stateOf", () => {
  const root = rainRoot();

  it("goes from open to closed to due, by the second", () => {
    const states = [1_699n, 1_700n, 1_799n, 1_800n, 9_000n].map((time) => stateOf(root, time));
    expect(states).to.deep.equal(["open", "closed", "closed", "fallback due", "fallback due"]);
  });

  it("is settled whatever the time, and the basket never waits for a fallback", () => {
    expect(stateOf({ ...root, settled: true }, 9_000n)).to.equal("settled");
    expect(stateOf(basketRoot(), 9_000n)).to.equal("closed");
  });

  it("is determined for a branch that can pay one value only, until its root is settled", () => {
    const one = { lower: 5n, upper: 5n };
    expect(branchStateOf(root, one, 1_000n)).to.equal("determined");
    expect(branchStateOf(root, one, 1_900n)).to.equal("determined");
    expect(branchStateOf({ ...root, settled: true }, one, 1_900n)).to.equal("settled");
    expect(branchStateOf(root, { lower: 5n, upper: 6n }, 1_750n)).to.equal("closed");
  });
});

describe("marketTree", () => {
  it("has no line without markets", () => {
    expect(marketTree([], [], names, 0n)).to.deep.equal([]);
  });

  it("gives an interval's branches their strikes as names, and all amounts in the owner's unit", () => {
    const { title, kind, branches } = lineOf(rainRoot([300, 1_200]));
    expect([title, kind]).to.deep.equal(["Rain in Seattle", "interval"]);
    expect(branches.map((branch) => branch.title)).to.deep.equal(["0 to 250 mm", "80 to 160 mm"]);
    const [whole, strip] = branches;
    expect([whole!.lower, whole!.upper]).to.deep.equal([
      { exact: "30", unit: "mm" },
      { exact: "120", unit: "mm" },
    ]);
    expect(whole!.bestBid).to.deep.equal({ exact: "90", unit: "mm" });
    expect(whole!.bestOffer).to.deep.equal({ exact: "110", unit: "mm" });
    expect(strip!.bestBid).to.equal(undefined);
    expect(strip!.barText).to.equal("80 to 120 mm of 80 to 160 mm");
    expect(strip!.bar).to.deep.equal({ from: 0, to: 0.5 });
  });

  it("counts in ticks where the description has no head, and calls the market by its number", () => {
    const { title, branches } = lineOf(rainRoot([300, 1_200], { head: null }));
    expect(title).to.equal("Market 2");
    expect(branches[1]!.lower).to.deep.equal({ exact: "800", unit: "ticks" });
  });

  it("gives an event's outcomes their names, weights in percent, and a basket's legs their assets", () => {
    const event = lineOf(
      eventRoot([
        [0, 60],
        [0, 0],
        [40, 100],
      ]),
    );
    expect(event.branches.map(({ title, upper: { exact } }) => `${title} ${exact}`)).to.deep.equal([
      "October 60",
      "November 0",
      "December 100",
    ]);
    expect(event.branches[1]!.state).to.equal("determined");
    expect(event.branches[1]!.barText).to.equal("pays 0 %, at first 0 to 100 %");
    const basket = lineOf(basketRoot());
    expect([basket.title, basket.kind]).to.deep.equal(["The basket", "basket"]);
    expect(basket.branches.map(({ title }) => title)).to.deep.equal(["AAPL", "MSFT"]);
    expect(marketTree([basketRoot()], [], undefined, 0n)[0]!.branches[0]!.title).to.equal("leg 1");
  });

  it("names outcomes that have no name by their number", () => {
    const root = eventRoot(undefined, { head: null });
    expect(lineOf(root).branches.map(({ title }) => title)).to.deep.equal(["outcome 1", "outcome 2", "outcome 3"]);
  });

  it("says how much is open, nothing where nobody holds anything, and nothing at all before that is known", () => {
    const market = {
      marketRootId: 2,
      marketBranchId: 2,
      longLots: 7n as Lots,
      shortLots: 7n as Lots,
      longs: 2,
      shorts: 1,
    };
    const watched = [{ marketRootId: 2, holders: 3, atStake: 0n as TokenWei, markets: [market] }];
    const lotsOf = (interest: Parameters<typeof marketTree>[1]) =>
      marketTree([rainRoot()], interest, names, 0n)[0]!.branches.map(({ openLots }) => openLots);
    expect(lotsOf(watched)).to.deep.equal([0n, 7n]);
    expect(lotsOf([])).to.deep.equal([0n, 0n]);
    expect(lotsOf(undefined)).to.deep.equal([undefined, undefined]);
  });
});

describe("barOf", () => {
  it("places bounds within the first ones, negative ones too", () => {
    expect(barOf({ lower: -100n, upper: 100n }, { lower: -50n, upper: 0n })).to.deep.equal({ from: 0.25, to: 0.5 });
    expect(barOf({ lower: 0n, upper: 10n }, { lower: 10n, upper: 10n })).to.deep.equal({ from: 1, to: 1 });
  });

  it("stands in the middle of a span without width", () => {
    expect(barOf({ lower: 5n, upper: 5n }, { lower: 5n, upper: 5n })).to.deep.equal({ from: 0.5, to: 0.5 });
  });
});

describe("fallbackText", () => {
  it("tells an interval's in its unit, an event's by name and number", () => {
    expect(fallbackText(rainRoot())).to.equal("100 mm, or the nearest to it that is still possible.");
    expect(fallbackText(eventRoot())).to.match(/^December \(outcome 3\) gets all the weight/);
    expect(fallbackText(eventRoot(undefined, { head: null }))).to.match(/^Outcome 3 gets/);
    expect(fallbackText(basketRoot())).to.match(/has none/);
  });
});

describe("branches of a root with many", () => {
  it("keep the order of their numbers", () => {
    const branches = Array.from({ length: 32 }, (_, index) => branchOf(index + 1, [0, 100]));
    const ids = lineOf(eventRoot(undefined, { branches })).branches.map(({ marketBranchId }) => marketBranchId);
    expect(ids).to.deep.equal(branches.map(({ marketBranchId }) => marketBranchId));
  });
});
