import { expect } from "chai";

import { TestAsset__factory } from "../../../typechain-types/index.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { milli, openWorld, type World } from "../world.js";

interface Redeemed {
  readonly holder: string;
  readonly to: string;
  readonly leg: number;
  readonly amountWei: string;
  readonly paid: readonly {
    readonly leg: number;
    readonly asset: string;
    readonly units: string;
    readonly text: string;
  }[];
}

/** Alice has 40 session tokens and 10 of each leg beside her deposit. At t2. */
async function atTheEnd(world: World): Promise<void> {
  await tell(as(world.env, world.alice), "split", "10");
  await world.moveTo(world.handle.t2);
}

describe("session redeem", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld(atTheEnd);
    alice = as(world.env, world.alice);
  });

  const assetsOf = (address: string): Promise<bigint[]> =>
    Promise.all(world.assets.map((asset) => TestAsset__factory.connect(asset, world.provider).balanceOf(address)));

  it("turns session tokens into their share of every asset", async function () {
    const { address } = world.alice;
    const done = await ask<Redeemed>(alice, "redeem", "12.5");
    expect(done).to.deep.include({ holder: address, to: address, leg: 0, amountWei: milli(12_500) });
    expect(done.paid).to.deep.equal([
      { leg: 1, asset: world.assets[0], units: milli(1_250), symbol: "AU", text: "1.25 AU" },
      { leg: 2, asset: world.assets[1], units: "2506250", symbol: "AG", text: "2.50625 AG" },
    ]);
    expect(await assetsOf(address)).to.deep.equal([BigInt(milli(1_250)), 2_506_250n]);
    expect(await world.handle.session.balanceOf(address)).to.equal(BigInt(milli(27_500)));
  });

  it("turns leg tokens into their share of one", async function () {
    const { address } = world.alice;
    const done = await ask<Redeemed>(alice, "redeem", "4", "--leg", "2");
    expect(done.paid.map(({ leg, units }) => [leg, units])).to.deep.equal([[2, "802000"]]);
    expect(await assetsOf(address)).to.deep.equal([0n, 802_000n]);
    expect(await world.handle.legs[1]!.balanceOf(address)).to.equal(6n * ONE);
  });

  it("takes all that the account holds, of either", async function () {
    const whole = await ask<Redeemed>(alice, "redeem", "all");
    expect(whole.amountWei).to.equal(milli(40_000));
    const leg = await ask<Redeemed>(alice, "redeem", "all", "--leg", "1");
    expect([leg.amountWei, leg.leg]).to.deep.equal([milli(10_000), 1]);
    expect(await assetsOf(world.alice.address)).to.deep.equal([BigInt(milli(5_000)), 8_020_000n]);
  });

  it("pays somebody else, and tells people what", async function () {
    const { address } = world.carol;
    const { stdout, stderr } = await session(alice, "redeem", "12.5", "--to", address);
    expect(stderr).to.equal("Redeeming ...\n");
    const { text, next } = partsOf(stdout);
    expect(text.split("\n").slice(0, 1)).to.deep.equal([`Redeemed 12.5 session tokens, to ${address}`]);
    expect(text)
      .to.match(/^AU +1\.25 AU +0x/m)
      .and.to.match(/^AG +2\.50625 AG +0x/m);
    expect(next, "what is still in the wallet").to.deep.equal([
      "session redeem all",
      "session redeem all --leg 1",
      "session redeem all --leg 2",
    ]);
    expect(await assetsOf(address)).to.deep.equal([BigInt(milli(1_250)), 2_506_250n]);
    const leg = partsOf(await tell(alice, "redeem", "1", "--leg", "1"));
    expect(leg.text).to.contain(`Redeemed 1 tokens of leg 1, to ${world.alice.address}`).and.to.contain("0.1 AU");
  });

  it("rounds down to what the asset can pay: the vault keeps the rest", async function () {
    const done = await ask<Redeemed>(alice, "redeem", "0.000004987"); // 0.9998935 of a smallest unit of silver
    expect(done.paid.map(({ units }) => units)).to.deep.equal(["498700000000", "0"]);
  });

  it("is refused with more than there is, or nothing", async function () {
    const run = session(alice, "redeem", "40.1", "--json");
    await expectTold(run, 1, "ERC20InsufficientBalance", { balance: milli(40_000) });
    await expectTold(session(as(world.env, world.carol), "redeem", "all", "--json"), 1, "Session_NothingToDo");
    await expectSaid(session(as(world.env, world.carol), "redeem", "all"), 1, "Session_NothingToDo", "above zero");
  });

  it("is refused with words that are none, before any chain is asked", async function () {
    const nowhere = { ...alice, SESSION_RPC_URL: "http://127.0.0.1:1" };
    const { values } = await expectTold(session(nowhere, "redeem", "0", "--json"), 2, "ARGUMENT_INVALID");
    expect(values["wanted"]).to.equal("an amount above zero, or all");
    await expectTold(session(nowhere, "redeem", "everything", "--json"), 2, "AMOUNT_MALFORMED");
    await expectTold(session(nowhere, "redeem", "1", "--leg", "17", "--json"), 2, "ARGUMENT_INVALID");
    await expectTold(session(nowhere, "redeem", "1", "--to", "home", "--json"), 2, "ARGUMENT_INVALID");
  });

  it("is refused for a leg that is not there", async function () {
    await expectTold(session(alice, "redeem", "all", "--leg", "3", "--json"), 2, "Client_UnknownLeg", { leg: 3 });
  });

  it("is refused before t2", async function () {
    const early = await openWorld();
    const run = session(as(early.env, early.alice), "redeem", "1", "--json");
    await expectTold(run, 1, "Session_NotSettling", { t2: String(early.handle.t2) });
    await expectSaid(session(as(early.env, early.alice), "redeem", "1"), 1, "Claims are redeemed from t2 on.");
  });
});
