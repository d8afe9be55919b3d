/** What `create` of fixings, windows and settlers have in common: the contract is deployed, where its code and terms put it. */
import type { Command } from "commander";
import type { Wallet } from "ethers";

import { deployPeriphery } from "../../../deployment/periphery.js";
import type { ArgumentsOf, PeripheryName } from "../../../deployment/contracts.js";
import type { CliContext } from "../../context.js";
import { artifactsOf } from "../../deploying.js";
import type { SettingOptions } from "../../input/settings.js";
import { nextText } from "../../output/session-facts.js";
import { paragraphs } from "../../output/text.js";

export interface MadeOptions extends SettingOptions {
  readonly artifacts?: string;
}

export function withArtifacts(command: Command): Command {
  return command.option("--artifacts <folder>", "the compiled contracts (default: those of this package)");
}

/** Deploys it, or finds it, and says where it is. */
export async function deployAndTell<Name extends PeripheryName>(
  context: CliContext,
  options: MadeOptions,
  wallet: Wallet,
  name: Name,
  made: ArgumentsOf<Name>,
  next: (address: string) => string,
): Promise<void> {
  const deployed = await deployPeriphery(wallet, name, made, {
    artifacts: artifactsOf(context, options),
    onProgress: context.progress,
  });
  const { address, isNew, transactionHash, gasUsed } = deployed;
  context.answer({
    document: { contract: name, address, isNew, ...(isNew && { transactionHash, gasUsed }) },
    text: paragraphs(`${isNew ? "Made" : "It is there already"}: ${name} ${address}`, nextText(next(address))),
  });
}
