import { expect } from "chai";

import { chainAt } from "../../stage/chain.js";
import { type LocalNode, NODE_KINDS, startNode } from "../../stage/nodes.js";
import { openStage, type Stage } from "../../stage/stage.js";
import { manyTraders } from "../../stage/traders.js";
import { readRecords } from "../../src/bindings/logs.js";
import { recomputeLink } from "../../src/bindings/replay.js";
import { createSubmitter } from "../../src/client/submitter.js";
import type { Trader } from "../../src/client/trader.js";
import { transact } from "../../src/bindings/transact.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { expectClientError, ONE } from "./support.js";

const DAY = 24 * 3600;
const DEPOSIT = tokenWei(100n * ONE);

/** The client against a node in a process of its own, as a user has it: JSON-RPC over HTTP, and keys on this side. */
for (const kind of NODE_KINDS) {
  describe(`the client on a ${kind} node`, function () {
    let node: LocalNode;
    let stage: Stage;

    before(async function () {
      node = await startNode(kind);
      const chain = await chainAt(node.url);
      const now = await chain.clock.now();
      stage = await openStage(chain, {
        seed: 1n,
        token: { name: "Session", symbol: "S" },
        assets: ["A", "B"].map((symbol) => ({ symbol, quantity: assetUnits(100n * ONE) })),
        supply: tokenWei(1_000n * ONE),
        t1: now + DAY,
        t2: now + 2 * DAY,
        traders: manyTraders(2, { tokens: DEPOSIT, deposits: DEPOSIT }),
      });
    });

    after(async function () {
      await stage.chain.close();
      await node.stop();
    });

    it("trades a session from deposit to delivery, and recomputes its head", async function () {
      const { chain, handle, assets } = stage;
      const [alice, bob] = stage.traders.map(({ trader }) => trader) as [Trader, Trader];
      await chain.clock.moveTo(handle.t1);
      const submitter = createSubmitter(handle, chain.relayer);
      const { results } = await submitter.submitBatch([
        await alice.signOrder({ leg: 1, price: 6_000n, quantity: 100n }),
        await bob.signOrder({ leg: 2, price: 4_000n, quantity: 100n }),
        await bob.signOrder({ leg: 1, price: 10_001n, quantity: 1n }),
      ]);
      expect(results.map((result) => (result.accepted ? result.tradeRootId : result.refusal.code))).to.deep.equal([
        1,
        2,
        "Book_PriceOutOfBounds",
      ]);
      expect(await alice.position()).to.deep.equal([100n, 0n]);

      const late = await alice.signOrder({ leg: 1, price: 1n, quantity: 1n, deadline: 1 });
      await expectClientError(submitter.submitOne(late), "Book_DeadlineExpired", { deadline: 1n });

      await chain.clock.moveTo(handle.t2);
      const claims = (await alice.claims())[1]!;
      await alice.exit(alice.address, true);
      expect(await assets[1]!.balanceOf(alice.address)).to.equal(claims / 10n); // q / N = 100 / 1000

      const { link: head } = await handle.book.chainState();
      expect(await recomputeLink(handle, await readRecords(handle))).to.equal(head);
    });

    it("explains a transaction that was mined and failed", async function () {
      const { chain, assets } = stage;
      const poor = chain.relayer;
      const call = assets[1]!.connect(poor).transfer.populateTransaction(chain.organiser.address, 1n);
      const args = { sender: poor.address, balance: 0n, needed: 1n };
      await expectClientError(transact(poor, call, 100_000n), "ERC20InsufficientBalance", args);
      await expectClientError(transact(poor, call), "ERC20InsufficientBalance", args);
    });
  });
}
