import { expect } from "chai";
import { getAddress, Transaction } from "ethers";

import { offsetCall } from "../../../src/bindings/calls.js";
import type { SignedPackage } from "../../../src/bindings/packages.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { NodeCall } from "../../../src/node/node.js";
import { createDispatcher, type Dispatcher } from "../../../src/relay/submit/dispatcher.js";
import {
  depositOf,
  GWEI,
  LOT,
  ordersOf,
  PaperChain,
  refused,
  reverted,
  traderAt,
  unreachable,
} from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay, type PaperRelayOptions } from "../paper/relay.js";

async function open(options: PaperRelayOptions = {}): Promise<PaperRelay> {
  const relay = await paperRelay(options);
  await relay.follow();
  return relay;
}

/** Takes packages of one trader at prices that rest. */
async function take(relay: PaperRelay, count: number): Promise<SignedPackage[]> {
  const signed = Array.from({ length: count }, (_, nonce) =>
    relay.chain.sign(0, { nonce: BigInt(nonce), priceTicks: 4_000n + BigInt(nonce), quantityLots: 1n }),
  );
  for (const one of signed) await relay.intake.offer(one);
  return signed;
}

const sizes = ({ ledger }: PaperRelay): number[] => ledger.openSubmissions().map(({ links }) => links.length);
const tick = async (relay: PaperRelay): Promise<void> => relay.dispatcher.tick(await relay.fence());

describe("given packages that wait, when the dispatcher ticks", () => {
  it("sends them in one batch, in their order, and the chain takes it as it was expected", async () => {
    const relay = await open();
    const signed = await take(relay, 5);
    await tick(relay);
    const [submission] = relay.ledger.openSubmissions();
    expect(submission!.links).to.deep.equal(signed.map((one) => primaryLink(one.package)));
    expect(submission!.kind).to.equal("batch");
    relay.chain.mine();
    await relay.follow();
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(signed.map(() => "onChain"));
    expect((await relay.metrics.rebases.get()).values[0]!.value, "but for the deposits").to.equal(1);
  });

  it("gives it the gas that its steps may need, up to the cap", async () => {
    const relay = await open({ gasCap: 1_400_000n });
    await take(relay, 1);
    await tick(relay);
    expect(relay.ledger.openSubmissions()[0]!.gasLimit, "and what the book wants to see").to.equal(1_050_000n);
    const tight = await open({ gasCap: 300_000n });
    await take(tight, 1);
    await tick(tight);
    expect(tight.ledger.openSubmissions()[0]!.gasLimit).to.equal(300_000n);
  });

  it("lets an open batch wait for others until it is due", async () => {
    const relay = await open({ batchMs: 300 });
    await take(relay, 1);
    await tick(relay);
    relay.time.ms += 299;
    await tick(relay);
    expect(sizes(relay)).to.deep.equal([]);
    relay.time.ms += 1;
    await tick(relay);
    expect(sizes(relay)).to.deep.equal([1]);
  });

  it("sends a full one at once", async () => {
    const relay = await open({ batchMs: 300, batchSize: 2 });
    await take(relay, 5);
    await tick(relay);
    expect(sizes(relay)).to.deep.equal([2, 2]);
    expect(relay.tracker.mirror.open.length).to.equal(1);
  });

  it("sends no more at once than may be on their way", async () => {
    const relay = await open({ batchSize: 1, maxInFlight: 2 });
    await take(relay, 4);
    await tick(relay);
    expect(sizes(relay)).to.deep.equal([1, 1]);
    relay.chain.mine();
    await relay.follow();
    await tick(relay);
    relay.chain.mine();
    await relay.follow();
    expect(relay.ledger.unlanded()).to.equal(0);
  });

  it("sends nothing before it has caught up with the chain", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await tick(relay);
    await relay.follow();
    await take(relay, 1);
    await relay.tracker.restart("for a test");
    await tick(relay);
    expect(chain.sent).to.deep.equal([]);
  });

  it("counts what is on its way, and how many go together", async () => {
    const relay = await open({ batchSize: 2 });
    await take(relay, 3);
    await tick(relay);
    expect((await relay.metrics.inFlight.get()).values[0]!.value).to.equal(2);
    const { values } = await relay.metrics.batchPackages.get();
    expect(values.find(({ metricName }) => metricName === "relay_batch_packages_sum")!.value).to.equal(3);
  });
});

