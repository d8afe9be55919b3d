/**
 * Worst cases rise when bounds tighten. One that no longer fitted its account wrapped around in a refresh, after which the
 * trader could withdraw all that the book held. An account has its claims now, which never leave what a session has, and not
 * the worst cases: those stand in ticks with each position, which bounds them.
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
/** A position has no room for more. */
const MOST_LOTS = 2n ** 39n - 1n;
/** The three outcomes of every root lie as high as a tick can. */
const LOW = 2n ** 31n - 3n;
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

/** Alice buys at the least outcome, which risks nothing: she has paid as much as her position is worth at its worst. */
async function sell(w: World, lots: bigint, { seller = w.bob, tickValue = TICK } = {}): Promise<number> {
  const root = await intervalRoot(w, { min: LOW, max: LOW + 2n, tickValue, fallback: LOW });
  await deal(w, { buyer: w.alice, seller, root, lots, price: LOW });
  return root;
}

/** Bob gets his collateral back each time a root settles; Alice leaves hers unrealised: worst cases of 2^125 wei more a root. */
async function attack(w: World): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    const root = await sell(w, LOTS);
    await tighten(w, root, 1, LOW, LOW);
    await w.book.realise(root, [w.bob]);
  }
  const root = await sell(w, LOTS);
  await sell(w, 12n);
  return root;
}

describe("Finding: worst cases stay far from what an account can hold", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  const expectNoMore = async (wei: bigint) => {
    expect(await slackOf(w, w.alice)).to.equal(wei);
    const call = w.book.connect(w.alice).withdraw(wei + 1n, w.alice, 0);
    await expectRefused(w, call, "Book_WithdrawalTooLarge", w.alice.address, wei + 1n, wei);
  };

  it("nobody gets near the edge by fills that risk nothing, and what is others' stays theirs", async () => {
    const root = await attack(w);
    await expectNoMore(1n);
    await tighten(w, root, 1, LOW + 1n, LOW + 2n);
    await expectNoMore(1n);
    await w.book.refresh(root, [w.alice]);
    await expectNoMore(1n + LOTS * TICK); // a tick a lot, which Bob has lost
    await w.book.connect(w.alice).withdraw(1n + LOTS * TICK, w.alice, 0);
    expect(await slackOf(w, w.carol)).to.equal(2n ** 94n);
    expect(await slackOf(w, w.bob)).to.equal(0n);
  });

  it("a refresh of what was the greatest worst case stands, and the position is realised all the same", async () => {
    const root = await sell(w, LOTS);
    await sell(w, 3n, { seller: w.carol });
    await tighten(w, root, 1, LOW + 1n, LOW + 2n);
    await w.book.refresh(root, [w.bob, w.alice]);
    expect(await slackOf(w, w.alice)).to.equal(1n + LOTS * TICK);
    expect(await slackOf(w, w.bob)).to.equal(24n * TICK);
    await tighten(w, root, 1, LOW + 2n, LOW + 2n);
    await w.book.realise(root, [w.alice, w.bob]);
    expect(await slackOf(w, w.alice)).to.equal(1n + 2n * LOTS * TICK);
  });

  it("the most lots there can be, at the highest outcomes, are refreshed and realised to the wei", async () => {
    const tickValue = 2n ** 55n;
    const root = await sell(w, MOST_LOTS, { tickValue });
    await tighten(w, root, 1, LOW + 1n, LOW + 2n);
    await expect(w.book.refresh(root, [w.alice, w.bob]))
      .to.emit(w.book, "Refreshed")
      .withArgs(root, 1, (LOW + 1n) * MOST_LOTS * tickValue)
      .to.emit(w.book, "Refreshed")
      .withArgs(root, 2, -(LOW + 2n) * MOST_LOTS * tickValue);
    await expectNoMore(1n + MOST_LOTS * tickValue);
    await tighten(w, root, 1, LOW + 2n, LOW + 2n);
    await w.book.realise(root, [w.bob, w.alice]);
    await expectNoMore(1n + 2n * MOST_LOTS * tickValue);
  });
});
