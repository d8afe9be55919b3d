import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { parseEther } from "ethers";

import { advance, freeze, thaw, walk } from "../../../lab/live/clock.js";
import { newestTime } from "../../../src/bindings/lacking.js";
import { type LocalNode, startNode } from "../../../src/local/nodes.js";
import { NodeProvider } from "../../../src/node/provider.js";

const START = 1_900_000_000; // later than any wall's clock for a while

describe("the live stage's clock", () => {
  let node: LocalNode;
  let provider: NodeProvider;

  before(async () => {
    node = await startNode("anvil", { startsAt: START });
    provider = await NodeProvider.open(node.url, { pollingMs: 20 });
    await freeze(provider);
  });

  after(async () => {
    provider.destroy();
    await node.stop();
  });

  it("stands still while it is frozen, whatever blocks are made", async () => {
    await advance(provider, START + 10);
    for (let i = 0; i < 3; i++) await provider.send("evm_mine", []);
    expect(await newestTime(provider)).to.equal(START + 10);
  });

  it("makes a block at the second that is wanted, and none if it is there already or later", async () => {
    await advance(provider, START + 100);
    const number = await provider.getBlockNumber();
    await advance(provider, START + 100);
    await advance(provider, START + 50);
    expect([await newestTime(provider), await provider.getBlockNumber()]).to.deep.equal([START + 100, number]);
  });

  it("goes on beside transactions that make blocks of their own at the same time", async () => {
    const [payer] = await provider.listAccounts();
    const before = await provider.getBlockNumber();
    for (let round = 1; round <= 10; round++) {
      const sent = payer!.sendTransaction({ to: payer!.address, value: parseEther("1") });
      await Promise.all([sent, advance(provider, START + 1_000 + 60 * round)]);
      const time = await newestTime(provider);
      expect(time).to.be.within(START + 1_000 + 60 * round, START + 1_000 + 60 * round + 1);
    }
    expect(await provider.getBlockNumber()).to.be.at.least(before + 10);
  });

  it("walks at its speed until it is told to stop, and says what a node would not do", async () => {
    await thaw(provider);
    const over = new AbortController();
    const faults: unknown[] = [];
    const first = await newestTime(provider);
    const walking = walk(provider, { speed: 3_600, signal: over.signal, onFault: (error) => faults.push(error) });
    while ((await newestTime(provider)) < first + 3_600) await sleep(20); // however long it takes
    over.abort();
    await walking;
    expect(faults).to.deep.equal([]);
    const then = await newestTime(provider);
    await sleep(0);
    expect(await newestTime(provider)).to.equal(then);
  });
});
