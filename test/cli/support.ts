import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider, parseEther, Wallet } from "ethers";

import { deployContracts } from "../../deploy/deploy-contracts.js";
import { type LocalNode, startNode } from "../../stage/nodes.js";
import { CliError } from "../../src/cli/errors.js";
import { runProgram } from "../../src/cli/program.js";
import { TestAsset__factory } from "../../typechain-types/index.js";

export const ONE = 10n ** 18n;

/** What one run of the program left behind. */
export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An error as `--json` tells it. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Env = Readonly<Record<string, string>>;

/** Runs the real program in this process, with an environment of its own and nobody at the terminal. */
export async function session(env: Env, ...words: readonly string[]): Promise<Run> {
  let [stdout, stderr] = ["", ""];
  const status = await runProgram(words, {
    env,
    cwd: process.cwd(),
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    readSecret: () => Promise.reject(new CliError("PASSWORD_MISSING")),
    onInterrupt: () => new AbortController().signal,
  });
  return { status, stdout, stderr };
}

/** Runs it with --json and asserts that it went well. @returns the document, which was all of stdout */
export async function ask<Document>(env: Env, ...words: readonly string[]): Promise<Document> {
  const { status, stdout, stderr } = await session(env, ...words, "--json");
  expect(status, `${words.join(" ")}\n${stdout}${stderr}`).to.equal(0);
  return JSON.parse(stdout) as Document;
}

/** Asserts exit status, code and, of the values, those that are given; and that the error is all of stdout. */
export async function expectTold(
  run: Promise<Run>,
  status: number,
  code: string,
  values: Readonly<Record<string, unknown>> = {},
): Promise<Told> {
  const { status: given, stdout, stderr } = await run;
  const { error } = JSON.parse(stdout) as { error: Told };
  expect(error.code, error.message).to.equal(code);
  expect(given, stderr).to.equal(status);
  expect(error.values).to.deep.include(values);
  expect(error.advice).to.match(/\.$/);
  return error;
}

/** A node with the contracts, two assets of the organiser, and four keys with money for gas. */
export interface Stage {
  readonly provider: JsonRpcProvider;
  readonly assets: readonly [string, string];
  /** RPC and factory; without a key. */
  readonly env: Env;
  readonly organiser: Wallet;
  readonly alice: Wallet;
  readonly bob: Wallet;
  readonly carol: Wallet;
  readonly folder: string;
  moveTo(second: number): Promise<void>;
  close(): Promise<void>;
}

/** Names no real key could have. */
const KEYS = [1, 2, 3, 4].map((digit) => `0x${String(digit).repeat(64)}`);

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "session-cli-"));
  const node: LocalNode = await startNode("anvil");
  const provider = new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  const { contracts } = await deployContracts({
    network: "anvil",
    url: node.url,
    ignitionDir: join(folder, "ignition"),
    compile: false,
  });
  const wallets = KEYS.map((key) => new Wallet(key, provider));
  const [organiser, alice, bob, carol] = wallets as [Wallet, Wallet, Wallet, Wallet];
  for (const { address } of wallets) {
    await provider.send("anvil_setBalance", [address, `0x${parseEther("100").toString(16)}`]);
  }
  const deployed: string[] = [];
  for (const [name, symbol, decimals] of [
    ["Gold", "AU", 18],
    ["Silver", "AG", 6],
  ] as const) {
    const asset = await (await new TestAsset__factory(organiser).deploy(name, symbol, decimals)).waitForDeployment();
    await (await asset.mint(organiser.address, 10_000n * 10n ** BigInt(decimals))).wait();
    deployed.push(await asset.getAddress());
  }
  return {
    provider,
    organiser,
    alice,
    bob,
    carol,
    folder,
    assets: deployed as [string, string],
    env: { SESSION_RPC_URL: node.url, SESSION_FACTORY: contracts.factory },
    async moveTo(second) {
      await provider.send("evm_setNextBlockTimestamp", [second]);
      await provider.send("evm_mine", []);
    },
    async close() {
      provider.destroy();
      await node.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The environment in which this wallet signs. */
export function as(env: Env, wallet: Wallet): Env {
  return { ...env, SESSION_PRIVATE_KEY: wallet.privateKey };
}
