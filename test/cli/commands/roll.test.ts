import { expect } from "chai";

import { RollerFactory__factory } from "../../../typechain-types/index.js";
import { ownBuild, readPeriphery } from "../../../src/deployment/build.js";
import { inboxOf } from "../../../src/client/rolling.js";
import { createTrader } from "../../../src/client/trader.js";
import { as, ask, type Env, expectTold, ONE, session, tell } from "../support.js";
import { HOUR, openWorld, type World } from "../world.js";

const DAY = 24 * HOUR;

interface Created {
  readonly roller: string;
  readonly givesUntil: string;
  readonly t1: string;
  readonly minimumWei: string;
  readonly wasThere?: boolean;
}

/** Alice and bob have 50 session tokens in the wallet and 50 in the book; it is t2. */
describe("session roll", function () {
  let world: World;
  let alice: Env;
  let bob: Env;
  let at: readonly string[];

  beforeEach(async function () {
    world = await openWorld();
    [alice, bob] = [as(world.env, world.alice), as(world.env, world.bob)];
    const factory = await new RollerFactory__factory(world.organiser).deploy(world.factory);
    at = ["--roller-factory", await (await factory.waitForDeployment()).getAddress()];
    await world.moveTo(world.handle.t2);
  });

  const create = (...words: string[]): Promise<Created> => ask<Created>(alice, "roll", "create", ...words, ...at);

  it("says what it would be, makes it, and finds it again", async function () {
    const said = await tell(alice, "roll", "create", "--dry-run", ...at);
    const { roller, givesUntil, t1, minimumWei } = await create("--dry-run");
    expect(said).to.include(`Would make ${roller}`).and.include("next session  Metals").and.include("the basket alone");
    expect([Number(givesUntil), Number(t1)]).to.deep.equal([world.handle.t2 + 3 * DAY, world.handle.t2 + 4 * DAY]);
    expect(minimumWei).to.equal((ONE / 1_000n).toString());
    expect(await world.provider.getCode(roller)).to.equal("0x");
    expect((await create()).roller).to.equal(roller);
    expect(await create()).to.deep.include({ roller, wasThere: true });
    expect((await create("--name", "Other", "--open-markets", "--dry-run")).roller).to.not.equal(roller);
  });

  it("goes the whole way: given from wallet and book, rolled by anybody, taken by each", async function () {
    const { roller } = await create("--minimum", "0.5");
    const fromWallet = await ask<{ claimWei: string[] }>(alice, "roll", "give", roller, ...at);
    expect(fromWallet.claimWei).to.deep.equal([50n * ONE, 50n * ONE].map(String));
    const fromBook = await ask<{ claimWei: string[] }>(bob, "roll", "give", roller, "--from-book", ...at);
    expect(fromBook.claimWei).to.deep.equal([50n * ONE, 50n * ONE].map(String));
    expect(await createTrader(world.handle, world.bob).claims()).to.deep.equal([0n, 0n]);
    await expectTold(session(bob, "roll", "take", roller, "--json", ...at), 1, "Roller_NotRolled", {});
    expect(await tell(alice, "roll", "show", roller, ...at))
      .to.include("not rolled")
      .and.include("100");
    await world.moveTo(world.handle.t2 + 3 * DAY);
    const { next } = await ask<{ next: string }>(as(world.env, world.carol), "roll", "run", roller, ...at);
    const shown = await ask<{ next: string; legs: { givenWei: string }[] }>(alice, "roll", "show", roller, ...at);
    expect([shown.next, shown.legs[0]!.givenWei]).to.deep.equal([next, (100n * ONE).toString()]);
    const taken = await ask<{ session: string; sessionTokenWei: string }>(bob, "roll", "take", roller, ...at);
    expect([taken.session, taken.sessionTokenWei]).to.deep.equal([next, (50n * ONE).toString()]);
    expect(await tell(alice, "roll", "take", roller, ...at)).to.include(`of ${next}`);
    expect(await ask<{ supplyWei: string }>(alice, "show", "--session", next)).to.deep.include({
      supplyWei: (100n * ONE).toString(),
    });
  });

  it("gives a part, and takes it back as long as it has not rolled", async function () {
    const { roller } = await create();
    const { claimWei } = await ask<{ claimWei: string[] }>(alice, "roll", "give", roller, "12.5", ...at);
    expect(claimWei[0]).to.equal(((25n * ONE) / 2n).toString());
    const back = await ask<{ session: string; sessionTokenWei: string }>(
      alice,
      "roll",
      "take",
      roller,
      "--back",
      ...at,
    );
    expect([back.session, back.sessionTokenWei]).to.deep.equal([world.handle.address, claimWei[0]]);
    expect(await world.handle.session.balanceOf(world.alice.address)).to.equal(50n * ONE);
  });

  interface Taken {
    readonly inbox: string;
    readonly to: string;
    readonly tokens: readonly { readonly leg: number | null; readonly amountWei: string }[];
  }

  it("takes what lies in an inbox and was not given, to whom its holder says, and nothing twice", async function () {
    const { handle, bob: holder, carol } = world;
    const { roller } = await create("--minimum", "60");
    const inbox = await inboxOf(world.provider, roller, holder.address);
    await createTrader(handle, holder).exit(inbox, false); // less than the minimum
    expect(await handle.session.balanceOf(inbox)).to.equal(50n * ONE);
    await tell(bob, "split", "3");
    await (await handle.legs[1]!.connect(holder).transfer(inbox, 2n * ONE)).wait();

    const taken = await ask<Taken>(bob, "roll", "take", roller, "--inbox", "--to", carol.address, ...at);
    expect([taken.inbox, taken.to]).to.deep.equal([inbox, carol.address]);
    expect(taken.tokens.map(({ leg, amountWei }) => [leg, amountWei])).to.deep.equal([
      [null, String(50n * ONE)],
      [2, String(2n * ONE)],
    ]);
    expect([
      await handle.session.balanceOf(carol.address),
      await handle.legs[1]!.balanceOf(carol.address),
    ]).to.deep.equal([...[50n * ONE, 2n * ONE]]);
    const again = session(bob, "roll", "take", roller, "--inbox", "--json", ...at);
    await expectTold(again, 1, "Roller_NothingHere", { holder: holder.address });
  });

  it("takes it, too, after giving has closed and after the roll, and says what", async function () {
    const { handle, bob: holder } = world;
    const { roller } = await create("--minimum", "0.5");
    await ask(alice, "roll", "give", roller, ...at);
    const inbox = await inboxOf(world.provider, roller, holder.address);
    await world.moveTo(handle.t2 + 3 * DAY);
    await createTrader(handle, holder).exit(inbox, false);
    await ask(as(world.env, world.carol), "roll", "run", roller, ...at);
    const text = await tell(bob, "roll", "take", roller, "--inbox", ...at);
    expect(text).to.include("Taken out of the inbox: 50 session tokens").and.include("Next: session redeem all");
    expect(await handle.session.balanceOf(holder.address)).to.equal(100n * ONE);
  });

  it("leaves the book for no roller that could not be given to: too little, too late, or rolled", async function () {
    const { handle, bob: holder } = world;
    const [{ roller: dear }, { roller }] = [await create("--minimum", "60"), await create("--minimum", "0.5")];
    const give = (to: string) => session(bob, "roll", "give", to, "--from-book", "--json", ...at);
    const short = { leg: 1, claimsWei: String(50n * ONE), minimumWei: String(60n * ONE) };
    await expectTold(give(dear), 1, "Roller_BelowMinimum", short);
    await ask(alice, "roll", "give", roller, ...at);
    await world.moveTo(handle.t2 + 3 * DAY);
    await expectTold(give(roller), 1, "Roller_GivingClosed", { givesUntil: String(handle.t2 + 3 * DAY) });
    const { next } = await ask<{ next: string }>(alice, "roll", "run", roller, ...at);
    await expectTold(give(roller), 1, "Roller_Rolled", { next });
    expect(await createTrader(handle, holder).claims(), "all is in the book still").to.deep.equal([
      50n * ONE,
      50n * ONE,
    ]);
  });

  it("takes either the inbox or what was given", async function () {
    const both = session(alice, "roll", "take", world.factory, "--inbox", "--back", "--json", ...at);
    await expectTold(both, 2, "ARGUMENT_INVALID", { argument: "--inbox" });
  });

  it("says what to do where this version's factory is not, deploys it once, and finds it from then on", async function () {
    const here = ["--artifacts", ownBuild("default")];
    const [placed] = readPeriphery(ownBuild("default"), "RollerFactory", [world.factory]).contracts;
    const missing = session(alice, "roll", "create", "--dry-run", "--json");
    const { advice } = await expectTold(missing, 1, "Client_NoRollerFactory", { address: placed!.address });
    expect(advice).to.include("`session roll factory`");
    const carol = as(world.env, world.carol); // anybody may
    const said = await tell(carol, "roll", "factory", ...here);
    expect(said).to.include(`Deployed RollerFactory: ${placed!.address}`);
    expect(said.split("\n").at(-1)).to.equal("Next: session roll create --dry-run");
    const again = await ask<{ rollerFactory: string; sessionFactory: string; isNew: boolean }>(
      alice,
      "roll",
      "factory",
      ...here,
    );
    expect(again).to.deep.include({ rollerFactory: placed!.address, sessionFactory: world.factory, isNew: false });
    const { roller } = await ask<Created>(alice, "roll", "create", "--dry-run");
    expect(roller).to.not.equal((await create("--dry-run")).roller);
  });

  it("finds it by the factory that made the session, whatever the environment names", async function () {
    const elsewhere = { ...alice, SESSION_FACTORY: world.bob.address };
    await ask(alice, "roll", "factory", "--artifacts", ownBuild("default"));
    const { roller } = await ask<Created>(elsewhere, "roll", "create");
    expect(await tell(elsewhere, "roll", "show", roller)).to.include("not rolled");
  });

  it("refuses an address that is no roller of this session", async function () {
    await expectTold(session(alice, "roll", "show", world.factory, "--json", ...at), 1, "Client_NotARoller", {
      address: world.factory,
    });
  });
});
