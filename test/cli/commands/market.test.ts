import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { id } from "ethers";

import { date } from "../../../src/cli/output/text.js";
import { as, ask, type Env, expectSaid, expectTold, session, sessionIn, tell } from "../support.js";
import { milli, openWorld, trade, type World } from "../world.js";

interface Effect {
  readonly settles: boolean;
  readonly changes: readonly Readonly<Record<string, unknown>>[];
  readonly determined: readonly Readonly<Record<string, unknown>>[];
  readonly freedWei: string;
  readonly takenOut: readonly { readonly tradeRootId: number }[];
}
interface Said {
  readonly marketRootId: number;
  readonly dryRun?: true;
  readonly effect: Effect;
  readonly transactionHash: string;
  readonly gasUsed: string;
}
interface Shown {
  readonly owner: string;
  readonly kind: string;
  readonly head: Readonly<Record<string, unknown>> | null;
  readonly descriptionHash: string;
  readonly hashMatchesChain: boolean | null;
  readonly settled: boolean;
  readonly branches: readonly { readonly minTicks: string; readonly maxTicks: string; readonly state: string }[];
}

const RAIN = [
  ...["market", "create", "--title", "Rain in November", "--unit", "mm", "--ticks-per-unit", "10"],
  ...[
    "--source",
    "https://example.org/rain",
    "--text",
    "More than 100 mm count as 100.",
    "--lower",
    "0",
    "--upper",
    "100",
  ],
  ...["--tick-value", "0.00001", "--closes", "+2h", "--settle-by", "+3h", "--fallback", "40.5mm"],
];
const EVENT = [
  ...["market", "create", "--title", "Who wins", "--outcomes", "red | green | blue", "--scale", "100"],
  ...["--tick-value", "0.00001", "--closes", "+2h", "--settle-by", "+3h", "--fallback", "green"],
];

/** Root 2 is rain of 0 to 100 mm, with 10 ticks a mm and a strip of 40 to 60; root 3 an event of three. Alice is 100 lots long at 50 mm. */
async function withMarkets(world: World): Promise<void> {
  const owner = as(world.env, world.organiser);
  await ask(owner, ...RAIN);
  await ask(owner, ...EVENT);
  await ask(owner, "market", "branch", "2", "--lower", "40", "--upper", "60");
  await trade(world, world.bob, "sell", "100", "--market", "2", "--price", "50");
  await trade(world, world.alice, "buy", "100", "--market", "2", "--price", "50mm");
  await trade(world, world.bob, "sell", "3", "--market", "2.2", "--price", "55");
}

