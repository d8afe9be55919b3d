/** Price-time priority over many orders, whatever the submitter's hints say. */
import { expect } from "chai";
import hre from "hardhat";

import { type OrderSpec, place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, 50n * TOKEN, w.alice, w.bob, w.carol, w.dave);
  return w;
}

/** Park-Miller: the same numbers each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647);
}

interface Placed {
  readonly id: number;
  readonly price: bigint;
  lots: bigint;
}

function sorted(orders: readonly Placed[], bids: boolean): Placed[] {
  const sign = bids ? -1 : 1;
  return [...orders].sort((a, b) => sign * Number(a.price - b.price) || a.id - b.id);
}

describe("Priority", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectSound(w));

  const depth = async (bids: boolean): Promise<number[]> =>
    (await w.book.depthOf(1, 1, bids, 1_000)).orders.map(({ tradeRootId }) => Number(tradeRootId));

  for (const bids of [true, false]) {
    it(`sorts sixty ${bids ? "bids" : "offers"} with good, bad and stale hints`, async () => {
      const next = numbers(bids ? 7 : 11);
      const placed: Placed[] = [];
      while (placed.length < 60) {
        const batch: OrderSpec[] = Array.from({ length: 20 }, () => ({
          trader: [w.alice, w.bob, w.carol][next() % 3]!,
          lots: bids ? 1n : -1n,
          price: BigInt((bids ? 1_000 : 6_000) + (next() % 12)),
          insertAfter: next() % 80, // mostly wrong, some of orders that do not exist
        }));
        await submitAll(w, batch, { maxWalk: 200 });
        for (const { price } of batch) placed.push({ id: placed.length + 1, price, lots: 1n });
      }
      expect(await depth(bids)).to.deep.equal(sorted(placed, bids).map(({ id }) => id));
    });
  }

  it("fills in that order, through sixty orders and a partial fill at the end", async () => {
    const next = numbers(3);
    const placed: Placed[] = [];
    for (let batch = 0; batch < 3; batch += 1) {
      const orders: OrderSpec[] = Array.from({ length: 20 }, () => ({
        trader: [w.alice, w.bob, w.carol][next() % 3]!,
        lots: -BigInt(1 + (next() % 9)),
        price: BigInt(4_000 + (next() % 12)),
      }));
      await submitAll(w, orders, { maxWalk: 200 });
      for (const { price, lots } of orders) placed.push({ id: placed.length + 1, price, lots: -lots });
    }
    const queue = sorted(placed, false);
    const total = placed.reduce((sum, { lots }) => sum + lots, 0n);
    const wanted = total - queue.at(-1)!.lots - 1n; // all but the last two, one of them in part
    const story = await storyOf(w, submit(w, { trader: w.dave, lots: wanted, price: 5_000n }, { maxMatches: 60 }));
    const expected: string[] = [];
    let left = wanted;
    for (const { id, price, lots } of queue) {
      const size = lots < left ? lots : left;
      if (size > 0n) expected.push(`matched ${id} 61: ${size} at ${price}`);
      left -= size;
    }
    expect(story.slice(1, -1)).to.deep.equal(expected);
  });

  it("partial fills do not cost an order its place", async () => {
    await place(w, { trader: w.alice, lots: 10n, price: 5_000n });
    await place(w, { trader: w.bob, lots: 10n, price: 5_000n });
    for (const lots of [3n, 3n, 3n]) await place(w, { trader: w.carol, lots: -lots, price: 5_000n });
    expect(await depth(true)).to.deep.equal([1, 2]);
    const story = await storyOf(w, submit(w, { trader: w.carol, lots: -3n, price: 5_000n }));
    expect(story.slice(1, 3)).to.deep.equal(["matched 1 6: 1 at 5000", "matched 2 6: 2 at 5000"]);
  });

  it("a better price goes before an earlier order", async () => {
    await place(w, { trader: w.alice, lots: 10n, price: 5_000n });
    await place(w, { trader: w.bob, lots: 10n, price: 5_001n });
    const story = await storyOf(w, submit(w, { trader: w.carol, lots: -15n, price: 4_000n }));
    expect(story.slice(1, 3)).to.deep.equal(["matched 2 3: 10 at 5001", "matched 1 3: 5 at 5000"]);
  });

  it("what remains of an incoming order stands with its own number, behind equal prices that were there", async () => {
    await place(w, { trader: w.alice, lots: -5n, price: 5_000n });
    await place(w, { trader: w.bob, lots: 4n, price: 4_900n });
    await place(w, { trader: w.carol, lots: 8n, price: 5_000n });
    await place(w, { trader: w.dave, lots: 1n, price: 5_000n });
    expect(await depth(true)).to.deep.equal([3, 4, 2]);
  });
});
