import { Command } from "commander";

import { realise, refresh } from "../../client/market-settlement.js";
import type { CliContext } from "../context.js";
import { parseAddress } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, table, tokens } from "../output/text.js";
import { openActor } from "../who.js";

const MAX_ROOT = 2 ** 32 - 1;

/** `session refresh`: worst cases by today's bounds. */
export function refreshCommand(context: CliContext): Command {
  return settling(
    context,
    "refresh",
    "Bring stored worst cases in a root up to date with its bounds, which frees collateral.",
  );
}

/** `session realise`: positions in a settled root become cash. */
export function realiseCommand(context: CliContext): Command {
  return settling(context, "realise", "Turn positions in a settled root into cash.");
}

function settling(context: CliContext, name: "refresh" | "realise", description: string): Command {
  const command = new Command(name)
    .description(`${description} Anybody may, for anybody.`)
    .argument("<root>", "number of the root, from 2")
    .argument("[traders...]", "whose positions (default: that of the key)");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", `\nExamples:\n  session ${name} 2\n  session ${name} 2 0xALICE 0xBOB`)
    .action(async (rootText: string, texts: readonly string[], options: SettingOptions) => {
      const marketRootId = parseCount("root", rootText, 1, MAX_ROOT);
      const named = texts.map((text) => parseAddress("traders", text));
      const { handle, wallet } = await openActor(context, options);
      const traders = named.length === 0 ? [wallet.address] : named;
      const call = name === "refresh" ? refresh : realise;
      const { records, receipts } = await call(handle, wallet, marketRootId, traders);
      const done = records.map((record, index) => ({
        trader: traders[index] ?? "", // one record for each, in their order
        ...(record.kind === "refreshed" ? { worstWei: record.worst } : { realisedWei: record.cash }),
      }));
      context.answer({
        document: {
          marketRootId,
          traders: done,
          transactionHashes: receipts.map(({ hash }) => hash),
          transactions: receipts.map(sentDocument),
        },
        text: paragraphs(
          table(
            ["trader", name === "refresh" ? "worst case now" : "realised"],
            done.map(({ trader, ...amount }) => [trader, tokens(Object.values(amount)[0] ?? 0n)]),
          ),
          receipts.map(sentText).join("\n"),
          nextText("positions", "withdraw AMOUNT"),
        ),
      });
    });
}
