/** The bloom, the receipts and the word on finality of the nodes that this project runs on. */
import { expect } from "chai";

import { createNode } from "../../../src/node/node.js";
import { createFollower } from "../../../src/relay/follow/follower.js";
import { chainAt } from "../../../stage/chain.js";
import { type LocalNode, startNode } from "../../../src/local/nodes.js";
import { openStage } from "../../../stage/stage.js";
import { manyTraders } from "../../../stage/traders.js";
import { assetUnits, tokenWei } from "../../../src/protocol/amounts/units.js";

for (const kind of ["hardhat", "anvil"] as const) {
  describe(`given a node of the kind ${kind}, when a session on it is followed`, function () {
    this.timeout(180_000);
    let local: LocalNode;
    before(async () => void (local = await startNode(kind)));
    after(() => local.stop());

    it("has every log in the bloom of its block, and in the receipts if it gives any", async () => {
      const chain = await chainAt(local.url);
      const t1 = (await chain.clock.now()) + 3_600;
      const { handle } = await openStage(chain, {
        seed: 1n,
        token: { name: "Followed", symbol: "FLW" },
        assets: ["A", "B"].map((symbol) => ({ symbol, quantity: assetUnits(10n ** 21n) })),
        supply: tokenWei(10n ** 24n),
        t1,
        t2: t1 + 86_400,
        traders: manyTraders(2, { depositedForIt: tokenWei(10n ** 21n) }),
      });
      const node = createNode(local.url);
      const address = handle.bookAddress.toLowerCase();
      const follower = createFollower(node, { address, fromBlock: 0, reorgDepth: 1_000 });
      const known: { readonly number: number; readonly hash: string }[] = [];
      let logs = 0;
      for (let step = await follower.next(known); step.kind === "blocks"; step = await follower.next(known)) {
        for (const block of step.blocks) {
          known.push({ number: block.header.number, hash: block.header.hash });
          logs += block.logs.length;
          const receipts = await node.receiptLogs(address, block.header);
          if (receipts !== undefined) expect(receipts).to.deep.equal(block.logs);
          if (block.logs.length > 0) expect(block.header.logsBloom, "the bloom").to.match(/[1-9a-f]/);
        }
      }
      expect(logs).to.be.greaterThan(3);
      expect(await node.finalized()).to.be.within(0, known.at(-1)!.number);
      await chain.close();
    });
  });
}
