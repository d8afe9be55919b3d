import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { readDepth } from "../../../src/client/market-views.js";
import { relayThatAnswers, SESSION } from "../saying-relay.js";
import { ask, expectSaid, expectTold, session, sessionIn, tell } from "../support.js";
import { addRain, openWorld, trade, type World } from "../world.js";

async function withBothSides(world: World): Promise<void> {
  await addRain(world);
  for (const [lots, price] of [
    ["100", "5500"],
    ["50", "5500"],
    ["70", "5400"],
  ] as const)
    // prettier-ignore
    await trade(world, world.alice, "buy", lots, "--price", price);
  for (const [lots, price] of [
    ["40", "6000"],
    ["30", "6100"],
  ] as const)
    // prettier-ignore
    await trade(world, world.bob, "sell", lots, "--price", price);
  await trade(world, world.bob, "sell", "5", "--market", "2", "--price", "900");
}

describe("session book", function () {
  let world: World;

  beforeEach(async function () {
    world = await openWorld(withBothSides);
  });

  it("gives one level for each price, best first, as the book on the chain has them", async function () {
    const shown = await ask<{ bids: object[]; asks: object[] }>(world.env, "book");
    expect(shown).to.deep.equal({
      marketRootId: 1,
      marketBranchId: 1,
      head: null,
      bids: [
        { priceTicks: "5500", lots: "150" },
        { priceTicks: "5400", lots: "70" },
      ],
      asks: [
        { priceTicks: "6000", lots: "40" },
        { priceTicks: "6100", lots: "30" },
      ],
    });
    const { bids, asks } = await readDepth(world.handle, { marketRootId: 1, marketBranchId: 1 });
    const levels = (side: typeof bids): object[] =>
      side.map(({ priceTicks: price, lots }) => ({ priceTicks: price.toString(), lots: lots.toString() }));
    expect([shown.bids, shown.asks]).to.deep.equal([levels(bids), levels(asks)]);
  });

  it("prints a ladder whose prices fall from top to bottom", async function () {
    expect(await tell(world.env, "book")).to.equal(
      [
        "Depth of leg 1",
        "",
        "price       bid lots  offer lots",
        "----------  --------  ----------",
        "6100 (61%)                    30",
        "6000 (60%)                    40",
        "5500 (55%)       150",
        "5400 (54%)        70",
      ].join("\n"),
    );
  });

  it("shows any market by its root and branch, in ticks where there are no weights", async function () {
    expect(await tell(world.env, "book", "--market", "2")).to.equal(
      [
        "Depth of 2.1",
        "",
        "price  bid lots  offer lots",
        "-----  --------  ----------",
        "900                       5",
      ].join("\n"),
    );
    expect(await ask(world.env, "book", "--market", "2.1")).to.deep.include({ marketRootId: 2, bids: [] });
  });

  it("says where leg 2 is traded if there are two assets", async function () {
    const text = await tell(world.env, "book", "--leg", "2");
    expect(text).to.equal("Depth of leg 2\n\n(none)\n\nWith two assets both legs are traded as leg 1: see there.");
  });

  it("looks at no more orders than it is told to", async function () {
    const { bids, asks } = await ask<{ bids: object[]; asks: object[] }>(world.env, "book", "--orders", "1");
    expect(bids).to.deep.equal([{ priceTicks: "5500", lots: "100" }]);
    expect(asks).to.deep.equal([{ priceTicks: "6000", lots: "40" }]);
  });

  it("draws the depth into a file, where it is called, and says so", async function () {
    const { stdout } = await sessionIn(world.folder, world.env, "book", "--svg", "depth.svg");
    expect(stdout).to.match(/\n\nPicture: depth\.svg\n$/);
    const picture = await readFile(join(world.folder, "depth.svg"), "utf8");
    expect(picture).to.contain('<title id="title">Depth of leg 1</title>');
    expect(picture).to.contain("bids: 220 lots, best price 5500 ticks; offers: 70 lots, best price 6000 ticks.");
  });

  it("is refused where there is no such market", async function () {
    await expectTold(session(world.env, "book", "--market", "9", "--json"), 1, "Book_MarketUnknown", {
      marketRootId: "9",
    });
    await expectTold(session(world.env, "book", "--leg", "3", "--json"), 1, "Book_MarketUnknown");
    await expectSaid(session(world.env, "book", "--market", "9"), 1, "Book_MarketUnknown", "Name a market that exists");
  });

  it("is refused with words that are none, before any chain is asked", async function () {
    const nowhere = { ...world.env, SESSION_RPC_URL: "http://127.0.0.1:1" };
    const refuse = (argument: string, value: string, ...words: string[]) =>
      expectTold(session(nowhere, "book", ...words, "--json"), 2, "ARGUMENT_INVALID", { argument, value });
    await refuse("--market", "two", "--market", "two");
    await refuse("--leg", "0", "--leg", "0");
    for (const count of ["0", "1001", "many"]) await refuse("--orders", count, "--orders", count);
  });

  it("is refused a picture in a folder that is not there", async function () {
    const file = join(world.folder, "none", "depth.svg");
    await expectTold(session(world.env, "book", "--svg", file, "--json"), 2, "FILE_UNWRITABLE", { file });
  });

  describe("asked of a relay", function () {
    const MAKER = `0x${"3a".repeat(20)}`;
    const ROUTER = `0x${"5e".repeat(20)}`;
    const DEPTH = {
      ...{ marketRootId: 1, marketBranchId: 1, bids: [{ priceTicks: "5400", lots: "7", orders: 2 }], asks: [] },
      house: [
        {
          ...{ through: "maker", contract: MAKER, bids: [{ priceTicks: "5380", lots: "20" }] },
          asks: [{ priceTicks: "5420", lots: "21" }],
        },
        { through: "set", contract: ROUTER, bids: [], asks: [{ priceTicks: "5500", lots: "3" }] },
      ],
    };
    const BRANCH = { bounds: { lower: "0", upper: "10000" }, bestBid: null, bestAsk: null, crossed: false };
    const MARKETS = {
      roots: [
        {
          ...{ marketRootId: 1, kind: "simplex", owner: ZeroAddress, tickValue: "1", closesAt: "1", settleBy: "1" },
          ...{ fallbackOutcome: "0", settled: false, tip: ZeroHash, outcomes: { lower: "0", upper: "10000" } },
          firstBounds: { lower: "0", upper: "10000" },
          branches: [1, 2].map((marketBranchId) => ({ marketBranchId, ...BRANCH })),
          head: null,
        },
      ],
    };
    /** Both are asked at once, in whichever order. */
    const asking = (use: (url: string) => Promise<void>) =>
      relayThatAnswers({ "/v1/session": SESSION, "/v1/markets/1/1/depth": DEPTH, "/v1/markets": MARKETS }, use);

    it("shows what rests, and apart from it what the relay's houses would add, without a node", async function () {
      const env = { SESSION_RPC_URL: "http://127.0.0.1:1" };
      await asking(async (url) => {
        const text = await tell(env, "book", "--relay", url);
        expect(text.split("\n")).to.deep.equal([
          ...["Depth of leg 1", ""],
          ...["price       bid lots  offer lots", "----------  --------  ----------", "5400 (54%)         7", ""],
          `House depth, which rests nowhere: the maker ${MAKER}`,
          ...["price         bid lots  offer lots", "------------  --------  ----------"],
          ...["5420 (54.2%)                    21", "5380 (53.8%)        20", ""],
          "House depth, which rests nowhere: complete sets of all other legs",
          ...[
            "price       bid lots  offer lots",
            "----------  --------  ----------",
            "5500 (55%)                     3",
          ],
        ]);
        const shown = await ask<{ bids: object[]; houses: object[] }>(env, "book", "--relay", url);
        expect([shown.bids, shown.houses]).to.deep.equal([[{ priceTicks: "5400", lots: "7" }], DEPTH.house]);
      });
    });

    it("is not asked of another session's, nor together with what only a node is asked for", async function () {
      await asking(async (url) => {
        const other = session({}, "book", "--relay", url, "--session", world.alice.address, "--json");
        await expectTold(other, 2, "ARGUMENT_INVALID", { argument: "--relay" });
        const sets = session({}, "book", "--relay", url, "--sets", "--json");
        await expectTold(sets, 2, "ARGUMENT_INVALID", { argument: "--sets" });
        const maker = session({}, "book", "--relay", url, "--maker", MAKER, "--json");
        await expectTold(maker, 2, "ARGUMENT_INVALID", { argument: "--maker", value: MAKER });
      });
      await expectTold(session({}, "book", "--relay", "http://", "--json"), 2, "ARGUMENT_INVALID");
    });
  });
});
