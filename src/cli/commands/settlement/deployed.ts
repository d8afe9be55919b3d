/** What `create` of fixings, windows and settlers have in common: the contract is deployed, where its code and terms put it. */
import type { Wallet } from "ethers";

import type { ArgumentsOf, PeripheryName } from "../../../deployment/contracts.js";
import type { CliContext } from "../../context.js";
import type { ArtifactsOptions } from "../../deploying.js";
import { nextText } from "../../output/session-facts.js";
import { paragraphs } from "../../output/text.js";
import { deployNamed } from "../../periphery.js";

/** Deploys it, or finds it, and says where it is. */
export async function deployAndTell<Name extends PeripheryName>(
  context: CliContext,
  options: ArtifactsOptions,
  wallet: Wallet,
  name: Name,
  made: ArgumentsOf<Name>,
  next: (address: string) => string,
): Promise<void> {
  const { address, isNew, transactionHash, gasUsed } = await deployNamed(context, options, wallet, name, made);
  context.answer({
    document: { contract: name, address, isNew, ...(isNew && { transactionHash, gasUsed }) },
    text: paragraphs(`${isNew ? "Made" : "It is there already"}: ${name} ${address}`, nextText(next(address))),
  });
}
