/** Fixings of prices on a test's chain, by Chainlink's own feeds. */
import { ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { ChainlinkFixing } from "../../typechain-types/index.js";
import type { TestFeed } from "../counterparts/chainlink.js";

/** What a test says of a fixing; what is left out is the usual. */
export interface FixingSpec {
  /** T. */
  readonly time: number;
  readonly delay?: number;
  readonly cash?: string;
  readonly uptime?: string;
  readonly grace?: number;
  readonly feeds: readonly { readonly feed: TestFeed; readonly maxAge?: number; readonly asset?: string }[];
}

export const HOUR = 3_600;

export async function deployFixing({ ethers }: NetworkConnection, spec: FixingSpec): Promise<ChainlinkFixing> {
  return ethers.deployContract("ChainlinkFixing", [structOfFixing(spec)]);
}

export function structOfFixing({ time, delay = 60, cash, uptime, grace = HOUR, feeds }: FixingSpec) {
  return {
    ...{ time, delay, grace, cash: cash ?? ZeroAddress, uptime: uptime ?? ZeroAddress },
    feeds: feeds.map(({ feed, maxAge = HOUR, asset = ZeroAddress }) => ({ aggregator: feed.address, maxAge, asset })),
  };
}
