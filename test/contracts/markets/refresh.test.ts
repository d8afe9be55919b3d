import { expect } from "chai";
import hre from "hardhat";

import {
  deal,
  eventRoot,
  expectRefused,
  intervalRoot,
  netAt,
  slackOf,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
}

/** Alice (trader 1) is long 10 lots of the market and 20 of outcome 2, Bob (2) is short; 0.5 and 0.6 were paid for that. */
async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob);
  const rain = await intervalRoot(w);
  await subMarket(w, rain, 30n, 60n);
  const match = await eventRoot(w);
  await deal(w, { buyer: w.alice, seller: w.bob, root: rain, lots: 10n, price: 50n });
  await deal(w, { buyer: w.alice, seller: w.bob, root: match, branch: 2, lots: 20n, price: 30n });
  return { ...w, rain, match };
}

describe("OrderBook.refresh (R19)", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  const cents = (amount: bigint): bigint => (amount * TOKEN) / 100n;

  /** Cash and the stored worst cases of all roots, of Alice and of Bob. */
  async function expectClaims(alice: bigint, bob: bigint): Promise<void> {
    expect([await slackOf(w, w.alice), await slackOf(w, w.bob)]).to.deep.equal([alice, bob]);
  }

  describe("given a record tightened the root to 20 to 70", () => {
    beforeEach(() => tighten(w, w.rain, 1, 20n, 70n));

    it("stored worst cases are those of before, on the safe side", async () => {
      await expectClaims(cents(890n), cents(1_110n) - 3n * TOKEN);
    });

    it("brings them up to date, whoever asks", async () => {
      await expect(w.book.connect(w.outsider).refresh(w.rain, [w.alice, w.bob]))
        .to.emit(w.book, "Refreshed")
        .withArgs(w.rain, 1, TOKEN / 5n)
        .and.to.emit(w.book, "Refreshed")
        .withArgs(w.rain, 2, (-7n * TOKEN) / 10n);
      await expectClaims(cents(890n) + TOKEN / 5n, cents(1_110n) - (27n * TOKEN) / 10n);
    });

    it("touches neither cash nor lots nor the other root's share", async () => {
      // At 50 he owes 0.5 for rain, and 2 for the match at worst.
      const net = cents(1_110n) - cents(50n) - 2n * TOKEN;
      expect(await netAt(w, w.bob, w.rain, 50n)).to.equal(net);
      await w.book.refresh(w.rain, [w.bob]);
      expect(await netAt(w, w.bob, w.rain, 50n)).to.equal(net);
      expect([...(await w.book.positionOf(w.bob, w.rain))]).to.deep.equal([-10n, 0n]);
      expect([...(await w.book.positionOf(w.bob, w.match))]).to.deep.equal([0n, -20n, 0n]);
    });

    it("a second time changes nothing", async () => {
      await w.book.refresh(w.rain, [w.bob, w.bob]);
      const once = await slackOf(w, w.bob);
      await w.book.refresh(w.rain, [w.bob]);
      expect(await slackOf(w, w.bob)).to.equal(once);
    });

    it("the next fill in the root brings its two traders up to date by itself", async () => {
      await deal(w, { buyer: w.bob, seller: w.alice, root: w.rain, lots: 1n, price: 50n });
      await expectClaims(cents(895n) + (9n * TOKEN) / 50n, cents(1_105n) - (263n * TOKEN) / 100n);
    });

    it("a fill in another root does not", async () => {
      await deal(w, { buyer: w.bob, seller: w.alice, root: w.match, branch: 2, lots: 20n, price: 30n });
      await expectClaims(cents(950n), cents(1_050n) - TOKEN);
    });
  });

  it("without a record changes nothing", async () => {
    const before = [...(await w.book.accountOf(w.bob))];
    await w.book.refresh(w.rain, [w.alice, w.bob]);
    await w.book.refresh(w.match, [w.alice, w.bob]);
    expect([...(await w.book.accountOf(w.bob))]).to.deep.equal(before);
  });

  it("of the basket root is of no use and does no harm", async () => {
    await deal(w, { buyer: w.alice, seller: w.bob, root: 1, lots: 1_000n, price: 5_000n });
    const before = [...(await w.book.accountOf(w.bob))];
    await w.book.refresh(1, [w.alice, w.bob]);
    expect([...(await w.book.accountOf(w.bob))]).to.deep.equal(before);
  });

  it("of nobody does nothing; of who holds nothing says so", async () => {
    await expect(w.book.refresh(w.rain, [])).not.to.emit(w.book, "Refreshed");
    await w.book.createUser(w.carol);
    await expect(w.book.refresh(w.rain, [w.carol]))
      .to.emit(w.book, "Refreshed")
      .withArgs(w.rain, 3, 0n);
  });

  it("is open after closesAt and t2", async () => {
    await networkHelpers.time.increaseTo(w.t2);
    await tighten(w, w.rain, 1, 0n, 60n);
    await w.book.refresh(w.rain, [w.bob]);
    await expectClaims(cents(890n), cents(1_110n) - (26n * TOKEN) / 10n);
  });

  describe("refuses", () => {
    it("a settled root: its positions are realised", async () => {
      await tighten(w, w.rain, 1, 45n, 45n);
      await tighten(w, w.match, 2, 100n, 100n);
      await expectRefused(w, w.book.refresh(w.rain, [w.alice]), "Book_MarketSettled", w.rain);
      await expectRefused(w, w.book.refresh(w.match, []), "Book_MarketSettled", w.match);
    });

    it("a root that does not exist", async () => {
      await expectRefused(w, w.book.refresh(4, [w.alice]), "Book_MarketUnknown", 4, 1);
      await expectRefused(w, w.book.refresh(0, [w.alice]), "Book_MarketUnknown", 0, 1);
    });

    it("the whole list if one of it is not registered", async () => {
      await tighten(w, w.rain, 1, 20n, 70n);
      const call = w.book.refresh(w.rain, [w.bob, w.outsider]);
      await expectRefused(w, call, "Book_TraderUnknown", w.outsider.address);
      await expectClaims(cents(890n), cents(1_110n) - 3n * TOKEN);
    });
  });
});
