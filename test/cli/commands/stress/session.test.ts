/** What `session stress …` tells of a session on a chain: limits before an order, unwinding, herding. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { LmsrMakerFactory__factory } from "../../../../typechain-types/index.js";
import { as, ask, expectTold, session, tell } from "../../support.js";
import { HOUR, openWorld, trade, type World } from "../../world.js";
import type { Shown } from "./ground.js";

interface Pair {
  readonly before: Shown;
  readonly after: Shown;
}

interface After {
  readonly at: { readonly session: string; readonly blockNumber: number; readonly head: string };
  readonly after: {
    readonly trader: string;
    readonly fills: readonly unknown[];
    readonly restingLots: string;
    readonly scenarios: readonly (Pair & { readonly name: string })[];
    readonly worst: Pair & { readonly scenario: string };
    readonly isWithin?: boolean;
  };
}

interface Unwound {
  readonly positions: readonly {
    readonly trader: string;
    readonly marketBranchId: number;
    readonly lots: string;
    readonly tradedLots: string;
    readonly daysToUnwind: { readonly numerator: string; readonly denominator: string } | null;
    readonly parts: readonly {
      readonly percent: number;
      readonly lots: string;
      readonly filledLots: string;
      readonly uncoveredLots: string;
      readonly costWei: string | null;
      readonly maker: { readonly tickLots: string; readonly costWei: string | null } | null;
    }[];
  }[];
}

interface Herded {
  readonly periods: readonly {
    readonly mood: number;
    readonly markets: readonly { readonly buyers: number; readonly traders: number; readonly herding: number }[];
  }[];
}

/** Bob has sold Alice 10 000 lots of leg 1 at 50 %; Alice bids for 2000 more, and Bob offers 3000. A lot is worth 10^15 wei. */
async function withPositions(world: World): Promise<void> {
  await trade(world, world.bob, "sell", "10000", "--price", "50%");
  await trade(world, world.alice, "buy", "10000", "--price", "50%");
  await trade(world, world.alice, "buy", "2000", "--price", "45%");
  await trade(world, world.bob, "sell", "3000", "--price", "55%");
}

