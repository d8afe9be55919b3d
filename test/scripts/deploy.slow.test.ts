import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect } from "chai";

import { contractsOf } from "../../src/deployment/known.js";
import { type LocalNode, startNode } from "../../src/local/nodes.js";
import { BUILD, PROFILE } from "../deployment/support.js";

const ROOT = join(import.meta.dirname, "../..");

function deploy(...words: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const run = ["--import", "tsx/esm", "scripts/deploy.ts", ...words];
  const path = `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
  return spawnSync(process.execPath, run, { cwd: ROOT, encoding: "utf8", env: { ...process.env, PATH: path } });
}

describe("npm run deploy", function () {
  let node: LocalNode;

  before(async function () {
    node = await startNode("anvil");
  });

  after(async function () {
    await node.stop();
  });

  it("compiles, deploys to any node by its address, and notes no local chain", function () {
    const before = spawnSync("git", ["hash-object", "deployments.json"], { cwd: ROOT, encoding: "utf8" }).stdout;
    const { status, stdout, stderr } = deploy("--rpc", node.url, "--profile", PROFILE, "--json");
    expect(status, stderr).to.equal(0);
    const { contracts, deployed } = JSON.parse(stdout) as { contracts: unknown; deployed: readonly unknown[] };
    expect(contracts).to.deep.equal(contractsOf(BUILD));
    expect(deployed).to.have.length(8);
    expect(spawnSync("git", ["hash-object", "deployments.json"], { cwd: ROOT, encoding: "utf8" }).stdout).to.equal(
      before,
    );
  });

  it("refuses a network that the configuration does not have, and names those that it has", function () {
    const { status, stderr } = deploy("--network", "nowhere");
    expect(status).to.equal(2);
    expect(stderr).to.include("--network nowhere is none of localhost, anvil, sepolia, baseSepolia");
  });
});
