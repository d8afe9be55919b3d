import { expect } from "chai";

import { openSetRouter } from "../../../src/client/routing.js";
import { SetRouter__factory } from "../../../typechain-types/index.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { addEvent, openWorld, trade, type Traded, type World } from "../world.js";

/** Bob bids 35 for outcome 2 and 38 for outcome 3 of an event, 100 lots each; nobody offers outcome 1. */
async function withBids(world: World): Promise<void> {
  await addEvent(world, 3);
  await trade(world, world.bob, "buy", "100", "--market", "2.2", "--price", "35");
  await trade(world, world.bob, "buy", "100", "--market", "2.3", "--price", "38");
}

async function deployRouter({ handle, organiser }: World): Promise<string> {
  const contract = await new SetRouter__factory(organiser).deploy(handle.bookAddress);
  await contract.waitForDeployment();
  const address = await contract.getAddress();
  await (await openSetRouter(handle, organiser, address)).lend(5n * ONE);
  return address;
}

describe("session trade --router", function () {
  let world: World;
  let alice: Env;
  let router: string;

  beforeEach(async function () {
    world = await openWorld(withBids);
    alice = as(world.env, world.alice);
    router = await deployRouter(world);
  });

  const buy = (lots: string, price: string, ...more: string[]): string[] => [
    ...["trade", "buy", lots, "--market", "2.1", "--price", price, "--router", router],
    ...more,
  ];

  it("says what each way would give, and sends nothing if it is only asked", async function () {
    const before = (await world.handle.book.chainState()).trades;
    const text = await tell(alice, ...buy("120", "30", "--dry-run"));
    expect(text).to.contain(
      "At once: 0 lots from the book alone, 100 lots at 27 (27%) with complete sets; it goes through the router\nThe other 20 lots rest in the book at the limit",
    );
    const { route } = await ask<{ route: object }>(alice, ...buy("120", "30", "--dry-run"));
    expect(route).to.deep.equal({
      through: "set",
      book: { filled: "0", cash: "0", fills: [] },
      set: { filled: "100", cash: "2700", fills: [{ priceTicks: "27", lots: "100", venue: "set" }] },
    });
    expect((await world.handle.book.chainState()).trades).to.equal(before);
  });

  it("buys through sets, at what they leave, and rests with the others", async function () {
    const order = await ask<Traded & { restingLots: string; evicted: object[] }>(alice, ...buy("120", "30"));
    expect(order.fills.map(({ priceTicks, lots, via }) => [priceTicks, lots, via])).to.deep.equal([
      ["27", "100", "set"],
    ]);
    expect([order.restingLots, order.evicted]).to.deep.equal(["20", []]);
    const [lots] = await world.handle.book.positionOf(world.alice.address, 2);
    expect(lots).to.equal(100n);
  });

  it("is told afterwards as what the fills came through", async function () {
    await ask(alice, ...buy("100", "30"));
    interface Told {
      readonly fills: { readonly via: string; readonly otherTrader: string }[];
    }
    const { fills } = await ask<Told>(alice, "fills");
    expect(fills.map(({ via, otherTrader }) => [via, otherTrader])).to.deep.equal([["set", router]]);
    const others = await ask<Told>(world.env, "fills", "--trader", world.bob.address);
    expect(others.fills.map(({ via }) => via)).to.deep.equal(["set", "set"]);
  });

  it("tells people through what it went", async function () {
    const { stdout, stderr } = await session(alice, ...buy("100", "30"));
    expect(stderr).to.contain("Sending through the router: buy 100 lots of 2.1 at 30");
    expect(partsOf(stdout).text).to.contain("100 lots at 27 (27%) with complete sets; it goes through the router");
  });

  it("goes to the book where sets give nothing", async function () {
    const order = await ask<Traded>(alice, ...buy("10", "26"));
    expect(order.fills).to.deep.equal([]);
    expect((await world.handle.book.chainState()).trades).to.equal(BigInt(order.tradeRootId));
  });

  it("refuses what is no router of this book", async function () {
    const { bookAddress } = world.handle;
    const words = ["trade", "buy", "10", "--market", "2.1", "--price", "30", "--router", bookAddress];
    await expectTold(session(alice, ...words, "--json"), 2, "Client_NotARouter", { address: bookAddress });
    await expectSaid(session(alice, ...words), 2, "Give the address of a router of complete sets");
  });

  it("is shown as depth of the house beside what rests", async function () {
    const shown = await ask<{ asks: object[]; houses: object[] }>(world.env, "book", "--market", "2.1", "--sets");
    expect(shown.asks).to.deep.equal([]);
    expect(shown.houses).to.deep.equal([{ through: "set", bids: [], asks: [{ priceTicks: "27", lots: "100" }] }]);
    const text = await tell(world.env, "book", "--market", "2.1", "--sets");
    expect(text).to.match(/House depth, which rests nowhere: complete sets of all other legs\n[^]*27.*100/);
  });
});

describe("session keep --router", function () {
  let world: World;
  let keeper: Env;
  let router: string;

  beforeEach(async function () {
    world = await openWorld(withBids);
    keeper = as(world.env, world.organiser);
    router = await deployRouter(world);
  });

  interface Kept {
    readonly kept: readonly { readonly what: string; readonly marketRootId: number; readonly hash?: string }[];
  }
  const keep = (...words: string[]): string[] => ["keep", "--router", router, "--rounds", "1", ...words];

  it("makes the sets that resting bids leave, once; what they pay too much is the keeper's", async function () {
    const { handle, organiser, alice } = world;
    expect(await tell(keeper, ...keep())).to.equal("Nothing was due");
    await trade(world, alice, "buy", "40", "--market", "2.1", "--price", "30", "--direct");
    const before = await handle.session.balanceOf(organiser.address);
    const { kept } = await ask<Kept>(keeper, ...keep());
    expect(kept.map(({ what, marketRootId, hash }) => [what, marketRootId, hash?.length])).to.deep.equal([
      ["sweep", 2, 66],
    ]);
    // 30 + 35 + 38 is 3 more than the 100 that a set pays.
    expect((await handle.session.balanceOf(organiser.address)) - before).to.equal(40n * 3n * 10n ** 13n);
    expect((await handle.book.positionOf(alice.address, 2))[0]).to.equal(40n);
    expect(await tell(keeper, ...keep())).to.equal("Nothing was due");
  });

  it("is told apart from what settles roots, and says why it could not", async function () {
    await trade(world, world.alice, "buy", "40", "--market", "2.1", "--price", "30", "--direct");
    const poor = await tell(keeper, ...keep("--max-gas", "300000"));
    const refused = [1, 2].map((root) => `complete sets of root ${root}: left: SetRouter_OutOfGas`);
    expect(poor.split("\n")).to.deep.equal(refused);
    const text = await tell(keeper, ...keep("--fallback"));
    expect(text).to.match(/^complete sets of root 2: 0x[0-9a-f]{64}$/);
    await world.moveTo(world.handle.t2);
    expect(await tell(keeper, ...keep("--fallback"))).to.match(/^fallback of root 2: 0x[0-9a-f]{64}$/);
  });

  it("wants a router of this book", async function () {
    const { bookAddress } = world.handle;
    const words = ["keep", "--router", bookAddress, "--rounds", "1", "--json"];
    await expectTold(session(keeper, ...words), 2, "Client_NotARouter", { address: bookAddress });
  });
});