describe("given a batch that would fail as a whole", () => {
  /** The node has calls of more than so many packages revert. */
  function limited(relay: PaperRelay, most: number): Dispatcher {
    const { node } = relay;
    const call = (asked: NodeCall, tag: number | "latest" | "pending"): Promise<string> => {
      const { expected = [], cancellations = [] } = relay.tracker.mirror.batches.at(-1) ?? {};
      if (expected.length + cancellations.length > most) return Promise.reject(reverted("eth_call"));
      return node.call(asked, tag);
    };
    return createDispatcher({
      ...relay,
      node: { call, estimateGas: (call) => node.estimateGas(call) },
      batchMs: 0,
      batchSize: 64,
      maxInFlight: 64,
    });
  }

  it("sends it in smaller ones", async () => {
    const relay = await open();
    const signed = await take(relay, 10);
    await limited(relay, 3).tick(await relay.fence());
    expect(Math.max(...sizes(relay))).to.be.lessThanOrEqual(3);
    expect(sizes(relay).reduce((sum, size) => sum + size, 0)).to.equal(10);
    relay.chain.mine();
    await relay.follow();
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(signed.map(() => "onChain"));
  });

  it("refuses a cancellation that fails alone for the eighth time", async () => {
    const relay = await open();
    const signed = relay.chain.signCancellation(0, { nonceFloor: 5n });
    const { hash } = await relay.cancelDesk.cancel(signed);
    await limited(relay, 0).tick(await relay.fence());
    const { fate } = await relay.cancelDesk.find(hash);
    const refusal = { code: "RELAY_CALL_FAILS", values: { attempts: "8" } };
    expect(fate).to.deep.include({ status: "refused", refusal });
    expect([relay.tracker.mirror.openCancellations, relay.chain.sent]).to.deep.equal([[], []]);
  });

  it("refuses a package that fails alone for the eighth time, and sends the others", async () => {
    const relay = await open();
    const [signed] = await take(relay, 1);
    const { number, hash } = relay.tracker.mirror.tip!;
    const dispatcher = limited(relay, 0);
    const pauses: number[] = [];
    for (let tries = 0; relay.statusOf(signed!) === "pending" && tries < 1_000; tries += 1) {
      const before = relay.ledger.find(primaryLink(signed!.package))!.attempts;
      await dispatcher.tick(await relay.fence());
      if ((relay.ledger.find(primaryLink(signed!.package))?.attempts ?? 0) > before) pauses.push(relay.time.ms);
      relay.time.ms += 250;
    }
    expect(pauses, "later each time").to.deep.equal([0, 250, 750, 1_750, 3_750, 7_750, 15_750, 31_750]);
    expect(relay.fateOf(signed!)).to.deep.equal({
      status: "refused",
      refusal: { code: "RELAY_CALL_FAILS", values: { attempts: "8" } },
      block: { number, hash },
    });
    expect([relay.tracker.mirror.open, relay.tracker.mirror.batches, relay.chain.sent]).to.deep.equal([[], [], []]);
    const next = relay.chain.sign(1);
    await relay.bring(next);
    expect(relay.statusOf(next)).to.equal("submitted");
  });

  it("says so, as a fault, for as long as it tries again", async () => {
    const relay = await open();
    await take(relay, 1);
    const dispatcher = limited(relay, 0);
    expect(dispatcher.fault()).to.equal(undefined);
    for (let tries = 0; tries < 3; tries += 1) {
      await dispatcher.tick(await relay.fence());
      relay.time.ms += 1_000;
    }
    expect(dispatcher.fault()!.code).to.equal("RELAY_CALLS_FAIL");
    await relay.dispatcher.tick(await relay.fence());
    expect(dispatcher.fault()).to.equal(undefined);
  });
});

