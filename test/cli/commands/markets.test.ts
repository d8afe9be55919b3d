import { expect } from "chai";

import { between } from "../../protocol/markets.js";
import { ask, expectTold, session, tell } from "../support.js";
import { addEvent, addRain, openWorld, trade, type World } from "../world.js";

interface Market {
  readonly marketRootId: number;
  readonly marketBranchId: number;
  readonly kind: string;
  readonly minTicks: string;
  readonly maxTicks: string;
  readonly settled: boolean;
  readonly owner: string;
  readonly bestBidTicks: string | null;
  readonly bestAskTicks: string | null;
}

/** Root 2 is rain with a sub-market, root 3 an event of two outcomes. */
async function withRoots(world: World): Promise<void> {
  await addRain(world);
  await world.owner.createBranch(2, between(200, 400));
  await addEvent(world, 2);
}

describe("session markets", function () {
  let world: World;

  beforeEach(async function () {
    world = await openWorld(withRoots);
  });

  const markets = async (): Promise<readonly Market[]> =>
    (await ask<{ markets: Market[] }>(world.env, "markets")).markets;

  it("lists every branch of every root, with its bounds", async function () {
    const found = await markets();
    expect(
      found.map(({ marketRootId, marketBranchId, kind, minTicks, maxTicks }) => [
        marketRootId,
        marketBranchId,
        kind,
        minTicks,
        maxTicks,
      ]),
    ).to.deep.equal([
      [1, 1, "basket", "0", "10000"],
      [1, 2, "basket", "0", "10000"],
      [2, 1, "interval", "0", "1000"],
      [2, 2, "interval", "200", "400"], // its strikes
      [3, 1, "event", "0", "100"],
      [3, 2, "event", "0", "100"],
    ]);
  });

  it("says of each what the book has of its root", async function () {
    for (const market of await markets()) {
      const root = await world.handle.book.rootOf(market.marketRootId);
      expect(market).to.deep.include({
        owner: root.owner,
        settled: root.settled,
        tickValueWei: root.tickValue.toString(),
        closesAt: root.closesAt.toString(),
        settleBy: root.settleBy.toString(),
      });
    }
  });

  it("names the best prices of both sides", async function () {
    await trade(world, world.alice, "buy", "10", "--price", "5500");
    await trade(world, world.bob, "sell", "10", "--price", "5600");
    await trade(world, world.bob, "sell", "10", "--market", "3.2", "--price", "40");
    const found = await markets();
    const best = found.map(({ bestBidTicks, bestAskTicks }) => [bestBidTicks, bestAskTicks]);
    expect(best).to.deep.equal([
      ["5500", "5600"],
      [null, null],
      [null, null],
      [null, null],
      [null, null],
      [null, "40"],
    ]);
  });

  it("follows what the owner says, to the outcome", async function () {
    await world.owner.tighten({ marketRootId: 2, marketBranchId: 1 }, between(250, 300));
    await world.owner.award(3, 2);
    const found = await markets();
    expect(found.map(({ minTicks, maxTicks, settled }) => [minTicks, maxTicks, settled])).to.deep.equal([
      ["0", "10000", false],
      ["0", "10000", false],
      ["250", "300", false],
      ["250", "300", false],
      ["0", "0", true],
      ["100", "100", true],
    ]);
  });

  it("tells people in a table, small amounts in wei, and how each stands", async function () {
    await trade(world, world.alice, "buy", "10", "--price", "5500");
    await trade(world, world.bob, "sell", "7", "--market", "2", "--price", "900");
    await world.owner.tighten({ marketRootId: 2, marketBranchId: 1 }, between(400, 900));
    await world.owner.award(3, 1);
    const lines = (await tell(world.env, "markets")).split("\n").map((line) => line.split(/ {2,}/));
    const [header, , ...rows] = lines;
    expect(header).to.deep.equal([
      "market",
      "pays from",
      "to",
      "a tick of a lot",
      "best bid",
      "best offer",
      "closes",
      "state",
    ]);
    const closes = new Date(world.handle.t2 * 1_000).toISOString().replace(".000", "");
    expect(rows).to.deep.equal([
      ["leg 1", "0", "10000", "100000000000 wei", "10 at 5500", "-", closes, "open"],
      ["leg 2", "0", "10000", "100000000000 wei", "-", "-", closes, "open"],
      ["2.1", "400", "900", "0.00001", "-", "7 at 900", closes, "open"],
      ["2.2", "400", "400", "0.00001", "-", "-", closes, "determined"],
      ["3.1", "100", "100", "0.00001", "-", "-", closes, "settled"],
      ["3.2", "0", "0", "0.00001", "-", "-", closes, "settled"],
    ]);
  });

  it("wants a session", async function () {
    const { SESSION_RPC_URL = "" } = world.env;
    await expectTold(session({ SESSION_RPC_URL }, "markets", "--json"), 2, "SETTINGS_INVALID");
    await expectTold(session(world.env, "markets", "extra", "--json"), 2, "ARGUMENT_INVALID");
  });
});
