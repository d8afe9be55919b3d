/** Deploying one contract of the periphery from the command line. */
import { resolve } from "node:path";

import { type Command } from "commander";
import { isHexString, type Wallet } from "ethers";

import { ownBuild } from "../deployment/build.js";
import type { ArgumentsOf, PeripheryName } from "../deployment/contracts.js";
import { deployPeriphery, type PeripheryDeployed } from "../deployment/periphery.js";
import { connect } from "./chain.js";
import type { CliContext } from "./context.js";
import { openWallet } from "./input/keys.js";
import { invalid } from "./input/parse.js";
import { readSettings, type SettingOptions, withSettings } from "./input/settings.js";
import type { NodeProvider } from "../node/provider.js";

export interface DeployingOptions extends SettingOptions {
  readonly artifacts?: string;
}

/** Who deploys, on a chain that has no session yet. */
export interface Deploying {
  readonly wallet: Wallet;
  readonly provider: NodeProvider;
}

export function withArtifacts(command: Command): Command {
  return command.option("--artifacts <folder>", "the compiled contracts (default: those of this package)");
}

/** A command that needs a node and a key, and no session. */
export function withDeploying(command: Command): Command {
  return withSettings(withArtifacts(command), "rpc", "key");
}

export async function openDeploying(context: CliContext, options: DeployingOptions): Promise<Deploying> {
  const { rpc, key } = readSettings(context, options, "rpc", "key");
  const provider = await connect(context, rpc);
  return { provider, wallet: await openWallet(context, key, provider) };
}

export function deployNamed<Name extends PeripheryName>(
  context: CliContext,
  { artifacts }: DeployingOptions,
  wallet: Wallet,
  name: Name,
  made: ArgumentsOf<Name>,
): Promise<PeripheryDeployed> {
  const folder = artifacts ?? ownBuild(context.env["SESSION_PROFILE"] ?? "production");
  return deployPeriphery(wallet, name, made, { artifacts: resolve(context.cwd, folder), onProgress: context.progress });
}

/** For programs: where it lies, and what it took. */
export function deployedDocument({ address, isNew, transactionHash, gasUsed }: PeripheryDeployed): object {
  return { address, isNew, ...(transactionHash === undefined ? {} : { transactionHash, gasUsed }) };
}

/** For people. */
export function deployedText(name: string, { address, isNew, transactionHash, gasUsed }: PeripheryDeployed): string {
  if (!isNew) return `${name} is there already: ${address}`;
  return `Deployed ${name}: ${address}\nTransaction ${transactionHash ?? ""}, ${gasUsed ?? 0n} gas`;
}

/** 32 bytes, 0x-hex. */
export function parseHash(argument: string, text: string): string {
  if (isHexString(text, 32)) return text.toLowerCase();
  throw invalid(argument, text, "32 bytes: 0x and 64 hex digits");
}
