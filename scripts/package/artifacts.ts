/** What of the compiled contracts goes into the package: interfaces for whoever reads, code for whoever deploys. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** ABIs by name: events and errors are in them. `IOrderBook` is all that a book answers to. */
const ABIS: Readonly<Record<string, string>> = {
  IOrderBook: "interfaces/IOrderBook.sol/IOrderBook.json",
  IParticipationPolicy: "interfaces/IParticipationPolicy.sol/IParticipationPolicy.json",
  LegToken: "LegToken.sol/LegToken.json",
  Session: "Session.sol/Session.json",
  SessionFactory: "SessionFactory.sol/SessionFactory.json",
};

/** What is deployed to open sessions on another chain, in the order of their constructors' needs. */
export const DEPLOYED = [
  "OrderBookMarkets",
  "OrderBookViews",
  "OrderBookAccounts",
  "OrderBook",
  "Session",
  "LegToken",
  "SessionFactory",
];

/** The parts of Hardhat's artifacts and build infos that are read here. */
interface Artifact {
  readonly contractName: string;
  readonly sourceName: string;
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
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
  for (const [name, file] of Object.entries(ABIS)) {
    writeJson(join(to, "abi", `${name}.json`), readArtifact(join(from, "contracts", file)).abi);
  }
  for (const name of DEPLOYED) {
    const artifact = readArtifact(artifactFile(from, name));
    writeJson(join(to, "artifacts", `${name}.json`), packaged(from, artifact));
  }
}

/** The bytecode of a contract of ours in that artifacts folder. */
export function bytecodeOf(from: string, path: string): string {
  return readArtifact(join(from, "contracts", path)).bytecode;
}

/** With the compiler's settings beside the code: whoever deploys it can verify it. */
function packaged(
  from: string,
  { contractName, sourceName, abi, bytecode, deployedBytecode, ...rest }: Artifact,
): unknown {
  const buildInfo = readJson(join(from, "build-info", `${rest.buildInfoId}.json`)) as BuildInfo; // written by Hardhat
  const { evmVersion, optimizer, viaIR } = buildInfo.input.settings;
  const compiler = { version: buildInfo.solcLongVersion, settings: { evmVersion, optimizer, viaIR } };
  return { contractName, sourceName, compiler, abi, bytecode, deployedBytecode };
}

function artifactFile(from: string, name: string): string {
  return join(from, "contracts", `${name}.sol`, `${name}.json`);
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
