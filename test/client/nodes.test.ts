import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { HDNodeWallet, JsonRpcProvider, type JsonRpcSigner, parseEther, Wallet } from "ethers";

import { deployContracts } from "../../deploy/deploy-contracts.js";
import { type LocalNode, NODE_KINDS, startNode } from "../../stage/nodes.js";
import { readRecords, recomputeHead } from "../../src/bindings/logs.js";
import { createSession, fundSession } from "../../src/client/organiser.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { createSubmitter } from "../../src/client/submitter.js";
import { createTrader, type Trader } from "../../src/client/trader.js";
import { transact } from "../../src/bindings/transact.js";
import { type TestAsset, TestAsset__factory } from "../../typechain-types/index.js";
import { expectClientError, ONE } from "./support.js";

const DAY = 24 * 3600;

/** The client against a node in a process of its own, as a user has it: JSON-RPC over HTTP, and keys on this side. */
for (const kind of NODE_KINDS) {
  describe(`the client on a ${kind} node`, function () {
    let node: LocalNode;
    let provider: JsonRpcProvider;
    let ignitionDir: string;
    let organiser: JsonRpcSigner;
    let asset: TestAsset;
    let handle: SessionHandle;

    const moveTo = async (second: number): Promise<void> => {
      await provider.send("evm_setNextBlockTimestamp", [second]);
      await provider.send("evm_mine", []);
    };

    const newTrader = async (): Promise<Trader> => {
      const wallet = new Wallet(HDNodeWallet.createRandom().privateKey, provider);
      await (await organiser.sendTransaction({ to: wallet.address, value: parseEther("10") })).wait();
      await (await handle.session.connect(organiser).transfer(wallet.address, 100n * ONE)).wait();
      const trader = createTrader(handle, wallet);
      await trader.deposit(100n * ONE);
      return trader;
    };

    before(async function () {
      ignitionDir = await mkdtemp(join(tmpdir(), "session-client-"));
      node = await startNode(kind);
      provider = new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1, pollingInterval: 50 });
      const network = kind === "anvil" ? "anvil" : "localhost";
      const { contracts } = await deployContracts({ network, url: node.url, ignitionDir, compile: false });
      organiser = await provider.getSigner(0);
      const assets = [];
      for (const symbol of ["A", "B"]) {
        asset = await (await new TestAsset__factory(organiser).deploy(symbol, symbol, 18)).waitForDeployment();
        await (await asset.mint(organiser.address, 100n * ONE)).wait();
        assets.push(await asset.getAddress());
      }
      const now = (await provider.getBlock("latest"))!.timestamp;
      const params = {
        name: "Session",
        symbol: "S",
        assets,
        quantities: assets.map(() => 100n * ONE),
        supply: 1_000n * ONE,
        t1: now + DAY,
        t2: now + 2 * DAY,
      };
      handle = await createSession(contracts.factory, organiser, params);
      await fundSession(handle, organiser);
    });

    after(async function () {
      provider.destroy();
      await node.stop();
      await rm(ignitionDir, { recursive: true, force: true });
    });

    it("trades a session from deposit to delivery, and recomputes its head", async function () {
      const [alice, bob] = [await newTrader(), await newTrader()];
      await moveTo(handle.t1);
      const submitter = createSubmitter(handle, await provider.getSigner(1));
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

      await moveTo(handle.t2);
      const claims = (await alice.claims())[1]!;
      await alice.exit(alice.address, true);
      expect(await asset.balanceOf(alice.address)).to.equal(claims / 10n); // q / N = 100 / 1000

      const { head } = await handle.book.chainState();
      expect(recomputeHead(await readRecords(handle), handle.domain)).to.equal(head);
    });

    it("explains a transaction that was mined and failed", async function () {
      const poor = await provider.getSigner(5);
      const call = asset.connect(poor).transfer.populateTransaction(organiser.address, 1n);
      const args = { sender: poor.address, balance: 0n, needed: 1n };
      await expectClientError(transact(poor, call, 100_000n), "ERC20InsufficientBalance", args);
      await expectClientError(transact(poor, call), "ERC20InsufficientBalance", args);
    });
  });
}
