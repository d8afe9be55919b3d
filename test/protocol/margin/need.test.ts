import { expect } from "chai";
import fc from "fast-check";

import { accountAfter, worstOfAccount } from "../../../src/protocol/margin/worth.js";
import type { MarketTable } from "../../../src/protocol/market/market-table.js";
import { byRoot, collateralNeed, type OwnTrade } from "../../../src/protocol/margin/need.js";
import { between, taken, intervalTable, newBounds, newEvent } from "../markets.js";
import { FIXED, lot, tick, total, wei, whole } from "../support.js";

/** Root 2 over [0, 10] with strips [2, 4], [4, 6] and [4, 8]; root 3 an event of three, scale 10. A tick of a lot is 2 wei. */
function start(): MarketTable {
  const rain = intervalTable(between(0, 10), [between(2, 4), between(4, 6), between(4, 8)]);
  return taken(rain, newEvent(3));
}

const trade = (market: string, price: number | bigint, quantity: number | bigint): OwnTrade => {
  const [marketRootId, marketBranchId] = market.split(".").map(Number) as [number, number];
  return { marketRootId, marketBranchId, price: tick(price), quantity: lot(quantity) };
};
const needsOf = (positions: ReturnType<typeof collateralNeed>["positions"]): Record<string, bigint> =>
  Object.fromEntries(positions.map(({ group, need }) => [group, need]));

describe("collateralNeed", () => {
  const table = start();

  it("a spread: the short strip is covered by the long root, and alone would need its whole width", () => {
    // Long the root at 5 loses 5 at worst; short [4, 8] at 5 loses 3. Together y - clamp(y, 4, 8) is least at 0: -4, with 0 paid.
    const { joint, separate, positions, worst } = collateralNeed(table, [trade("2.1", 5, 1), trade("2.4", 5, -1)]);
    expect(joint).to.equal(4n * 2n);
    expect(needsOf(positions)).to.deep.equal({ "2.1": 5n * 2n, "2.4": 3n * 2n });
    expect(separate).to.equal(8n * 2n);
    expect(worst.roots[0]).to.include({ bindingOutcome: 0n });
    expect(worst.slack).to.equal(-8n);
  });

  it("a butterfly: two strips that cannot both lose", () => {
    // +[2, 4] at 3 and -[4, 6] at 5: alone each may lose 1; at worst together (y >= 6, or y <= 2) they lose 0 - 0.
    const { joint, separate } = collateralNeed(table, [trade("2.2", 3, 10), trade("2.3", 5, -10)]);
    expect([joint, separate]).to.deep.equal([0n, 2n * 10n * 2n]);
  });

  it("every outcome of an event bought: together they are worth the scale", () => {
    const trades = [1, 2, 3].map((leg) => trade(`3.${leg}`, 3, 1));
    expect(collateralNeed(table, trades)).to.include({ joint: 0n, separate: 9n * 2n });
  });

  it("trades of one market are one position either way", () => {
    const round = [trade("2.2", 3, 4), trade("2.2", 3, -4)];
    expect(collateralNeed(table, round)).to.include({ joint: 0n, separate: 0n });
    const lost = [trade("2.2", 4, 4), trade("2.2", 3, -4)];
    expect(collateralNeed(table, lost)).to.include({ joint: 8n, separate: 8n });
  });

  it("what one position has won backs another jointly, and not separately", () => {
    const settled = taken(table, newBounds(table, 2, 1, between(10, 10)));
    const trades = [trade("2.1", 5, 2), trade("3.1", 5, 2)];
    expect(collateralNeed(table, trades)).to.include({ joint: 40n, separate: 40n });
    expect(collateralNeed(settled, trades)).to.include({ joint: 0n, separate: 20n });
  });

  it("positions may be gathered otherwise", () => {
    const trades = [trade("2.1", 5, 1), trade("2.4", 5, -1), trade("3.1", 4, 1)];
    const { separate, positions } = collateralNeed(table, trades, byRoot);
    expect(needsOf(positions)).to.deep.equal({ 2: 8n, 3: 8n });
    expect(separate).to.equal(16n);
  });

  it("nothing held needs nothing", () => {
    expect(collateralNeed(table, [])).to.deep.equal({
      joint: 0n,
      separate: 0n,
      positions: [],
      worst: { slack: 0n, roots: [] },
    });
  });

  const anyTrade = fc
    .tuple(fc.constantFrom("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3"), whole(0, 10), whole(-5, 5))
    .map(([market, price, quantity]) => trade(market, price, quantity));

  it("joint never exceeds separate by root, nor that separate by market; and joint is just enough", () => {
    fc.assert(
      fc.property(fc.array(anyTrade, { maxLength: 8 }), (trades) => {
        const byMarkets = collateralNeed(table, trades);
        const byRoots = collateralNeed(table, trades, byRoot);
        expect(byMarkets.joint <= byRoots.separate && byRoots.separate <= byMarkets.separate).to.be.true;
        expect(total(byMarkets.positions.map(({ need }) => need))).to.equal(byMarkets.separate);
        const slackWith = (cash: bigint): bigint => worstOfAccount(table, accountAfter(table, trades, wei(cash))).slack;
        expect(slackWith(byMarkets.joint) >= 0n).to.be.true;
        if (byMarkets.joint > 0n) expect(slackWith(byMarkets.joint - 1n)).to.equal(-1n);
      }),
      FIXED,
    );
  });
});
