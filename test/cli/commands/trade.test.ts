import { expect } from "chai";

import { createSession, fundSession } from "../../../src/client/organiser.js";
import { readDepth, readRoot } from "../../../src/client/market-views.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { addEvent, addRain, HOUR, milli, mint, openWorld, termsOf, trade, type Traded, type World } from "../world.js";

const LEG_1 = { marketRootId: 1, marketBranchId: 1 };

describe("session trade", function () {
  let world: World;
  let alice: Env;
  let bob: Env;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
    bob = as(world.env, world.bob);
  });

  const account = async (address: string) => world.handle.book.accountOf(address);
  const orders = async (): Promise<number> => Number((await world.handle.book.chainState()).trades);

  describe("that nothing meets", function () {
    it("rests in the book, as it was signed", async function () {
      const order = await trade(world, world.alice, "buy", "1000", "--price", "55%");
      expect(order).to.deep.include({ tradeRootId: 1, fills: [], restingLots: "1000", cutLots: "0", evicted: [] });
      expect(order.package).to.deep.include({
        ...LEG_1,
        trader: world.alice.address,
        priceTicks: "5500",
        quantityLots: "1000",
        nonce: "0",
        deadline: String(world.handle.t2 - 1),
        timeInForce: 0,
      });
      const { bids, asks } = await readDepth(world.handle, LEG_1);
      expect([bids, asks]).to.deep.equal([[{ priceTicks: 5_500n, lots: 1_000n }], []]);
      expect((await account(world.alice.address)).openOrders).to.equal(1n);
    });

    it("warns of a limit that limits nothing", async function () {
      for (const words of [
        ["buy", "--price", "100%"],
        ["sell", "--price", "0"],
        ["buy", "--leg", "2", "--price", "100%"],
      ]) {
        const [side = "", ...rest] = words;
        const { stderr } = await session(alice, "trade", side, "1", ...rest, "--tif", "ioc", "--dry-run");
        expect(stderr, words.join(" ")).to.contain("Warning: the limit is the market's bound");
      }
    });

    it("tells people its number, what it is and what slack is left", async function () {
      const { stdout, stderr } = await session(alice, "trade", "buy", "1000", "--price", "55%");
      expect(stderr).to.match(/Sending: buy 1000 lots of leg 1 at 5500 \(55%\) \.\.\.\n$/);
      expect(stderr).to.not.contain("Warning");
      const { text, next } = partsOf(stdout);
      expect(next).to.deep.equal(["session orders", "session cancel 1"]);
      expect(text).to.equal(
        [
          "Order 1: buy 1000 lots of leg 1 at 5500 (55%)",
          "",
          "Fills: none",
          "Rests: 1000 lots",
          "",
          "Slack: 50 before, 50 after (session tokens)",
        ].join("\n"),
      );
    });
  });

  describe("that meets another", function () {
    it("fills at the earlier price, and moves both accounts as it says", async function () {
      await trade(world, world.alice, "buy", "1000", "--price", "5500");
      const order = await trade(world, world.bob, "sell", "400", "--price", "5400");
      expect(order.fills).to.deep.equal([{ makerRootId: 1, priceTicks: "5500", lots: "400" }]);
      // 0.4 of leg 1 at 0.55
      expect((await account(world.alice.address)).claim).to.equal(BigInt(milli(49_780)));
      expect((await account(world.bob.address)).claim).to.equal(BigInt(milli(50_220)));
      expect(order.preview).to.deep.include({
        fills: order.fills,
        restingLots: "0",
        slackBeforeWei: milli(50_000),
        slackAfterWei: milli(49_820),
        claimAfterWei: milli(50_220),
      });
      expect(await world.handle.book.positionOf(world.bob.address, 1)).to.deep.equal([-400n, 0n]);
    });

    it("tells people its fills", async function () {
      await trade(world, world.alice, "buy", "100", "--price", "56%");
      await trade(world, world.alice, "buy", "1000", "--price", "55%");
      const text = await tell(bob, "trade", "sell", "300", "--price", "55%");
      expect(text).to.contain(
        [
          "Order 3: sell 300 lots of leg 1 at 5500 (55%)",
          "",
          "Fills:",
          "with order       price  lots",
          "----------  ----------  ----",
          "1           5600 (56%)   100",
          "2           5500 (55%)   200",
          "",
          "Slack: ",
        ].join("\n"),
      );
    });

    it("never with its own trader: the older order is taken out", async function () {
      await trade(world, world.alice, "buy", "100", "--price", "55%");
      const order = await trade(world, world.alice, "sell", "100", "--price", "55%");
      expect(order).to.deep.include({ fills: [], evicted: [1], restingLots: "100" });
      const text = await tell(alice, "trade", "buy", "50", "--price", "55%");
      expect(text).to.contain("Taken out on the way: 2");
    });
  });

  describe("of a leg", function () {
    it("goes to leg 1 if there are two assets: buying the second is selling the first", async function () {
      const order = await trade(world, world.alice, "buy", "100", "--leg", "2", "--price", "46%");
      expect(order.package).to.deep.include({ ...LEG_1, priceTicks: "5400", quantityLots: "-100" });
      const text = await tell(bob, "trade", "sell", "50", "--leg", "2", "--price", "46%");
      expect(text).to.contain(
        "Order 2: sell 50 lots of leg 2 at 4600 (46%); in the book: buy 50 lots of leg 1 at 5400 (54%)",
      );
      expect(text).to.contain("1           5400 (54%)    50");
    });

    it("goes where it says if a market is named", async function () {
      const order = await trade(world, world.alice, "buy", "100", "--market", "1.2", "--price", "46%");
      expect(order.package).to.deep.include({
        marketRootId: 1,
        marketBranchId: 2,
        priceTicks: "4600",
        quantityLots: "100",
      });
    });
  });

  describe("of a leg among three", function () {
    it("goes to that leg: the weights of two do not decide the third", async function () {
      const { organiser, assets, factory } = world;
      const t1 = world.handle.t1 + HOUR;
      const terms = termsOf([...assets, await mint(organiser, "Tin", "SN", 18)], t1);
      const made = await createSession(factory, organiser, { ...terms, quantities: [ONE, 1n, ONE] });
      await fundSession(made, organiser);
      await world.moveTo(t1);
      const env = { ...as(world.env, organiser), SESSION_ADDRESS: made.address };
      await tell(env, "deposit", "10");
      const text = await tell(env, "trade", "buy", "100", "--leg", "2", "--price", "30%");
      expect(text).to.match(/^Order 1: buy 100 lots of leg 2 at 3000 \(30%\)\n/);
      const { bids } = await readDepth(made, { marketRootId: 1, marketBranchId: 2 });
      expect(bids).to.deep.equal([{ priceTicks: 3_000n, lots: 100n }]);
    });
  });

  describe("of other markets", function () {
    it("is in ticks of an interval", async function () {
      await addRain(world);
      const order = await trade(world, world.alice, "buy", "2000", "--market", "2", "--price", "400");
      expect(order.package).to.deep.include({ marketRootId: 2, marketBranchId: 1, priceTicks: "400" });
      const text = await tell(bob, "trade", "sell", "2000", "--market", "2.1", "--price", "400", "--dry-run");
      expect(text).to.match(/^Would sell 2000 lots of 2\.1 at 400\n/);
      const run = session(alice, "trade", "buy", "1", "--market", "2", "--price", "40%", "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--price", value: "40%" });
    });

    it("may be a weight of an event's outcome", async function () {
      await addEvent(world, 3);
      const order = await trade(world, world.alice, "buy", "10", "--market", "2.3", "--price", "25%");
      expect(order.package).to.deep.include({ marketRootId: 2, marketBranchId: 3, priceTicks: "25" }); // of 100
      const run = session(alice, "trade", "buy", "10", "--market", "2.3", "--price", "25.5%", "--json");
      await expectTold(run, 2, "AMOUNT_NOT_EXACT", { text: "25.5%", unitsPerOne: "100" });
    });
  });

  describe("with a time in force", function () {
    beforeEach(async function () {
      await trade(world, world.alice, "buy", "100", "--price", "55%");
    });

    it("ioc leaves nothing in the book", async function () {
      const order = await trade(world, world.bob, "sell", "300", "--price", "55%", "--tif", "ioc");
      expect(order).to.deep.include({ restingLots: "0", cutLots: "200" });
      expect((await account(world.bob.address)).openOrders).to.equal(0n);
    });

    it("fok is filled whole or refused", async function () {
      const run = session(bob, "trade", "sell", "101", "--price", "55%", "--tif", "fok", "--json");
      await expectTold(run, 1, "Book_FillOrKillUnfilled", { wanted: "101", filled: "100" });
      const order = await trade(world, world.bob, "sell", "100", "--price", "55%", "--tif", "fok");
      expect(order.fills).to.have.length(1);
    });

    it("post never takes", async function () {
      const run = session(bob, "trade", "sell", "1", "--price", "55%", "--tif", "post", "--json");
      await expectTold(run, 1, "Book_PostOnlyWouldTake", { price: "5500", best: "5500" });
      const order = await trade(world, world.bob, "sell", "1", "--price", "5501", "--tif", "post");
      expect(order.package["timeInForce"]).to.equal(3);
    });
  });

  describe("with a deadline", function () {
    it("is filled until then, and not after", async function () {
      const deadline = world.handle.t1 + HOUR;
      await trade(world, world.alice, "buy", "100", "--price", "55%", "--deadline", String(deadline));
      await world.moveTo(deadline + 1);
      const order = await trade(world, world.bob, "sell", "100", "--price", "55%");
      expect(order).to.deep.include({ fills: [], evicted: [1], restingLots: "100" });
    });

    it("may be counted from now on", async function () {
      const order = await trade(world, world.alice, "buy", "100", "--price", "55%", "--deadline", "+2h");
      const now = (await world.provider.getBlock("latest"))!.timestamp;
      expect(Number(order.package["deadline"]) - now).to.be.within(2 * HOUR - 60, 2 * HOUR + 60);
    });

    it("is refused once it is over, or if it is no time", async function () {
      const run = session(alice, "trade", "buy", "1", "--price", "55%", "--deadline", "1000", "--json");
      await expectTold(run, 1, "Book_DeadlineExpired", { deadline: "1000" });
      const odd = session(alice, "trade", "buy", "1", "--price", "55%", "--deadline", "tomorrow", "--json");
      await expectTold(odd, 2, "ARGUMENT_INVALID", { argument: "--deadline", value: "tomorrow" });
    });
  });

  describe("with --dry-run", function () {
    it("foretells the fill that the order then gets, and sends nothing", async function () {
      await trade(world, world.alice, "buy", "1000", "--price", "55%");
      const before = await orders();
      const words = ["sell", "400", "--price", "54%"];
      const planned = await ask<{ dryRun: boolean; preview: object }>(bob, "trade", ...words, "--dry-run");
      expect(planned.dryRun).to.be.true;
      expect(await orders()).to.equal(before);
      expect((await trade(world, world.bob, ...words)).preview).to.deep.equal(planned.preview);
    });

    it("tells people what it would do", async function () {
      const { stdout, stderr } = await session(alice, "trade", "buy", "1000", "--price", "55%", "--dry-run");
      expect(stdout).to.match(
        /^Would buy 1000 lots of leg 1 at 5500 \(55%\)\n\nFills: none\nRests: 1000 lots\n\nSlack: /,
      );
      expect(stderr).to.not.contain("Sending");
    });

    it("goes by the time of the next block: the last one of a chain without traffic is old", async function () {
      await world.provider.send("evm_increaseTime", [10 * HOUR]);
      const { timestamp } = (await world.provider.getBlock("latest"))!;
      expect(timestamp).to.be.below(world.handle.t2);
      const run = session(alice, "trade", "buy", "1000", "--price", "55%", "--dry-run", "--json");
      await expectTold(run, 1, "Book_NotTrading");
    });
  });

  describe("with --sign-only", function () {
    it("prints the signed order alone, and what it would do beside it for programs", async function () {
      const before = await orders();
      const words = ["trade", "sell", "300", "--price", "6000", "--sign-only"];
      const signed = JSON.parse(await tell(bob, ...words)) as { package: Traded["package"]; signature: string };
      expect(Object.keys(signed)).to.deep.equal(["package", "signature"]);
      expect(signed.package).to.deep.include({ priceTicks: "6000", quantityLots: "-300", trader: world.bob.address });
      expect(signed.signature).to.match(/^0x[0-9a-f]{130}$/);
      const document = await ask<{ signed: object; preview: { restingLots: string } }>(bob, ...words);
      expect(document.signed).to.deep.equal(signed); // nothing was sent: the nonce is the same
      expect(document.preview.restingLots).to.equal("300");
      expect(await orders()).to.equal(before);
    });

    it("signs also what the book would refuse now: it may be sent later", async function () {
      const words = ["trade", "sell", "200000", "--price", "55%", "--sign-only"];
      const { status, stderr } = await session(alice, ...words);
      expect(status).to.equal(0);
      expect(stderr).to.contain("Signed, but the book would refuse it now: Book_Uncovered");
      const document = await ask<{ refusal: { code: string; values: object } }>(alice, ...words);
      expect(document).to.not.have.property("preview");
      expect(document.refusal).to.deep.include({ code: "Book_Uncovered" });
    });
  });

  describe("is refused", function () {
    it("with words that are none, before any chain is asked", async function () {
      const nowhere = { ...alice, SESSION_RPC_URL: "http://127.0.0.1:1" };
      const refuse = (code: string, values: object, ...words: string[]) =>
        expectTold(session(nowhere, "trade", ...words, "--json"), 2, code, { ...values });
      await refuse("AMOUNT_NOT_EXACT", { text: "1.5" }, "buy", "1.5", "--price", "1");
      await refuse("ARGUMENT_INVALID", { argument: "lots", value: "0" }, "buy", "0", "--price", "1");
      await refuse(
        "ARGUMENT_INVALID",
        { argument: "--leg" },
        "buy",
        "1",
        "--price",
        "1",
        "--leg",
        "1",
        "--market",
        "2",
      );
      await refuse("ARGUMENT_INVALID", {}, "hold", "1", "--price", "1");
      await expectSaid(session(nowhere, "trade", "sell", "0", "--price", "1"), 2, "buy or sell says the direction");
    });

    it("in markets that are not there", async function () {
      const refuse = (status: number, code: string, ...where: string[]) =>
        expectTold(session(alice, "trade", "buy", "1", "--price", "1", ...where, "--json"), status, code);
      await refuse(1, "Book_MarketUnknown", "--market", "9");
      await refuse(2, "Client_UnknownLeg", "--leg", "3");
      await refuse(1, "Book_MarketUnknown", "--market", "1.3");
    });

    it("beyond what a price can be", async function () {
      const { scale } = world.handle.basket;
      const run = session(alice, "trade", "buy", "1", "--price", String(scale + 1n), "--json");
      await expectTold(run, 1, "Book_PriceOutOfBounds", { price: "10001", marketMin: "0", marketMax: "10000" });
      const root = await readRoot(world.handle, 1);
      expect(root.kind === "simplex" && root.scale).to.equal(scale);
    });

    it("beyond what the account can bear, before anything is sent, with what is missing", async function () {
      const nonce = await world.alice.getNonce();
      const run = session(alice, "trade", "sell", "200000", "--price", "55%", "--json");
      await expectTold(run, 1, "Book_Uncovered", {
        trader: world.alice.address,
        bindingOutcome: "1",
        shortfall: (40n * ONE).toString(), // 50 + 200 · 0.55 − 200
      });
      await expectSaid(
        session(alice, "trade", "sell", "200000", "--price", "55%"),
        1,
        "Deposit at least the shortfall",
      );
      expect(await world.alice.getNonce()).to.equal(nonce);
    });

    it("to whoever has paid nothing in", async function () {
      const run = session(as(world.env, world.carol), "trade", "buy", "1", "--price", "1", "--json");
      await expectTold(run, 1, "Book_TraderUnknown", { trader: world.carol.address });
    });

    it("from t2 on", async function () {
      await world.moveTo(world.handle.t2);
      const run = session(alice, "trade", "buy", "1", "--price", "1", "--json");
      await expectTold(run, 1, "Book_NotTrading", { t2: String(world.handle.t2) });
    });

    it("over logs that begin too late", async function () {
      await trade(world, world.alice, "buy", "1", "--price", "1");
      const newest = await world.provider.getBlockNumber();
      const run = session(alice, "trade", "buy", "1", "--price", "1", "--from-block", String(newest), "--json");
      const { advice } = await expectTold(run, 2, "MIRROR_DIFFERS", { fromBlock: newest, blockNumber: newest });
      expect(advice).to.contain("--from-block");
    });
  });
});
