/** Deploys one contract of `contracts/periphery` by its name: one address for one build and arguments, whoever deploys. */
import type { Signer } from "ethers";

import { ownBuild, readPeriphery } from "./build.js";
import type { ArgumentsOf, PeripheryName } from "./contracts.js";
import type { Address } from "./create2.js";
import { deployContracts, type DeployOptions } from "./deploy.js";

export interface PeripheryOptions<Name extends PeripheryName = PeripheryName> extends Omit<
  DeployOptions<Name>,
  "tell"
> {
  /** The compiled contracts' folder; this package's own by default, in a checkout the build of a release. */
  readonly artifacts?: string;
  /** Told before each step. */
  readonly onProgress?: (line: string) => void;
}

export interface PeripheryDeployed {
  readonly address: Address;
  /** Whether this call deployed it; the rest is absent if somebody had. */
  readonly isNew: boolean;
  readonly transactionHash?: string;
  readonly gasUsed?: bigint;
  /** What was paid, wei. */
  readonly cost?: bigint;
}

/**
 * What is there stays, and is compared with what was compiled.
 * @param made what the constructor takes, in its order
 * @throws DeployError; ClientError, NodeError of the node, also if the constructor refuses
 */
export async function deployPeriphery<Name extends PeripheryName>(
  signer: Signer,
  name: Name,
  made: ArgumentsOf<Name>,
  { artifacts = ownBuild("production"), onProgress, ...options }: PeripheryOptions<Name> = {},
): Promise<PeripheryDeployed> {
  const build = readPeriphery(artifacts, name, made);
  const { contracts } = await deployContracts(build, signer, {
    ...options,
    ...(onProgress !== undefined && { tell: onProgress }),
  });
  const [deployed] = contracts;
  if (deployed === undefined) throw new Error("unreachable: a build of one contract has one");
  const { address, transaction } = deployed;
  if (transaction === undefined) return { address, isNew: false };
  const { hash, gasUsed, cost } = transaction;
  return { address, isNew: true, transactionHash: hash, gasUsed, cost };
}
