import { expect } from "chai";

import { TestAsset__factory } from "../../../typechain-types/index.js";
import { as, ask, type Env, expectSaid, expectTold, partsOf, session, tell } from "../support.js";
import { milli, openWorld, trade, type World } from "../world.js";

interface Left {
  readonly trader: string;
  readonly to: string;
  readonly inKind: boolean;
  readonly claimed: readonly { readonly leg: number; readonly symbol: string; readonly claimWei: string }[];
}

/** Alice has bought 10 000 lots of leg 1 at 60 % from Bob: 44 cash and 10 of leg 1; Bob 56 and minus 10. At t2. */
async function atTheEnd(world: World): Promise<void> {
  await trade(world, world.bob, "sell", "10000", "--price", "60%");
  await trade(world, world.alice, "buy", "10000", "--price", "60%");
  await world.moveTo(world.handle.t2);
}

describe("session exit", function () {
  let world: World;
  let alice: Env;
  let bob: Env;

  beforeEach(async function () {
    world = await openWorld(atTheEnd);
    alice = as(world.env, world.alice);
    bob = as(world.env, world.bob);
  });

  const assetsOf = (address: string): Promise<bigint[]> =>
    Promise.all(world.assets.map((asset) => TestAsset__factory.connect(asset, world.provider).balanceOf(address)));
  const tokensOf = (address: string): Promise<bigint[]> => {
    const { session: token, legs } = world.handle;
    return Promise.all([token, ...legs].map((one) => one.balanceOf(address)));
  };
  const millis = (...amounts: number[]): bigint[] => amounts.map((amount) => BigInt(milli(amount)));

  it("takes the whole claim out: what all legs have in session tokens, the rest in leg tokens", async function () {
    const claims = await world.handle.book.claimsOf(world.alice.address);
    const left = await ask<Left>(alice, "exit");
    expect(left).to.deep.include({ trader: world.alice.address, to: world.alice.address, inKind: false });
    expect(left.claimed.map(({ leg, symbol, claimWei }) => [leg, symbol, claimWei])).to.deep.equal([
      [1, "AU", claims[0]!.toString()],
      [2, "AG", claims[1]!.toString()],
    ]);
    expect(claims).to.deep.equal(millis(54_000, 44_000));
    expect(await tokensOf(world.alice.address)).to.deep.equal(millis(50_000 + 44_000, 10_000, 0));
    expect(await world.handle.book.claimsOf(world.alice.address)).to.deep.equal([0n, 0n]);
  });

  it("takes it out in the assets themselves, rounded down to whole units", async function () {
    const left = await ask<Left>(bob, "exit", "--in-kind");
    expect(left.inKind).to.be.true;
    // 46 of 1000 tokens' gold of 100, 56 of their silver of 200.5
    expect(await assetsOf(world.bob.address)).to.deep.equal([BigInt(milli(4_600)), 11_228_000n]);
    expect(await tokensOf(world.bob.address)).to.deep.equal(millis(50_000, 0, 0));
  });

  it("gives it to somebody else", async function () {
    const { address } = world.carol;
    const left = await ask<Left>(bob, "exit", "--in-kind", "--to", address.toLowerCase());
    expect([left.trader, left.to]).to.deep.equal([world.bob.address, address]);
    expect(await assetsOf(address)).to.deep.equal([BigInt(milli(4_600)), 11_228_000n]);
    expect(await assetsOf(world.bob.address)).to.deep.equal([0n, 0n]);
  });

  it("tells people how, for whom and how much", async function () {
    const { stdout, stderr } = await session(alice, "exit");
    expect(stderr).to.equal("Leaving the book ...\n");
    const { text, next } = partsOf(stdout);
    expect(text.split("\n")).to.deep.equal([
      `Left the book with tokens, for ${world.alice.address}`,
      "",
      `asset  claim  ${"at".padStart(42)}`,
      `-----  -----  ${"-".repeat(42)}`,
      `AU        54  ${world.assets[0]}`,
      `AG        44  ${world.assets[1]}`,
      "",
      `In the wallet of ${world.alice.address}: 94 session tokens, 10 of leg 1 (AU), 0 of leg 2 (AG)`,
    ]);
    expect(next).to.deep.equal(["session redeem all", "session redeem all --leg 1"]);
    expect(await tell(bob, "exit", "--in-kind", "--to", world.carol.address)).to.match(
      new RegExp(`^Left the book with the assets, for ${world.carol.address}\n`),
    );
  });

  it("leaves everybody else's claim as it was", async function () {
    const before = await world.handle.book.claimsOf(world.bob.address);
    await tell(alice, "exit", "--in-kind");
    expect(await world.handle.book.claimsOf(world.bob.address)).to.deep.equal(before);
  });

  it("is done once", async function () {
    await tell(alice, "exit");
    await expectTold(session(alice, "exit", "--json"), 1, "Book_NothingToExit", { trader: world.alice.address });
    await expectSaid(session(alice, "exit"), 1, "Book_NothingToExit", "nothing left to do");
  });

  it("is refused to whoever never came in, and to where it would be lost", async function () {
    const { carol, handle } = world;
    await expectTold(session(as(world.env, carol), "exit", "--json"), 1, "Book_TraderUnknown", {
      trader: carol.address,
    });
    const run = session(alice, "exit", "--to", handle.bookAddress, "--json");
    await expectTold(run, 1, "Book_ReceiverInvalid", { receiver: handle.bookAddress });
    await expectTold(session(alice, "exit", "--to", "home", "--json"), 2, "ARGUMENT_INVALID", { argument: "--to" });
  });

  it("is refused before t2", async function () {
    const early = await openWorld();
    const run = session(as(early.env, early.alice), "exit", "--json");
    await expectTold(run, 1, "Book_NotSettling", { t2: String(early.handle.t2) });
    await expectSaid(session(as(early.env, early.alice), "exit"), 1, "The book is left from t2 on");
  });
});
