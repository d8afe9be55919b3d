import { expect } from "chai";
import hre from "hardhat";

import type { SessionTokenOracle, SettableFeed } from "../../../../typechain-types/index.js";
import { createRandom } from "../../../../stage/rng.js";
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

/** 2 BTC-like of 8 decimals and 30 ETH-like of 18 for 1 000 session tokens; feeds of 8 decimals and of 18. */
async function open(): Promise<{ w: World; feeds: SettableFeed[] }> {
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
  const feeds = [await ethers.deployContract("SettableFeed", [8]), await ethers.deployContract("SettableFeed", [18])];
  const now = await time.latest();
  await feeds[0]!.set(60_000n * 10n ** 8n, now);
  await feeds[1]!.set(2_500n * TOKEN, now);
  return { w, feeds };
}

async function oracleOf(
  { session }: Pick<World, "session">,
  feeds: readonly SettableFeed[],
  leg = 0,
  loanDecimals = USDC,
): Promise<SessionTokenOracle> {
  const ages = feeds.map(() => MAX_AGE);
  return ethers.deployContract("SessionTokenOracle", [session, leg, [...feeds], ages, loanDecimals]);
}

describe("The oracle of a session token", () => {
  let w: World;
  let feeds: SettableFeed[];
  beforeEach(async () => {
    ({ w, feeds } = await networkHelpers.loadFixture(open));
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
    const now = await time.latest();
    await feeds[0]!.set(60_000n * 10n ** 8n, now);
    await feeds[1]!.set(2_500n * TOKEN, now);
    await w.session.redeem(SUPPLY / 2n, w.alice);
    expect(await oracle.price()).to.equal(before);
  });

  it("reverts if any feed is stale, to the second", async () => {
    const oracle = await oracleOf(w, feeds);
    const now = await time.latest();
    await feeds[0]!.set(1n, now + 10);
    await feeds[1]!.set(1n, now + 5);
    await time.increaseTo(now + 5 + MAX_AGE);
    await oracle.price();
    await time.increaseTo(now + 5 + MAX_AGE + 1);
    await expect(oracle.price())
      .to.be.revertedWithCustomError(oracle, "Oracle_StalePrice")
      .withArgs(feeds[1]!, now + 5, MAX_AGE);
    const other = await oracleOf(w, [feeds[0]!], 1);
    await other.price(); // does not need the stale one
    await feeds[0]!.set(1n, 0n); // a round that was never answered
    await expect(other.price()).to.be.revertedWithCustomError(oracle, "Oracle_StalePrice");
  });

  it("reverts if any feed answers zero, less, or nothing", async () => {
    const oracle = await oracleOf(w, feeds);
    const now = await time.latest();
    for (const answer of [0n, -1n]) {
      await feeds[1]!.set(answer, now);
      await expect(oracle.price()).to.be.revertedWithCustomError(oracle, "Oracle_NoPrice").withArgs(feeds[1]!, answer);
    }
    await feeds[1]!.refuse(true);
    await expect(oracle.price()).to.be.revertedWithCustomError(feeds[1]!, "NoAnswer");
  });

  it("has read decimals once: a feed that changes them later does not move it by powers of ten", async () => {
    const oracle = await oracleOf(w, feeds);
    const before = await oracle.price();
    await feeds[0]!.changeDecimals(18);
    expect(await oracle.price()).to.equal(before);
  });

  it("cannot be made with other numbers of feeds, other legs, or too many decimals", async () => {
    const errors = await oracleOf(w, feeds);
    const make = (leg: number, given: readonly SettableFeed[], ages: readonly number[], loan = USDC) =>
      ethers.deployContract("SessionTokenOracle", [w.session, leg, [...given], [...ages], loan]);
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
    const deep = await ethers.deployContract("SettableFeed", [25]);
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
      const feeds: SettableFeed[] = [];
      const quantities: bigint[] = [];
      const supply = TOKEN + rng.amount(0n, 10n ** 9n) * 10n ** BigInt(rng.integer(0, 17));
      let exact = 0n;
      for (let k = 0; k < count; k += 1) {
        const [own, feed] = [rng.integer(0, 18), rng.integer(0, 18)];
        assets.push(await (await ethers.deployContract("TestAsset", ["A", "A", own])).getAddress());
        feeds.push(await ethers.deployContract("SettableFeed", [feed]));
        const quantity = 1n + rng.amount(0n, 10n ** 9n) * 10n ** BigInt(rng.integer(0, 11));
        const answer = 1n + rng.amount(0n, 10n ** 9n) * 10n ** BigInt(rng.integer(0, 9));
        await feeds[k]!.set(answer, await time.latest());
        quantities.push(quantity);
        exact += (quantity * answer * 10n ** BigInt(36 + loan - own - feed)) / supply;
      }
      const params = await paramsFor(contracts, { assets, quantities, supply });
      const w = await createSession(contracts, params);
      expect(await (await oracleOf(w, feeds, 0, loan)).price(), `round ${String(round)}`).to.equal(exact);
    }
  });
});
