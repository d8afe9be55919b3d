import { expect } from "chai";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  ordersStory,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { place, submit, submitAll } from "../../../stage/contracts/orders.js";
import { DAY, TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
  readonly closesAt: number;
}

async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const closesAt = w.t1 + DAY;
  const rain = await intervalRoot(w, { closesAt });
  await subMarket(w, rain, 30n, 60n);
  return { ...w, rain, match: await eventRoot(w, { closesAt }), closesAt };
}

describe("Orders that a market refuses", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  interface Order {
    readonly root: number;
    readonly leg?: number;
    readonly price: bigint;
    readonly lots?: bigint;
  }

  async function refuses(order: Order, error: string, ...values: unknown[]): Promise<void> {
    await expectRefused(w, submit(w, { trader: w.alice, lots: 1n, ...order }), error, ...values);
  }

  describe("in a closed root", () => {
    it("takes them until the second before", async () => {
      await networkHelpers.time.setNextBlockTimestamp(w.closesAt - 1);
      await place(w, { trader: w.alice, root: w.rain, lots: 1n, price: 50n });
    });

    it("refuses them from closesAt on, in every branch", async () => {
      for (const order of [
        { root: w.rain, price: 50n },
        { root: w.rain, leg: 2, price: 50n },
        { root: w.match, leg: 3, price: 50n },
      ]) {
        const fixed = await networkHelpers.takeSnapshot();
        await networkHelpers.time.setNextBlockTimestamp(w.closesAt);
        await refuses(order, "Book_MarketClosed", order.root, w.closesAt, w.closesAt);
        await fixed.restore();
      }
    });

    it("goes on in the other roots, the basket's too", async () => {
      const later = await intervalRoot(w, { closesAt: w.closesAt + 1_000 });
      await networkHelpers.time.increaseTo(w.closesAt);
      await place(w, { trader: w.alice, root: later, lots: 1n, price: 50n });
      await place(w, { trader: w.alice, lots: 1n, price: 5_000n });
    });
  });

  it("in a settled root, at any price", async () => {
    await tighten(w, w.rain, 1, 45n, 45n);
    for (const price of [0n, 45n, 100n]) {
      await refuses({ root: w.rain, price }, "Book_MarketDetermined", w.rain, 1, 45);
    }
    await tighten(w, w.match, 2, 100n, 100n);
    await refuses({ root: w.match, leg: 1, price: 0n }, "Book_MarketDetermined", w.match, 1, 0);
    await refuses({ root: w.match, leg: 2, price: 100n }, "Book_MarketDetermined", w.match, 2, 100);
  });

  it("in a determined market of a root that goes on", async () => {
    await tighten(w, w.rain, 1, 60n, 100n);
    await refuses({ root: w.rain, leg: 2, price: 60n }, "Book_MarketDetermined", w.rain, 2, 60);
    await place(w, { trader: w.alice, root: w.rain, lots: 1n, price: 60n });
  });

  it("settled and closed: says closed", async () => {
    await tighten(w, w.rain, 1, 45n, 45n);
    await networkHelpers.time.setNextBlockTimestamp(w.closesAt);
    await refuses({ root: w.rain, price: 45n }, "Book_MarketClosed", w.rain, w.closesAt, w.closesAt);
  });

  describe("at a price outside the bounds", () => {
    it("of the beginning", async () => {
      await refuses({ root: w.rain, price: -1n }, "Book_PriceOutOfBounds", -1, 0, 100);
      await refuses({ root: w.rain, price: 101n }, "Book_PriceOutOfBounds", 101, 0, 100);
      await refuses({ root: w.rain, leg: 2, price: 29n }, "Book_PriceOutOfBounds", 29, 30, 60);
      await refuses({ root: w.rain, leg: 2, price: 61n, lots: -1n }, "Book_PriceOutOfBounds", 61, 30, 60);
      await refuses({ root: w.match, price: 101n }, "Book_PriceOutOfBounds", 101, 0, 100);
    });

    it("of today, on either side of the book", async () => {
      await tighten(w, w.rain, 1, 40n, 55n);
      for (const lots of [1n, -1n]) {
        await refuses({ root: w.rain, price: 39n, lots }, "Book_PriceOutOfBounds", 39, 40, 55);
        await refuses({ root: w.rain, leg: 2, price: 56n, lots }, "Book_PriceOutOfBounds", 56, 40, 55);
      }
      await place(w, { trader: w.alice, root: w.rain, lots: 1n, price: 40n });
      await place(w, { trader: w.alice, root: w.rain, leg: 2, lots: 1n, price: 55n });
    });

    it("that other outcomes imply", async () => {
      await tighten(w, w.match, 1, 30n, 100n);
      await refuses({ root: w.match, leg: 2, price: 71n }, "Book_PriceOutOfBounds", 71, 0, 70);
      await refuses({ root: w.match, leg: 1, price: 29n }, "Book_PriceOutOfBounds", 29, 30, 100);
    });
  });

  it("in a root or branch that does not exist", async () => {
    for (const [root, leg] of [
      [0, 1],
      [4, 1],
      [2 ** 32 - 1, 1],
      [w.rain, 0],
      [w.rain, 3],
      [w.rain, 65_535],
      [w.match, 4],
    ] as const) {
      await refuses({ root, leg, price: 50n }, "Book_MarketUnknown", root, leg);
    }
  });

  it("in a batch are skipped with the same reasons", async () => {
    await tighten(w, w.rain, 1, 60n, 100n);
    const story = await ordersStory(
      w,
      submitAll(w, [
        { trader: w.alice, root: w.rain, leg: 2, lots: 1n, price: 60n },
        { trader: w.alice, root: w.rain, lots: 1n, price: 59n },
        { trader: w.alice, root: 9, lots: 1n, price: 59n },
        { trader: w.alice, root: w.rain, lots: 1n, price: 60n },
      ]),
    );
    expect(story).to.deep.equal([
      "skipped 0: Book_MarketDetermined",
      "skipped 1: Book_PriceOutOfBounds",
      "skipped 2: Book_MarketUnknown",
      "created 1",
    ]);
  });

  it("or takes, with any time in force, as the basket's would", async () => {
    await place(w, { trader: w.bob, root: w.rain, lots: -5n, price: 50n });
    const order = { trader: w.alice, root: w.rain, lots: 10n, price: 50n };
    await refusesLike(TIME_IN_FORCE.fillOrKill, "Book_FillOrKillUnfilled", 10, 5);
    await refusesLike(TIME_IN_FORCE.postOnly, "Book_PostOnlyWouldTake", 50, 50);
    const story = await ordersStory(w, submit(w, { ...order, timeInForce: TIME_IN_FORCE.immediateOrCancel }));
    expect(story).to.deep.equal(["created 2", "matched 1 2: 5 at 50", "offset 2: 5 remainder"]);

    async function refusesLike(timeInForce: number, error: string, ...values: unknown[]): Promise<void> {
      await expectRefused(w, submit(w, { ...order, timeInForce }), error, ...values);
    }
  });
});
