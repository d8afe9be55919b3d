import { Command } from "commander";

import { lifeOf, type OrderLife } from "../../history/order-life.js";
import type { FillRow, OffsetRow, OrderRow } from "../../history/rows.js";
import { isOver } from "../../protocol/book/orders.js";
import { findMarket } from "../../protocol/book/state.js";
import { opposite } from "../../protocol/amounts/units.js";
import { rootOf } from "../../protocol/market/market-table.js";
import { nextTime } from "../chain.js";
import type { CliContext } from "../context.js";
import { type Placed, readHistory, type SessionHistory } from "../history.js";
import { headsOf } from "../mirror.js";
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
  const [filled, out] = [new Map<number, FillRow[]>(), new Map<number, OffsetRow[]>()];
  for (const fill of fills) for (const id of [fill.makerRootId, fill.takerRootId]) listed(filled, id).push(fill);
  for (const offset of offsets) listed(out, offset.tradeRootId).push(offset);
  return orders
    .filter((order) => order.trader === trader)
    .map((order) => {
      const market = findMarket(state, order.marketRootId, order.marketBranchId);
      const over = order.deadline < now || market === undefined || isOver(state, market, now);
      return { ...order, ...lifeOf(order, listed(filled, order.tradeRootId), listed(out, order.tradeRootId), over) };
    });
}

/** The list of that number; a new one if there is none. */
function listed<Row>(lists: Map<number, Row[]>, id: number): Row[] {
  const known = lists.get(id);
  if (known !== undefined) return known;
  const list: Row[] = [];
  lists.set(id, list);
  return list;
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
  const heads = headsOf(history);
  const rows = orders.map((order) => {
    const head = heads.get(order.marketRootId);
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
