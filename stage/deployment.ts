/** The contracts on a chain at play, through their Ignition module as everywhere. Both functions give the factory's address. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { NetworkConnection } from "hardhat/types/network";

import { deployContracts } from "../deploy/deploy-contracts.js";
import { SessionContracts } from "../deploy/modules/session-contracts.js";

/** On a chain inside this process, which forgets them with the process. */
export async function deployInside({ ignition }: NetworkConnection, deployer: string): Promise<string> {
  const { factory } = await ignition.deploy(SessionContracts, { defaultSender: deployer });
  return factory.getAddress();
}

/** On a local node. The notes that Ignition takes for a next time are thrown away: the node's chain is as short-lived. */
export async function deployTo(url: string): Promise<string> {
  const ignitionDir = await mkdtemp(join(tmpdir(), "session-stage-"));
  try {
    const { contracts } = await deployContracts({ network: "localhost", url, ignitionDir, compile: false });
    return contracts.factory;
  } finally {
    await rm(ignitionDir, { recursive: true, force: true });
  }
}
