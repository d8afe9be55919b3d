import { existsSync, globSync, readFileSync } from "node:fs";

import { expect } from "chai";
import hre from "hardhat";

/** EIP-170: more than this cannot be deployed. */
const MAX_CODE_BYTES = 24_576;
const DEPLOYED = [
  "Session",
  "LegToken",
  "OrderBook",
  "OrderBookAccounts",
  "OrderBookMarkets",
  "OrderBookViews",
  "SessionFactory",
  "LmsrMaker",
  "LmsrMakerFactory",
  "AllOf",
  "AllowList",
  "AnyOf",
  "Attested",
  "FeePolicy",
  "FeeVault",
  "MinCapital",
  "MinVotes",
  "PrimarySale",
  "Roller",
  "RollerFactory",
  "SessionTokenOracle",
  "TrackRecord",
  "CashWindow",
  "ChainlinkFixing",
  "ChainlinkSettler",
  "UmaSettler",
] as const;

function runtimeBytes(deployedBytecode: string): number {
  return (deployedBytecode.length - 2) / 2;
}

/** Reads what a production build left behind, if there was one. */
function productionBytes(name: string): number | undefined {
  const [path] = globSync(`artifacts-production/contracts/**/${name}.json`);
  if (path === undefined) return undefined;
  const artifact = JSON.parse(readFileSync(path, "utf8")) as { deployedBytecode: string }; // Hardhat's own format
  return runtimeBytes(artifact.deployedBytecode);
}

describe("Code size of what is deployed", () => {
  it(`fits in ${MAX_CODE_BYTES} bytes`, async function () {
    if (process.env["SESSION_PROFILE"] === "coverage") this.skip(); // instrumented code is larger
    for (const name of DEPLOYED) {
      const { deployedBytecode } = await hre.artifacts.readArtifact(name);
      expect(runtimeBytes(deployedBytecode), name).to.be.greaterThan(0).and.at.most(MAX_CODE_BYTES);
    }
  });

  it(`fits in ${MAX_CODE_BYTES} bytes as last built for production`, function () {
    if (!existsSync("artifacts-production/contracts")) this.skip();
    for (const name of DEPLOYED) {
      expect(productionBytes(name) ?? 0, name).to.be.at.most(MAX_CODE_BYTES);
    }
  });
});
