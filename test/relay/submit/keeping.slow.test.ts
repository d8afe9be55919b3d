import { expect } from "chai";
import { parseEther } from "ethers";

import { drained } from "../../../trials/relay/load-generator.js";
import { createMarketOwner } from "../../../src/client/market-owner.js";
import type { PackageFields } from "../../../src/protocol/signing/package.js";
import { ticks } from "../../../src/protocol/amounts/units.js";
import { accepted, becomes, eventually, openWorld, type TestRelay, type TestWorld } from "../support.js";

const ONE = parseEther("1");
const MARKET = { marketRootId: 2, marketBranchId: 1 };
const CLOSES_AFTER = 86_400;
const FALLBACK = 25n;

/** What a relay does for a book unasked, on a real chain. Traders have 1 000 session tokens each; a tick of a lot is one. */
describe("given a relay, and a market over [0, 100] that nobody settles", function () {
  let world: TestWorld;
  let relay: TestRelay;
  let closesAt: number;

  before(async () => {
    world = await openWorld({ traders: 4 });
    const { handle, organiser, provider } = world.stage;
    const owner = createMarketOwner(handle, organiser);
    closesAt = (await provider.getBlock("latest"))!.timestamp + CLOSES_AFTER;
    await owner.createInterval({
      bounds: { lower: ticks(0n), upper: ticks(100n) },
      tickValue: ONE,
      fallbackOutcome: ticks(FALLBACK),
      closesAt: BigInt(closesAt),
      settleBy: BigInt(closesAt + 3_600),
      description: "What nobody looks at.",
    });
    relay = await world.startRelay({ flags: ["--keep-ms", "100"] });
  });
  after(() => world.close());

  const take = async (trader: number, fields: Partial<PackageFields>): Promise<number> => {
    const link = await accepted(relay.client, await world.sign(trader, { ...MARKET, ...fields }));
    return Number((await becomes(relay.client, link, "onChain"))["tradeRootId"]);
  };
  const lotsOf = async (tradeRootId: number): Promise<bigint> =>
    (await world.stage.handle.book.orderAt(tradeRootId)).lots;
  const claimOf = async (trader: number): Promise<bigint> =>
    (await world.stage.handle.book.accountOf(world.stage.traders[trader]!.address)).claim;
  const positionOf = async (trader: number): Promise<bigint[]> => [
    ...(await world.stage.handle.book.positionOf(world.stage.traders[trader]!.address, MARKET.marketRootId)),
  ];

  it("when a fill takes what another order of the trader needs, it takes out what cannot be borne of that", async () => {
    const bid = await take(0, { nonce: 0n, priceTicks: 40n, quantityLots: 15n }); // 600 of 1 000
    const other = await take(0, { nonce: 1n, priceTicks: 30n, quantityLots: 20n }); // 600 too: each alone can be borne
    expect([await lotsOf(bid), await lotsOf(other)]).to.deep.equal([15n, 20n]);
    await take(1, { nonce: 0n, priceTicks: 40n, quantityLots: -15n });
    await eventually("7 lots of the other order are out", async () => (await lotsOf(other)) === 13n); // 390 of 400
    expect([await claimOf(0), await claimOf(1)]).to.deep.equal([400n * ONE, 100n * ONE]);
  });

  it("when somebody leaves the market crossed, it goes on matching", async () => {
    const { handle, organiser } = world.stage;
    const bids = [await take(2, { nonce: 0n, priceTicks: 35n, quantityLots: 1n })];
    bids.push(await take(2, { nonce: 1n, priceTicks: 35n, quantityLots: 1n }));
    const { package: tradePackage, signature } = await world.sign(3, {
      ...MARKET,
      nonce: 0n,
      priceTicks: 35n,
      quantityLots: -2n,
    });
    const order = { tradePackage, signature, insertAfter: 0, place: 0, newest: 0 };
    const oneStep = 1;
    await (await handle.book.connect(organiser).createTrade(order, oneStep, 64)).wait();
    await eventually("both bids are filled", async () => (await lotsOf(bids[1]!)) === 0n);
    expect([await positionOf(2), await positionOf(3)]).to.deep.equal([[2n], [-2n]]);
  });

  it("when the market closes with an order in it, it takes the order out", async () => {
    const { provider } = world.stage;
    const left = await take(3, { nonce: 1n, priceTicks: 90n, quantityLots: -1n });
    await provider.send("evm_setNextBlockTimestamp", [closesAt]);
    await world.mine();
    await eventually("the order is out", async () => (await lotsOf(left)) === 0n);
  });

  it("when nobody has settled the market in time, it applies the fallback and realises every position", async () => {
    const { handle, provider } = world.stage;
    await provider.send("evm_setNextBlockTimestamp", [closesAt + 3_600]);
    await world.mine();
    await eventually("the root is settled", async () => (await handle.book.rootOf(MARKET.marketRootId)).settled);
    await eventually("all positions are cash", async () => {
      const positions = await Promise.all([0, 1, 2, 3].map(positionOf));
      return positions.flat().every((lots) => lots === 0n);
    });
    // 15 lots at 40 and 2 at 35, each worth 25 in the end.
    expect(await Promise.all([0, 1, 2, 3].map(claimOf))).to.deep.equal([
      (1_000n - 15n * 40n + 15n * FALLBACK) * ONE,
      (1_000n + 15n * 40n - 15n * FALLBACK) * ONE,
      (1_000n - 2n * 35n + 2n * FALLBACK) * ONE,
      (1_000n + 2n * 35n - 2n * FALLBACK) * ONE,
    ]);
    expect(await drained(relay.client, 30_000)).to.equal(true);
  });
});
