import { expect } from "chai";

import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { milli, openWorld, type World } from "../world.js";

describe("session split and merge", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
  });

  /** Session tokens, then leg tokens. */
  const wallet = (): Promise<bigint[]> => {
    const { session: token, legs } = world.handle;
    return Promise.all([token, ...legs].map((one) => one.balanceOf(world.alice.address)));
  };

  it("splits session tokens into as many of every leg", async function () {
    const done = await ask<{ transactionHash: string }>(alice, "split", "12.5");
    expect(done).to.deep.include({
      holder: world.alice.address,
      amountWei: milli(12_500),
      transactionHash: done.transactionHash,
    });
    expect(await wallet()).to.deep.equal([37_500, 12_500, 12_500].map((amount) => BigInt(milli(amount))));
  });

  it("merges leg tokens back into session tokens", async function () {
    await tell(alice, "split", "12.5");
    const done = await ask<{ amountWei: string }>(alice, "merge", "2.5");
    expect(done.amountWei).to.equal(milli(2_500));
    expect(await wallet()).to.deep.equal([40_000, 10_000, 10_000].map((amount) => BigInt(milli(amount))));
  });

  it("tells people both", async function () {
    const text = async (...words: string[]): Promise<string> => partsOf(await tell(alice, ...words)).text;
    expect(await text("split", "0.000000000000000001")).to.equal("Split ~0 session tokens");
    expect(await text("split", "2")).to.equal("Split 2 session tokens");
    expect(await text("merge", "1.5")).to.equal("Merged into 1.5 session tokens");
  });

  it("changes nothing in the margin account", async function () {
    const before = await world.handle.book.accountOf(world.alice.address);
    await tell(alice, "split", "1");
    expect(await world.handle.book.accountOf(world.alice.address)).to.deep.equal(before);
    expect(before.claim).to.equal(50n * ONE);
  });

  it("refuses more than there is", async function () {
    await expectTold(session(alice, "split", "50.1", "--json"), 1, "ERC20InsufficientBalance", {
      balance: milli(50_000),
      needed: milli(50_100),
    });
    await expectTold(session(alice, "merge", "0.1", "--json"), 1, "ERC20InsufficientBalance", { balance: "0" });
    await expectSaid(session(alice, "split", "51"), 1, "ERC20InsufficientBalance", "holds less than that");
  });

  it("refuses what is no amount, before any chain is asked", async function () {
    const nowhere = { ...alice, SESSION_RPC_URL: "http://127.0.0.1:1" };
    for (const command of ["split", "merge"]) {
      await expectTold(session(nowhere, command, "0", "--json"), 2, "ARGUMENT_INVALID", { argument: "amount" });
      await expectTold(session(nowhere, command, "-1", "--json"), 2, "ARGUMENT_INVALID");
      await expectTold(session(nowhere, command, "all", "--json"), 2, "AMOUNT_MALFORMED", { text: "all" });
    }
  });
});
