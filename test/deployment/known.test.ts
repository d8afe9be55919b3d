/** deployments.json: what is said of the release is what the compiler makes of the sources. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { ownBuild, readBuild } from "../../src/deployment/build.js";
import { CONTRACTS } from "../../src/deployment/contracts.js";
import { contractsOf, isReleased, KNOWN_DEPLOYMENTS, knownFactory } from "../../src/deployment/known.js";
import { KNOWN_CODE } from "../../src/bindings/known-code-table.js";
import { BUILD, PROFILE } from "./support.js";

const ROOT = join(import.meta.dirname, "../..");
const FILE = join(ROOT, "deployments.json");
const FOLDER = ownBuild("production");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

/** Whether the release's build was made on this machine, from the sources as they are. */
function hasProduction(): boolean {
  if (!existsSync(join(FOLDER, "contracts"))) return false;
  const { sources } = readBuild(FOLDER).compilerInput().input;
  return Object.entries(sources)
    .filter(([name]) => name.startsWith("project/contracts/"))
    .every(([name, { content }]) => {
      const path = join(ROOT, name.replace("project/", ""));
      return existsSync(path) && readFileSync(path, "utf8") === content;
    });
}

describe("deployments.json", function () {
  const { release, chains } = KNOWN_DEPLOYMENTS;

  it("is of this version, and names each contract at an address of its own", function () {
    expect(release.version).to.equal(version);
    expect(Object.keys(release.contracts)).to.deep.equal([...CONTRACTS]);
    const addresses = Object.values(release.contracts).map(({ address }) => address);
    expect(new Set(addresses).size).to.equal(CONTRACTS.length);
    for (const { codeHash } of Object.values(release.contracts)) expect(codeHash).to.match(/^0x[0-9a-f]{64}$/);
  });

  it("is what the compiler makes with the settings of a release, where that has been compiled", function () {
    if (!hasProduction()) this.skip();
    const build = readBuild(FOLDER);
    const made = { version, compiler: build.compilerInput().solcLongVersion, contracts: contractsOf(build) };
    if (process.env["UPDATE_RELEASE"] !== undefined) {
      writeFileSync(FILE, `${JSON.stringify({ release: made, chains }, undefined, 2)}\n`);
    }
    const { release: noted } = JSON.parse(readFileSync(FILE, "utf8")) as { release: unknown };
    expect(noted, "UPDATE_RELEASE=1 writes it anew").to.deep.equal(made);
  });

  it("has the hashes by which a verification knows the release's code", function () {
    for (const name of CONTRACTS) {
      const known = KNOWN_CODE.filter((one) => one.name === name && one.build === `${version} production`);
      expect(
        known.map(({ hash }) => hash),
        name,
      ).to.deep.equal([release.contracts[name].codeHash]);
    }
  });

  it("gives a chain's factory: where it is noted, else where the release's lies on every chain", function () {
    expect(knownFactory(424_242n)).to.equal(release.contracts.SessionFactory.address);
    for (const [chainId, { contracts }] of Object.entries(chains)) {
      expect(knownFactory(BigInt(chainId))).to.equal(contracts.SessionFactory.address);
    }
  });

  it("the daily build is no release", function () {
    if (PROFILE === "production") this.skip();
    expect(isReleased(BUILD)).to.equal(false);
  });
});
