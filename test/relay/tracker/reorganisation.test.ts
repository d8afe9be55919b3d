import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given packages that have landed, when their block is reorganised away", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let signed: SignedPackage;
  let ancestor: number;

  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    signed = chain.sign(0);
    await relay.bring(signed);
    ancestor = chain.tip.number;
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
  });

  it("counts them as on their way again, and believes the block that brings them then", async () => {
    chain.rewind(ancestor);
    chain.mine(ordersOf(chain.sign(1, { priceTicks: 4_000n }))); // another block of the same number
    expect(await relay.tracker.follow()).to.equal(1);
    expect(relay.statusOf(signed)).to.equal("submitted");
    expect(relay.tracker.mirror.tip!.number).to.equal(ancestor);
    await relay.follow();
    const { number, hash } = chain.tip;
    expect(relay.fateOf(signed)).to.deep.equal({ status: "onChain", tradeRootId: 2, block: { number, hash } });
    expect(relay.tracker.mirror.confirmed.link).to.equal(chain.link);
  });

  it("lays them onto the book again, as they will be", async () => {
    chain.rewind(ancestor, true);
    chain.mine();
    await relay.tracker.follow();
    const { batches } = relay.tracker.mirror;
    expect(batches.map(({ expected }) => expected.map(({ link }) => link))).to.deep.equal([
      [primaryLink(signed.package)],
    ]);
  });

  it("sends them again if the node has lost their transaction", async () => {
    chain.rewind(ancestor, true);
    chain.mine();
    await relay.follow();
    expect([relay.statusOf(signed), chain.pool.length]).to.deep.equal(["submitted", 0]);
    relay.time.ms += 2_000;
    await relay.sender.tend(await relay.fence(), relay.tracker.standing!);
    expect(chain.sent).to.deep.equal([chain.sent[0], chain.sent[0]]); // as it was stored
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
  });

  it("forgets what the lost block brought", async () => {
    const link = primaryLink(signed.package);
    expect(relay.tracker.recentOf(link)).not.to.equal(undefined);
    chain.rewind(ancestor, true);
    chain.mine();
    await relay.tracker.follow();
    expect(relay.tracker.recentOf(link)).to.equal(undefined);
    expect(relay.tracker.standing).to.equal(undefined);
  });

  it("waits with a node that has fallen back, and believes it after ten looks", async () => {
    chain.rewind(ancestor, true); // the node lags: no other block is there
    const { mirror } = relay.tracker;
    for (let looks = 1; looks < 10; looks += 1) {
      expect(await relay.tracker.follow()).to.equal(0);
      expect(mirror.tip!.number, `after ${looks} looks`).to.equal(ancestor + 1);
    }
    expect(await relay.tracker.follow()).to.equal(1);
    expect(mirror.tip!.number).to.equal(ancestor);
    expect(relay.statusOf(signed)).to.equal("submitted");
  });

  it("counts the reorganisation", async () => {
    chain.rewind(ancestor);
    chain.mine();
    await relay.follow();
    expect((await relay.metrics.reorganisations.get()).values[0]!.value).to.equal(1);
  });
});

describe("given a reorganisation deeper than what is kept", () => {
  it("reads the chain from the start, and ends where it is", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain, reorgDepth: 3 });
    await relay.follow();
    const before = relay.tracker.mirror;
    const signed = chain.sign(0);
    chain.mine(ordersOf(signed));
    for (let blocks = 0; blocks < 6; blocks += 1) {
      chain.mine();
      await relay.follow();
    }
    chain.rewind(1, true);
    for (let blocks = 0; blocks < 8; blocks += 1) chain.mine();
    await relay.follow();
    expect(relay.tracker.mirror).not.to.equal(before);
    expect(relay.tracker.isReady).to.equal(true);
    expect([relay.tracker.mirror.tip, relay.tracker.mirror.confirmed.link]).to.deep.equal([chain.tip, chain.link]);
  });
});
