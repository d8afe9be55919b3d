import { expect } from "chai";

import { TimeInForce } from "../../../../src/protocol/signing/package.js";
import { packageDigest } from "../../../../src/protocol/signing/typed-data.js";
import { LOT, ordersOf, PaperChain, T1, T2, traderAt, unreachable } from "../../paper/chain.js";
import { expectRefused } from "../../paper/expect.js";
import { paperRelay, type PaperRelayOptions } from "../../paper/relay.js";

async function ready(options: PaperRelayOptions = {}) {
  const chain = options.chain ?? new PaperChain();
  const relay = await paperRelay({ ...options, chain });
  await relay.follow();
  return { chain, relay };
}

describe("given a package that the chain would refuse, when it is offered", () => {
  it("names a market that there is not", async () => {
    const { chain, relay } = await ready();
    const signed = chain.sign(0, { marketRootId: 9 });
    const values = { marketRootId: 9n, marketBranchId: 1n };
    await expectRefused(relay.intake.offer(signed), "Book_MarketUnknown", values);
  });

  it("names a price beyond what the market can pay", async () => {
    const { chain, relay } = await ready();
    const values = { price: 10_001n, marketMin: 0n, marketMax: 10_000n };
    await expectRefused(relay.intake.offer(chain.sign(0, { priceTicks: 10_001n })), "Book_PriceOutOfBounds", values);
  });

  it("names a deadline that is over, by the time of the next block", async () => {
    const { chain, relay } = await ready();
    const deadline = chain.tip.timestamp - 1n;
    const values = { deadline, timestamp: relay.clock.now() };
    await expectRefused(relay.intake.offer(chain.sign(0, { deadline })), "Book_DeadlineExpired", values);
  });

  it("names a link that is none of the last checkpoints", async () => {
    const { chain, relay } = await ready();
    const given = `0x${"77".repeat(32)}`;
    const values = { given, current: chain.link };
    await expectRefused(relay.intake.offer(chain.sign(0, { previousLink: given })), "Book_StaleLink", values);
  });

  it("names a trader who is not registered", async () => {
    const { chain, relay } = await ready();
    const stranger = traderAt(70);
    const values = { trader: stranger.address };
    await expectRefused(relay.intake.offer(chain.sign(stranger)), "Book_TraderUnknown", values);
  });

  it("names a nonce that is used, and one that is too far ahead", async () => {
    const { chain, relay } = await ready();
    const trader = chain.traders[0]!.address;
    chain.mine(ordersOf(chain.sign(0, { nonce: 3n })));
    await relay.follow();
    const used = relay.intake.offer(chain.sign(0, { nonce: 3n, priceTicks: 4_999n }));
    await expectRefused(used, "Book_NonceUsed", { trader, nonce: 3n, nonceFloor: 0n });
    const far = relay.intake.offer(chain.sign(0, { nonce: 10_000n }));
    await expectRefused(far, "Book_NonceTooFar", { trader, nonce: 10_000n, limit: 64n });
  });

  it("names a nonce that a package before it in the queue uses", async () => {
    const { chain, relay } = await ready();
    const trader = chain.traders[0]!.address;
    await relay.intake.offer(chain.sign(0));
    const again = relay.intake.offer(chain.sign(0, { priceTicks: 4_999n }));
    await expectRefused(again, "Book_NonceUsed", { trader, nonce: 0n, nonceFloor: 1n });
  });

  it("names a signature by another key, over the digest that it should be over", async () => {
    const { chain, relay } = await ready();
    const signed = chain.sign(0);
    const { signature } = chain.sign(1);
    const digest = packageDigest(chain.terms.domain, signed.package);
    const values = { trader: chain.traders[0]!.address, digest };
    await expectRefused(relay.intake.offer({ ...signed, signature }), "Book_SignatureInvalid", values);
  });

  it("names what is missing of its collateral, with what waits before it", async () => {
    const { chain, relay } = await ready({ chain: new PaperChain({ funds: 100n }) });
    const trader = chain.traders[0]!.address;
    const price = 5_000n;
    await expectRefused(
      relay.intake.offer(chain.sign(0, { quantityLots: 201n, priceTicks: price })),
      "Book_Uncovered",
      {
        trader,
        shortfall: LOT / 2n, // 201 lots at half of what one can cost, and 100 lots' worth
        bindingOutcome: 2n,
      },
    );
    await relay.intake.offer(chain.sign(0, { quantityLots: 200n, priceTicks: price }));
    await relay.intake.offer(
      chain.sign(1, { quantityLots: -200n, priceTicks: price, timeInForce: TimeInForce.ImmediateOrCancel }),
    );
    const more = relay.intake.offer(chain.sign(0, { quantityLots: 1n, priceTicks: price, nonce: 1n }));
    await expectRefused(more, "Book_Uncovered", { trader, shortfall: LOT / 2n, bindingOutcome: 2n });
  });

  it("names the best opposite price that an order meets which may only rest", async () => {
    const { chain, relay } = await ready();
    await relay.intake.offer(chain.sign(0, { quantityLots: -5n, priceTicks: 5_100n }));
    const order = chain.sign(1, { priceTicks: 5_200n, timeInForce: TimeInForce.PostOnly });
    await expectRefused(relay.intake.offer(order), "Book_PostOnlyWouldTake", { price: 5_200n, best: 5_100n });
  });

  it("names how much of an order that must be filled at once could be", async () => {
    const { chain, relay } = await ready();
    await relay.intake.offer(chain.sign(0, { quantityLots: -5n, priceTicks: 5_000n }));
    const order = chain.sign(1, { quantityLots: 9n, timeInForce: TimeInForce.FillOrKill });
    await expectRefused(relay.intake.offer(order), "Book_FillOrKillUnfilled", { wanted: 9n, filled: 5n });
    expect(relay.tracker.mirror.open.length, "it left nothing behind").to.equal(1);
  });

  it("names the time of trading once that is over", async () => {
    const { chain, relay } = await ready();
    relay.clock.saw(T2);
    const values = { timestamp: T2, t1: T1, t2: T2 };
    await expectRefused(relay.intake.offer(chain.sign(0, { deadline: T2 + 9n })), "Book_NotTrading", values);
  });
});

