import { expect } from "chai";

import { keepSeconds } from "../../stage/seconds.js";

/** A node whose blocks get the machine's seconds unless theirs are set. */
class SlowNode {
  public readonly times = [1_000];
  #next: number | undefined;

  public async request({ method, params }: { method: string; params?: readonly unknown[] | object }): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    const last = this.times.at(-1)!;
    if (method === "eth_getBlockByNumber") return { timestamp: `0x${last.toString(16)}` };
    if (method === "evm_setNextBlockTimestamp") {
      const wanted = Number((params as readonly string[])[0]);
      if (wanted <= last) throw new Error(`${wanted} is over`);
      this.#next = wanted;
      return undefined;
    }
    if (method === "eth_call") return "0x";
    const isRefused = (params as readonly string[] | undefined)?.[0] === "refused";
    if (isRefused) throw new Error("refused");
    this.times.push(this.#next ?? last + 57);
    this.#next = undefined;
    if ((params as readonly string[] | undefined)?.[0] === "reverts") throw new Error("reverts");
    return "done";
  }
}

describe("seconds of a chain", () => {
  let node: SlowNode;
  const send = (...params: string[]): Promise<unknown> => node.request({ method: "eth_sendTransaction", params });
  beforeEach(() => {
    node = new SlowNode();
    keepSeconds(node);
  });

  it("go on by one with each block, also when many are asked for at once", async () => {
    await Promise.all([send(), send(), node.request({ method: "evm_mine" }), node.request({ method: "eth_call" })]);
    await node.request({ method: "eth_sendRawTransaction" });
    expect(node.times).to.deep.equal([1_000, 1_001, 1_002, 1_003, 1_004]);
  });

  it("are what was set, once a block is made, also by one that reverts", async () => {
    const set = (second: number) => node.request({ method: "evm_setNextBlockTimestamp", params: [second] });
    await set(2_000);
    await send("refused").catch(() => undefined);
    await send("reverts").catch(() => undefined);
    await send();
    await set(3_000);
    await send();
    expect(node.times).to.deep.equal([1_000, 2_000, 2_001, 3_000]);
  });
});
