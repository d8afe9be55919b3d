/** Chainlink's feeds, as fixings and oracles name them. */
import type { ContractRunner } from "ethers";

import { IAggregator__factory } from "../../../../typechain-types/index.js";
import { parseAddress } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { invalid } from "../../../input/errors.js";
import { requireAnswer } from "../../periphery.js";

export const MAX_SECONDS = 2 ** 32 - 1;

export interface FeedOptions {
  readonly feeds: string;
  readonly maxAges: string;
}

export interface NamedFeed {
  readonly address: string;
  /** Seconds. */
  readonly maxAge: bigint;
}

/** @param expected how many there have to be. @throws InputError ARGUMENT_INVALID */
export function parseFeeds(options: FeedOptions, expected: number): NamedFeed[] {
  const feeds = options.feeds.split(",").map((text) => parseAddress("--feeds", text.trim()));
  if (feeds.length !== expected)
    throw invalid("--feeds", options.feeds, expected === 1 ? "one address" : `${expected} addresses`);
  const ages = options.maxAges.split(",").map((text) => parseCount("--max-ages", text.trim(), 1, MAX_SECONDS));
  if (ages.length !== 1 && ages.length !== expected) {
    throw invalid("--max-ages", options.maxAges, `one number, or ${expected}`);
  }
  return feeds.map((address, k) => ({ address, maxAge: BigInt(ages[k] ?? ages[0] ?? 0) }));
}

/** @param argument by which it is named. @param wanted what it is to be. @throws InputError ARGUMENT_INVALID; NodeError */
export async function requireFeed(
  argument: string,
  address: string,
  wanted: string,
  runner: ContractRunner,
): Promise<void> {
  await requireAnswer(argument, address, wanted, IAggregator__factory.connect(address, runner).latestRoundData());
}
