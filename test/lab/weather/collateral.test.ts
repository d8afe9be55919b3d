import { expect } from "chai";
import { ZeroHash } from "ethers";

import { needWithOrders } from "../../../lab/weather/collateral.js";
import { applyMarketRecord } from "../../../src/protocol/market/market-chain.js";
import { boundsRecord, eventRecord } from "../../../src/protocol/market/market-drafts.js";
import { createMarketTable, type MarketTable } from "../../../src/protocol/market/market-table.js";
import type { OwnTrade } from "../../../src/protocol/margin/need.js";
import { lots, ticks, tokenWei } from "../../../src/protocol/amounts/units.js";

const OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const ROOT = 2;
const TICK = 10n ** 14n; // a lot pays one token of 10 000 ticks
const DESCRIPTION = "one of three";

function threeOutcomes(): MarketTable {
  const terms = { assets: 1, basketScale: ticks(10_000n), basketTickValue: tokenWei(10n ** 11n) };
  const empty = createMarketTable({ ...terms, t2: 1_000n, settleLimit: 2_000n, marketCreator: OWNER });
  const place = { owner: OWNER, marketRootId: ROOT, previousLink: ZeroHash };
  const times = { closesAt: 1_000n, settleBy: 1_000n };
  const spec = { ...times, outcomes: 3, scale: ticks(10_000n), tickValue: TICK, fallbackOutcome: 1 };
  const record = eventRecord(place, { ...spec, description: DESCRIPTION });
  return applyMarketRecord(empty, record, { timestamp: 1n, description: DESCRIPTION });
}

const trade = (marketBranchId: number, price: number, quantity: number): OwnTrade => ({
  marketRootId: ROOT,
  marketBranchId,
  price: ticks(BigInt(price)),
  quantity: lots(BigInt(quantity)),
});

/** In hundredths of a token. */
const need = (table: MarketTable, fills: OwnTrade[], open: OwnTrade[] = []) => {
  const { joint, separate } = needWithOrders(table, fills, open);
  return [joint, separate].map((wei) => Number(wei / (100n * TICK)));
};

describe("collateral of a study", () => {
  const table = threeOutcomes();

  it("counts sold outcomes once jointly, as only one comes true, and each by itself separately", () => {
    expect(need(table, [trade(1, 4000, -10)])).to.deep.equal([600, 600]);
    // Sold at 40 % each: 12.00 came in for all three, 10.00 go out for the one that wins.
    expect(need(table, [trade(1, 4000, -10), trade(2, 4000, -10)])).to.deep.equal([200, 1200]);
    expect(need(table, [trade(1, 4000, -10), trade(2, 4000, -10), trade(3, 4000, -10)])).to.deep.equal([0, 1800]);
  });

  it("asks for the dearest open order jointly, and for all of them separately", () => {
    const open = [trade(1, 3000, 10), trade(2, 2000, 10), trade(3, 9000, -10)];
    expect(need(table, [], open)).to.deep.equal([300, 300 + 200 + 100]);
  });

  it("takes fills and orders together: an order may cost nothing beside them", () => {
    const fills = [trade(1, 4000, -10)]; // 6.00 if the first comes true
    expect(need(table, fills, [trade(2, 4000, -10)])).to.deep.equal([600, 600 + 600]);
    expect(need(table, fills, [trade(1, 5000, 10)])).to.deep.equal([600, 600 + 500]);
    expect(need(table, fills, [trade(2, 1000, 10)])).to.deep.equal([700, 600 + 100]);
  });

  it("falls when an outcome is eliminated", () => {
    const place = { owner: OWNER, marketRootId: ROOT, previousLink: table.roots.get(ROOT)!.tip };
    const none = { lower: ticks(0n), upper: ticks(0n) };
    const without = applyMarketRecord(table, boundsRecord(place, 1, none), { timestamp: 2n });
    expect(need(without, [trade(1, 4000, -10)])).to.deep.equal([0, 0]);
  });
});
