/** Cash windows on a test's chain, with prices of Chainlink's own feeds. */
import type { CashWindow, ChainlinkFixing } from "../../typechain-types/index.js";
import { openFeed, roundOf, type TestFeed } from "../counterparts/chainlink.js";
import { deployFixing, HOUR } from "./fixings.js";
import type { World } from "./world.js";

export interface WindowScene {
  readonly window: CashWindow;
  readonly fixing: ChainlinkFixing;
  /** Of leg k at index k - 1. */
  readonly feeds: readonly TestFeed[];
  readonly opens: number;
  readonly closes: number;
}

/** Offers from t2 on, half an hour of buying after it; the fixing is of t2. */
export async function openWindow(world: World, cash: string): Promise<WindowScene> {
  const { connection, params, session, t2, organiser } = world;
  const feeds: TestFeed[] = [];
  const assets = params.assets as readonly string[]; // tests name assets by their addresses
  while (feeds.length < assets.length) feeds.push(await openFeed(organiser, 8));
  const fixing = await deployFixing(connection, {
    ...{ time: t2, cash },
    feeds: feeds.map((feed, k) => ({ feed, asset: assets[k] ?? "" })),
  });
  const [opens, closes] = [t2 + HOUR / 2, t2 + HOUR];
  const window = await connection.ethers.deployContract("CashWindow", [
    { session: await session.getAddress(), prices: await fixing.getAddress(), cash, opens, closes },
  ]);
  return { window, fixing, feeds, opens, closes };
}

/** Each feed answers ten minutes before t2; the fixing takes that as soon as it may. @param prices with 8 decimals */
export async function fixPrices(world: World, scene: WindowScene, prices: readonly bigint[]): Promise<void> {
  const { time } = world.connection.networkHelpers;
  await time.increaseTo(world.t2 - 600);
  for (const [k, price] of prices.entries()) await scene.feeds[k]?.answer(price);
  await time.increaseTo(world.t2 + 60);
  for (const [k] of prices.entries()) await scene.fixing.fix(k + 1, roundOf(1n, 1n), 0n);
}
