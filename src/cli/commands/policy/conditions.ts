/** Policies by what somebody attests, by earlier sessions, and of several policies together. */
import { Command } from "commander";

import { MAX_POLICIES } from "../../../protocol/amounts/limits.js";
import type { CliContext } from "../../context.js";
import type { ArtifactsOptions } from "../../deploying.js";
import { parseAddress } from "../../input/parse.js";
import { invalid } from "../../../input/errors.js";
import { nextText } from "../../output/session-facts.js";
import { paragraphs } from "../../output/text.js";
import {
  deployedDocument,
  deployedText,
  deployNamed,
  openDeploying,
  parseHash,
  withDeploying,
} from "../../periphery.js";

interface AttestedOptions extends ArtifactsOptions {
  readonly service: string;
  readonly schema: string;
  readonly attester: string;
}

export function attestedCommand(context: CliContext): Command {
  const command = new Command("attested")
    .description("Deploy a policy that admits of whom one attester has said one thing (Ethereum Attestation Service).")
    .requiredOption("--service <address>", "the service on this chain")
    .requiredOption("--schema <uid>", "number of the schema, 32 bytes")
    .requiredOption("--attester <address>", "whose attestations count");
  return withDeploying(command)
    .addHelpText(
      "after",
      "\nWho was admitted stays so, whatever is revoked later.\n\nExample:\n  session policy attested --service 0xEAS --schema 0xUID --attester 0xISSUER",
    )
    .action(async (options: AttestedOptions) => {
      const made = [
        parseAddress("--service", options.service),
        parseHash("--schema", options.schema),
        parseAddress("--attester", options.attester),
      ] as const;
      const { wallet } = await openDeploying(context, options);
      const deployed = await deployNamed(context, options, wallet, "Attested", [...made]);
      context.answer({
        document: { policy: deployed.address, ...deployedDocument(deployed) },
        text: paragraphs(
          deployedText("Attested", deployed),
          nextText(`create --policy ${deployed.address} …`, `policy present ${deployed.address} --uid 0xUID`),
        ),
      });
    });
}

interface RecordOptions extends ArtifactsOptions {
  readonly root: string;
  readonly leastProfit: string;
  readonly leastInformation: string;
}

export function recordCommand(context: CliContext): Command {
  const command = new Command("record")
    .description("Deploy a policy that admits who did well enough in earlier sessions, by a table of `session score`.")
    .requiredOption("--root <root>", "the root that `session score` prints")
    .requiredOption("--least-profit <ppm>", "millionths of what was paid in; may be below zero: --least-profit=-5000")
    .requiredOption("--least-information <ppm>", "millionths; may be below zero");
  return withDeploying(command)
    .addHelpText(
      "after",
      "\nExample:\n  session policy record --root 0xROOT --least-profit 0 --least-information 10000",
    )
    .action(async (options: RecordOptions) => {
      const root = parseHash("--root", options.root);
      const [profit, information] = [
        parsePpm("--least-profit", options.leastProfit),
        parsePpm("--least-information", options.leastInformation),
      ];
      const { wallet } = await openDeploying(context, options);
      const deployed = await deployNamed(context, options, wallet, "TrackRecord", [root, profit, information]);
      context.answer({
        document: { policy: deployed.address, root, ...deployedDocument(deployed) },
        text: paragraphs(
          deployedText("TrackRecord", deployed),
          nextText(`create --policy ${deployed.address} …`, `policy claim ${deployed.address} --logs …`),
        ),
      });
    });
}

/** Millionths, of either sign. */
function parsePpm(argument: string, text: string): bigint {
  if (/^-?\d{1,18}$/.test(text)) return BigInt(text);
  throw invalid(argument, text, "a whole number of millionths");
}

export function allCommand(context: CliContext): Command {
  return setCommand(context, "all", "AllOf", "Deploy a policy that admits whom all of several policies admit.");
}

export function anyCommand(context: CliContext): Command {
  return setCommand(context, "any", "AnyOf", "Deploy a policy that admits whom one of several policies admits.");
}

function setCommand(context: CliContext, word: string, name: "AllOf" | "AnyOf", description: string): Command {
  const command = new Command(word)
    .description(description)
    .argument("<policies...>", `1 to ${MAX_POLICIES} addresses, in the order in which they are asked`);
  return withDeploying(command)
    .addHelpText("after", `\nExample:\n  session policy ${word} 0xPOLICY 0xPOLICY`)
    .action(async (texts: readonly string[], options: ArtifactsOptions) => {
      const policies = texts.map((text) => parseAddress("policies", text));
      const { wallet } = await openDeploying(context, options);
      const deployed = await deployNamed(context, options, wallet, name, [policies]);
      context.answer({
        document: { policy: deployed.address, policies, ...deployedDocument(deployed) },
        text: paragraphs(deployedText(name, deployed), nextText(`create --policy ${deployed.address} …`)),
      });
    });
}
