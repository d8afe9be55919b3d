import { expect } from "chai";

import { ordersOf, PaperChain } from "../paper/chain.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given a relay that has caught up, when blocks bring packages", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
  });

  it("is ready, stands at the newest block, and has the book of the chain", () => {
    const { tracker } = relay;
    expect(tracker.isReady).to.equal(true);
    expect(tracker.standing).to.deep.equal({ header: chain.tip, nonce: 0 });
    expect([tracker.mirror.confirmed.head, tracker.mirror.tip]).to.deep.equal([chain.head, chain.tip]);
  });

  it("knows a package as landed that its own transaction brought, with its number and block", async () => {
    const signed = chain.sign(0);
    await relay.intake.offer(signed);
    await relay.dispatcher.tick(await relay.fence());
    expect([relay.statusOf(signed), chain.pool.length]).to.deep.equal(["submitted", 1]);
    const { number, hash } = chain.mine();
    await relay.follow();
    expect(relay.fateOf(signed)).to.deep.equal({ status: "onChain", tradeRootId: 1, block: { number, hash } });
    expect(relay.ledger.openSubmissions()).to.deep.equal([]);
  });

  it("knows a package as landed that somebody else brought", async () => {
    const signed = chain.sign(0);
    await relay.intake.offer(signed);
    chain.mine(ordersOf(signed));
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
  });
});
