import { id, ZeroAddress, ZeroHash } from "ethers";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  INTERVAL,
  intervalRoot,
  MARKET_TICK,
  type MarketSpec,
  newEvent,
  newInterval,
  submitMarket,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { MAX_UINT64 } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWorld(connection);
}

describe("OrderBook.createMarket refuses a new root", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  async function refuses(spec: MarketSpec, error: string, ...values: unknown[]): Promise<void> {
    await expectRefused(w, submitMarket(w, spec), error, ...values);
  }

  describe("that brings a number", () => {
    for (const root of [2, 3, 2 ** 18 - 1, 2 ** 32 - 1]) {
      it(`root ${root} where 2 is the next: the book gives it`, () =>
        refuses(newInterval(w, { root, link: ZeroHash }), "Book_MarketUnknown", root, 1));
    }

    it("another branch than the first", async () => {
      await refuses(newInterval(w, { branch: 2 }), "Book_MarketNumber", 0, 2, 1);
      await refuses(newInterval(w, { branch: 0 }), "Book_MarketNumber", 0, 0, 1);
    });

    it("root 2 once it exists: it is a record of that root then, and out of its chain", async () => {
      await intervalRoot(w);
      const { tip } = await w.book.rootOf(2);
      await refuses(newInterval(w, { root: 2, link: ZeroHash }), "Book_MarketOutOfChain", ZeroHash, tip);
    });
  });

  it("with the number of the basket root, which nobody owns", () =>
    refuses(newInterval(w, { root: 1, link: ZeroHash }), "Book_NotMarketOwner", 1, w.organiser.address, ZeroAddress));

  it("with a parent: only sub-markets have one", async () => {
    await refuses(newInterval(w, { parent: 1 }), "Book_MarketUnknown", 0, 1);
    await refuses(newEvent(w, { parent: 7 }), "Book_MarketUnknown", 0, 7);
  });

  it("of an unknown kind", async () => {
    await refuses(newInterval(w, { kind: 0 }), "Book_MarketKindUnknown", 0);
    await refuses(newInterval(w, { kind: 3 }), "Book_MarketKindUnknown", 3);
    await refuses(newInterval(w, { kind: 255 }), "Book_MarketKindUnknown", 255);
  });

  it("with min above max", async () => {
    await refuses(newInterval(w, { min: 101n }), "Book_BoundsReversed", 0, 1, 101n, 100n);
    await refuses(newEvent(w, { max: -1n }), "Book_BoundsReversed", 0, 1, 0n, -1n);
  });

  it("of an interval without room, or with outcomes", async () => {
    await refuses(newInterval(w, { min: 100n, fallback: 100n }), "Book_NoRoom", 0, 1, 100n, 100n);
    await refuses(newInterval(w, { outcomes: 2 }), "Book_OutcomeCount", 2, 0, 0);
  });

  it("of an event that does not begin at 0, or whose scale is 0", async () => {
    await refuses(newEvent(w, { min: 1n }), "Book_NoRoom", 0, 1, 1n, 100n);
    await refuses(newEvent(w, { min: -1n }), "Book_NoRoom", 0, 1, -1n, 100n);
    await refuses(newEvent(w, { max: 0n }), "Book_NoRoom", 0, 1, 0n, 0n);
  });

  for (const outcomes of [0, 1, 17, 65_535]) {
    it(`of an event of ${outcomes} outcomes`, () =>
      refuses(newEvent(w, { outcomes }), "Book_OutcomeCount", outcomes, 2, 16));
  }

  describe("whose tickValue", () => {
    it("is 0", () => refuses(newInterval(w, { tickValue: 0n }), "Book_TickValueOutOfRange", 0, MAX_UINT64));

    it("does not fit a uint64", async () => {
      const tickValue = 2n ** 64n;
      await refuses(newInterval(w, { tickValue }), "Book_TickValueOutOfRange", tickValue, MAX_UINT64);
      await refuses(
        newInterval(w, { tickValue: 2n ** 128n - 1n }),
        "Book_TickValueOutOfRange",
        2n ** 128n - 1n,
        MAX_UINT64,
      );
      await refuses(newEvent(w, { tickValue }), "Book_TickValueOutOfRange", tickValue, MAX_UINT64);
    });
  });

  describe("whose closesAt", () => {
    let now: number;
    beforeEach(async () => {
      now = (await networkHelpers.time.latest()) + 10;
      await networkHelpers.time.setNextBlockTimestamp(now);
    });

    it("has come", () => refuses(newInterval(w, { closesAt: now }), "Book_ClosesAtOutOfRange", now, now, w.t2));
    it("is long past", () => refuses(newInterval(w, { closesAt: 1 }), "Book_ClosesAtOutOfRange", 1, now, w.t2));
    it("is 0", () => refuses(newEvent(w, { closesAt: 0 }), "Book_ClosesAtOutOfRange", 0, now, w.t2));
    it("lies after t2", () =>
      refuses(newInterval(w, { closesAt: w.t2 + 1 }), "Book_ClosesAtOutOfRange", w.t2 + 1, now, w.t2));
  });

  it("at or after t2, when nothing could be traded any more", async () => {
    await networkHelpers.time.setNextBlockTimestamp(w.t2);
    await refuses(newInterval(w), "Book_ClosesAtOutOfRange", w.t2, w.t2, w.t2);
  });

  describe("whose settleBy", () => {
    it("lies before closesAt", async () => {
      const { settleLimit } = w.params;
      await refuses(newInterval(w, { settleBy: w.t2 - 1 }), "Book_SettleByOutOfRange", w.t2 - 1, w.t2, settleLimit);
      await refuses(newEvent(w, { settleBy: 0 }), "Book_SettleByOutOfRange", 0, w.t2, settleLimit);
    });

    it("lies after the session's limit", async () => {
      const settleBy = Number(w.params.settleLimit) + 1;
      await refuses(newInterval(w, { settleBy }), "Book_SettleByOutOfRange", settleBy, w.t2, w.params.settleLimit);
    });
  });

  describe("whose fallback", () => {
    it("is no outcome of the interval", async () => {
      await refuses(newInterval(w, { fallback: -1n }), "Book_FallbackOutOfRange", -1, 0, 100);
      await refuses(newInterval(w, { fallback: 101n }), "Book_FallbackOutOfRange", 101, 0, 100);
    });

    it("is no outcome of the event: they are numbered from 1", async () => {
      await refuses(newEvent(w, { fallback: 0n }), "Book_FallbackOutOfRange", 0, 1, 3);
      await refuses(newEvent(w, { fallback: 4n }), "Book_FallbackOutOfRange", 4, 1, 3);
      await refuses(newEvent(w, { fallback: -1n }), "Book_FallbackOutOfRange", -1, 1, 3);
    });
  });

  it("with another description than the one whose hash was signed", async () => {
    const descriptionHash = id("What was signed");
    const spec = newInterval(w, { description: "What was sent", descriptionHash });
    await refuses(spec, "Book_DescriptionMismatch", id("What was sent"), descriptionHash);
    await refuses(
      newEvent(w, { description: "", descriptionHash }),
      "Book_DescriptionMismatch",
      id(""),
      descriptionHash,
    );
  });

  it("that repeats the terms of an existing one", async () => {
    const root = await eventRoot(w);
    const description = "Again";
    const terms: MarketSpec[] = [
      { kind: INTERVAL, description, descriptionHash: id(description) },
      { outcomes: 3 },
      { tickValue: MARKET_TICK },
      { closesAt: w.t2 },
      { settleBy: w.t2 },
      { fallback: 1n },
      { descriptionHash: id(description) },
    ];
    for (const spec of terms) await refuses({ root, max: 100n, ...spec }, "Book_RootTermsRepeated", root);
  });
});
