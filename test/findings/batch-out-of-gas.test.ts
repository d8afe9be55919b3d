/**
 * A batch could be made to run out of gas as a whole by what landed in front of it: forty offers of one lot, and all its orders had
 * to wait while its submitter had paid. A batch that may begin ends in good order: when the gas runs low steps of matching have run
 * out, and what is left is skipped, with its nonces, for another call.
 */
import { expect } from "chai";
import hre from "hardhat";

import { packBatch } from "../../stage/contracts/batches.js";
import { type OrderSpec, signAll, type SignedOrder } from "../../stage/contracts/orders.js";
import { storyOf } from "../../stage/contracts/story.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { type Account, bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import { expectSound } from "../contracts/support/sound.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
/** For what is no matter of a test: a whole transaction's. */
const PLENTY = { gasLimit: 16_000_000n };
const LIMITS = { maxMatches: 50, maxWalk: 50 };
/** Offers of one lot, each a step for whoever comes behind. */
const DUST = 40;

/** Alice offers 100 lots at 0.5. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 100n * TOKEN, w.alice, w.bob, w.carol, w.dave, w.erin, w.frank);
  await bring(w, [{ trader: w.alice, lots: -100n, price: 5_000n }]);
  return w;
}

async function bring(w: World, specs: readonly OrderSpec[]): Promise<void> {
  await w.book.createTrades(packBatch(await signAll(w, specs), LIMITS), PLENTY);
}

describe("Finding: what lands in front of a batch cannot make it run out of gas as a whole", () => {
  let w: World;
  let signed: SignedOrder[];
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    signed = await signAll(w, batch());
  });
  afterEach(() => expectSound(w));

  /** Bob takes what Alice offers, and three orders behind his rest. */
  const batch = (): OrderSpec[] => [
    { trader: w.bob, lots: 100n, price: 5_000n },
    { trader: w.carol, lots: 10n, price: 1_000n, leg: 2 },
    { trader: w.dave, lots: 11n, price: 1_000n, leg: 2 },
    { trader: w.carol, lots: 12n, price: 1_000n, leg: 2 },
  ];
  const send = (orders: readonly SignedOrder[], gasLimit: bigint) =>
    w.book.createTrades(packBatch(orders, LIMITS), { gasLimit });
  const storyWith = (gasLimit: bigint) => storyOf(w, send(signed, gasLimit));
  const skippedIn = (story: readonly string[]) => story.filter((line) => line.startsWith("skipped"));
  const count = (story: readonly string[], kind: string) => story.filter((line) => line.startsWith(kind)).length;
  const lotsOf = async (trader: Account) => [...(await w.book.positionOf(trader, 1))];
  const floorOf = async (trader: Account) => (await w.book.noncesOf(trader)).nonceFloor;

  /** What its submitter has seen to be enough, before anything lands in front. */
  const estimated = () => w.book.createTrades.estimateGas(packBatch(signed, LIMITS), PLENTY);
  /** Erin offers lots one by one, a tick better than Alice. */
  const dust = () =>
    bring(
      w,
      Array.from({ length: DUST }, (): OrderSpec => ({ trader: w.erin, lots: -1n, price: 4_999n })),
    );

  /** Goes on, and brings what was skipped. */
  async function finish(story: readonly string[]): Promise<void> {
    await w.book.matchTrades(1, 1, 100, 0, PLENTY);
    const skipped = skippedIn(story).map((line) => Number(/\d+/.exec(line)![0]));
    if (skipped.length === 0) return;
    // Nothing is said of those behind the one that had no gas.
    await send(signed.slice(skipped[0]), PLENTY.gasLimit);
  }

  /** As if nobody had been short of gas. */
  async function expectAllDone(): Promise<void> {
    expect((await w.book.marketOf(1, 1)).crossed).to.equal(false);
    expect(await lotsOf(w.bob)).to.deep.equal([100n, 0n, 0n]);
    expect(await lotsOf(w.erin)).to.deep.equal([-BigInt(DUST), 0n, 0n]);
    expect(await lotsOf(w.alice)).to.deep.equal([BigInt(DUST) - 100n, 0n, 0n]);
    expect([...(await w.book.depthOf(1, 2, true, 10)).lots]).to.deep.equal([10n, 11n, 12n]);
    expect(await Promise.all([w.bob, w.carol, w.dave].map(floorOf))).to.deep.equal([1n, 2n, 1n]);
  }

  it("as long as nothing does, the gas that was estimated is enough for all of it", async () => {
    const story = await storyWith(await estimated());
    expect(story.slice(1, 3)).to.deep.equal(["matched 1 2: 100 at 5000", "created 3"]);
    expect([count(story, "created"), skippedIn(story)]).to.deep.equal([4, []]);
  });

  describe("given forty offers of one lot in front", () => {
    let gas: bigint;
    beforeEach(async () => {
      gas = await estimated();
      await dust();
    });

    it("the same gas fills some of the first order, leaves it first in a crossed market, and skips the rest", async () => {
      const story = await storyWith(gas);
      const fills = count(story, "matched");
      expect(fills > 0 && fills < DUST, `${fills} fills`).to.equal(true);
      expect(skippedIn(story)).to.deep.equal(["skipped 1: Book_OutOfGas"]);
      expect(count(story, "created")).to.equal(1);
      expect((await w.book.marketOf(1, 1)).crossed).to.equal(true);
      expect(await lotsOf(w.bob)).to.deep.equal([BigInt(fills), 0n, 0n]);
    });

    it("what is skipped keeps its nonce and its signature, and another call brings it", async () => {
      const story = await storyWith(gas);
      expect(await Promise.all([w.bob, w.carol, w.dave].map(floorOf))).to.deep.equal([1n, 0n, 0n]);
      await finish(story);
      await expectAllDone();
    });

    it("whatever the gas, it never fails, and comes to the same in the end", async () => {
      const before = await networkHelpers.takeSnapshot();
      const accepted = new Set<number>();
      // From what the book wants to see at the beginning to more than all of it takes.
      for (let limit = gas; limit < 4_500_000n; limit += 97_003n) {
        const story = await storyWith(limit);
        const created = count(story, "created");
        const expected = created === 4 ? [] : [`skipped ${created}: Book_OutOfGas`];
        expect(skippedIn(story), `with ${limit}`).to.deep.equal(expected);
        accepted.add(created);
        await finish(story);
        await expectAllDone();
        await before.restore();
      }
      expect([accepted.has(1), accepted.has(4)], "little gas and plenty").to.deep.equal([true, true]);
    });

    it("with less than that the book refuses it at once, by name, and takes nothing of it", async () => {
      await expect(send(signed, gas - 30_000n)).to.be.revertedWithCustomError(w.book, "Book_OutOfGas");
      expect(await floorOf(w.bob)).to.equal(0n);
    });
  });

  it("given forty offers without cover in front, each taken out for a step, it ends just as well", async () => {
    const gas = await estimated();
    // One collateral behind all of them, and Erin then spends all of it on leg 3.
    const ghosts = Array.from({ length: DUST }, (): OrderSpec => ({ trader: w.erin, lots: -100n, price: 4_999n }));
    await bring(w, ghosts);
    await bring(w, [
      { trader: w.frank, lots: -200_000n, price: 5_000n, leg: 3 },
      { trader: w.erin, lots: 200_000n, price: 5_000n, leg: 3 },
    ]);
    const story = await storyWith(gas);
    expect(count(story, "offset"), story.join("; ")).to.be.greaterThan(0);
    expect(skippedIn(story)).to.deep.equal(["skipped 1: Book_OutOfGas"]);
    expect(await floorOf(w.carol)).to.equal(0n);
  });

  it("given a market that somebody left crossed, with more to finish than the gas is for, its orders wait and so does the rest", async () => {
    const gas = await estimated();
    await dust();
    await w.book.createTrades(
      packBatch(await signAll(w, [{ trader: w.frank, lots: BigInt(DUST), price: 4_999n }]), { maxMatches: 0 }),
      PLENTY,
    );
    const story = await storyWith(gas);
    const fills = count(story, "matched");
    expect(fills > 0 && fills < DUST, `${fills} fills of the backlog`).to.equal(true);
    expect(count(story, "created")).to.equal(0);
    expect(skippedIn(story)).to.deep.equal(["skipped 0: Book_StillCrossed", "skipped 1: Book_OutOfGas"]);
    expect(await Promise.all([w.bob, w.carol, w.dave].map(floorOf))).to.deep.equal([0n, 0n, 0n]);
    await finish(story);
    expect(await lotsOf(w.bob)).to.deep.equal([100n, 0n, 0n]);
  });

  it("given a long queue in front of their place, the walk ends when the gas runs low, and what Bob took stands", async () => {
    const gas = await estimated();
    for (const trader of [w.erin, w.frank]) {
      for (let i = 0; i < 3; i += 1) {
        const queue = Array.from({ length: 32 }, (): OrderSpec => ({ trader, lots: 1n, price: 1_000n, leg: 2 }));
        await w.book.createTrades(packBatch(await signAll(w, queue), { maxMatches: 0, maxWalk: 250 }), PLENTY);
      }
    }
    const far = packBatch(signed, { maxMatches: 50, maxWalk: 250 });
    const story = await storyOf(w, w.book.createTrades(far, { gasLimit: gas }));
    expect(story).to.deep.equal([
      "created 194",
      "matched 1 194: 100 at 5000",
      "skipped 1: Book_HintTooFar",
      "skipped 2: Book_OutOfGas",
      "checkpoint 8",
    ]);
    expect(await Promise.all([w.bob, w.carol, w.dave].map(floorOf))).to.deep.equal([1n, 0n, 0n]);
  });
});
