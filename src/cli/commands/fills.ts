import { Command } from "commander";

import type { FillRow } from "../../history/rows.js";
import type { Via } from "../../protocol/value/via.js";
import type { CliContext } from "../context.js";
import type { Placed } from "../history.js";
import { ASK_RELAY } from "../ask-relay.js";
import { type OwnHistory, type OwnOptions, readOwnHistory } from "../own-history.js";
import { amountText, marketTitle, nextText } from "../output/session-facts.js";
import { withSettings } from "../input/settings.js";
import { date, paragraphs, table } from "../output/text.js";
import { TRADER_FLAG } from "../who.js";

/** A fill as one of its two sides has it. */
interface OwnFill {
  readonly timestamp: bigint;
  readonly blockNumber: number;
  readonly marketRootId: number;
  readonly marketBranchId: number;
  readonly side: "buy" | "sell";
  readonly role: "maker" | "taker";
  readonly priceTicks: bigint;
  /** Above zero. */
  readonly lots: bigint;
  readonly tradeRootId: number;
  /** The order on the other side, and whose it is. */
  readonly otherRootId: number;
  readonly otherTrader: string;
  /** Through what it came. */
  readonly via: Via;
  readonly transactionHash: string;
  readonly logIndex: number;
}

/** `session fills`: own fills, oldest first. */
export function fillsCommand(context: CliContext): Command {
  const command = new Command("fills")
    .description(
      "List an account's fills: when, in which market, side, price, lots, against which order, through what (the book, a maker, complete sets, another contract), in which transaction.",
    )
    .option(...TRADER_FLAG)
    .option(...ASK_RELAY);
  return withSettings(command, "rpc", "session", "fromBlock", "key")
    .addHelpText(
      "after",
      "\nExamples:\n  session fills\n  session fills --trader 0xSOMEBODY --json\n  session fills --relay http://127.0.0.1:8700",
    )
    .action(async (options: OwnOptions) => {
      const history = await readOwnHistory(context, options);
      const { trader } = history;
      const own = history.fills.flatMap((fill) => ownFills(fill, trader));
      context.answer({ document: { trader, fills: own }, text: textOf(history, own) });
    });
}

function ownFills(fill: Placed<FillRow>, trader: string): OwnFill[] {
  const { makerRootId, takerRootId, maker, taker, takerBuys, ...common } = fill;
  const asMaker = { role: "maker", side: takerBuys ? "sell" : "buy", tradeRootId: makerRootId } as const;
  const asTaker = { role: "taker", side: takerBuys ? "buy" : "sell", tradeRootId: takerRootId } as const;
  return [
    ...(maker === trader ? [{ ...common, ...asMaker, otherRootId: takerRootId, otherTrader: taker }] : []),
    ...(taker === trader ? [{ ...common, ...asTaker, otherRootId: makerRootId, otherTrader: maker }] : []),
  ];
}

function textOf({ heads, rootOf }: OwnHistory, fills: readonly OwnFill[]): string {
  const rows = fills.map((fill) => {
    const head = heads.get(fill.marketRootId);
    return [
      date(fill.timestamp),
      marketTitle(fill, head),
      fill.side,
      fill.lots.toString(),
      amountText(rootOf(fill.marketRootId), fill.priceTicks, head),
      String(fill.tradeRootId),
      String(fill.otherRootId),
      fill.via,
      fill.transactionHash,
    ];
  });
  return paragraphs(
    table(["time", "market", "side", "lots", "price", "order", "with order", "through", "transaction"], rows),
    nextText("positions", "orders"),
  );
}
