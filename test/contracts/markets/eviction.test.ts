/** A fill in one root may uncover an order in another: that order goes, when it is met or when anybody says so. */
import { expect } from "chai";
import hre from "hardhat";

import {
  eventRoot,
  expectRefused,
  intervalRoot,
  ordersStory,
  slackOf,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { at, place, submit } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Quoted extends World {
  readonly rain: number;
  readonly wind: number;
  readonly match: number;
  /** Alice's quotes in each of them. */
  readonly inRain: number;
  readonly inWind: number;
  readonly inMatch: number;
}

/** Alice has one token and bids in three roots: what she bids for needs 1, 1 and 0.4. */
async function open(): Promise<Quoted> {
  const w = await openWorld(connection);
  await bankroll(w, TOKEN, w.alice);
  await bankroll(w, 20n * TOKEN, w.bob, w.carol);
  const [rain, wind, match] = [await intervalRoot(w), await intervalRoot(w), await eventRoot(w)];
  const inRain = await place(w, { trader: w.alice, root: rain, lots: 20n, price: 50n });
  const inWind = await place(w, { trader: w.alice, root: wind, lots: 20n, price: 50n });
  const inMatch = await place(w, { trader: w.alice, root: match, leg: 2, lots: 10n, price: 40n });
  return { ...w, rain, wind, match, inRain, inWind, inMatch };
}

describe("Eviction across roots", () => {
  let w: Quoted;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  async function fillRain(lots: bigint): Promise<void> {
    await place(w, { trader: w.bob, root: w.rain, lots: -lots, price: 50n });
  }

  it("before any fill, every order stands", async () => {
    const all = [w.inRain, w.inWind, w.inMatch];
    await expectRefused(w, w.book.offset(at(...all), 0), "Book_OrderStands", w.inRain, w.submitter.address);
  });

  describe("when the order in one root is filled", () => {
    beforeEach(() => fillRain(20n));

    it("anybody may offset those in the others", async () => {
      const call = w.book.connect(w.outsider).offset(at(w.inMatch, w.inWind), 0);
      expect(await ordersStory(w, call)).to.deep.equal([
        `offset ${w.inMatch}: 10 uncovered`,
        `offset ${w.inWind}: 20 uncovered`,
      ]);
      expect((await w.book.accountOf(w.alice)).openOrders).to.equal(0n);
    });

    it("whoever meets one as a maker passes on to the next order behind it", async () => {
      await place(w, { trader: w.carol, root: w.wind, lots: 20n, price: 45n });
      const story = await ordersStory(w, submit(w, { trader: w.bob, root: w.wind, lots: -20n, price: 45n }));
      expect(story).to.deep.equal(["created 6", `offset ${w.inWind}: 20 uncovered`, "matched 5 6: 20 at 45"]);
    });

    it("whoever meets one and finds nothing behind it rests in its place", async () => {
      const story = await ordersStory(w, submit(w, { trader: w.bob, root: w.wind, lots: -20n, price: 50n }));
      expect(story).to.deep.equal(["created 5", `offset ${w.inWind}: 20 uncovered`]);
      expect((await w.book.marketOf(w.wind, 1)).bestAsk).to.equal(5n);
    });

    it("a deposit covers them again, before anybody has said so", async () => {
      await bankroll(w, TOKEN, w.alice);
      await expectRefused(w, w.book.offset(at(w.inWind), 0), "Book_OrderStands", w.inWind, w.submitter.address);
    });

    it("a record that makes the position worth more covers them again, once it is refreshed", async () => {
      await tighten(w, w.rain, 1, 50n, 100n);
      await w.book.refresh(w.rain, [w.alice]);
      await expectRefused(w, w.book.offset(at(w.inWind), 0), "Book_OrderStands", w.inWind, w.submitter.address);
    });

    it("so does settlement, once it is realised", async () => {
      await tighten(w, w.rain, 1, 70n, 70n);
      await w.book.realise(w.rain, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal((14n * TOKEN) / 10n);
      await expectRefused(w, w.book.offset(at(w.inWind), 0), "Book_OrderStands", w.inWind, w.submitter.address);
      await place(w, { trader: w.bob, root: w.wind, lots: -20n, price: 50n });
      expect([...(await w.book.positionOf(w.alice, w.wind))]).to.deep.equal([20n]);
    });
  });

  it("when it is filled in part, only what is really uncovered goes", async () => {
    // 0.6 of the token is bound then: enough left for 0.4, too little for 1: 12 of the 20 lots go.
    await fillRain(12n);
    const call = w.book.connect(w.outsider).offset(at(w.inRain, w.inWind, w.inMatch), 0);
    expect(await ordersStory(w, call)).to.deep.equal([
      `left ${w.inRain}: Book_OrderStands`,
      `offset ${w.inWind}: 12 uncovered`,
      `left ${w.inMatch}: Book_OrderStands`,
    ]);
  });

  it("an order that only reduces what is held stays, however little is left", async () => {
    await fillRain(20n);
    const closing = await place(w, { trader: w.alice, root: w.rain, lots: -20n, price: 60n });
    await expectRefused(w, w.book.offset(at(closing), 0), "Book_OrderStands", closing, w.submitter.address);
    await place(w, { trader: w.carol, root: w.rain, lots: 20n, price: 60n });
    expect(await slackOf(w, w.alice)).to.equal((12n * TOKEN) / 10n);
  });

  it("a fill in the basket root uncovers as well, and the other way round", async () => {
    const inBasket = await place(w, { trader: w.alice, lots: 2_000n, price: 5_000n });
    await fillRain(20n);
    await place(w, { trader: w.bob, lots: -2_000n, price: 5_000n });
    expect([...(await w.book.positionOf(w.alice, 1))]).to.deep.equal([0n, 0n]);
    expect((await w.book.orderAt(inBasket)).lots).to.equal(0n);
  });
});
