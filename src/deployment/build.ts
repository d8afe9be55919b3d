/** The compiled contracts on disk: in the package, or in a checkout as Hardhat writes them. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { concat, Interface, keccak256 } from "ethers";

import {
  type ArgumentsOf,
  CONTRACTS,
  type ContractName,
  type PeripheryName,
  type Placed,
  placeContracts,
  sourceFileOf,
} from "./contracts.js";
import { addressOf } from "./create2.js";
import { DeployError } from "./errors.js";

/** The parts of an artifact that are read here. */
export interface Artifact {
  readonly contractName: string;
  /** The source as the compiler's input names it. */
  readonly inputSourceName: string;
  readonly abi: readonly object[];
  readonly bytecode: string;
  /** With zeros where immutables will stand. */
  readonly deployedBytecode: string;
  readonly immutableReferences: Readonly<
    Record<string, readonly { readonly start: number; readonly length: number }[]>
  >;
}

/** What the compiler was told: enough for anybody to compile the same. */
export interface CompilerInput {
  /** With the commit. */
  readonly solcLongVersion: string;
  /** Standard JSON. */
  readonly input: {
    readonly sources: Readonly<Record<string, { readonly content: string }>>;
    readonly settings: Readonly<Record<string, unknown>>;
  };
}

/** Compiled contracts, in the order in which they are deployed. */
export interface Build<Name extends string = ContractName> {
  readonly artifacts: Readonly<Record<Name, Artifact>>;
  readonly contracts: readonly Placed<Name>[];
  readonly compilerInput: (name: Name) => CompilerInput;
}

/** What the compiler was told of each contract, each source once: as the package has it. */
export interface PackedInputs {
  readonly solcLongVersion: string;
  readonly sources: Readonly<Record<string, { readonly content: string }>>;
  /** Of each contract by its name: standard JSON, but with the names of its sources alone. */
  readonly inputs: Readonly<
    Record<string, Omit<CompilerInput["input"], "sources"> & { readonly sources: readonly string[] }>
  >;
}

/** In the package's `dist/artifacts`; an artifact of Hardhat's names its own. */
export const INPUT_FILE = "compiler-input.json";
/** An asset without value, for a demonstration on a chain of one's own. Nothing that is deployed needs it. */
export const DEMO_ASSET = "TestAsset";
/** In Hardhat's artifacts. */
export const DEMO_ASSET_FILE = "mocks/TestAsset.sol/TestAsset.json";
/** Beside `src/` or `dist/src/`. */
const TOP = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * The folder of this package's own build.
 * @param profile of the compiler; in a checkout there is one folder for each
 */
export function ownBuild(profile: string): string {
  const suffix = profile === "default" ? "" : `-${profile}`;
  return existsSync(join(TOP, "artifacts", INPUT_FILE)) ? join(TOP, "artifacts") : join(TOP, `artifacts${suffix}`);
}

/** @throws DeployError DEPLOY_NOT_COMPILED */
export function readBuild(folder: string): Build {
  const artifacts = Object.fromEntries(CONTRACTS.map((name) => [name, readArtifact(folder, name)])) as Record<
    ContractName,
    Artifact
  >; // one for each name
  const bytecode = Object.fromEntries(CONTRACTS.map((name) => [name, artifacts[name].bytecode])) as Record<
    ContractName,
    string
  >; // the same names
  return { artifacts, contracts: placeContracts(bytecode), compilerInput: (name) => readInput(folder, name) };
}

/**
 * One contract of the periphery, with what it is made with: one place for one build and arguments.
 * @throws DeployError DEPLOY_NOT_COMPILED
 */
export function readPeriphery<Name extends PeripheryName>(
  folder: string,
  name: Name,
  made: ArgumentsOf<Name>,
): Build<Name> {
  const artifact = readArtifact(folder, name);
  const initCode = concat([artifact.bytecode, new Interface([...artifact.abi]).encodeDeploy(made)]);
  return {
    artifacts: { [name]: artifact } as Record<Name, Artifact>, // the one name
    contracts: [{ name, address: addressOf(initCode), initCode }],
    compilerInput: () => readInput(folder, name),
  };
}

/**
 * The hash of what lies on a chain, with zeros where immutables stand: the same on every chain, for one of them is the chain's id.
 * @param code as the chain has it, or as compiled
 */
export function codeHashOf({ immutableReferences }: Pick<Artifact, "immutableReferences">, code: string): string {
  let plain = code;
  for (const { start, length } of Object.values(immutableReferences).flat()) {
    const [from, to] = [2 + 2 * start, 2 + 2 * (start + length)];
    plain = plain.slice(0, from) + "0".repeat(2 * length) + plain.slice(to);
  }
  return keccak256(plain);
}

/** @throws DeployError DEPLOY_NOT_COMPILED */
export function readDemoAsset(folder: string): { readonly abi: readonly object[]; readonly bytecode: string } {
  const packaged = join(folder, `${DEMO_ASSET}.json`);
  const file = existsSync(packaged) ? packaged : join(folder, "contracts", DEMO_ASSET_FILE);
  return readJson(file, folder) as { readonly abi: readonly object[]; readonly bytecode: string }; // Hardhat's form, in both
}

function readArtifact(folder: string, name: string): Artifact {
  const packaged = join(folder, `${name}.json`);
  return readJson(existsSync(packaged) ? packaged : hardhatFile(folder, name), folder) as Artifact; // Hardhat's form, in both
}

function readInput(folder: string, name: string): CompilerInput {
  const packaged = join(folder, INPUT_FILE);
  if (existsSync(packaged)) return unpacked(readJson(packaged, folder) as PackedInputs, name, packaged); // as scripts/package writes it
  const { buildInfoId } = readJson(hardhatFile(folder, name), folder) as { buildInfoId: string };
  return readJson(join(folder, "build-info", `${buildInfoId}.json`), folder) as CompilerInput; // written by Hardhat
}

function unpacked({ solcLongVersion, sources, inputs }: PackedInputs, name: string, file: string): CompilerInput {
  const input = inputs[name];
  if (input === undefined) throw new DeployError("DEPLOY_NOT_COMPILED", { file, contract: name });
  const own = Object.fromEntries(
    input.sources.flatMap((source) => {
      const found = sources[source];
      return found === undefined ? [] : [[source, found]];
    }),
  );
  return { solcLongVersion, input: { ...input, sources: own } };
}

function hardhatFile(folder: string, name: string): string {
  return join(folder, sourceFileOf(name), `${name}.json`);
}

function readJson(file: string, folder: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new DeployError("DEPLOY_NOT_COMPILED", { folder, file }, error);
  }
}
