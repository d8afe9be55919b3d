/**
 * A batch was sized by what it cost when it was simulated. Whoever put a long backlog in front of it in the meantime made it run out of
 * gas as a whole: no order landed, and the submitter had paid for all. Gas that runs low is now as if steps had run out, the rest is
 * skipped by name, and nothing of what was signed is used up.
 */
import { expect } from "chai";
import hre from "hardhat";

import { packBatch } from "../../stage/contracts/batches.js";
import { type OrderSpec, place, signAll, submitAll } from "../../stage/contracts/orders.js";
import { storyOf } from "../../stage/contracts/story.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import { expectSound } from "../contracts/support/sound.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** What the submitter allows: far more than gas. */
const LIMITS = { maxMatches: 1_000, maxWalk: 1_000 };
const PLENTY = { gasLimit: 15_000_000n };
/** Orders in front, for each who puts them there, in calls of so many. */
const [BACKLOG, CALL] = [240, 40];

/** Erin offers 100 lots of the first leg at 0.5: order 1. The attacker is Carol, and Dave her friend. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3, maxOpenOrders: 255 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol, w.dave, w.erin);
  await place(w, { trader: w.erin, lots: -100n, price: 5_000n });
  return w;
}

/** One order like the other, each behind the one before. */
async function backlog(w: World, order: OrderSpec, first = 0): Promise<void> {
  for (let sent = 0; sent < BACKLOG; sent += CALL) {
    const { trades } = await w.book.chainState();
    const orders = Array.from({ length: CALL }, (_, i): OrderSpec => {
      const insertAfter = sent === 0 && i === 0 ? first : Number(trades) + i;
      return { ...order, insertAfter };
    });
    await submitAll(w, orders, { maxMatches: 0, maxWalk: 1 });
  }
}

interface Attack {
  readonly name: string;
  readonly prepare: (w: World) => Promise<void>;
  /** What is left out of a batch that gets no more gas than before. */
  readonly skipped: readonly string[];
}

const ATTACKS: readonly Attack[] = [
  {
    name: "offers of one lot at a better price",
    prepare: (w) => backlog(w, { trader: w.carol, lots: -1n, price: 4_900n }),
    skipped: ["skipped 1: Book_OutOfGas"],
  },
  {
    name: "offers that their trader cannot bear any more",
    prepare: async (w) => {
      await backlog(w, { trader: w.carol, lots: -2_000n, price: 4_900n });
      await place(w, { trader: w.dave, lots: -12_000n, price: 8_333n, leg: 2 });
      await place(w, { trader: w.carol, lots: 12_000n, price: 8_333n, leg: 2 });
    },
    skipped: ["skipped 1: Book_OutOfGas"],
  },
  {
    name: "a market that was left crossed",
    prepare: async (w) => {
      await backlog(w, { trader: w.carol, lots: -1n, price: 4_900n });
      await place(w, { trader: w.dave, lots: BigInt(BACKLOG), price: 4_900n }, { maxMatches: 0 });
    },
    skipped: ["skipped 0: Book_StillCrossed", "skipped 1: Book_OutOfGas"],
  },
  {
    name: "bids in front of the place where one of its orders belongs",
    prepare: async (w) => {
      const bid = { lots: 1n, price: 1_001n, leg: 2 };
      await backlog(w, { trader: w.carol, ...bid });
      await backlog(w, { trader: w.dave, ...bid }, Number((await w.book.chainState()).trades));
    },
    skipped: ["skipped 1: Book_HintTooFar", "skipped 2: Book_OutOfGas"],
  },
];

describe("Finding: a batch cannot be made to run out of gas as a whole by what lands in front of it", () => {
  let w: World;
  let batch: string;
  /** What the submitter sends with it: half as much again as the node said. */
  let sized: bigint;

  /** Alice takes what Erin offers, Bob and Alice rest in other legs. */
  async function signBatch(): Promise<string> {
    const orders = await signAll(w, [
      { trader: w.alice, lots: 100n, price: 5_000n },
      { trader: w.bob, lots: 10n, price: 1_000n, leg: 2 },
      { trader: w.alice, lots: 10n, price: 1_000n, leg: 3 },
    ]);
    return packBatch(orders, LIMITS);
  }

  for (const { name, prepare, skipped } of ATTACKS) {
    describe(`given ${name}`, () => {
      beforeEach(async () => {
        w = await networkHelpers.loadFixture(open);
        batch = await signBatch();
        sized = ((await w.book.createTrades.estimateGas(batch)) * 3n) / 2n;
        await prepare(w);
      });

      it("it ends in good order, and all that it left out can be brought again", async () => {
        const story = await storyOf(w, w.book.createTrades(batch, { gasLimit: sized }));
        expect(story.filter((line) => line.startsWith("skipped"))).to.deep.equal(skipped);
        expect(story.at(-1)).to.match(/^checkpoint /);
        await expectSound(w);
        for (const root of [1, 2, 3]) await w.book.matchTrades(1, root, 1_000, 0, PLENTY);
        const again = await storyOf(w, w.book.createTrades(batch, PLENTY));
        const created = [...story, ...again].filter((line) => line.startsWith("created"));
        expect(created, "each order once").to.have.length(3);
        const left = again.filter((line) => line.startsWith("skipped"));
        expect(left.every((line) => line.endsWith("Book_NonceUsed"))).to.equal(true);
        expect(await w.book.noncesOf(w.alice)).to.deep.equal([2n, 0n]);
        expect(await w.book.noncesOf(w.bob)).to.deep.equal([1n, 0n]);
        await expectSound(w);
      });

      it("whatever gas it gets, it says at the door that this is too little, or ends well", async () => {
        const door = (await w.book.createTrades.estimateGas(packBatch([], LIMITS))) + 3n * 60_000n;
        await expect(w.book.createTrades.staticCall(batch, { gasLimit: door })).to.be.revertedWithCustomError(
          w.book,
          "Book_OutOfGas",
        );
        for (let gasLimit = door + 40_000n; gasLimit < 3_000_000n; gasLimit += 130_009n) {
          const placed = await w.book.createTrades.staticCall(batch, { gasLimit });
          expect(placed, `${gasLimit} gas`).to.have.length(3);
        }
      });
    });
  }
});
