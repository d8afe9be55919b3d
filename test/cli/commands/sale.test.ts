import { expect } from "chai";

import { ownBuild } from "../../../src/deployment/build.js";
import { TestAsset__factory } from "../../../typechain-types/index.js";
import { PROFILE } from "../../deployment/support.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, session, tell } from "../support.js";
import { HOUR, openWorld, type World } from "../world.js";

const HERE = ["--artifacts", ownBuild(PROFILE)];

interface Created {
  readonly sale: string;
  readonly opens: string;
  readonly closes: string;
  readonly slope: string;
}

describe("session sale", function () {
  let world: World;
  let organiser: Env;
  let bob: Env;
  let created: Created;

  beforeEach(async function () {
    world = await openWorld();
    organiser = as(world.env, world.organiser);
    bob = as(world.env, world.bob);
    const silver = TestAsset__factory.connect(world.assets[1], world.organiser); // six decimals
    await (await silver.mint(world.bob.address, 1_000_000_000n)).wait();
    created = await create("--end-price", "1", "--limit", "20");
  });

  const create = (...words: string[]): Promise<Created> => {
    const price = ["--premium", world.assets[1], "--price", "2.5", "--opens", "+1h", "--closes", "+2h"];
    return ask<Created>(organiser, "sale", "create", ...price, ...words, ...HERE);
  };

  it("is made, offered and bought from, and the seller collects what came and takes back what did not go", async function () {
    const { sale, opens, closes, slope } = created;
    expect(Number(closes) - Number(opens)).to.equal(HOUR);
    expect(slope).to.equal("417"); // 1.5 of six decimals in 3 600 seconds, rounded up
    await ask(organiser, "sale", "offer", sale, "50");
    await world.moveTo(Number(opens) + HOUR / 2);
    const told = await tell(bob, "sale", "show", sale);
    expect(told).to.match(/price now +1\.7\d+ AG a session token/);
    expect(told).to.match(/left +50 session tokens/);
    expect(told).to.match(/limit +20 for each address/);
    const unasked = await session(bob, "sale", "buy", sale, "10");
    expect(unasked.status).to.not.equal(0);
    expect(unasked.stderr).to.include("10 session tokens cost 17.");
    const before = await world.handle.session.balanceOf(world.bob.address);
    const { paidUnits } = await ask<{ paidUnits: string }>(bob, "sale", "buy", sale, "10", "--yes");
    expect(Number(paidUnits)).to.be.within(17_000_000, 17_500_000);
    expect(await world.handle.session.balanceOf(world.bob.address)).to.equal(before + 10n * ONE);
    await ask(bob, "deposit", "10"); // by permit, as session tokens have it: no approval of its own
    const { proceedsUnits } = await ask<{ proceedsUnits: string }>(organiser, "sale", "collect", sale);
    expect(proceedsUnits).to.equal(paidUnits);
    await expectTold(session(organiser, "sale", "take-back", sale, "--json"), 1, "Sale_StillOpen");
    await world.moveTo(Number(closes));
    const { unsoldWei } = await ask<{ unsoldWei: string }>(organiser, "sale", "take-back", sale);
    expect(unsoldWei).to.equal((40n * ONE).toString());
  });

  it("refuses what the buyer has not allowed, what is over the limit, and what is no sale", async function () {
    const { sale, opens } = created;
    await ask(organiser, "sale", "offer", sale, "50");
    const nonce = await world.provider.getTransactionCount(world.bob.address);
    await expectTold(session(bob, "sale", "buy", sale, "1", "--yes", "--json"), 1, "Sale_NotOpen");
    await expectTold(session(bob, "sale", "offer", sale, "1", "--json"), 1, "Sale_NotSeller");
    expect(await world.provider.getTransactionCount(world.bob.address), "nothing was approved").to.equal(nonce);
    await world.moveTo(Number(opens));
    const words = ["sale", "buy", sale, "1", "--yes", "--json"];
    await expectTold(session(bob, ...words, "--max-pay", "1"), 1, "Sale_TooDear", { maxPay: "1000000" });
    await expectTold(session(bob, "sale", "buy", sale, "21", "--yes", "--json"), 1, "Sale_OverLimit", {
      left: (20n * ONE).toString(),
    });
    await expectTold(session(bob, "sale", "collect", sale, "--json"), 1, "Sale_NotSeller");
    for (const address of [world.bob.address, world.assets[0], world.handle.address]) {
      for (const words of [["show"], ["buy", "1", "--yes"], ["collect"], ["take-back"]]) {
        const [verb = "", ...more] = words;
        await expectTold(session(bob, "sale", verb, address, ...more, "--json"), 1, "Client_NotASale", { address });
      }
    }
  });

  it("is not made, and says why, with times, prices and addresses that its constructor refuses", async function () {
    const { opens, closes } = created;
    const make = (...words: string[]) => session(organiser, "sale", "create", ...words, "--json", ...HERE);
    const premium = ["--premium", world.assets[1], "--price", "2"];
    await expectTold(make(...premium, "--opens", closes, "--closes", opens), 1, "Sale_Window");
    await expectTold(make(...premium, "--opens", "1", "--closes", closes), 1, "Sale_Window", { opens: "1" });
    const more = [...premium, "--opens", opens, "--closes", closes];
    await expectTold(make(...more, "--end-price", "3"), 1, "Sale_Prices");
    const said = session(organiser, "sale", "create", ...more, "--end-price", "3", ...HERE);
    await expectSaid(said, 1, "Sale_Prices(startPrice: 2 AG, endPrice: 3 AG)");
    await expectTold(make(...more, "--falls-until", closes), 2, "ARGUMENT_INVALID", { argument: "--falls-until" });
    await expectTold(make(...more, "--policy", world.bob.address), 1, "Sale_NoCode", { target: world.bob.address });
    const own = ["--premium", world.handle.address, "--price", "2", "--opens", opens, "--closes", closes];
    await expectTold(make(...own), 1, "Sale_OwnToken");
  });

  it("is found again with the same terms, and stands at a fixed price without an end price", async function () {
    const times = ["--opens", created.opens, "--closes", created.closes];
    const again = await ask<{ isNew: boolean; sale: string }>(
      organiser,
      ...["sale", "create", "--premium", world.assets[1], "--price", "2.5", "--end-price", "1", "--limit", "20"],
      ...times,
      ...HERE,
    );
    expect(again).to.deep.include({ isNew: false, sale: created.sale });
    const fixed = await create();
    expect(fixed.slope).to.equal("0");
    expect(await tell(bob, "sale", "show", fixed.sale)).to.match(/price +fixed/);
  });
});