describe("given a package that might not land in time, when it is offered", () => {
  it("refuses a deadline that is nearer than the margin", async () => {
    const { chain, relay } = await ready({ deadlineMargin: 30 });
    const timestamp = relay.clock.now();
    const near = chain.sign(0, { deadline: timestamp + 29n });
    const values = { deadline: timestamp + 29n, timestamp, margin: 30 };
    await expectRefused(relay.intake.offer(near), "RELAY_DEADLINE_NEAR", values);
    const { fate } = await relay.intake.offer(chain.sign(0, { deadline: timestamp + 30n }));
    expect(fate).to.deep.equal({ status: "pending" });
  });

  it("refuses a link that others may make too old, while the book itself would still take it", async () => {
    const { chain, relay } = await ready({ chain: new PaperChain({ chainWindow: 16 }) });
    const given = chain.link;
    const old = chain.sign(2, { previousLink: given });
    for (let nonce = 0n; nonce < 14n; nonce += 1n) chain.mine(ordersOf(chain.sign(0, { nonce, priceTicks: 4_000n })));
    await relay.follow();
    await expectRefused(relay.intake.offer(old), "RELAY_LINK_NEARLY_STALE", { given, window: 16 });
    chain.mine(ordersOf(old)); // the fifteenth checkpoint since
    await relay.follow();
    expect(relay.tracker.recentOf((await relay.intake.offer(chain.sign(2, { nonce: 1n }))).link)).to.equal(undefined);
    expect(relay.tracker.mirror.book.state.queues.find(15)?.traderId).to.equal(3);
  });
});

