/** What a call holds in memory while it works must not show: orders sent together do what they do one by one. */
import { expect } from "chai";
import hre from "hardhat";

import { packBatch } from "../../../stage/contracts/batches.js";
import { type OrderSpec, type SignedOrder, signAll } from "../../../stage/contracts/orders.js";
import { bookOfRecords } from "../support/chain-of-trades.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const ORDERS = 14;
const LEGS = [1, 1, 1, 2] as const;
const MAX_WALK = 4;

/** Few open orders and little money, so that some are refused and some run dry. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { maxOpenOrders: 4 });
  await bankroll(w, TOKEN / 50n, w.alice, w.bob);
  await bankroll(w, 10n * TOKEN, w.carol);
  return w;
}

/** Numbers below `count`, always the same ones for a seed. */
function drawFrom(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

function drawOrder(w: World, draw: (count: number) => number): OrderSpec {
  const size = BigInt(1 + draw(30));
  return {
    trader: [w.alice, w.bob, w.carol][draw(3)]!, // one of three
    leg: LEGS[draw(LEGS.length)]!, // one of the list
    lots: draw(2) === 0 ? size : -size,
    price: 4_000n + 500n * BigInt(draw(5)),
    timeInForce: draw(3) === 0 ? draw(4) : 0,
    insertAfter: draw(4),
  };
}

async function stateOf(w: World): Promise<unknown> {
  const { trades } = await w.book.chainState();
  const markets = [1, 2].map(async (leg) => [
    await w.book.marketOf(1, leg),
    await w.book.depthOf(1, leg, true, ORDERS),
    await w.book.depthOf(1, leg, false, ORDERS),
  ]);
  const traders = [w.alice, w.bob, w.carol].map(async ({ address }) => [
    await w.book.accountOf(address),
    await w.book.positionOf(address, 1),
    await w.book.noncesOf(address),
  ]);
  return [trades, await bookOfRecords(w), ...(await Promise.all(markets)), ...(await Promise.all(traders))];
}

/** The story without what differs by nature: checkpoints, and which order of its call was skipped. */
async function run(w: World, calls: readonly SignedOrder[][], maxMatches: number): Promise<string[]> {
  const lines: string[] = [];
  for (const orders of calls) {
    const story = await storyOf(w, w.book.createTrades(packBatch(orders, { maxMatches, maxWalk: MAX_WALK })));
    lines.push(...story.filter((line) => !line.startsWith("checkpoint")));
  }
  return lines.map((line) => line.replace(/^skipped \d+/, "skipped"));
}

describe("Orders sent in one call", () => {
  const lines: string[] = [];

  for (const maxMatches of [1, 2, 20]) {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      it(`do what they do one by one: seed ${seed}, at most ${maxMatches} matches each`, async () => {
        const w = await networkHelpers.loadFixture(open);
        const draw = drawFrom(1_000 * maxMatches + seed);
        const orders = await signAll(
          w,
          Array.from({ length: ORDERS }, () => drawOrder(w, draw)),
        );
        const snapshot = await networkHelpers.takeSnapshot();
        const together = await run(w, [orders], maxMatches);
        const after = await stateOf(w);
        await expectSound(w);
        await snapshot.restore();
        const oneByOne = await run(
          w,
          orders.map((order) => [order]),
          maxMatches,
        );
        expect(together).to.deep.equal(oneByOne);
        expect(after).to.deep.equal(await stateOf(w));
        lines.push(...together);
      });
    }
  }

  it("met everything that may happen to an order that was held", () => {
    for (const part of [
      "matched",
      "own order",
      "remainder",
      "Uncovered",
      "FillOrKill",
      "TooManyOpen",
      "StillCrossed",
    ]) {
      expect(lines.filter((line) => line.includes(part)).length, part).to.be.greaterThan(0);
    }
  });
});
