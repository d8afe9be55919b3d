import { Command } from "commander";

import { createTrader } from "../../client/trader.js";
import { basketOf } from "../assets.js";
import type { CliContext } from "../context.js";
import { parseAddress } from "../input/parse.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { table, tokens } from "../output/text.js";
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
      const { handle, wallet } = await openActor(context, options);
      const to = receiver ?? wallet.address;
      const trader = createTrader(handle, wallet);
      const [claims, assets] = await Promise.all([trader.claims(), basketOf(handle)]);
      context.progress("Leaving the book");
      const { hash } = await trader.exit(to, options.inKind === true);
      const claimed = assets.map(({ address, symbol }, k) => ({
        leg: k + 1,
        asset: address,
        symbol,
        claimWei: claims[k] ?? 0n,
      }));
      context.answer({
        document: { trader: wallet.address, to, inKind: options.inKind === true, claimed, transactionHash: hash },
        text: `Left the book ${options.inKind === true ? "with the assets" : "with tokens"}, for ${to}\n${table(
          ["asset", "claim"],
          claimed.map(({ symbol, claimWei }) => [symbol, tokens(claimWei)]),
        )}`,
      });
    });
}
