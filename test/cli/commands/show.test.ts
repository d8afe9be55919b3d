import { expect } from "chai";

import { createSession } from "../../../src/client/organiser.js";
import { as, ask, expectSaid, expectTold, session, tell } from "../support.js";
import { HOUR, milli, mint, openWorld, termsOf, trade, type World } from "../world.js";

interface Shown {
  readonly phase: string;
  readonly link: string;
  readonly orders: number;
  readonly checkpoints: string;
  readonly assets: readonly Readonly<Record<string, unknown>>[];
}

describe("session show", function () {
  let world: World;

  beforeEach(async function () {
    world = await openWorld();
  });

  it("gives all that never changes, and where it stands, as the chain has it", async function () {
    const { handle, organiser, assets, env } = world;
    const { link, checkpoints } = await handle.book.chainState();
    const legTokens = await Promise.all(handle.legs.map((leg) => leg.getAddress()));
    expect(await ask<Shown>(env, "show")).to.deep.equal({
      session: handle.address,
      orderBook: handle.bookAddress,
      chainId: "31337",
      name: "Metals",
      organiser: organiser.address,
      phase: "open",
      assets: [
        {
          leg: 1,
          address: assets[0],
          symbol: "AU",
          decimals: 18,
          quantityUnits: milli(100_000),
          legToken: legTokens[0],
        },
        { leg: 2, address: assets[1], symbol: "AG", decimals: 6, quantityUnits: "200500000", legToken: legTokens[1] },
      ],
      supplyWei: milli(1_000_000),
      t1: handle.t1,
      t2: handle.t2,
      lotValueWei: milli(1),
      scaleTicks: "10000",
      maxLots: "0",
      link,
      checkpoints: checkpoints.toString(),
      orders: 0,
    });
  });

  it("follows orders and their checkpoint", async function () {
    const before = await ask<Shown>(world.env, "show");
    await trade(world, world.alice, "buy", "10", "--price", "5000");
    await trade(world, world.bob, "sell", "10", "--price", "5000");
    const after = await ask<Shown>(world.env, "show");
    expect([after.orders, Number(after.checkpoints) - Number(before.checkpoints)]).to.deep.equal([2, 2]);
    expect(after.link)
      .to.equal((await world.handle.book.chainState()).link)
      .and.to.not.equal(before.link);
  });

  it("tells people the same, a fact a line", async function () {
    const { handle, organiser, env } = world;
    const { link } = await handle.book.chainState();
    const date = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace(".000", "");
    const legs = await Promise.all(handle.legs.map((leg) => leg.getAddress()));
    expect(await tell(env, "show")).to.equal(
      [
        `session    ${handle.address} (Metals)`,
        `book       ${handle.bookAddress}`,
        `organiser  ${organiser.address}`,
        "phase      open",
        "basket     100 AU + 200.5 AG",
        "supply     1000 session tokens",
        `trading    from ${date(handle.t1)} until ${date(handle.t2)}`,
        "lot        0.001 session tokens of a leg at weight 1; 10000 ticks are 100%",
        "limit      none on positions",
        "orders     0, in 0 blocks",
        `link       ${link}`,
        `asset 1    AU ${world.assets[0]}, leg token ${legs[0]}`,
        `asset 2    AG ${world.assets[1]}, leg token ${legs[1]}`,
      ].join("\n"),
    );
  });

  it("names every phase of a session's life", async function () {
    const { env, handle, assets, factory, organiser } = world;
    const phase = async (address: string): Promise<string> =>
      (await ask<Shown>(env, "show", "--session", address)).phase;
    const t1 = handle.t1 + HOUR;
    const made = await createSession(factory, organiser, termsOf(assets, t1));
    expect(await phase(made.address)).to.equal("created");
    const funded = await createSession(factory, organiser, { ...termsOf(assets, t1), name: "Funded" });
    await ask({ ...as(env, organiser), SESSION_ADDRESS: funded.address }, "fund");
    expect(await phase(funded.address)).to.equal("funded");
    await world.moveTo(t1);
    expect([await phase(made.address), await phase(funded.address)]).to.deep.equal(["cancelled", "open"]);
    await world.moveTo(funded.t2);
    expect([await phase(made.address), await phase(funded.address)]).to.deep.equal(["cancelled", "settling"]);
  });

  it("prints no name that speaks to the terminal; programs get it as it is", async function () {
    const { env, factory, organiser, handle } = world;
    const hostile = await mint(organiser, "Any", "\u001b[2J", 18);
    const name = "\u001b]0;gotcha\u0007";
    const terms = { ...termsOf([hostile], handle.t1 + HOUR), quantities: [1n], name };
    const { address } = await createSession(factory, organiser, terms);
    const text = await tell(env, "show", "--session", address);
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(text).to.not.match(/[\u0000-\u0009\u000b-\u001f]/);
    expect(text).to.contain("(]0;gotcha)").and.to.contain("0.000000000000000001 [2J");
    expect(await ask(env, "show", "--session", address)).to.have.property("name", name);
  });

  it("wants to know which session", async function () {
    const { SESSION_RPC_URL = "" } = world.env;
    await expectTold(session({ SESSION_RPC_URL }, "show", "--json"), 2, "SETTINGS_INVALID");
    await expectSaid(session({ SESSION_RPC_URL }, "show"), 2, "--session or SESSION_ADDRESS: is missing", "Mend");
  });
});
