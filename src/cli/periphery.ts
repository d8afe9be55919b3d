/** Deploying one contract of the periphery from the command line. */
import type { Command } from "commander";
import { isHexString, type Wallet } from "ethers";

import { ClientError } from "../bindings/errors.js";
import { isNoAnswer, read } from "../bindings/transact.js";
import type { ArgumentsOf, PeripheryName } from "../deployment/contracts.js";
import { deployPeriphery, type PeripheryDeployed } from "../deployment/periphery.js";
import { connect } from "./chain.js";
import type { CliContext } from "./context.js";
import { type ArtifactsOptions, artifactsOn, withArtifacts } from "./deploying.js";
import { openWallet } from "./input/keys.js";
import { invalid } from "../input/errors.js";
import { readSettings, withSettings } from "./input/settings.js";
import type { NodeProvider } from "../node/provider.js";

/** Who deploys, on a chain that has no session yet. */
export interface Deploying {
  readonly wallet: Wallet;
  readonly provider: NodeProvider;
}

/** A command that needs a node and a key, and no session. */
export function withDeploying(command: Command): Command {
  return withSettings(withArtifacts(command), "rpc", "key");
}

export async function openDeploying(context: CliContext, options: ArtifactsOptions): Promise<Deploying> {
  const { rpc, key } = readSettings(context, options, "rpc", "key");
  const provider = await connect(context, rpc);
  return { provider, wallet: await openWallet(context, key, provider) };
}

export async function deployNamed<Name extends PeripheryName>(
  context: CliContext,
  options: ArtifactsOptions,
  wallet: Wallet,
  name: Name,
  made: ArgumentsOf<Name>,
): Promise<PeripheryDeployed> {
  if (wallet.provider === null) throw new ClientError("Client_NoProvider");
  const artifacts = await artifactsOn(context, options, wallet.provider);
  return deployPeriphery(wallet, name, made, { artifacts, onProgress: context.progress });
}

/**
 * That a contract which is named in immutable terms knows what it will be asked; it may refuse to answer today, with a reason.
 * @param wanted what the argument is to be
 * @throws InputError ARGUMENT_INVALID if it does not, or there is none; NodeError
 */
export async function requireAnswer(
  argument: string,
  address: string,
  wanted: string,
  asked: Promise<unknown>,
): Promise<void> {
  try {
    await read(asked);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (isNoAnswer(error)) throw invalid(argument, address, wanted);
  }
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
