import { expect } from "chai";

import { between } from "../../protocol/markets.js";
import { reserveOf } from "../../../stage/contracts/units.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, session, tell } from "../support.js";
import { addEvent, addRain, milli, openWorld, trade, type World } from "../world.js";

interface Collateral {
  readonly trader: string;
  readonly claimWei: string;
  readonly slackWei: string;
  readonly storedSlackWei: string;
  readonly reservedWei: string;
  readonly withdrawableWei: string;
  readonly worstOutcome: readonly Readonly<Record<string, unknown>>[];
  readonly openOrders: readonly Readonly<Record<string, unknown>>[];
  readonly releases: readonly Readonly<Record<string, unknown>>[];
}

/** Alice has sold 2000 lots of rain at 400 to Bob, who offers 500 at 420; she bids for 1000 lots of leg 1 at 50 %. */
async function withRain(world: World): Promise<void> {
  await addRain(world);
  await trade(world, world.bob, "buy", "2000", "--market", "2", "--price", "400"); // 1
  await trade(world, world.alice, "sell", "2000", "--market", "2", "--price", "400"); // 2
  await trade(world, world.bob, "sell", "500", "--market", "2", "--price", "420"); // 3
  await trade(world, world.alice, "buy", "1000", "--price", "50%"); // 4
}

