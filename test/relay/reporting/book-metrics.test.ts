import { expect } from "chai";

import { fraction } from "../../../src/protocol/amounts/fraction.js";
import { lots, tokenWei } from "../../../src/protocol/amounts/units.js";
import type { LegConcentration, Monitoring, RootInterest } from "../../../src/protocol/book/monitoring.js";
import { MOST_ROOTS } from "../../../src/relay/reporting/book-metrics.js";
import { createMetrics } from "../../../src/relay/reporting/metrics.js";

const TOKEN = 10n ** 18n;

const leg: LegConcentration = {
  leg: 1,
  total: tokenWei(300n * TOKEN + TOKEN / 2n),
  holders: 3,
  herfindahl: fraction(38n, 100n),
  largest: fraction(1n, 2n),
  largestAt: 0,
  largestHolder: undefined,
};

function rootOf(marketRootId: number, atStake: bigint): RootInterest {
  const market = { marketRootId, marketBranchId: 1, longLots: lots(60n), shortLots: lots(70n), longs: 2, shorts: 1 };
  return { marketRootId, holders: 3, atStake: tokenWei(atStake), markets: [market] };
}

const MONITORING: Monitoring = {
  traders: 4,
  holders: 3,
  legs: [leg],
  crowding: { views: 2, likeness: -TOKEN / 4n },
  roots: [rootOf(1, 5n * TOKEN)],
};

async function toldOf(monitoring?: Monitoring): Promise<string> {
  const { registry } = createMetrics("0xa", monitoring === undefined ? {} : { monitoring: () => monitoring });
  return registry.metrics();
}

describe("a relay's figures of the book", () => {
  it("are those of the book, as numbers", async () => {
    const told = await toldOf(MONITORING);
    for (const line of [
      'relay_book_traders{session="0xa"} 4',
      'relay_book_holders{session="0xa"} 3',
      'relay_book_views{session="0xa"} 2',
      'relay_book_crowding{session="0xa"} -0.25',
      'relay_leg_herfindahl{leg="1",session="0xa"} 0.38',
      'relay_leg_largest_share{leg="1",session="0xa"} 0.5',
      'relay_leg_claims_tokens{leg="1",session="0xa"} 300.5',
      'relay_open_interest_lots{root="1",branch="1",side="long",session="0xa"} 60',
      'relay_open_interest_lots{root="1",branch="1",side="short",session="0xa"} 70',
      'relay_root_at_stake_tokens{root="1",session="0xa"} 5',
    ]) {
      expect(told).to.include(`${line}\n`);
    }
  });

  it("are of the moment at which they are read: what is gone is told no more", async () => {
    let now = MONITORING;
    const { registry } = createMetrics("0xa", { monitoring: () => now });
    await registry.metrics();
    now = { ...MONITORING, roots: [rootOf(1, TOKEN)], crowding: { views: 0, likeness: undefined }, legs: [] };
    const told = await registry.metrics();
    expect(told).to.include('relay_root_at_stake_tokens{root="1",session="0xa"} 1\n');
    expect(told).to.include(`relay_book_crowding{session="0xa"} 0\n`);
    expect(told).to.not.include("relay_leg_herfindahl{");
  });

  it("name the basket, and of other roots those with most at stake: nobody fills a database by making roots", async () => {
    const others = Array.from({ length: 40 }, (_, i) => rootOf(i + 2, BigInt(i + 10) * TOKEN));
    const told = await toldOf({ ...MONITORING, roots: [rootOf(1, 0n), ...others] });
    const named = [...told.matchAll(/root_at_stake_tokens\{root="(\d+)",session="0xa"\}/g)].map(([, root]) =>
      Number(root),
    );
    expect(named).to.have.lengthOf(MOST_ROOTS);
    expect(named.sort((a, b) => a - b)).to.deep.equal([1, ...Array.from({ length: 15 }, (_, i) => i + 27)]);
  });

  it("are zero as long as there is no book", async () => {
    const told = await toldOf();
    expect(told).to.include(`relay_book_traders{session="0xa"} 0\n`);
    expect(told).to.not.include("relay_open_interest_lots{");
  });
});
