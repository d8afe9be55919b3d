import { Command } from "commander";

import { fundSession } from "../../client/organiser.js";
import { basketOf, formatQuantity } from "../../bindings/assets.js";
import type { CliContext } from "../context.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs, table, tokens } from "../output/text.js";
import { openActor } from "../who.js";

/** `session fund`: the organiser pays the basket in. */
export function fundCommand(context: CliContext): Command {
  const command = new Command("fund").description(
    "Pay the basket in, as the session's organiser: approves exactly what is needed, and receives the N session tokens.",
  );
  return withSettings(command, "rpc", "session", "key")
    .addHelpText("after", "\nExample:\n  session fund --session 0xSESSION --account hardhat:ORGANISER")
    .action(async (options: SettingOptions) => {
      const { handle, wallet } = await openActor(context, options);
      const assets = await basketOf(handle);
      for (const asset of assets) context.units.assets.set(asset.address, asset);
      const basket = assets.map((asset) => formatQuantity(asset, asset.quantity));
      context.progress(`Approving and paying ${basket.join(" + ")}`);
      const receipt = await fundSession(handle, wallet);
      context.answer({
        document: {
          session: handle.address,
          organiser: wallet.address,
          supplyWei: handle.supply,
          ...sentDocument(receipt),
        },
        text: paragraphs(
          `Funded: ${basket.join(" + ")} in the vault, ${tokens(handle.supply)} session tokens for ${wallet.address}`,
          table(
            ["asset", "paid in", "at"],
            assets.map((asset) => [asset.symbol, formatQuantity(asset, asset.quantity), asset.address]),
          ),
          sentText(receipt),
          nextText("deposit AMOUNT", "market create --help", "show"),
        ),
      });
    });
}
