/** A session on a chain of its own, as far along its life as a test wants it. */
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TypedDataDomain } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { IOrderBook, LegToken, Session, SessionFactory, TestAsset } from "../../typechain-types/index.js";
import type { SessionParamsStruct } from "../../typechain-types/SessionFactory.js";
import { DAY, SCALE, SUPPLY, TICK_VALUE, TOKEN } from "./units.js";

export type Connection = NetworkConnection;
export type Account = HardhatEthersSigner;

/** What the people of a test are called in what it expects. */
const PEOPLE = ["organiser", "submitter", "alice", "bob", "carol", "dave", "erin", "frank", "outsider"] as const;
type Person = (typeof PEOPLE)[number];

export interface Contracts {
  readonly connection: Connection;
  readonly factory: SessionFactory;
  readonly people: Readonly<Record<Person, Account>>;
}

export interface World extends Contracts, Readonly<Record<Person, Account>> {
  readonly params: SessionParamsStruct;
  readonly session: Session;
  readonly book: IOrderBook;
  readonly bookAddress: string;
  /** leg(1) is the token of the first asset. */
  readonly leg: (number: number) => LegToken;
  /** What every asset of the tests can do, hostile or not. */
  readonly assets: readonly TestAsset[];
  readonly domain: TypedDataDomain;
  readonly t1: number;
  readonly t2: number;
}

export type Stage = "created" | "funded" | "open";

export interface WorldOptions extends Partial<SessionParamsStruct> {
  /** Where the session's life has got to; open for trade by default. */
  readonly stage?: Stage;
  /** How many honest assets to make, 100 tokens each, if no `assets` are given; two by default. */
  readonly assetCount?: number;
}

export async function deployContracts(connection: Connection): Promise<Contracts> {
  const { ethers } = connection;
  const accounts = await ethers.deployContract("OrderBookAccounts", [await ethers.deployContract("OrderBookMarkets")]);
  const implementations = [
    await ethers.deployContract("Session"),
    await ethers.deployContract("LegToken"),
    await ethers.deployContract("OrderBook", [accounts]),
  ] as const;
  const factory = await ethers.deployContract("SessionFactory", [...implementations]);
  const signers = await ethers.getSigners();
  // Object.fromEntries forgets the keys; there are more signers than people.
  const people = Object.fromEntries(PEOPLE.map((name, index) => [name, signers[index]])) as Record<Person, Account>;
  return { connection, factory, people };
}

/** A session that nobody has funded yet, with the usual terms unless others are given. */
export async function paramsFor(contracts: Contracts, options: WorldOptions = {}): Promise<SessionParamsStruct> {
  const { assetCount = 2, ...given } = options;
  const now = await contracts.connection.networkHelpers.time.latest();
  const assets = given.assets ?? (await deployAssets(contracts, assetCount));
  const params = {
    name: "Test session",
    symbol: "TST",
    assets,
    quantities: assets.map(() => 100n * TOKEN),
    supply: SUPPLY,
    t1: now + 1_000,
    t2: now + 1_000 + 30 * DAY,
    policy: contracts.connection.ethers.ZeroAddress,
    settleLimit: now + 1_000 + 60 * DAY,
    openMarkets: false,
    chainWindow: 64,
    maxOpenOrders: 100,
    maxLots: 0n,
    basketScale: SCALE,
    basketTickValue: TICK_VALUE,
    ...given,
  };
  delete params.stage; // where to stop is no term of a session
  return params;
}

export async function deployAssets(contracts: Contracts, count: number): Promise<string[]> {
  const assets: string[] = [];
  for (let k = 1; k <= count; k += 1) {
    const asset = await contracts.connection.ethers.deployContract("TestAsset", [`Asset ${k}`, `A${k}`, 18]);
    assets.push(await asset.getAddress());
  }
  return assets;
}

export async function createSession(
  contracts: Contracts,
  params: SessionParamsStruct,
  salt = `0x${"00".repeat(32)}`,
): Promise<World> {
  const { connection, people } = contracts;
  const { ethers } = connection;
  const factory = contracts.factory.connect(people.organiser);
  const address = await factory.createSession.staticCall(params, salt);
  await factory.createSession(params, salt);
  const session = await ethers.getContractAt("Session", address, people.organiser);
  const bookAddress = await session.orderBook();
  const { chainId } = await ethers.provider.getNetwork();
  const legs: LegToken[] = [];
  for (let k = 1; k <= params.assets.length; k += 1) {
    legs.push(await ethers.getContractAt("LegToken", await session.legToken(k)));
  }
  return {
    ...contracts,
    ...people,
    params,
    session,
    bookAddress,
    book: await ethers.getContractAt("IOrderBook", bookAddress, people.submitter),
    leg: (number) => legs[number - 1]!,
    // Tests name assets by their addresses.
    assets: await Promise.all(params.assets.map((asset) => ethers.getContractAt("TestAsset", asset as string))),
    domain: { name: "Session Contracts", version: "1", chainId, verifyingContract: bookAddress },
    t1: Number(params.t1),
    t2: Number(params.t2),
  };
}

/** Gives the organiser the basket, and the session leave to take it. */
export async function supplyBasket(world: World): Promise<void> {
  for (const [k, asset] of world.assets.entries()) {
    const quantity = world.params.quantities[k]!;
    await asset.mint(world.organiser, quantity);
    await asset.connect(world.organiser).approve(world.session, quantity);
  }
}

/** The organiser pays the basket in, and holds all of N then. */
export async function fundSession(world: World): Promise<void> {
  await supplyBasket(world);
  await world.session.fund();
}

export async function openWorld(connection: Connection, options: WorldOptions = {}): Promise<World> {
  const contracts = await deployContracts(connection);
  const world = await createSession(contracts, await paramsFor(contracts, options));
  const stage = options.stage ?? "open";
  if (stage === "created") return world;
  await fundSession(world);
  await world.session.approve(world.book, SUPPLY * 10n);
  if (stage === "open") await connection.networkHelpers.time.increaseTo(world.t1);
  return world;
}

/** The organiser, who holds all N at first, pays `amount` wei of session tokens into each account. */
export async function bankroll(
  world: World,
  amount: bigint,
  ...traders: { readonly address: string }[]
): Promise<void> {
  const book = world.book.connect(world.organiser);
  for (const trader of traders) await book.deposit(trader.address, amount);
}

/** Moves the clock, so that the next block is the first of settlement. */
export async function closeTrading(world: World): Promise<void> {
  await world.connection.networkHelpers.time.increaseTo(world.t2);
}