describe("given a call that succeeds in simulation and fails on the chain", () => {
  it("is tried so often, later each time, while others land, and then refused", async () => {
    const relay = await open();
    const { chain } = relay;
    const culprit = chain.sign(0, { priceTicks: 4_000n });
    const others = [1, 2].map((trader) => chain.sign(trader, { priceTicks: 4_000n }));
    const spelled = culprit.signature.slice(2, 66);
    let failed = 0;
    chain.failsOnChain = ({ data }) => {
      const isFailing = data.includes(spelled);
      if (isFailing) failed += 1;
      return isFailing;
    };
    await relay.bring(culprit, ...others);
    for (let rounds = 0; rounds < 400 && relay.statusOf(culprit) !== "refused"; rounds += 1) {
      chain.mine();
      chain.mine();
      await relay.follow();
      relay.time.ms += 250;
      await tick(relay);
    }
    expect(relay.fateOf(culprit)).to.deep.include({
      status: "refused",
      refusal: { code: "RELAY_CALL_FAILS", values: { attempts: "8" } },
    });
    expect([chain.resting.length, failed]).to.deep.equal([others.length, 8]);
  });
});

describe("given packages that the book would skip", () => {
  it("leaves out what the simulation skips though the relay does not know why, and sends the others", async () => {
    const relay = await open();
    const { chain } = relay;
    const wallet = { address: traderAt(77).address, key: chain.traders[0]!.key };
    chain.mine(depositOf(wallet.address, 1_000n * LOT));
    await relay.follow();
    chain.wallets.set(wallet.address, () => true);
    const doubtful = chain.sign(wallet, { priceTicks: 4_000n });
    const good = chain.sign(1, { priceTicks: 4_000n });
    await Promise.all([relay.intake.offer(doubtful), relay.intake.offer(good)]);
    chain.wallets.set(wallet.address, () => false);
    await tick(relay);
    expect([relay.statusOf(doubtful), relay.statusOf(good), sizes(relay)]).to.deep.equal(["pending", "submitted", [1]]);
    chain.mine();
    await relay.follow();
    chain.wallets.set(wallet.address, () => true);
    relay.time.ms += 1_000;
    await tick(relay);
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(doubtful), "when the book would take it again").to.equal("onChain");
  });

  it("refuses without a transaction what has become void at the newest block, with the book's reason", async () => {
    const relay = await open();
    const { chain } = relay;
    const signed = chain.sign(0, { priceTicks: 4_000n });
    await relay.intake.offer(signed);
    const { address } = chain.traders[0]!;
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 5n));
    await relay.follow();
    await tick(relay);
    const { number, hash } = chain.tip;
    expect(relay.fateOf(signed)).to.deep.equal({
      status: "refused",
      refusal: { code: "Book_NonceUsed", values: { trader: address, nonce: "0", nonceFloor: "5" } },
      block: { number, hash },
    });
    expect([chain.sent, relay.tracker.mirror.open]).to.deep.equal([[], []]);
    chain.rewind(number - 1, true);
    chain.mine();
    await relay.follow();
    expect(relay.statusOf(signed), "that block is gone").to.equal("pending");
  });
});

