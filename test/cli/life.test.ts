import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { openSession } from "../../src/bindings/session.js";
import { createMarketOwner } from "../../src/client/market-owner.js";
import { TestAsset__factory } from "../../typechain-types/index.js";
import { ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { as, ask, type Env, expectTold, ONE, session } from "./support.js";
import { HOUR, openWorld, type World } from "./world.js";

interface Traded {
  readonly tradeRootId: number;
  readonly fills: readonly { readonly makerRootId: number; readonly priceTicks: string; readonly lots: string }[];
  readonly restingLots: string;
  readonly preview: { readonly slackBeforeWei: string; readonly slackAfterWei: string; readonly restingLots: string };
}

interface Collateral {
  readonly slackWei: string;
  readonly storedSlackWei: string;
  readonly reservedWei: string;
  readonly withdrawableWei: string;
  readonly worstOutcome: readonly { readonly marketRootId: number; readonly bindingOutcome: string }[];
  readonly openOrders: readonly { readonly tradeRootId: number; readonly slackIfFilledWei: string }[];
  readonly releases: readonly Readonly<Record<string, unknown>>[];
}

/** One session through the program alone, in the order of its life. */
describe("session, a whole life on a chain", function () {
  let stage: World;
  let env: Env;
  let times: { t1: number; t2: number };

  before(async function () {
    stage = await openWorld();
    const { timestamp } = (await stage.provider.getBlock("latest"))!;
    times = { t1: timestamp + HOUR, t2: timestamp + 10 * HOUR };
  });

  describe("create", function () {
    it("says with --dry-run where the session would be, and makes it there", async function () {
      const { organiser, assets, folder } = stage;
      const file = join(folder, "terms.json");
      const terms = {
        name: "Metals",
        symbol: "MTL",
        supply: "999",
        ...times,
        assets: [
          { address: assets[0], quantity: "100" },
          { address: assets[1], quantity: "200.5" },
        ],
      };
      await writeFile(file, JSON.stringify(terms));
      const flags = ["create", "--file", file, "--supply", "1000", "--salt", "first"];
      const who = as(stage.env, organiser);
      const planned = await ask<{ session: string; dryRun: boolean }>(who, ...flags, "--dry-run");
      expect(planned.dryRun).to.be.true;
      expect(await stage.provider.getCode(planned.session)).to.equal("0x");

      const made = await ask<{ session: string; organiser: string; terms: Record<string, unknown> }>(who, ...flags);
      expect(made.session).to.equal(planned.session);
      expect(made.organiser).to.equal(organiser.address);
      expect(made.terms).to.deep.include({ supply: (1_000n * ONE).toString(), t1: times.t1, chainWindow: 64 });
      expect(made.terms["quantities"]).to.deep.equal([(100n * ONE).toString(), "200500000"]);
      env = { ...stage.env, SESSION_ADDRESS: made.session };
    });

    it("lists every term that is missing or wrong", async function () {
      const run = session(as(stage.env, stage.organiser), "create", "--t1", "soon", "--json");
      const { values } = await expectTold(run, 2, "SETTINGS_INVALID");
      const problems = values["problems"] as string[];
      expect(problems.map((problem) => problem.split(":")[0])).to.deep.equal([
        "--asset",
        "--name",
        "--symbol",
        "--supply",
        "--t1",
        "--t2",
      ]);
    });
  });

  describe("fund", function () {
    it("pays the basket in, and gives the organiser all session tokens", async function () {
      const funded = await ask<{ supplyWei: string }>(as(env, stage.organiser), "fund");
      expect(funded.supplyWei).to.equal((1_000n * ONE).toString());
      const shown = await ask<{ phase: string; assets: { symbol: string; quantityUnits: string }[] }>(env, "show");
      expect(shown.phase).to.equal("funded");
      expect(shown.assets.map(({ symbol, quantityUnits }) => [symbol, quantityUnits])).to.deep.equal([
        ["AU", (100n * ONE).toString()],
        ["AG", "200500000"],
      ]);
    });

    it("refuses a second time, with status 1", async function () {
      await expectTold(session(as(env, stage.organiser), "fund", "--json"), 1, "Session_AlreadyFunded");
    });
  });

  describe("deposit", function () {
    it("takes session tokens", async function () {
      const { organiser, alice, bob, provider } = stage;
      const handle = await openSession(env["SESSION_ADDRESS"]!, provider);
      for (const { address } of [alice, bob]) {
        await (await handle.session.connect(organiser).transfer(address, 100n * ONE)).wait();
      }
      const paid = await ask<{ traderId: number; claimWei: string }>(as(env, alice), "deposit", "50");
      expect(paid).to.deep.include({ traderId: 1, claimWei: (50n * ONE).toString() });
      await ask(as(env, bob), "deposit", "50");
    });

    it("splits session tokens, takes lots of a leg, and merges", async function () {
      const { bob } = stage;
      await ask(as(env, bob), "split", "10");
      const paid = await ask<{ amountWei: string; claimWei: string }>(as(env, bob), "deposit", "5000", "--leg", "2");
      expect(paid).to.deep.include({ amountWei: (5n * ONE).toString(), claimWei: (55n * ONE).toString() });
      await ask(as(env, bob), "merge", "5");
      const { wallet } = await ask<{ wallet: object }>(env, "positions", "--trader", bob.address);
      expect(wallet).to.deep.equal({
        sessionTokenWei: (45n * ONE).toString(),
        legTokenWei: [(5n * ONE).toString(), "0"],
      });
    });
  });

  describe("trade", function () {
    it("is refused before t1, with the book's reason", async function () {
      const run = session(as(env, stage.alice), "trade", "buy", "1000", "--price", "55%", "--json");
      await expectTold(run, 1, "Book_NotTrading", { t1: String(times.t1), t2: String(times.t2) });
    });

    it("foretells by the time of the next block: the last one of a chain without traffic is old", async function () {
      await stage.provider.send("evm_increaseTime", [HOUR]);
      expect((await stage.provider.getBlock("latest"))!.timestamp).to.be.below(times.t1);
      const words = ["trade", "buy", "1000", "--price", "55%", "--dry-run"];
      const { preview } = await ask<Traded>(as(env, stage.alice), ...words);
      expect(preview.restingLots).to.equal("1000");
      await stage.provider.send("evm_mine", []);
    });

    it("rests an order, with the slack that it leaves", async function () {
      const order = await ask<Traded>(as(env, stage.alice), "trade", "buy", "1000", "--price", "55%");
      expect(order).to.deep.include({ tradeRootId: 1, fills: [], restingLots: "1000" });
      expect(order.preview.slackBeforeWei).to.equal((50n * ONE).toString());
      expect(order.preview.slackAfterWei).to.equal((50n * ONE).toString());
    });

    it("foretells with --dry-run the fill that the order then gets", async function () {
      const words = ["trade", "buy", "400", "--leg", "2", "--price", "46%"]; // sells leg 1 at 54 %
      const planned = await ask<Traded>(as(env, stage.bob), ...words, "--dry-run");
      const order = await ask<Traded>(as(env, stage.bob), ...words);
      expect(order.fills).to.deep.equal([{ makerRootId: 1, priceTicks: "5500", lots: "400" }]);
      expect(order.restingLots).to.equal("0");
      expect(planned.preview).to.deep.equal(order.preview);
      // Bob had 50 cash and 5 of leg 2. He sold 0.4 of leg 1 at 0.55: 50.22 cash; if leg 1 were all, he would owe 0.4.
      expect(order.preview.slackBeforeWei).to.equal((50n * ONE).toString());
      expect(order.preview.slackAfterWei).to.equal(((4_982n * ONE) / 100n).toString());
    });

    it("prints a signed order, which somebody else submits", async function () {
      const file = join(stage.folder, "order.json");
      const printed = await session(as(env, stage.bob), "trade", "sell", "300", "--price", "6000", "--sign-only");
      expect(printed.status, printed.stderr).to.equal(0);
      await writeFile(file, printed.stdout);
      const sent = await ask<Traded>(as(env, stage.carol), "submit", file);
      expect(sent).to.deep.include({ tradeRootId: 3, restingLots: "300" });
    });

    it("names what an order lacks, before anything is sent", async function () {
      const run = session(as(env, stage.alice), "trade", "sell", "200000", "--price", "55%", "--json");
      const { values } = await expectTold(run, 1, "Book_Uncovered", {
        trader: stage.alice.address,
        bindingOutcome: "1",
      });
      // 50 − 0.22 paid + 0.4 held + 200 · 0.55 − 200 · 1 in leg 1
      expect(BigInt(values["shortfall"] as string)).to.equal((3_982n * ONE) / 100n);
    });
  });

  describe("book and markets", function () {
    it("shows both sides by price, and draws them", async function () {
      const svg = join(stage.folder, "depth.svg");
      const shown = await ask<object>(env, "book", "--svg", svg);
      expect(shown).to.deep.equal({
        marketRootId: 1,
        marketBranchId: 1,
        head: null,
        bids: [{ priceTicks: "5500", lots: "600" }],
        asks: [{ priceTicks: "6000", lots: "300" }],
      });
      const picture = await readFile(svg, "utf8");
      expect(picture).to.contain('<title id="title">Depth of leg 1</title>');
      expect(picture).to.contain("bids: 600 lots, best price 5500 ticks; offers: 300 lots, best price 6000 ticks.");
    });

    it("prints them as a ladder", async function () {
      const { stdout } = await session(env, "book");
      expect(stdout).to.match(/6000 \(60%\) +300\n5500 \(55%\) +600\n/);
    });

    it("lists every market, other roots included", async function () {
      const { organiser, provider } = stage;
      const handle = await openSession(env["SESSION_ADDRESS"]!, provider);
      await (await handle.session.connect(organiser).approve(handle.bookAddress, ONE)).wait();
      await ask(as(env, organiser), "deposit", "1");
      const owner = createMarketOwner(handle, organiser);
      const bounds = { lower: ticks(0n), upper: ticks(1_000n) };
      await owner.createInterval({
        bounds,
        tickValue: tokenWei(10n ** 13n),
        closesAt: BigInt(times.t2),
        settleBy: BigInt(times.t2),
        fallbackOutcome: ticks(0n),
        description: "rain",
      });
      const { markets } = await ask<{ markets: Record<string, unknown>[] }>(env, "markets");
      expect(
        markets.map(({ marketRootId, marketBranchId, kind }) => [marketRootId, marketBranchId, kind]),
      ).to.deep.equal([
        [1, 1, "basket"],
        [1, 2, "basket"],
        [2, 1, "interval"],
      ]);
      expect(markets[0]).to.deep.include({ bestBidTicks: "5500", bestAskTicks: "6000", minTicks: "0" });
      expect(markets[2]).to.deep.include({ bestBidTicks: null, maxTicks: "1000", tickValueWei: "10000000000000" });
    });
  });

  describe("positions and collateral", function () {
    it("shows slack, lots, claims and allocation", async function () {
      const held = await ask<{ account: object; legs: object[] }>(as(env, stage.alice), "positions");
      const cash = ((4_978n * ONE) / 100n).toString(); // 50 − 0.4 · 0.55
      expect(held.account).to.deep.include({ traderId: 1, claimWei: cash, slackWei: cash, openOrders: 1 });
      const claims = [(5_018n * ONE) / 100n, (4_978n * ONE) / 100n];
      expect(held.legs).to.deep.equal([
        {
          leg: 1,
          asset: stage.assets[0],
          symbol: "AU",
          lots: "400",
          claimWei: claims[0]!.toString(),
          allocationUnits: ((claims[0]! * 100n) / 1_000n).toString(),
        },
        {
          leg: 2,
          asset: stage.assets[1],
          symbol: "AG",
          lots: "0",
          claimWei: claims[1]!.toString(),
          allocationUnits: ((claims[1]! * 200_500_000n) / (1_000n * ONE)).toString(),
        },
      ]);
    });

    it("names slack, the binding outcome and what would free it", async function () {
      const { alice, bob } = stage;
      await ask(as(env, alice), "trade", "buy", "2000", "--market", "2", "--price", "400");
      await ask(as(env, bob), "trade", "sell", "2000", "--market", "2.1", "--price", "400");
      await ask(as(env, bob), "trade", "buy", "500", "--market", "2", "--price", "390");
      const found = await ask<Collateral>(as(env, alice), "collateral");
      // 49.78 − 2000 · 400 · 1e-5: y = 0 and leg 2 are her worst
      expect(found.slackWei).to.equal(((4_178n * ONE) / 100n).toString());
      expect(found.storedSlackWei).to.equal(found.slackWei);
      expect(
        found.worstOutcome.map(({ marketRootId, bindingOutcome }) => [marketRootId, bindingOutcome]),
      ).to.deep.equal([
        [1, "2"],
        [2, "0"],
      ]);
      expect(found.openOrders).to.have.length(1);
      // 600 more lots of leg 1 at 0.55, worst if leg 2 is all: 41.78 − 0.33
      expect(found.openOrders[0]!.slackIfFilledWei).to.equal(((4_145n * ONE) / 100n).toString());
      expect(BigInt(found.withdrawableWei)).to.equal(BigInt(found.slackWei) - BigInt(found.reservedWei));
      expect(found.releases).to.deep.include({
        kind: "trade",
        marketRootId: 2,
        marketBranchId: 1,
        lots: "-2000",
        releasedBeforePriceWei: "0",
        breakEvenTicks: "0",
        now: { lots: "-500", limitTicks: "390", freesWei: ((195n * ONE) / 100n).toString() },
      });
      expect(found.releases).to.deep.include({
        kind: "bound",
        marketRootId: 2,
        marketBranchId: 1,
        bounds: { lower: "1000", upper: "1000" },
        freesWei: (20n * ONE).toString(),
      });
    });

    it("says what refreshing brings once the owner has tightened a bound", async function () {
      const { organiser, provider, alice } = stage;
      const handle = await openSession(env["SESSION_ADDRESS"]!, provider);
      const market = { marketRootId: 2, marketBranchId: 1 };
      await createMarketOwner(handle, organiser).tighten(market, { lower: ticks(100n), upper: ticks(1_000n) });
      const found = await ask<Collateral>(as(env, alice), "collateral");
      expect(BigInt(found.slackWei) - BigInt(found.storedSlackWei)).to.equal(2n * ONE);
      expect(found.releases).to.deep.include({ kind: "refresh", marketRootId: 2, freesWei: (2n * ONE).toString() });
    });

    it("prints all of it for people", async function () {
      const { status, stdout } = await session(as(env, stage.alice), "collateral");
      expect(status).to.equal(0);
      expect(stdout).to.contain("slack                     43.78 (the book has stored 41.78)");
      expect(stdout).to.contain("- refresh root 2, anybody may: 2");
      expect(stdout).to.match(/- sell 2000 lots of 2\.1 for at least 100 /);
    });

    it("refuses to begin in the middle of the logs", async function () {
      const newest = await stage.provider.getBlockNumber();
      for (const fromBlock of [newest, newest - 4]) {
        const run = session(as(env, stage.alice), "collateral", "--from-block", String(fromBlock), "--json");
        await expectTold(run, 2, "MIRROR_DIFFERS", { fromBlock });
      }
    });

    it("shows that an account without a deposit holds nothing", async function () {
      const held = await ask<{ account: object; legs: { claimWei: string }[] }>(as(env, stage.carol), "positions");
      expect(held.account).to.deep.include({ traderId: 0, claimWei: "0", slackWei: "0" });
      expect(held.legs.map(({ claimWei }) => claimWei)).to.deep.equal(["0", "0"]);
    });

    it("has no account to look at before a deposit", async function () {
      await expectTold(session(as(env, stage.carol), "collateral", "--json"), 2, "ARGUMENT_INVALID", {
        value: stage.carol.address,
      });
    });
  });

  describe("cancel and withdraw", function () {
    it("takes own orders out, one or all", async function () {
      const one = await ask<{ cancelled: number[] }>(as(env, stage.bob), "cancel", "3");
      expect(one.cancelled).to.deep.equal([3]);
      const all = await ask<{ cancelled: number[] }>(as(env, stage.alice), "cancel", "--all");
      expect(all.cancelled).to.deep.equal([1]);
      await expectTold(session(as(env, stage.alice), "cancel", "--all", "--json"), 2, "ORDERS_NONE");
    });

    it("leaves an order of somebody else alone, with status 1", async function () {
      await expectTold(session(as(env, stage.alice), "cancel", "6", "--json"), 1, "Book_OrderStands");
    });

    it("pays out what is free, and refuses more", async function () {
      const paid = await ask<{ claimWei: string }>(as(env, stage.alice), "withdraw", "1.78");
      expect(paid.claimWei).to.equal((40n * ONE).toString());
      const leg = await ask<{ to: string }>(
        ...([as(env, stage.alice), "withdraw", "400", "--leg", "1", "--to", stage.carol.address] as const),
      );
      expect(leg.to).to.equal(stage.carol.address);
      await expectTold(session(as(env, stage.alice), "withdraw", "45", "--json"), 1, "Book_WithdrawalTooLarge", {
        requested: (45n * ONE).toString(),
      });
    });
  });

  describe("stress", function () {
    interface Stressed {
      readonly holders: readonly { readonly name: string; readonly worstProfit: { readonly rounded: string } }[];
      readonly scenarios: readonly {
        readonly name: string;
        readonly values: readonly { readonly rounded: string }[];
        readonly total: { readonly rounded: string };
        readonly profitTotal: { readonly numerator: string };
      }[];
    }

    it("values every account in every scenario; gains and losses sum to zero", async function () {
      const svg = join(stage.folder, "stress.svg");
      const stressed = await ask<Stressed>(
        ...([env, "stress", "--prices", "AU=10,AG=5", "--grid", "AU:-50%..50%:3", "--outcome", "2=400"] as const),
        ...(["--svg", svg] as const),
      );
      expect(stressed.scenarios.map(({ name }) => name)).to.deep.equal(["AU -50%", "AU 0%", "AU +50%"]);
      // The basket: 100 AU and 200.5 AG
      expect(stressed.scenarios.map(({ total }) => total.rounded)).to.deep.equal(["1502.50", "2002.50", "2502.50"]);
      for (const { profitTotal } of stressed.scenarios) expect(profitTotal.numerator).to.equal("0");
      // Alice has 40 cash, and 2000 lots of rain at 400 · 1e-5: 48 tokens of 1000. (1000 + 1002.5) · 0.048
      const alice = stressed.holders.findIndex(({ name }) => name === stage.alice.address);
      expect(stressed.scenarios[1]!.values[alice]!.rounded).to.equal("96.12");
      expect(await readFile(svg, "utf8")).to.match(/<desc id="desc">Gain or loss against the baseline.* 3 scenarios/);
    });

    it("keeps what undecided markets will bring in a column of its own", async function () {
      const { stdout } = await session(env, "stress", "--prices", "AU=10", "AG=5");
      expect(stdout).to.contain("undecided markets");
    });
  });

  describe("logs and verify", function () {
    interface Verified {
      readonly verdict: { readonly kind: string; readonly failure?: { readonly rule: string; readonly index: number } };
      readonly counts: Readonly<Record<string, number>>;
    }

    it("verifies the session from its node", async function () {
      const report = await ask<Verified>(env, "verify");
      expect(report.verdict).to.deep.equal({ kind: "holds" });
      expect(report.counts).to.deep.include({ orders: 6, fills: 2, evictions: 0, signaturesRecovered: 6 });
    });

    it("saves the logs, and verifies the file without a node", async function () {
      const file = join(stage.folder, "session.log");
      const saved = await ask<{ records: number }>(env, "logs", "--out", file);
      const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
      expect(lines).to.have.length(saved.records + 2);
      const { status, stdout } = await session({}, "verify", "--logs", file, "--json");
      expect(status).to.equal(3);
      const report = JSON.parse(stdout) as Verified;
      expect(report.verdict.kind).to.equal("holds-if");
      expect(report.counts["records"]).to.equal(saved.records);
    });

    it("ends with status 1 and the record, if a signature was altered", async function () {
      const text = await readFile(join(stage.folder, "session.log"), "utf8");
      const lines = text.split("\n");
      const topic = (await openSession(env["SESSION_ADDRESS"]!, stage.provider)).book.interface.getEvent(
        "TradeCreated",
      );
      const index = lines.findIndex((line) => line.includes(topic.topicHash));
      const record = JSON.parse(lines[index]!) as { data: string };
      const flipped = record.data[record.data.length - 70] === "0" ? "1" : "0"; // inside vs
      record.data = `${record.data.slice(0, -70)}${flipped}${record.data.slice(-69)}`;
      lines[index] = JSON.stringify(record);
      const altered = join(stage.folder, "altered.log");
      await writeFile(altered, lines.join("\n"));
      const { status, stdout } = await session({}, "verify", "--logs", altered, "--json");
      expect(status).to.equal(1);
      const report = JSON.parse(stdout) as Verified;
      expect(report.verdict.kind).to.equal("does-not-hold");
      expect(report.verdict.failure).to.deep.include({ rule: "R21", index: index - 1 });
      const shown = await session({}, "verify", "--logs", altered);
      expect(shown.status).to.equal(1);
      expect(shown.stdout).to.contain("DOES NOT HOLD");
    });

    it("ends with status 1 if the end of the file is missing, and with 2 if it is no log", async function () {
      const text = await readFile(join(stage.folder, "session.log"), "utf8");
      const cut = join(stage.folder, "cut.log");
      await writeFile(cut, text.split("\n").slice(0, -3).join("\n"));
      await expectTold(session({}, "verify", "--logs", cut, "--json"), 1, "LOG_TRUNCATED");
      await writeFile(cut, "nothing");
      await expectTold(session({}, "verify", "--logs", cut, "--json"), 2, "LOG_HEADER_INVALID");
    });

    it("refuses a file of another session than the one asked for, and one that is not there", async function () {
      const file = join(stage.folder, "session.log");
      const other = stage.carol.address;
      const run = session({}, "verify", "--logs", file, "--session", other, "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--session", value: other });
      await expectTold(session({}, "verify", "--logs", `${file}.no`, "--json"), 2, "FILE_UNREADABLE");
    });
  });

  describe("refresh and realise", function () {
    it("brings the stored worst case up to date, for anybody", async function () {
      const done = await ask<{ traders: object[] }>(as(env, stage.carol), "refresh", "2", stage.alice.address);
      expect(done.traders).to.deep.equal([{ trader: stage.alice.address, worstWei: (2n * ONE).toString() }]);
    });

    it("realises nothing before the root is settled", async function () {
      const run = session(as(env, stage.alice), "realise", "2", "--json");
      await expectTold(run, 1, "Book_MarketNotSettled", { marketRootId: "2" });
    });
  });

  describe("exit and redeem", function () {
    it("is refused before t2", async function () {
      await expectTold(session(as(env, stage.alice), "exit", "--json"), 1, "Book_NotSettling", {
        t2: String(times.t2),
      });
    });

    it("delivers the assets in kind", async function () {
      await stage.moveTo(times.t2);
      const left = await ask<{ claimed: { claimWei: string }[] }>(as(env, stage.alice), "exit", "--in-kind");
      const [gold] = stage.assets;
      const claim = BigInt(left.claimed[0]!.claimWei);
      expect(claim).to.equal(42n * ONE); // 40 cash, and rain at its worst: 2000 · 100 · 1e-5
      const paid = await TestAsset__factory.connect(gold, stage.provider).balanceOf(stage.alice.address);
      expect(paid).to.equal((claim * 100n) / 1_000n);
    });

    it("redeems session tokens and leg tokens", async function () {
      const all = await ask<{ amountWei: string; paid: { leg: number; units: string }[] }>(
        ...([as(env, stage.bob), "redeem", "all"] as const),
      );
      expect(all.amountWei).to.equal((45n * ONE).toString());
      expect(all.paid.map(({ leg, units }) => [leg, units])).to.deep.equal([
        [1, ((45n * ONE) / 10n).toString()],
        [2, "9022500"],
      ]);
      const leg = await ask<{ paid: { leg: number; units: string }[] }>(
        ...([as(env, stage.carol), "redeem", "0.4", "--leg", "1"] as const),
      );
      expect(leg.paid.map(({ leg: number, units }) => [number, units])).to.deep.equal([[1, (ONE / 25n).toString()]]);
    });
  });
});
