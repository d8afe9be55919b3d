import { expect } from "chai";
import type { Wallet } from "ethers";

import { openSettledRoot } from "../../../src/client/settlement/settler.js";
import { ownBuild } from "../../../src/deployment/build.js";
import { ticks } from "../../../src/protocol/amounts/units.js";
import { openFeed } from "../../../stage/counterparts/chainlink.js";
import { openOracle } from "../../../stage/counterparts/uma.js";
import { type TestAsset, TestAsset__factory } from "../../../typechain-types/index.js";
import { PROFILE } from "../../deployment/support.js";
import { as, ask, type Env, expectTold, ONE, session, tell } from "../support.js";
import { openWorld, type World } from "../world.js";

interface Made {
  readonly address: string;
  readonly isNew: boolean;
}

const BUILD = ["--artifacts", ownBuild(PROFILE)];
const [HOUR, DAY] = [3_600, 86_400];
const USD = 10n ** 6n;

describe("session fixing, window, settler and keep", function () {
  this.timeout(240_000);
  let world: World;
  let alice: Env;
  let cash: TestAsset;

  const addressOf = (contract: { getAddress(): Promise<string> }): Promise<string> => contract.getAddress();
  const made = async (who: Env, ...words: string[]): Promise<string> =>
    (await ask<Made>(who, ...words, ...BUILD)).address;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
    cash = await new TestAsset__factory(world.organiser).deploy("Dollar", "USD", 6);
    await cash.waitForDeployment();
  });

  async function balancesOf(who: Wallet): Promise<bigint[]> {
    return Promise.all(world.handle.legs.map((leg) => leg.balanceOf(who.address)));
  }

  /** The feeds have told a price before t2, which the fixing is of; a basket's unit is what its assets say. */
  async function fixed(): Promise<string> {
    const { organiser, handle } = world;
    const feeds = [await openFeed(organiser, 8), await openFeed(organiser, 8)];
    await world.moveTo(handle.t2 - 600);
    for (const [k, feed] of feeds.entries()) await feed.answer(BigInt(k + 1) * 10n ** 10n);
    const words = ["--at", String(handle.t2), "--cash", await addressOf(cash), "--delay", "60"];
    const fixing = await made(alice, "fixing", "create", ...words, "--feeds", feeds.map((f) => f.address).join());
    await expectTold(session(alice, "fixing", "fix", fixing, "1", "--json"), 1, "Fixing_TooEarly", {});
    await world.moveTo(handle.t2 + 60);
    expect(await ask(alice, "fixing", "fix", fixing, "1")).to.deep.include({ leg: 1, answer: "10000000000" });
    await feeds[1]!.answer(7n); // a later round: then it is named
    expect(await ask(alice, "fixing", "fix", fixing, "2")).to.deep.include({ leg: 2, answer: "20000000000" });
    return fixing;
  }

  it("fixes prices, sells what is offered at them, and pays out what was sold and what was not", async function () {
    const { handle, bob } = world;
    const fixing = await fixed();
    expect(await tell(alice, "fixing", "show", fixing)).to.include("200");
    expect(await ask<Made>(alice, "fixing", "show", fixing)).to.deep.include({ time: handle.t2, delay: 60 });
    const times = ["--opens", String(handle.t2 + HOUR / 2), "--closes", String(handle.t2 + HOUR)];
    const words = ["create", "--prices", fixing, "--cash", await addressOf(cash), ...times];
    const window = await made(alice, "window", ...words);
    expect(await ask<Made>(alice, "window", ...words, ...BUILD)).to.deep.include({ address: window, isNew: false });

    await (await handle.session.connect(world.organiser).transfer(world.alice.address, 10n * ONE)).wait();
    await tell(alice, "window", "offer", window, "4");
    await tell(alice, "split", "1");
    await tell(alice, "window", "offer", window, "1", "--leg", "2");
    const shown = await ask<{ legs: { offeredWei: string; costOfOneUnits: string }[] }>(
      alice,
      "window",
      "show",
      window,
    );
    expect(shown.legs.map((leg) => leg.offeredWei)).to.deep.equal([4n * ONE, 5n * ONE].map(String));

    await world.moveTo(handle.t2 + HOUR / 2);
    await (await cash.mint(bob.address, 10n ** 15n)).wait();
    const buyer = as(world.env, bob);
    const said = await ask<{ costUnits: string }>(buyer, "window", "buy", window, "2", "2", "--dry-run");
    expect(BigInt(said.costUnits)).to.equal(2n * BigInt(shown.legs[1]!.costOfOneUnits));
    const refused = await session(buyer, "window", "buy", window, "2", "2");
    expect([refused.status, await cash.balanceOf(bob.address)]).to.deep.equal([2, 10n ** 15n]);
    await expectTold(
      session(buyer, "window", "buy", window, "2", "2", "--max-cost", "1", "--yes", "--json"),
      1,
      "Window_TooDear",
      { cost: said.costUnits },
    );
    await tell(buyer, "window", "buy", window, "2", "2", "--yes");
    await tell(buyer, "window", "buy", window, "1", "1", "--keep", "--yes");
    expect(await balancesOf(bob)).to.deep.equal([ONE, 0n]);

    await world.moveTo(handle.t2 + HOUR);
    const before = await balancesOf(world.alice);
    interface Taken {
      readonly legs: readonly { readonly returnedWei: string; readonly cashUnits: string }[];
      readonly transactions: readonly object[];
    }
    const taken = await ask<Taken>(alice, "window", "pull", window);
    expect(taken.legs.map(({ returnedWei }) => returnedWei)).to.deep.equal([3n * ONE, 3n * ONE].map(String));
    expect(taken.transactions).to.have.length(4);
    const after = await balancesOf(world.alice);
    expect(after.map((wei, k) => wei - before[k]!)).to.deep.equal([3n * ONE, 3n * ONE]);
    const paid = 10n ** 15n - (await cash.balanceOf(bob.address));
    expect([await cash.balanceOf(world.alice.address), await cash.balanceOf(window)]).to.deep.equal([paid, 0n]);
    expect(taken.legs.reduce((sum, { cashUnits }) => sum + BigInt(cashUnits), 0n)).to.equal(paid);
    expect(await tell(alice, "window", "pull", window)).to.include("Nothing of yours is left in it");
  });

  it("takes back by one transaction a leg what nobody bought, and says how much that is", async function () {
    const { handle } = world;
    const fixing = await fixed();
    const times = ["--opens", String(handle.t2 + HOUR / 2), "--closes", String(handle.t2 + HOUR)];
    const window = await made(alice, "window", "create", "--prices", fixing, "--cash", await addressOf(cash), ...times);
    await tell(alice, "window", "offer", window, "4");
    await expectTold(session(alice, "window", "pull", window, "--json"), 1, "Window_StillOpen", {});
    await world.moveTo(handle.t2 + HOUR);
    const text = await tell(alice, "window", "pull", window);
    expect(text.match(/^Transaction /gm)).to.have.length(2);
    expect(text)
      .to.match(/^1 +4 +0 USD$/m)
      .and.match(/^2 +4 +0 USD$/m);
    expect(await balancesOf(world.alice)).to.deep.equal([4n * ONE, 4n * ONE]);
  });

  it("settles a root by an assertion, and by keeping another that is due", async function () {
    const { handle, organiser } = world;
    const uma = await openOracle(organiser, await addressOf(cash), 100n * USD);
    const words = ["--oracle", uma.address, "--currency", await addressOf(cash), "--liveness", "7200"];
    const settler = await made(alice, "settler", "create", ...words, "--bond", "300");
    const [closesAt, settleBy] = [BigInt(handle.t2 - 4 * HOUR), BigInt(handle.t2 + 8 * DAY)];
    const terms = { tickValue: 10n ** 12n, closesAt, settleBy };
    const event = { ...terms, outcomes: 3, scale: ticks(100n), fallbackOutcome: 1, description: "Who wins" };
    const interval = { ...terms, bounds: { lower: ticks(0n), upper: ticks(100n) }, fallbackOutcome: ticks(50n) };
    const strikes = [{ lower: ticks(0n), upper: ticks(30n) }];
    const first = await openSettledRoot(handle, organiser, settler, { spec: event });
    const second = await openSettledRoot(handle, organiser, settler, {
      spec: { ...interval, description: "How much" },
      strikes,
    });
    const third = await openSettledRoot(handle, organiser, settler, { spec: { ...interval, description: "Unsaid" } });
    expect((await handle.book.rootOf(second.marketRootId)).branchCount).to.equal(2n);

    await (await cash.mint(world.alice.address, 1_000n * USD)).wait();
    await world.moveTo(handle.t2 - 4 * HOUR);
    const say = (root: number, values: string) =>
      ask<{ assertionId: string; bondUnits: string; standsAt: string }>(
        ...[alice, "settler", "assert", settler, String(root), values, "--yes"],
      );
    await expectTold(session(alice, "settler", "record", settler, "2", "--json"), 1, "Client_NoAssertion", {});
    const { bondUnits, standsAt } = await say(first.marketRootId, "50,50,0");
    expect(bondUnits).to.equal((300n * USD).toString());
    const { timestamp } = (await world.provider.getBlock("latest"))!;
    expect(standsAt).to.equal(String(timestamp + 7_200));
    await say(second.marketRootId, "42");
    const early = session(alice, "settler", "record", settler, String(first.marketRootId), "--json");
    await expectTold(early, 1, "Client_RevertText", {});
    const waiting = await tell(alice, "keep", "--settlers", settler, "--rounds", "1");
    expect(waiting.split("\n")[0]).to.equal(`record of root ${first.marketRootId}: left: Assertion not expired`);
    await world.moveTo(handle.t2 - HOUR);
    await tell(alice, "settler", "record", settler, String(first.marketRootId));
    const shown = await tell(alice, "settler", "show", settler);
    expect(shown).to.include("50, 50, 0").and.include("true").and.include("by assertion");
    expect(shown).to.include(uma.address).and.include("300 USD").and.include("for 7200 s");
    expect(await ask<object>(alice, "settler", "show", settler)).to.deep.include({
      ...{ kind: "assertion", oracle: uma.address, currency: await addressOf(cash) },
      ...{ liveness: "7200", bondUnits: (300n * USD).toString() },
    });

    const kept = await ask<{ kept: { marketRootId: number; hash?: string }[] }>(
      ...[alice, "keep", "--settlers", settler, "--fallback", "--rounds", "1"],
    );
    expect(kept.kept.map((one) => [one.marketRootId, one.hash !== undefined])).to.deep.equal([
      [second.marketRootId, true],
    ]);
    expect((await handle.book.rootOf(second.marketRootId)).lo).to.equal(42n);
    await world.moveTo(Number(settleBy));
    const later = await tell(alice, "keep", "--fallback", "--rounds", "1");
    expect(later).to.include(`fallback of root ${third.marketRootId}: 0x`);
    expect((await handle.book.rootOf(third.marketRootId)).lo).to.equal(50n);
    expect(await tell(alice, "keep", "--fallback", "--rounds", "1")).to.include("Nothing was due");
  });

  it("makes roots that a settler owns: shown first, tried out, and then made as they were shown", async function () {
    const { handle, organiser } = world;
    const uma = await openOracle(organiser, await addressOf(cash), 100n * USD);
    const settler = await made(
      ...[
        alice,
        "settler",
        "create",
        "--oracle",
        uma.address,
        "--currency",
        await addressOf(cash),
        "--liveness",
        "7200",
      ],
    );
    const owner = as(world.env, organiser);
    const closes = handle.t2 - 4 * HOUR;
    const words = (settleBy: number) => [
      ...["settler", "open-root", settler, "--title", "Rain", "--unit", "mm", "--ticks-per-unit", "10", "--lower", "0"],
      ...["--upper", "300", "--tick-value", "0.00001", "--fallback", "167", "--strikes", "0:100,100:300 mm"],
      ...["--closes", String(closes), "--settle-by", String(settleBy)],
    ];
    const good = words(closes + 8 * DAY);
    const created = await handle.book.createdRoots();
    const shown = await tell(owner, ...good, "--dry-run");
    expect(shown).to.include("Would make an interval").and.include("settles by assertion").and.include("2 sub-markets");
    const told = await ask<{ dryRun: boolean; effect: { changes: unknown[] } }>(owner, ...good, "--dry-run");
    expect([told.dryRun, told.effect.changes.length, await handle.book.createdRoots()]).to.deep.equal([
      true,
      1,
      created,
    ]);
    await expectTold(
      session(owner, ...words(closes + DAY), "--dry-run", "--json"),
      ...([1, "Settler_SettleByTooEarly", { settleBy: String(closes + DAY) }] as const),
    );
    expect(await handle.book.createdRoots()).to.equal(created);
    const { marketRootId } = await ask<{ marketRootId: number }>(owner, ...good);
    const root = await handle.book.rootOf(marketRootId);
    expect([root.owner, root.branchCount, root.lo, root.hi, root.settleBy]).to.deep.equal([
      ...[settler, 3n, 0n, 3_000n, BigInt(closes + 8 * DAY)],
    ]);
    expect(await tell(alice, "market", "show", String(marketRootId))).to.include("Rain");
    for (const [word, value, reason] of [
      ["--strikes", "0:100:200", "ranges"],
      ["--leg", "1", "no feeds"],
    ] as const) {
      const refused = await session(owner, ...good, word, value);
      expect([refused.status, refused.stderr.includes(reason)], refused.stderr).to.deep.equal([2, true]);
    }
  });

  it("settles a root by a price, and keeps nothing that would take too much gas", async function () {
    const { handle, organiser } = world;
    const feed = await openFeed(organiser, 8);
    const time = handle.t2 - 4 * HOUR;
    const words = ["--at", String(time), "--cash", await addressOf(cash), "--feeds", `${feed.address},${feed.address}`];
    const fixing = await made(alice, "fixing", "create", ...words);
    const settler = await made(alice, "settler", "create", "--fixing", fixing);
    const root = await ask<{ marketRootId: number }>(
      as(world.env, organiser),
      ...["settler", "open-root", settler, "--title", "Gold", "--unit", "USD", "--ticks-per-unit", "10", "--leg", "2"],
      ...["--lower", "0", "--upper", "10000", "--tick-value", "0.000001", "--fallback", "0.1"],
      ...["--closes", String(time), "--settle-by", String(handle.t2 + 8 * DAY)],
    );
    await world.moveTo(time - 600);
    await feed.answer(123_450_000_000n);
    await world.moveTo(time + HOUR);
    const left = await ask<{ kept: { left?: string }[] }>(alice, "keep", "--settlers", settler, "--rounds", "1");
    expect(left.kept.map((one) => one.left)).to.deep.equal(["ChainlinkSettler_NotFixed"]);
    await tell(alice, "fixing", "fix", fixing, "2");
    const dear = ["keep", "--settlers", settler, "--rounds", "1", "--max-gas", "30000"];
    expect((await ask<{ kept: { left?: string }[] }>(alice, ...dear)).kept[0]?.left).to.equal("TOO_MUCH_GAS");
    await tell(alice, "settler", "record", settler, String(root.marketRootId));
    expect((await handle.book.rootOf(root.marketRootId)).lo).to.equal(12_345n);
    expect(await tell(alice, "settler", "show", settler))
      .to.include("by price")
      .and.include(fixing);
    expect(await ask<object>(alice, "settler", "show", settler)).to.deep.include({
      ...{ kind: "price", fixing, feeds: [{ marketRootId: root.marketRootId, leg: 2, ticksPerUnit: "10" }] },
    });
  });

  it("refuses addresses of other things", async function () {
    const other = await addressOf(cash);
    await expectTold(session(alice, "settler", "show", other, "--json"), 1, "Client_NotASettler", { address: other });
    for (const address of [other, world.bob.address]) {
      await expectTold(session(alice, "fixing", "show", address, "--json"), 1, "Client_NotAFixing", { address });
      await expectTold(session(alice, "fixing", "fix", address, "1", "--json"), 1, "Client_NotAFixing", { address });
      for (const words of [["show"], ["offer", "1"], ["buy", "1", "1", "--yes"], ["pull"]]) {
        const [verb = "", ...more] = words;
        await expectTold(session(alice, "window", verb, address, ...more, "--json"), 1, "Client_NotAWindow", {
          address,
        });
      }
    }
    const both = await session(alice, "settler", "create", "--json");
    expect(both.status).to.equal(2);
    const nonce = await world.provider.getTransactionCount(world.alice.address);
    for (const address of [other, world.bob.address]) {
      const feeds = `${address},${address}`;
      for (const [argument, ...words] of [
        ["--feeds", "fixing", "create", "--at", "+1h", "--cash", other, "--feeds", feeds],
        ["--prices", "window", "create", "--cash", other, "--opens", "+1h", "--closes", "+2h", "--prices", address],
        ["--oracle", "settler", "create", "--currency", other, "--oracle", address],
      ]) {
        const made = session(alice, ...words, "--json", ...BUILD);
        await expectTold(made, 2, "ARGUMENT_INVALID", { argument: argument!, value: address });
      }
      const settler = session(alice, "settler", "create", "--fixing", address, "--json", ...BUILD);
      await expectTold(settler, 1, "Client_NotAFixing", { address });
    }
    expect(await world.provider.getTransactionCount(world.alice.address), "nothing was sent").to.equal(nonce);
  });
});
