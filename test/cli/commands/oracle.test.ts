import { expect } from "chai";

import { ownBuild } from "../../../src/deployment/build.js";
import { readOraclePrice, worthAt } from "../../../src/client/leverage.js";
import { openFeed, type TestFeed } from "../../../stage/counterparts/chainlink.js";
import { TestAsset__factory } from "../../../typechain-types/index.js";
import { PROFILE } from "../../deployment/support.js";
import { as, ask, type Env, expectTold, ONE, session, tell } from "../support.js";
import { openWorld, type World } from "../world.js";

/** Millionths of a dollar for a token: 100 AU at 100 dollars and 200.5 AG at 200 stand for 1 000 tokens. */
const [WORTH, WORTH_OF_AG] = [50_100_000n, 40_100_000n];
const BUILD = ["--artifacts", ownBuild(PROFILE)];

interface Priced {
  readonly price: string;
  readonly oneTokenUnits: string;
}

describe("session oracle", function () {
  this.timeout(240_000);
  let world: World;
  let alice: Env;
  let loan: string;
  let feeds: TestFeed[];

  beforeEach(async function () {
    world = await openWorld();
    alice = as(world.env, world.alice);
    const dollars = await new TestAsset__factory(world.organiser).deploy("Dollar", "USD", 6);
    loan = await (await dollars.waitForDeployment()).getAddress();
    feeds = [await openFeed(world.organiser, 8), await openFeed(world.organiser, 8)];
    for (const [k, feed] of feeds.entries()) await feed.answer(BigInt(k + 1) * 100n * 10n ** 8n);
  });

  const create = (...words: string[]) => ["oracle", "create", "--loan", loan, ...words, ...BUILD];
  const addresses = (): string => feeds.map(({ address }) => address).join();

  it("deploys one for session tokens, says it is there the second time, and reads what they are worth", async function () {
    const made = await ask<{ oracle: string; isNew: boolean }>(alice, ...create("--feeds", addresses()));
    expect(made.isNew).to.equal(true);
    expect(await ask(alice, ...create("--feeds", addresses()))).to.deep.include({ oracle: made.oracle, isNew: false });
    const shown = await ask<Priced>(alice, "oracle", "show", made.oracle, "--loan", loan);
    expect(BigInt(shown.oneTokenUnits)).to.equal(WORTH);
    const price = await readOraclePrice(world.provider, made.oracle);
    expect([BigInt(shown.price), worthAt(price, 3n * ONE)]).to.deep.equal([price, 3n * WORTH]);
    const text = await tell(alice, "oracle", "show", made.oracle, "--loan", loan);
    expect(text).to.match(/^A token is worth 50\.1 USD\.$/);
  });

  it("deploys one for the tokens of a leg, with its own feed alone", async function () {
    const words = create("--leg", "2", "--feeds", feeds[1]!.address, "--max-ages", "90000");
    const { oracle } = await ask<{ oracle: string }>(alice, ...words);
    const shown = await ask<Priced>(alice, "oracle", "show", oracle, "--loan", loan);
    expect(BigInt(shown.oneTokenUnits)).to.equal(WORTH_OF_AG);
  });

  it("says why there is no price", async function () {
    const { oracle } = await ask<{ oracle: string }>(alice, ...create("--feeds", addresses()));
    await feeds[1]!.answer(0n);
    const show = () => session(alice, "oracle", "show", oracle, "--loan", loan, "--json");
    await expectTold(show(), 1, "Oracle_NoPrice", { feed: feeds[1]!.address });
    await feeds[1]!.answer(1n);
    await world.moveTo(world.handle.t2 - 1);
    await expectTold(show(), 1, "Oracle_StalePrice", { feed: feeds[0]!.address });
    const silent = await openFeed(world.organiser, 8);
    const words = create("--leg", "1", "--feeds", silent.address);
    const quiet = await ask<{ oracle: string }>(alice, ...words); // may answer tomorrow
    expect((await session(alice, "oracle", "show", quiet.oracle, "--loan", loan)).status).to.equal(1);
  });

  it("refuses what is no feed, too few or too many, no leg, no token and no oracle, and sends nothing", async function () {
    const [one] = feeds as [TestFeed];
    const nonce = await world.provider.getTransactionCount(world.alice.address);
    const wrong = async (argument: string, value: string, ...words: string[]): Promise<void> => {
      await expectTold(session(alice, ...create(...words), "--json"), 2, "ARGUMENT_INVALID", { argument, value });
    };
    await wrong("--feeds", loan, "--feeds", `${one.address},${loan}`);
    await wrong("--feeds", one.address, "--feeds", one.address);
    await wrong("--feeds", addresses(), "--leg", "1", "--feeds", addresses());
    await wrong("--max-ages", "1,2,3", "--feeds", addresses(), "--max-ages", "1,2,3");
    await wrong("--max-ages", "0", "--feeds", addresses(), "--max-ages", "0");
    await expectTold(
      session(alice, ...create("--leg", "3", "--feeds", one.address), "--json"),
      2,
      "Client_UnknownLeg",
      { leg: 3, legCount: 2 },
    );
    const noToken = ["oracle", "create", "--feeds", addresses(), "--loan", one.address, "--json", ...BUILD];
    await expectTold(session(alice, ...noToken), 1, "Client_NotAToken", { address: one.address });
    expect(await world.provider.getTransactionCount(world.alice.address)).to.equal(nonce);
    for (const address of [loan, world.bob.address]) {
      const show = session(alice, "oracle", "show", address, "--loan", loan, "--json");
      await expectTold(show, 1, "Client_NotAnOracle", { address });
    }
  });
});