describe("given a relay that cannot take packages, when one is offered", () => {
  it("says that it is not ready while it reads the chain", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await expectRefused(relay.intake.offer(chain.sign(0)), "RELAY_NOT_READY");
  });

  it("says that it stops once it does", async () => {
    const { chain, relay } = await ready();
    await relay.intake.close();
    await expectRefused(relay.intake.offer(chain.sign(0)), "RELAY_STOPPING");
  });

  it("says how many wait if that is as many as it takes", async () => {
    const { chain, relay } = await ready({ maxPending: 2 });
    await relay.intake.offer(chain.sign(0));
    await relay.intake.offer(chain.sign(1));
    await expectRefused(relay.intake.offer(chain.sign(2)), "RELAY_QUEUE_FULL", { waiting: 2, batches: 0 });
  });

  it("says so too if there are as many batches as links stay fresh", async () => {
    const { chain, relay } = await ready({ batchSize: 1, chain: new PaperChain({ chainWindow: 16 }) });
    for (let nonce = 0n; nonce < 15n; nonce += 1n) {
      await relay.intake.offer(chain.sign(0, { nonce, priceTicks: 4_000n }));
    }
    const late = relay.intake.offer(chain.sign(1));
    await expectRefused(late, "RELAY_QUEUE_FULL", { waiting: 15, batches: 14 });
  });

  it("says how many of one trader may wait, and takes another's", async () => {
    const { chain, relay } = await ready({ maxPendingPerTrader: 2 });
    await relay.intake.offer(chain.sign(0, { nonce: 0n }));
    await relay.intake.offer(chain.sign(0, { nonce: 1n }));
    const values = { trader: chain.traders[0]!.address, limit: 2 };
    await expectRefused(relay.intake.offer(chain.sign(0, { nonce: 2n })), "RELAY_TRADER_QUEUE_FULL", values);
    expect((await relay.intake.offer(chain.sign(1))).ahead).to.equal(2);
  });
});

describe("given a package of a contract wallet, when it is offered", () => {
  const signature = "0x1234";

  it("takes it if the wallet approves, over the package's digest", async () => {
    const { chain, relay } = await ready();
    const signed = { ...chain.sign(0), signature };
    const asked: unknown[] = [];
    chain.wallets.set(chain.traders[0]!.address, (...question) => asked.push(question) > 0);
    expect((await relay.intake.offer(signed)).fate).to.deep.equal({ status: "pending" });
    expect(asked).to.deep.equal([[packageDigest(chain.terms.domain, signed.package), signature]]);
  });

  it("refuses it as the book would if the wallet does not", async () => {
    const { chain, relay } = await ready();
    const trader = chain.traders[0]!.address;
    chain.wallets.set(trader, () => false);
    const signed = { ...chain.sign(0), signature };
    const digest = packageDigest(chain.terms.domain, signed.package);
    await expectRefused(relay.intake.offer(signed), "Book_SignatureInvalid", { trader, digest });
  });

  it("refuses it for now if nobody can ask the wallet", async () => {
    const { chain, relay } = await ready();
    const wallet = chain.traders[0]!.address;
    chain.fault = unreachableCall;
    const signed = { ...chain.sign(0), signature };
    await expectRefused(relay.intake.offer(signed), "RELAY_WALLET_UNREACHABLE", { wallet });
    chain.fault = undefined;
    chain.wallets.set(wallet, () => true);
    expect((await relay.intake.offer(signed)).fate).to.deep.equal({ status: "pending" });
  });

  it("does not ask for a key's own signature", async () => {
    const { chain, relay } = await ready();
    chain.fault = unreachableCall;
    expect((await relay.intake.offer(chain.sign(0))).fate).to.deep.equal({ status: "pending" });
  });
});

function unreachableCall(method: string): void {
  if (method === "call" || method === "hasCode") throw unreachable(method);
}
