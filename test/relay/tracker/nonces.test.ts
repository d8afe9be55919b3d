import { expect } from "chai";
import { SigningKey, Transaction } from "ethers";

import { offsetCall } from "../../../src/bindings/calls.js";
import type { SignedPackage } from "../../../src/bindings/packages.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { CHAIN_ID, GWEI, PaperChain } from "../paper/chain.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given a transaction on its way, when something else uses its nonce", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let signed: SignedPackage;

  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    signed = chain.sign(0);
    await relay.bring(signed);
  });

  /** The pool has another transaction of the relay's account instead, of which it does not know. */
  function rival(): void {
    const { data } = offsetCall([{ tradeRootId: 99, place: 99 }], 0); // there is no such order: it reverts
    const fees = { maxFeePerGas: 900n * GWEI, maxPriorityFeePerGas: GWEI, gasLimit: 21_000n };
    const other = Transaction.from({ type: 2, chainId: CHAIN_ID, nonce: 0, to: relay.book, data, ...fees });
    other.signature = new SigningKey(relay.privateKey).sign(other.unsignedHash);
    chain.pool = [Transaction.from(other.serialized)];
  }

  const attempts = (): number => relay.ledger.find(primaryLink(signed.package))!.attempts;

  it("has its packages wait again once that block has a successor", async () => {
    rival();
    chain.mine();
    await relay.follow();
    expect([relay.statusOf(signed), attempts()], "the newest block might be one in the making").to.deep.equal([
      "submitted",
      0,
    ]);
    chain.mine();
    await relay.follow();
    expect([relay.statusOf(signed), attempts()], "it has not failed").to.deep.equal(["pending", 0]);
    expect(relay.ledger.openSubmissions()).to.deep.equal([]);
  });

  it("has them wait again too if no other block comes for forty looks", async () => {
    rival();
    chain.mine();
    for (let looks = 0; looks <= 40; looks += 1) {
      expect(relay.statusOf(signed), `before look ${looks}`).to.equal("submitted");
      await relay.follow();
    }
    expect(relay.statusOf(signed)).to.equal("pending");
  });

  it("sends them under the next nonce, in smaller batches for a while", async () => {
    rival();
    chain.mine();
    chain.mine();
    await relay.follow();
    await relay.dispatcher.tick(await relay.fence());
    expect(relay.ledger.openSubmissions().map(({ nonce }) => nonce)).to.deep.equal([1]);
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
  });

  it("counts what came back", async () => {
    rival();
    chain.mine();
    chain.mine();
    await relay.follow();
    const { values } = await relay.metrics.settled.get();
    expect(values.map(({ labels, value }) => [labels.outcome, value])).to.deep.equal([["returned", 1]]);
  });

  it("does nothing while the nonce is open, however many blocks come", async () => {
    const [waiting] = chain.pool;
    chain.pool = [];
    for (let blocks = 0; blocks < 5; blocks += 1) chain.mine();
    await relay.follow();
    expect([relay.statusOf(signed), relay.tracker.standing!.nonce]).to.deep.equal(["submitted", 0]);
    chain.pool = [waiting!];
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(signed)).to.equal("onChain");
  });
});
