/** Orders through complete sets: what the client foresees, and what the chain makes of it. */
import { expect } from "chai";

import {
  openSetRouter,
  readHouseDepth,
  readRoutes,
  requireRouter,
  type SetRouterClient,
} from "../../src/client/routing.js";
import { readRoot } from "../../src/client/market-views.js";
import { NodeError } from "../../src/node/errors.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import type { Venue } from "../../src/protocol/value/via.js";
import type { ISetRouter } from "../../typechain-types/index.js";
import { chain, expectClientError, LOT, type Market, networkHelpers, ONE, openThree } from "./support.js";

interface Routed extends Market {
  readonly router: SetRouterClient;
}

/** Bob bids 3 500 for leg 2 and 3 800 for leg 3, 10 lots each. Nobody offers leg 1. The organiser's float is 20 tokens. */
async function openRouted(): Promise<Routed> {
  const market = await openThree();
  const { handle, organiser, bob, submitter } = market;
  const contract = await chain.ethers.deployContract("SetRouter", [handle.bookAddress]);
  const router = await openSetRouter(handle, organiser, await contract.getAddress());
  await router.lend(20n * ONE);
  await submitter.submitOne(await bob.signOrder({ leg: 2, price: 3_500n, quantity: 10n }));
  await submitter.submitOne(await bob.signOrder({ leg: 3, price: 3_800n, quantity: 10n }));
  return { ...market, router };
}

const limitOf = (priceTicks: bigint, quantityLots: bigint) => {
  return { marketRootId: 1, marketBranchId: 1, priceTicks, quantityLots };
};

const brief = ({ fills }: { fills: readonly { venue: Venue; priceTicks: bigint; lots: bigint }[] }): unknown[] =>
  fills.map(({ venue, priceTicks, lots }) => [venue, priceTicks, lots]);

