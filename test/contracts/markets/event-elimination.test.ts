import { expect } from "chai";
import hre from "hardhat";

import {
  boundsOf,
  deal,
  eventRoot,
  expectRefused,
  slackOf,
  spansOf,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { submit } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Event extends World {
  /** Four outcomes, scale 100; a lot of a winner is worth 0.1 token. */
  readonly root: number;
}

async function open(): Promise<Event> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  return { ...w, root: await eventRoot(w, { outcomes: 4 }) };
}

describe("An event market", () => {
  let w: Event;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  async function eliminate(...outcomes: number[]): Promise<void> {
    for (const outcome of outcomes) await tighten(w, w.root, outcome, 0n, 0n);
  }

  describe("given Alice sold 20 lots of outcome 4 at 40", () => {
    beforeEach(() => deal(w, { buyer: w.bob, seller: w.alice, root: w.root, branch: 4, lots: 20n, price: 40n }));

    it("2 tokens of hers are held against it", async () => {
      expect(await slackOf(w, w.alice)).to.equal((88n * TOKEN) / 10n);
    });

    it("when it is eliminated, all of them are free as soon as she is refreshed", async () => {
      await eliminate(4);
      expect(await slackOf(w, w.alice)).to.equal((88n * TOKEN) / 10n);
      const [fresh] = await w.book.checkCollateral(w.alice, [w.root]);
      expect(fresh).to.equal((108n * TOKEN) / 10n);
      await expect(w.book.refresh(w.root, [w.alice]))
        .to.emit(w.book, "Refreshed")
        .withArgs(w.root, 1, 0n);
      await w.book.connect(w.alice).withdraw((108n * TOKEN) / 10n, w.alice, 0);
      expect(await slackOf(w, w.alice)).to.equal(0n);
    });

    it("when it is eliminated, Bob has lost what he paid and nothing else", async () => {
      await eliminate(4);
      await w.book.refresh(w.root, [w.bob]);
      expect(await slackOf(w, w.bob)).to.equal((92n * TOKEN) / 10n);
    });

    it("when it can only get a part any more, that much is held", async () => {
      await tighten(w, w.root, 4, 0n, 25n);
      await w.book.refresh(w.root, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal((108n * TOKEN) / 10n - TOKEN / 2n);
    });

    it("when another is sure of a part, the rest is held", async () => {
      await tighten(w, w.root, 1, 70n, 100n);
      await w.book.refresh(w.root, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal((108n * TOKEN) / 10n - (6n * TOKEN) / 10n);
    });

    it("when another is eliminated, nothing changes for her", async () => {
      await eliminate(1);
      await w.book.refresh(w.root, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal((88n * TOKEN) / 10n);
    });

    it("when she sells outcome 3 too, no more is held: only one of them can win", async () => {
      await deal(w, { buyer: w.bob, seller: w.alice, root: w.root, branch: 3, lots: 20n, price: 10n });
      expect(await slackOf(w, w.alice)).to.equal(9n * TOKEN);
      await eliminate(4);
      await w.book.refresh(w.root, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal(9n * TOKEN);
      await eliminate(3);
      await w.book.refresh(w.root, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal(11n * TOKEN);
    });
  });

  describe("implied bounds", () => {
    it("the least weight of one limits the others", async () => {
      await tighten(w, w.root, 1, 30n, 100n);
      for (const other of [2, 3, 4]) expect(await boundsOf(w, w.root, other)).to.deep.equal([0n, 70n]);
      expect(await boundsOf(w, w.root, 1)).to.deep.equal([30n, 100n]);
      expect((await spansOf(w, w.root))[1], "own bounds stay").to.deep.equal([0n, 100n]);
    });

    it("the greatest weights of three force the fourth", async () => {
      await tighten(w, w.root, 1, 0n, 10n);
      await tighten(w, w.root, 2, 0n, 20n);
      await tighten(w, w.root, 3, 0n, 30n);
      expect(await boundsOf(w, w.root, 4)).to.deep.equal([40n, 100n]);
    });

    it("a record is clamped into the outcome's own bounds, and they never widen", async () => {
      await tighten(w, w.root, 2, 10n, 60n);
      await tighten(w, w.root, 2, 0n, 40n);
      await tighten(w, w.root, 2, -5n, 200n);
      expect((await spansOf(w, w.root))[1]).to.deep.equal([10n, 40n]);
      await tighten(w, w.root, 2, 80n, 90n);
      expect((await spansOf(w, w.root))[1], "beyond the range: its edge").to.deep.equal([40n, 40n]);
    });
  });

  describe("an outcome is determined, and not traded any more,", () => {
    async function refusesTrade(branch: number, value: bigint): Promise<void> {
      const order = { trader: w.alice, root: w.root, leg: branch, lots: 1n, price: value };
      await expectRefused(w, submit(w, order), "Book_MarketDetermined", w.root, branch, value);
    }

    it("when it is eliminated; the others go on", async () => {
      await eliminate(2);
      await refusesTrade(2, 0n);
      await deal(w, { buyer: w.alice, seller: w.bob, root: w.root, branch: 3, lots: 1n, price: 50n });
    });

    it("when its own bounds meet", async () => {
      await tighten(w, w.root, 2, 25n, 25n);
      await refusesTrade(2, 25n);
      expect(await boundsOf(w, w.root, 3)).to.deep.equal([0n, 75n]);
    });

    it("when the others leave it nothing", async () => {
      await tighten(w, w.root, 1, 60n, 80n);
      await tighten(w, w.root, 2, 40n, 90n);
      for (const [branch, value] of [
        [1, 60n],
        [2, 40n],
        [3, 0n],
        [4, 0n],
      ] as const) {
        await refusesTrade(branch, value);
      }
    });

    it("when the others are fixed and it gets the rest", async () => {
      await tighten(w, w.root, 1, 20n, 20n);
      await tighten(w, w.root, 2, 30n, 30n);
      await eliminate(3);
      await refusesTrade(4, 50n);
    });

    it("when the others are eliminated: it has won", async () => {
      await eliminate(1, 2, 4);
      await refusesTrade(3, 100n);
      expect((await w.book.rootOf(w.root)).settled).to.equal(true);
    });
  });
});
