import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { milli, openWorld, type World } from "../world.js";

interface Paid {
  readonly trader: string;
  readonly leg: number;
  readonly amountWei: string;
  readonly traderId: number;
  readonly claimWei: string;
  readonly worstWei: string;
  readonly slackWei: string;
  readonly openOrders: number;
  readonly reservedWei: string;
  readonly transactionHash: string;
}

describe("session deposit", function () {
  let world: World;
  let alice: Env;
  let carol: Env;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
    carol = as(world.env, world.carol);
  });

  const claimOf = async (address: string): Promise<bigint> => (await world.handle.book.accountOf(address)).claim;
  const held = (address: string): Promise<bigint> => world.handle.session.balanceOf(address);

  describe("of session tokens", function () {
    it("moves them from the wallet into the account, and gives the account as the book has it", async function () {
      const paid = await ask<Paid>(alice, "deposit", "12.5");
      const { address } = world.alice;
      const account = await world.handle.book.accountOf(address);
      expect(paid).to.deep.include({
        trader: address,
        leg: 0,
        amountWei: milli(12_500),
        traderId: 1,
        claimWei: account.claim.toString(),
        worstWei: "0",
        slackWei: milli(62_500),
        openOrders: 0,
        reservedWei: "0",
        transactionHash: paid.transactionHash,
      });
      expect(account.claim).to.equal(BigInt(milli(62_500)));
      expect(await held(address)).to.equal(BigInt(milli(37_500)));
      const receipt = await world.provider.getTransactionReceipt(paid.transactionHash);
      expect(receipt).to.include({ status: 1, from: address });
    });

    it("tells people what was paid, for whom, and what there is now", async function () {
      const { stdout, stderr, status } = await session(alice, "deposit", "12.5");
      expect(status).to.equal(0);
      expect(stderr).to.equal("Paying in ...\n");
      expect(partsOf(stdout)).to.deep.equal({
        text: `Paid in 12.5 session tokens for ${world.alice.address}. Slack: 62.5`,
        next: ["session trade buy LOTS --price PRICE", "session markets"],
      });
    });

    it("registers whoever is new", async function () {
      const { handle, organiser } = world;
      await (await handle.session.connect(organiser).transfer(world.carol.address, ONE)).wait();
      expect(await handle.book.traderIdOf(world.carol.address)).to.equal(0n);
      const { traderId } = await ask<Paid>(carol, "deposit", "1");
      expect(traderId).to.equal(3);
      expect(await handle.book.traderIdOf(world.carol.address)).to.equal(3n);
    });

    it("takes the last unit that the wallet has", async function () {
      await ask(alice, "deposit", "49.999999999999999999");
      expect(await held(world.alice.address)).to.equal(1n);
      await ask(alice, "deposit", "0.000000000000000001");
      expect(await held(world.alice.address)).to.equal(0n);
      expect(await claimOf(world.alice.address)).to.equal(100n * ONE);
    });

    it("leaves no allowance behind", async function () {
      await ask(alice, "deposit", "1");
      const { session: token, bookAddress } = world.handle;
      expect(await token.allowance(world.alice.address, bookAddress)).to.equal(0n);
    });
  });

  describe("of leg tokens", function () {
    beforeEach(async function () {
      await tell(alice, "split", "10");
    });

    it("takes whole lots, as a long position", async function () {
      const paid = await ask<Paid>(alice, "deposit", "4000", "--leg", "2");
      expect(paid).to.deep.include({
        leg: 2,
        amountWei: milli(4_000),
        claimWei: milli(54_000),
        worstWei: milli(-4_000),
      });
      const { book, legs } = world.handle;
      expect(await book.positionOf(world.alice.address, 1)).to.deep.equal([-4_000n, 0n]); // counted from leg 2
      expect(await legs[1]!.balanceOf(world.alice.address)).to.equal(6n * ONE);
    });

    it("tells people how many lots of which", async function () {
      expect(partsOf(await tell(alice, "deposit", "4000", "--leg", "1")).text).to.equal(
        `Paid in 4000 lots of leg 1 for ${world.alice.address}. Slack: 50`,
      );
    });

    it("refuses parts of a lot, and legs that are not there", async function () {
      await expectTold(session(alice, "deposit", "0.5", "--leg", "1", "--json"), 2, "AMOUNT_NOT_EXACT");
      await expectTold(session(alice, "deposit", "1", "--leg", "3", "--json"), 2, "Client_UnknownLeg", {
        leg: 3,
        legCount: 2,
      });
      for (const leg of ["0", "17", "one", "-1"]) {
        const run = session(alice, "deposit", "1", "--leg", leg, "--json");
        await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--leg", value: leg });
      }
    });

    it("refuses more lots than the wallet has tokens for", async function () {
      await expectTold(session(alice, "deposit", "10001", "--leg", "1", "--json"), 1, "ERC20InsufficientBalance", {
        needed: milli(10_001),
        balance: milli(10_000),
      });
    });
  });

  describe("for somebody else", function () {
    it("pays from the own wallet into the other's account, which is registered by it", async function () {
      const { address } = world.carol;
      const before = await claimOf(world.alice.address);
      const paid = await ask<Paid & { paidBy: string }>(alice, "deposit", "12.5", "--for", address);
      expect(paid).to.deep.include({
        trader: address,
        paidBy: world.alice.address,
        traderId: 3,
        slackWei: milli(12_500),
      });
      expect(await claimOf(address)).to.equal(BigInt(milli(12_500)));
      expect(await claimOf(world.alice.address)).to.equal(before);
      expect(await held(world.alice.address)).to.equal(BigInt(milli(37_500)));
    });

    it("takes lots of a leg too, and says whose account it was and where to look", async function () {
      await tell(alice, "split", "10");
      const { address } = world.bob;
      const told = partsOf(await tell(alice, "deposit", "4000", "--leg", "2", "--for", address));
      expect(told.text).to.equal(`Paid in 4000 lots of leg 2 for ${address}. Slack: 50`);
      expect(told.next).to.deep.equal([`session positions --trader ${address}`]);
      expect(await world.handle.book.positionOf(address, 1)).to.deep.equal([-4_000n, 0n]);
    });

    it("refuses what nobody could take out again, and what is no address", async function () {
      const { address, bookAddress } = world.handle;
      for (const owner of [address, bookAddress, ZeroAddress, "0x12"]) {
        const run = session(alice, "deposit", "1", "--for", owner, "--json");
        await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--for", value: owner });
      }
    });
  });

  describe("is refused", function () {
    it("with amounts that are none, before any chain is asked", async function () {
      const nowhere = { ...alice, SESSION_RPC_URL: "http://127.0.0.1:1" };
      await expectTold(session(nowhere, "deposit", "1e3", "--json"), 2, "AMOUNT_MALFORMED", { text: "1e3" });
      await expectTold(session(nowhere, "deposit", `0.${"0".repeat(18)}1`, "--json"), 2, "AMOUNT_NOT_EXACT");
      for (const amount of ["0", "0.0", "-0"]) {
        await expectTold(session(nowhere, "deposit", amount, "--json"), 2, "ARGUMENT_INVALID", { value: amount });
      }
      await expectSaid(
        session(nowhere, "deposit", "0"),
        2,
        "argument: amount. value: 0. wanted: an amount above zero.",
      );
    });

    it("with more than the wallet has", async function () {
      const run = session(alice, "deposit", "50.000000000000000001", "--json");
      await expectTold(run, 1, "ERC20InsufficientBalance", { balance: milli(50_000) });
      await expectTold(session(carol, "deposit", "1", "--json"), 1, "ERC20InsufficientBalance", { balance: "0" });
      expect(await claimOf(world.alice.address)).to.equal(50n * ONE);
    });

    it("from t2 on: what is left is to redeem", async function () {
      await world.moveTo(world.handle.t2);
      await expectTold(session(alice, "deposit", "1", "--json"), 1, "Book_DepositsClosed", {
        t2: String(world.handle.t2),
      });
      await expectSaid(session(alice, "deposit", "1"), 1, "Book_DepositsClosed", "redeem the tokens at the vault");
    });

    it("without a key, and the environment is named", async function () {
      await expectSaid(
        session(world.env, "deposit", "1"),
        2,
        "a key: set --account, --keystore or SESSION_PRIVATE_KEY",
      );
    });
  });
});
