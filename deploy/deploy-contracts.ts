import { join, resolve } from "node:path";

import type { ArtifactManager } from "hardhat/types/artifacts";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { createHardhatRuntimeEnvironment, importUserConfig, resolveHardhatConfigPath } from "hardhat/hre";

import { readDeployedAddresses, requireCode, requireUnchanged } from "./deployed-addresses.js";
import { asDeployError, DeployError } from "./errors.js";
import { SessionContracts } from "./modules/session-contracts.js";

export interface DeployRequest {
  /** A network of hardhat.config.ts. */
  readonly network: string;
  /** Where the network is, if not where the configuration says. */
  readonly url?: string;
  /** Folder whose `deployments/` remembers what was deployed; `deploy/` by default. */
  readonly ignitionDir?: string;
  /** Whether to compile first; without, the artifacts must be up to date. Default true. */
  readonly compile?: boolean;
}

export interface DeployedContracts {
  readonly session: string;
  readonly legToken: string;
  readonly orderBookMarkets: string;
  readonly orderBookAccounts: string;
  readonly orderBookViews: string;
  readonly orderBook: string;
  readonly factory: string;
}

export interface DeployReport {
  readonly network: string;
  readonly chainId: number;
  readonly deploymentId: string;
  readonly deploymentDir: string;
  /** The implementations and the factory. */
  readonly contracts: DeployedContracts;
  /** Names of the contracts that this run deployed; empty if everything stood already. */
  readonly deployed: readonly string[];
}

/** Chain ids of nodes on a developer's machine: every one of them has the same, so it tells nothing. */
const LOCAL_CHAIN_IDS: ReadonlySet<number> = new Set([1337, 31337]);

/**
 * Deploys what is not deployed yet, through the Ignition module, and remembers it under the network's name.
 * @throws DeployError
 */
export async function deployContracts(request: DeployRequest): Promise<DeployReport> {
  const hre = await loadHardhat(request);
  requireNetwork(hre, request.network);
  let connection: NetworkConnection | undefined;
  try {
    connection = await connect(hre, request);
    const place = await placeOf(connection, hre.config.paths.ignition);
    if (request.compile ?? true) await hre.tasks.getTask("build").run({ noTests: true, quiet: true });
    return await deployAt(place, connection, hre.artifacts);
  } catch (error) {
    throw asDeployError(error, request.network);
  } finally {
    await connection?.close();
  }
}

async function loadHardhat(request: DeployRequest): Promise<HardhatRuntimeEnvironment> {
  const configPath = await resolveHardhatConfigPath();
  const config = await importUserConfig(configPath);
  const { ignitionDir } = request;
  const paths = ignitionDir === undefined ? config.paths : { ...config.paths, ignition: resolve(ignitionDir) };
  return createHardhatRuntimeEnvironment(
    { ...config, ...(paths === undefined ? {} : { paths }) },
    { config: configPath },
  );
}

/** Simulated networks vanish with the process, so a deployment to one would be a deployment to nowhere. */
function requireNetwork(hre: HardhatRuntimeEnvironment, name: string): void {
  const networks = Object.entries(hre.config.networks);
  const known = networks.filter(([, { type }]) => type === "http").map(([network]) => network);
  if (known.includes(name)) return;
  throw new DeployError("DEPLOY_NETWORK_UNKNOWN", { network: name, known });
}

function connect(hre: HardhatRuntimeEnvironment, { network, url }: DeployRequest): Promise<NetworkConnection> {
  return hre.network.create(url === undefined ? { network } : { network, override: { url } });
}

/** Where a deployment goes, from whom, and where it is remembered. */
interface Place {
  readonly chainId: number;
  readonly deployer: string;
  readonly deploymentId: string;
  readonly deploymentDir: string;
}

async function placeOf(connection: NetworkConnection, ignitionDir: string): Promise<Place> {
  const { ethers, networkName } = connection;
  const chainId = Number((await ethers.provider.getNetwork()).chainId);
  const [deployer] = await ethers.getSigners();
  if (deployer === undefined) throw new DeployError("DEPLOY_NO_ACCOUNT", { network: networkName });
  const deploymentId = await deploymentIdOf(connection, chainId);
  const deploymentDir = join(ignitionDir, "deployments", deploymentId);
  return { chainId, deployer: deployer.address, deploymentId, deploymentDir };
}

async function deployAt(
  place: Place,
  connection: NetworkConnection,
  artifacts: ArtifactManager,
): Promise<DeployReport> {
  const { deploymentDir, deploymentId } = place;
  const before = await readDeployedAddresses(deploymentDir);
  await requireCode(connection.ethers.provider, before, deploymentDir);
  await requireUnchanged(artifacts, before, deploymentDir);
  const contracts = await deployModule(place, connection);
  const after = await readDeployedAddresses(deploymentDir);
  return {
    network: connection.networkName,
    chainId: place.chainId,
    deploymentId,
    deploymentDir,
    contracts,
    deployed: [...after.keys()].filter((contract) => !before.has(contract)),
  };
}

async function deployModule(
  { deployer, deploymentId }: Place,
  connection: NetworkConnection,
): Promise<DeployedContracts> {
  const { session, legToken, orderBookMarkets, orderBookViews, orderBookAccounts, orderBook, factory } =
    await connection.ignition.deploy(SessionContracts, { deploymentId, defaultSender: deployer });
  return {
    session: await session.getAddress(),
    legToken: await legToken.getAddress(),
    orderBookMarkets: await orderBookMarkets.getAddress(),
    orderBookAccounts: await orderBookAccounts.getAddress(),
    orderBookViews: await orderBookViews.getAddress(),
    orderBook: await orderBook.getAddress(),
    factory: await factory.getAddress(),
  };
}

/**
 * A public chain keeps its deployment for ever: name and chain id. A local one is new whenever its node is started, with
 * the same chain id; what tells one run from the next is the hash of its first block.
 */
async function deploymentIdOf(connection: NetworkConnection, chainId: number): Promise<string> {
  const name = connection.networkName.replace(/[^A-Za-z0-9_-]/g, "_");
  if (!LOCAL_CHAIN_IDS.has(chainId)) return `chain-${name}-${chainId}`;
  const genesis = await connection.ethers.provider.getBlock(0);
  return `local-${name}-${genesis?.hash?.slice(2, 10) ?? "unknown"}`;
}