describe("given what transactions may cost", () => {
  it("simulates and estimates from the paying account, at the price that is offered", async () => {
    const relay = await open();
    await take(relay, 1);
    const asked: NodeCall[] = [];
    const { node } = relay;
    const dispatcher = createDispatcher({
      ...relay,
      node: {
        call: (call, tag) => {
          asked.push(call);
          return node.call(call, tag);
        },
        estimateGas: (call) => {
          asked.push(call);
          return Promise.resolve(1_860_000n);
        },
      },
      batchMs: 0,
      batchSize: 64,
      maxInFlight: 4,
    });
    await dispatcher.tick(await relay.fence());
    const offered = asked.map(({ from, maxFee, priorityFee }) => ({ from, maxFee, priorityFee }));
    const expected = { from: relay.account, maxFee: 3n * GWEI, priorityFee: GWEI };
    expect(offered).to.deep.equal([expected, expected]);
    // 1 050 000 by the table, and what the estimate has above the least of a batch of one, 824 000.
    expect(relay.ledger.openSubmissions()[0]!.gasLimit).to.equal(1_050_000n + 1_860_000n - 824_000n);
  });

  it("makes no transaction while a block's price is above the highest, and does when it has fallen", async () => {
    const relay = await open({ maxFee: GWEI / 2n });
    const [signed] = await take(relay, 1);
    await tick(relay);
    expect([relay.statusOf(signed!), relay.chain.sent]).to.deep.equal(["pending", []]);
    expect(relay.sender.fault(relay.tracker.standing!)).to.deep.include({
      code: "RELAY_PRICE_ABOVE_CAP",
      values: { baseFee: GWEI, maxFee: GWEI / 2n },
    });
  });

  it("makes batches that a block has room for", async () => {
    const chain = new PaperChain();
    chain.blockGasLimit = 1_500_000n;
    const relay = await open({ chain });
    const signed = await take(relay, 6);
    await tick(relay);
    for (let blocks = 0; blocks < 6; blocks += 1) {
      chain.mine();
      await relay.follow();
      await tick(relay);
    }
    const gas = chain.sent.map((raw) => Transaction.from(raw).gasLimit);
    expect(gas.every((limit) => limit <= 1_500_000n)).to.equal(true);
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(signed.map(() => "onChain"));
  });
});

describe("given a node that cannot be asked", () => {
  it("sends nothing, says so, and sends the same batch later", async () => {
    const relay = await open();
    const [signed] = await take(relay, 1);
    relay.chain.fault = (method) => {
      if (method === "call") throw unreachable(method);
    };
    await expectRefused(tick(relay), "NODE_UNREACHABLE", { method: "call", reason: "nobody answers" });
    expect([relay.statusOf(signed!), relay.chain.sent]).to.deep.equal(["pending", []]);
    relay.chain.fault = undefined;
    await tick(relay);
    expect(relay.statusOf(signed!)).to.equal("submitted");
  });

  it("does not take its other refusals for the batch's fault", async () => {
    const relay = await open();
    const [signed] = await take(relay, 1);
    relay.chain.fault = (method) => {
      if (method === "call") throw refused(method, "insufficient funds for gas");
    };
    const values = { method: "call", rpc: -32_000, reason: "insufficient funds for gas" };
    await expectRefused(tick(relay), "NODE_REFUSED", values);
    expect(relay.ledger.find(primaryLink(signed!.package))!.attempts).to.equal(0);
  });
});

describe("given blocks that come while a batch is simulated", () => {
  it("does not send what was expected of another book", async () => {
    const relay = await open();
    const [signed] = await take(relay, 1);
    const { node, chain } = relay;
    let isFirst = true;
    const dispatcher = createDispatcher({
      ...relay,
      node: {
        async call(asked, tag) {
          if (isFirst) {
            isFirst = false;
            chain.mine(ordersOf(chain.sign(2, { priceTicks: 3_000n })));
            await relay.follow();
          }
          return node.call(asked, tag);
        },
        estimateGas: (call) => node.estimateGas(call),
      },
      batchMs: 0,
      batchSize: 64,
      maxInFlight: 4,
    });
    await dispatcher.tick(await relay.fence());
    expect(sizes(relay), "laid on again, then sent once").to.deep.equal([1]);
    chain.mine();
    await relay.follow();
    expect(relay.fateOf(signed!)).to.deep.include({ status: "onChain", tradeRootId: 2 });
  });
});

