import { expect } from "chai";

import { reserveOf } from "../../../stage/contracts/units.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { milli, openWorld, trade, type World } from "../world.js";

describe("session withdraw", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
  });

  const held = (address: string): Promise<bigint> => world.handle.session.balanceOf(address);

  describe("of cash", function () {
    it("pays session tokens to the trader, and gives the account as the book has it then", async function () {
      const paid = await ask<Record<string, unknown>>(alice, "withdraw", "12.5");
      expect(paid).to.deep.include({
        trader: world.alice.address,
        to: world.alice.address,
        leg: 0,
        amountWei: milli(12_500),
        claimWei: milli(37_500),
        slackWei: milli(37_500),
      });
      expect(await held(world.alice.address)).to.equal(BigInt(milli(62_500)));
      expect((await world.handle.book.accountOf(world.alice.address)).claim).to.equal(BigInt(milli(37_500)));
    });

    it("pays them to somebody else, and says so", async function () {
      const { address } = world.carol;
      const { stdout, stderr } = await session(alice, "withdraw", "12.5", "--to", address.toLowerCase());
      expect(stderr).to.equal("Paying out ...\n");
      expect(partsOf(stdout)).to.deep.equal({
        text: `Paid out 12.5 session tokens to ${address}. Slack: 37.5`,
        next: ["session positions"],
      });
      expect(await held(address)).to.equal(BigInt(milli(12_500)));
    });

    it("pays all of it out, to the last unit", async function () {
      await ask(alice, "withdraw", "50");
      expect(await held(world.alice.address)).to.equal(100n * ONE);
    });

    it("makes orders void that were signed and did not land, if it is asked to", async function () {
      await ask(alice, "withdraw", "1", "--void-nonces");
      expect((await world.handle.book.noncesOf(world.alice.address)).nonceFloor).to.equal(64n);
      await ask(alice, "withdraw", "1");
      expect((await world.handle.book.noncesOf(world.alice.address)).nonceFloor).to.equal(64n);
    });

    it("stops at what the worst outcome leaves", async function () {
      // 10 of leg 1 sold at 0.6: 56 cash, of which 10 would be owed
      await trade(world, world.bob, "buy", "10000", "--price", "60%");
      await trade(world, world.alice, "sell", "10000", "--price", "60%");
      const run = session(alice, "withdraw", "46.000000000000000001", "--json");
      await expectTold(run, 1, "Book_WithdrawalTooLarge", { available: milli(46_000) });
      await expectSaid(
        session(alice, "withdraw", "47"),
        1,
        "Book_WithdrawalTooLarge",
        "if every market ends worst for it",
      );
      const { claimWei, slackWei } = await ask<{ claimWei: string; slackWei: string }>(alice, "withdraw", "46");
      expect([claimWei, slackWei]).to.deep.equal([milli(10_000), "0"]);
    });

    it("stops at what open orders may need", async function () {
      await trade(world, world.alice, "buy", "20000", "--price", "50%"); // needs 10 tokens
      const run = session(alice, "withdraw", "41", "--json");
      await expectTold(run, 1, "Book_WithdrawalUncoversOrders", {
        reserved: String(reserveOf(10n * ONE)),
        requested: milli(41_000),
      });
      await tell(alice, "withdraw", "39.98");
    });
  });

  describe("of lots", function () {
    beforeEach(async function () {
      await trade(world, world.alice, "sell", "400", "--price", "50%");
      await trade(world, world.bob, "buy", "400", "--price", "50%");
    });

    it("pays leg tokens, as many as the lots are worth", async function () {
      const bob = as(world.env, world.bob);
      const paid = await ask<Record<string, unknown>>(bob, "withdraw", "300", "--leg", "1");
      expect(paid).to.deep.include({ leg: 1, amountWei: milli(300), claimWei: milli(49_800) });
      const { book, legs } = world.handle;
      expect(await book.positionOf(world.bob.address, 1)).to.deep.equal([100n, 0n]);
      expect(await legs[0]!.balanceOf(world.bob.address)).to.equal(BigInt(milli(300)));
    });

    it("tells people how many lots of which", async function () {
      const text = await tell(as(world.env, world.bob), "withdraw", "400", "--leg", "1", "--to", world.carol.address);
      expect(partsOf(text).text).to.equal(`Paid out 400 lots of leg 1 to ${world.carol.address}. Slack: 49.8`);
    });

    it("refuses parts of a lot, and legs that are not there", async function () {
      await expectTold(session(alice, "withdraw", "1.5", "--leg", "1", "--json"), 2, "AMOUNT_NOT_EXACT");
      await expectTold(session(alice, "withdraw", "1", "--leg", "3", "--json"), 2, "Client_UnknownLeg");
      await expectTold(session(alice, "withdraw", "1", "--leg", "0", "--json"), 2, "ARGUMENT_INVALID");
    });
  });

  describe("is refused", function () {
    it("with amounts and receivers that are none, before any chain is asked", async function () {
      const nowhere = { ...alice, SESSION_RPC_URL: "http://127.0.0.1:1" };
      await expectTold(session(nowhere, "withdraw", "0", "--json"), 2, "ARGUMENT_INVALID", { argument: "amount" });
      await expectTold(session(nowhere, "withdraw", "ten", "--json"), 2, "AMOUNT_MALFORMED", { text: "ten" });
      const run = session(nowhere, "withdraw", "1", "--to", "carol", "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--to", value: "carol" });
    });

    it("to where tokens would be lost", async function () {
      const { handle } = world;
      for (const receiver of [`0x${"00".repeat(20)}`, handle.bookAddress, handle.address]) {
        const run = session(alice, "withdraw", "1", "--to", receiver, "--json");
        await expectTold(run, 1, "Book_ReceiverInvalid", { receiver });
      }
    });

    it("to whoever has paid nothing in", async function () {
      const { address } = world.carol;
      const run = session(as(world.env, world.carol), "withdraw", "1", "--json");
      await expectTold(run, 1, "Book_TraderUnknown", { trader: address });
    });
  });
});
