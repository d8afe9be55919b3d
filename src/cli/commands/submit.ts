import { Command } from "commander";

import { readRoot } from "../../client/market-views.js";
import { createSubmitter } from "../../client/submitter.js";
import type { CliContext } from "../context.js";
import { MAX_MATCHES, reportOf } from "../../protocol/book/order-effect.js";
import { reportText } from "../output/order-report.js";
import { readSigned } from "../input/signed-file.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { readHeads } from "../market-words.js";
import { nextText, sentDocument, sentText } from "../output/session-facts.js";
import { paragraphs } from "../output/text.js";
import { sendThroughRelay } from "../through-relay.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly relay?: string;
}

/** `session submit`: sends an order that somebody signed. */
export function submitCommand(context: CliContext): Command {
  const command = new Command("submit")
    .description("Send an order that `session trade --sign-only` has printed. Anybody may, and pays the gas.")
    .argument("<file>", "the signed order");
  return withSettings(command, "rpc", "session", "fromBlock", "relay", "key")
    .addHelpText(
      "after",
      "\nThrough a relay neither a key nor a node is needed.\n\nExample:\n  session submit order.json",
    )
    .action(async (file: string, options: Options) => {
      const signed = readSigned(context, file);
      const { relay } = readSettings(context, options, "relay");
      if (relay !== undefined) {
        await sendThroughRelay(context, relay, signed, `order of ${signed.package.trader}`);
        return;
      }
      const { handle, wallet } = await openActor(context, options);
      context.progress("Sending the order");
      const submitter = createSubmitter(handle, wallet, { maxMatches: MAX_MATCHES });
      const { receipt, results, records, gasUsed } = await submitter.submitOne(signed);
      const [result] = results;
      const tradeRootId = result?.accepted === true ? result.tradeRootId : 0; // submitOne throws otherwise
      const { marketRootId } = signed.package;
      const heads = await readHeads(context, handle, options, marketRootId);
      const report = reportOf(tradeRootId, signed.package.quantityLots, records);
      context.answer({
        document: { tradeRootId, ...report, ...sentDocument(receipt), gasUsed, package: signed.package },
        text: paragraphs(
          `Order ${tradeRootId} of ${signed.package.trader}`,
          reportText({ root: await readRoot(handle, marketRootId), head: heads.get(marketRootId) }, report),
          sentText(receipt),
          nextText("orders"),
        ),
      });
    });
}
