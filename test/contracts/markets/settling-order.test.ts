/** Roots are independent: in whatever order they settle and are realised, everybody has the same cash in the end. */
import { expect } from "chai";
import hre from "hardhat";

import { deal, eventRoot, intervalRoot, subMarket, tighten } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly wind: number;
  readonly match: number;
}

async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  const rain = await intervalRoot(w);
  await subMarket(w, rain, 30n, 60n);
  const wind = await intervalRoot(w, { min: -100n, max: 100n });
  const match = await eventRoot(w);
  await deal(w, { buyer: w.alice, seller: w.bob, root: rain, branch: 1, lots: 20n, price: 40n });
  await deal(w, { buyer: w.carol, seller: w.alice, root: rain, branch: 2, lots: 30n, price: 45n });
  await deal(w, { buyer: w.bob, seller: w.carol, root: wind, lots: 10n, price: -20n });
  await deal(w, { buyer: w.bob, seller: w.alice, root: match, branch: 1, lots: 15n, price: 33n });
  await deal(w, { buyer: w.carol, seller: w.bob, root: match, branch: 3, lots: 25n, price: 40n });
  return { ...w, rain, wind, match };
}

const SETTLEMENTS: Record<"rain" | "wind" | "match", (w: Roots) => Promise<unknown>> = {
  rain: (w) => tighten(w, w.rain, 2, 52n, 52n),
  wind: (w) => tighten(w, w.wind, 1, -35n, -35n),
  match: (w) => tighten(w, w.match, 3, 100n, 100n),
};

type Root = keyof typeof SETTLEMENTS;
const ORDERS: Root[][] = [
  ["rain", "wind", "match"],
  ["rain", "match", "wind"],
  ["wind", "rain", "match"],
  ["wind", "match", "rain"],
  ["match", "rain", "wind"],
  ["match", "wind", "rain"],
];

describe("Settling several roots", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  // In ticks times lots: rain 20 * 12 and 30 * 7, wind 10 * -15, the match 15 * -33 and 25 * 60.
  const WON = { alice: 20n * 12n - 30n * 7n + 15n * 33n, carol: 30n * 7n + 10n * 15n + 25n * 60n };

  async function expectSettled(): Promise<void> {
    const { alice, carol } = WON;
    for (const [trader, won] of [
      [w.alice, alice],
      [w.carol, carol],
      [w.bob, -alice - carol],
    ] as const) {
      const { claim, worst } = await w.book.accountOf(trader);
      expect([claim, worst]).to.deep.equal([10n * TOKEN + won * (TOKEN / 1_000n), 0n]);
    }
  }

  for (const order of ORDERS) {
    it(`${order.join(", ")}: realised at once`, async () => {
      for (const root of order) {
        await SETTLEMENTS[root](w);
        await w.book.realise(w[root], [w.alice, w.bob, w.carol]);
      }
      await expectSettled();
    });
  }

  it("realised later, trader by trader, in an order of its own", async () => {
    for (const root of ORDERS[0]!) await SETTLEMENTS[root](w);
    for (const [i, trader] of [w.carol, w.alice, w.bob].entries()) {
      for (const root of ORDERS[i * 2]!) await w.book.realise(w[root], [trader]);
    }
    await expectSettled();
  });

  it("after tightening step by step, with and without refreshing", async () => {
    await tighten(w, w.match, 2, 0n, 0n);
    await w.book.refresh(w.match, [w.bob]);
    await tighten(w, w.rain, 1, 20n, 80n);
    await tighten(w, w.wind, 1, -60n, 0n);
    await w.book.refresh(w.wind, [w.carol, w.bob]);
    for (const root of ORDERS[4]!) {
      await SETTLEMENTS[root](w);
      await w.book.realise(w[root], [w.bob, w.carol, w.alice]);
    }
    await expectSettled();
  });
});
