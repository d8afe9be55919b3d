import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import toolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

import { sourceFiles } from "./src/deployment/contracts.js";

const SOLC_VERSION = "0.8.37";
const EVM_VERSION = "cancun";
const OPTIMIZER = { enabled: true, runs: 200 };
/** Deployed once, run often; the book's code still fits its 24 576 bytes. */
const OPTIMIZER_OF_PRODUCTION = { enabled: true, runs: 1_000 };

/**
 * Compiler settings by profile: `default` for the daily loop, `production` for deployments and benchmarks. `coverage`
 * is chosen by `npm run coverage` alone: the settings of `default`, and limits that fit instrumented code.
 */
const SOLC_SETTINGS = {
  default: { evmVersion: EVM_VERSION, optimizer: OPTIMIZER, viaIR: false },
  production: { evmVersion: EVM_VERSION, optimizer: OPTIMIZER_OF_PRODUCTION, viaIR: true },
  coverage: { evmVersion: EVM_VERSION, optimizer: OPTIMIZER, viaIR: false },
} as const;

type Profile = keyof typeof SOLC_SETTINGS;

/** SESSION_PROFILE selects settings, cache and artifacts together, so that switching never recompiles. */
function selectedProfile(): Profile {
  const name = process.env["SESSION_PROFILE"] ?? "default";
  if (!Object.hasOwn(SOLC_SETTINGS, name)) {
    throw new Error(`SESSION_PROFILE must be one of ${Object.keys(SOLC_SETTINGS).join(", ")}, not "${name}"`);
  }
  return name as Profile; // one of its keys, as just checked
}

const require = createRequire(import.meta.url);

/** Hardhat trusts the version of a compiler that is given by path, so it is checked here. */
function solcPath(): string {
  const manifest: unknown = JSON.parse(readFileSync(require.resolve("solc/package.json"), "utf8"));
  const installed = (manifest as { version: string }).version; // npm guarantees the field
  if (installed !== SOLC_VERSION) {
    throw new Error(`solc ${SOLC_VERSION} is required, but ${installed} is installed: run npm install`);
  }
  return require.resolve("solc/soljson.js");
}

const profile = selectedProfile();
const suffix = profile === "default" ? "" : `-${profile}`;
const compiler = { version: SOLC_VERSION, path: solcPath(), settings: SOLC_SETTINGS[profile] };
/**
 * What is deployed is compiled alone, each file with what it imports: the hash of the compiler's input is in the code, and that names the
 * packages of all files that are compiled together. So no address moves because something else imports a package.
 */
const alone = profile === "production" ? Object.fromEntries(sourceFiles().map((file) => [file, compiler])) : {};
const compilers = { compilers: [compiler], overrides: alone, isolated: false };

/** Instrumented code is larger and costlier than what is deployed: sizes and the gas cap are tested without it. */
const simulatedLimits =
  profile === "coverage"
    ? { allowUnlimitedContractSize: true, blockGasLimit: 1_000_000_000n, transactionGasCap: false as const }
    : {};

/** A walk of a thousand steps outgrows the 32 MiB that a test may use by itself. */
const resources = {
  fsPermissions: {
    readDirectory: ["./test/vectors", ...["", "-production", "-coverage"].map((of) => `./artifacts${of}`)],
  },
  memoryLimit: 2n ** 30n,
};

export default defineConfig({
  plugins: [toolboxMochaEthers],
  // Hardhat has build profiles of its own (deployments pick "production"): both get the selected settings.
  solidity: { profiles: { default: compilers, production: compilers } },
  paths: {
    sources: "./contracts",
    tests: { solidity: "./test", mocha: "./test" },
    cache: `./cache${suffix}`,
    artifacts: `./artifacts${suffix}`,
  },
  typechain: { outDir: "./typechain-types" },
  coverage: { skipFiles: ["contracts/mocks/**"] },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", ...simulatedLimits },
    localhost: { type: "http", chainType: "l1", url: "http://127.0.0.1:8545" },
    anvil: { type: "http", chainType: "l1", url: "http://127.0.0.1:8546" },
    sepolia: {
      type: "http",
      chainType: "l1",
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("SEPOLIA_PRIVATE_KEY")],
    },
    baseSepolia: {
      type: "http",
      chainType: "op",
      url: configVariable("BASE_SEPOLIA_RPC_URL"),
      accounts: [configVariable("BASE_SEPOLIA_PRIVATE_KEY")],
    },
  },
  test: {
    mocha: { timeout: 120_000, forbidOnly: process.env["CI"] !== undefined },
    solidity: {
      profiles: {
        default: { ...resources, fuzz: { runs: 64 }, invariant: { runs: 16, depth: 50 } },
        coverage: { ...resources, fuzz: { runs: 8 }, invariant: { runs: 4, depth: 25 } },
        nightly: { ...resources, fuzz: { runs: 5_000 }, invariant: { runs: 40, depth: 256 } },
      },
    },
  },
});
