import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Provider } from "ethers";
import type { ArtifactManager } from "hardhat/types/artifacts";

import { DeployError } from "./errors.js";

/** Ignition names what it deploys "Module#Contract". */
const MODULE_PREFIX = "SessionContracts#";

/** What Ignition remembers of a deployment: names without the module's prefix, and addresses. Empty before the first run. */
export async function readDeployedAddresses(deploymentDir: string): Promise<ReadonlyMap<string, string>> {
  const text = await readIfThere(join(deploymentDir, "deployed_addresses.json"));
  const addresses = JSON.parse(text ?? "{}") as Record<string, string>; // written by Ignition
  return new Map(Object.entries(addresses).map(([future, address]) => [contractOf(future), address]));
}

/**
 * Ignition trusts its own notes. If the chain has been started anew under the same first block, they are wrong.
 * @throws DeployError DEPLOY_CHAIN_RESET
 */
export async function requireCode(
  provider: Pick<Provider, "getCode">,
  addresses: ReadonlyMap<string, string>,
  deploymentDir: string,
): Promise<void> {
  for (const [contract, address] of addresses) {
    if ((await provider.getCode(address)) === "0x") {
      throw new DeployError("DEPLOY_CHAIN_RESET", { contract, address, deploymentDir });
    }
  }
}

/**
 * Ignition calls a finished deployment finished, whatever has become of the sources. Who deploys wants what is compiled now.
 * @throws DeployError DEPLOY_CONTRACTS_CHANGED
 */
export async function requireUnchanged(
  artifacts: Pick<ArtifactManager, "readArtifact">,
  addresses: ReadonlyMap<string, string>,
  deploymentDir: string,
): Promise<void> {
  const changed: string[] = [];
  for (const contract of addresses.keys()) {
    const text = await readIfThere(join(deploymentDir, "artifacts", `${MODULE_PREFIX}${contract}.json`));
    if (text === undefined) continue;
    const deployed = JSON.parse(text) as { bytecode: string }; // a copy of Hardhat's artifact
    const compiled = await artifacts.readArtifact(contract);
    if (withoutMetadata(compiled.bytecode) !== withoutMetadata(deployed.bytecode)) changed.push(contract);
  }
  if (changed.length > 0) throw new DeployError("DEPLOY_CONTRACTS_CHANGED", { changed, deploymentDir });
}

/** The compiler appends a hash of sources and comments, and its length in bytes as a big-endian uint16. */
function withoutMetadata(bytecode: string): string {
  const hexDigits = 2 * (Number.parseInt(bytecode.slice(-4), 16) + 2);
  return hexDigits < bytecode.length ? bytecode.slice(0, -hexDigits) : bytecode;
}

function contractOf(future: string): string {
  return future.startsWith(MODULE_PREFIX) ? future.slice(MODULE_PREFIX.length) : future;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // node:fs throws nothing else
    throw error;
  }
}
