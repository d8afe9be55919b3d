import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { DeployReport } from "../../deploy/deploy-contracts.js";
import { type LocalNode, startNode } from "../../stage/nodes.js";

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const tsx = createRequire(import.meta.url).resolve("tsx/cli");

function runDeploy(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [tsx, "scripts/deploy.ts", ...args], (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

describe("the deploy command", function () {
  let node: LocalNode;
  let ignitionDir: string;
  const deployArgs = (): string[] => [
    "--network",
    "anvil",
    "--url",
    node.url,
    "--ignition-dir",
    ignitionDir,
    "--no-compile",
    "--profile",
    process.env["SESSION_PROFILE"] ?? "default",
  ];

  before(async function () {
    ignitionDir = await mkdtemp(join(tmpdir(), "session-deploy-"));
    node = await startNode("anvil");
  });

  after(async function () {
    await node.stop();
    await rm(ignitionDir, { recursive: true, force: true });
  });

  it("prints the addresses, and on the second run that nothing changed", async function () {
    const first = await runDeploy(...deployArgs());
    expect(first.status, first.stderr).to.equal(0);
    expect(first.stdout).to.match(/SessionFactory {2}0x[0-9a-fA-F]{40}/);
    expect(first.stdout).to.contain("Deployed now:");

    const second = await runDeploy(...deployArgs());
    expect(second.status, second.stderr).to.equal(0);
    expect(second.stdout).to.contain("Nothing changed");
    const addresses = /0x[0-9a-fA-F]{40}/g;
    expect(second.stdout.match(addresses)).to.deep.equal(first.stdout.match(addresses));
  });

  it("prints one JSON document with --json", async function () {
    const { status, stdout, stderr } = await runDeploy(...deployArgs(), "--json");
    expect(status, stderr).to.equal(0);
    const report = JSON.parse(stdout) as DeployReport;
    expect(report.network).to.equal("anvil");
    expect(report.deployed).to.deep.equal([]);
  });

  it("ends with status 1 and a typed error for an unknown network", async function () {
    const { status, stdout } = await runDeploy("--network", "nowhere", "--json");
    expect(status).to.equal(1);
    const { error } = JSON.parse(stdout) as { error: { code: string; retryable: boolean } };
    expect(error).to.deep.include({ code: "DEPLOY_NETWORK_UNKNOWN", retryable: false });
  });

  it("refuses an option that it does not know", async function () {
    const { status, stderr } = await runDeploy("--network", "anvil", "--nope");
    expect(status).to.equal(1);
    expect(stderr).to.contain("--nope");
  });
});
