import { expect } from "chai";

import { between } from "../../protocol/markets.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { addRain, milli, openWorld, trade, type World } from "../world.js";

interface Settled {
  readonly marketRootId: number;
  readonly traders: readonly Readonly<Record<string, string>>[];
  readonly transactionHashes: readonly string[];
}

/** Alice has sold 2000 lots of rain at 400 to Bob. */
async function withRain(world: World): Promise<void> {
  await addRain(world);
  await trade(world, world.bob, "buy", "2000", "--market", "2", "--price", "400");
  await trade(world, world.alice, "sell", "2000", "--market", "2", "--price", "400");
}

describe("session refresh and realise", function () {
  let world: World;
  let carol: Env;
  const RAIN = { marketRootId: 2, marketBranchId: 1 };

  beforeEach(async function () {
    world = await openWorld(withRain);
    carol = as(world.env, world.carol);
  });

  describe("refresh", function () {
    beforeEach(async function () {
      await world.owner.tighten(RAIN, between(100, 700));
    });

    it("brings stored worst cases up to date, by anybody for anybody", async function () {
      const { alice, bob } = world;
      const before = await Promise.all([alice, bob].map(({ address }) => world.handle.book.claimsOf(address)));
      const done = await ask<Settled>(carol, "refresh", "2", alice.address, bob.address);
      expect(done.traders).to.deep.equal([
        { trader: alice.address, worstWei: milli(-14_000) },
        { trader: bob.address, worstWei: milli(2_000) },
      ]);
      // As stored before: -20 and 0.
      const after = await Promise.all([alice, bob].map(({ address }) => world.handle.book.claimsOf(address)));
      expect(after[0]!.map((claim, k) => claim - before[0]![k]!)).to.deep.equal([6n * ONE, 6n * ONE]);
      expect(after[1]!.map((claim, k) => claim - before[1]![k]!)).to.deep.equal([2n * ONE, 2n * ONE]);
      expect(done.transactionHashes).to.have.length(1);
      expect((await world.provider.getTransactionReceipt(done.transactionHashes[0]!))!.from).to.equal(
        world.carol.address,
      );
    });

    it("is for oneself if nobody is named", async function () {
      const { traders } = await ask<Settled>(as(world.env, world.bob), "refresh", "2");
      expect(traders).to.deep.equal([{ trader: world.bob.address, worstWei: milli(2_000) }]);
    });

    it("tells people in a table", async function () {
      const { address } = world.alice;
      expect(partsOf(await tell(carol, "refresh", "2", address)).text).to.equal(
        [
          `trader${" ".repeat(36)}  worst case now`,
          `${"-".repeat(42)}  --------------`,
          `${address}             -14`,
        ].join("\n"),
      );
    });

    it("is over once the root is settled", async function () {
      await world.owner.settle(RAIN, 300n);
      const run = session(carol, "refresh", "2", world.alice.address, "--json");
      await expectTold(run, 1, "Book_MarketSettled", { marketRootId: "2" });
    });
  });

  describe("realise", function () {
    it("turns positions in a settled root into cash", async function () {
      await world.owner.settle(RAIN, 300n);
      const { alice, bob } = world;
      const done = await ask<Settled>(carol, "realise", "2", alice.address, bob.address);
      // 2000 · 300 · 1e-5
      expect(done.traders).to.deep.equal([
        { trader: alice.address, realisedWei: milli(-6_000) },
        { trader: bob.address, realisedWei: milli(6_000) },
      ]);
      const accounts = await Promise.all([alice, bob].map(({ address }) => world.handle.book.accountOf(address)));
      expect(accounts.map(({ claim, worst }) => [claim, worst])).to.deep.equal([
        [BigInt(milli(58_000 - 6_000)), 0n],
        [BigInt(milli(42_000 + 6_000)), 0n],
      ]);
      expect(await world.handle.book.positionOf(alice.address, 2)).to.deep.equal([0n]);
    });

    it("brings nothing the second time", async function () {
      await world.owner.settle(RAIN, 300n);
      await tell(as(world.env, world.alice), "realise", "2");
      const { traders } = await ask<Settled>(as(world.env, world.alice), "realise", "2");
      expect(traders).to.deep.equal([{ trader: world.alice.address, realisedWei: "0" }]);
    });

    it("tells people in a table", async function () {
      await world.owner.settle(RAIN, 300n);
      const { text, next } = partsOf(await tell(as(world.env, world.bob), "realise", "2"));
      expect(next).to.deep.equal(["session positions", "session withdraw AMOUNT"]);
      expect(text).to.match(/^trader +realised\n-+ {2}-+\n0x[0-9a-fA-F]{40} +6$/);
    });

    it("is refused while the outcome is open", async function () {
      const run = session(carol, "realise", "2", world.alice.address, "--json");
      await expectTold(run, 1, "Book_MarketNotSettled", { marketRootId: "2" });
      await expectSaid(session(carol, "realise", "2", world.alice.address), 1, "Wait until the root is settled");
    });
  });

  describe("both are refused", function () {
    for (const command of ["refresh", "realise"]) {
      it(`for roots and traders that are none, before any chain is asked: ${command}`, async function () {
        const nowhere = { ...carol, SESSION_RPC_URL: "http://127.0.0.1:1" };
        for (const root of ["0", "two", "4294967296", "2.1"]) {
          const run = session(nowhere, command, root, "--json");
          await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "root", value: root });
        }
        const run = session(nowhere, command, "2", world.alice.address, "bob", "--json");
        await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "traders", value: "bob" });
        await expectTold(session(nowhere, command, "--json"), 2, "ARGUMENT_INVALID");
      });

      it(`for a root that is not there, and a trader whom the book does not know: ${command}`, async function () {
        await expectTold(session(carol, command, "9", world.alice.address, "--json"), 1, "Book_MarketUnknown");
        if (command === "realise") await world.owner.settle(RAIN, 300n);
        await expectTold(session(carol, command, "2", "--json"), 1, "Book_TraderUnknown", {
          trader: world.carol.address,
        });
      });
    }
  });
});
