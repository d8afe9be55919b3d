/** A rollup's feed of its sequencer on a test's chain: Chainlink's for Arbitrum, with its flags, behind a proxy. */
import { type Contract, getAddress, type Signer, toBeHex, ZeroAddress } from "ethers";

import { deployCompiled, mined } from "./compiled.js";

const FOLDER = "@chainlink/contracts/src/v0.8/";
const UPTIME = {
  compiler: "solc-0.8.19",
  files: [
    `${FOLDER}SimpleWriteAccessController.sol`,
    `${FOLDER}dev/Flags.sol`,
    `${FOLDER}dev/ArbitrumSequencerUptimeFeed.sol`,
  ],
} as const;
const PROXY = { compiler: "solc-0.6.6", files: ["@chainlink/contracts/src/v0.6/EACAggregatorProxy.sol"] } as const;
/** What a rollup adds to an address of the chain below. */
const ALIAS_OFFSET = 0x1111000000000000000000000000000000001111n;
const ADDRESSES = 1n << 160n;

export interface TestSequencer {
  /** Of the proxy, which contracts read. */
  readonly address: string;
  /** Behind it. */
  readonly feed: Contract;
  /** Tells what the chain below has said: whether it is down, and since when. What is older than its last word it passes over. */
  tell(isDown: boolean, since: number): Promise<void>;
}

/** It runs, since now. @param owner deploys, owns, and speaks for the chain below: its own address is that of a contract there, as a rollup shows it */
export async function openSequencerFeed(owner: Signer): Promise<TestSequencer> {
  const own = BigInt(await owner.getAddress());
  const below = getAddress(toBeHex((own - ALIAS_OFFSET + ADDRESSES) % ADDRESSES, 20));
  const access = await deployCompiled(owner, UPTIME, "SimpleWriteAccessController");
  const flags = await deployCompiled(owner, UPTIME, "Flags", access, access);
  const feed = await deployCompiled(owner, UPTIME, "ArbitrumSequencerUptimeFeed", flags, below);
  const proxy = await deployCompiled(owner, PROXY, "EACAggregatorProxy", feed, ZeroAddress);
  for (const guarded of [access, flags]) await mined(guarded, "addAccess", feed);
  await mined(feed, "addAccess", proxy);
  await mined(feed, "initialize");
  return {
    address: await proxy.getAddress(),
    feed,
    async tell(isDown, since) {
      await mined(feed, "updateStatus", isDown, since);
    },
  };
}
