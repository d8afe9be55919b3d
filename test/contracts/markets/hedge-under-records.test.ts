/** Whoever is hedged between a market and its sub-market stays covered, in whatever order the records come. */
import { expect } from "chai";
import hre from "hardhat";

import { deal, intervalRoot, netAt, slackOf, subMarket, tighten } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/**
 * Alice is long the market and short its sub-market, a hundred lots each, and Bob the other way round; each holds what that
 * needs and not a wei more.
 */
async function open(): Promise<World & { readonly root: number }> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const root = await intervalRoot(w);
  await subMarket(w, root, 30n, 60n);
  await subMarket(w, root, 50n, 90n);
  await deal(w, { buyer: w.alice, seller: w.bob, root, branch: 1, lots: 100n, price: 50n });
  await deal(w, { buyer: w.bob, seller: w.alice, root, branch: 2, lots: 100n, price: 50n });
  for (const trader of [w.alice, w.bob]) await w.book.connect(trader).withdraw(await slackOf(w, trader), trader, 0);
  return { ...w, root };
}

/** [branch, min, max] */
const RECORDS: readonly (readonly [number, bigint, bigint])[] = [
  [1, 10n, 80n],
  [2, 35n, 50n],
  [3, 55n, 90n],
  [2, 60n, 60n],
];

function orders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) => orders(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}

describe("A hedge between a market and its sub-market", () => {
  let w: World & { readonly root: number };
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  it("is what the joint check needs: 30 ticks of one, 40 of the other", async () => {
    // y − clamp(y, 30, 60) lies between −30 and 40; both traded at 50, so no cash changed hands.
    // Where both pay the same, all that is held back is worth something.
    expect(await netAt(w, w.alice, w.root, 45n)).to.equal(3n * TOKEN);
    expect(await netAt(w, w.bob, w.root, 45n)).to.equal(4n * TOKEN);
    expect([await slackOf(w, w.alice), await slackOf(w, w.bob)]).to.deep.equal([0n, 0n]);
  });

  for (const records of orders(RECORDS)) {
    it(`stays covered under ${records.map(([branch, min, max]) => `${branch}:[${min},${max}]`).join(" ")}`, async () => {
      let before = [0n, 0n];
      for (const [branch, min, max] of records) {
        if ((await w.book.rootOf(w.root)).settled) break;
        await tighten(w, w.root, branch, min, max);
        const { settled } = await w.book.rootOf(w.root);
        await (settled ? w.book.realise(w.root, [w.alice, w.bob]) : w.book.refresh(w.root, [w.alice, w.bob]));
        const after = [await slackOf(w, w.alice), await slackOf(w, w.bob)];
        expect(
          after.every((slack, i) => slack >= before[i]!),
          "no tightening raises what anybody needs",
        ).to.equal(true);
        before = after;
      }
    });
  }
});
