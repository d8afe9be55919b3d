/**
 * A session from the first trade to the last exit, for baskets of one, two, three and sixteen assets, with an interval and an event root
 * beside: what everybody gets is what plain bookkeeping of the same deals says.
 */
import { expect } from "chai";
import hre from "hardhat";

import {
  deal,
  eventRoot,
  expectRefused,
  intervalRoot,
  MARKET_TICK,
  netAt,
  slackOf,
  subMarket,
  tighten,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { DAY, LOT_VALUE, TICK_VALUE, TOKEN } from "../../../stage/contracts/units.js";
import { type Account, bankroll, closeTrading, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const TRADERS = ["alice", "bob", "carol", "dave"] as const;
type Trader = (typeof TRADERS)[number];

/** What somebody has, in the plainest of books: cash, and lots of each leg. */
interface Holding {
  cash: bigint;
  readonly lots: bigint[];
}
type Plain = Record<Trader, Holding>;

/** Buyer, seller, market, lots, price; of the basket, then of rain and its part from 30 to 60, then of outcome 1 of the match. */
type Deal = readonly [Trader, Trader, "basket" | "rain" | "match", number, bigint, bigint];

interface Scene extends World {
  readonly rain: number;
  readonly match: number;
  readonly plain: Plain;
}

/** Everybody has 10 tokens in the book, and Dave has paid in 700 lots of the last leg besides. */
async function open(assetCount: number): Promise<Scene> {
  // Coarse assets: a unit is worth a quadrillion wei and more, so that rounding shows.
  const quantities = Array.from({ length: assetCount }, (_, k) => BigInt(k + 1) * 1_000_003n);
  const w = await openWorld(connection, { assetCount, quantities });
  await bankroll(w, 10n * TOKEN, ...TRADERS.map((name) => w[name]));
  await w.session.split(TOKEN);
  await w.leg(assetCount).connect(w.organiser).approve(w.book, TOKEN);
  await w.book.connect(w.organiser).depositLeg(w.dave, assetCount, 700n);
  const [rain, match] = [await intervalRoot(w), await eventRoot(w)];
  await subMarket(w, rain, 30n, 60n);
  const holding = (): Holding => ({ cash: 10n * TOKEN, lots: Array.from({ length: assetCount }, () => 0n) });
  const plain = { alice: holding(), bob: holding(), carol: holding(), dave: holding() };
  plain.dave.lots[assetCount - 1]! += 700n;
  const scene = { ...w, rain, match, plain };
  for (const each of dealsOf(assetCount)) await strike(scene, each);
  return scene;
}

function dealsOf(assetCount: number): Deal[] {
  const inBasket: Deal[] = [
    ["alice", "bob", "basket", 1, 1_000n, 4_000n],
    ["carol", "alice", "basket", assetCount, 500n, 3_000n],
    ["dave", "carol", "basket", Math.ceil(assetCount / 2), 300n, 2_500n],
  ];
  return [
    ...(assetCount === 1 ? [] : inBasket), // of one asset there is nothing to bet on
    ["alice", "bob", "rain", 1, 10n, 40n],
    ["carol", "alice", "rain", 2, 10n, 45n],
    ["carol", "bob", "match", 1, 20n, 30n],
    ["dave", "carol", "match", 3, 5n, 20n],
  ];
}

async function strike(w: Scene, [buyer, seller, market, branch, lots, price]: Deal): Promise<void> {
  const root = market === "basket" ? 1 : w[market];
  await deal(w, { buyer: w[buyer], seller: w[seller], root, branch, lots, price });
  const cost = lots * price * (market === "basket" ? TICK_VALUE : MARKET_TICK);
  w.plain[buyer].cash -= cost;
  w.plain[seller].cash += cost;
  if (market !== "basket") return;
  w.plain[buyer].lots[branch - 1]! += lots;
  w.plain[seller].lots[branch - 1]! -= lots;
}

/** Rain comes to 55, both markets of it, and by its fallback outcome 1 of the match is all. */
function settle(plain: Plain): void {
  const paid = (ticks: bigint, lots: bigint): bigint => ticks * lots * MARKET_TICK;
  plain.alice.cash += paid(55n, 10n) - paid(55n, 10n);
  plain.bob.cash -= paid(55n, 10n) + paid(100n, 20n);
  plain.carol.cash += paid(55n, 10n) + paid(100n, 20n);
}

function claimsOf({ cash, lots }: Holding): bigint[] {
  return lots.map((held) => cash + held * LOT_VALUE);
}

for (const assetCount of [1, 2, 3, 16]) {
  async function traded(): Promise<Scene> {
    return open(assetCount);
  }

  describe(`The life of a session of ${assetCount} asset${assetCount === 1 ? "" : "s"}`, () => {
    let w: Scene;
    beforeEach(async () => {
      const scene = await networkHelpers.loadFixture(traded);
      w = { ...scene, plain: structuredClone(scene.plain) }; // each test writes on
    });
    afterEach(() => expectMarketsSound(w));

    const everybody = (): Account[] => TRADERS.map((name) => w[name]);

    /** Each asset that an exit in kind delivers, rounded down once. */
    async function sharesOf(claims: readonly bigint[]): Promise<bigint[]> {
      return Promise.all(
        claims.map(async (claim, k) => {
          const inVault = await w.assets[k]!.balanceOf(w.session);
          return (claim * inVault) / (await w.session.outstandingClaims(k + 1));
        }),
      );
    }

    /** @returns the claims that were paid */
    async function exit(trader: Account, redeemAssets: boolean): Promise<bigint[]> {
      const book = w.book.connect(trader);
      const claims = [...(await book.exit.staticCall(trader, redeemAssets))];
      const before = await Promise.all(w.assets.map((asset) => asset.balanceOf(trader)));
      const shares = await sharesOf(claims);
      const session = await w.session.balanceOf(trader);
      await expect(book.exit(trader, redeemAssets)).to.emit(w.book, "Exited");
      const after = await Promise.all(w.assets.map((asset) => asset.balanceOf(trader)));
      const got = after.map((balance, k) => balance - before[k]!);
      expect(got, "assets delivered").to.deep.equal(redeemAssets ? shares : shares.map(() => 0n));
      if (!redeemAssets) {
        const common = claims.reduce((a, b) => (a < b ? a : b));
        expect((await w.session.balanceOf(trader)) - session, "session tokens").to.equal(common);
      }
      return claims;
    }

    async function settleAll(): Promise<void> {
      await tighten(w, w.rain, 1, 55n, 55n);
      await networkHelpers.time.increaseTo(w.t2 + 10 * DAY);
      await w.book.connect(w.outsider).applyFallback(w.match);
      settle(w.plain);
    }

    async function expectPlain(): Promise<void> {
      for (const name of TRADERS) {
        expect([...(await w.book.claimsOf(w[name]))], name).to.deep.equal(claimsOf(w.plain[name]));
        const last = w.plain[name].lots.at(-1)!;
        expect([...(await w.book.positionOf(w[name], 1))], name).to.deep.equal(
          w.plain[name].lots.map((lots) => lots - last),
        );
      }
    }

    it("realises what plain bookkeeping says, in whatever order, and each once", async () => {
      await closeTrading(w);
      await settleAll();
      await w.book.realise(w.match, everybody().reverse());
      await w.book.realise(w.rain, [w.carol]);
      await w.book.realise(w.rain, everybody());
      await expectPlain();
      await w.book.realise(w.rain, everybody());
      await expectPlain();
    });

    it("refreshes what a record has made certain: Bob owes at most 70, and Alice has at least 20 − 30", async () => {
      const [alice, bob] = [await slackOf(w, w.alice), await slackOf(w, w.bob)];
      await tighten(w, w.rain, 1, 20n, 70n);
      expect([await slackOf(w, w.alice), await slackOf(w, w.bob)], "as stored").to.deep.equal([alice, bob]);
      await w.book.refresh(w.rain, everybody());
      // Ten lots: Bob owed up to 100 before. Alice is long y and short clamp(y, 30, 60): at worst −30 before, at 0; −10 at 20 now.
      expect((await slackOf(w, w.bob)) - bob).to.equal(10n * 30n * MARKET_TICK);
      expect((await slackOf(w, w.alice)) - alice).to.equal(10n * 20n * MARKET_TICK);
      expect(await netAt(w, w.bob, w.rain, 70n)).to.equal(await slackOf(w, w.bob));
    });

    it("pays everybody in tokens or in kind, and nothing is left", async () => {
      await closeTrading(w);
      await settleAll();
      for (const root of [w.rain, w.match]) await w.book.realise(root, everybody());
      for (const [i, name] of TRADERS.entries()) {
        expect(await exit(w[name], i % 2 === 0), name).to.deep.equal(claimsOf(w.plain[name]));
        await expectRefused(w, w.book.connect(w[name]).exit(w[name], true), "Book_NothingToExit", w[name].address);
      }
      await expectEmpty();
    });

    it("pays who leaves before anything is settled what is sure, and the rest when it is", async () => {
      await closeTrading(w);
      const first = [await exit(w.carol, true), await exit(w.bob, false)];
      await settleAll();
      for (const root of [w.rain, w.match]) await w.book.realise(root, everybody());
      const second = [await exit(w.carol, true), await exit(w.bob, false)];
      const both = first.map((claims, i) => claims.map((claim, k) => claim + second[i]![k]!));
      expect(both).to.deep.equal([claimsOf(w.plain.carol), claimsOf(w.plain.bob)]);
      for (const name of ["alice", "dave"] as const) {
        expect(await exit(w[name], true), name).to.deep.equal(claimsOf(w.plain[name]));
      }
      await expectEmpty();
    });

    /** Nothing in the book, and once all tokens are redeemed nothing in the vault: each asset to the last unit. */
    async function expectEmpty(): Promise<void> {
      expect(await w.session.balanceOf(w.book)).to.equal(0n);
      for (const trader of [...everybody(), w.organiser]) {
        const tokens = await w.session.balanceOf(trader);
        if (tokens > 0n) await w.session.connect(trader).redeem(tokens, trader);
        for (let leg = 1; leg <= assetCount; leg += 1) {
          const legs = await w.leg(leg).balanceOf(trader);
          if (legs > 0n) await w.session.connect(trader).redeemLeg(leg, legs, trader);
        }
      }
      for (const [k, asset] of w.assets.entries()) {
        expect(await w.leg(k + 1).balanceOf(w.book), `leg ${k + 1} in the book`).to.equal(0n);
        expect(await asset.balanceOf(w.session), `asset ${k + 1} in the vault`).to.equal(0n);
      }
    }
  });
}
