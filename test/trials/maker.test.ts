import { expect } from "chai";
import hre from "hardhat";

import { tryLosses } from "../../trials/maker/losses.js";
import { findRevertData } from "../../src/node/revert-data.js";
import { isOfTaker, tryOnChain } from "../../trials/maker/on-chain.js";
import { createMaker, deployFactory, openMaker, tradeThrough } from "../../stage/contracts/makers.js";
import { TIME_IN_FORCE, TOKEN } from "../../stage/contracts/units.js";
import { bankroll, openWorld } from "../../stage/contracts/world.js";

describe("Automated makers, tried a little", () => {
  it("lose no more than their deposit in any outcome, and come near it", () => {
    const { trades, lives, nearest, problems } = tryLosses(8_000, 1n);
    expect(problems).to.deep.equal([]);
    expect([trades, lives]).to.deep.equal([8_000, 200]);
    expect(nearest > 900_000n && nearest <= 1_000_000n, `${nearest} millionths`).to.equal(true);
  });

  it("are covered after every order on a chain, and leave nothing in the book", async () => {
    const { trades, refused, lotsOfMakers, least, problems } = await tryOnChain(await hre.network.create(), 60, 1n);
    expect(problems).to.deep.equal([]);
    expect(lotsOfMakers).to.be.greaterThan(500n);
    expect(refused).to.be.lessThan(trades / 2);
    expect(least).to.be.greaterThanOrEqual(0n);
  });

  it("forgive a refusal of the order that was brought, and none of the maker or of its own order", async () => {
    const world = await openWorld(await hre.network.create());
    await bankroll(world, TOKEN, world.alice);
    const maker = await openMaker(world, { liquidity: 100n, prior: [1, 1] });
    const unpaid = await createMaker(world, await deployFactory(world), { liquidity: 100n, prior: [1, 1] });
    const order = { trader: world.alice, lots: 1_000n, price: 6_000n };
    const why = (trade: Promise<unknown>): Promise<string> =>
      trade.then(
        () => "taken",
        (error: unknown) => findRevertData(error) ?? String(error),
      );
    const killed = await why(tradeThrough(world, maker, { ...order, timeInForce: TIME_IN_FORCE.fillOrKill }));
    const unknown = await why(tradeThrough(world, maker, { ...order, leg: 3 }));
    const notPaid = await why(tradeThrough(world, unpaid, order));
    const stale = await why(tradeThrough(world, maker, { ...order, link: `0x${"11".repeat(32)}` }));
    expect([killed, unknown, notPaid, stale].map(isOfTaker), stale).to.deep.equal([true, true, false, false]);
  });
});
