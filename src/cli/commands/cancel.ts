import { Command } from "commander";

import { createTrader } from "../../client/trader.js";
import type { CliContext } from "../context.js";
import { ordersOf } from "../../protocol/book/projections.js";
import { CliError } from "../errors.js";
import { readMirror } from "../mirror.js";
import { invalid, parseCount } from "../input/parse.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { openActor } from "../who.js";

interface Options extends SettingOptions {
  readonly all?: true;
}

const MAX_ORDER = 2 ** 32 - 1;

/** `session cancel`: own orders out of the book. */
export function cancelCommand(context: CliContext): Command {
  const command = new Command("cancel")
    .description("Take own orders out of the book.")
    .argument("[orders...]", "their numbers")
    .option("--all", "all of them");
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText("after", "\nExamples:\n  session cancel 17 18\n  session cancel --all")
    .action(async (texts: readonly string[], options: Options) => {
      const named = texts.map((text) => parseCount("orders", text, 1, MAX_ORDER));
      if (named.length > 0 === (options.all === true)) throw invalid("orders", texts.join(" "), "numbers, or --all");
      const { handle, wallet } = await openActor(context, options);
      const orders = options.all === true ? await ownOrders(context, handle, wallet.address, options) : named;
      context.progress(`Cancelling ${orders.length} orders`);
      const { offset, skipped, receipt } = await createTrader(handle, wallet).cancel(orders);
      context.answer({
        document: {
          cancelled: offset,
          skipped: skipped.map(({ tradeRootId, refusal }) => ({ tradeRootId, code: refusal.code })),
          transactionHash: receipt.hash,
        },
        text: [
          `Cancelled: ${offset.join(", ")}`,
          ...skipped.map(({ tradeRootId, refusal }) => `Left alone: ${tradeRootId}, ${refusal.message}`),
        ].join("\n"),
        holds: skipped.length === 0,
      });
    });
}

async function ownOrders(
  context: CliContext,
  handle: Parameters<typeof readMirror>[1],
  trader: string,
  options: SettingOptions,
): Promise<number[]> {
  const { state } = (await readMirror(context, handle, options)).book;
  const known = state.traders.find(trader);
  const own = known === undefined ? [] : ordersOf(state, known.traderId);
  if (own.length === 0) throw new CliError("ORDERS_NONE", { trader });
  return own.map(({ tradeRootId }) => tradeRootId);
}
