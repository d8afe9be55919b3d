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
import { submitAll } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly match: number;
}

/** Alice (trader 1) is long, Bob (2) and Carol (3) are short. */
async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol);
  const rain = await intervalRoot(w);
  await subMarket(w, rain, 30n, 60n);
  const match = await eventRoot(w);
  await deal(w, { buyer: w.alice, seller: w.bob, root: rain, branch: 1, lots: 10n, price: 50n });
  await deal(w, { buyer: w.alice, seller: w.carol, root: rain, branch: 2, lots: 20n, price: 40n });
  await deal(w, { buyer: w.alice, seller: w.bob, root: match, branch: 2, lots: 10n, price: 30n });
  return { ...w, rain, match };
}

describe("OrderBook.realise (R19)", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  describe("given the root is settled at 70", () => {
    beforeEach(() => tighten(w, w.rain, 1, 70n, 70n));

    it("turns positions into cash, whoever asks", async () => {
      await expect(w.book.connect(w.outsider).realise(w.rain, [w.alice, w.bob, w.carol]))
        .to.emit(w.book, "Realised")
        .withArgs(w.rain, 1, (10n * 70n + 20n * 60n) * (TOKEN / 1_000n))
        .and.to.emit(w.book, "Realised")
        .withArgs(w.rain, 2, -700n * (TOKEN / 1_000n))
        .and.to.emit(w.book, "Realised")
        .withArgs(w.rain, 3, -1_200n * (TOKEN / 1_000n));
      // 0.5, 0.8 and 0.3 were paid; 0.7 and 1.2 came in. Bob may still owe 1 for the match.
      expect((await w.book.accountOf(w.alice)).claim).to.equal((103n * TOKEN) / 10n);
      expect((await w.book.accountOf(w.bob)).claim).to.equal((101n * TOKEN) / 10n - TOKEN);
      expect((await w.book.accountOf(w.carol)).claim).to.equal((96n * TOKEN) / 10n);
    });

    it("empties the position and its worst case, and leaves other roots alone", async () => {
      await w.book.realise(w.rain, [w.bob]);
      expect([...(await w.book.positionOf(w.bob, w.rain))]).to.deep.equal([0n, 0n]);
      expect([...(await w.book.positionOf(w.bob, w.match))]).to.deep.equal([0n, -10n, 0n]);
      const { slack } = await w.book.checkCollateral(w.bob, [w.match]);
      expect((await w.book.accountOf(w.bob)).claim).to.equal(slack);
      expect(await netAt(w, w.bob, w.match, 0n, 0n, 100n)).to.equal(slack + TOKEN);
    });

    it("frees what the bounds had left open", async () => {
      const before = await slackOf(w, w.carol);
      await w.book.realise(w.rain, [w.carol]);
      expect((await slackOf(w, w.carol)) - before, "she had to expect 60, and so it came").to.equal(0n);
      const bobs = await slackOf(w, w.bob);
      await w.book.realise(w.rain, [w.bob]);
      expect((await slackOf(w, w.bob)) - bobs, "he had to expect 100").to.equal((3n * TOKEN) / 10n);
    });

    it("is lazy: until then the position counts at what it was last seen to be worth at worst", async () => {
      await w.book.realise(w.rain, [w.bob, w.carol]);
      expect([...(await w.book.positionOf(w.alice, w.rain))]).to.deep.equal([10n, 20n]);
      expect(await slackOf(w, w.alice)).to.equal((9n * TOKEN) / 1n);
      const [fresh] = await w.book.checkCollateral(w.alice, [w.rain]);
      expect(fresh).to.equal((103n * TOKEN) / 10n);
      await w.book.realise(w.rain, [w.alice]);
      expect(await slackOf(w, w.alice)).to.equal((103n * TOKEN) / 10n);
    });

    it("a second time, or of who holds nothing, is worth nothing", async () => {
      await w.book.createUser(w.dave);
      await expect(w.book.realise(w.rain, [w.dave]))
        .to.emit(w.book, "Realised")
        .withArgs(w.rain, 4, 0n);
      await w.book.realise(w.rain, [w.alice]);
      const before = [...(await w.book.accountOf(w.alice))];
      await expect(w.book.realise(w.rain, [w.alice, w.alice]))
        .to.emit(w.book, "Realised")
        .withArgs(w.rain, 1, 0n);
      expect([...(await w.book.accountOf(w.alice))]).to.deep.equal(before);
    });

    it("of nobody does nothing", async () => {
      await expect(w.book.realise(w.rain, [])).not.to.emit(w.book, "Realised");
    });

    it("is open after t2", async () => {
      await networkHelpers.time.increaseTo(w.t2);
      await w.book.realise(w.rain, [w.alice, w.bob, w.carol]);
      expect(await slackOf(w, w.carol)).to.equal((96n * TOKEN) / 10n);
    });

    it("refuses the whole list if one of it is not registered", async () => {
      const call = w.book.realise(w.rain, [w.alice, w.outsider]);
      await expectRefused(w, call, "Book_TraderUnknown", w.outsider.address);
      expect([...(await w.book.positionOf(w.alice, w.rain))]).to.deep.equal([10n, 20n]);
    });
  });

  describe("refuses", () => {
    it("a root that is not settled, even if a branch of it is determined", async () => {
      await expectRefused(w, w.book.realise(w.rain, [w.alice]), "Book_MarketNotSettled", w.rain);
      await tighten(w, w.rain, 1, 60n, 100n);
      await expectRefused(w, w.book.realise(w.rain, [w.alice]), "Book_MarketNotSettled", w.rain);
      await expectRefused(w, w.book.realise(w.match, []), "Book_MarketNotSettled", w.match);
    });

    it("the basket root, which is delivered", async () => {
      await expectRefused(w, w.book.realise(1, [w.alice]), "Book_MarketNotSettled", 1);
    });

    it("a root that does not exist", async () => {
      await expectRefused(w, w.book.realise(9, [w.alice]), "Book_MarketUnknown", 9, 1);
      await expectRefused(w, w.book.realise(0, [w.alice]), "Book_MarketUnknown", 0, 1);
    });
  });
});

