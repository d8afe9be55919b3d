/** What of the compiled contracts goes into the package: interfaces for whoever reads, code for whoever deploys. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { DEMO_ASSET, DEMO_ASSET_FILE, INPUT_FILE, type PackedInputs } from "../../src/deployment/build.js";
import { sourceFiles } from "../../src/deployment/contracts.js";
import { writeAbiModules } from "./literals.js";

/** ABIs by name: events and errors are in them. `IOrderBook` is all that a book answers to; of houses their interfaces are. */
const ABIS: Readonly<Record<string, string>> = {
  ILmsrMaker: "periphery/makers/ILmsrMaker.sol/ILmsrMaker.json",
  IOrderBook: "interfaces/IOrderBook.sol/IOrderBook.json",
  IParticipationPolicy: "interfaces/IParticipationPolicy.sol/IParticipationPolicy.json",
  ISetRouter: "periphery/ISetRouter.sol/ISetRouter.json",
  LegToken: "LegToken.sol/LegToken.json",
  LmsrMakerFactory: "periphery/makers/LmsrMakerFactory.sol/LmsrMakerFactory.json",
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
    readonly language: string;
    readonly sources: PackedInputs["sources"];
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
  let packed: PackedInputs = { solcLongVersion: "", sources: {}, inputs: {} };
  for (const source of sourceFiles()) {
    const artifact = readArtifact(join(from, source, `${basename(source, ".sol")}.json`));
    const info = readBuildInfo(from, artifact);
    writeJson(join(to, "artifacts", `${artifact.contractName}.json`), packaged(artifact, info));
    packed = packedWith(packed, artifact, info);
  }
  writeJson(join(to, "artifacts", INPUT_FILE), packed);
  const { contractName, abi, bytecode } = readArtifact(join(from, "contracts", DEMO_ASSET_FILE));
  writeJson(join(to, "artifacts", `${DEMO_ASSET}.json`), { contractName, abi, bytecode });
}

/** A source is the same in whatever it was compiled with. */
function packedWith(packed: PackedInputs, { contractName }: Artifact, { solcLongVersion, input }: BuildInfo): PackedInputs {
  const sources = { ...packed.sources, ...input.sources };
  const inputs = { ...packed.inputs, [contractName]: { ...input, sources: Object.keys(input.sources) } };
  return { solcLongVersion, sources, inputs };
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

function readArtifact(file: string): Artifact {
  return readJson(file) as Artifact; // written by Hardhat
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value)}\n`);
}
