/** Roots that contracts own and settle, on a test's chain. */
import type { ChainlinkSettler, UmaSettler } from "../../typechain-types/index.js";
import { type MarketSpec, recordOf, MARKET_TYPES } from "./markets.js";
import type { World } from "./world.js";

export interface Strip {
  readonly lower: bigint;
  readonly upper: bigint;
}

/** What the organiser has signed for a root of the settler, as the arguments of `openRoot` but for a feed. */
export async function permitted(world: World, settler: { getAddress(): Promise<string> }, spec: MarketSpec) {
  const record = await recordOf(world, { ...spec, owner: { address: await settler.getAddress() } });
  const signature = await world.organiser.signTypedData(world.domain, MARKET_TYPES, record);
  return { record, signature, description: spec.description ?? "" };
}

/** The organiser makes a root that is settled by assertions. @returns its number */
export async function openByUma(
  world: World,
  settler: UmaSettler,
  spec: MarketSpec,
  strikes: readonly Strip[] = [],
): Promise<number> {
  const { record, signature, description } = await permitted(world, settler, spec);
  await settler.connect(world.organiser).openRoot(record, [...strikes], signature, description);
  return Number(await world.book.createdRoots()) + 1;
}

/** The organiser makes a root that is settled by a price. @returns its number */
export async function openByPrice(
  world: World,
  settler: ChainlinkSettler,
  spec: MarketSpec,
  feed: { readonly leg: number; readonly ticksPerUnit: bigint },
  strikes: readonly Strip[] = [],
): Promise<number> {
  const { record, signature, description } = await permitted(world, settler, spec);
  await settler.connect(world.organiser).openRoot(record, [...strikes], feed, signature, description);
  return Number(await world.book.createdRoots()) + 1;
}
