import { Command } from "commander";

import { createTrader } from "../../client/trader.js";
import { basketOf } from "../../bindings/assets.js";
import type { CliContext } from "../context.js";
import { parseAddress } from "../input/parse.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, table, tokens } from "../output/text.js";
import { redemptions } from "../next-steps.js";
import { walletOf, walletText } from "../wallet.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly to?: string;
  readonly inKind?: true;
}

/** `session exit`: the whole claim out of the book, from t2 on. */
export function exitCommand(context: CliContext): Command {
  const command = new Command("exit")
    .description("From t2 on: take the whole claim out of the book, in session and leg tokens or in the assets.")
    .option("--in-kind", "in the assets themselves")
    .option("--to <address>", "who receives it (default: the trader)");
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExamples:\n  session exit --in-kind\n  session exit --to 0xRECEIVER")
    .action(async (options: Options) => {
      const receiver = options.to === undefined ? undefined : parseAddress("--to", options.to);
      const { handle, wallet: signer } = await openActor(context, options);
      const to = receiver ?? signer.address;
      const trader = createTrader(handle, signer);
      const [claims, assets] = await Promise.all([trader.claims(), basketOf(handle)]);
      context.progress("Leaving the book");
      const receipt = await trader.exit(to, options.inKind === true);
      const wallet = await walletOf(handle, to);
      const claimed = assets.map(({ address, symbol }, k) => ({
        leg: k + 1,
        asset: address,
        symbol,
        claimWei: claims[k] ?? 0n,
      }));
      context.answer({
        document: {
          trader: signer.address,
          to,
          inKind: options.inKind === true,
          claimed,
          wallet,
          ...sentDocument(receipt),
        },
        text: paragraphs(
          `Left the book ${options.inKind === true ? "with the assets" : "with tokens"}, for ${to}`,
          table(
            ["asset", "claim", "at"],
            claimed.map(({ symbol, claimWei, asset }) => [symbol, tokens(claimWei), asset]),
          ),
          `In the wallet of ${to}: ${walletText(wallet, assets)}`,
          sentText(receipt),
          nextText(...redemptions(wallet)),
        ),
      });
    });
}
