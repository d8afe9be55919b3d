import { expect } from "chai";

import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
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
    expect([tracker.mirror.confirmed.link, tracker.mirror.tip]).to.deep.equal([chain.link, chain.tip]);
  });

  it("knows a package as landed that its own transaction brought, with its number and block", async () => {
    const signed = chain.sign(0);
    await relay.bring(signed);
    expect([relay.statusOf(signed), chain.pool.length]).to.deep.equal(["submitted", 1]);
    const { number, hash } = chain.mine();
    await relay.follow();
    expect(relay.fateOf(signed)).to.deep.equal({ status: "onChain", tradeRootId: 1, block: { number, hash } });
    expect(relay.ledger.openSubmissions()).to.deep.equal([]);
    expect(relay.tracker.standing).to.deep.equal({ header: chain.tip, nonce: 1 });
  });

  it("knows a package as landed that somebody else brought, and does not send it any more", async () => {
    const signed = chain.sign(0);
    await relay.intake.offer(signed);
    chain.mine(ordersOf(signed));
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
    await relay.dispatcher.tick(await relay.fence());
    expect(chain.sent).to.deep.equal([]);
  });

  it("keeps what blocks brought, for packages that are heard of later", async () => {
    const signed = chain.sign(0);
    const { number, hash } = chain.mine(ordersOf(signed));
    await relay.follow();
    expect(relay.fateOf(signed)).to.equal(undefined);
    expect(relay.tracker.recentOf(primaryLink(signed.package))).to.deep.equal({
      outcome: { kind: "landed", tradeRootId: 1 },
      block: { number, hash },
    });
  });

  it("counts what landed and where it stands", async () => {
    const signed = chain.sign(0);
    await relay.bring(signed);
    chain.mine();
    await relay.follow();
    const settled = await relay.metrics.settled.get();
    expect(settled.values.map(({ labels, value }) => [labels.outcome, value])).to.deep.equal([["landed", 1]]);
    expect((await relay.metrics.block.get()).values[0]!.value).to.equal(chain.tip.number);
    expect((await relay.metrics.rebases.get()).values[0]!.value, "all came as expected but the deposits").to.equal(1);
  });

  it("forgets it when its block can no longer be reorganised away", async () => {
    const signed = chain.sign(0);
    await relay.bring(signed);
    chain.mine();
    await relay.follow();
    for (let blocks = 0; blocks < 8; blocks += 1) chain.mine();
    await relay.follow();
    expect(relay.fateOf(signed)).to.equal(undefined);
    expect(relay.tracker.recentOf(primaryLink(signed.package))).to.equal(undefined);
    const { fates, finished } = relay.ledger.takeChanges();
    expect(fates.map(({ fate, final }) => [fate.status, final])).to.deep.equal([["onChain", true]]);
    expect(finished.length).to.equal(1);
  });

  it("reads a long chain in ranges, and is ready only at its end", async () => {
    for (let blocks = 0; blocks < 200; blocks += 1) chain.mine();
    const late = await paperRelay({ chain });
    const behind: number[] = [];
    const ready: boolean[] = [];
    for (let left = 1; left > 0;) {
      left = await late.tracker.follow();
      behind.push(left);
      ready.push(late.tracker.isReady);
    }
    expect(behind.length).to.be.greaterThan(2);
    expect(behind).to.deep.equal(behind.toSorted((a, b) => b - a));
    expect(ready).to.deep.equal([...behind.slice(1).map(() => false), true]);
    expect(late.tracker.mirror.confirmed.link).to.equal(chain.link);
  });
});
