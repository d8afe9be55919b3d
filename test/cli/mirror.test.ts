import { expect } from "chai";

import { openSession } from "../../src/bindings/session.js";
import { connect } from "../../src/cli/chain.js";
import { type Mirror, readMirror } from "../../src/cli/mirror.js";
import { silentContext, type SilentContext } from "./context.js";
import { as, expectCliRefusal, tell } from "./support.js";
import { addRain, milli, openWorld, trade, type World } from "./world.js";

async function withTrade(world: World): Promise<void> {
  await addRain(world);
  await trade(world, world.alice, "buy", "100", "--price", "55%");
  await trade(world, world.bob, "sell", "60", "--price", "55%");
  await tell(as(world.env, world.alice), "withdraw", "1");
}

describe("a session's book from its logs", function () {
  let world: World;
  let context: SilentContext;

  beforeEach(async function () {
    world = await openWorld(withTrade);
    context = silentContext();
  });

  afterEach(function () {
    context.close();
  });

  async function mirror(fromBlock = "0"): Promise<Mirror> {
    const provider = await connect(context, world.env["SESSION_RPC_URL"]!);
    return readMirror(context, await openSession(world.handle.address, provider), { fromBlock });
  }

  it("has the chain's own checkpoint, accounts, positions and orders", async function () {
    const { book } = await mirror();
    const { state } = book;
    const chain = world.handle.book;
    expect(book.link).to.equal((await chain.chainState()).link);
    for (const { address } of [world.alice, world.bob]) {
      const { traderId } = state.traders.registered(address);
      expect(BigInt(traderId)).to.equal(await chain.traderIdOf(address));
      const account = await chain.accountOf(address);
      expect(book.accountOf(address).claim).to.equal(account.claim);
      expect(state.margin.slackOf(traderId)).to.equal(account.claim + account.worst);
      const position = await chain.positionOf(address, 1);
      const held = [...state.margin.positionsOf(traderId)].find(([marketRootId]) => marketRootId === 1);
      expect(held![1].lots).to.deep.equal([...position]);
    }
    const resting = [...state.queues.orders()].map(({ tradeRootId, lots }) => [tradeRootId, lots]);
    expect(resting).to.deep.equal([[1, 40n]]);
    expect(state.markets.table.roots.size).to.equal(2);
  });

  it("keeps the records, in the order of the logs", async function () {
    const { records } = await mirror();
    const kinds = records.map(({ kind }) => kind).filter((kind) => kind !== "checkpoint");
    expect(kinds).to.deep.equal([
      "userCreated",
      "deposited",
      "userCreated",
      "deposited",
      "marketRecorded",
      "tradeCreated",
      "tradeCreated",
      "matched",
      "withdrawn",
    ]);
    const amounts = records.flatMap((record) => ("amount" in record ? [record.amount] : []));
    expect(amounts.map(String)).to.deep.equal([milli(50_000), milli(50_000), milli(1_000)]);
  });

  it("stands as of the newest block, whose time it has", async function () {
    await world.provider.send("evm_mine", []);
    const { blockNumber, timestamp } = await mirror();
    const newest = (await world.provider.getBlock("latest"))!;
    expect([blockNumber, timestamp]).to.deep.equal([newest.number, BigInt(newest.timestamp)]);
    expect(context.said).to.deep.equal([`Reading the session's logs from block 0 to ${newest.number}`]);
  });

  it("may be read from the session's first block on", async function () {
    const { records, book } = await mirror();
    const first = records[0]!.blockNumber;
    expect((await mirror(String(first))).book.link).to.equal(book.link);
  });

  describe("is not the chain's if its beginning is missing", function () {
    it("because the checkpoint is another", async function () {
      await world.provider.send("evm_mine", []);
      const blockNumber = await world.provider.getBlockNumber(); // nothing happened in it
      const { values } = await expectCliRefusal(mirror(String(blockNumber)), "MIRROR_DIFFERS", {
        fromBlock: blockNumber,
        blockNumber,
        link: (await world.handle.book.chainState()).link,
      });
      expect(values["rebuilt"]).to.match(/^0x[0-9a-f]{64}$/);
    });

    it("because what is left contradicts itself", async function () {
      const { records, blockNumber } = await mirror();
      const [, second] = records.filter(({ kind }) => kind === "tradeCreated");
      const fromBlock = second!.blockNumber;
      const { values } = await expectCliRefusal(mirror(String(fromBlock)), "MIRROR_DIFFERS", {
        fromBlock,
        blockNumber,
      });
      expect(values["reason"]).to.be.a("string").that.is.not.empty;
    });
  });

  it("wants a block number", async function () {
    await expectCliRefusal(mirror("first"), "SETTINGS_INVALID");
  });
});