describe("OrderBook.realise of many branches", () => {
  it("empties every one of 32", async () => {
    const w = await openWorld(connection);
    await bankroll(w, 100n * TOKEN, w.alice, w.bob);
    const root = await intervalRoot(w);
    for (let branch = 2; branch <= 32; branch += 1) await subMarket(w, root, BigInt(branch), BigInt(branch) + 10n);
    const branches = Array.from({ length: 32 }, (_, b) => b + 1);
    const inEach = branches.map((leg) => ({ root, leg, lots: BigInt(leg), price: BigInt(leg) }));
    for (let from = 0; from < 32; from += 8) {
      const some = inEach.slice(from, from + 8);
      const offers = some.map((order) => ({ ...order, trader: w.bob, lots: -order.lots }));
      await submitAll(w, [...offers, ...some.map((order) => ({ ...order, trader: w.alice }))]);
    }
    await tighten(w, root, 1, 20n, 20n);
    await w.book.realise(root, [w.alice, w.bob]);
    const nothing = Array.from({ length: 32 }, () => 0n);
    for (const trader of [w.alice, w.bob]) {
      expect([...(await w.book.positionOf(trader, root))]).to.deep.equal(nothing);
    }
    // Each lot is worth clamp(20, branch, branch + 10) and cost its branch; the first, 20 and 1.
    let won = 20n - 1n;
    for (let b = 2n; b <= 32n; b += 1n) won += b * ((b > 20n ? b : b + 10n < 20n ? b + 10n : 20n) - b);
    expect((await w.book.accountOf(w.alice)).claim).to.equal(100n * TOKEN + won * (TOKEN / 1_000n));
    expect((await w.book.accountOf(w.bob)).claim).to.equal(100n * TOKEN - won * (TOKEN / 1_000n));
    await expectMarketsSound(w);
  });
});