describe("session collateral", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld(withRain);
    alice = as(world.env, world.alice);
  });

  // 50 + 2000 · 400 · 1e-5; at worst it rains 1000, for 20
  const CASH = 58_000;
  const SLACK = CASH - 20_000;
  /** For an order that may need half a token. */
  const RESERVED = reserveOf(ONE / 2n);

  it("gives the slack that the book goes by, and what of it can be taken out", async function () {
    const { book } = world.handle;
    const found = await ask<Collateral>(alice, "collateral");
    const account = await book.accountOf(world.alice.address);
    expect(found).to.deep.include({
      trader: world.alice.address,
      claimWei: milli(SLACK), // nothing in the basket
      slackWei: milli(SLACK),
      storedSlackWei: (account.claim + account.worst).toString(),
      reservedWei: account.reserved.toString(),
      withdrawableWei: (account.claim + account.worst - account.reserved).toString(),
    });
    expect(found.storedSlackWei).to.equal(found.slackWei);
    const most = BigInt(found.withdrawableWei);
    await book.connect(world.alice).withdraw.staticCall(most, world.alice.address, 0);
    const run = session(alice, "withdraw", "37.500000000000000001", "--json");
    await expectTold(run, 1, "Book_WithdrawalUncoversOrders", { reserved: found.reservedWei });
  });

  it("names the outcome of each root at which the account is worth least", async function () {
    const found = await ask<Collateral>(alice, "collateral");
    expect(found.worstOutcome).to.deep.equal([
      {
        marketRootId: 2,
        kind: "interval",
        values: ["1000"],
        bindingOutcome: "1000",
        worstWei: milli(-20_000),
        storedWei: milli(-20_000),
      },
    ]);
    const bob = await ask<Collateral>(world.env, "collateral", "--trader", world.bob.address);
    expect(bob.worstOutcome[0]).to.deep.include({ bindingOutcome: "0", worstWei: "0" });
  });

  it("says of each open order what would be left if it were filled", async function () {
    const { openOrders } = await ask<Collateral>(alice, "collateral");
    expect(openOrders).to.deep.equal([
      {
        tradeRootId: 4,
        place: 4,
        marketRootId: 1,
        marketBranchId: 1,
        lots: "1000",
        priceTicks: "5000",
        slackIfFilledWei: milli(SLACK - 500), // pays 0.5 and, at worst, gets nothing
        missingWei: "0",
      },
    ]);
  });

  it("says what would free collateral, and what of it could be done now", async function () {
    const { releases } = await ask<Collateral>(alice, "collateral");
    expect(releases).to.deep.include({
      kind: "trade",
      marketRootId: 2,
      marketBranchId: 1,
      lots: "2000",
      releasedBeforePriceWei: milli(20_000),
      breakEvenTicks: "1000",
      now: { lots: "500", limitTicks: "420", freesWei: milli(5_000 - 2_100) },
    });
    expect(releases).to.deep.include({
      kind: "bound",
      marketRootId: 2,
      marketBranchId: 1,
      bounds: { lower: "0", upper: "0" },
      freesWei: milli(20_000),
    });
    expect(releases).to.deep.include({ kind: "cancel", tradeRootIds: [4], freesWei: String(RESERVED) });
  });

  it("frees as much as it has said, if one does it", async function () {
    const before = await ask<Collateral>(alice, "collateral");
    await trade(world, world.alice, "buy", "500", "--market", "2", "--price", "420");
    const traded = await ask<Collateral>(alice, "collateral");
    expect(BigInt(traded.slackWei) - BigInt(before.slackWei)).to.equal(BigInt(milli(2_900)));
    await tell(alice, "cancel", "--all");
    const cancelled = await ask<Collateral>(alice, "collateral");
    expect(BigInt(cancelled.withdrawableWei) - BigInt(traded.withdrawableWei)).to.equal(RESERVED);
    expect(cancelled.reservedWei).to.equal("0");
  });

  it("looks at the book without the account's own orders: nobody closes a position with oneself", async function () {
    await trade(world, world.alice, "buy", "1", "--market", "2", "--price", "100");
    await trade(world, world.alice, "sell", "900", "--market", "2", "--price", "450");
    const { releases } = await ask<Collateral>(alice, "collateral");
    const [closing] = releases.filter(({ kind }) => kind === "trade");
    expect(closing!["now"]).to.deep.equal({ lots: "500", limitTicks: "420", freesWei: milli(2_900) });
  });

  describe("once bounds have tightened since the book stored them", function () {
    it("tells what refreshing would bring", async function () {
      await world.owner.tighten({ marketRootId: 2, marketBranchId: 1 }, between(0, 700));
      const found = await ask<Collateral>(alice, "collateral");
      expect(BigInt(found.slackWei) - BigInt(found.storedSlackWei)).to.equal(BigInt(milli(6_000)));
      expect(found.worstOutcome[0]).to.deep.include({ worstWei: milli(-14_000), storedWei: milli(-20_000) });
      expect(found.releases).to.deep.include({ kind: "refresh", marketRootId: 2, freesWei: milli(6_000) });
      await tell(alice, "refresh", "2");
      const after = await ask<Collateral>(alice, "collateral");
      expect(after.storedSlackWei).to.equal(found.slackWei);
      expect(after.releases.filter(({ kind }) => kind === "refresh")).to.deep.equal([]);
    });

    it("tells what realising would bring, if the root is settled", async function () {
      await world.owner.settle({ marketRootId: 2, marketBranchId: 1 }, 100n);
      const found = await ask<Collateral>(alice, "collateral");
      expect(found.releases).to.deep.include({ kind: "realise", marketRootId: 2, freesWei: milli(18_000) });
      await tell(alice, "realise", "2");
      const after = await ask<Collateral>(alice, "collateral");
      expect([after.claimWei, after.worstOutcome]).to.deep.equal([milli(CASH - 2_000), []]);
    });
  });

  describe("for people", function () {
    it("is all of that in words", async function () {
      const text = await tell(alice, "collateral");
      expect(text).to.contain(
        [
          "slack                     38",
          "reserved for open orders  ~0.504403",
          "can be withdrawn          ~37.495597",
          "",
          "Slack is what the account is worth if every market ends worst for it. Reserved is what the dearest of its orders may need,",
          "until none is open.",
        ].join("\n"),
      );
      expect(text).to.contain(
        [
          "root          worst at  worth there",
          "------  --------------  -----------",
          "root 2  y = 1000 ticks          -20",
        ].join("\n"),
      );
      expect(text).to.match(/\n4 +leg 1 +1000 +5000 +37\.5 +0\n/);
      expect(text).to.contain(
        "- buy 2000 lots of 2.1 for at most 1000 (20 before the price); now 500 lots up to 420 would free 2.9",
      );
      expect(text).to.contain("- if the owner of root 2 says that 2.1 pays 0 to 0: 20");
      expect(text).to.contain("- cancel the one open order: ~0.504403 more can be withdrawn");
    });

    it("calls the basket so, its outcomes legs, and says if nobody takes the other side", async function () {
      await trade(world, world.bob, "sell", "1000", "--price", "50%");
      const text = await tell(alice, "collateral");
      expect(text).to.match(/\nbasket +leg 2 +0\n/);
      expect(text).to.contain(
        "lots of leg 1 for at least 0 (0%) (0 before the price); nobody takes the other side now",
      );
    });

    it("says how far down the book goes where a position is to be sold", async function () {
      await trade(world, world.alice, "buy", "300", "--market", "2", "--price", "390");
      const text = await tell(world.env, "collateral", "--trader", world.bob.address);
      expect(text).to.match(/- sell 2000 lots of 2\.1 for at least 0 .*; now 300 lots down to 390 would free 1\.17\n/);
    });

    it("tells outcomes of an event by their numbers", async function () {
      await addEvent(world, 3);
      await trade(world, world.bob, "buy", "100", "--market", "3.2", "--price", "30");
      await trade(world, world.alice, "sell", "100", "--market", "3.2", "--price", "30");
      expect(await tell(alice, "collateral")).to.match(/\nroot 3 +outcome 2 +-0\.1\n/);
    });

    it("tells the stored slack too where that is another", async function () {
      await world.owner.tighten({ marketRootId: 2, marketBranchId: 1 }, between(0, 700));
      const text = await tell(alice, "collateral");
      expect(text).to.contain("slack                     44 (the book has stored 38)");
      expect(text).to.contain("- refresh root 2, anybody may: 6");
    });

    it("is short where there is only cash", async function () {
      await tell(as(world.env, world.organiser), "deposit", "1");
      const text = await tell(world.env, "collateral", "--trader", world.organiser.address);
      expect(text).to.contain("No positions: cash is all there is in every outcome.");
      expect(text).to.contain("Nothing would free collateral but a deposit, which frees its amount.");
      expect(text).to.not.contain("Open orders");
    });
  });

  it("reserves nothing from t2 on: orders are over", async function () {
    await world.moveTo(world.handle.t2);
    const found = await ask<Collateral>(alice, "collateral");
    expect([found.reservedWei, found.withdrawableWei]).to.deep.equal(["0", milli(SLACK)]);
  });

  describe("is refused", function () {
    it("for whoever has paid nothing in", async function () {
      const { address } = world.carol;
      const run = session(world.env, "collateral", "--trader", address, "--json");
      await expectTold(run, 2, "ARGUMENT_INVALID", { argument: "trader", value: address });
      await expectSaid(session(world.env, "collateral", "--trader", address), 2, "it has paid nothing in yet");
    });

    it("over logs that begin in the middle", async function () {
      const newest = await world.provider.getBlockNumber();
      for (const first of [newest, newest - 2]) {
        const run = session(alice, "collateral", "--from-block", String(first), "--json");
        await expectTold(run, 2, "MIRROR_DIFFERS", { fromBlock: first });
      }
      await expectSaid(
        session(alice, "collateral", "--from-block", String(newest)),
        2,
        "MIRROR_DIFFERS",
        "first block",
      );
    });

    it("without a key or a trader", async function () {
      await expectTold(session(world.env, "collateral", "--json"), 2, "SETTINGS_INVALID");
    });
  });
});
