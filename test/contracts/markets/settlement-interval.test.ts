import { expect } from "chai";
import hre from "hardhat";

import { boundsOf, deal, intervalRoot, netAt, slackOf, subMarket, tighten } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { DAY, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Rain extends World {
  readonly root: number;
  readonly settleBy: number;
}

/** Alice is long 10 lots of the market at 50 and 20 of the sub-market of 30 to 60 at 40; Bob is short. */
async function open(): Promise<Rain> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const settleBy = w.t1 + 20 * DAY;
  const root = await intervalRoot(w, { closesAt: w.t1 + 10 * DAY, settleBy });
  await subMarket(w, root, 30n, 60n);
  await deal(w, { buyer: w.alice, seller: w.bob, root, branch: 1, lots: 10n, price: 50n });
  await deal(w, { buyer: w.alice, seller: w.bob, root, branch: 2, lots: 20n, price: 40n });
  return { ...w, root, settleBy };
}

describe("Settlement of an interval root", () => {
  let w: Rain;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  /** What Alice has won by now if y is the outcome, wei: each lot pays what it ended at, less what it cost. */
  function won(y: bigint): bigint {
    const inside = y < 30n ? 30n : y > 60n ? 60n : y;
    return (10n * (y - 50n) + 20n * (inside - 40n)) * (TOKEN / 1_000n);
  }

  async function expectPaid(y: bigint): Promise<void> {
    const { lo, hi, settled } = await w.book.rootOf(w.root);
    expect([lo, hi, settled]).to.deep.equal([y, y, true]);
    await w.book.realise(w.root, [w.alice, w.bob]);
    expect((await w.book.accountOf(w.alice)).claim).to.equal(10n * TOKEN + won(y));
    expect((await w.book.accountOf(w.bob)).claim).to.equal(10n * TOKEN - won(y));
  }

  for (const y of [0n, 17n, 30n, 45n, 60n, 99n, 100n]) {
    it(`by min = max = ${y}`, async () => {
      expect(await netAt(w, w.alice, w.root, y)).to.equal(10n * TOKEN + won(y));
      await tighten(w, w.root, 1, y, y);
      await expectPaid(y);
    });
  }

  it("by min = max on the sub-market, if that lies inside it", async () => {
    await tighten(w, w.root, 2, 37n, 37n);
    await expectPaid(37n);
  });

  it("by two records that meet", async () => {
    await tighten(w, w.root, 1, 55n, 100n);
    await tighten(w, w.root, 2, 30n, 55n);
    await expectPaid(55n);
  });

  it("step by step frees collateral on the way", async () => {
    const slacks: bigint[] = [];
    for (const min of [0n, 20n, 40n, 60n]) {
      await tighten(w, w.root, 1, min, 100n);
      await w.book.refresh(w.root, [w.alice]);
      slacks.push(await slackOf(w, w.alice));
    }
    expect(slacks).to.deep.equal([0n, 20n, 40n, 60n].map((y) => 10n * TOKEN + won(y)));
  });

  describe("by its fallback, 50", () => {
    const cases: { title: string; bounds: [bigint, bigint]; outcome: bigint }[] = [
      { title: "within the bounds of then", bounds: [20n, 80n], outcome: 50n },
      { title: "below them: their lower end", bounds: [62n, 90n], outcome: 62n },
      { title: "above them: their upper end", bounds: [5n, 12n], outcome: 12n },
      { title: "at their lower end", bounds: [50n, 90n], outcome: 50n },
      { title: "at their upper end", bounds: [0n, 50n], outcome: 50n },
    ];
    for (const { title, bounds, outcome } of cases) {
      it(title, async () => {
        await tighten(w, w.root, 1, ...bounds);
        await networkHelpers.time.increaseTo(w.settleBy);
        await expect(w.book.connect(w.outsider).applyFallback(w.root))
          .to.emit(w.book, "FallbackApplied")
          .withArgs(w.root, 50n);
        await expectPaid(outcome);
        expect(await boundsOf(w, w.root, 1)).to.deep.equal([outcome, outcome]);
      });
    }
  });
});
