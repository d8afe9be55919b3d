import { Command } from "commander";

import { createTrader } from "../../client/trader.js";
import { parseLots, parseTokenWei } from "../../protocol/amounts/units.js";
import { MAX_ASSETS } from "../../protocol/amounts/limits.js";
import type { CliContext } from "../context.js";
import { aboveZero, parseCount } from "../input/parse.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { accountDocument, nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, tokens } from "../output/text.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly leg?: string;
}

/** `session deposit`: session tokens, or leg tokens, into the margin account. */
export function depositCommand(context: CliContext): Command {
  const command = new Command("deposit")
    .description("Pay session tokens into the margin account, or leg tokens as a long position. Registers the trader.")
    .argument("<amount>", "session tokens (12.5), or with --leg whole lots")
    .option("--leg <number>", "pay in tokens of this leg");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExamples:\n  session deposit 100\n  session deposit 500 --leg 1")
    .action(async (text: string, options: Options) => {
      const amount = aboveZero("amount", text, options.leg === undefined ? parseTokenWei(text) : parseLots(text));
      const leg = options.leg === undefined ? 0 : parseCount("--leg", options.leg, 1, MAX_ASSETS);
      const { handle, wallet } = await openActor(context, options);
      const trader = createTrader(handle, wallet);
      context.progress("Paying in");
      const receipt = await (leg === 0 ? trader.deposit(amount) : trader.depositLeg(leg, amount));
      const account = await trader.account();
      const amountWei = leg === 0 ? amount : amount * handle.basket.lotValue;
      const what = leg === 0 ? `${tokens(amount)} session tokens` : `${amount} lots of leg ${leg}`;
      context.answer({
        document: { trader: wallet.address, leg, amountWei, ...accountDocument(account), ...sentDocument(receipt) },
        text: paragraphs(
          `Paid in ${what} for ${wallet.address}. Slack: ${tokens(account.claim + account.worst)}`,
          sentText(receipt),
          nextText("trade buy LOTS --price PRICE", "markets"),
        ),
      });
    });
}
