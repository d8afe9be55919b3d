import { expect } from "chai";
import { computeAddress, Transaction } from "ethers";

import { offsetCall } from "../../../src/bindings/calls.js";
import type { ChainNode } from "../../../src/node/node.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { load } from "../../../src/relay/engine/stored.js";
import type { Fence } from "../../../src/relay/store/submissions.js";
import type { PricedCall } from "../../../src/relay/submit/sender.js";
import { CHAIN_ID, GWEI, PaperChain, refused, unreachable } from "../paper/chain.js";
import { engineState } from "../paper/engine.js";
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

  it("goes to whom it calls if that is not the book, from another relay of the database and at a higher price too", async () => {
    const to = `0x${"80".repeat(20)}`;
    const { relay, fence, sent, settle } = await open();
    await relay.sender.submit(fence, { ...CALL, to }, relay.tracker.standing!);
    await settle();
    const other = await paperRelay({ rows: relay.rows, chain: relay.chain, privateKey: relay.privateKey });
    await load(engineState(other));
    await other.follow();
    other.time.ms += 15_000;
    await other.sender.tend(fence, other.tracker.standing!);
    await settle();
    expect(sent().map((one) => one.to?.toLowerCase())).to.deep.equal([to, to]);
    expect(sent().map(({ nonce }) => nonce)).to.deep.equal([0, 0]);
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
  const tend = ({ relay, fence }: World): Promise<unknown> => relay.sender.tend(fence, relay.tracker.standing!);

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

  it("is no fault when what it was replaced by comes too late, because it has landed itself and was not followed yet", async () => {
    const world = await sending();
    const { chain, relay, settle } = world;
    const { standing } = relay.tracker;
    chain.mine();
    relay.time.ms += 15_000;
    await tend(world);
    await settle();
    expect(chain.sent.length, "the replacement was offered").to.equal(2);
    expect(relay.sender.fault(standing!)).to.equal(undefined);
    relay.time.ms += 1_000;
    await tend(world);
    await settle();
    expect([chain.sent.length, relay.sender.fault(standing!)], "nor the next time").to.deep.equal([3, undefined]);
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
    const fault = relay.sender.fault(relay.tracker.standing!);
    expect([fault?.code, fault?.values["reason"]], "somebody else has used it").to.deep.equal([
      "RELAY_SEND_REFUSED",
      "nonce too low",
    ]);
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
    expect(await relay.sender.priorityFee({ baseFee: 1n })).to.equal(GWEI);
    const { relay: frugal } = await open({ maxFee: 10n });
    expect(await frugal.sender.priorityFee({ baseFee: 1n })).to.equal(10n);
  });

  it("is a thousand millionth if the node does not say", async () => {
    const { chain, relay } = await open();
    failing(chain, "priorityFee", refused("eth_maxPriorityFeePerGas", "method not found"));
    expect(await relay.sender.priorityFee({ baseFee: 1n })).to.equal(GWEI);
  });

  it("is the whole price on a chain without EIP-1559, and so is the transaction's form", async () => {
    const { relay, fence, sent, settle } = await open();
    const { nonce, header } = relay.tracker.standing!;
    const standing = { nonce, header: { ...header, baseFee: undefined } };
    const price = await relay.sender.priorityFee(standing.header);
    expect(price).to.equal(5n * GWEI);
    await relay.sender.submit(fence, { ...CALL, priorityFee: price }, standing);
    await settle();
    const { type, gasPrice, chainId } = sent()[0]!;
    expect([type, gasPrice, chainId]).to.deep.equal([0, price, CHAIN_ID]);
  });
});

