/** A package that was offered again while it was being stored was refused for its own nonce; sending it again is harmless. */
import { expect } from "chai";

import type { SignedPackage } from "../../src/bindings/packages.js";
import { PaperChain } from "../relay/paper/chain.js";
import { expectRefused } from "../relay/paper/expect.js";
import { paperRelay, type PaperRelay } from "../relay/paper/relay.js";

describe("given a package that is offered again before it is acknowledged", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let signed: SignedPackage;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    signed = chain.sign(0);
  });

  it("acknowledges each, and stores and expects it once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => relay.intake.offer(signed)));
    expect(answers.map(({ fate }) => fate.status)).to.deep.equal(["pending", "pending", "pending"]);
    expect(answers.map(({ expected }) => expected?.tradeRootId)).to.deep.equal([1, undefined, undefined]);
    expect([relay.ledger.unlanded(), relay.tracker.mirror.open.length]).to.deep.equal([1, 1]);
    expect((await relay.packages.live()).length).to.equal(1);
  });

  it("acknowledges it while the database is at work", async () => {
    const first = relay.intake.offer(signed);
    while (relay.tracker.mirror.open.length === 0) await Promise.resolve(); // laid on, and not stored yet
    expect(relay.ledger.unlanded()).to.equal(0);
    const [one, other] = await Promise.all([first, relay.intake.offer(signed)]);
    expect(other).to.deep.equal({ link: one.link, fate: { status: "pending" }, ahead: 0 });
  });

  it("refuses each alike if the first is refused", async () => {
    const rival = chain.sign(0, { priceTicks: 4_999n });
    const outcomes = [relay.intake.offer(rival), relay.intake.offer(signed), relay.intake.offer(signed)];
    await outcomes[0];
    const values = { trader: chain.traders[0]!.address, nonce: 0n, nonceFloor: 1n };
    for (const outcome of outcomes.slice(1)) await expectRefused(outcome, "Book_NonceUsed", values);
  });

  it("goes by no copy with another signature", async () => {
    const forged = { ...signed, signature: chain.sign(1).signature };
    const [bad, good] = await Promise.allSettled([relay.intake.offer(forged), relay.intake.offer(signed)]);
    expect([bad.status, good.status]).to.deep.equal(["rejected", "fulfilled"]);
  });
});