describe("given the database refuses a submission", () => {
  it("sends nothing without the lease, and has the packages wait", async () => {
    const relay = await open();
    const [signed] = await take(relay, 1);
    const fence = await relay.fence();
    const stale = { ...fence, epoch: fence.epoch + 1 };
    await expectRefused(relay.dispatcher.tick(stale), "RELAY_LEASE_LOST", stale);
    expect([relay.statusOf(signed!), relay.chain.sent]).to.deep.equal(["pending", []]);
    await relay.dispatcher.tick(fence);
    expect(relay.statusOf(signed!)).to.equal("submitted");
  });

  it("leaves out packages that were taken back by way of another relay, and sends the rest", async () => {
    const relay = await open();
    const [first, second, third] = await take(relay, 3);
    const { seq } = relay.ledger.find(primaryLink(second!.package))!;
    await relay.packages.withdraw(seq, "0x5161"); // nobody has told this relay
    await tick(relay);
    expect(relay.fateOf(second!)).to.equal(undefined);
    expect([relay.statusOf(first!), relay.statusOf(third!), sizes(relay)]).to.deep.equal([
      "submitted",
      "submitted",
      [2],
    ]);
    relay.chain.mine();
    await relay.follow();
    expect([relay.statusOf(first!), relay.statusOf(third!)]).to.deep.equal(["onChain", "onChain"]);
  });
});

describe("given a chore", () => {
  it("is sent if it would do something", async () => {
    const relay = await open();
    const { chain } = relay;
    chain.mine(ordersOf(chain.sign(0, { deadline: chain.tip.timestamp + 3n })));
    for (let blocks = 0; blocks < 3; blocks += 1) chain.mine();
    await relay.follow();
    await relay.dispatcher.chore(await relay.fence(), offsetCall([{ tradeRootId: 1, place: 1 }], 0), 350_000n);
    const [submission] = relay.ledger.openSubmissions();
    expect([submission!.kind, submission!.links, submission!.gasLimit]).to.deep.equal(["offset", [], 350_000n]);
    chain.mine();
    await relay.follow();
    expect([...relay.tracker.mirror.book.state.queues.orders()]).to.deep.equal([]);
    expect(relay.ledger.openSubmissions()).to.deep.equal([]);
  });

  it("is left undone if it would do nothing, or the node is away", async () => {
    const relay = await open();
    await relay.dispatcher.chore(await relay.fence(), offsetCall([{ tradeRootId: 99, place: 99 }], 0), 350_000n);
    relay.chain.fault = (method) => {
      throw unreachable(method);
    };
    await relay.dispatcher.chore(await relay.fence(), offsetCall([{ tradeRootId: 99, place: 99 }], 0), 350_000n);
    expect([relay.ledger.openSubmissions(), relay.chain.sent]).to.deep.equal([[], []]);
  });

  it("goes to whom it names, tried out there first, and to the book otherwise", async () => {
    const relay = await open();
    const settler = getAddress(`0x${"5e".repeat(20)}`);
    const tried: (string | undefined)[] = [];
    const node = {
      estimateGas: (call: NodeCall) => relay.node.estimateGas(call),
      call: ({ to }: NodeCall) => (tried.push(to), Promise.resolve("0x")),
    };
    const dispatcher = createDispatcher({ ...relay, node, batchMs: 0, batchSize: 64, maxInFlight: 64 });
    const call = { ...offsetCall([], 0), kind: "record" as const, to: settler };
    await dispatcher.chore(await relay.fence(), call, 300_000n);
    await dispatcher.chore(await relay.fence(), offsetCall([], 0), 300_000n);
    expect(tried).to.deep.equal([settler, relay.book]);
    expect(relay.chain.sent.map((raw) => Transaction.from(raw).to)).to.deep.equal([settler, getAddress(relay.book)]);
  });

  it("never gets more gas than a transaction may have", async () => {
    const relay = await open({ gasCap: 200_000n });
    const { chain } = relay;
    chain.mine(ordersOf(chain.sign(0, { deadline: chain.tip.timestamp + 3n })));
    for (let blocks = 0; blocks < 3; blocks += 1) chain.mine();
    await relay.follow();
    await relay.dispatcher.chore(await relay.fence(), offsetCall([{ tradeRootId: 1, place: 1 }], 0), 350_000n);
    expect(relay.ledger.openSubmissions()[0]!.gasLimit).to.equal(200_000n);
  });
});
