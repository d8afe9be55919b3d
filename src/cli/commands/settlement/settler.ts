/** `session settler …`: contracts that own market roots, and settle them by assertions or by a price. */
import { Command } from "commander";

import { IOptimisticOracleV3__factory } from "../../../../typechain-types/index.js";
import { assertionsOf, assertOutcome, recordAsserted, recordPrice } from "../../../client/settlement/settler.js";
import { readFeedOfRoot, readSettlerTerms, rootsOfSettler } from "../../../client/settlement/settler.js";
import { settlerKind, type SettlerTerms } from "../../../client/settlement/settler.js";
import { readFixing } from "../../../client/settlement/fixing.js";
import type { SessionHandle } from "../../../bindings/session.js";
import { formatQuantity, parseQuantity, readAsset, readToken } from "../../../bindings/assets.js";
import { parseTicks } from "../../../protocol/amounts/units.js";
import type { CliContext } from "../../context.js";
import { type ArtifactsOptions, withArtifacts } from "../../deploying.js";
import { CliError } from "../../cli-error.js";
import { InputError, invalid } from "../../../input/errors.js";
import { parseAddress } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { readSettings, withSettings } from "../../input/settings.js";
import { nextText, sentDocument, sentText } from "../../output/session-facts.js";
import { date, facts, paragraphs, table } from "../../output/text.js";
import { requireAnswer } from "../../periphery.js";
import { openActor, openReader } from "../../who.js";
import { deployAndTell } from "./deployed.js";
import { openRootCommand } from "./open-root.js";

interface Options extends ArtifactsOptions {
  readonly oracle?: string;
  readonly currency?: string;
  readonly liveness: string;
  readonly bond: string;
  readonly fixing?: string;
  readonly yes?: true;
}

const MAX_ROOT = 2 ** 32 - 1;
const MIN_LIVENESS_SECONDS = 7_200;
const MAX_LIVENESS_SECONDS = 2 ** 32 - 1;

export function settlerCommand(context: CliContext): Command {
  const command = new Command("settler").description(
    "Have market roots settled by a contract: by what somebody asserts and nobody disputes, or by a fixed price.",
  );
  for (const make of [createCommand, openRootCommand, assertCommand, recordCommand, showCommand])
    command.addCommand(make(context));
  return command;
}

function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description(
      "Deploy a settler for this session's book: by assertions (--oracle, --currency), or by a price (--fixing).",
    )
    .option("--oracle <address>", "UMA's optimistic oracle, version 3, of this chain")
    .option("--currency <address>", "the token of bonds, which the oracle must allow")
    .option("--liveness <seconds>", "how long an assertion can be disputed, 7200 at least", "86400")
    .option("--bond <amount>", "whole tokens of the currency; the oracle's own least bond if that is more", "0")
    .option("--fixing <address>", "a fixing of prices");
  return withArtifacts(withSettings(command, "rpc", "session", "key"))
    .addHelpText("after", "\nExample:\n  session settler create --oracle 0xOO --currency 0xUSD --bond 5000")
    .action(async (options: Options) => {
      const { oracle, currency, fixing } = options;
      const next = (address: string): string => `settler show ${address}`;
      if (fixing !== undefined) {
        const named = parseAddress("--fixing", fixing);
        const { handle, wallet } = await openActor(context, options);
        await readFixing(wallet, named); // or it is none
        const made = [handle.bookAddress, named] as [string, string];
        await deployAndTell(context, options, wallet, "ChainlinkSettler", made, next);
        return;
      }
      if (oracle === undefined || currency === undefined) {
        throw new InputError("ARGUMENT_INVALID", { reason: "--oracle and --currency, or --fixing, are missing" });
      }
      const terms = {
        oracle: parseAddress("--oracle", oracle),
        currency: parseAddress("--currency", currency),
        liveness: BigInt(parseCount("--liveness", options.liveness, MIN_LIVENESS_SECONDS, MAX_LIVENESS_SECONDS)),
      };
      const { handle, wallet, provider } = await openActor(context, options);
      const asset = (context.units.money = await readToken(terms.currency, provider));
      const bond = parseQuantity(asset, options.bond);
      const least = IOptimisticOracleV3__factory.connect(terms.oracle, wallet).getMinimumBond(terms.currency);
      await requireAnswer("--oracle", terms.oracle, "UMA's optimistic oracle, version 3", least);
      await deployAndTell(context, options, wallet, "UmaSettler", [{ book: handle.bookAddress, ...terms, bond }], next);
    });
}

