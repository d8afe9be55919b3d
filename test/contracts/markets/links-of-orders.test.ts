/** An order is signed over a head that knows its market: nobody's order lands in a market that was made after it was signed. */
import { expect } from "chai";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  MARKET_TICK,
  ordersStory,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { place, sign, signAll, submit, submitAll } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("The link of an order and its market", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  it("refuses an order that was signed before its root was made, though its link is fresh", async () => {
    const { link: before } = await w.book.chainState();
    const early = await sign(w, { trader: w.alice, root: 2, lots: 10n, price: 40n });
    const root = await intervalRoot(w, { tickValue: 2n * MARKET_TICK });
    const { link: head } = await w.book.chainState();
    await expectRefused(w, submit(w, early), "Book_StaleLink", before, head);
    await place(w, { trader: w.alice, root, lots: 10n, price: 40n, nonce: 0n });
  });

  it("takes one that was signed over the very record that made it, or over anything later", async () => {
    const root = await intervalRoot(w);
    const { link: made } = await w.book.chainState();
    await eventRoot(w);
    const { link: later } = await w.book.chainState();
    await place(w, { trader: w.alice, root, lots: 10n, price: 40n, link: made });
    await place(w, { trader: w.alice, root, lots: 10n, price: 40n, link: later });
  });

  it("knows each root's age: the same link is good for an older one", async () => {
    const first = await intervalRoot(w);
    const { link } = await w.book.chainState();
    const second = await intervalRoot(w);
    const { link: current } = await w.book.chainState();
    await expectRefused(
      w,
      submit(w, { trader: w.alice, root: second, lots: 10n, price: 40n, link }),
      "Book_StaleLink",
      link,
      current,
    );
    await place(w, { trader: w.alice, root: first, lots: 10n, price: 40n, link });
    await place(w, { trader: w.alice, lots: 10n, price: 4_000n, link });
  });

  it("does not look at branches one by one: an order for one that is made later is good then (R25)", async () => {
    const root = await intervalRoot(w);
    const early = await sign(w, { trader: w.alice, root, leg: 2, lots: 10n, price: 45n });
    await expectRefused(w, submit(w, early), "Book_MarketUnknown", root, 2);
    await subMarket(w, root, 0n, 50n);
    await submit(w, early);
    expect((await w.book.accountOf(w.alice)).openOrders).to.equal(1n);
  });

  it("in one batch, a link that was good for one root is looked at again for another", async () => {
    const first = await intervalRoot(w);
    const { link } = await w.book.chainState();
    const second = await intervalRoot(w);
    const { link: current } = await w.book.chainState();
    const orders = await signAll(w, [
      { trader: w.alice, root: first, lots: 10n, price: 40n, link },
      { trader: w.alice, root: second, lots: 10n, price: 40n, link },
      { trader: w.bob, root: first, lots: -10n, price: 40n, link },
      { trader: w.bob, root: second, lots: 10n, price: 40n, link: current },
    ]);
    expect(await ordersStory(w, submitAll(w, orders))).to.deep.equal([
      "created 1",
      "skipped 1: Book_StaleLink",
      "created 2",
      "matched 1 2: 10 at 40",
      "created 3",
    ]);
  });

  it("records move the head on, and push links out of the window as orders do", async () => {
    const narrow = await openWorld(connection, { chainWindow: 2 });
    await bankroll(narrow, TOKEN, narrow.alice);
    const root = await intervalRoot(narrow);
    const { link } = await narrow.book.chainState();
    const order = await sign(narrow, { trader: narrow.alice, root, lots: 1n, price: 40n });
    await subMarket(narrow, root, 30n, 60n);
    await tighten(narrow, root, 1, 10n, 90n);
    const { link: current } = await narrow.book.chainState();
    await expectRefused(narrow, submit(narrow, order), "Book_StaleLink", link, current);
    await expectMarketsSound(narrow);
  });

  it("a record that is refused leaves the head alone", async () => {
    const root = await intervalRoot(w);
    const { link: head } = await w.book.chainState();
    await expectRefused(w, tighten(w, root, 1, 5n, 4n), "Book_BoundsReversed", root, 1, 5, 4);
    expect((await w.book.chainState()).link).to.equal(head);
  });
});
