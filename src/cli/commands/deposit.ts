import { Command } from "commander";

import { createTrader, readAccount } from "../../client/trader.js";
import { parseLots, parseTokenWei } from "../../protocol/amounts/units.js";
import { MAX_ASSETS } from "../../protocol/amounts/limits.js";
import type { CliContext } from "../context.js";
import { aboveZero, parseAddress } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { accountDocument, nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, tokens } from "../output/text.js";
import { requireOutside } from "../wallet.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly leg?: string;
  readonly for?: string;
}

/** `session deposit`: session tokens, or leg tokens, into the margin account. */
export function depositCommand(context: CliContext): Command {
  const command = new Command("deposit")
    .description("Pay session tokens into the margin account, or leg tokens as a long position. Registers the trader.")
    .argument("<amount>", "session tokens (12.5), or with --leg whole lots")
    .option("--leg <number>", "pay in tokens of this leg")
    .option(
      "--for <address>",
      "whose account they go into: only its owner can take them out (default: that of the key)",
    );
  return withSettings(command, "rpc", "session", "key")
    .addHelpText(
      "after",
      "\nExamples:\n  session deposit 100\n  session deposit 500 --leg 1\n  session deposit 100 --for 0xTRADER",
    )
    .action(async (text: string, options: Options) => {
      const amount = aboveZero("amount", text, options.leg === undefined ? parseTokenWei(text) : parseLots(text));
      const leg = options.leg === undefined ? 0 : parseCount("--leg", options.leg, 1, MAX_ASSETS);
      const named = options.for === undefined ? undefined : parseAddress("--for", options.for);
      const { handle, wallet } = await openActor(context, options);
      const owner = named ?? wallet.address;
      if (named !== undefined) requireOutside(handle, "--for", named);
      const trader = createTrader(handle, wallet);
      context.progress("Paying in");
      const receipt = await (leg === 0 ? trader.deposit(amount, owner) : trader.depositLeg(leg, amount, owner));
      const account = await readAccount(handle, owner);
      const amountWei = leg === 0 ? amount : amount * handle.basket.lotValue;
      const what = leg === 0 ? `${tokens(amount)} session tokens` : `${amount} lots of leg ${leg}`;
      context.answer({
        document: {
          trader: owner,
          paidBy: wallet.address,
          leg,
          amountWei,
          ...accountDocument(account),
          ...sentDocument(receipt),
        },
        text: paragraphs(
          `Paid in ${what} for ${owner}. Slack: ${tokens(account.claim + account.worst)}`,
          sentText(receipt),
          owner === wallet.address
            ? nextText("trade buy LOTS --price PRICE", "markets")
            : nextText(`positions --trader ${owner}`),
        ),
      });
    });
}
