import { expect } from "chai";
import { computeAddress, Transaction } from "ethers";

import { offsetCall } from "../../../src/bindings/calls.js";
import type { ChainNode } from "../../../src/node/node.js";
import type { Fence } from "../../../src/relay/store/submissions.js";
import type { PricedCall } from "../../../src/relay/submit/sender.js";
import { GWEI, PaperChain, refused, unreachable } from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay, type PaperRelayOptions } from "../paper/relay.js";

const FEES = { gasLimit: 300_000n, priorityFee: 2n * GWEI };
/** A call of any kind: what it does is nothing to the sender. */
const CALL: PricedCall = { ...offsetCall([{ tradeRootId: 1, place: 1 }], 0), ...FEES, links: [], cancellations: [] };

interface World {
  readonly chain: PaperChain;
  readonly relay: PaperRelay;
  readonly fence: Fence;
  /** Transactions as they were sent. */
  readonly sent: () => Transaction[];
  /** Has what was sent arrive, or fail. */
  readonly settle: () => Promise<void>;
}

async function open(options: PaperRelayOptions = {}): Promise<World> {
  const chain = new PaperChain();
  const relay = await paperRelay({ ...options, chain });
  await relay.follow();
  return {
    chain,
    relay,
    fence: await relay.fence(),
    sent: () => chain.sent.map((raw) => Transaction.from(raw)),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

function failing(chain: PaperChain, method: keyof ChainNode, error: Error): void {
  chain.fault = (asked) => {
    if (asked === method) throw error;
  };
}

describe("given a call, when it is submitted", () => {
  it("is signed by the account, over what was asked for, and sent", async () => {
    const { relay, fence, sent, settle } = await open();
    await relay.sender.submit(fence, CALL, relay.tracker.standing!);
    await settle();
    const [{ from, to, data, nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas }] = sent() as [Transaction];
    expect([from, to?.toLowerCase(), data]).to.deep.equal([
      computeAddress(relay.privateKey),
      relay.book.toLowerCase(),
      CALL.data,
    ]);
    expect([nonce, gasLimit]).to.deep.equal([0, 300_000n]);
    expect([maxFeePerGas, maxPriorityFeePerGas]).to.deep.equal([4n * GWEI, 2n * GWEI]);
  });

  it("is in the database, as it was signed, before it is sent", async () => {
    const { chain, relay, fence, settle } = await open();
    const live = await relay.sender.submit(fence, CALL, relay.tracker.standing!);
    const [stored] = await relay.submissions.live();
    await settle();
    expect(stored).to.deep.include({ id: live.id, account: relay.account, nonce: 0, kind: "offset", data: CALL.data });
    expect(stored!.transactions.map(({ raw }) => raw)).to.deep.equal(chain.sent);
  });

  it("takes the next nonce behind those that are open", async () => {
    const { relay, fence } = await open();
    for (let calls = 0; calls < 3; calls += 1) await relay.sender.submit(fence, CALL, relay.tracker.standing!);
    expect(relay.ledger.openSubmissions().map(({ nonce }) => nonce)).to.deep.equal([0, 1, 2]);
  });

  it("takes the account's own nonce if that is ahead", async () => {
    const { relay, fence } = await open();
    const { header } = relay.tracker.standing!;
    const { nonce } = await relay.sender.submit(fence, CALL, { header, nonce: 7 });
    expect(nonce).to.equal(7);
  });

  it("is neither stored nor sent without the lease", async () => {
    const { chain, relay, fence, settle } = await open();
    const stale = { ...fence, epoch: fence.epoch - 1 };
    const submitted = relay.sender.submit(stale, CALL, relay.tracker.standing!);
    await expectRefused(submitted, "RELAY_LEASE_LOST", stale);
    await settle();
    expect([chain.sent, relay.ledger.openSubmissions(), await relay.submissions.live()]).to.deep.equal([[], [], []]);
  });

  it("stays in the ledger if the node does not take it", async () => {
    const { chain, relay, fence, settle } = await open();
    failing(chain, "send", unreachable("eth_sendRawTransaction"));
    await relay.sender.submit(fence, CALL, relay.tracker.standing!);
    await settle();
    expect([relay.ledger.openSubmissions().length, chain.pool.length]).to.deep.equal([1, 0]);
  });
});

describe("given a transaction on its way, when it is looked after", () => {
  async function sending(options: PaperRelayOptions = {}): Promise<World> {
    const world = await open(options);
    await world.relay.sender.submit(world.fence, CALL, world.relay.tracker.standing!);
    await world.settle();
    return world;
  }
  const tend = ({ relay, fence }: World): Promise<void> => relay.sender.tend(fence, relay.tracker.standing!);

  it("is left alone while it is fresh", async () => {
    const world = await sending();
    world.chain.pool = [];
    world.relay.time.ms += 999;
    await tend(world);
    expect(world.chain.sent.length).to.equal(1);
  });

  it("is sent again as it is if the node has lost it", async () => {
    const world = await sending();
    world.chain.pool = [];
    world.relay.time.ms += 1_000;
    await tend(world);
    expect(world.chain.sent).to.deep.equal([world.chain.sent[0], world.chain.sent[0]]);
    expect(world.chain.pool.length).to.equal(1);
  });

  it("is left alone while the node has it and it is not overdue", async () => {
    const world = await sending();
    world.relay.time.ms += 14_999;
    await tend(world);
    expect(world.chain.sent.length).to.equal(1);
  });

  it("is replaced by one that offers an eighth more when it is overdue", async () => {
    const world = await sending();
    world.relay.time.ms += 15_000;
    await tend(world);
    const [first, second] = world.sent() as [Transaction, Transaction];
    expect([second.nonce, second.data, second.gasLimit]).to.deep.equal([first.nonce, first.data, first.gasLimit]);
    expect([second.maxFeePerGas, second.maxPriorityFeePerGas]).to.deep.equal([4_500_000_001n, 2_250_000_001n]);
    expect(world.chain.pool.map(({ hash }) => hash)).to.deep.equal([second.hash]);
    const [stored] = await world.relay.submissions.live();
    expect(stored!.transactions.map(({ hash }) => hash)).to.deep.equal([first.hash, second.hash]);
  });

  it("is replaced again and again until the highest price, and then sent as it is", async () => {
    const world = await sending({ maxFee: 5n * GWEI });
    for (let rounds = 0; rounds < 4; rounds += 1) {
      world.relay.time.ms += 15_000;
      await tend(world);
    }
    const offers = world.sent().map(({ maxFeePerGas }) => maxFeePerGas);
    expect(offers).to.deep.equal([4n * GWEI, 4_500_000_001n, 4_500_000_001n, 4_500_000_001n, 4_500_000_001n]);
    expect(world.relay.ledger.openSubmissions()[0]!.transactions.length).to.equal(2);
  });

  it("waits its turn: only the account's next nonce is replaced", async () => {
    const world = await sending();
    await world.relay.sender.submit(world.fence, CALL, world.relay.tracker.standing!);
    await world.settle();
    world.relay.time.ms += 15_000;
    await tend(world);
    expect(world.sent().map(({ nonce }) => nonce)).to.deep.equal([0, 1, 0]);
  });

  it("is replaced by the block's own price if that has risen more", async () => {
    const world = await sending();
    world.relay.time.ms += 15_000;
    const { header, nonce } = world.relay.tracker.standing!;
    await world.relay.sender.tend(world.fence, { header: { ...header, baseFee: 20n * GWEI }, nonce });
    expect(world.sent().at(-1)!.maxFeePerGas).to.equal(41n * GWEI);
  });

  it("is not replaced without the lease", async () => {
    const world = await sending();
    world.relay.time.ms += 15_000;
    const stale = { ...world.fence, epoch: world.fence.epoch + 1 };
    await expectRefused(world.relay.sender.tend(stale, world.relay.tracker.standing!), "RELAY_LEASE_LOST", stale);
    expect(world.chain.sent.length).to.equal(1);
  });

  it("harms no other if the node cannot say of it", async () => {
    const world = await sending();
    await world.relay.sender.submit(world.fence, CALL, world.relay.tracker.standing!);
    await world.settle();
    world.chain.pool = [];
    world.relay.time.ms += 1_000;
    let asked = 0;
    world.chain.fault = (method) => {
      if (method === "senderOf" && (asked += 1) === 1) throw unreachable(method);
    };
    await tend(world);
    expect(world.sent().map(({ nonce }) => nonce)).to.deep.equal([0, 1, 1]);
  });
});

describe("given a node that refuses a transaction", () => {
  const NOT_TAKEN = "transaction not taken by the node";

  it("takes it for a yes if the node has it already", async () => {
    for (const reason of ["already known", "already imported", "ALREADY EXISTS"]) {
      const heard: string[] = [];
      const { chain, relay, fence, settle } = await open({ heard });
      failing(chain, "send", refused("eth_sendRawTransaction", reason));
      await relay.sender.submit(fence, CALL, relay.tracker.standing!);
      await settle();
      expect(heard, reason).not.to.include(NOT_TAKEN);
    }
  });

  it("says so if the node does not take it, and keeps it", async () => {
    const heard: string[] = [];
    const { chain, relay, fence, settle } = await open({ heard });
    failing(chain, "send", refused("eth_sendRawTransaction", "nonce too low"));
    const live = await relay.sender.submit(fence, CALL, relay.tracker.standing!);
    await settle();
    expect(heard).to.include(NOT_TAKEN);
    expect([live.sentAt, relay.ledger.openSubmissions()]).to.deep.equal([relay.time.ms, [live]]);
  });

  it("offers more at the next look if it was too little", async () => {
    const { chain, relay, fence, settle } = await open();
    failing(chain, "send", refused("eth_sendRawTransaction", "transaction underpriced"));
    const live = await relay.sender.submit(fence, CALL, relay.tracker.standing!);
    await settle();
    expect(live.sentAt).to.equal(relay.time.ms - 15_000);
  });
});

describe("given what a block's producer is to be offered", () => {
  it("is what the node says, up to the highest price", async () => {
    const { relay } = await open();
    expect(await relay.sender.priorityFee()).to.equal(GWEI);
    const { relay: frugal } = await open({ maxFee: 10n });
    expect(await frugal.sender.priorityFee()).to.equal(10n);
  });

  it("is a thousand millionth if the node does not say", async () => {
    const { chain, relay } = await open();
    failing(chain, "priorityFee", refused("eth_maxPriorityFeePerGas", "method not found"));
    expect(await relay.sender.priorityFee()).to.equal(GWEI);
  });
});