describe("given a transaction that no node takes as it is", () => {
  interface Stuck extends World {
    readonly links: readonly string[];
    readonly look: () => Promise<void>;
  }

  /** Three packages in one transaction, which the node refuses for that reason as long as it is too large for it. */
  async function stuck(reason: string, isRefused: (sent: Transaction) => boolean, options = {}): Promise<Stuck> {
    const world = await open(options);
    const { chain, relay, fence } = world;
    const taken = relay.node.send.bind(relay.node);
    relay.node.send = async (raw) => {
      if (isRefused(Transaction.from(raw))) throw refused("eth_sendRawTransaction", reason);
      return taken(raw);
    };
    const signed = [0, 1, 2].map((trader) => chain.sign(trader, { priceTicks: 4_000n + BigInt(trader) }));
    await relay.bring(...signed);
    await world.settle();
    const look = async (): Promise<void> => {
      relay.time.ms += 1_000;
      const { standing } = relay.tracker;
      for (const one of await relay.sender.tend(fence, standing!)) await relay.dispatcher.remake(fence, one);
      await world.settle();
    };
    return { ...world, look, links: signed.map((one) => primaryLink(one.package)) };
  }
  const statuses = ({ relay, links }: Stuck): unknown[] => links.map((link) => relay.ledger.find(link)?.fate.status);

  it("says so as long as it lasts, in the node's words", async () => {
    const world = await stuck("txpool is full", () => true);
    const { relay } = world;
    const error = relay.sender.fault(relay.tracker.standing!)!;
    expect(error).to.deep.include({
      code: "RELAY_SEND_REFUSED",
      values: { nonce: 0, reason: "txpool is full", transactions: 1 },
    });
    expect(statuses(world)).to.deep.equal(["submitted", "submitted", "submitted"]);
  });

  it("is split if it has more gas than the node allows, and all of it lands", async () => {
    const most = 1_300_000n;
    const world = await stuck("exceeds block gas limit", ({ gasLimit }) => gasLimit > most);
    const { chain, relay } = world;
    for (let looks = 0; looks < 3; looks += 1) await world.look();
    expect(relay.sender.fault(relay.tracker.standing!)).to.equal(undefined);
    expect(
      chain.pool.map(({ nonce }) => nonce),
      "the same nonce",
    ).to.deep.equal([0]);
    for (let blocks = 0; blocks < 4; blocks += 1) {
      chain.mine();
      await relay.follow();
      await relay.dispatcher.tick(await relay.fence());
      await world.settle();
      await world.look();
    }
    expect(statuses(world)).to.deep.equal(["onChain", "onChain", "onChain"]);
  });

  it("spends no more than the node says that anybody may", async () => {
    const cap = 10n ** 15n;
    const reason = "tx fee (0.00 ether) exceeds the configured cap (0.001 ether)";
    const world = await stuck(reason, ({ gasLimit, maxFeePerGas }) => gasLimit * maxFeePerGas! > cap);
    const { chain } = world;
    await world.look();
    const [sent] = chain.pool;
    expect(sent!.gasLimit * sent!.maxFeePerGas! <= cap).to.equal(true);
    expect(sent!.nonce).to.equal(0);
  });

  it("is offered for more if it was too little, though the node does not have it", async () => {
    const world = await stuck("max fee per gas less than block base fee", ({ maxFeePerGas }) => {
      return maxFeePerGas! < 3_200_000_000n;
    });
    await world.look();
    expect(world.chain.pool.map(({ maxFeePerGas }) => maxFeePerGas)).to.deep.equal([3_375_000_001n]);
  });

  it("lands once, whichever of its forms does", async () => {
    const world = await stuck("exceeds block gas limit", ({ gasLimit }) => gasLimit > 1_300_000n);
    const { chain, relay } = world;
    const [whole] = relay.ledger.openSubmissions()[0]!.transactions;
    await world.look();
    await world.look();
    chain.pool = [Transaction.from(whole!.raw)]; // another node had it after all
    chain.mine();
    await relay.follow();
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    expect(statuses(world)).to.deep.equal(["onChain", "onChain", "onChain"]);
    expect(chain.resting).to.deep.equal([1, 2, 3]);
  });

  it("is made anew by a relay that was started with other settings", async () => {
    const world = await stuck("tx rejected", () => true);
    const { chain, relay } = world;
    const other = await paperRelay({ chain, rows: relay.rows, gasCap: 1_100_000n, maxFee: 2n * GWEI });
    await load(engineState(other));
    await other.follow();
    const fence = (await other.leases.acquire(relay.account, 60_000))!;
    other.time.ms += 1_000;
    for (const one of await other.sender.tend(fence, other.tracker.standing!))
      await other.dispatcher.remake(fence, one);
    const [stored] = await other.submissions.live();
    expect([stored!.nonce, stored!.gasLimit <= 1_100_000n, stored!.links.length]).to.deep.equal([0, true, 1]);
    expect(Transaction.from(stored!.transactions.at(-1)!.raw).maxFeePerGas).to.equal(2n * GWEI);
    const statusOf = async (link: string) => (await other.packages.find(link))!.fate.status;
    const stood = await Promise.all(world.links.map(statusOf));
    expect(stood).to.deep.equal(["submitted", "pending", "pending"]);
  });
});
