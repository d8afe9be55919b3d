/** A position that is worth more at both ends of the root than at a strike between them: the papers' corner check misses it. */
import { expect } from "chai";
import hre from "hardhat";
import { readFileSync } from "node:fs";

import {
  expectRefused,
  intervalRoot,
  MARKET_TICK,
  netAt,
  slackOf,
  subMarket,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { place, submit } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Vector {
  readonly parents: readonly string[];
  readonly mins: readonly string[];
  readonly maxs: readonly string[];
  readonly heldBranchIds: readonly string[];
  readonly lots: readonly string[];
  readonly outcomes: readonly string[];
  readonly payoffs: readonly string[];
  readonly worst: string;
  readonly worstAtCorners: string;
}

const path = new URL("../../vectors/paper-examples.json", import.meta.url);
const { lossBetweenCorners } = JSON.parse(readFileSync(path, "utf8")) as { lossBetweenCorners: Vector };
const { parents, mins, maxs, heldBranchIds, lots, outcomes, payoffs, worst, worstAtCorners } = lossBetweenCorners;

/** So many times the vector's position. */
const SIZE = 1_000n;
const [FIRST, SECOND] = heldBranchIds.map(Number) as [number, number];

/** Carol has no more than 0.4 token; she wants to sell [4, 5] and buy [5, 6], at the prices that cost her nothing at the ends. */
async function open(): Promise<World & { readonly root: number }> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice);
  await bankroll(w, (4n * TOKEN) / 10n, w.carol);
  const root = await intervalRoot(w, { min: BigInt(mins[0]!), max: BigInt(maxs[0]!), fallback: 0n });
  for (const [i, parent] of parents.entries()) {
    if (i > 0) await subMarket(w, root, BigInt(mins[i]!), BigInt(maxs[i]!), Number(parent));
  }
  await place(w, { trader: w.alice, root, leg: FIRST, lots: SIZE, price: 5n });
  await place(w, { trader: w.alice, root, leg: SECOND, lots: -SIZE, price: 6n });
  return { ...w, root };
}

describe("The loss between the corners", () => {
  let w: World & { readonly root: number };
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    expect(lots.map(BigInt)).to.deep.equal([-1n, 1n]);
    await place(w, { trader: w.carol, root: w.root, leg: FIRST, lots: -SIZE, price: 5n });
  });
  afterEach(() => expectMarketsSound(w));

  it("the first half risks nothing: what is sold at its most can only be worth less", async () => {
    expect(await slackOf(w, w.carol)).to.equal((4n * TOKEN) / 10n);
  });

  describe("given Carol's deposit covers both ends, but not the strike between them", () => {
    it("refuses the second half, with what is short there and where it is", async () => {
      const order = { trader: w.carol, root: w.root, leg: SECOND, lots: SIZE, price: 6n };
      const short = SIZE * MARKET_TICK - (4n * TOKEN) / 10n;
      await expectRefused(w, submit(w, order), "Book_Uncovered", w.carol.address, short, 5);
      expect([...(await w.book.positionOf(w.carol, w.root))]).to.deep.equal([0n, -SIZE, 0n]);
    });

    it("takes as many lots as the strike bears, and not one more", async () => {
      const most = (4n * TOKEN) / 10n / MARKET_TICK;
      const order = { trader: w.carol, root: w.root, leg: SECOND, lots: most + 1n, price: 6n };
      await expectRefused(w, submit(w, order), "Book_Uncovered", w.carol.address, MARKET_TICK, 5);
      await place(w, { ...order, lots: most });
      expect(await slackOf(w, w.carol)).to.equal(0n);
    });
  });

  describe("given she pays in what is short", () => {
    beforeEach(async () => {
      await bankroll(w, (6n * TOKEN) / 10n, w.carol);
      await place(w, { trader: w.carol, root: w.root, leg: SECOND, lots: SIZE, price: 6n });
    });

    it("takes the second half, and nothing is left to withdraw", async () => {
      expect(await slackOf(w, w.carol)).to.equal(0n);
      const call = w.book.connect(w.carol).withdraw(1n, w.carol, 0);
      await expectRefused(w, call, "Book_WithdrawalTooLarge", w.carol.address, 1n, 0n);
    });

    it("her net collateral in each outcome is the vector's", async () => {
      // A token, and a tick less for the two prices than she got.
      const cash = TOKEN - SIZE * MARKET_TICK;
      for (const [i, outcome] of outcomes.entries()) {
        const expected = cash + SIZE * BigInt(payoffs[i]!) * MARKET_TICK;
        expect(await netAt(w, w.carol, w.root, BigInt(outcome)), `at ${outcome}`).to.equal(expected);
      }
      const stored = (await w.book.accountOf(w.carol)).worst;
      expect(stored).to.equal(SIZE * BigInt(worst) * MARKET_TICK);
      expect(stored < SIZE * BigInt(worstAtCorners) * MARKET_TICK).to.equal(true);
    });

    it("names the strike as what binds", async () => {
      const { slack, bindingOutcomes } = await w.book.checkCollateral(w.carol, [w.root]);
      expect([slack, ...bindingOutcomes]).to.deep.equal([0n, 5n]);
    });
  });
});
