import { Command } from "commander";

import { filledThrough, lifeOf, type OrderLife } from "../../history/order-life.js";
import type { FillRow, OffsetRow, OrderRow } from "../../history/rows.js";
import { opposite } from "../../protocol/amounts/units.js";
import { VIAS } from "../../protocol/value/via.js";
import type { CliContext } from "../context.js";
import type { Placed } from "../history.js";
import { ASK_RELAY } from "../ask-relay.js";
import { type OwnHistory, type OwnOptions, readOwnHistory } from "../own-history.js";
import { amountText, marketTitle, nextText } from "../output/session-facts.js";
import { withSettings } from "../input/settings.js";
import { date, paragraphs, table } from "../output/text.js";
import { TRADER_FLAG } from "../who.js";

interface Options extends OwnOptions {
  readonly all?: true;
}

type Told = Placed<OrderRow> & OrderLife & { readonly filledThrough: ReturnType<typeof filledThrough> };

/** `session orders`: own orders, and what has become of them. */
export function ordersCommand(context: CliContext): Command {
  const command = new Command("orders")
    .description(
      "List open orders of an account; with --all every order it ever placed, with its life told to its end.",
    )
    .option(...TRADER_FLAG)
    .option("--all", "also those that are filled, cancelled, expired or taken out")
    .option(...ASK_RELAY);
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText(
      "after",
      "\nExamples:\n  session orders\n  session orders --all --trader 0xSOMEBODY --json\n  session orders --relay http://127.0.0.1:8700",
    )
    .action(async (options: Options) => {
      const history = await readOwnHistory(context, options);
      const { trader } = history;
      const shown = livesOf(history).filter(({ leftLots }) => options.all === true || leftLots > 0n);
      context.answer({ document: { trader, orders: shown }, text: textOf(history, shown, options.all === true) });
    });
}

function livesOf({ orders, fills, offsets, isOver }: OwnHistory): Told[] {
  const [filled, out] = [new Map<number, FillRow[]>(), new Map<number, OffsetRow[]>()];
  for (const fill of fills) for (const id of [fill.makerRootId, fill.takerRootId]) listed(filled, id).push(fill);
  for (const offset of offsets) listed(out, offset.tradeRootId).push(offset);
  return orders.map((order) => ({
    ...order,
    filledThrough: filledThrough(order, listed(filled, order.tradeRootId)),
    ...lifeOf(order, listed(filled, order.tradeRootId), listed(out, order.tradeRootId), isOver(order)),
  }));
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

/** `book`, or with what was not: `maker 28, book 10`. */
function throughText({ filledThrough: lots }: Told): string {
  const found = VIAS.flatMap((via) => (lots[via] === undefined ? [] : [{ via, lots: lots[via] }]));
  return found.length === 1 ? (found[0]?.via ?? "") : found.map(({ via, lots: part }) => `${via} ${part}`).join(", ");
}

function textOf({ heads, rootOf }: OwnHistory, orders: readonly Told[], all: boolean): string {
  const rows = orders.map((order) => {
    const head = heads.get(order.marketRootId);
    return [
      String(order.tradeRootId),
      marketTitle(order, head),
      order.quantityLots > 0n ? "buy" : "sell",
      (order.quantityLots < 0n ? opposite(order.quantityLots) : order.quantityLots).toString(),
      amountText(rootOf(order.marketRootId), order.priceTicks, head),
      order.filledLots.toString(),
      throughText(order),
      order.leftLots.toString(),
      STATES[order.state],
      date(order.timestamp),
      date(order.deadline),
    ];
  });
  const open = orders.filter(({ leftLots }) => leftLots > 0n);
  return paragraphs(
    table(
      ["order", "market", "side", "lots", "price", "filled", "through", "left", "state", "placed", "good until"],
      rows,
    ),
    open.length > 0
      ? nextText(`cancel ${open.map(({ tradeRootId }) => tradeRootId).join(" ")}`, "fills")
      : nextText("trade buy LOTS --price PRICE", ...(all ? ["fills"] : ["orders --all"])),
  );
}
