import { expect } from "chai";

import { reserveOf } from "../../../stage/contracts/units.js";
import { as, ask, type Env, expectTold, ONE, session, tell } from "../support.js";
import { addEvent, addRain, milli, openWorld, trade, type World } from "../world.js";

interface Positions {
  readonly trader: string;
  readonly account: Readonly<Record<string, unknown>>;
  readonly legs: readonly {
    readonly leg: number;
    readonly lots: string;
    readonly claimWei: string;
    readonly allocationUnits: string;
  }[];
  readonly markets: readonly Readonly<Record<string, unknown>>[];
  readonly wallet: { readonly sessionTokenWei: string; readonly legTokenWei: readonly string[] };
}

/** Alice has bought 2000 lots of leg 1 at 55 %, 300 of rain at 400 and 10 of outcome 2 at 30, all from Bob, and bids for more. */
async function withPositions(world: World): Promise<void> {
  await addRain(world);
  await addEvent(world, 3);
  const { alice, bob } = world;
  await trade(world, bob, "sell", "2000", "--price", "55%");
  await trade(world, alice, "buy", "2000", "--price", "55%");
  await trade(world, bob, "sell", "300", "--market", "2", "--price", "400");
  await trade(world, alice, "buy", "300", "--market", "2", "--price", "400");
  await trade(world, bob, "sell", "10", "--market", "3.2", "--price", "30");
  await trade(world, alice, "buy", "10", "--market", "3.2", "--price", "30");
  await trade(world, alice, "buy", "1000", "--price", "50%");
}

