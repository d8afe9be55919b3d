import { expect } from "chai";

import type { SignedPackage } from "../../../../src/bindings/packages.js";
import { RelayError } from "../../../../src/relay/errors.js";
import { createIntake } from "../../../../src/relay/queue/intake.js";
import { createSigners } from "../../../../src/relay/queue/signers.js";
import { PLAIN_HASHING } from "../../../../src/protocol/signing/hashing.js";
import { recoverSigner } from "../../../../src/protocol/signing/signatures.js";
import type { PackageStore } from "../../../../src/relay/store/packages.js";
import { PaperChain } from "../../paper/chain.js";
import { expectRefused } from "../../paper/expect.js";
import { paperRelay } from "../../paper/relay.js";

/** An intake whose store is looked on, or in the way. */
async function intakeOver(around: (store: PackageStore) => Partial<PackageStore>) {
  const chain = new PaperChain();
  const relay = await paperRelay({ chain });
  await relay.follow();
  const intake = createIntake({
    ...relay,
    mirror: () => relay.tracker.mirror,
    isReady: () => relay.tracker.isReady,
    store: { ...relay.packages, ...around(relay.packages) },
    hashing: PLAIN_HASHING,
    signers: createSigners(chain.terms.domain, PLAIN_HASHING, recoverSigner),
    limits: { maxPending: 1_000, maxPendingPerTrader: 64, deadlineMargin: 5 },
  });
  return { chain, relay, intake };
}

const drafts = (chain: PaperChain, count: number): SignedPackage[] =>
  Array.from({ length: count }, (_, nonce) => chain.sign(nonce % 3, { nonce: BigInt(nonce), priceTicks: 4_000n }));

describe("given packages that come together", () => {
  it("stores them together, in the order in which they came", async () => {
    const groups: number[] = [];
    const { chain, relay, intake } = await intakeOver((store) => ({
      add: (offered) => {
        groups.push(offered.length);
        return store.add(offered);
      },
    }));
    const signed = drafts(chain, 9);
    const answers = await Promise.all(signed.map((one) => intake.offer(one)));
    expect(groups).to.deep.equal([9]);
    expect(answers.map(({ expected, ahead }) => [expected!.tradeRootId, ahead])).to.deep.equal(
      signed.map((_, index) => [index + 1, index]),
    );
    expect(relay.ledger.waiting().map((entry) => entry.signed)).to.deep.equal(signed);
  });

  it("lets one that does not fit behind the others harm none of them", async () => {
    const { chain, relay, intake } = await intakeOver(() => ({}));
    const [first, second] = [chain.sign(0), chain.sign(0, { priceTicks: 4_999n })]; // the same nonce
    const outcomes = await Promise.allSettled([first, second, chain.sign(1)].map((one) => intake.offer(one)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    expect(relay.ledger.unlanded()).to.equal(2);
  });
});

describe("given a database that is away", () => {
  const down = (): Promise<never> => Promise.reject(new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "down" }));

  it("acknowledges nothing, and leaves nothing of the packages on the book", async () => {
    const { chain, relay, intake } = await intakeOver(() => ({ add: down }));
    const before = relay.tracker.mirror.book.link;
    for (const one of drafts(chain, 3)) {
      await expectRefused(intake.offer(one), "RELAY_STORE_UNAVAILABLE", { reason: "down" });
    }
    expect([relay.ledger.unlanded(), relay.tracker.mirror.open, relay.tracker.mirror.book.link]).to.deep.equal([
      0,
      [],
      before,
    ]);
  });

  it("keeps what was acknowledged before", async () => {
    let isDown = false;
    const { chain, relay, intake } = await intakeOver((store) => ({
      add: (offered) => (isDown ? down() : store.add(offered)),
    }));
    const [first, second] = drafts(chain, 2);
    await intake.offer(first!);
    isDown = true;
    await expectRefused(intake.offer(second!), "RELAY_STORE_UNAVAILABLE", { reason: "down" });
    expect(relay.tracker.mirror.open.map((one) => one.signed)).to.deep.equal([first]);
    isDown = false;
    expect((await intake.offer(second!)).expected!.tradeRootId).to.equal(2);
  });

  it("says so of a package that is known there and cannot be looked up", async () => {
    const { chain, relay, intake } = await intakeOver(() => ({ find: down }));
    const other = await paperRelay({ chain, rows: relay.rows });
    await other.follow();
    const signed = chain.sign(0);
    await other.intake.offer(signed);
    await expectRefused(intake.offer(signed), "RELAY_STORE_UNAVAILABLE", { reason: "down" });
    expect(relay.tracker.mirror.open).to.deep.equal([]);
  });
});

describe("given an intake that is closed while packages are stored", () => {
  it("answers those that were offered before, and refuses the rest", async () => {
    const { chain, relay, intake } = await intakeOver(() => ({}));
    const [first, second] = drafts(chain, 2);
    const offered = intake.offer(first!);
    await Promise.resolve();
    const closed = intake.close();
    await expectRefused(intake.offer(second!), "RELAY_STOPPING");
    const outcome = await offered.catch((error: unknown) => (error as RelayError).code);
    await closed;
    // It was offered before, and is either taken or refused: but it is answered, and what was taken is stored.
    const isTaken = typeof outcome === "object";
    expect(isTaken || outcome === "RELAY_STOPPING").to.equal(true);
    expect((await relay.packages.live()).length).to.equal(isTaken ? 1 : 0);
  });
});

describe("given blocks that come between the check and the taking", () => {
  it("checks again, and refuses what does not fit any more", async () => {
    const { chain, relay, intake } = await intakeOver(() => ({}));
    const signed = chain.sign(0);
    const trader = chain.traders[0]!.address;
    const held = relay.lane.run(async () => {
      chain.mine((book, context) => book.invalidateNonces({ ...context, caller: trader }, 5n));
      for (const blocks of [chain.blockAt(chain.tip.number)!]) relay.tracker.mirror.apply(blocks);
      await Promise.resolve();
    });
    const offered = intake.offer(signed);
    await held;
    await expectRefused(offered, "Book_NonceUsed", { trader, nonce: 0n, nonceFloor: 5n });
    expect(relay.ledger.unlanded()).to.equal(0);
  });
});
