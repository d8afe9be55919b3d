import { expect } from "chai";

import type { ChainNews } from "../../../src/relay/tracker/state.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { paperRelay } from "../paper/relay.js";

async function listening() {
  const chain = new PaperChain();
  const relay = await paperRelay({ chain });
  const heard: ChainNews[] = [];
  relay.tracker.subscribe((news) => heard.push(news));
  await relay.follow();
  const told = (): (string | number)[] =>
    heard.map((news) => {
      if (news.kind === "block") return news.header.number;
      return news.kind === "reorganised" ? `back to ${news.ancestor}` : news.kind;
    });
  return { chain, relay, heard, told };
}

describe("given a listener, when the chain goes on", () => {
  it("tells it each block once, with what the book recorded in it", async () => {
    const { chain, relay, heard, told } = await listening();
    chain.mine(ordersOf(chain.sign(0)));
    chain.mine();
    await relay.follow();
    expect(told()).to.deep.equal([0, 1, 2, 3]);
    const kinds = heard.map((news) => (news.kind === "block" ? news.records().map(({ kind }) => kind) : []));
    expect(kinds[1]).to.deep.equal([
      "userCreated",
      "deposited",
      "userCreated",
      "deposited",
      "userCreated",
      "deposited",
    ]);
    expect(kinds[2]).to.deep.equal(["tradeCreated", "checkpoint"]);
    expect(kinds[3]).to.deep.equal([]);
  });

  it("tells it that blocks are gone before it tells those in their place", async () => {
    const { chain, relay, told } = await listening();
    chain.mine();
    chain.mine();
    await relay.follow();
    chain.rewind(2);
    chain.mine();
    chain.mine();
    await relay.follow();
    expect(told()).to.deep.equal([0, 1, 2, 3, "back to 2", 3, 4]);
  });

  it("tells it everything again after a restart", async () => {
    const { relay, told } = await listening();
    await relay.tracker.restart("for a test");
    expect([relay.tracker.isReady, relay.tracker.standing]).to.deep.equal([false, undefined]);
    await relay.follow();
    expect(told()).to.deep.equal([0, 1, "restarted", 0, 1]);
    expect(relay.tracker.isReady).to.equal(true);
  });

  it("tells every listener", async () => {
    const { chain, relay, heard } = await listening();
    const other: ChainNews[] = [];
    relay.tracker.subscribe((news) => other.push(news));
    chain.mine();
    await relay.follow();
    expect(other).to.deep.equal(heard.slice(-1));
  });
});

describe("given packages that wait, when the chain is read again from its start", () => {
  it("still has them, and lays them on when it has caught up", async () => {
    const { chain, relay } = await listening();
    const signed = chain.sign(0);
    await relay.intake.offer(signed);
    await relay.tracker.restart("for a test");
    expect(relay.tracker.mirror.open).to.deep.equal([]);
    await relay.follow();
    expect(relay.tracker.mirror.open.map((one) => one.signed)).to.deep.equal([signed]);
    expect(relay.statusOf(signed)).to.equal("pending");
  });
});
