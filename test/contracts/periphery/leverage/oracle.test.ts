import { expect } from "chai";
import hre from "hardhat";

import type { SessionTokenOracle } from "../../../../typechain-types/index.js";
import { createRandom } from "../../../../stage/rng.js";
import { openAggregator, openFeed, type TestFeed } from "../../../../stage/counterparts/chainlink.js";
import { SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import {
  type Contracts,
  createSession,
  deployContracts,
  fundSession,
  paramsFor,
  type World,
} from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const MAX_AGE = 3_600;
const USDC = 6;
const E36 = 10n ** 36n;

const owner = async () => (await ethers.getSigners())[0]!;

/** 2 BTC-like of 8 decimals and 30 ETH-like of 18 for 1 000 session tokens; Chainlink's own feeds, of 8 decimals and of 18. */
async function open(): Promise<{ w: World; feeds: TestFeed[] }> {
  const contracts = await deployContracts(connection);
  const assets: string[] = [];
  for (const [name, decimals] of [
    ["BTC", 8],
    ["ETH", 18],
  ] as const) {
    assets.push(await (await ethers.deployContract("TestAsset", [name, name, decimals])).getAddress());
  }
  const params = await paramsFor(contracts, { assets, quantities: [2n * 10n ** 8n, 30n * TOKEN] });
  const w = await createSession(contracts, params);
  await fundSession(w);
  const feeds = [await openFeed(await owner(), 8), await openFeed(await owner(), 18)];
  await answerAll(feeds);
  return { w, feeds };
}

async function answerAll([btc, eth]: readonly TestFeed[]): Promise<void> {
  await btc!.answer(60_000n * 10n ** 8n);
  await eth!.answer(2_500n * TOKEN);
}

async function oracleOf(
  { session }: Pick<World, "session">,
  feeds: readonly Pick<TestFeed, "address">[],
  leg = 0,
  loanDecimals = USDC,
): Promise<SessionTokenOracle> {
  const ages = feeds.map(() => MAX_AGE);
  const addresses = feeds.map(({ address }) => address);
  return ethers.deployContract("SessionTokenOracle", [session, leg, addresses, ages, loanDecimals]);
}

describe("The oracle of a session token", () => {
  let w: World;
  let feeds: TestFeed[];
  beforeEach(async () => {
    ({ w, feeds } = await open()); // made anew: a feed here knows its phase
  });

  it("is the basket's worth by q and N: 195 000 dollars are 195 a token", async () => {
    const price = await (await oracleOf(w, feeds)).price();
    // 10^36 wei of the token, in millionths of a dollar: 195 · 10^6 for each 10^18.
    expect(price).to.equal(195_000_000n * 10n ** 18n);
    expect((TOKEN * price) / E36).to.equal(195_000_000n);
  });

  it("of a leg token is its own asset's part, and all legs together are the session token", async () => {
    const [btc, eth] = [await oracleOf(w, [feeds[0]!], 1), await oracleOf(w, [feeds[1]!], 2)];
    expect((TOKEN * (await btc.price())) / E36).to.equal(120_000_000n);
    expect((TOKEN * (await eth.price())) / E36).to.equal(75_000_000n);
  });

  it("is not moved by what is sent to the vault, nor by splitting", async () => {
    const oracle = await oracleOf(w, feeds);
    const before = await oracle.price();
    await w.assets[1]!.mint(w.session, 1_000n * TOKEN);
    await w.session.split(SUPPLY / 2n);
    expect(await oracle.price()).to.equal(before);
  });

  it("is there after t2, too, when claims are redeemed", async () => {
    const oracle = await oracleOf(w, feeds);
    const before = await oracle.price();
    await time.increaseTo(w.t2 + 5);
    await answerAll(feeds);
    await w.session.redeem(SUPPLY / 2n, w.alice);
    expect(await oracle.price()).to.equal(before);
  });

  it("reverts if any feed is stale, to the second", async () => {
    const oracle = await oracleOf(w, feeds);
    const now = await time.latest();
    await time.setNextBlockTimestamp(now + 5);
    await feeds[1]!.answer(1n);
    await time.setNextBlockTimestamp(now + 10);
    await feeds[0]!.answer(1n);
    await time.increaseTo(now + 5 + MAX_AGE);
    await oracle.price();
    await time.increaseTo(now + 5 + MAX_AGE + 1);
    await expect(oracle.price())
      .to.be.revertedWithCustomError(oracle, "Oracle_StalePrice")
      .withArgs(feeds[1]!.address, now + 5, MAX_AGE);
    await (await oracleOf(w, [feeds[0]!], 1)).price(); // does not need the stale one
  });

  it("counts the age of a round that was given up from the answer that it repeats", async () => {
    const answered = await time.latest();
    const oracle = await oracleOf(w, feeds);
    await feeds[1]!.current().beginRound();
    await time.increase(MAX_AGE);
    await feeds[0]!.answer(60_000n * 10n ** 8n);
    await expect(oracle.price())
      .to.be.revertedWithCustomError(oracle, "Oracle_StalePrice")
      .withArgs(feeds[1]!.address, answered, MAX_AGE);
    await feeds[1]!.current().answerInstead(2_500n * TOKEN);
    expect(await oracle.price()).to.equal(195_000_000n * 10n ** 18n);
  });

  it("reverts if any feed answers zero, less, or nothing yet", async () => {
    const oracle = await oracleOf(w, feeds);
    for (const answer of [0n, -1n]) {
      await feeds[1]!.answer(answer);
      await expect(oracle.price())
        .to.be.revertedWithCustomError(oracle, "Oracle_NoPrice")
        .withArgs(feeds[1]!.address, answer);
    }
    await expect((await oracleOf(w, [await openFeed(await owner(), 8)], 1)).price()).to.be.revertedWith(
      "No data present",
    );
  });

  it("of a feed that tells of a round without a time, as none of Chainlink's does, is none", async () => {
    const feed = await ethers.deployContract("SettableFeed", [8]);
    const oracle = await oracleOf(w, [{ address: await feed.getAddress() }], 1);
    await feed.set(1n, 0n);
    await expect(oracle.price()).to.be.revertedWithCustomError(oracle, "Oracle_StalePrice").withArgs(feed, 0, MAX_AGE);
    await feed.refuse(true);
    await expect(oracle.price()).to.be.revertedWithCustomError(feed, "NoAnswer");
  });

  it("goes on when another aggregator stands behind the proxy", async () => {
    const oracle = await oracleOf(w, feeds);
    await feeds[0]!.changePhase(await openAggregator(await owner(), 8));
    await feeds[0]!.answer(30_000n * 10n ** 8n);
    expect(await oracle.price()).to.equal(135_000_000n * 10n ** 18n);
  });

  it("has read decimals once: a feed that changes them later does not move it by powers of ten", async () => {
    const oracle = await oracleOf(w, feeds);
    const before = await oracle.price();
    await feeds[0]!.changePhase(await openAggregator(await owner(), 18));
    await feeds[0]!.answer(60_000n * 10n ** 8n);
    expect(await feeds[0]!.proxy.getFunction("decimals")()).to.equal(18n);
    expect(await oracle.price()).to.equal(before);
  });

  it("cannot be made with other numbers of feeds, other legs, or too many decimals", async () => {
    const errors = await oracleOf(w, feeds);
    const make = (leg: number, given: readonly TestFeed[], ages: readonly number[], loan = USDC) =>
      ethers.deployContract("SessionTokenOracle", [
        w.session,
        leg,
        given.map(({ address }) => address),
        [...ages],
        loan,
      ]);
    for (const [leg, given, ages] of [
      [0, [feeds[0]!], [1, 1]],
      [0, feeds, [1]],
      [1, feeds, [1, 1]],
    ] as const) {
      await expect(make(leg, given, ages))
        .to.be.revertedWithCustomError(errors, "Oracle_FeedCount")
        .withArgs(given.length, ages.length, leg === 0 ? 2 : 1);
    }
    await expect(make(3, [feeds[0]!], [1]))
      .to.be.revertedWithCustomError(w.session, "Session_UnknownLeg")
      .withArgs(3, 2);
    const deep = await openFeed(await owner(), 25);
    await make(2, [deep], [1], 7);
    await expect(make(2, [deep], [1], 6))
      .to.be.revertedWithCustomError(errors, "Oracle_TooManyDecimals")
      .withArgs(18, 25, 6);
  });
});

describe("The oracle's arithmetic", () => {
  it("is that of whole fractions, each asset rounded down, whatever the decimals", async () => {
    const contracts: Contracts = await deployContracts(connection);
    const rng = createRandom(11n, "oracle of session tokens");
    for (let round = 0; round < 12; round += 1) {
      const count = 1 + rng.integer(0, 2);
      const loan = rng.integer(0, 18);
      const assets: string[] = [];
      const feeds: TestFeed[] = [];
      const quantities: bigint[] = [];
      const supply = TOKEN + rng.amount(0n, 10n ** 9n) * 10n ** BigInt(rng.integer(0, 17));
      let exact = 0n;
      for (let k = 0; k < count; k += 1) {
        const [own, feed] = [rng.integer(0, 18), rng.integer(0, 18)];
        assets.push(await (await ethers.deployContract("TestAsset", ["A", "A", own])).getAddress());
        feeds.push(await openFeed(await owner(), feed));
        const quantity = 1n + rng.amount(0n, 10n ** 9n) * 10n ** BigInt(rng.integer(0, 11));
        const answer = 1n + rng.amount(0n, 10n ** 9n) * 10n ** BigInt(rng.integer(0, 9));
        await feeds[k]!.answer(answer);
        quantities.push(quantity);
        exact += (quantity * answer * 10n ** BigInt(36 + loan - own - feed)) / supply;
      }
      const params = await paramsFor(contracts, { assets, quantities, supply });
      const w = await createSession(contracts, params);
      expect(await (await oracleOf(w, feeds, 0, loan)).price(), `round ${String(round)}`).to.equal(exact);
    }
  });
});
