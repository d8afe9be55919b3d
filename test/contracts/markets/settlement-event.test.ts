import { expect } from "chai";
import hre from "hardhat";

import { boundsOf, deal, eventRoot, netAt, tighten } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { DAY, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Match extends World {
  readonly root: number;
  readonly settleBy: number;
}

/** Alice holds 10, 20 and 30 lots of the three outcomes, all bought at 30 ticks from Bob. */
async function open(fallback: bigint): Promise<Match> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const settleBy = w.t1 + 20 * DAY;
  const root = await eventRoot(w, { closesAt: w.t1 + 10 * DAY, settleBy, fallback });
  for (const branch of [1, 2, 3]) {
    await deal(w, { buyer: w.alice, seller: w.bob, root, branch, lots: BigInt(branch) * 10n, price: 30n });
  }
  return { ...w, root, settleBy };
}

async function fallbackIs1(): Promise<Match> {
  return open(1n);
}

async function fallbackIs3(): Promise<Match> {
  return open(3n);
}

describe("Settlement of an event root", () => {
  let w: Match;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(fallbackIs1);
  });
  afterEach(() => expectMarketsSound(w));

  /** All that Alice paid is 60 lots times 30 ticks. */
  function won(weights: readonly bigint[]): bigint {
    const paid = weights.reduce((sum, weight, k) => sum + BigInt(k + 1) * 10n * weight, 0n);
    return (paid - 60n * 30n) * (TOKEN / 1_000n);
  }

  async function expectPaid(...weights: bigint[]): Promise<void> {
    expect((await w.book.rootOf(w.root)).settled).to.equal(true);
    for (const [k, weight] of weights.entries()) {
      expect(await boundsOf(w, w.root, k + 1), `outcome ${k + 1}`).to.deep.equal([weight, weight]);
    }
    expect(await netAt(w, w.alice, w.root, ...weights)).to.equal(10n * TOKEN + won(weights));
    await w.book.realise(w.root, [w.alice, w.bob]);
    expect((await w.book.accountOf(w.alice)).claim).to.equal(10n * TOKEN + won(weights));
    expect((await w.book.accountOf(w.bob)).claim).to.equal(10n * TOKEN - won(weights));
  }

  it("by naming the winner", async () => {
    await tighten(w, w.root, 2, 100n, 100n);
    await expectPaid(0n, 100n, 0n);
  });

  it("by eliminating all others", async () => {
    await tighten(w, w.root, 1, 0n, 0n);
    expect((await w.book.rootOf(w.root)).settled).to.equal(false);
    await tighten(w, w.root, 3, 0n, 0n);
    await expectPaid(0n, 100n, 0n);
  });

  it("by shares whose least values make the scale", async () => {
    await tighten(w, w.root, 1, 20n, 100n);
    await tighten(w, w.root, 2, 30n, 100n);
    await tighten(w, w.root, 3, 50n, 100n);
    await expectPaid(20n, 30n, 50n);
  });

  it("by shares whose greatest values make the scale", async () => {
    await tighten(w, w.root, 1, 0n, 20n);
    await tighten(w, w.root, 2, 0n, 30n);
    await tighten(w, w.root, 3, 0n, 50n);
    await expectPaid(20n, 30n, 50n);
  });

  it("by fixed shares", async () => {
    await tighten(w, w.root, 1, 25n, 25n);
    await tighten(w, w.root, 2, 25n, 25n);
    if (!(await w.book.rootOf(w.root)).settled) await tighten(w, w.root, 3, 50n, 50n);
    await expectPaid(25n, 25n, 50n);
  });

  it("by two that draw, once the third is out and one of them has its half", async () => {
    await tighten(w, w.root, 3, 0n, 0n);
    await tighten(w, w.root, 1, 50n, 100n);
    expect((await w.book.rootOf(w.root)).settled).to.equal(false);
    await tighten(w, w.root, 2, 50n, 100n);
    await expectPaid(50n, 50n, 0n);
  });

  describe("by its fallback", () => {
    async function fallBack(outcome: bigint): Promise<void> {
      await networkHelpers.time.increaseTo(w.settleBy);
      await expect(w.book.connect(w.outsider).applyFallback(w.root))
        .to.emit(w.book, "FallbackApplied")
        .withArgs(w.root, outcome);
    }

    it("gives its outcome everything if nothing was said", async () => {
      await fallBack(1n);
      await expectPaid(100n, 0n, 0n);
    });

    it("gives its outcome as much as it can have, and the rest to the others in their order", async () => {
      await tighten(w, w.root, 1, 10n, 40n);
      await tighten(w, w.root, 2, 0n, 35n);
      await fallBack(1n);
      await expectPaid(40n, 35n, 25n);
    });

    it("gives each at least what it is sure of", async () => {
      await tighten(w, w.root, 3, 45n, 100n);
      await tighten(w, w.root, 2, 15n, 100n);
      await fallBack(1n);
      await expectPaid(40n, 15n, 45n);
    });

    it("passes an outcome over that is out", async () => {
      await tighten(w, w.root, 1, 0n, 0n);
      await fallBack(1n);
      await expectPaid(0n, 100n, 0n);
    });

    it("begins with its outcome even if that is the last", async () => {
      w = await networkHelpers.loadFixture(fallbackIs3);
      await tighten(w, w.root, 1, 10n, 40n);
      await tighten(w, w.root, 3, 0n, 30n);
      await fallBack(3n);
      await expectPaid(40n, 30n, 30n);
    });
  });
});