describe("session positions", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld(withPositions);
    alice = as(world.env, world.alice);
  });

  // 50 − 2 · 0.55 − 300 · 400 · 1e-5 − 10 · 30 · 1e-5
  const CASH = 50_000 - 1_100 - 1_200 - 3;

  it("gives the account, the claims and the allocation as the chain has them", async function () {
    const { book } = world.handle;
    const held = await ask<Positions>(alice, "positions");
    const account = await book.accountOf(world.alice.address);
    expect(held.trader).to.equal(world.alice.address);
    expect(held.account).to.deep.equal({
      traderId: 1,
      claimWei: milli(CASH),
      worstWei: account.worst.toString(),
      slackWei: (account.claim + account.worst).toString(),
      openOrders: 1,
      reservedWei: account.reserved.toString(),
    });
    const claims = await book.claimsOf(world.alice.address);
    expect(held.legs.map(({ lots, claimWei }) => [lots, claimWei])).to.deep.equal([
      ["2000", claims[0]!.toString()],
      ["0", claims[1]!.toString()],
    ]);
    expect(claims).to.deep.equal([BigInt(milli(CASH + 2_000)), BigInt(milli(CASH))]);
    // 100 AU and 200.5 AG for 1000 tokens, rounded down to what the vault pays
    expect(held.legs.map(({ allocationUnits }) => allocationUnits)).to.deep.equal([
      (claims[0]! / 10n).toString(),
      ((claims[1]! * 200_500_000n) / (1_000n * ONE)).toString(),
    ]);
  });

  it("gives positions in other markets with the worst of their roots", async function () {
    const { markets } = await ask<Positions>(alice, "positions");
    expect(markets).to.deep.equal([
      {
        marketRootId: 2,
        settled: false,
        worstWei: "0",
        bindingOutcome: "0",
        branches: [{ marketBranchId: 1, lots: "300" }],
      },
      {
        marketRootId: 3,
        settled: false,
        worstWei: "0",
        bindingOutcome: "1",
        branches: [{ marketBranchId: 2, lots: "10" }],
      },
    ]);
    const bob = await ask<Positions>(world.env, "positions", "--trader", world.bob.address);
    expect(bob.markets.map(({ worstWei, bindingOutcome }) => [worstWei, bindingOutcome])).to.deep.equal([
      [milli(-3_000), "1000"], // 300 lots at y = 1000
      [milli(-10), "2"],
    ]);
  });

  it("gives what is in the wallet beside the account", async function () {
    await tell(alice, "split", "10");
    const { wallet } = await ask<Positions>(alice, "positions");
    expect(wallet).to.deep.equal({ sessionTokenWei: milli(40_000), legTokenWei: [milli(10_000), milli(10_000)] });
  });

  it("sums with those of all others to the whole of what the book holds", async function () {
    const [one, other] = await Promise.all(
      [world.alice, world.bob].map(({ address }) => ask<Positions>(world.env, "positions", "--trader", address)),
    );
    expect(BigInt(one!.legs[0]!.lots) + BigInt(other!.legs[0]!.lots)).to.equal(0n);
    /** The claim on the last leg, without the worst of other roots that is in it. */
    const claim = ({ account, markets }: Positions): bigint =>
      markets.reduce((rest, { worstWei }) => rest - BigInt(worstWei as string), BigInt(account["claimWei"] as string));
    expect(claim(one!) + claim(other!)).to.equal(100n * ONE);
  });

  it("tells people all of it", async function () {
    const { reserved } = await world.handle.book.accountOf(world.alice.address);
    expect(reserved).to.equal(reserveOf(ONE / 2n));
    expect(await tell(alice, "positions")).to.equal(
      [
        `trader         ${world.alice.address}, number 1`,
        "slack          47.697",
        "open orders    1, which may need ~0.504403",
        "in the wallet  50 session tokens, 0 of leg 1 (AU), 0 of leg 2 (AG)",
        "",
        `asset  lots   claim   allocation  ${"at".padStart(42)}`,
        `-----  ----  ------  -----------  ${"-".repeat(42)}`,
        `AU     2000  49.697    4.9697 AU  ${world.assets[0]}`,
        `AG        0  47.697  9.563248 AG  ${world.assets[1]}`,
        "",
        "Slack is what the account is worth if every market ends worst for it; a claim, if the basket ends as that asset alone and all",
        "other markets worst. The allocation is the claim's part of the basket.",
        "",
        "market  lots  worst of root",
        "------  ----  -------------",
        "2.1      300              0",
        "3.2       10              0",
        "",
        "Next: session trade buy LOTS --price PRICE",
        "  or: session orders",
      ].join("\n"),
    );
  });

  describe("of an account without any", function () {
    it("are nothing, and it is said that the book does not know it", async function () {
      const held = await ask<Positions>(world.env, "positions", "--trader", world.carol.address);
      expect(held.account).to.deep.include({ traderId: 0, claimWei: "0", slackWei: "0", openOrders: 0 });
      expect(held.legs.map(({ claimWei }) => claimWei)).to.deep.equal(["0", "0"]);
      expect(held.markets).to.deep.equal([]);
      const text = await tell(world.env, "positions", "--trader", world.carol.address);
      expect(text).to.match(/^trader +0x[0-9a-fA-F]{40} \(not registered\)$/m);
      expect(text).to.not.contain("worst of root");
    });
  });

  describe("once the basket is settled", function () {
    it("keep their claims until they are taken out", async function () {
      await world.moveTo(world.handle.t2);
      const before = await ask<Positions>(alice, "positions");
      expect(before.legs[0]!.claimWei).to.equal(milli(CASH + 2_000));
      await tell(alice, "exit");
      const after = await ask<Positions>(alice, "positions");
      expect(after.legs.map(({ claimWei }) => claimWei)).to.deep.equal(["0", "0"]);
      expect(after.wallet).to.deep.equal({ sessionTokenWei: milli(50_000 + CASH), legTokenWei: [milli(2_000), "0"] });
      const text = await tell(alice, "positions");
      expect(text).to.contain("97.697 session tokens, 2 of leg 1 (AU), 0 of leg 2 (AG)");
      expect(text).to.match(/Next: session redeem all\n {2}or: session redeem all --leg 1$/);
    });
  });

  it("are refused without a key or a trader, and of what is no address", async function () {
    await expectTold(session(world.env, "positions", "--json"), 2, "SETTINGS_INVALID");
    const run = session(world.env, "positions", "--trader", "alice", "--json");
    await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "--trader", value: "alice" });
  });
});
