/**
 * A chain with a session that trades, for all tests of the command line: one node, started for the first that asks, and set back
 * for every next one. Its clock only follows from what the tests do.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseEther, Wallet } from "ethers";

import { chainAt, type ChainProvider } from "../../stage/chain.js";
import { startNode } from "../../src/local/nodes.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { createMarketOwner, type MarketOwner } from "../../src/client/market-owner.js";
import { createSession, fundSession, type SessionParams } from "../../src/client/organiser.js";
import { createTrader } from "../../src/client/trader.js";
import { TestAsset__factory } from "../../typechain-types/index.js";
import { between } from "../protocol/markets.js";
import { tick, wei } from "../protocol/support.js";
import { as, ask, type Env, ONE } from "./support.js";

export const HOUR = 3_600;

/** A session of 100 AU (18 decimals) and 200.5 AG (6), N = 1000; alice and bob have 100 tokens each, 50 of them deposited. */
export interface World {
  readonly provider: ChainProvider;
  readonly factory: string;
  readonly assets: readonly [gold: string, silver: string];
  readonly organiser: Wallet;
  readonly alice: Wallet;
  readonly bob: Wallet;
  /** Has nothing but gas, and is no trader. */
  readonly carol: Wallet;
  /** Empty, and gone when all tests are over. */
  readonly folder: string;
  readonly handle: SessionHandle;
  /** The organiser, who owns the markets. */
  readonly owner: MarketOwner;
  /** Names node, factory and session; no key. */
  readonly env: Env;
  /** Makes a block at that second. */
  moveTo(second: number): Promise<void>;
}

/** Names no real key could have. */
const KEYS = [1, 2, 3, 4].map((digit) => `0x${String(digit).repeat(64)}`);

/** What a file's tests find done already. */
export type Beginning = (world: World) => Promise<void>;

interface Kept {
  readonly world: World;
  /** Of the chain, oldest first: as it was made, and after a beginning. What is older outlives what is newer. */
  readonly snapshots: string[];
  beginning: Beginning | undefined;
  readonly close: () => Promise<void>;
}

let kept: Promise<Kept> | undefined;

/**
 * The world as it was made, whatever was done to it; trading has just begun.
 * @param beginning done before the first test that asks for it, and found done by the others; the same function each time
 */
export async function openWorld(beginning?: Beginning): Promise<World> {
  kept ??= makeWorld();
  const found = await kept;
  const world = { ...found.world, folder: await mkdtemp(join(found.world.folder, "test-")) };
  if (found.beginning !== beginning) {
    found.snapshots.splice(1);
    found.beginning = undefined;
  }
  await restore(found);
  if (beginning !== undefined && found.beginning === undefined) {
    await beginning(world);
    found.snapshots.push(await snapshotOf(world.provider));
    found.beginning = beginning;
  }
  return world;
}

/** Goes back to the newest snapshot, which is used up by that, and takes it anew. */
async function restore({ world: { provider }, snapshots }: Kept): Promise<void> {
  await provider.send("evm_revert", [snapshots.pop()]);
  snapshots.push(await snapshotOf(provider));
}

after(async function () {
  await (await kept)?.close();
});

async function snapshotOf(provider: ChainProvider): Promise<string> {
  return (await provider.send("evm_snapshot", [])) as string; // what the method gives
}

async function makeWorld(): Promise<Kept> {
  const folder = await mkdtemp(join(tmpdir(), "session-cli-"));
  const node = await startNode("anvil");
  const chain = await chainAt(node.url);
  const { provider } = chain;
  const factory = await chain.deploy();
  const [organiser, alice, bob, carol] = KEYS.map((key) => new Wallet(key, provider)) as [
    Wallet,
    Wallet,
    Wallet,
    Wallet,
  ];
  for (const { address } of [organiser, alice, bob, carol]) await chain.giveGas(address, parseEther("100"));
  const assets = [await mint(organiser, "Gold", "AU", 18), await mint(organiser, "Silver", "AG", 6)] as const;
  const t1 = (await chain.clock.now()) + HOUR;
  const handle = await createSession(factory, organiser, termsOf(assets, t1), `0x${"00".repeat(32)}`);
  await fundSession(handle, organiser);
  for (const trader of [alice, bob]) {
    await (await handle.session.connect(organiser).transfer(trader.address, 100n * ONE)).wait();
    await createTrader(handle, trader).deposit(50n * ONE);
  }
  const { moveTo } = chain.clock;
  await moveTo(t1);
  const env = { SESSION_RPC_URL: node.url, SESSION_FACTORY: factory, SESSION_ADDRESS: handle.address };
  const owner = createMarketOwner(handle, organiser);
  const world = { provider, factory, assets, organiser, alice, bob, carol, folder, handle, owner, env, moveTo };
  return {
    world,
    snapshots: [await snapshotOf(provider)],
    beginning: undefined,
    async close() {
      await chain.close();
      await node.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Of a session of one's own beside the one that trades; the organiser has enough of both assets for some. */
export function termsOf(assets: readonly string[], t1: number): SessionParams {
  return {
    name: "Metals",
    symbol: "MTL",
    assets,
    quantities: [100n * ONE, 200_500_000n],
    supply: 1_000n * ONE,
    t1,
    t2: t1 + 10 * HOUR,
  };
}

/** @returns its address; the organiser has ten thousand */
export async function mint(organiser: Wallet, name: string, symbol: string, decimals: number): Promise<string> {
  const asset = await (await new TestAsset__factory(organiser).deploy(name, symbol, decimals)).waitForDeployment();
  await (await asset.mint(organiser.address, 10_000n * 10n ** BigInt(decimals))).wait();
  return asset.getAddress();
}

/** Root 2: rain of 0 to 1000, of which a tick of a lot is worth 1e13 wei. */
export async function addRain({ owner, handle }: World): Promise<void> {
  await owner.createInterval({
    bounds: between(0, 1_000),
    tickValue: wei(10n ** 13n),
    closesAt: BigInt(handle.t2),
    settleBy: BigInt(handle.t2),
    fallbackOutcome: tick(0),
    description: "rain",
  });
}

/** The next root: an event of that many outcomes, 100 ticks to a weight of 1, 1e13 wei a tick of a lot. */
export async function addEvent({ owner, handle }: World, outcomes: number): Promise<void> {
  await owner.createEvent({
    outcomes,
    scale: tick(100),
    tickValue: wei(10n ** 13n),
    closesAt: BigInt(handle.t2),
    settleBy: BigInt(handle.t2),
    fallbackOutcome: 1,
    description: "who wins",
  });
}

export interface Traded {
  readonly tradeRootId: number;
  readonly fills: readonly {
    readonly makerRootId: number;
    readonly priceTicks: string;
    readonly lots: string;
    readonly via?: string;
  }[];
  readonly restingLots: string;
  readonly cutLots: string;
  readonly evicted: readonly number[];
  readonly package: Readonly<Record<string, unknown>>;
  readonly preview: Preview;
}

export interface Preview {
  readonly fills: Traded["fills"];
  readonly restingLots: string;
  readonly cutLots: string;
  readonly evicted: readonly number[];
  readonly slackBeforeWei: string;
  readonly slackAfterWei: string;
  readonly claimAfterWei: string;
}

/** `session trade` by that wallet. */
export function trade({ env }: Pick<World, "env">, wallet: Wallet, ...words: readonly string[]): Promise<Traded> {
  return ask<Traded>(as(env, wallet), "trade", ...words);
}

/** Amounts in the tests are written in thousandths of a token. */
export function milli(thousandths: number): string {
  return ((BigInt(thousandths) * ONE) / 1_000n).toString();
}
