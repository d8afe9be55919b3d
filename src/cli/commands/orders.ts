import { Command } from "commander";

import { lifeOf, type OrderLife } from "../../history/order-life.js";
import type { OrderRow } from "../../history/rows.js";
import { isOver } from "../../protocol/book/orders.js";
import { findMarket } from "../../protocol/book/state.js";
import { opposite } from "../../protocol/amounts/units.js";
import { rootOf } from "../../protocol/market/market-table.js";
import { nextTime } from "../chain.js";
import type { CliContext } from "../context.js";
import { type Placed, readHistory, type SessionHistory } from "../history.js";
import { headOf } from "../mirror.js";
import { amountText, marketTitle, nextText } from "../output/session-facts.js";
import { withSettings } from "../input/settings.js";
import { date, paragraphs, table } from "../output/text.js";
import { openSubject, TRADER_FLAG, type WhoOptions } from "../who.js";

interface Options extends WhoOptions {
  readonly all?: true;
}

type Told = Placed<OrderRow> & OrderLife;

/** `session orders`: own orders, and what has become of them. */
export function ordersCommand(context: CliContext): Command {
  const command = new Command("orders")
    .description(
      "List open orders of an account; with --all every order it ever placed, with its life told to its end.",
    )
    .option(...TRADER_FLAG)
    .option("--all", "also those that are filled, cancelled, expired or taken out");
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText("after", "\nExamples:\n  session orders\n  session orders --all --trader 0xSOMEBODY --json")
    .action(async (options: Options) => {
      const { handle, trader } = await openSubject(context, options);
      const history = await readHistory(context, handle, options);
      const provider = handle.runner.provider as Parameters<typeof nextTime>[0]; // `openSubject` has made it
      const told = livesOf(history, trader, await nextTime(provider));
      const shown = told.filter(({ leftLots }) => options.all === true || leftLots > 0n);
      context.answer({ document: { trader, orders: shown }, text: textOf(history, shown, options.all === true) });
    });
}

function livesOf({ state, orders, fills, offsets }: SessionHistory, trader: string, now: bigint): Told[] {
  return orders
    .filter((order) => order.trader === trader)
    .map((order) => {
      const market = findMarket(state, order.marketRootId, order.marketBranchId);
      const over = order.deadline < now || market === undefined || isOver(state, market, now);
      return { ...order, ...lifeOf(order, fills, offsets, over) };
    });
}

const STATES: Readonly<Record<OrderLife["state"], string>> = {
  open: "open",
  partlyFilled: "partly filled",
  filled: "filled",
  cancelled: "cancelled",
  expired: "expired",
  takenOut: "taken out",
};

function textOf(history: SessionHistory, orders: readonly Told[], all: boolean): string {
  const { table: marketTable } = history.state.markets;
  const rows = orders.map((order) => {
    const head = headOf(history, order.marketRootId);
    return [
      String(order.tradeRootId),
      marketTitle(order, head),
      order.quantityLots > 0n ? "buy" : "sell",
      (order.quantityLots < 0n ? opposite(order.quantityLots) : order.quantityLots).toString(),
      amountText(rootOf(marketTable, order.marketRootId), order.priceTicks, head),
      order.filledLots.toString(),
      order.leftLots.toString(),
      STATES[order.state],
      date(order.timestamp),
      date(order.deadline),
    ];
  });
  const open = orders.filter(({ leftLots }) => leftLots > 0n);
  return paragraphs(
    table(["order", "market", "side", "lots", "price", "filled", "left", "state", "placed", "good until"], rows),
    open.length > 0
      ? nextText(`cancel ${open.map(({ tradeRootId }) => tradeRootId).join(" ")}`, "fills")
      : nextText("trade buy LOTS --price PRICE", ...(all ? ["fills"] : ["orders --all"])),
  );
}
