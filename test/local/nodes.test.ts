import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider, toQuantity } from "ethers";

import { type LocalNode, NODE_KINDS, startNode } from "../../src/local/nodes.js";

/** Beyond them anvil writes the older ones to disk. */
const STATES_IN_MEMORY = 500;

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

  it("of anvil starts when it is told to, and leaves none of its old states on disk", async function () {
    const own = await mkdtemp(join(tmpdir(), "nodes-test-"));
    const usual = process.env["TMPDIR"];
    process.env["TMPDIR"] = own;
    try {
      const node = await startNode("anvil", { startsAt: 1_700_000_000 });
      const provider = new JsonRpcProvider(node.url);
      try {
        expect((await provider.getBlock(0))?.timestamp).to.equal(1_700_000_000);
        await provider.send("anvil_mine", [toQuantity(STATES_IN_MEMORY + 100)]);
        expect(await readdir(own, { recursive: true })).to.have.length.above(1);
      } finally {
        provider.destroy();
        await node.stop();
      }
      expect(await readdir(own)).to.deep.equal([]);
    } finally {
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
      await rm(own, { recursive: true });
    }
  });

  it("of Hardhat starts now alone", async () => {
    const error: unknown = await startNode("hardhat", { startsAt: 1_700_000_000 }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RangeError);
  });

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
