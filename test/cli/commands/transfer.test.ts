import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { milli, openWorld, type World } from "../world.js";

describe("session transfer", function () {
  let world: World;
  let alice: Env;
  let to: string;

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
    to = world.carol.address;
  });

  const held = (address: string): Promise<bigint> => world.handle.session.balanceOf(address);

  it("sends session tokens, and says who has how many then", async function () {
    const sent = await ask<{ transactionHash: string }>(alice, "transfer", "12.5", to, "--yes");
    expect(sent).to.deep.include({
      from: world.alice.address,
      to,
      leg: 0,
      amountWei: milli(12_500),
      effect: [
        { holder: world.alice.address, beforeWei: milli(50_000), afterWei: milli(37_500) },
        { holder: to, beforeWei: "0", afterWei: milli(12_500) },
      ],
    });
    expect([await held(world.alice.address), await held(to)]).to.deep.equal([
      BigInt(milli(37_500)),
      BigInt(milli(12_500)),
    ]);
    const receipt = await world.provider.getTransactionReceipt(sent.transactionHash);
    expect(receipt).to.include({ status: 1, from: world.alice.address });
  });

  it("sends tokens of a leg", async function () {
    await tell(alice, "split", "10");
    const { stdout, stderr, status } = await session(alice, "transfer", "2.5", to, "--leg", "2", "--yes");
    expect(status, stderr).to.equal(0);
    const { text, next } = partsOf(stdout);
    expect(text).to.contain(`Sent 2.5 tokens of leg 2 (AG) from ${world.alice.address} to ${to}`);
    expect(next).to.deep.equal(["session positions"]);
    expect(await world.handle.legs[1]!.balanceOf(to)).to.equal((5n * ONE) / 2n);
    expect(await world.handle.legs[0]!.balanceOf(to)).to.equal(0n);
  });

  it("shows the effect before it asks, and sends nothing if nobody says yes", async function () {
    const { stdout, stderr, status } = await session(alice, "transfer", "12.5", to);
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.match(/^About to send 12.5 session tokens .*CONFIRMATION_MISSING/s);
    expect(stderr).to.match(new RegExp(`${to} +0 +12.5`));
    expect(await held(to)).to.equal(0n);
  });

  it("only shows it with --dry-run", async function () {
    expect(await tell(alice, "transfer", "12.5", to, "--dry-run")).to.match(/^Would send 12.5 session tokens/);
    expect(await ask<object>(alice, "transfer", "12.5", to, "--dry-run")).to.deep.include({ dryRun: true });
    expect(await held(to)).to.equal(0n);
  });

  it("refuses more than there is, in tokens, before it asks", async function () {
    await expectSaid(
      session(alice, "transfer", "50.5", to),
      2,
      "amount",
      "50.5",
      "at most what the wallet has of them: 50",
    );
    await expectTold(session(alice, "transfer", "1", to, "--leg", "1", "--yes", "--json"), 2, "ARGUMENT_INVALID");
    await expectTold(session(alice, "transfer", "1", to, "--leg", "3", "--yes", "--json"), 2, "ARGUMENT_INVALID", {
      argument: "--leg",
      value: "3",
    });
  });

  it("refuses to lose tokens to the session's own contracts, to nobody, or to send them to oneself", async function () {
    const { address, bookAddress, legs } = world.handle;
    const lost = [address, bookAddress, await legs[0]!.getAddress(), ZeroAddress, world.alice.address];
    for (const receiver of lost) {
      const run = session(alice, "transfer", "1", receiver, "--yes", "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "address", value: receiver });
    }
    expect(await held(world.alice.address)).to.equal(50n * ONE);
  });
});
