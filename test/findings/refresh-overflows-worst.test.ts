/**
 * Worst cases rise when bounds tighten. One that no longer fitted its account wrapped around in a refresh, after which the
 * trader could withdraw all that the book held.
 */
import { expect } from "chai";
import hre from "hardhat";

import { deal, expectRefused, intervalRoot, slackOf, tighten } from "../../stage/contracts/markets.js";
import { expectMarketsSound } from "../contracts/support/markets-sound.js";
import { MAX_UINT96 } from "../../stage/contracts/units.js";
import { openWorld, type World } from "../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const TICK = 2n ** 63n;
const LOTS = 2n ** 31n;
/** The three outcomes of every root lie as high as a tick can. */
const LOW = 2n ** 31n - 3n;
/** No stored worst case is greater. */
const MAX_WORST = 2n ** 125n;

/** Carol is a bystander: what she has paid in is what could be taken. */
async function open(): Promise<World> {
  const w = await openWorld(connection, { supply: MAX_UINT96 });
  await w.session.approve(w.book, MAX_UINT96);
  const book = w.book.connect(w.organiser);
  await book.deposit(w.alice, 1n);
  await book.deposit(w.bob, 2n ** 95n + 24n * TICK);
  await book.deposit(w.carol, 2n ** 94n);
  return w;
}

/** Alice buys at the least outcome, which risks nothing: her cash falls and her worst case rises by the same. */
async function sell(w: World, lots: bigint, seller = w.bob): Promise<number> {
  const root = await intervalRoot(w, { min: LOW, max: LOW + 2n, tickValue: TICK, fallback: LOW });
  await deal(w, { buyer: w.alice, seller, root, lots, price: LOW });
  return root;
}

/** Bob gets his collateral back each time a root settles; Alice leaves hers unrealised: 2^125 wei more a root. */
async function attack(w: World): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const root = await sell(w, LOTS);
    await tighten(w, root, 1, LOW, LOW);
    await w.book.realise(root, [w.bob]);
  }
  const root = await sell(w, LOTS);
  await sell(w, 12n);
  await tighten(w, root, 1, LOW + 1n, LOW + 2n);
  await w.book.refresh(root, [w.alice]);
}

describe("Finding: worst cases stay far from what an account can hold", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  it("nobody gets near the edge by fills that risk nothing, and what is others' stays theirs", async () => {
    await expectRefused(w, attack(w), "Book_PositionOverflow", w.alice.address);
    expect(await slackOf(w, w.alice)).to.equal(1n);
    const call = w.book.connect(w.alice).withdraw(2n, w.alice, 0);
    await expectRefused(w, call, "Book_WithdrawalTooLarge", w.alice.address, 2n, 1n);
  });

  it("a refresh that would go beyond is refused, and the position is realised all the same", async () => {
    const root = await sell(w, LOTS);
    await sell(w, 3n, w.carol);
    const stored = (await w.book.accountOf(w.alice)).worst;
    expect(MAX_WORST - stored).to.equal(9n * TICK);
    await tighten(w, root, 1, LOW + 1n, LOW + 2n);
    await expectRefused(w, w.book.refresh(root, [w.bob, w.alice]), "Book_PositionOverflow", w.alice.address);
    expect((await w.book.accountOf(w.alice)).worst).to.equal(stored);
    await tighten(w, root, 1, LOW + 2n, LOW + 2n);
    await w.book.realise(root, [w.alice, w.bob]);
    expect(await slackOf(w, w.alice)).to.equal(1n + 2n * LOTS * TICK);
  });
});
