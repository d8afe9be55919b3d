/** The factory of rollers: where `session roll …` looks for it, and the command that deploys it. */
import { Command } from "commander";
import { AbiCoder, concat } from "ethers";

import { RollerFactory__factory } from "../../../../typechain-types/index.js";
import type { SessionHandle } from "../../../bindings/session.js";
import { addressOf } from "../../../deployment/create2.js";
import { readContracts } from "../../../verify/find-session.js";
import type { CliContext } from "../../context.js";
import { type ArtifactsOptions, withArtifacts } from "../../deploying.js";
import { parseAddress } from "../../input/parse.js";
import { withSettings } from "../../input/settings.js";
import { nextText } from "../../output/session-facts.js";
import { paragraphs } from "../../output/text.js";
import { deployedDocument, deployedText, deployNamed } from "../../periphery.js";
import { openActor } from "../../who.js";

export interface RollersOptions {
  readonly rollerFactory?: string;
}

export function withRollers(command: Command): Command {
  return command.option("--roller-factory <address>", "the factory of rollers (default: where this version's lies)");
}

/** The one that is named, else where CREATE2 puts this version's for the factory that made the session. */
export async function rollersOf(handle: SessionHandle, { rollerFactory }: RollersOptions): Promise<string> {
  if (rollerFactory !== undefined) return parseAddress("--roller-factory", rollerFactory);
  return placeFor(await sessionsOf(handle));
}

export function factoryCommand(context: CliContext): Command {
  const command = new Command("factory").description(
    "Deploy the factory of rollers for the factory that made the session: once on a chain, by anybody. What is there already stays.",
  );
  return withSettings(withArtifacts(command), "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session roll factory")
    .action(async (options: ArtifactsOptions) => {
      const { handle, wallet } = await openActor(context, options);
      const sessions = await sessionsOf(handle);
      const deployed = await deployNamed(context, options, wallet, "RollerFactory", [sessions]);
      const { address } = deployed;
      const named = address === placeFor(sessions) ? "" : ` --roller-factory ${address}`; // another build than this program's
      context.answer({
        document: { rollerFactory: address, sessionFactory: sessions, ...deployedDocument(deployed) },
        text: paragraphs(deployedText("RollerFactory", deployed), nextText(`roll create --dry-run${named}`)),
      });
    });
}

/** Where this program's own build of it lies. @param sessions the factory of sessions that it is made for */
function placeFor(sessions: string): string {
  return addressOf(
    concat([RollerFactory__factory.bytecode, AbiCoder.defaultAbiCoder().encode(["address"], [sessions])]),
  );
}

/** The factory that made a session, as the session's own code has it. */
async function sessionsOf({ address, session }: SessionHandle): Promise<string> {
  const provider = session.runner?.provider;
  if (provider === null || provider === undefined) throw new Error("unreachable: a session is opened on a node");
  const { factory } = await readContracts(address, provider, { fromBlock: 0, toBlock: 0 });
  return factory;
}
