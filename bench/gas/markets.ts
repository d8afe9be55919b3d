/** What the market table costs: making, tightening, settling. */
import {
  deal,
  eventRoot,
  intervalRoot,
  newEvent,
  newInterval,
  submitMarket,
  type MarketSpec,
} from "../../stage/contracts/markets.js";
import { DAY } from "../../stage/contracts/units.js";
import type { World } from "../../stage/contracts/world.js";
import type { Row } from "../part.js";
import { gasOf, gasRow } from "./receipt.js";

/** Alice and Bob must have cash. Moves the clock by some days. */
export async function measureMarkets(world: World): Promise<Row[]> {
  await intervalRoot(world); // the first record of all uses slots that later ones find used
  const record = async (spec: MarketSpec): Promise<number> => gasOf(submitMarket(world, spec));
  const interval = await record(newInterval(world));
  const root = await newest(world);
  const branch = await record({ root, branch: 2, parent: 1, min: 30n, max: 60n });
  await record({ root, branch: 3, parent: 1, min: 40n, max: 80n });
  const event = await record(newEvent(world));
  const { time } = world.connection.networkHelpers;
  const late = await intervalRoot(world, {
    closesAt: (await time.latest()) + DAY,
    settleBy: (await time.latest()) + 2 * DAY,
  });
  for (const marketRootId of [root, await eventRoot(world), late]) {
    await deal(world, { buyer: world.alice, seller: world.bob, root: marketRootId, lots: 10n, price: 40n });
  }
  const tighten = await record({ root, branch: 1, min: 10n, max: 90n });
  const refresh = await gasOf(world.book.refresh(root, [world.alice]));
  const settle = await record({ root, branch: 1, min: 50n, max: 50n });
  const realise = await gasOf(world.book.realise(root, [world.alice]));
  await time.increaseTo((await time.latest()) + 2 * DAY);
  const fallback = await gasOf(world.book.applyFallback(late));
  return [
    gasRow("createMarket interval", "a signed record that makes an interval root", interval),
    gasRow("createMarket branch", "a signed record that makes the second branch of it", branch),
    gasRow("createMarket event", "a signed record that makes an event root of 3 outcomes", event),
    gasRow("tighten", "a signed record that tightens an interval root of 3 branches", tighten),
    gasRow("refresh", "bring one trader's stored worst case in that root up to date", refresh),
    gasRow("settle", "a signed record that settles that root", settle),
    gasRow("realise", "turn one trader's position in that root into cash", realise),
    gasRow("fallback", "settle a root by its fallback", fallback),
  ];
}

async function newest(world: World): Promise<number> {
  return Number(await world.book.createdRoots()) + 1;
}