describe("session market", function () {
  let world: World;
  let owner: Env;

  beforeEach(async function () {
    world = await openWorld(withMarkets);
    owner = as(world.env, world.organiser);
  });

  const shown = (root: string): Promise<Shown> => ask<Shown>(world.env, "market", "show", root);

  describe("create", function () {
    it("makes an interval with its head, in the units that were asked for", async function () {
      const root = await world.handle.book.rootOf(2);
      expect([root.lo, root.hi, root.fallbackOutcome, root.tickValue]).to.deep.equal([0n, 1_000n, 405n, 10n ** 13n]);
      const { head, descriptionHash, hashMatchesChain } = await shown("2");
      expect(head).to.deep.equal({
        title: "Rain in November",
        unit: "mm",
        ticksPerUnit: "10",
        outcomes: [],
        source: "https://example.org/rain",
      });
      expect(hashMatchesChain).to.equal(true);
      const text = [
        "title: Rain in November\nunit: mm\nticksPerUnit: 10\nsource: https://example.org/rain",
        "More than 100 mm count as 100.",
      ].join("\n\n");
      expect(descriptionHash).to.equal(id(text));
    });

    it("makes an event whose outcomes have names", async function () {
      const root = await world.handle.book.rootOf(3);
      expect([root.branchCount, root.hi, root.fallbackOutcome]).to.deep.equal([3n, 100n, 2n]);
      expect((await shown("3")).head).to.deep.include({ outcomes: ["red", "green", "blue"] });
    });

    it("shows what it would make, and sends nothing", async function () {
      const { dryRun, effect } = await ask<Said>(owner, ...RAIN, "--dry-run");
      expect([dryRun, effect.changes.length]).to.deep.equal([true, 1]);
      expect(await world.handle.book.createdRoots()).to.equal(2n);
      const text = await tell(owner, ...RAIN, "--dry-run");
      for (const part of [
        "Would make an interval",
        "0 mm to 100 mm",
        "Rain in November",
        "0.00001 session tokens",
        "description's hash",
      ]) {
        expect(text).to.contain(part);
      }
    });

    it("takes the text from a file, as a person's editor writes it", async function () {
      await writeFile(join(world.folder, "text.txt"), "\uFEFFNothing has a unit here.\r\nTwo lines.\r\n");
      const words = ["market", "create", "--text-file", "text.txt", "--outcomes", "2", "--tick-value", "0.00001"];
      const times = ["--closes", "+2h", "--settle-by", "+3h", "--fallback", "2", "--json"];
      const run = await sessionIn(world.folder, owner, ...words, ...times);
      expect(run.status, run.stdout).to.equal(0);
      const { head, descriptionHash } = await shown("4");
      expect([head, descriptionHash]).to.deep.equal([null, id("Nothing has a unit here.\r\nTwo lines.")]);
    });

    it("refuses what cannot be: a day that is none, half a tick, a unit without a title, what the book refuses", async function () {
      const create = (...words: string[]) => session(owner, ...RAIN, ...words, "--json");
      await expectTold(create("--closes", "2027-02-30T00:00:00Z"), 2, "ARGUMENT_INVALID", { argument: "--closes" });
      await expectTold(create("--upper", "99.95"), 2, "AMOUNT_NOT_EXACT");
      await expectTold(create("--ticks-per-unit", "12"), 2, "MARKET_HEAD_INVALID", { field: "ticksPerUnit" });
      await expectTold(create("--outcomes", "a | b"), 2, "ARGUMENT_INVALID", { argument: "--outcomes" });
      await expectTold(create("--fallback", "101"), 1, "Book_FallbackOutOfRange");
      const bare = ["--outcomes", "2", "--tick-value", "1", "--closes", "+1h", "--settle-by", "+2h", "--fallback", "1"];
      await expectTold(session(owner, "market", "create", ...bare, "--unit", "mm", "--json"), 2, "ARGUMENT_INVALID");
      // Whose text begins with a head would be shown in its units, and was given in ticks.
      const head = ["--text", "title: Rain\nunit: mm\nticksPerUnit: 10", "--lower", "0", "--upper", "100"];
      const text = ["market", "create", ...head, "--tick-value", "1", "--closes", "+1h", "--settle-by", "+2h"];
      await expectTold(session(owner, ...text, "--fallback", "5", "--json"), 2, "ARGUMENT_INVALID", {
        argument: "--title",
      });
      await expectTold(session(as(world.env, world.alice), ...RAIN, "--json"), 1, "Book_MayNotCreateMarkets");
    });
  });

  describe("tighten", function () {
    const tighten = (...words: string[]) => ["market", "tighten", "2", ...words];

    it("sends nothing where nothing new is said", async function () {
      const before = await world.provider.getBlockNumber();
      await expectTold(session(owner, ...tighten("--lower", "0"), "--yes", "--json"), 2, "RECORD_SAYS_NOTHING");
      expect(await world.provider.getBlockNumber()).to.equal(before);
      expect(await tell(owner, ...tighten("--lower", "0"), "--dry-run")).to.include("it says nothing new");
    });

    it("frees what it showed before", async function () {
      const [alice, bob] = [world.alice.address, world.bob.address];
      const dry = await ask<Said>(owner, ...tighten("--lower", "30", "--upper", "80"), "--dry-run");
      // 100 lots: Alice has 30 mm for certain instead of 0, Bob pays 80 at most instead of 100
      expect(dry.effect.freedWei).to.equal(milli(300 + 200));
      const slack = async (): Promise<bigint> => {
        const accounts = await Promise.all([alice, bob].map((trader) => world.handle.book.accountOf(trader)));
        return accounts.reduce((sum, { claim, worst }) => sum + claim + worst, 0n);
      };
      const before = await slack();
      const said = await ask<Said>(owner, ...tighten("--lower", "30", "--upper", "80"), "--yes");
      expect(said.effect).to.deep.equal(dry.effect);
      expect(said.transactionHash).to.match(/^0x[0-9a-f]{64}$/);
      await ask(owner, "refresh", "2", alice, bob);
      expect(((await slack()) - before).toString()).to.equal(dry.effect.freedWei);
      expect((await shown("2")).branches[0]).to.deep.include({ minTicks: "300", maxTicks: "800" });
    });

    it("leaves the other bound as it is, and names the markets and orders that are over", async function () {
      const { effect } = await ask<Said>(owner, ...tighten("--lower", "61mm"), "--dry-run");
      expect(effect.determined).to.deep.equal([{ marketRootId: 2, marketBranchId: 2, paysTicks: "600" }]);
      expect(effect.takenOut.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([3]);
      const text = await tell(owner, ...tighten("--lower", "61mm"), "--dry-run");
      for (const part of [
        "Would say that 2.1 pays 61 mm to 100 mm",
        "2.2 Rain in November",
        "determined",
        "session tokens of collateral",
        "55 mm",
      ]) {
        expect(text).to.contain(part);
      }
    });

    it("shows, and refuses, bounds beyond today's and a record that settles, unless --settle says so", async function () {
      await ask(owner, ...tighten("--lower", "13", "--upper", "16"), "--yes");
      const apart = ["--lower", "19", "--upper", "20"];
      const run = session(owner, ...tighten(...apart), "--yes", "--json");
      await expectTold(run, 1, "Client_BoundsApart", { todayLower: "130", todayUpper: "160", afterLower: "160" });
      const { stderr, status } = await session(owner, ...tighten(...apart), "--yes");
      expect(status).to.equal(1);
      for (const part of ["It settles the root, for good.", "16 mm", "13 mm", "19 mm"]) expect(stderr).to.contain(part);
      const edge = session(owner, ...tighten("--lower", "16"), "--yes", "--json");
      await expectTold(edge, 1, "Client_RecordSettles", { marketRootId: 2 });
      expect((await shown("2")).settled).to.equal(false);
      await ask(owner, ...tighten(...apart), "--settle", "--yes");
      expect((await shown("2")).settled).to.equal(true);
    });

    it("asks first, and sends nothing where nobody can answer", async function () {
      const run = session(owner, ...tighten("--lower", "30"));
      const said = await run;
      expect(said.status).to.equal(2);
      for (const part of ["About to say that", "30 mm", "CONFIRMATION_MISSING", "--yes"])
        expect(said.stderr).to.contain(part);
      expect((await shown("2")).branches[0]).to.deep.include({ minTicks: "0" });
    });

    it("is the owner's alone", async function () {
      const run = session(as(world.env, world.alice), ...tighten("--lower", "30"), "--yes", "--json");
      await expectTold(run, 1, "Book_NotMarketOwner");
      await expectTold(session(owner, "market", "tighten", "9", "--lower", "1", "--json"), 1, "Book_MarketUnknown");
      await expectTold(session(owner, "market", "tighten", "2", "--json"), 2, "ARGUMENT_INVALID");
    });
  });

  describe("strike-out and settle", function () {
    it("take outcomes by name, and refuse to leave one unless that is meant", async function () {
      await ask(owner, "market", "strike-out", "3", "green", "--yes");
      expect((await shown("3")).branches.map(({ state }) => state)).to.deep.equal(["open", "struck out", "open"]);
      const last = ["market", "strike-out", "3", "1"];
      await expectTold(session(owner, ...last, "--yes", "--json"), 1, "Client_RecordSettles");
      await ask(owner, ...last, "--settle", "--yes");
      expect((await shown("3")).branches.map(({ maxTicks }) => maxTicks)).to.deep.equal(["0", "0", "100"]);
      await expectTold(session(owner, "market", "strike-out", "2", "1", "--json"), 1, "Client_RootKind");
      await expectTold(session(owner, "market", "strike-out", "3", "white", "--json"), 2, "ARGUMENT_INVALID");
    });

    it("settles an interval at an amount, an event by an outcome", async function () {
      const { effect } = await ask<Said>(owner, "market", "settle", "2", "61.5", "--yes");
      expect([effect.settles, effect.determined[0]]).to.deep.equal([
        true,
        { marketRootId: 2, marketBranchId: 1, paysTicks: "615" },
      ]);
      expect((await shown("2")).branches[0]).to.deep.include({ minTicks: "615", maxTicks: "615", state: "settled" });
      await ask(owner, "market", "settle", "3", "blue", "--yes");
      expect((await shown("3")).branches.map(({ maxTicks }) => maxTicks)).to.deep.equal(["0", "0", "100"]);
    });

    it("refuses an amount that is impossible by now", async function () {
      await ask(owner, "market", "tighten", "2", "--upper", "60", "--yes");
      const run = session(owner, "market", "settle", "2", "61.5", "--yes", "--json");
      await expectTold(run, 1, "Client_BoundsApart", { todayUpper: "600", saidLower: "615" });
      const { refused } = await ask<{ refused?: string }>(owner, "market", "settle", "2", "61.5", "--dry-run");
      expect(refused, "what a dry run says of it").to.equal("Client_BoundsApart");
      const text = await tell(owner, "market", "settle", "2", "61.5", "--dry-run");
      expect(text).to.contain("It would be refused as it stands.");
      expect(await ask<object>(owner, "market", "settle", "2", "59", "--dry-run")).not.to.have.property("refused");
    });

    it("takes the fallback of anybody, from settleBy on", async function () {
      const bob = as(world.env, world.bob);
      await expectTold(
        session(bob, "market", "settle", "2", "--fallback", "--yes", "--json"),
        1,
        "Book_FallbackTooEarly",
      );
      await world.moveTo(world.handle.t1 + 4 * 3_600);
      await ask(bob, "market", "settle", "2", "--fallback", "--yes");
      expect((await shown("2")).branches[0]).to.deep.include({ minTicks: "405", maxTicks: "405" });
      await expectTold(session(bob, "market", "settle", "2", "5", "--fallback", "--json"), 2, "ARGUMENT_INVALID");
    });
  });

  describe("show", function () {
    it("tells people who owns it, what it is, and what may come next", async function () {
      const { descriptionHash } = await shown("2");
      const { settleBy } = await world.handle.book.rootOf(2);
      const text = await tell(world.env, "market", "show", "2");
      for (const part of [
        `owner               ${world.organiser.address}`,
        "title               Rain in November",
        "source              https://example.org/rain",
        "unit                mm, of 10 ticks",
        "fallback            40.5 mm",
        `settle by           ${date(settleBy)}`,
        `description's hash  ${descriptionHash} (as the chain has it)`,
        "More than 100 mm count as 100.",
        "40 mm to 60 mm",
        "3 at 55 mm",
        "Next: session market tighten 2",
        "30 more",
        "session market settle 2 --fallback",
      ]) {
        expect(text).to.contain(part);
      }
    });

    it("says that nobody knows what it is about where its log was not read: not that another text is the chain's", async function () {
      const late = ["market", "show", "2", "--from-block", String(await world.provider.getBlockNumber())];
      const { head, descriptionHash, hashMatchesChain } = await ask<Shown>(world.env, ...late);
      expect([head, descriptionHash, hashMatchesChain]).to.deep.equal([null, null, null]);
      const text = await tell(world.env, ...late);
      expect(text).to.match(/^title +\(not known: amounts are ticks\)$/m);
      expect(text).to.match(/^description's hash +\(its log was not found\)$/m);
    });

    it("is refused of a root that is not there, and of the basket", async function () {
      await expectTold(session(world.env, "market", "show", "9", "--json"), 1, "Book_MarketUnknown");
      await expectTold(session(world.env, "market", "show", "1", "--json"), 2, "ARGUMENT_INVALID");
    });
  });

  describe("elsewhere", function () {
    it("is shown in its units, with its title", async function () {
      expect(await tell(world.env, "markets")).to.match(/^2\.1 Rain in November +0 mm +100 mm /m);
      expect(await tell(world.env, "markets")).to.match(/^3\.2 Who wins: green /m);
      const book = await tell(world.env, "book", "--market", "2.2");
      expect(book)
        .to.match(/^Depth of 2\.2 Rain in November$/m)
        .and.to.match(/^55 mm +3$/m);
      expect(await tell(as(world.env, world.alice), "positions")).to.match(/^2\.1 Rain in November +100 /m);
      const order = await tell(
        as(world.env, world.alice),
        "trade",
        "buy",
        "1",
        "--market",
        "2.2",
        "--price",
        "45.5",
        "--dry-run",
      );
      expect(order).to.contain("Would buy 1 lots of 2.2 Rain in November at 45.5 mm");
    });

    it("takes ticks where they are named, and no price between two of them", async function () {
      const words = ["trade", "buy", "1", "--market", "2.2", "--dry-run", "--price"];
      const { package: order } = await ask<{ package: { priceTicks: string } }>(
        as(world.env, world.alice),
        ...words,
        "455t",
      );
      expect(order.priceTicks).to.equal("455");
      await expectTold(session(as(world.env, world.alice), ...words, "45.55", "--json"), 2, "AMOUNT_NOT_EXACT");
    });
  });

  it("tells what became of each transaction, and what comes next", async function () {
    const text = await tell(owner, "market", "branch", "2", "--lower", "10", "--upper", "20");
    expect(text).to.match(/^Transaction 0x[0-9a-f]{64}, block \d+, \d+ gas$/m);
    expect(text).to.match(/^Next: session market show 2$/m);
    await expectSaid(session(owner, "market", "branch", "2"), 2, "--lower");
  });
});
