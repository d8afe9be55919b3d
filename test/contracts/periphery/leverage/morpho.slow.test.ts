/** Session tokens as collateral on the real lending market: supply, borrow, loop, fall, liquidation, settlement, redemption. */
import { expect } from "chai";
import { AbiCoder, type BaseContract, keccak256 } from "ethers";
import hre from "hardhat";

import type { PrimarySale, TestAsset } from "../../../../typechain-types/index.js";
import { openFeed, type TestFeed } from "../../../../stage/counterparts/chainlink.js";
import { deployMorpho, type MorphoMarket } from "../../../../stage/counterparts/morpho.js";
import { DAY, SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import {
  type Account,
  createSession,
  deployContracts,
  fundSession,
  paramsFor,
  type World,
} from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const USDC = 10n ** 6n;
const WAD = 10n ** 18n;
const PERCENT = WAD / 100n;
const HEARTBEAT = 40 * DAY;
/** What one session token costs, and is worth at first. */
const PRICE = 195n * USDC;
const CAREFUL = 62n * PERCENT + PERCENT / 2n;
const BOLD = 86n * PERCENT;

interface Scene {
  readonly w: World;
  readonly usdc: TestAsset;
  readonly feeds: readonly TestFeed[];
  readonly sale: PrimarySale;
  readonly morpho: BaseContract;
  readonly careful: MorphoMarket;
  readonly bold: MorphoMarket;
}

/** 2 BTC and 30 ETH for 1 000 tokens, which the organiser sells; carol lends, dave liquidates. */
async function open(): Promise<Scene> {
  const contracts = await deployContracts(connection);
  const [btc, eth, usdc] = await Promise.all(
    (
      [
        ["BTC", 8],
        ["ETH", 18],
        ["USDC", 6],
      ] as const
    ).map(([name, decimals]) => ethers.deployContract("TestAsset", [name, name, decimals])),
  );
  const assets = [await btc!.getAddress(), await eth!.getAddress()];
  const params = await paramsFor(contracts, { assets, quantities: [2n * 10n ** 8n, 30n * TOKEN] });
  const w = await createSession(contracts, params);
  await fundSession(w);
  const feeds = [await openFeed(w.organiser, 8), await openFeed(w.organiser, 8)];
  await say(feeds, 60_000n, 2_500n);
  const oracle = await ethers.deployContract("SessionTokenOracle", [
    w.session,
    0,
    feeds.map(({ address }) => address),
    [HEARTBEAT, HEARTBEAT],
    6,
  ]);
  const { morpho, irm } = await deployMorpho(w.organiser, [CAREFUL, BOLD]);
  const market = async (lltv: bigint): Promise<MorphoMarket> => {
    const made = {
      loanToken: await usdc!.getAddress(),
      collateralToken: await w.session.getAddress(),
      oracle: await oracle.getAddress(),
      irm,
      lltv,
    };
    await morpho.getFunction("createMarket")(made);
    return made;
  };
  const scene = { w, usdc: usdc!, feeds, sale: await openSale(w, usdc!), morpho };
  const [careful, bold] = [await market(CAREFUL), await market(BOLD)];
  await usdc!.mint(w.carol, 200_000n * USDC);
  await usdc!.connect(w.carol).approve(morpho, 2n ** 255n);
  for (const one of [careful, bold])
    await as(scene, w.carol, "supply", one, 100_000n * USDC, 0n, w.carol.address, "0x");
  return { ...scene, careful, bold };
}

/** Dollars; feeds have 8 decimals. */
async function say([btc, eth]: readonly TestFeed[], dollars: bigint, more: bigint): Promise<void> {
  await btc!.answer(dollars * 10n ** 8n);
  await eth!.answer(more * 10n ** 8n);
}

async function openSale(w: World, usdc: TestAsset): Promise<PrimarySale> {
  const now = await time.latest();
  const sale = await ethers.deployContract("PrimarySale", [
    {
      session: w.session,
      premium: usdc,
      startPrice: PRICE,
      endPrice: PRICE,
      slope: 0,
      opens: now + 100,
      closes: now + 900,
      maxPerBuyer: 0,
      policy: ethers.ZeroAddress,
    },
  ]);
  await w.session.approve(sale, SUPPLY);
  await sale.connect(w.organiser).offer(SUPPLY);
  await time.increaseTo(now + 100);
  return sale;
}

async function as({ morpho }: Pick<Scene, "morpho">, who: Account, call: string, ...args: unknown[]): Promise<void> {
  await morpho.connect(who).getFunction(call)(...args);
}

async function buyAndSupply(s: Scene, market: MorphoMarket, who: Account, dollars: bigint): Promise<void> {
  const amount = (dollars * TOKEN) / PRICE;
  await s.usdc.connect(who).approve(s.sale, dollars);
  await s.sale.connect(who).buy(amount, dollars, who, 2n ** 40n - 1n);
  await s.w.session.connect(who).approve(s.morpho, amount);
  await as(s, who, "supplyCollateral", market, amount, who.address, "0x");
}

/** Begins with 100 tokens and buys more with what it borrows, `rounds` times in all, up to two points below the limit. */
async function loop(s: Scene, market: MorphoMarket, who: Account, rounds: number): Promise<void> {
  let dollars = 100n * PRICE;
  await s.usdc.mint(who, dollars);
  for (let round = 0; round < rounds; round += 1) {
    await buyAndSupply(s, market, who, dollars);
    dollars = (dollars * (market.lltv - 2n * PERCENT)) / WAD;
    await as(s, who, "borrow", market, dollars, 0n, who.address, who.address);
  }
}

interface Position {
  readonly collateral: bigint;
  /** Smallest units of the loan's token, rounded up; and as shares of all that is lent. */
  readonly debt: bigint;
  readonly shares: bigint;
  /** What the lenders of the market have. */
  readonly supplied: bigint;
}

const idOf = (market: MorphoMarket): string =>
  keccak256(
    AbiCoder.defaultAbiCoder().encode(["address", "address", "address", "address", "uint256"], Object.values(market)),
  );

/** With interest up to now. */
async function positionOf(s: Scene, market: MorphoMarket, who: Account): Promise<Position> {
  await as(s, s.w.outsider, "accrueInterest", market);
  const id = idOf(market);
  const ask = async (name: string, ...args: unknown[]): Promise<bigint[]> => [
    ...((await s.morpho.getFunction(name)(...args)) as bigint[]),
  ];
  const [, shares = 0n, collateral = 0n] = await ask("position", id, who.address);
  const [supplied = 0n, , lent = 0n, lentShares = 0n] = await ask("market", id);
  // As the market rounds up, with its virtual shares and its virtual unit.
  const debt = (shares * (lent + 1n) + lentShares + 10n ** 6n - 1n) / (lentShares + 10n ** 6n);
  return { shares, collateral, debt, supplied };
}

/** Buys all of a position's debt back with dave's money, or seizes all of its collateral if that is worth less. */
async function liquidate(s: Scene, market: MorphoMarket, who: Account, price: bigint): Promise<bigint> {
  const { shares, collateral, debt } = await positionOf(s, market, who);
  await s.usdc.mint(s.w.dave, debt + USDC); // interest goes on by the second
  await s.usdc.connect(s.w.dave).approve(s.morpho, 2n ** 255n);
  const factor = factorOf(market);
  const isCovered = (((debt * factor) / WAD) * TOKEN) / price < collateral;
  const [seized, repaid] = isCovered ? [0n, shares] : [collateral, 0n];
  const before = await s.w.session.balanceOf(s.w.dave);
  await as(s, s.w.dave, "liquidate", market, who.address, seized, repaid, "0x");
  return (await s.w.session.balanceOf(s.w.dave)) - before;
}

/** What a liquidator gets for a dollar, 10^-18: 1 / (1 - 0.3 · (1 - lltv)), at most 1.15. */
function factorOf({ lltv }: MorphoMarket): bigint {
  const factor = (WAD * WAD) / (WAD - (3n * (WAD - lltv)) / 10n);
  return factor < (115n * WAD) / 100n ? factor : (115n * WAD) / 100n;
}

describe("Session tokens as collateral on Morpho Blue", function () {
  this.timeout(120_000);
  let s: Scene;
  beforeEach(async () => {
    s = await networkHelpers.loadFixture(open);
  });

  it("are bought with what was borrowed on them: three rounds at 60.5 % make 100 tokens 197", async () => {
    await loop(s, s.careful, s.w.alice, 3);
    const { collateral, debt } = await positionOf(s, s.careful, s.w.alice);
    expect(Number(collateral / TOKEN)).to.equal(197);
    expect(Number(debt / USDC)).to.be.within(23_236, 23_260); // 119.2 tokens' worth, and a little interest
    const more = s.morpho.connect(s.w.alice);
    await expect(
      more.getFunction("borrow")(s.careful, 4_000n * USDC, 0n, s.w.alice.address, s.w.alice.address),
    ).to.be.revertedWith("insufficient collateral");
  });

  it("are seized when prices fall, and redeemed by the liquidator, but from t2 on only", async () => {
    await loop(s, s.careful, s.w.alice, 3);
    await expect(liquidate(s, s.careful, s.w.alice, PRICE)).to.be.revertedWith("position is healthy");
    await say(s.feeds, 45_000n, 1_875n); // a quarter less
    const { supplied } = await positionOf(s, s.careful, s.w.alice);
    const got = await liquidate(s, s.careful, s.w.alice, (PRICE * 3n) / 4n);
    const after = await positionOf(s, s.careful, s.w.alice);
    expect([after.shares, after.supplied >= supplied], "paid in full").to.deep.equal([0n, true]);
    expect(after.collateral > 0n, "something is left for alice").to.equal(true);
    // Until t2 the liquidator holds what nobody redeems.
    const session = s.w.session.connect(s.w.dave);
    await expect(session.redeem(got, s.w.dave)).to.be.revertedWithCustomError(s.w.session, "Session_NotSettling");
    await time.increaseTo(s.w.t2);
    await session.redeem(got, s.w.dave);
    expect(await s.w.assets[0]!.balanceOf(s.w.dave)).to.equal((got * 2n * 10n ** 8n) / SUPPLY);
    await as(s, s.w.alice, "withdrawCollateral", s.careful, after.collateral, s.w.alice.address, s.w.alice.address);
    await s.w.session.connect(s.w.alice).redeem(after.collateral, s.w.alice);
    expect((await s.w.assets[1]!.balanceOf(s.w.alice)) > 0n).to.equal(true);
  });

  it("at 62.5 % bear a fall of a quarter in one step; at 86 % the lender pays for it", async () => {
    await loop(s, s.careful, s.w.alice, 3);
    await loop(s, s.bold, s.w.bob, 3);
    const before = [
      (await positionOf(s, s.careful, s.w.alice)).supplied,
      (await positionOf(s, s.bold, s.w.bob)).supplied,
    ];
    await say(s.feeds, 45_000n, 1_875n);
    await liquidate(s, s.careful, s.w.alice, (PRICE * 3n) / 4n);
    await liquidate(s, s.bold, s.w.bob, (PRICE * 3n) / 4n);
    const [careful, bold] = [await positionOf(s, s.careful, s.w.alice), await positionOf(s, s.bold, s.w.bob)];
    expect(careful.supplied >= before[0]!, "all is there").to.equal(true);
    expect(bold.supplied < before[1]!, "part of it is gone").to.equal(true);
    expect(bold.collateral).to.equal(0n);
    // By how many thousandths a price may fall in one step, from the limit on: lltv · factor of it is left.
    const bears = (market: MorphoMarket): bigint => ((WAD - (market.lltv * factorOf(market)) / WAD) * 1_000n) / WAD;
    expect([bears(s.careful), bears(s.bold)]).to.deep.equal([295n, 102n]);
  });

  it("stand still while a feed is stale: nothing is lent, taken out or seized; debts can be paid", async () => {
    await loop(s, s.careful, s.w.alice, 2);
    await time.increaseTo((await time.latest()) + HEARTBEAT + 1);
    const calls: readonly (readonly [string, readonly unknown[]])[] = [
      ["borrow", [1n, 0n, s.w.alice.address, s.w.alice.address]],
      ["withdrawCollateral", [1n, s.w.alice.address, s.w.alice.address]],
      ["liquidate", [s.w.alice.address, 1n, 0n, "0x"]],
    ];
    const errors = await ethers.getContractAt("SessionTokenOracle", s.careful.oracle);
    for (const [call, args] of calls) {
      const attempt = s.morpho.connect(s.w.alice).getFunction(call)(s.careful, ...args);
      await expect(attempt, call).to.be.revertedWithCustomError(errors, "Oracle_StalePrice");
    }
    const { shares } = await positionOf(s, s.careful, s.w.alice);
    await s.usdc.mint(s.w.alice, 100_000n * USDC);
    await s.usdc.connect(s.w.alice).approve(s.morpho, 2n ** 255n);
    await as(s, s.w.alice, "repay", s.careful, 0n, shares, s.w.alice.address, "0x");
    const { collateral } = await positionOf(s, s.careful, s.w.alice);
    // Without a debt no price is asked.
    await as(s, s.w.alice, "withdrawCollateral", s.careful, collateral, s.w.alice.address, s.w.alice.address);
    expect(await s.w.session.balanceOf(s.w.alice)).to.equal(collateral);
  });
});
