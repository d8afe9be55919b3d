/** What of the compiled contracts goes into the package: interfaces for whoever reads, code for whoever deploys. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { DEMO_ASSET, DEMO_ASSET_FILE, INPUT_FILE } from "../../src/deployment/build.js";
import { CONTRACTS, PERIPHERY } from "../../src/deployment/contracts.js";
import { writeAbiModules } from "./literals.js";

/** ABIs by name: events and errors are in them. `IOrderBook` is all that a book answers to. */
const ABIS: Readonly<Record<string, string>> = {
  IOrderBook: "interfaces/IOrderBook.sol/IOrderBook.json",
  IParticipationPolicy: "interfaces/IParticipationPolicy.sol/IParticipationPolicy.json",
  LegToken: "LegToken.sol/LegToken.json",
  Session: "Session.sol/Session.json",
  SessionFactory: "SessionFactory.sol/SessionFactory.json",
};

/** The parts of Hardhat's artifacts and build infos that are read here. */
interface Artifact {
  readonly contractName: string;
  readonly sourceName: string;
  readonly inputSourceName: string;
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
  readonly immutableReferences: object;
  readonly buildInfoId: string;
}
interface BuildInfo {
  readonly solcLongVersion: string;
  readonly input: {
    readonly settings: { readonly evmVersion: string; readonly optimizer: object; readonly viaIR: boolean };
  };
}

/** Writes `abi/` and `artifacts/` of the package. @param from Hardhat's artifacts folder of the wanted profile */
export function writeArtifacts(from: string, to: string): void {
  for (const folder of ["abi", "artifacts"]) mkdirSync(join(to, folder), { recursive: true });
  const abis = new Map(
    Object.entries(ABIS).map(([name, file]) => [name, readArtifact(join(from, "contracts", file)).abi]),
  );
  for (const [name, abi] of abis) writeJson(join(to, "abi", `${name}.json`), abi);
  writeAbiModules(abis, join(to, "abi"));
  const onTop = CONTRACTS.map((name) => artifactFile(from, name, ""));
  const periphery = Object.entries(PERIPHERY).map(([name, { folder }]) => artifactFile(from, name, folder));
  for (const file of [...onTop, ...periphery]) {
    const artifact = readArtifact(file);
    const { solcLongVersion, input } = readBuildInfo(from, artifact);
    writeJson(join(to, "artifacts", `${artifact.contractName}.json`), packaged(artifact, { solcLongVersion, input }));
    writeJson(join(to, "artifacts", INPUT_FILE), { solcLongVersion, input });
  }
  const { contractName, abi, bytecode } = readArtifact(join(from, "contracts", DEMO_ASSET_FILE));
  writeJson(join(to, "artifacts", `${DEMO_ASSET}.json`), { contractName, abi, bytecode });
}

/** With the compiler's settings beside the code: whoever deploys it can verify it. */
function packaged(artifact: Artifact, { solcLongVersion, input }: BuildInfo): unknown {
  const { contractName, sourceName, inputSourceName, abi, bytecode, deployedBytecode, immutableReferences } = artifact;
  const { evmVersion, optimizer, viaIR } = input.settings;
  const compiler = { version: solcLongVersion, settings: { evmVersion, optimizer, viaIR } };
  return { contractName, sourceName, inputSourceName, compiler, abi, bytecode, deployedBytecode, immutableReferences };
}

function readBuildInfo(from: string, { buildInfoId }: Artifact): BuildInfo {
  return readJson(join(from, "build-info", `${buildInfoId}.json`)) as BuildInfo; // written by Hardhat
}

function artifactFile(from: string, name: string, folder: string): string {
  return join(from, "contracts", folder, `${name}.sol`, `${name}.json`);
}

function readArtifact(file: string): Artifact {
  return readJson(file) as Artifact; // written by Hardhat
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value)}\n`);
}
