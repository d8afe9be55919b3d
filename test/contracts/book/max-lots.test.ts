/** R13: in a session with maxLots no fill takes a trader further in a market than that, and a position beyond it may only shrink. */
import { expect } from "chai";
import hre from "hardhat";

import { expectRefused, intervalRoot, subMarket } from "../../../stage/contracts/markets.js";
import { at, type OrderSpec, place, submit } from "../../../stage/contracts/orders.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";
import { expectMarketsSound } from "../support/markets-sound.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const MAX_LOTS = 100n;

async function openWith(assetCount: number): Promise<World> {
  const w = await openWorld(connection, { assetCount, maxLots: MAX_LOTS });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  return w;
}
async function open(): Promise<World> {
  return openWith(2);
}
async function openThree(): Promise<World> {
  return openWith(3);
}

/** Alice pays in lots of a leg that the organiser has split for her. */
async function depositLeg(w: World, leg: number, lots: bigint): Promise<void> {
  await w.session.split(TOKEN);
  await w.leg(leg).connect(w.organiser).approve(w.book, TOKEN);
  await w.book.connect(w.organiser).depositLeg(w.alice, leg, lots);
}

describe("A session's maxLots (R13)", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  /** `lots` is where the order would take Alice, seen from its own market. */
  async function expectTooMany(spec: Omit<OrderSpec, "trader" | "price">, lots: bigint): Promise<void> {
    const order = { trader: w.alice, price: spec.root === undefined ? 5_000n : 50n, ...spec };
    await expectRefused(w, submit(w, order), "Book_TooManyLots", w.alice.address, lots, MAX_LOTS);
  }
  const bid = (lots: bigint, rest: Partial<OrderSpec> = {}): Promise<number> =>
    place(w, { trader: w.alice, price: 5_000n, lots, ...rest });
  /** The other side of an order of Alice's. */
  const fill = (trader: World["bob"], lots: bigint, rest: Partial<OrderSpec> = {}): Promise<number> =>
    place(w, { trader, price: 5_000n, lots, ...rest });

  describe("at the door", () => {
    it("takes an order for as many lots, either way", async () => {
      await bid(MAX_LOTS);
      await bid(-MAX_LOTS, { price: 6_000n });
    });

    it("refuses one for more, either way", async () => {
      await expectTooMany({ lots: MAX_LOTS + 1n }, MAX_LOTS + 1n);
      await expectTooMany({ lots: -MAX_LOTS - 1n }, -MAX_LOTS - 1n);
    });

    it("looks at each order by itself, as collateral does", async () => {
      for (const price of [3_000n, 4_000n, 5_000n]) await bid(MAX_LOTS, { price });
    });

    it("counts what is held already", async () => {
      await bid(70n);
      await fill(w.bob, -70n);
      await expectTooMany({ lots: 31n }, 101n);
      await bid(30n);
      await expectTooMany({ lots: -171n }, -101n);
      await bid(-170n, { price: 6_000n });
    });
  });

  describe("given two assets", () => {
    it("counts both legs as one market: selling one is buying the other", async () => {
      await bid(60n);
      await fill(w.bob, -60n);
      await expectTooMany({ leg: 2, lots: -41n }, -101n);
      await bid(-40n, { leg: 2 });
      await fill(w.bob, 40n, { leg: 2 });
      expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([100n, 0n]);
      await expectTooMany({ lots: 1n }, 101n);
      await expectTooMany({ leg: 2, lots: 201n }, 101n);
      await bid(200n, { leg: 2 });
    });

    it("counts a full set as nothing", async () => {
      await depositLeg(w, 1, 700n);
      await depositLeg(w, 2, 700n);
      await bid(MAX_LOTS);
      await expectTooMany({ lots: MAX_LOTS + 1n }, MAX_LOTS + 1n);
    });
  });

  describe("given three assets", () => {
    beforeEach(async () => {
      w = await networkHelpers.loadFixture(openThree);
    });
    const buy = async (leg: number, lots: bigint): Promise<void> => {
      await bid(lots, { leg, price: 3_000n });
      await fill(w.bob, -lots, { leg, price: 3_000n });
    };

    it("counts each leg against the last", async () => {
      for (const leg of [1, 2]) {
        await buy(leg, MAX_LOTS);
        await expectTooMany({ leg, lots: 1n }, 101n);
        await expectTooMany({ leg, lots: -201n }, -101n);
      }
    });

    it("counts the last against the leg that comes to lie furthest from it", async () => {
      await buy(1, -50n);
      await buy(2, 30n);
      await expectTooMany({ leg: 3, lots: 51n }, 101n); // than leg 1
      await bid(50n, { leg: 3 });
      await expectTooMany({ leg: 3, lots: -71n }, -101n); // than leg 2
      await bid(-70n, { leg: 3, price: 6_000n });
    });

    it("counts a full set as nothing", async () => {
      for (const leg of [1, 2, 3]) await depositLeg(w, leg, 700n);
      for (const leg of [1, 2, 3]) {
        await bid(MAX_LOTS, { leg, price: 3_000n });
        await expectTooMany({ leg, lots: MAX_LOTS + 1n }, MAX_LOTS + 1n);
      }
    });
  });

  it("counts each branch of a root for itself", async () => {
    const root = await intervalRoot(w);
    await subMarket(w, root, 20n, 60n);
    for (const leg of [1, 2]) {
      await bid(50n, { root, leg, price: 50n });
      await fill(w.bob, -50n, { root, leg, price: 50n });
      await expectTooMany({ root, leg, lots: 51n }, 101n);
      await expectTooMany({ root, leg, lots: -151n }, -101n);
    }
    await bid(MAX_LOTS); // the basket is another market
  });

  describe("when fills have used it up", () => {
    let second: number;
    beforeEach(async () => {
      await bid(MAX_LOTS);
      second = await bid(MAX_LOTS, { price: 4_000n });
      await fill(w.bob, -MAX_LOTS);
    });

    it("takes out the next order that would go on, as one that is not covered", async () => {
      const story = await storyOf(w, submit(w, { trader: w.carol, lots: -MAX_LOTS, price: 4_000n }));
      expect(story.slice(0, 2)).to.deep.equal(["created 4", `offset ${second}: 100 uncovered`]);
      expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([MAX_LOTS, 0n]);
    });

    it("lets anybody take that order out (R35)", async () => {
      const story = await storyOf(w, w.book.connect(w.outsider).offset(at(second), 0));
      expect(story[0]).to.equal(`offset ${second}: 100 uncovered`);
    });

    it("lets stand what goes the other way", async () => {
      const back = await bid(-2n * MAX_LOTS, { price: 6_000n });
      const stranger = w.book.connect(w.outsider).offset(at(back), 0);
      await expectRefused(w, stranger, "Book_OrderStands", back, w.outsider.address);
    });
  });

  describe("given a position beyond it, by a deposit of a leg", () => {
    beforeEach(() => depositLeg(w, 1, 700n));

    it("takes any order that lets it shrink, down to the limit of the other side", async () => {
      const some = await bid(-50n, { price: 5_000n });
      await fill(w.bob, 50n);
      expect(some).to.equal(1);
      expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([650n, 0n]);
      await expectTooMany({ lots: -751n }, -101n);
      await bid(-750n);
    });

    it("refuses what would let it grow", async () => {
      await expectTooMany({ lots: 1n }, 701n);
      await expectTooMany({ leg: 2, lots: -1n }, -701n);
    });

    it("still takes deposits, and pays the leg out", async () => {
      await depositLeg(w, 1, 1n);
      await w.book.connect(w.alice).withdrawLeg(1, 701n, w.alice, 0);
      await w.book.connect(w.alice).withdrawLeg(1, 500n, w.alice, 0);
      expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([-500n, 0n]);
      await expectTooMany({ lots: -1n }, -501n);
      await bid(600n);
    });
  });
});
