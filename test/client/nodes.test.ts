import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";

import { ISession__factory, TestAsset__factory } from "../../typechain-types/index.js";
import { readingCommands } from "../cli/node-commands.js";
import { as, ask, type Env, session as program } from "../cli/support.js";
import { mint } from "../cli/world.js";
import { chainAt } from "../../stage/chain.js";
import { type LocalNode, NODE_KINDS, startNode } from "../../src/local/nodes.js";
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

    it("lives a session from the command line alone", async function () {
      const { chain } = stage;
      const [maker, taker] = [1, 2].map((digit) => new Wallet(`0x${String(digit).repeat(64)}`, chain.provider)) as [
        Wallet,
        Wallet,
      ];
      for (const { address } of [maker, taker]) await chain.giveGas(address, 10n * ONE);
      const assets = [await mint(maker, "Gold", "AU", 18), await mint(maker, "Silver", "AG", 6)] as const;
      const [asset] = assets;
      const folder = await mkdtemp(join(tmpdir(), "session-nodes-"));
      const [t1, t2] = [1, 2].map((days) => days * DAY).map((later) => stage.handle.t2 + later) as [number, number];
      const env = { SESSION_RPC_URL: node.url, SESSION_FACTORY: await chain.deploy() };
      const made = await ask<{ session: string }>(
        as(env, maker),
        ...["create", ...assets.flatMap((one) => ["--asset", `${one}=100`]), "--supply", "1000"],
        ...["--t1", String(t1), "--t2", String(t2)],
        ...["--name", "Metals", "--symbol", "MTL"],
      );
      const [one, other] = [maker, taker].map((wallet) => as({ ...env, SESSION_ADDRESS: made.session }, wallet)) as [
        Env,
        Env,
      ];
      await ask(one, "fund");
      const session = ISession__factory.connect(made.session, maker);
      await transact(maker, session.transfer.populateTransaction(taker.address, 100n * ONE));
      await ask(one, "deposit", "50");
      await ask(other, "deposit", "50");
      await chain.clock.moveTo(t1);
      const terms = ["--tick-value", "0.00001", "--closes", String(t2), "--settle-by", String(t2), "--fallback", "0"];
      const rain = ["--title", "Rain", "--unit", "mm", "--ticks-per-unit", "10", "--lower", "0", "--upper", "100"];
      await ask(one, "market", "create", ...rain, ...terms);
      await ask(one, "trade", "sell", "100", "--market", "2", "--price", "50mm");
      await ask(other, "trade", "buy", "60", "--market", "2", "--price", "51mm");
      const profile = { SESSION_PROFILE_FILE: join(folder, "profiles.json") };
      const named = {
        assets,
        alice: taker,
        carol: stage.chain.relayer,
        folder,
        handle: { address: made.session, t1: t2 },
      };
      for (const { words, by, status } of readingCommands(named)) {
        const found = await program({ ...(by === "alice" ? other : one), ...profile }, ...words, "--json");
        expect(found.status, `${words.join(" ")}\n${found.stdout}`).to.equal(status);
      }
      await rm(folder, { recursive: true });
      await ask(one, "transfer", "1", taker.address, "--yes");
      await ask(one, "deposit", "1", "--for", taker.address);
      await ask(other, "withdraw", "1");
      const { orders } = await ask<{ orders: { state: string }[] }>(one, "orders");
      expect(orders.map(({ state }) => state)).to.deep.equal(["partlyFilled"]);
      await ask(one, "cancel", "--all");
      await ask(one, "market", "settle", "2", "40", "--yes");
      const { traders } = await ask<{ traders: { realisedWei: string }[] }>(other, "realise", "2");
      expect(traders[0]!.realisedWei).to.equal((60n * 400n * 10n ** 13n).toString());
      await ask(one, "realise", "2");
      await chain.clock.moveTo(t2);
      for (const who of [one, other]) {
        await ask(who, "exit", "--in-kind");
        await ask(who, "redeem", "all");
      }
      expect(await TestAsset__factory.connect(asset, maker).balanceOf(made.session)).to.equal(0n);
      expect((await ask<{ verdict: object }>(one, "verify")).verdict).to.deep.equal({ kind: "holds" });
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
