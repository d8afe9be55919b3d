import { expect } from "chai";

import type { ChainNode } from "../../../src/node/node.js";
import { ordersOf, PaperChain, unreachable } from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay } from "../paper/relay.js";

/** A node that leaves the logs of some blocks out. */
function leavingOut(chain: PaperChain, isLeftOut: (block: number) => boolean): ChainNode {
  const { node } = chain;
  return {
    ...node,
    logs: async (query) => (await node.logs(query)).filter(({ blockNumber }) => !isLeftOut(blockNumber)),
  };
}

describe("given a node that is away", () => {
  it("follows nothing, keeps what it has, and goes on afterwards", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await relay.follow();
    chain.mine();
    chain.fault = (method) => {
      throw unreachable(method);
    };
    const { tip } = relay.tracker.mirror;
    const away = { method: "block", reason: "nobody answers" };
    await expectRefused(relay.tracker.follow(), "NODE_UNREACHABLE", away);
    expect([relay.tracker.isReady, relay.tracker.mirror.tip]).to.deep.equal([true, tip]);
    chain.fault = undefined;
    await relay.follow();
    expect(relay.tracker.mirror.tip).to.deep.equal(chain.tip);
  });

  it("follows on if only the head cannot be compared", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    chain.fault = (method) => {
      if (method === "call") throw unreachable(method);
    };
    for (let looks = 0; looks < 50; looks += 1) await relay.follow();
    expect(relay.tracker.isReady).to.equal(true);
  });
});

describe("given a node that has left logs out", () => {
  it("notices at the next record, asks three times, and reads the newest blocks again", async () => {
    const chain = new PaperChain();
    let hidden = -1;
    const lossy = Object.create(chain, {
      node: { value: leavingOut(chain, (number) => number === hidden) },
    }) as PaperChain;
    const relay = await paperRelay({ chain: lossy });
    await relay.follow();
    hidden = chain.mine(ordersOf(chain.sign(0))).number;
    await relay.follow();
    expect(relay.tracker.mirror.confirmed.link).not.to.equal(chain.link);
    chain.mine(ordersOf(chain.sign(1)));
    hidden = -1; // the node has them now
    for (let asks = 1; asks <= 3; asks += 1) {
      const before = relay.tracker.mirror.tip!.number;
      const error: unknown = await relay.tracker.follow().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error, `ask ${asks}`).to.be.instanceOf(Error);
      expect(before, "the mirror has not taken it").to.equal(hidden === -1 ? before : hidden);
    }
    await relay.follow(); // its own state shows that it is the book that is wrong
    expect([relay.tracker.isReady, relay.tracker.mirror.confirmed.link]).to.deep.equal([true, chain.link]);
    expect((await relay.metrics.faults.get()).values.map(({ value }) => value)).to.deep.equal([3]);
  });

  it("notices without another record, from the head that the node itself says", async () => {
    const chain = new PaperChain();
    let hidden = -1;
    const lossy = Object.create(chain, {
      node: { value: leavingOut(chain, (number) => number === hidden) },
    }) as PaperChain;
    const relay = await paperRelay({ chain: lossy });
    await relay.follow();
    hidden = chain.mine(ordersOf(chain.sign(0))).number;
    await relay.follow();
    hidden = -1;
    for (let looks = 0; looks < 25; looks += 1) await relay.follow();
    expect(relay.tracker.mirror.confirmed.link).to.equal(chain.link);
  });

  it("reads everything again if the newest blocks are not the ones that are wrong", async () => {
    const chain = new PaperChain();
    let hidden = 2;
    const lossy = Object.create(chain, {
      node: { value: leavingOut(chain, (number) => number === hidden) },
    }) as PaperChain;
    chain.mine(ordersOf(chain.sign(0)));
    for (let blocks = 0; blocks < 12; blocks += 1) chain.mine();
    const relay = await paperRelay({ chain: lossy, reorgDepth: 3 });
    await relay.follow();
    const first = relay.tracker.mirror;
    hidden = -1;
    chain.mine(ordersOf(chain.sign(1)));
    for (let looks = 0; looks < 12; looks += 1) await relay.follow().catch(() => undefined);
    expect(relay.tracker.mirror).not.to.equal(first);
    expect([relay.tracker.isReady, relay.tracker.mirror.confirmed.link]).to.deep.equal([true, chain.link]);
  });
});
