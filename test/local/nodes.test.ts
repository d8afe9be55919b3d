import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { type LocalNode, NODE_KINDS, startNode } from "../../src/local/nodes.js";

describe("a local node", function () {
  for (const kind of NODE_KINDS) {
    it(`of ${kind} serves chain 31337 on a port of its own, and is gone after stop()`, async function () {
      const node: LocalNode = await startNode(kind);
      const provider = new JsonRpcProvider(node.url);
      try {
        expect(node.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
        expect((await provider.getNetwork()).chainId).to.equal(31337n);
        expect(isAlive(node.pid)).to.be.true;
      } finally {
        provider.destroy();
        await node.stop();
      }
      expect(isAlive(node.pid)).to.be.false;
      await node.stop();
    });
  }

  it("that cannot have its port says what the node printed, and is gone", async function () {
    const first = await startNode("anvil");
    const port = Number(new URL(first.url).port);
    try {
      const error: unknown = await startNode("anvil", { port }).then(
        async (second) => {
          await second.stop();
          return undefined;
        },
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(Error);
      expect((error as Error).message).to.match(/anvil node (ended|did not listen)/);
    } finally {
      await first.stop();
    }
  });
});

/** Whether a process of that id exists. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
