/** Blocks that contradict the book: either they are wrong or it is, and the chain's own state tells. */
import { expect } from "chai";

import type { ChainLog, ChainNode } from "../../../src/node/node.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

type Tamper = (logs: ChainLog[]) => ChainLog[];

async function open(tamper: { with: Tamper }, chain = new PaperChain()) {
  const { node } = chain;
  const lying: ChainNode = { ...node, logs: async (query) => tamper.with(await node.logs(query)) };
  const relay = await paperRelay({ chain: Object.create(chain, { node: { value: lying } }) as PaperChain });
  await relay.follow();
  return { chain, relay };
}

async function look(relay: PaperRelay, times: number): Promise<string[]> {
  const codes: string[] = [];
  for (let looks = 0; looks < times; looks += 1) {
    await relay.tracker.follow().catch((error: unknown) => codes.push((error as { readonly code: string }).code));
  }
  return codes;
}

describe("given a block whose logs are not of the book, when the book is the chain's", () => {
  it("stays ready and takes packages, names the node's fault, and goes on once the logs are right", async () => {
    const tamper: { with: Tamper } = { with: (logs) => logs };
    const { chain, relay } = await open(tamper);
    const waiting = chain.sign(2, { nonce: 1n, priceTicks: 4_000n });
    await relay.intake.offer(waiting);
    const block = chain.mine(ordersOf(chain.sign(0)), ordersOf(chain.sign(1))).number;
    let isLeftOut = false;
    tamper.with = (logs) =>
      logs.filter(({ blockNumber, index }) => blockNumber !== block || index !== 0 || !(isLeftOut = true));
    const codes = await look(relay, 5);
    expect(isLeftOut).to.equal(true);
    expect(codes.slice(0, 4)).to.deep.equal([...Array<string>(3).fill("RECORD_IMPOSSIBLE"), "NODE_LOGS_MISSING"]);
    expect([relay.tracker.isReady, relay.tracker.mirror.tip!.number]).to.deep.equal([true, block - 1]);
    await relay.intake.offer(
      chain.sign(2, { nonce: 2n, priceTicks: 4_001n, previousLink: relay.tracker.mirror.confirmed.linkToSign }),
    );
    expect(relay.ledger.unlanded(), "both wait").to.equal(2);
    tamper.with = (logs) => logs;
    await relay.follow();
    expect(relay.tracker.mirror.tip).to.deep.equal(chain.tip);
    expect(relay.tracker.mirror.open.map(({ signed }) => signed.package.nonce)).to.deep.equal([1n, 2n]);
  });
});

describe("given a book that is not the chain's, when a block contradicts it", () => {
  it("goes back, reads again, and lays on again what waits", async () => {
    const tamper: { with: Tamper } = { with: (logs) => logs };
    const { chain, relay } = await open(tamper);
    const waiting = chain.sign(2, { nonce: 1n, priceTicks: 4_000n });
    await relay.intake.offer(waiting);
    const hidden = chain.mine(ordersOf(chain.sign(0))).number;
    tamper.with = (logs) => logs.filter(({ blockNumber }) => blockNumber !== hidden);
    await relay.follow();
    chain.mine(ordersOf(chain.sign(1)));
    tamper.with = (logs) => logs;
    await look(relay, 3);
    expect(relay.tracker.isReady, "packages are taken meanwhile").to.equal(true);
    await look(relay, 3);
    expect(relay.tracker.mirror.confirmed.link).to.equal(chain.link);
    expect([relay.tracker.isReady, relay.tracker.fault]).to.deep.equal([true, undefined]);
    expect(relay.tracker.mirror.open.map(({ signed }) => signed.package.nonce)).to.deep.equal([1n]);
  });
});
