/** `session fixing …`: what assets were worth at one second, by Chainlink's feeds. */
import { Command } from "commander";
import { ZeroAddress } from "ethers";

import { fixPrice, readFixing } from "../../../client/settlement/fixing.js";
import { nextTime } from "../../chain.js";
import { MAX_ASSETS } from "../../../protocol/amounts/limits.js";
import type { CliContext } from "../../context.js";
import { type ArtifactsOptions, withArtifacts } from "../../deploying.js";
import { parseAddress, parseTime } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { withSettings } from "../../input/settings.js";
import { nextText, sentDocument, sentText } from "../../output/session-facts.js";
import { date, facts, paragraphs, table } from "../../output/text.js";
import { decimal } from "../../../protocol/amounts/decimals.js";
import { openActor, openReader } from "../../who.js";
import { deployAndTell } from "./deployed.js";
import { type FeedOptions, MAX_SECONDS, parseFeeds, requireFeed } from "./feeds.js";

interface Options extends ArtifactsOptions, FeedOptions {
  readonly at: string;
  readonly cash: string;
  readonly delay: string;
  readonly uptime?: string;
  readonly grace: string;
}

export function fixingCommand(context: CliContext): Command {
  const command = new Command("fixing").description(
    "Fix what a session's assets are worth at one second, by Chainlink's feeds.",
  );
  for (const make of [createCommand, fixCommand, showCommand]) command.addCommand(make(context));
  return command;
}

function createCommand(context: CliContext): Command {
  const command = new Command("create")
    .description("Deploy a fixing with a feed for each asset of the session. Anybody fixes the prices later.")
    .requiredOption("--at <time>", "the second that is priced: Unix seconds, a date with its zone, or +2h")
    .requiredOption("--cash <address>", "the token in which the feeds tell prices")
    .requiredOption("--feeds <addresses>", "the proxies of the feeds, one for each asset, by commas")
    .option("--max-ages <seconds>", "how old an answer may be: of each feed, by commas, or one for all", "3600")
    .option("--delay <seconds>", "after so long the newest answer counts, though none has followed", "600")
    .option("--uptime <address>", "on a rollup: the feed of its sequencer")
    .option("--grace <seconds>", "how long the sequencer must have run before", "3600");
  return withArtifacts(withSettings(command, "rpc", "session", "key"))
    .addHelpText(
      "after",
      "\nExample:\n  session fixing create --at +1h --cash 0xUSD --feeds 0xGOLD,0xSILVER --max-ages 90000",
    )
    .action(async (options: Options) => {
      const { handle, wallet, provider } = await openActor(context, options);
      const feeds = parseFeeds(options, handle.assets.length);
      const seconds = (name: "delay" | "grace", least: number): bigint =>
        BigInt(parseCount(`--${name}`, options[name], least, MAX_SECONDS));
      const terms = {
        time: BigInt(parseTime("--at", options.at, Number(await nextTime(provider)))),
        delay: seconds("delay", 1),
        cash: parseAddress("--cash", options.cash),
        uptime: options.uptime === undefined ? ZeroAddress : parseAddress("--uptime", options.uptime),
        grace: seconds("grace", 0),
        feeds: feeds.map(({ address: aggregator, maxAge }, k) => ({
          aggregator,
          maxAge,
          asset: handle.assets[k]?.address ?? ZeroAddress,
        })),
      };
      for (const { address } of feeds) await requireFeed("--feeds", address, "the proxy of a price feed", wallet);
      if (options.uptime !== undefined) await requireFeed("--uptime", terms.uptime, "the feed of a sequencer", wallet);
      await deployAndTell(context, options, wallet, "ChainlinkFixing", [terms], (address) => `fixing fix ${address} 1`);
    });
}

function fixCommand(context: CliContext): Command {
  const command = new Command("fix")
    .description("Fix the price of a leg: looks up the feed's round at that second. Anybody may.")
    .argument("<fixing>", "its address")
    .argument("<leg>", "number of the leg, from 1");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session fixing fix 0xFIXING 1")
    .action(async (text: string, legText: string, options: ArtifactsOptions) => {
      const address = parseAddress("fixing", text);
      const leg = parseCount("leg", legText, 1, MAX_ASSETS);
      const { wallet } = await openActor(context, options);
      const receipt = await fixPrice(wallet, await readFixing(wallet, address), leg);
      const { answer = 0n, decimals = 0 } = (await readFixing(wallet, address)).legs[leg - 1] ?? {};
      context.answer({
        document: { fixing: address, leg, answer, decimals, ...sentDocument(receipt) },
        text: paragraphs(
          `Fixed leg ${leg} at ${decimal(answer, 10n ** BigInt(decimals), decimals)}`,
          sentText(receipt),
          nextText(`fixing show ${address}`),
        ),
      });
    });
}

function showCommand(context: CliContext): Command {
  const command = new Command("show")
    .description("Show a fixing: its second, feeds, prices.")
    .argument("<fixing>", "its address");
  return withSettings(command, "rpc", "session")
    .addHelpText("after", "\nExample:\n  session fixing show 0xFIXING")
    .action(async (text: string, options: ArtifactsOptions) => {
      const handle = await openReader(context, options);
      const found = await readFixing(handle.runner, parseAddress("fixing", text));
      const { address, time, delay, cash, uptime, grace, legs } = found;
      context.answer({
        document: { fixing: address, time, delay, cash, uptime, grace, legs },
        text: paragraphs(
          facts([
            ["fixing", address],
            ["prices of", date(time)],
            ["in", cash],
            ["sequencer", uptime === ZeroAddress ? "not looked at" : `${uptime}, ${grace} s before`],
          ]),
          table(
            ["leg", "price", "feed", "oldest answer"],
            legs.map(({ leg, answer, decimals, aggregator, maxAge }) => [
              ...[String(leg), answer === undefined ? "not fixed" : decimal(answer, 10n ** BigInt(decimals), decimals)],
              ...[aggregator, `${maxAge} s`],
            ]),
          ),
        ),
      });
    });
}
