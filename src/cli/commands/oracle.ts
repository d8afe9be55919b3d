/** `session oracle …`: what session and leg tokens are worth as collateral of a lending market. */
import { Command } from "commander";

import { formatQuantity, readToken } from "../../bindings/assets.js";
import { ClientError } from "../../bindings/errors.js";
import { ORACLE_SCALE, readOraclePrice, worthAt } from "../../client/leverage.js";
import { requireLeg } from "../../client/market.js";
import { MAX_ASSETS } from "../../protocol/amounts/limits.js";
import type { CliContext } from "../context.js";
import { type ArtifactsOptions, withArtifacts } from "../deploying.js";
import { parseAddress } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText } from "../output/session-facts.js";
import { paragraphs } from "../output/text.js";
import { deployedDocument, deployedText, deployNamed } from "../periphery.js";
import { openActor, openReader } from "../who.js";
import { type FeedOptions, parseFeeds, requireFeed } from "./settlement/feeds.js";

interface Options extends ArtifactsOptions, FeedOptions {
  readonly loan: string;
  readonly leg?: string;
}

const ONE_TOKEN = 10n ** 18n;

export function oracleCommand(context: CliContext): Command {
  const command = new Command("oracle").description(
    "What session or leg tokens are worth as collateral, by q, N and Chainlink's feeds, as lending markets ask it.",
  );
  for (const make of [createCommand, showCommand]) command.addCommand(make(context));
  return command;
}

function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description("Deploy an oracle for the session token, with a feed for each asset; or for the tokens of one leg.")
    .requiredOption("--loan <address>", "the token that is lent; the feeds tell prices in its currency")
    .requiredOption("--feeds <addresses>", "the proxies of the feeds, one for each asset, by commas; of a leg its own")
    .option("--max-ages <seconds>", "how old an answer may be: of each feed, by commas, or one for all", "3600")
    .option("--leg <number>", "for the tokens of this leg (default: for the session token)");
  return withArtifacts(withSettings(command, "rpc", "session", "key"))
    .addHelpText(
      "after",
      "\nExample:\n  session oracle create --loan 0xUSD --feeds 0xGOLD,0xSILVER --max-ages 90000,90000",
    )
    .action(async (options: Options) => {
      const { handle, wallet, provider } = await openActor(context, options);
      const leg = options.leg === undefined ? 0 : parseCount("--leg", options.leg, 1, MAX_ASSETS);
      if (leg !== 0) requireLeg(handle, leg);
      const feeds = parseFeeds(options, leg === 0 ? handle.assets.length : 1);
      const loan = await readToken(parseAddress("--loan", options.loan), provider);
      for (const { address } of feeds) await requireFeed("--feeds", address, "the proxy of a price feed", wallet);
      const deployed = await deployNamed(context, options, wallet, "SessionTokenOracle", [
        handle.address,
        BigInt(leg),
        feeds.map(({ address }) => address),
        feeds.map(({ maxAge }) => maxAge),
        BigInt(loan.decimals),
      ]);
      context.answer({
        document: { oracle: deployed.address, leg, loan: loan.address, ...deployedDocument(deployed) },
        text: paragraphs(
          deployedText("SessionTokenOracle", deployed),
          "Lend no more than 62.5 % of it: who liquidates waits for t2 (docs/leverage.md).",
          nextText(`oracle show ${deployed.address} --loan ${loan.address}`),
        ),
      });
    });
}

function showCommand(context: CliContext): Command {
  const command = new Command("show")
    .description("Ask an oracle what its token is worth now. Exit status 1 if it has no price.")
    .argument("<oracle>", "its address")
    .requiredOption("--loan <address>", "the token that is lent, as at its creation");
  return withSettings(command, "rpc", "session")
    .addHelpText("after", "\nExample:\n  session oracle show 0xORACLE --loan 0xUSD")
    .action(async (text: string, options: SettingOptions & { readonly loan: string }) => {
      const { runner } = await openReader(context, options);
      const oracle = parseAddress("oracle", text);
      const { provider } = runner;
      if (provider === null) throw new ClientError("Client_NoProvider");
      const loan = await readToken(parseAddress("--loan", options.loan), provider);
      const price = await readOraclePrice(runner, oracle);
      const worth = worthAt(price, ONE_TOKEN);
      context.answer({
        document: { oracle, loan: loan.address, price, scale: ORACLE_SCALE, oneTokenUnits: worth },
        text: `A token is worth ${formatQuantity(loan, worth)}.`,
      });
    });
}