describe("session stress, of a session", function () {
  let world: World;
  let order: string;

  beforeEach(async function () {
    world = await openWorld(withPositions);
    order = join(world.folder, "order.json");
  });

  /** Prices at which the basket is worth 1500 and leg 1 two thirds of it. */
  const PRICES = ["--prices", "AU=10,AG=2.493765586034913", "--grid", "AU:-50%..50%:3"];

  async function sign(...words: readonly string[]): Promise<void> {
    await writeFile(order, await tell(as(world.env, world.alice), "trade", ...words, "--sign-only"));
  }

  it("tells which book it was, and as of when", async function () {
    const { at } = await ask<After>(world.env, "stress", ...PRICES);
    expect(at.session).to.equal(world.handle.address);
    expect(at.blockNumber).to.equal(await world.provider.getBlockNumber());
    expect(at.head).to.match(/^0x[0-9a-f]{64}$/);
  });

  it("says what an order's trader would have once it is filled, and leaves the session as it is", async function () {
    await sign("buy", "3000", "--price", "55%");
    const before = await ask<After>(world.env, "stress", ...PRICES);
    const { after, ...rest } = await ask<After>(world.env, "stress", ...PRICES, "--after", order);
    expect(rest).to.deep.equal(before);
    expect(after.trader).to.equal(world.alice.address);
    expect(after.fills).to.have.length(1);
    // 3 of 1000 tokens' gold for 1.65 of both: at -50 % gold is worth 500 and silver 500, so 1.5 − 1.65 more is lost
    const fall = after.scenarios.find(({ name }) => name === "AU -50%")!;
    const change = Number(fall.after.rounded) - Number(fall.before.rounded);
    expect(change).to.be.closeTo(1.5 - 1.65, 0.02);
  });

  it("comes to what the session itself says once the order is in", async function () {
    await sign("buy", "3000", "--price", "55%");
    const { after } = await ask<After>(world.env, "stress", ...PRICES, "--after", order, "--digits", "9");
    await tell(as(world.env, world.carol), "submit", order);
    const then = await ask<{ holders: { name: string }[]; scenarios: { profits: Shown[] }[] }>(world.env, "stress", ...PRICES, "--digits", "9"); // prettier-ignore
    const alice = then.holders.findIndex(({ name }) => name === world.alice.address);
    expect(after.scenarios.map((row) => row.after)).to.deep.equal(then.scenarios.map(({ profits }) => profits[alice]));
  });

  it("ends with 1 if a limit would be passed, and with 0 within it", async function () {
    await sign("buy", "3000", "--price", "55%");
    const limited = (limit: string): ReturnType<typeof session> =>
      session(world.env, "stress", ...PRICES, "--after", order, "--loss-limit", limit, "--json");
    const worst = JSON.parse((await limited("1000")).stdout) as After;
    expect(worst.after.isWithin).to.equal(true);
    const loss = -Number(worst.after.worst.after.rounded);
    expect((await limited(String(loss + 0.01))).status).to.equal(0);
    const beyond = await limited(String(loss - 0.01));
    expect(beyond.status).to.equal(1);
    expect((JSON.parse(beyond.stdout) as After).after.isWithin).to.equal(false);
    const { stdout } = await session(world.env, "stress", ...PRICES, "--after", order, "--loss-limit", "0.01");
    expect(stdout).to.contain("Beyond the limit: AU -50% loses");
  });

  it("says the book's own refusal of an order that it would not take", async function () {
    await sign("buy", "200000", "--price", "55%");
    await expectTold(session(world.env, "stress", ...PRICES, "--after", order, "--json"), 1, "Book_Uncovered");
  });

  it("tells what closing each position would cost in orders that are covered, and how long it takes", async function () {
    await world.moveTo(world.handle.t1 + 6 * HOUR);
    const { positions } = await ask<Unwound>(world.env, "stress", "unwind", "--share", "50");
    const [alice, bob] = positions;
    expect([alice!.trader, alice!.lots, bob!.trader, bob!.lots]).to.deep.equal([
      world.alice.address,
      "10000",
      world.bob.address,
      "-10000",
    ]);
    // Nobody but Alice bids, and nobody but Bob offers: each alone has no other side.
    expect(alice!.parts.map(({ lots, filledLots, costWei }) => [lots, filledLots, costWei])).to.deep.equal([
      ["-1000", "0", null],
      ["-5000", "0", null],
      ["-10000", "0", null],
    ]);
    expect(alice!.tradedLots).to.equal("10000");
    const { numerator, denominator } = alice!.daysToUnwind!;
    expect(Number(numerator) / Number(denominator)).to.equal(0.5); // all that was traded in 6 h, at half of it
  });

  it("walks what others bid and offer, beside their middle", async function () {
    const carol = as(world.env, world.carol);
    await (await world.handle.session.connect(world.organiser).transfer(world.carol.address, 10n ** 19n)).wait();
    await tell(carol, "deposit", "10");
    await trade(world, world.carol, "buy", "1000", "--price", "47%");
    await trade(world, world.carol, "sell", "500", "--price", "53%");
    const { positions } = await ask<Unwound>(world.env, "stress", "unwind", "--trader", world.alice.address);
    expect(positions).to.have.length(1);
    const [tenth, half] = positions[0]!.parts;
    // The middle is 50 %: 1000 lots at 47 % cost 3 % of a token
    expect([tenth!.filledLots, tenth!.costWei]).to.deep.equal(["1000", String(3n * 10n ** 16n)]);
    expect([half!.filledLots, half!.costWei]).to.deep.equal(["1000", String(3n * 10n ** 16n)]);
    const text = await tell(world.env, "stress", "unwind", "--trader", world.alice.address, "--share", "50");
    expect(text).to.match(/leg 1 +10000 +10% +-1000 +1000 +0 +4700 \(47%\) +0\.03/);
  });

  it("has beside it what an automated maker would take or give for the same lots, as the maker itself quotes", async function () {
    const organiser = as(world.env, world.organiser);
    const factory = await (await new LmsrMakerFactory__factory(world.organiser).deploy()).waitForDeployment();
    const at = ["--maker-factory", await factory.getAddress()];
    type Made = { readonly maker: string };
    const { maker } = await ask<Made>(organiser, "maker", "create", "--liquidity", "5000", ...at);
    const unwound = () => ask<Unwound>(world.env, "stress", "unwind", "--maker", maker, ...at);
    const unfunded = (await unwound()).positions.flatMap(({ parts }) => parts.map((part) => part.maker));
    expect(unfunded, "before it is paid for").to.deep.equal(Array.from({ length: 6 }, () => null));
    await tell(organiser, "maker", "fund", maker, "--yes", ...at);
    const { positions } = await unwound();
    for (const { marketBranchId, parts } of positions) {
      for (const { lots, maker: told } of parts) {
        const [size, side] = lots.startsWith("-") ? [lots.slice(1), ["--sell"]] : [lots, []];
        const words = ["maker", "quote", maker, String(marketBranchId), size, ...side, ...at];
        const { costTickLots } = await ask<{ costTickLots: string }>(organiser, ...(words as [string, ...string[]]));
        expect(told!.tickLots).to.equal(costTickLots.replace("-", ""));
        expect(told!.costWei, "nobody but the holder itself stands on the other side").to.equal(null);
      }
    }
    expect(await tell(world.env, "stress", "unwind", "--maker", maker, ...at)).to.include("maker's price");
    await expectTold(
      session(world.env, "stress", "unwind", "--maker", world.bob.address, ...at, "--json"),
      1,
      "Client_NotAMaker",
    );
  });

  it("tells for each position where it is worst, whatever prices do", async function () {
    interface Rooted {
      readonly positions: readonly { readonly trader: string; readonly marketRootId: number; readonly worstWei: string; readonly bindingOutcome: string }[]; // prettier-ignore
    }
    const { positions } = await ask<Rooted>(world.env, "stress", "roots");
    // 10 000 lots of 10^15 wei: Alice's pay nothing if all weight is on leg 2, Bob owes them if it is on leg 1
    expect(positions).to.deep.include({
      ...{ trader: world.alice.address, marketRootId: 1, values: ["0", "10000"] },
      ...{ worstWei: "0", bindingOutcome: "2" },
    });
    expect(positions.find(({ trader }) => trader === world.bob.address)).to.deep.include({
      ...{ worstWei: String(-10n * 10n ** 18n), bindingOutcome: "1" },
    });
    expect(await tell(world.env, "stress", "roots")).to.match(/basket +leg 1 +-10$/m);
  });

  it("has nothing to close where nobody has a position", async function () {
    const empty = await openWorld();
    expect(await tell(empty.env, "stress", "unwind")).to.equal("Nobody has an open position.");
    expect((await ask<Unwound>(empty.env, "stress", "unwind")).positions).to.deep.equal([]);
    expect((await ask<Herded>(empty.env, "stress", "herding")).periods).to.deep.equal([]);
    expect(await tell(empty.env, "stress", "roots")).to.contain("Nobody has a position");
  });

  it("measures herding from the session's fills", async function () {
    const { periods } = await ask<Herded>(world.env, "stress", "herding", "--period", "+1000d", "--least", "2");
    expect(periods).to.have.length(1);
    const [{ mood, markets }] = periods as [Herded["periods"][number]];
    // One buyer of two, where half of all buy: as even as can be, against AF(2, ½) = ¼
    expect([mood, markets.map(({ buyers, traders, herding }) => [buyers, traders, herding])]).to.deep.equal([
      0.5,
      [[1, 2, -0.25]],
    ]);
    expect((await ask<Herded>(world.env, "stress", "herding")).periods[0]!.markets).to.deep.equal([]);
    await expectTold(session(world.env, "stress", "herding", "--period", "1d", "--json"), 2, "ARGUMENT_INVALID");
  });

  it("reverses what the accounts of a session have at stake", async function () {
    interface Reversed {
      readonly holders: readonly { readonly name: string; readonly worst: { readonly gain: Shown } }[];
      readonly unexposed: readonly string[];
    }
    const moving = ["--volatility", "AU=20%,AG=15%"];
    const { holders, unexposed } = await ask<Reversed>(
      world.env,
      "stress",
      "reverse",
      "--prices",
      "AU=10,AG=5",
      ...moving,
    );
    expect(holders.map(({ name }) => name)).to.deep.equal([world.alice.address, world.bob.address]);
    expect(unexposed).to.deep.equal(["undecided markets", "outside the book"]);
    // 5 of 1000 tokens: 0.5 AU more and 1.0025 AG less. 3 · √(1² + 0.751875²), in the move as it is printed
    expect(holders[0]!.worst.gain.rounded).to.equal("-3.75");
  });
});
