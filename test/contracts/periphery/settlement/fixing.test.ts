import { expect } from "chai";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import type { ChainlinkFixing } from "../../../../typechain-types/index.js";
import { deployFixing, HOUR, structOfFixing } from "../../../../stage/contracts/fixings.js";
import {
  openAggregator,
  openFeed,
  roundOf,
  ROUND_TIMEOUT,
  type TestFeed,
} from "../../../../stage/counterparts/chainlink.js";
import { openSequencerFeed, type TestSequencer } from "../../../../stage/counterparts/sequencer.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const PRICE = 3_000n * 10n ** 8n;

interface Scene {
  readonly feed: TestFeed;
  readonly fixing: ChainlinkFixing;
  /** T. */
  readonly t: number;
}

const owner = async () => (await ethers.getSigners())[0]!;

/** A feed with 8 decimals that has told 3 000 ten minutes before T, and a fixing of an asset of 18 decimals in cash of 6. */
async function scene(): Promise<Scene> {
  const feed = await openFeed(await owner(), 8);
  await feed.answer(2_900n * 10n ** 8n);
  const t = (await time.latest()) + HOUR;
  const asset = await ethers.deployContract("TestAsset", ["Ether", "ETH", 18]);
  const cash = await ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
  const fixing = await deployFixing(connection, {
    ...{ time: t, cash: await cash.getAddress() },
    feeds: [{ feed, asset: await asset.getAddress() }],
  });
  await time.setNextBlockTimestamp(t - 600);
  await feed.answer(PRICE);
  return { feed, fixing, t };
}

/** The next block is at that second. */
const at = async (second: number): Promise<void> => {
  await time.setNextBlockTimestamp(second);
};
const first = (round: bigint): bigint => roundOf(1n, round);

