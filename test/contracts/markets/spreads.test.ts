/** Forwards, spreads and butterflies, stacked from markets that lie side by side: their collateral nets inside the root. */
import { expect } from "chai";
import hre from "hardhat";

import { deal, intervalRoot, MARKET_TICK, netAt, slackOf, subMarket } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Branches 2 to 5 are the strips 0-25, 25-50, 50-75 and 75-100. */
async function open(): Promise<World & { readonly root: number }> {
  const w = await openWorld(connection);
  await bankroll(w, 20n * TOKEN, w.alice, w.bob);
  const root = await intervalRoot(w);
  for (const strike of [0n, 25n, 50n, 75n]) await subMarket(w, root, strike, strike + 25n);
  return { ...w, root };
}

interface Shape {
  readonly name: string;
  /** Alice's lots in branches 1 to 5. */
  readonly lots: readonly [bigint, bigint, bigint, bigint, bigint];
  /** What the position pays at 0, 25, 50, 75 and 100 for each of ten lots, in ticks. */
  readonly pays: readonly [bigint, bigint, bigint, bigint, bigint];
  /** Where it pays least, for her and for whoever took the other side. */
  readonly binding: readonly [bigint, bigint];
}

const SHAPES: Shape[] = [
  {
    name: "a forward: every strip",
    lots: [0n, 10n, 10n, 10n, 10n],
    pays: [150n, 175n, 200n, 225n, 250n],
    binding: [0n, 100n],
  },
  {
    name: "a forward: the market itself",
    lots: [10n, 0n, 0n, 0n, 0n],
    pays: [0n, 25n, 50n, 75n, 100n],
    binding: [0n, 100n],
  },
  { name: "a call at 50", lots: [0n, 0n, 0n, 10n, 10n], pays: [125n, 125n, 125n, 150n, 175n], binding: [0n, 100n] },
  {
    name: "a put at 50, sold strips",
    lots: [0n, -10n, -10n, 0n, 0n],
    pays: [-25n, -50n, -75n, -75n, -75n],
    binding: [50n, 0n],
  },
  {
    name: "a call spread 25 to 75",
    lots: [0n, 0n, 10n, 10n, 0n],
    pays: [75n, 75n, 100n, 125n, 125n],
    binding: [0n, 75n],
  },
  {
    name: "a put spread 25 to 75",
    lots: [0n, 0n, -10n, -10n, 0n],
    pays: [-75n, -75n, -100n, -125n, -125n],
    binding: [75n, 0n],
  },
  {
    name: "a butterfly 25, 50, 75",
    lots: [0n, 0n, 10n, -10n, 0n],
    pays: [-25n, -25n, 0n, -25n, -25n],
    binding: [0n, 50n],
  },
  { name: "a condor", lots: [0n, 10n, 0n, 0n, -10n], pays: [-75n, -50n, -50n, -50n, -75n], binding: [0n, 25n] },
  { name: "a straddle at 50", lots: [0n, -10n, -10n, 10n, 10n], pays: [100n, 75n, 50n, 75n, 100n], binding: [50n, 0n] },
  {
    name: "the market less its strips: nothing",
    lots: [10n, -10n, -10n, -10n, -10n],
    pays: [-150n, -150n, -150n, -150n, -150n],
    binding: [0n, 0n],
  },
];

describe("Positions of several markets of one root", () => {
  let w: World & { readonly root: number };
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  for (const { name, lots, pays, binding } of SHAPES) {
    it(`${name} is held by what it can lose altogether`, async () => {
      let cost = 0n;
      for (const [b, held] of lots.entries()) {
        if (held === 0n) continue;
        const [buyer, seller] = held > 0n ? [w.alice, w.bob] : [w.bob, w.alice];
        const price = b === 0 ? 40n : BigInt(b) * 25n - 10n;
        cost += price * held * MARKET_TICK;
        await deal(w, { buyer, seller, root: w.root, branch: b + 1, lots: held > 0n ? held : -held, price });
      }
      const values = pays.map((ticks) => ticks * 10n * MARKET_TICK);
      for (const [i, value] of values.entries()) {
        const y = BigInt(i) * 25n;
        expect(await netAt(w, w.alice, w.root, y), `Alice at ${y}`).to.equal(20n * TOKEN - cost + value);
        expect(await netAt(w, w.bob, w.root, y), `Bob at ${y}`).to.equal(20n * TOKEN + cost - value);
      }
      const [least, most] = [values.reduce((a, b) => (a < b ? a : b)), values.reduce((a, b) => (a > b ? a : b))];
      expect(await slackOf(w, w.alice)).to.equal(20n * TOKEN - cost + least);
      expect(await slackOf(w, w.bob)).to.equal(20n * TOKEN + cost - most);
      for (const [i, trader] of [w.alice, w.bob].entries()) {
        const { bindingOutcomes } = await w.book.checkCollateral(trader, [w.root]);
        expect([...bindingOutcomes]).to.deep.equal([binding[i]!]);
      }
    });
  }

  it("what nets away needs no collateral: the last wei can be withdrawn", async () => {
    for (const branch of [2, 3, 4, 5]) {
      await deal(w, {
        buyer: w.bob,
        seller: w.alice,
        root: w.root,
        branch,
        lots: 100n,
        price: BigInt(branch - 1) * 25n,
      });
    }
    await deal(w, { buyer: w.alice, seller: w.bob, root: w.root, branch: 1, lots: 100n, price: 100n });
    // Strips sold at their tops for 250 ticks, the market bought at its top for 100: she owes 150 whatever happens.
    const { claim, worst } = await w.book.accountOf(w.alice);
    expect([claim, worst]).to.deep.equal([35n * TOKEN - 15n * TOKEN, 0n]);
    await w.book.connect(w.alice).withdraw(20n * TOKEN, w.alice, 0);
    await w.book.connect(w.bob).withdraw(20n * TOKEN, w.bob, 0);
  });
});
