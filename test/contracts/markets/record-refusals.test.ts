import { id, ZeroAddress, ZeroHash } from "ethers";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  type MarketSpec,
  newInterval,
  subMarket,
  submitMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  /** Strikes 0 to 100 and 30 to 60. */
  readonly rain: number;
  /** Three outcomes, scale 100. */
  readonly match: number;
}

async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  const rain = await intervalRoot(w);
  await subMarket(w, rain, 30n, 60n);
  return { ...w, rain, match: await eventRoot(w) };
}

describe("OrderBook.createMarket refuses a record on an existing root", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  async function refuses(spec: MarketSpec, error: string, ...values: unknown[]): Promise<void> {
    await expectRefused(w, submitMarket(w, spec), error, ...values);
  }

  it("by anybody but its owner, even if that signs for itself", async () => {
    const owner = w.alice;
    await refuses({ root: w.rain, owner, max: 90n }, "Book_NotMarketOwner", w.rain, owner.address, w.organiser.address);
    await refuses(
      { root: w.rain, branch: 3, parent: 1, owner, max: 90n },
      "Book_NotMarketOwner",
      w.rain,
      owner.address,
      w.organiser.address,
    );
    await refuses({ root: w.match, owner }, "Book_NotMarketOwner", w.match, owner.address, w.organiser.address);
  });

  it("of the basket root, by whomever (R10)", async () => {
    const spec = { root: 1, max: 5_000n, link: ZeroHash };
    await refuses(spec, "Book_NotMarketOwner", 1, w.organiser.address, ZeroAddress);
    await refuses({ ...spec, branch: 3 }, "Book_NotMarketOwner", 1, w.organiser.address, ZeroAddress);
  });

  it("with min above max", async () => {
    await refuses({ root: w.rain, min: 51n, max: 50n }, "Book_BoundsReversed", w.rain, 1, 51, 50);
    await refuses({ root: w.rain, branch: 3, parent: 1, min: 5n, max: 4n }, "Book_BoundsReversed", w.rain, 3, 5, 4);
    await refuses({ root: w.match, branch: 2, min: 1n }, "Book_BoundsReversed", w.match, 2, 1, 0);
  });

  describe("that is settled", () => {
    it("an interval by min = max", async () => {
      await tighten(w, w.rain, 1, 42n, 42n);
      await refuses({ root: w.rain, min: 42n, max: 42n }, "Book_MarketSettled", w.rain);
      await refuses({ root: w.rain, branch: 2, min: 30n, max: 60n }, "Book_MarketSettled", w.rain);
      await refuses({ root: w.rain, branch: 3, parent: 1, max: 100n }, "Book_MarketSettled", w.rain);
    });

    it("an event by its winner", async () => {
      await tighten(w, w.match, 2, 100n, 100n);
      await refuses({ root: w.match, branch: 1 }, "Book_MarketSettled", w.match);
    });
  });

  describe("that would be a sub-market", () => {
    it("of an event", async () => {
      await refuses({ root: w.match, branch: 4, parent: 1, max: 50n }, "Book_NoSubMarkets", w.match);
      await refuses({ root: w.match, branch: 0, parent: 1, max: 50n }, "Book_NoSubMarkets", w.match);
    });

    it("without the next number", async () => {
      await refuses({ root: w.rain, branch: 4, parent: 1, max: 50n }, "Book_MarketNumber", w.rain, 4, 3);
      await refuses({ root: w.rain, branch: 0, parent: 1, max: 50n }, "Book_MarketNumber", w.rain, 0, 3);
    });

    it("of a parent that does not exist, not even itself", async () => {
      for (const parent of [0, 3, 4, 65_535]) {
        await refuses({ root: w.rain, branch: 3, parent, max: 50n }, "Book_MarketUnknown", w.rain, parent);
      }
    });

    it("without room in its parent: both strikes clamp to the same edge", async () => {
      const sub = { root: w.rain, branch: 3 };
      await refuses({ ...sub, parent: 1, min: 100n, max: 200n }, "Book_NoRoom", w.rain, 3, 100, 100);
      await refuses({ ...sub, parent: 1, min: -9n, max: 0n }, "Book_NoRoom", w.rain, 3, 0, 0);
      await refuses({ ...sub, parent: 2, min: 0n, max: 30n }, "Book_NoRoom", w.rain, 3, 30, 30);
      await refuses({ ...sub, parent: 2, min: 60n, max: 99n }, "Book_NoRoom", w.rain, 3, 60, 60);
      await refuses({ ...sub, parent: 1, min: 40n, max: 40n }, "Book_NoRoom", w.rain, 3, 40, 40);
    });

    it("without room in the bounds of today: it would be determined at once", async () => {
      await tighten(w, w.rain, 1, 40n, 70n);
      const sub = { root: w.rain, branch: 3, parent: 1 };
      await refuses({ ...sub, min: 0n, max: 40n }, "Book_NoRoom", w.rain, 3, 0, 40);
      await refuses({ ...sub, min: 70n, max: 90n }, "Book_NoRoom", w.rain, 3, 70, 90);
    });

    it("the 33rd branch", async () => {
      for (let branch = 3; branch <= 32; branch += 1) await subMarket(w, w.rain, 0n, 100n);
      await refuses({ root: w.rain, branch: 33, parent: 1, max: 100n }, "Book_TooManyBranches", w.rain, 32);
    });
  });

  it("that names a parent where only bounds are meant", async () => {
    await refuses({ root: w.rain, parent: 1, max: 90n }, "Book_RootTermsRepeated", w.rain);
    await refuses({ root: w.rain, branch: 2, parent: 1, max: 50n }, "Book_RootTermsRepeated", w.rain);
    await refuses({ root: w.match, parent: 1, max: 50n }, "Book_RootTermsRepeated", w.match);
  });

  it("that repeats terms of the root, on a sub-market too", async () => {
    const spec = { root: w.rain, branch: 3, parent: 1, max: 50n };
    await refuses({ ...spec, tickValue: 1n }, "Book_RootTermsRepeated", w.rain);
    await refuses({ ...spec, descriptionHash: id("A sub-market") }, "Book_RootTermsRepeated", w.rain);
    const { kind, description = "", descriptionHash = "" } = newInterval(w);
    await refuses({ ...spec, kind: kind!, description, descriptionHash }, "Book_RootTermsRepeated", w.rain);
  });

  it("with a description: nobody signed one", async () => {
    const description = "Whoever submits this may not add to it";
    const values = [id(description), ZeroHash];
    await refuses({ root: w.rain, max: 90n, description }, "Book_DescriptionMismatch", ...values);
    await refuses({ root: w.rain, branch: 3, parent: 1, max: 90n, description }, "Book_DescriptionMismatch", ...values);
  });

  describe("that leaves the event no outcome", () => {
    it("because the greatest weights are too small together", async () => {
      await tighten(w, w.match, 1, 0n, 30n);
      await tighten(w, w.match, 2, 0n, 30n);
      await refuses({ root: w.match, branch: 3, max: 39n }, "Book_NoOutcomeLeft", w.match, 3, 0, 39);
    });

    it("because the least weights are too large together", async () => {
      await tighten(w, w.match, 1, 50n, 100n);
      await refuses({ root: w.match, branch: 2, min: 51n, max: 100n }, "Book_NoOutcomeLeft", w.match, 2, 51, 100);
    });

    it("because every outcome would be out", async () => {
      await tighten(w, w.match, 1, 0n, 0n);
      await tighten(w, w.match, 2, 0n, 99n);
      await refuses({ root: w.match, branch: 3 }, "Book_NoOutcomeLeft", w.match, 3, 0, 0);
    });
  });
});
