import { Command } from "commander";

import { floorAbove } from "../../client/nonces.js";
import { createTrader } from "../../client/trader.js";
import { parseLots, parseTokenWei } from "../../protocol/amounts/units.js";
import { MAX_ASSETS } from "../../protocol/amounts/limits.js";
import type { CliContext } from "../context.js";
import { aboveZero, parseAddress } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { accountDocument, nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, tokens } from "../output/text.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly leg?: string;
  readonly to?: string;
  readonly voidNonces?: true;
}

/** `session withdraw`: session tokens, or leg tokens, out of the margin account. */
export function withdrawCommand(context: CliContext): Command {
  const command = new Command("withdraw")
    .description("Pay cash out in session tokens, or lots of a leg in leg tokens, as far as collateral leaves it free.")
    .argument("<amount>", "session tokens (12.5), or with --leg whole lots")
    .option("--leg <number>", "pay out tokens of this leg")
    .option("--to <address>", "who receives them (default: the trader)")
    .option("--void-nonces", "make every order void that is signed and was not submitted yet");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExamples:\n  session withdraw 25\n  session withdraw 100 --leg 2 --to 0xRECEIVER")
    .action(async (text: string, options: Options) => {
      const amount = aboveZero("amount", text, options.leg === undefined ? parseTokenWei(text) : parseLots(text));
      const leg = options.leg === undefined ? 0 : parseCount("--leg", options.leg, 1, MAX_ASSETS);
      const receiver = options.to === undefined ? undefined : parseAddress("--to", options.to);
      const { handle, wallet } = await openActor(context, options);
      const trader = createTrader(handle, wallet);
      const to = receiver ?? wallet.address;
      context.progress("Paying out");
      const floor = options.voidNonces === true ? await floorAbove(handle.book, wallet.address) : 0n;
      const receipt = await (leg === 0
        ? trader.withdraw(amount, to, floor)
        : trader.withdrawLeg(leg, amount, to, floor));
      const account = await trader.account();
      const amountWei = leg === 0 ? amount : amount * handle.basket.lotValue;
      const what = leg === 0 ? `${tokens(amount)} session tokens` : `${amount} lots of leg ${leg}`;
      context.answer({
        document: { trader: wallet.address, to, leg, amountWei, ...accountDocument(account), ...sentDocument(receipt) },
        text: paragraphs(
          `Paid out ${what} to ${to}. Slack: ${tokens(account.claim + account.worst)}`,
          sentText(receipt),
          nextText("positions"),
        ),
      });
    });
}
