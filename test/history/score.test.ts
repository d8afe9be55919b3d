/** What a score is, by hand: two legs and an event, three traders. */
import { expect } from "chai";

import type { MarketTable } from "../../src/protocol/market/market-table.js";
import { scoreSession, scoreTable, type TimedEvent } from "../../src/history/score.js";

const ONE = 10n ** 18n;
const TERMS = { assets: 2, supply: 1_000n * ONE, t1: 0n, t2: 1_000n };
const TICK = 10n ** 11n;
const [ANN, BEN, CAT] = ["0xaaAA", "0xBBbb", "0xCccc"] as const;

/** The basket, and an event of two outcomes, of which the second has happened unless it is left open. */
function tableOf(settled: boolean): MarketTable {
  const free = { lower: 0n, upper: 100n };
  const weights = settled
    ? [
        { lower: 0n, upper: 0n },
        { lower: 100n, upper: 100n },
      ]
    : [free, free];
  const simplex = { kind: "simplex", bounded: settled } as const;
  const whole = { lower: 0n, upper: 10_000n };
  return {
    terms: { assets: 2, basketScale: 10_000n, basketTickValue: TICK },
    roots: new Map([
      [1, { ...simplex, bounded: false, marketRootId: 1, scale: 10_000n, tickValue: TICK, weights: [whole, whole] }],
      [2, { ...simplex, marketRootId: 2, scale: 100n, tickValue: ONE / 1_000n, weights }],
    ]),
  } as unknown as MarketTable; // what scores look at
}

let orders = 0;

function order(trader: string, market: readonly [number, number], lots: bigint, timestamp: bigint): TimedEvent {
  orders += 1;
  const [marketRootId, marketBranchId] = market;
  const package_ = { trader, marketRootId, marketBranchId, quantityLots: lots };
  return { event: { kind: "tradeCreated", tradeRootId: orders, package: package_ } as never, timestamp };
}

/** The maker rests, the taker meets it at that price. */
function fill(
  maker: string,
  taker: string,
  market: readonly [number, number],
  takersLots: bigint,
  priceTicks: bigint,
  timestamp: bigint,
): TimedEvent[] {
  const [rests, comes] = [order(maker, market, -takersLots, timestamp), order(taker, market, takersLots, timestamp)];
  const lots = takersLots < 0n ? -takersLots : takersLots;
  const event = { kind: "matched", makerRootId: orders - 1, takerRootId: orders, priceTicks, lots } as never;
  return [rests, comes, { event, timestamp }];
}

const enter = (traderId: number, trader: string, wei: bigint): TimedEvent[] => [
  { event: { kind: "userCreated", traderId, trader }, timestamp: 0n },
  { event: { kind: "deposited", traderId, leg: 0, amount: wei } as never, timestamp: 0n },
];

const PEOPLE = [...enter(1, ANN, 100n * ONE), ...enter(2, BEN, 50n * ONE), ...enter(3, CAT, ONE)];
const lineOf = (lines: ReturnType<typeof scoreTable>, trader: string) => {
  const { profitPpm, informationPpm } = lines.find((line) => line.trader === trader)!;
  return [profitPpm, informationPpm];
};

describe("A score", function () {
  it("of an event is what its outcome paid, and how far the taker brought the price to it", function () {
    // Ann buys outcome 2 at 60 from ben, then at 80: it pays 100.
    const logged = [...PEOPLE, ...fill(BEN, ANN, [2, 2], 10n, 60n, 10n), ...fill(BEN, ANN, [2, 2], 10n, 80n, 20n)];
    const lines = scoreTable([scoreSession(TERMS, tableOf(true), logged)]);
    // 10 · 40 + 10 · 20 = 600 ticks · lots of a thousandth: 0.6 tokens, of 100 and of 50.
    // From 50 by 60 to 80: 50² - 20² = 2 100 of 100².
    expect(lineOf(lines, ANN)).to.deep.equal([6_000n, 210_000n]);
    expect(lineOf(lines, BEN)).to.deep.equal([-12_000n, 0n]);
    expect(lineOf(lines, CAT)).to.deep.equal([0n, 0n]);
  });

  it("counts what led away from the outcome against who did it, and nothing for a round trip", function () {
    const away = fill(ANN, BEN, [2, 2], -10n, 30n, 10n); // ben sells down to 30
    const back = fill(ANN, CAT, [2, 2], 10n, 50n, 20n); // cat buys back up to 50
    const lines = scoreTable([scoreSession(TERMS, tableOf(true), [...PEOPLE, ...away, ...back])]);
    expect(lineOf(lines, BEN)[1]).to.equal(-240_000n); // 50² - 70² = -2 400
    expect(lineOf(lines, CAT)[1]).to.equal(240_000n);
  });

  it("leaves a market out that is still open", function () {
    const logged = [...PEOPLE, ...fill(BEN, ANN, [2, 2], 10n, 60n, 10n)];
    const lines = scoreTable([scoreSession(TERMS, tableOf(false), logged)]);
    for (const trader of [ANN, BEN, CAT]) expect(lineOf(lines, trader)).to.deep.equal([0n, 0n]);
  });

  it("of the basket is by its mean prices in the last tenth; a leg without a trade has the rest", function () {
    // Ann buys leg 1 at 5 500 early; in the last tenth 1 lot at 7 000 and 3 at 8 000: the weight is 7 750.
    const logged = [
      ...PEOPLE,
      ...fill(BEN, ANN, [1, 1], 1_000n, 5_500n, 10n),
      ...fill(BEN, CAT, [1, 1], 1n, 7_000n, 900n),
      ...fill(BEN, CAT, [1, 1], 3n, 8_000n, 950n),
    ];
    const lines = scoreTable([scoreSession(TERMS, tableOf(false), logged)]);
    // 1 000 · (7 750 - 5 500) ticks of 1e11: 0.225 tokens of 100. (2 250² · … ) by hand: (2750² - 2250²) / 10 000².
    expect(lineOf(lines, ANN)).to.deep.equal([2_250n, 25_000n]);
    // -1 000 · 2 250 + 750 - 750: what cat gains and loses is nothing; all sums to zero.
    expect(lineOf(lines, BEN)[0]).to.equal(-4_500n);
    expect(lineOf(lines, CAT)[0]).to.equal(0n);
  });

  it("of several sessions is that of all deposits, whatever the sequence of files, and rounded down", function () {
    const first = scoreSession(TERMS, tableOf(true), [...PEOPLE, ...fill(BEN, ANN, [2, 2], 10n, 60n, 10n)]);
    const second = scoreSession({ ...TERMS, supply: 2_000n * ONE }, tableOf(true), [
      ...enter(1, ANN, 400n * ONE),
      ...enter(2, CAT, 400n * ONE),
      ...fill(CAT, ANN, [2, 2], -3n, 10n, 10n),
    ]);
    // Parts of a basket: 0.4 / 1 000 - 0.27 / 2 000 over 100 / 1 000 + 400 / 2 000.
    expect(lineOf(scoreTable([first, second]), ANN)).to.deep.equal([883n, -470_000n]);
    expect(scoreTable([second, first])).to.deep.equal(scoreTable([first, second]));
    expect(scoreTable([first, second]).map(({ trader }) => trader)).to.deep.equal([ANN, BEN, CAT]);
  });
});
