import { expect } from "chai";

import { createChainClock } from "../../../src/relay/follow/clock.js";
import { PaperChain, unreachable } from "../paper/chain.js";

/** A clock over a node that says a time, and a steady clock that is set by hand. */
function open(pending?: bigint) {
  const { node } = new PaperChain();
  const said = { pending };
  const time = { ms: 5_000 };
  const asked = { ...node, pendingTime: () => Promise.resolve(said.pending) };
  return { said, time, clock: createChainClock(asked, () => time.ms) };
}

describe("createChainClock", () => {
  it("goes on from the last block by whole seconds of the machine's steady clock", () => {
    const { time, clock } = open();
    clock.saw(1_000n);
    expect(clock.now()).to.equal(1_000n);
    time.ms += 2_999;
    expect(clock.now()).to.equal(1_002n);
    time.ms += 1;
    expect(clock.now()).to.equal(1_003n);
  });

  it("goes back with a block that is earlier than was thought", () => {
    const { time, clock } = open();
    clock.saw(1_000n);
    time.ms += 60_000;
    clock.saw(1_002n);
    expect(clock.now()).to.equal(1_002n);
  });

  it("takes the node's word for a chain that has been idle, if that is later", async () => {
    const { said, clock } = open(1_500n);
    clock.saw(1_000n);
    await clock.refresh();
    expect(clock.now()).to.equal(1_500n);
    said.pending = 1_400n;
    await clock.refresh();
    expect(clock.now(), "it never goes back by that").to.equal(1_500n);
  });

  it("goes on without a node that does not say", async () => {
    const { clock } = open(undefined);
    clock.saw(1_000n);
    await clock.refresh();
    expect(clock.now()).to.equal(1_000n);
    const chain = new PaperChain();
    chain.fault = (method) => {
      throw unreachable(method);
    };
    const alone = createChainClock(chain.node, () => 0);
    alone.saw(7n);
    await alone.refresh();
    expect(alone.now()).to.equal(7n);
  });
});
