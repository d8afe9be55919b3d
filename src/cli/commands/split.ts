import { Command } from "commander";

import { transact } from "../../bindings/transact.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import type { CliContext } from "../context.js";
import { aboveZero } from "../input/parse.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, tokens } from "../output/text.js";
import { openActor } from "../who.js";

/** `session split`: session tokens into leg tokens. */
export function splitCommand(context: CliContext): Command {
  return conversion(context, "split", "Turn session tokens into as many leg tokens of every asset.");
}

/** `session merge`: leg tokens into session tokens. */
export function mergeCommand(context: CliContext): Command {
  return conversion(context, "merge", "Turn leg tokens, one of every asset for each, into session tokens.");
}

function conversion(context: CliContext, name: "split" | "merge", description: string): Command {
  const command = new Command(name).description(description).argument("<amount>", "session tokens, such as 12.5");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", `\nExample:\n  session ${name} 10`)
    .action(async (text: string, options: SettingOptions) => {
      const amount = aboveZero("amount", text, parseTokenWei(text));
      const { handle, wallet } = await openActor(context, options);
      const receipt = await transact(wallet, handle.session[name].populateTransaction(amount));
      const done = name === "split" ? "Split" : "Merged into";
      context.answer({
        document: { holder: wallet.address, amountWei: amount, ...sentDocument(receipt) },
        text: paragraphs(
          `${done} ${tokens(amount)} session tokens`,
          sentText(receipt),
          name === "split" ? nextText("deposit LOTS --leg 1", "merge AMOUNT") : nextText("deposit AMOUNT", "positions"),
        ),
      });
    });
}
