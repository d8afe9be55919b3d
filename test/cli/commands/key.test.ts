import { expect } from "chai";
import { Wallet } from "ethers";

import { openKeyTrader } from "../../../src/client/key-account.js";
import { createSubmitter } from "../../../src/client/submitter.js";
import { readAccount } from "../../../src/client/trader.js";
import { ownBuild } from "../../../src/deployment/build.js";
import { PROFILE } from "../../deployment/support.js";
import { as, ask, type Env, expectTold, ONE, session, tell } from "../support.js";
import { openWorld, type World } from "../world.js";

const BUILD = ["--artifacts", ownBuild(PROFILE)];
const key = new Wallet(`0x${"5e".repeat(32)}`);

interface Limits {
  readonly limits: Readonly<Record<string, unknown>> | null;
}

/** Alice has 50 session tokens in the wallet. */
describe("session key", function () {
  let world: World;
  let alice: Env;
  let account: string;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
    ({ account } = await ask<{ account: string }>(alice, "key", "create", ...BUILD));
    await tell(alice, "deposit", "20", "--for", account);
  });

  const grant = (...more: string[]): string[] => ["key", "grant", account, key.address, "--max-lots", "50", ...more];
  const order = async (quantity: bigint) => {
    const program = await openKeyTrader(world.handle, account, key);
    const signed = await program.signOrder({ leg: 1, price: 5_000n, quantity });
    const { results } = await createSubmitter(world.handle, world.carol).submitBatch([signed]);
    return results.map((result) => (result.accepted ? "accepted" : result.refusal.code));
  };

  it("deploys one account for each owner, lends a key within limits, and takes it back", async function () {
    const again = await ask<object>(alice, "key", "create", ...BUILD);
    expect(again).to.deep.include({ account, owner: world.alice.address, isNew: false });
    const text = await tell(alice, ...grant("--orders", "20", "--may-cancel"));
    expect(text).to.include("at most 50").and.include("20, with nonces from 0 on: 1000 lots in all");
    const { limits } = await ask<Limits>(world.env, "key", "show", account, key.address);
    expect(limits).to.deep.include({
      ...{ book: world.handle.bookAddress, marketRootId: 1, marketBranchId: 1, mayCancel: true },
      ...{ maxLots: "50", firstNonce: "0", orders: "20", deadline: String(world.handle.t2 - 1) },
    });
    expect(await order(50n)).to.deep.equal(["accepted"]);
    expect(await order(51n)).to.deep.equal(["Book_SignatureInvalid"]);
    await tell(alice, "key", "revoke", account, key.address);
    const gone = await session(alice, "key", "show", account, key.address, "--json");
    expect([gone.status, (JSON.parse(gone.stdout) as Limits).limits]).to.deep.equal([1, null]);
    await expectTold(session(alice, "key", "revoke", account, key.address, "--json"), 1, "KeyAccount_KeyUnknown", {
      key: key.address,
    });
  });

  it("lends until a time, in the market that is named, and changes that", async function () {
    const { handle } = world;
    await tell(alice, ...grant("--orders", "3", "--deadline", String(handle.t1 + 3_600), "--leg", "2"));
    await tell(alice, ...grant("--orders", "4", "--market", "2.3"));
    const { limits } = await ask<Limits>(alice, "key", "show", account, key.address);
    expect(limits).to.deep.include({ marketRootId: 2, marketBranchId: 3, orders: "4", mayCancel: false });
  });

  it("pays out, and exits from t2 on, to whom the owner says", async function () {
    const { handle, bob, alice: owner } = world;
    const before = await handle.session.balanceOf(bob.address);
    await tell(alice, "key", "withdraw", account, "5", "--to", bob.address);
    expect((await handle.session.balanceOf(bob.address)) - before).to.equal(5n * ONE);
    await expectTold(session(alice, "key", "withdraw", account, "16", "--json"), 1, "Book_WithdrawalTooLarge", {});
    await world.moveTo(handle.t2);
    const own = await handle.session.balanceOf(owner.address);
    expect(await tell(alice, "key", "exit", account)).to.include(`Left the book with tokens, to ${owner.address}`);
    expect((await handle.session.balanceOf(owner.address)) - own).to.equal(15n * ONE);
    expect((await readAccount(handle, account)).claim).to.equal(0n);
  });

  it("refuses who is not its owner, other contracts, and limits that are none", async function () {
    const bob = as(world.env, world.bob);
    const values = { caller: world.bob.address, owner: world.alice.address };
    for (const words of [
      grant("--orders", "1"),
      ["key", "withdraw", account, "1"],
      ["key", "revoke", account, key.address],
    ]) {
      await expectTold(session(bob, ...words, "--json"), 1, "KeyAccount_NotOwner", values);
    }
    const other = world.handle.address;
    await expectTold(session(alice, "key", "show", other, key.address, "--json"), 1, "Client_NotAKeyAccount", {
      account: other,
    });
    for (const [argument, ...words] of [
      ["--orders", ...grant("--orders", "0")],
      ["--leg", ...grant("--orders", "1", "--leg", "1", "--market", "2.1")],
      ["key", "key", "grant", account, "0x12", "--max-lots", "1", "--orders", "1"],
    ]) {
      await expectTold(session(alice, ...words, "--json"), 2, "ARGUMENT_INVALID", { argument: argument! });
    }
  });
});
