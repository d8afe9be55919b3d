import { join } from "node:path";

import { expect } from "chai";

import { LmsrMakerFactory__factory } from "../../../typechain-types/index.js";
import { as, ask, type Env, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { addEvent, openWorld, type World } from "../world.js";

interface Created {
  readonly maker: string;
  readonly neededWei: string;
}

describe("session maker", function () {
  let world: World;
  let alice: Env;
  let at: readonly string[];

  beforeEach(async function () {
    world = await openWorld();
    await addEvent(world, 3);
    alice = as(world.env, world.alice);
    const factory = await (await new LmsrMakerFactory__factory(world.alice).deploy()).waitForDeployment();
    at = ["--maker-factory", await factory.getAddress()];
  });

  const create = (...words: string[]): Promise<Created> => ask<Created>(alice, "maker", "create", ...words, ...at);

  it("says where it would lie and what is paid at most, makes it, and finds it again", async function () {
    const words = ["--liquidity", "1000"];
    const said = await tell(alice, "maker", "create", ...words, "--dry-run", ...at);
    const { maker, neededWei } = await create(...words, "--dry-run");
    expect(said).to.include(`Would make ${maker}`);
    expect(said, said).to.match(/You pay at most ~0\.693147 session tokens/);
    expect(said).to.include("While both end between 30 % and 70 % it is at most ~0.082283.");
    const nobody = Object.fromEntries(Object.entries(alice).filter(([name]) => name !== "SESSION_PRIVATE_KEY"));
    expect(await tell(nobody, "maker", "create", ...words, "--dry-run", ...at), "without a key").to.equal(said);
    expect(await world.alice.provider!.getCode(maker)).to.equal("0x");
    expect((await create(...words)).maker).to.equal(maker);
    expect(await world.alice.provider!.getCode(maker)).to.not.equal("0x");
    expect(await create(...words)).to.deep.include({ maker, neededWei, wasThere: true });
  });

  it("is metered by its terms as the node has them, and as whoever has only a file says them", async function () {
    const { maker } = await create("--root", "2", "--liquidity", "1000", "--prior", "3,2,1");
    type Told = { readonly sessions: readonly { readonly makers: readonly unknown[] }[] };
    const metered = async (...words: string[]) => (await ask<Told>(alice, "measure", ...words)).sessions[0]!.makers;
    const said = await metered("--maker", `${maker}=2:1000:3,2,1`);
    expect(await metered("--maker", maker)).to.deep.equal(said);
    expect(await metered("--maker", maker, `${world.bob.address}=2:5`)).to.have.length(2);
    const file = join(world.folder, "measured.log");
    await tell(alice, "logs", "--out", file);
    const offline = session(alice, "measure", "--logs", file, "--maker", maker, "--json");
    await expectTold(offline, 2, "ARGUMENT_INVALID");
    const asked = ["--rpc", alice["SESSION_RPC_URL"]!];
    expect(await metered("--logs", file, "--maker", maker, ...asked)).to.deep.equal(said);
    for (const other of [world.bob.address, world.handle.address, "0x12"]) {
      await expectTold(session(alice, "measure", "--maker", other, "--json"), 2, "ARGUMENT_INVALID");
    }
  });

  it("asks before it pays, pays what is missing, and then quotes", async function () {
    const { maker, neededWei } = await create("--liquidity", "1000");
    const before = await world.handle.session.balanceOf(world.alice.address);
    await ask(alice, "maker", "fund", maker, "--dry-run", ...at);
    const unconfirmed = await session(alice, "maker", "fund", maker, ...at);
    expect(unconfirmed.status).to.not.equal(0);
    expect(unconfirmed.stderr).to.include("You pay at most ");
    expect(await world.handle.session.balanceOf(world.alice.address)).to.equal(before);
    const part = await ask<{ takenWei: string }>(alice, "maker", "fund", maker, "0.1", "--yes", ...at);
    expect(part.takenWei).to.equal((ONE / 10n).toString());
    const paid = await ask<{ takenWei: string }>(alice, "maker", "fund", maker, "--yes", ...at);
    expect(BigInt(paid.takenWei)).to.equal(BigInt(neededWei) - ONE / 10n);
    expect(await world.handle.session.balanceOf(world.alice.address)).to.equal(before - BigInt(neededWei));
    await expectTold(session(alice, "maker", "fund", maker, "--yes", "--json", ...at), 1, "Maker_Funded", {
      needed: neededWei,
    });
    const buy = await ask<{ priceTicks: string; costTickLots: string }>(
      alice,
      "maker",
      "quote",
      maker,
      "1",
      "10",
      ...at,
    );
    const sell = await ask<{ priceTicks: string; costTickLots: string }>(
      alice,
      "maker",
      "quote",
      maker,
      "1",
      "10",
      "--sell",
      ...at,
    );
    expect(BigInt(buy.priceTicks) >= BigInt(sell.priceTicks)).to.equal(true);
    expect(BigInt(buy.costTickLots) > 0n && BigInt(sell.costTickLots) < 0n).to.equal(true);
  });

  it("shows terms, money and prices", async function () {
    const { maker } = await create("--root", "2", "--liquidity", "20", "--prior", "2,1,1");
    const shown = await ask<{ prior: string[]; branches: { priceAttoTicks: string }[] }>(
      alice,
      "maker",
      "show",
      maker,
      ...at,
    );
    expect(shown.prior).to.deep.equal(["2", "1", "1"]);
    expect(shown.branches).to.have.length(3);
    const [first, second] = shown.branches.map(({ priceAttoTicks }) => BigInt(priceAttoTicks));
    expect(first! / 2n).to.equal(second);
    const told = await tell(alice, "maker", "show", maker, ...at);
    expect(told).to.include("which is the most that can be lost").and.include("2.3");
    expect(told).to.include(`Next: session maker fund ${maker}`);
  });

  it("takes back what is left, once the root is settled", async function () {
    const { maker, neededWei } = await create("--root", "2", "--liquidity", "20");
    await ask(alice, "maker", "fund", maker, "--yes", ...at);
    await world.owner.award(2, 1);
    const back = await ask<{ sessionTokenWei: string }>(alice, "maker", "close", maker, ...at);
    expect(back.sessionTokenWei).to.equal(neededWei); // nobody has traded
    const before = await world.provider.getBlockNumber();
    await expectTold(session(alice, "maker", "close", maker, "--json", ...at), 2, "MAKER_TAKEN", { maker });
    expect(await world.provider.getBlockNumber(), "nothing was sent").to.equal(before);
  });

  it("says what comes next of what it has brought back: to redeem it only once the session is over", async function () {
    await addEvent(world, 2);
    const { maker } = await create("--root", "2", "--liquidity", "20");
    await ask(alice, "maker", "fund", maker, "--yes", ...at);
    await world.owner.award(2, 1);
    const early = partsOf(await tell(alice, "maker", "close", maker, ...at));
    expect(early.next).to.deep.equal(["session positions", "session deposit AMOUNT"]);
    const { maker: other } = await create("--liquidity", "20");
    await ask(alice, "maker", "fund", other, "--yes", ...at);
    await world.moveTo(world.handle.t2);
    const late = partsOf(await tell(alice, "maker", "close", other, ...at));
    expect(late.next).to.deep.equal(["session positions", "session redeem all"]);
  });

  it("makes none for a root in which trade is over", async function () {
    await world.moveTo(world.handle.t2);
    for (const mode of [["--dry-run"], []]) {
      const made = session(alice, "maker", "create", "--liquidity", "10", ...mode, "--json", ...at);
      await expectTold(made, 1, "Maker_Over", { marketRootId: "1" });
    }
  });

  it("refuses what is open still, what is no maker, and what no maker takes", async function () {
    const { maker } = await create("--liquidity", "10");
    await ask(alice, "maker", "fund", maker, "--yes", ...at);
    await expectTold(session(alice, "maker", "close", maker, "--json", ...at), 1, "Maker_StillOpen");
    const bob = as(world.env, world.bob);
    await expectTold(session(bob, "maker", "close", maker, "--json", ...at), 1, "Maker_NotASponsor");
    await expectTold(session(alice, "maker", "show", world.alice.address, "--json", ...at), 1, "Client_NotAMaker");
    const lopsided = session(
      alice,
      "maker",
      "create",
      "--root",
      "2",
      "--liquidity",
      "5",
      "--prior",
      "1,1,999",
      "--json",
      ...at,
    );
    await expectTold(lopsided, 1, "Maker_PriorTooLopsided", { least: "1", total: "1001" });
    await expectTold(session(alice, "maker", "create", "--liquidity", "0", "--json", ...at), 2, "ARGUMENT_INVALID");
    await expectTold(session(alice, "maker", "quote", maker, "9", "1", "--json", ...at), 2, "ARGUMENT_INVALID", {
      wanted: "one of 1, 2, for which the maker has a price",
    });
    await expectTold(
      session(alice, "maker", "quote", maker, "1", "549755813888", "--json", ...at),
      2,
      "ARGUMENT_INVALID",
      { wanted: "a number of lots up to 549755813887" },
    );
    for (const [prior, code] of [
      ["1,0", "Maker_PriorTooLopsided"],
      ["1,2,3", "Maker_VerticesOfOtherRoot"],
      ["70000,70001", "Client_MakerWeight"],
    ] as const) {
      const words = ["maker", "create", "--liquidity", "5", "--prior", prior, "--dry-run", "--json"];
      await expectTold(session(alice, ...words, ...at), 1, code);
    }
  });
});