function assertCommand(context: CliContext): Command {
  const command = new Command("assert")
    .description("Assert the outcome of a root, and stake the bond. It is lost if voters find the outcome false.")
    .argument("<settler>", "its address")
    .argument("<root>", "number of the root")
    .argument("<values>", "the outcome in ticks; of an event all weights, by commas: 0,10000,0")
    .option("--yes", "stake the bond without asking; wanted where nobody is at a terminal");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session settler assert 0xSETTLER 2 345")
    .action(async (text: string, rootText: string, valuesText: string, options: Options) => {
      const settler = parseAddress("settler", text);
      const marketRootId = parseCount("root", rootText, 2, MAX_ROOT);
      const values = valuesText.split(",").map((one) => parseTicks(one.trim()));
      const { handle, wallet, provider } = await openActor(context, options);
      const terms = await readSettlerTerms(handle, settler);
      if (terms.kind !== "assertion") throw invalid("settler", text, "a settler by assertion");
      const asset = (context.units.money = await readAsset(terms.currency, provider));
      const stake = formatQuantity(asset, terms.bond);
      if (options.yes !== true && !(await context.confirm(`Stake ${stake}, lost if this is found false?`))) {
        throw new CliError("NOT_CONFIRMED");
      }
      const { assertionId, bond, receipt } = await assertOutcome(wallet, settler, marketRootId, values);
      const standsAt = BigInt((await receipt.getBlock()).timestamp) + terms.liveness;
      context.answer({
        document: { settler, marketRootId, values, assertionId, bondUnits: bond, standsAt, ...sentDocument(receipt) },
        text: paragraphs(
          `Asserted ${values.join(", ")} of root ${marketRootId}: ${assertionId}`,
          `The bond is ${formatQuantity(asset, bond)}. If nobody disputes it, it stands from ${date(standsAt)} on`,
          sentText(receipt),
          nextText(`settler record ${settler} ${marketRootId}`),
        ),
      });
    });
}

function recordCommand(context: CliContext): Command {
  const command = new Command("record")
    .description(
      "Settle a root: by an assertion that nobody has disputed in time, or by the price that was fixed. Anybody may.",
    )
    .argument("<settler>", "its address")
    .argument("<root>", "number of the root");
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText("after", "\nExample:\n  session settler record 0xSETTLER 2")
    .action(async (text: string, rootText: string, options: Options) => {
      const settler = parseAddress("settler", text);
      const marketRootId = parseCount("root", rootText, 2, MAX_ROOT);
      const { fromBlock } = readSettings(context, options, "fromBlock");
      const { handle, wallet } = await openActor(context, options);
      const receipt =
        (await settlerKind(handle, settler)) === "price"
          ? await recordPrice(wallet, settler, marketRootId)
          : await recordAsserted(handle, wallet, settler, { marketRootId, fromBlock });
      context.answer({
        document: { settler, marketRootId, ...sentDocument(receipt) },
        text: paragraphs(
          `Settled root ${marketRootId}`,
          sentText(receipt),
          nextText(`market show ${marketRootId}`, `realise ${marketRootId}`),
        ),
      });
    });
}

function showCommand(context: CliContext): Command {
  const command = new Command("show")
    .description("Show a settler: by what it settles, its roots, and what was asserted.")
    .argument("<settler>", "its address");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText("after", "\nExample:\n  session settler show 0xSETTLER")
    .action(async (text: string, options: Options) => {
      const settler = parseAddress("settler", text);
      const { fromBlock } = readSettings(context, options, "fromBlock");
      const handle = await openReader(context, options);
      const terms = await readSettlerTerms(handle, settler);
      const roots = await rootsOfSettler(handle, settler, fromBlock);
      const assertions = terms.kind === "price" ? [] : await assertionsOf(handle, settler, fromBlock);
      const feeds =
        terms.kind === "price"
          ? await Promise.all(
              roots.map(async (marketRootId) => ({
                marketRootId,
                ...(await readFeedOfRoot(handle, settler, marketRootId)),
              })),
            )
          : [];
      context.answer({
        document: { settler, ...termsDocument(terms), roots, ...(terms.kind === "price" ? { feeds } : { assertions }) },
        text: paragraphs(
          facts([
            ["settler", `${settler}, by ${terms.kind}`],
            ...(await termsFacts(handle, terms)),
            ["roots", roots.length === 0 ? "none" : roots.join(", ")],
          ]),
          feeds.length === 0
            ? ""
            : table(
                ["root", "feed of leg", "ticks for a unit"],
                feeds.map(({ marketRootId, leg, ticksPerUnit }) => [
                  ...[String(marketRootId), String(leg), ticksPerUnit.toString()],
                ]),
              ),
          assertions.length === 0
            ? ""
            : table(
                ["root", "outcome", "is", "assertion"],
                assertions.map(({ marketRootId, values, isResolved, isTruthful, assertionId }) => [
                  ...[String(marketRootId), values.join(", ")],
                  ...[isResolved ? (isTruthful ? "true" : "false") : "open", assertionId],
                ]),
              ),
        ),
      });
    });
}

function termsDocument(terms: SettlerTerms): object {
  if (terms.kind === "price") return terms;
  const { bond, ...others } = terms;
  return { ...others, bondUnits: bond };
}

async function termsFacts({ runner }: SessionHandle, terms: SettlerTerms): Promise<[string, string][]> {
  if (terms.kind === "price") return [["fixing", terms.fixing]];
  const { oracle, currency, liveness, bond } = terms;
  const { provider } = runner;
  const stake = provider === null ? `${bond}` : formatQuantity(await readAsset(currency, provider), bond);
  return [
    ["oracle", oracle],
    ["bond", `${stake}, in ${currency}`],
    ["can be disputed", `for ${liveness} s`],
  ];
}
