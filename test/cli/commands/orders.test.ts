import { expect } from "chai";

import { as, ask, type Env, expectTold, session, tell } from "../support.js";
import { HOUR, openWorld, type World } from "../world.js";
import { withOrders } from "./orders-support.js";

interface Order {
  readonly tradeRootId: number;
  readonly state: string;
  readonly quantityLots: string;
  readonly filledLots: string;
  readonly takenOutLots: string;
  readonly leftLots: string;
}
interface Fill {
  readonly side: string;
  readonly role: string;
  readonly priceTicks: string;
  readonly lots: string;
  readonly tradeRootId: number;
  readonly otherRootId: number;
  readonly otherTrader: string;
  readonly timestamp: string;
  readonly transactionHash: string;
}

describe("session orders and fills", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld(withOrders);
    alice = as(world.env, world.alice);
  });

  const lives = async (...words: string[]): Promise<[number, string][]> => {
    const { orders } = await ask<{ orders: Order[] }>(alice, "orders", ...words);
    return orders.map(({ tradeRootId, state }) => [tradeRootId, state]);
  };

  it("lists what is open, and with --all every life to its end", async function () {
    expect(await lives()).to.deep.equal([
      [3, "partlyFilled"],
      [5, "open"],
    ]);
    expect(await lives("--all")).to.deep.equal([
      [1, "filled"],
      [3, "partlyFilled"],
      [4, "cancelled"],
      [5, "open"],
      [6, "cancelled"],
    ]);
  });

  it("gives what was filled, taken out and is left: together the order's size", async function () {
    const { orders } = await ask<{ orders: Order[] }>(alice, "orders", "--all");
    for (const { filledLots, takenOutLots, leftLots, quantityLots } of orders) {
      expect(BigInt(filledLots) + BigInt(takenOutLots) + BigInt(leftLots)).to.equal(BigInt(quantityLots));
    }
    expect(orders[1]).to.deep.include({ filledLots: "30", leftLots: "20" });
    expect((await world.handle.book.accountOf(world.alice.address)).openOrders).to.equal(2n);
  });

  it("says that an order has expired, or its market is over, though it still rests", async function () {
    await world.moveTo(world.handle.t1 + HOUR + 1);
    expect(await lives()).to.deep.equal([
      [3, "partlyFilled"],
      [5, "expired"],
    ]);
    await world.moveTo(world.handle.t2);
    expect((await lives()).map(([, state]) => state)).to.deep.equal(["expired", "expired"]);
  });

  it("tells people in words, and what may come next", async function () {
    const text = await tell(alice, "orders");
    expect(text).to.match(/^3 +leg 1 +buy +50 +5400 +30 +book +20 +partly filled +2\d{3}-/m);
    expect(text).to.match(/^5 +2\.1 +buy +7 +300 +0 +7 +open /m);
    expect(text).to.match(/Next: session cancel 3 5\n {2}or: session fills$/);
    expect(await tell(world.env, "orders", "--trader", world.carol.address)).to.match(/^\(none\)\n/);
  });

  it("lists own fills with side, price, the other order and the transaction", async function () {
    const { fills } = await ask<{ fills: Fill[] }>(alice, "fills");
    expect(
      fills.map(({ side, role, priceTicks, lots, tradeRootId, otherRootId }) => [
        side,
        role,
        priceTicks,
        lots,
        tradeRootId,
        otherRootId,
      ]),
    ).to.deep.equal([
      ["buy", "maker", "5500", "100", 1, 2],
      ["buy", "taker", "5400", "30", 3, 2],
    ]);
    expect(fills[0]!.otherTrader).to.equal(world.bob.address);
    const receipt = await world.provider.getTransactionReceipt(fills[1]!.transactionHash);
    expect(receipt!.from).to.equal(world.alice.address);
    const block = await world.provider.getBlock(receipt!.blockNumber);
    expect(fills[1]!.timestamp).to.equal(String(block!.timestamp));
    const other = await ask<{ fills: Fill[] }>(world.env, "fills", "--trader", world.bob.address);
    expect(other.fills.map(({ side, role, lots }) => [side, role, lots])).to.deep.equal([
      ["sell", "taker", "100"],
      ["sell", "maker", "30"],
    ]);
    expect(await tell(alice, "fills")).to.match(/^2\d{3}-\S+Z +leg 1 +buy +100 +5500 +1 +2 +book +0x[0-9a-f]{64}$/m);
  });

  it("asks a relay only at an address over http, or at the one that is set", async function () {
    for (const [words, env] of [
      [["orders", "--relay"], alice],
      [["fills", "--relay"], alice],
      [["orders", "--relay", "localhost:8700"], alice],
    ] as const) {
      await expectTold(session(env, ...words, "--json"), 2, "ARGUMENT_INVALID", { argument: "--relay" });
    }
    const set = { ...alice, SESSION_RELAY_URL: "ws://localhost:8700" };
    await expectTold(session(set, "fills", "--relay", "--json"), 2, "SETTINGS_INVALID", {
      problems: ["--relay or SESSION_RELAY_URL: it begins with ws:, not with http:// or https://"],
    });
    const away = session(alice, "orders", "--relay", "http://127.0.0.1:1", "--json");
    expect(JSON.parse((await away).stdout)).to.have.nested.property("error.code", "RELAY_UNREACHABLE");
    await expectTold(session(world.env, "orders", "--relay", "http://127.0.0.1:1", "--json"), 2, "SETTINGS_INVALID");
  });

  it("says so when the logs are not all there", async function () {
    const block = String(await world.provider.getBlockNumber());
    await expectTold(session(alice, "orders", "--from-block", block, "--json"), 2, "MIRROR_DIFFERS");
    await expectTold(session(world.env, "fills", "--json"), 2, "SETTINGS_INVALID");
  });
});