describe("routing", function () {
  it("foresees that a set serves where the book has nothing", async function () {
    const { handle } = await networkHelpers.loadFixture(openRouted);
    const routes = await readRoutes(handle, limitOf(2_900n, 15n));
    expect(brief(routes.book)).to.deep.equal([]);
    expect(brief(routes.set!)).to.deep.equal([["set", 2_700n, 10n]]);
    expect(routes.best).to.equal("set");
  });

  it("prefers the book where sets give nothing, and for orders that only want to rest", async function () {
    const { handle } = await networkHelpers.loadFixture(openRouted);
    expect((await readRoutes(handle, limitOf(2_699n, 15n))).best).to.equal("book");
    const postOnly = { ...limitOf(2_900n, 15n), timeInForce: TimeInForce.PostOnly };
    expect((await readRoutes(handle, postOnly)).best).to.equal("book");
  });

  it("shows what sets would make as depth of the house, apart from what rests", async function () {
    const { handle } = await networkHelpers.loadFixture(openRouted);
    const { own, sets } = await readHouseDepth(handle, await readRoot(handle, 1), limitOf(0n, 1n));
    expect(own).to.deep.equal({ bids: [], asks: [] });
    expect(sets).to.deep.equal({ bids: [], asks: [{ priceTicks: 2_700n, lots: 10n }] });
  });

  it("brings an order to what it foresaw", async function () {
    const { handle, alice, router } = await networkHelpers.loadFixture(openRouted);
    const before = await alice.claims();
    const signed = await alice.signOrder({ leg: 1, price: 2_900n, quantity: 10n });
    const { results, records } = await router.submitOne(signed);
    const [result] = results;
    const number = result?.accepted === true ? result.tradeRootId : 0;
    const fills = records.filter((record) => record.kind === "matched" && record.takerRootId === number);
    expect(fills.map((fill) => fill.kind === "matched" && [fill.priceTicks, fill.lots])).to.deep.equal([[2_700n, 10n]]);
    const paid = 10n * 2_700n * handle.basket.tickValue;
    const gained = (await alice.claims()).map((claim, k) => claim - (before[k] ?? 0n));
    expect(gained).to.deep.equal([10n * LOT - paid, -paid, -paid]);
  });

  it("brings a seller's order to the offers of the other legs", async function () {
    const { handle, alice, bob, submitter, router } = await networkHelpers.loadFixture(openRouted);
    await submitter.submitOne(await bob.signOrder({ leg: 2, price: 3_600n, quantity: -4n }));
    await submitter.submitOne(await bob.signOrder({ leg: 3, price: 3_900n, quantity: -4n }));
    const routes = await readRoutes(handle, limitOf(2_400n, -4n));
    expect(brief(routes.set!)).to.deep.equal([["set", 2_500n, 4n]]);
    expect([routes.best, routes.set!.cash]).to.deep.equal(["set", -4n * 2_500n]);
    const before = await alice.claims();
    await router.submitOne(await alice.signOrder({ leg: 1, price: 2_400n, quantity: -4n }));
    expect((await alice.claims())[1]).to.equal((before[1] ?? 0n) + 4n * 2_500n * handle.basket.tickValue);
  });

  it("tells the book's refusal, and sends nothing", async function () {
    const { alice, router } = await networkHelpers.loadFixture(openRouted);
    const signed = await alice.signOrder({ leg: 1, price: 9_000n, quantity: 1_000_000n });
    await expectClientError(router.submitOne(signed), "Book_Uncovered", { trader: alice.address });
  });

  it("sweeps what resting bids pay too much to whoever calls", async function () {
    const { handle, alice, submitter, organiser, router } = await networkHelpers.loadFixture(openRouted);
    await submitter.submitOne(await alice.signOrder({ leg: 1, price: 2_800n, quantity: 4n }));
    const before = await handle.session.balanceOf(organiser.address);
    const { sets, surplus } = await router.sweep(1);
    expect([sets, surplus]).to.deep.equal([4n, 4n * 100n * handle.basket.tickValue]);
    expect((await handle.session.balanceOf(organiser.address)) - before).to.equal(surplus);
  });

  it("lends, and takes back what was lent and no more", async function () {
    const { handle, organiser, router } = await networkHelpers.loadFixture(openRouted);
    expect(await router.lent()).to.equal(20n * ONE);
    const values = { lender: organiser.address, requested: 21n * ONE, available: 20n * ONE };
    await expectClientError(router.takeBack(21n * ONE), "SetRouter_FloatTooSmall", values);
    const before = await handle.session.balanceOf(organiser.address);
    await router.takeBack(20n * ONE);
    expect((await handle.session.balanceOf(organiser.address)) - before).to.equal(20n * ONE);
    expect(await router.lent()).to.equal(0n);
  });

  it("refuses what is no router, and a router of another book", async function () {
    const { handle, organiser } = await networkHelpers.loadFixture(openRouted);
    const values = { address: handle.bookAddress, book: handle.bookAddress };
    await expectClientError(openSetRouter(handle, organiser, handle.bookAddress), "Client_NotARouter", values);
    const other = await openThree();
    const contract = await chain.ethers.deployContract("SetRouter", [other.handle.bookAddress]);
    const address = await contract.getAddress();
    const args = { address, book: handle.bookAddress };
    await expectClientError(openSetRouter(handle, organiser, address), "Client_NotARouter", args);
  });

  it("says of no contract what it is where the node does not answer", async function () {
    const { handle } = await networkHelpers.loadFixture(openRouted);
    for (const code of ["NODE_REFUSED", "NODE_RATE_LIMITED", "NODE_MALFORMED", "NODE_UNREACHABLE"] as const) {
      const failure = new NodeError(code, { method: "eth_call" });
      const router = { book: () => Promise.reject(failure) } as unknown as ISetRouter; // all that it is asked
      const told = await requireRouter(handle, router, handle.bookAddress).catch((error: unknown) => error);
      expect(told).to.equal(failure);
    }
  });
});