describe("A fixing of a price by a Chainlink feed", function () {
  this.timeout(240_000);
  let feed: TestFeed;
  let fixing: ChainlinkFixing;
  let t: number;
  beforeEach(async () => {
    ({ feed, fixing, t } = await scene()); // made anew: a feed here knows its phase
  });

  describe("given the last round up to T and the one after it", () => {
    it("fixes its answer, once, and tells it as 10^36 units of cash for a unit of the asset", async () => {
      await at(t + 5);
      await feed.answer(PRICE * 2n);
      expect(await fixing.priceOf(1)).to.deep.equal([false, 0n]);
      await expect(fixing.fix(1, first(2n), first(3n)))
        .to.emit(fixing, "PriceFixed")
        .withArgs(1, PRICE, first(2n), t - 600);
      // 3 000 units of 10^6 for 10^18: 3e-9, and 36 digits.
      expect(await fixing.priceOf(1)).to.deep.equal([true, 3n * 10n ** 27n]);
      expect([...(await fixing.fixedOf(1))]).to.deep.equal([true, PRICE, first(2n), BigInt(t - 600)]);
      await expect(fixing.fix(1, first(2n), first(3n)))
        .to.be.revertedWithCustomError(fixing, "Fixing_AlreadyFixed")
        .withArgs(1);
    });

    it("takes a round at T itself, and a next one a second later", async () => {
      await at(t);
      await feed.answer(PRICE + 1n);
      await at(t + 1);
      await feed.answer(PRICE + 2n);
      await fixing.fix(1, first(3n), first(4n));
      expect((await fixing.fixedOf(1)).answer).to.equal(PRICE + 1n);
    });

    it("refuses an earlier round, whose next is not after T, and a later one", async () => {
      await at(t + 5);
      await feed.answer(PRICE);
      await expect(fixing.fix(1, first(1n), first(2n)))
        .to.be.revertedWithCustomError(fixing, "Fixing_NextNotAfter")
        .withArgs(1, first(2n), t - 600, t);
      await expect(fixing.fix(1, first(3n), 0n)).to.be.revertedWithCustomError(fixing, "Fixing_TooEarly");
      await at(t + 60);
      await expect(fixing.fix(1, first(3n), 0n))
        .to.be.revertedWithCustomError(fixing, "Fixing_RoundTooLate")
        .withArgs(1, first(3n), t + 5, t);
    });

    it("refuses a next one that is not the next, that is not there, or that lies behind", async () => {
      await at(t + 5);
      await feed.answer(PRICE);
      await feed.answer(PRICE);
      await expect(fixing.fix(1, first(2n), first(4n)))
        .to.be.revertedWithCustomError(fixing, "Fixing_NotNext")
        .withArgs(1, first(2n), first(4n));
      await expect(fixing.fix(1, first(2n), first(5n)))
        .to.be.revertedWithCustomError(fixing, "Fixing_NextNotAfter")
        .withArgs(1, first(5n), 0, t);
      await expect(fixing.fix(1, first(1n), first(4n))).to.be.revertedWithCustomError(fixing, "Fixing_NotNext");
    });

    it("refuses it up to T", async () => {
      await at(t);
      await expect(fixing.fix(1, first(2n), first(3n)))
        .to.be.revertedWithCustomError(fixing, "Fixing_TooEarly")
        .withArgs(t, t + 1);
    });
  });

  describe("given that no later round is there", () => {
    it("takes the newest one once the delay has passed, and not before", async () => {
      await at(t + 59);
      await expect(fixing.fix(1, first(2n), 0n))
        .to.be.revertedWithCustomError(fixing, "Fixing_TooEarly")
        .withArgs(t + 59, t + 60);
      await at(t + 60);
      await expect(fixing.fix(1, first(1n), 0n))
        .to.be.revertedWithCustomError(fixing, "Fixing_NotNewest")
        .withArgs(1, first(1n), first(2n));
      await fixing.fix(1, first(2n), 0n);
      expect((await fixing.fixedOf(1)).roundId).to.equal(first(2n));
    });
  });

  describe("given an answer that is no price", () => {
    for (const answer of [0n, -1n, 2n ** 128n - 1n]) {
      it(`refuses ${answer}`, async () => {
        await at(t - 10);
        // The greatest answer that this aggregator takes is 10^40: beyond 2^128.
        const told = answer > 0n ? 10n ** 40n : answer;
        await feed.answer(told);
        await at(t + 60);
        await expect(fixing.fix(1, first(3n), 0n))
          .to.be.revertedWithCustomError(fixing, "Fixing_AnswerOutOfRange")
          .withArgs(1, told, 2n ** 128n - 1n);
      });
    }
  });

  describe("given a stale answer", () => {
    it("takes one as old as allowed, and refuses one that is a second older", async () => {
      const [old, fresh] = [599, 600].map((maxAge) => ({ time: t, feeds: [{ feed, maxAge }] }));
      const [strict, lax] = [await deployFixing(connection, old!), await deployFixing(connection, fresh!)];
      await at(t + 60);
      await expect(strict.fix(1, first(2n), 0n))
        .to.be.revertedWithCustomError(strict, "Fixing_Stale")
        .withArgs(1, 600, 599);
      await lax.fix(1, first(2n), 0n);
    });

    it("counts the age of a round that was given up from the round whose answer it repeats", async () => {
      await at(t - 550);
      await feed.current().beginRound();
      await at(t - 550 + ROUND_TIMEOUT + 1);
      await feed.current().answerInstead(PRICE * 3n); // round 4; round 3 repeats 2, as of now
      await at(t - 100);
      await feed.current().beginRound();
      await at(t + 250);
      await feed.current().answerInstead(PRICE * 4n);
      const repeated: unknown = await feed.proxy.getFunction("getRoundData")(first(3n));
      expect((repeated as readonly bigint[])[4]).to.equal(first(2n));
      await fixing.fix(1, first(4n), first(5n));
      expect((await fixing.fixedOf(1)).answer).to.equal(PRICE * 3n);
    });

    it("given such a round at T, refuses it by the age of the round that it repeats", async () => {
      await at(t - 500);
      await feed.current().beginRound();
      const flux = feed.current().contract;
      await at(t - 100);
      // The next round begins, so round 3 is given up at T - 100; it is answered itself only after T.
      await flux.getFunction("requestNewRound")();
      await at(t + 20);
      await feed.answer(PRICE * 4n);
      const [, answer, , updatedAt, answeredIn] = (await feed.proxy.getFunction("getRoundData")(first(3n))) as bigint[];
      expect([answer, updatedAt, answeredIn]).to.deep.equal([PRICE, BigInt(t - 100), first(2n)]);
      const [strict, lax] = await Promise.all(
        [599, 600].map((maxAge) => deployFixing(connection, { time: t, feeds: [{ feed, maxAge }] })),
      );
      await expect(strict!.fix(1, first(3n), first(4n)))
        .to.be.revertedWithCustomError(strict!, "Fixing_Stale")
        .withArgs(1, 600, 599);
      await lax!.fix(1, first(3n), first(4n));
      expect([...(await lax!.fixedOf(1))]).to.deep.equal([true, PRICE, first(3n), BigInt(t - 600)]);
    });
  });

  describe("given another phase of the feed", () => {
    it("takes the last round of its phase and the first one of the next", async () => {
      await feed.changePhase(await openAggregator(await owner(), 8));
      await at(t + 50);
      const next = await feed.answer(PRICE * 2n);
      expect(next).to.equal(roundOf(2n, 1n));
      await fixing.fix(1, first(2n), next);
      expect((await fixing.fixedOf(1)).roundId).to.equal(first(2n));
    });

    it("refuses it while its own phase has a later round, be that before T or after", async () => {
      const old = feed.current();
      await feed.changePhase(await openAggregator(await owner(), 8));
      await at(t - 10);
      await old.answer(PRICE + 1n);
      await at(t + 50);
      const next = await feed.answer(PRICE * 2n);
      await expect(fixing.fix(1, first(2n), next))
        .to.be.revertedWithCustomError(fixing, "Fixing_NotNext")
        .withArgs(1, first(2n), next);
      await fixing.fix(1, first(3n), next);
      expect((await fixing.fixedOf(1)).answer).to.equal(PRICE + 1n);
    });

    it("refuses a later round of the next phase, or one of the phase after that", async () => {
      await feed.changePhase(await openAggregator(await owner(), 8));
      await at(t + 50);
      await feed.answer(PRICE);
      const second = await feed.answer(PRICE);
      await expect(fixing.fix(1, first(2n), second)).to.be.revertedWithCustomError(fixing, "Fixing_NotNext");
      await feed.changePhase(await openAggregator(await owner(), 8));
      const third = await feed.answer(PRICE);
      expect(third).to.equal(roundOf(3n, 1n));
      await expect(fixing.fix(1, first(2n), third)).to.be.revertedWithCustomError(fixing, "Fixing_NotNext");
    });

    it("takes a next phase's first round that has an answer, if those before it have none", async () => {
      const next = await openAggregator(await owner(), 8);
      await next.beginRound();
      await feed.changePhase(next);
      await at(t + ROUND_TIMEOUT + 1);
      await next.answerInstead(PRICE);
      await fixing.fix(1, first(2n), roundOf(2n, 2n));
      expect((await fixing.fixedOf(1)).roundId).to.equal(first(2n));
    });

    it("of two phases that ran side by side at T takes the later one alone", async () => {
      const [old, next] = [feed.current(), await openAggregator(await owner(), 8)];
      await next.answer(PRICE + 7n);
      await feed.changePhase(next);
      await at(t + 50);
      await old.answer(PRICE);
      await next.answer(PRICE);
      await expect(fixing.fix(1, first(2n), first(3n)))
        .to.be.revertedWithCustomError(fixing, "Fixing_LaterPhase")
        .withArgs(1, first(2n), roundOf(2n, 1n));
      await fixing.fix(1, roundOf(2n, 1n), roundOf(2n, 2n));
      expect((await fixing.fixedOf(1)).answer).to.equal(PRICE + 7n);
    });
  });

  describe("on a rollup", () => {
    /** Chainlink's own feed of a sequencer, which says since when it runs, or does not. */
    async function withUptime(): Promise<{ uptime: TestSequencer; guarded: ChainlinkFixing }> {
      const uptime = await openSequencerFeed(await owner());
      const late = (await time.latest()) + 3 * HOUR;
      await at(late - 600);
      await feed.answer(PRICE);
      const guarded = await deployFixing(connection, { time: late, uptime: uptime.address, feeds: [{ feed }] });
      t = late;
      return { uptime, guarded };
    }
    const expectDown = async (guarded: ChainlinkFixing, status: number, since: number): Promise<void> => {
      await expect(guarded.fix(1, first(3n), 0n))
        .to.be.revertedWithCustomError(guarded, "Fixing_SequencerDown")
        .withArgs(status, since, t - HOUR);
    };

    it("fixes while the sequencer runs for longer than the grace before T", async () => {
      const { guarded } = await withUptime();
      await at(t + 60);
      await guarded.fix(1, first(3n), 0n);
      expect((await guarded.fixedOf(1)).isFixed).to.equal(true);
    });

    it("refuses while the sequencer is down", async () => {
      const { uptime, guarded } = await withUptime();
      await at(t + 20);
      await uptime.tell(true, t + 10);
      await at(t + 60);
      await expectDown(guarded, 1, t + 10);
    });

    it("refuses if it came back less than the grace before T, or after T", async () => {
      const { uptime, guarded } = await withUptime();
      await uptime.tell(true, t - 500);
      await uptime.tell(false, t - 400);
      await at(t + 60);
      await expectDown(guarded, 0, t - 400);
      await uptime.tell(true, t + 30);
      await uptime.tell(false, t + 61);
      await at(t + 2 * HOUR);
      await expectDown(guarded, 0, t + 61);
    });

    it("counts to the second, by what the chain below said rather than by when that was heard", async () => {
      const { uptime, guarded } = await withUptime();
      await uptime.tell(true, t - 2 * HOUR);
      await uptime.tell(false, t - HOUR - 1);
      await uptime.tell(false, t - 5); // runs still: no news
      await uptime.tell(true, t - HOUR - 2); // older than what was heard
      const snapshot = await networkHelpers.takeSnapshot();
      await at(t + 60);
      await guarded.fix(1, first(3n), 0n);
      await snapshot.restore();
      await uptime.tell(true, t - HOUR - 1);
      await uptime.tell(false, t - HOUR);
      await at(t + 60);
      await expectDown(guarded, 0, t - HOUR);
    });
  });

  describe("made of", () => {
    it("decimals as each feed and token tells them: 6 for a feed, 8 for the asset, 18 for cash", async () => {
      const other = await openFeed(await owner(), 6);
      const asset = await ethers.deployContract("TestAsset", ["Bitcoin", "BTC", 8]);
      const cash = await ethers.deployContract("TestAsset", ["Dai", "DAI", 18]);
      const feeds = [{ feed: other, asset: await asset.getAddress() }, { feed }];
      const made = { time: t, cash: await cash.getAddress(), feeds };
      const both = await deployFixing(connection, made);
      await at(t - 5);
      await other.answer(50_000n * 10n ** 6n);
      await at(t + 60);
      await both.fix(1, first(1n), 0n);
      await both.fix(2, first(2n), 0n);
      // 50 000 · 10^18 for 10^8; what is no token has no decimals.
      expect((await both.priceOf(1)).price).to.equal(50_000n * 10n ** 46n);
      expect((await both.priceOf(2)).price).to.equal(3_000n * 10n ** 54n);
      expect(await Promise.all([both.decimalsOf(1), both.decimalsOf(2), both.pricedAt()])).to.deep.equal([
        6n,
        8n,
        BigInt(t),
      ]);
      const terms = await both.terms();
      expect([terms.time, terms.delay, terms.cash, terms.uptime, terms.grace]).to.deep.equal([
        ...[BigInt(t), 60n, made.cash, ZeroAddress, BigInt(HOUR)],
      ]);
      expect(terms.feeds.map((f) => [f.aggregator, f.maxAge, f.asset])).to.deep.equal(
        feeds.map((f) => [f.feed.address, BigInt(HOUR), "asset" in f ? f.asset : ZeroAddress]),
      );
    });

    it("one to sixteen feeds, and times above zero", async () => {
      const factory = await ethers.getContractFactory("ChainlinkFixing");
      const deploy = (change: object) =>
        factory.deploy({ ...structOfFixing({ time: t, feeds: [{ feed }] }), ...change });
      const seventeen = structOfFixing({ time: t, feeds: Array.from({ length: 17 }, () => ({ feed })) });
      await expect(deploy({ feeds: [] }))
        .to.be.revertedWithCustomError(fixing, "Fixing_FeedCount")
        .withArgs(0, 16);
      await expect(deploy(seventeen)).to.be.revertedWithCustomError(fixing, "Fixing_FeedCount").withArgs(17, 16);
      await expect(deploy({ delay: 0 }))
        .to.be.revertedWithCustomError(fixing, "Fixing_NoTimeAllowed")
        .withArgs(0);
      const ageless = structOfFixing({ time: t, feeds: [{ feed, maxAge: 0 }] });
      await expect(deploy(ageless)).to.be.revertedWithCustomError(fixing, "Fixing_NoTimeAllowed").withArgs(1);
    });

    it("at most 18 decimals each", async () => {
      const fine = await openFeed(await owner(), 19);
      const token = await ethers.deployContract("TestAsset", ["Fine", "FIN", 19]);
      const asset = await token.getAddress();
      await expect(deployFixing(connection, { time: t, feeds: [{ feed }, { feed: fine }] }))
        .to.be.revertedWithCustomError(fixing, "Fixing_TooManyDecimals")
        .withArgs(2, 19, 18);
      await expect(deployFixing(connection, { time: t, cash: asset, feeds: [{ feed }] }))
        .to.be.revertedWithCustomError(fixing, "Fixing_TooManyDecimals")
        .withArgs(0, 19, 18);
    });

    it("legs from 1 to as many as there are feeds", async () => {
      for (const leg of [0, 2]) {
        for (const ask of [fixing.priceOf(leg), fixing.fixedOf(leg), fixing.decimalsOf(leg), fixing.fix(leg, 1n, 0n)]) {
          await expect(ask).to.be.revertedWithCustomError(fixing, "Fixing_UnknownLeg").withArgs(leg, 1);
        }
      }
    });
  });
});
