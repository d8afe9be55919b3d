import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { createTrader } from "../../../src/client/trader.js";
import { as, ask, type Env, expectSaid, expectTold, partsOf, session, tell } from "../support.js";
import { addRain, HOUR, openWorld, trade, type World } from "../world.js";

interface Cancelled {
  readonly cancelled: readonly number[];
  readonly skipped: readonly { readonly tradeRootId: number; readonly code: string }[];
  readonly transactionHash: string;
}

async function withOrders(world: World): Promise<void> {
  await trade(world, world.alice, "buy", "100", "--price", "50%"); // 1
  await trade(world, world.alice, "buy", "100", "--price", "51%"); // 2
  await trade(world, world.bob, "sell", "100", "--price", "60%"); // 3
}

describe("session cancel", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld(withOrders);
    alice = as(world.env, world.alice);
  });

  const openOrders = async (address: string): Promise<bigint> =>
    (await world.handle.book.accountOf(address)).openOrders;

  it("takes the orders out that are named", async function () {
    const done = await ask<Cancelled>(alice, "cancel", "2");
    expect(done).to.deep.include({ cancelled: [2], skipped: [], transactionHash: done.transactionHash });
    expect(await openOrders(world.alice.address)).to.equal(1n);
    expect((await ask<Cancelled>(alice, "cancel", "1")).cancelled).to.deep.equal([1]);
  });

  it("takes several out at once, and tells people which", async function () {
    const { stdout, stderr, status } = await session(alice, "cancel", "1", "2");
    expect(status).to.equal(0);
    expect(stderr).to.equal("Cancelling 2 orders ...\n");
    expect(partsOf(stdout)).to.deep.equal({ text: "Cancelled: 1, 2", next: ["session orders", "session positions"] });
    expect(await openOrders(world.alice.address)).to.equal(0n);
  });

  it("takes all of one's own out, of every market, and nobody else's", async function () {
    await addRain(world);
    await trade(world, world.alice, "sell", "5", "--market", "2", "--price", "900"); // 4
    const { cancelled } = await ask<Cancelled>(alice, "cancel", "--all");
    expect([...cancelled].sort()).to.deep.equal([1, 2, 4]);
    expect([await openOrders(world.alice.address), await openOrders(world.bob.address)]).to.deep.equal([0n, 1n]);
  });

  it("has nothing to do where nothing rests", async function () {
    await tell(alice, "cancel", "--all");
    const { address } = world.alice;
    await expectTold(session(alice, "cancel", "--all", "--json"), 2, "ORDERS_NONE", { trader: address });
    await expectSaid(session(alice, "cancel", "--all"), 2, "ORDERS_NONE", "nothing to cancel");
    const carol = as(world.env, world.carol);
    await expectTold(session(carol, "cancel", "--all", "--json"), 2, "ORDERS_NONE");
  });

  it("finds orders that rest at another place than that of their number", async function () {
    const { handle } = world;
    await tell(alice, "cancel", "2");
    const signed = await createTrader(handle, world.alice).signOrder({ leg: 1, price: 5_100n, quantity: 7n });
    const order = { tradePackage: signed.package, signature: signed.signature, insertAfter: 0, place: 2, newest: 0 };
    await (await handle.book.connect(world.alice).createTrade(order, 0, 1)).wait(); // 4
    expect((await handle.book.orderAt(2)).tradeRootId).to.equal(4n);
    expect((await ask<Cancelled>(alice, "cancel", "4")).cancelled).to.deep.equal([4]);
    expect(await openOrders(world.alice.address)).to.equal(1n);
    await expectTold(session(alice, "cancel", "4", "--json"), 1, "Book_OrderUnknown", { tradeRootId: "4" });
  });

  it("leaves an order of somebody else alone", async function () {
    const run = session(alice, "cancel", "3", "--json");
    await expectTold(run, 1, "Book_OrderStands", { tradeRootId: "3", caller: world.alice.address });
    expect(await openOrders(world.bob.address)).to.equal(1n);
  });

  it("takes out of a list what it can, and ends with status 1 for the rest", async function () {
    const { status, stdout } = await session(alice, "cancel", "1", "3", "9", "--json");
    expect(status).to.equal(1);
    const { cancelled, skipped } = JSON.parse(stdout) as Cancelled;
    expect(cancelled).to.deep.equal([1]);
    expect(skipped).to.deep.equal([
      { tradeRootId: 3, code: "Book_OrderStands" },
      { tradeRootId: 9, code: "Book_OrderUnknown" },
    ]);
  });

  it("tells people what was left alone, and why", async function () {
    const { status, stdout } = await session(alice, "cancel", "2", "3");
    expect(status).to.equal(1);
    expect(partsOf(stdout).text).to.match(
      /^Cancelled: 2\nLeft alone: 3, Book_OrderStands\(.*\)\. Only its trader may .*$/,
    );
  });

  it("tells a number that no order has had from one whose order is out", async function () {
    const never = session(alice, "cancel", "9999", "--json");
    await expectTold(never, 2, "ARGUMENT_INVALID", {
      argument: "orders",
      value: "9999",
      wanted: "numbers of orders: those of orders are 1 to 3 so far",
    });
  });

  it("takes anybody's out once it has expired", async function () {
    const deadline = String(world.handle.t1 + HOUR);
    await trade(world, world.bob, "sell", "7", "--price", "70%", "--deadline", deadline); // 4
    await world.moveTo(world.handle.t1 + HOUR + 1);
    expect((await ask<Cancelled>(alice, "cancel", "4")).cancelled).to.deep.equal([4]);
  });

  it("finds no order that is out already", async function () {
    await tell(alice, "cancel", "1");
    await expectTold(session(alice, "cancel", "1", "--json"), 1, "Book_OrderUnknown", { tradeRootId: "1" });
  });

  it("wants numbers or --all, and not both, before any chain is asked", async function () {
    const nowhere = { ...alice, SESSION_RPC_URL: "http://127.0.0.1:1" };
    for (const words of [[], ["1", "--all"], ["one"], ["0"], ["4294967296"], ["1.5"]]) {
      const run = session(nowhere, "cancel", ...words, "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "orders" });
    }
  });

  describe("signed", function () {
    let carol: Env;
    let file: string;

    beforeEach(function () {
      carol = as(world.env, world.carol);
      file = join(world.folder, "cancellation.json");
    });

    async function signedBy(env: Env, ...words: string[]): Promise<void> {
      await writeFile(file, await tell(env, "cancel", ...words, "--sign-only", "--deadline", "+1h"));
    }

    it("for some orders, takes them out when somebody else brings it, who pays", async function () {
      await signedBy(alice, "1", "2");
      expect(await openOrders(world.alice.address)).to.equal(2n);
      const { cancelled } = await ask<Cancelled>(carol, "cancel", "--signed", file);
      expect([...cancelled].sort()).to.deep.equal([1, 2]);
      expect((await world.handle.book.noncesOf(world.alice.address)).nonceFloor).to.equal(2n);
    });

    it("for all, is good for later orders too, and makes those void that did not land", async function () {
      await signedBy(alice, "--all");
      await trade(world, world.alice, "buy", "7", "--price", "1%"); // 4
      const { cancelled } = await ask<Cancelled>(carol, "cancel", "--signed", file);
      expect([...cancelled].sort()).to.deep.equal([1, 2, 4]);
      expect((await world.handle.book.noncesOf(world.alice.address)).nonceFloor).to.equal(66n);
      await trade(world, world.alice, "buy", "7", "--price", "1%"); // 5
      const run = session(carol, "cancel", "5", "--signed", file, "--json");
      await expectTold(run, 1, "Book_CancellationVoid", { nonceFloor: "66", current: "67" });
    });

    it("leaves alone what is not meant", async function () {
      await signedBy(alice, "1");
      const run = session(carol, "cancel", "2", "--signed", file, "--json");
      await expectTold(run, 1, "Book_OrderNotMeant", { tradeRootId: "2", toTradeRootId: "1" });
    });

    it("serves as the whole answer in JSON, with a floor of one's own", async function () {
      const words = ["cancel", "1", "--sign-only", "--deadline", "+1h", "--nonce-floor", "9"];
      const answer = await ask<object>(alice, ...words);
      await writeFile(file, JSON.stringify(answer));
      await tell(carol, "cancel", "--signed", file);
      expect((await world.handle.book.noncesOf(world.alice.address)).nonceFloor).to.equal(9n);
    });

    it("wants a deadline, and a file that is one", async function () {
      const run = session(alice, "cancel", "1", "--sign-only", "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--deadline" });
      await writeFile(file, "{}");
      await expectTold(session(carol, "cancel", "--signed", file, "--json"), 2, "FILE_INVALID");
    });
  });
});
