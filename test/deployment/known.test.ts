/** deployments.json: what is said of the release is what the compiler makes of the sources. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";

import { expect } from "chai";

import { type CompilerInput, ownBuild, readBuild } from "../../src/deployment/build.js";
import { CONTRACTS, sourceFileOf } from "../../src/deployment/contracts.js";
import {
  contractsOf,
  isReleased,
  KNOWN_DEPLOYMENTS,
  knownFactory,
  knownMakerFactory,
} from "../../src/deployment/known.js";
import { KNOWN_CODE } from "../../src/bindings/known-code-table.js";
import { BUILD, PROFILE } from "./support.js";

const ROOT = join(import.meta.dirname, "../..");
const FILE = join(ROOT, "deployments.json");
const FOLDER = ownBuild("production");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

/** Whether the release's build was made on this machine, from the sources as they are. */
function hasProduction(): boolean {
  if (!existsSync(join(FOLDER, "contracts"))) return false;
  const build = readBuild(FOLDER);
  return CONTRACTS.flatMap((name) => Object.entries(build.compilerInput(name).input.sources))
    .filter(([name]) => name.startsWith("project/contracts/"))
    .every(([name, { content }]) => {
      const path = join(ROOT, name.replace("project/", ""));
      return existsSync(path) && readFileSync(path, "utf8") === content;
    });
}

/** A source and all that it imports, and what that imports. */
function importsFrom(
  from: string,
  sources: CompilerInput["input"]["sources"],
  remappings: readonly string[],
): ReadonlySet<string> {
  const reached = new Set([from]);
  for (const source of reached) {
    for (const [, path = ""] of (sources[source]?.content ?? "").matchAll(/^import\s[^"';]*["']([^"']+)["'][^;]*;/gm)) {
      reached.add(path.startsWith(".") ? posix.join(posix.dirname(source), path) : remapped(source, path, remappings));
    }
  }
  return reached;
}

/** The compiler takes the longest prefix of those that hold in a source's place. */
function remapped(source: string, path: string, remappings: readonly string[]): string {
  const [best] = remappings
    .map((text) => /^([^:]*):([^=]*)=(.*)$/.exec(text)!.slice(1) as [string, string, string]) // its three parts
    .filter(([context, prefix]) => source.startsWith(context) && path.startsWith(prefix))
    .sort((a, b) => b[1].length - a[1].length);
  return best === undefined ? path : best[2] + path.slice(best[1].length);
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
    const made = {
      version,
      compiler: build.compilerInput("SessionFactory").solcLongVersion,
      contracts: contractsOf(build),
    };
    if (process.env["UPDATE_RELEASE"] !== undefined) {
      writeFileSync(FILE, `${JSON.stringify({ release: made, chains }, undefined, 2)}\n`);
    }
    const { release: noted } = JSON.parse(readFileSync(FILE, "utf8")) as { release: unknown };
    expect(noted, "UPDATE_RELEASE=1 writes it anew").to.deep.equal(made);
  });

  it("is of contracts that were compiled alone, so that what else imports a package moves none of them", function () {
    if (!hasProduction()) this.skip();
    const build = readBuild(FOLDER);
    for (const name of CONTRACTS) {
      const { sources, settings } = build.compilerInput(name).input;
      const own = `project/${sourceFileOf(name)}`;
      const reached = importsFrom(own, sources, settings["remappings"] as readonly string[]); // as Hardhat writes them
      expect(Object.keys(sources).sort(), name).to.deep.equal([...reached].sort());
    }
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

  it("gives a chain's factories: where they are noted, else where the release's lie on every chain", function () {
    expect(knownFactory(424_242n)).to.equal(release.contracts.SessionFactory.address);
    expect(knownMakerFactory(424_242n)).to.equal(release.contracts.LmsrMakerFactory.address);
    for (const [chainId, { contracts }] of Object.entries(chains)) {
      expect(knownFactory(BigInt(chainId))).to.equal(contracts.SessionFactory.address);
      expect(knownMakerFactory(BigInt(chainId))).to.equal(contracts.LmsrMakerFactory.address);
    }
  });

  it("the daily build is no release", function () {
    if (PROFILE === "production") this.skip();
    expect(isReleased(BUILD)).to.equal(false);
  });
});
