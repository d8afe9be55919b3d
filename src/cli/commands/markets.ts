import { Command } from "commander";

import { readDepth, readMarketTable } from "../../client/market-views.js";
import { marketBounds } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import type { CliContext } from "../context.js";
import { headsIn, readWords } from "../market-words.js";
import { amountText, marketsOf, marketTitle } from "../output/session-facts.js";
import { type SettingOptions, withSettings } from "../input/settings.js";
import { date, table, tokens } from "../output/text.js";
import { openReader } from "../who.js";

/** `session markets`: every market of a session, with bounds and best prices. */
export function marketsCommand(context: CliContext): Command {
  const command = new Command("markets").description(
    "List the markets: the legs of the basket and every other root's branches, with bounds, best prices and state.",
  );
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText("after", "\nExample:\n  session markets --session 0xSESSION")
    .action(async (options: SettingOptions) => {
      const handle = await openReader(context, options);
      const [marketTable, words] = await Promise.all([readMarketTable(handle), readWords(context, handle, options)]);
      const heads = headsIn(words ?? new Map());
      const rows = await Promise.all(
        marketsOf(marketTable).map(async (market) => {
          const root = marketTable.roots.get(market.marketRootId);
          if (root === undefined) throw new Error("unreachable: the market was listed from the table");
          const depth = await readDepth(handle, market, 1);
          const { lower, upper } = marketBounds(marketTable, market);
          return { market, root, lower, upper, bid: depth.bids[0], ask: depth.asks[0] };
        }),
      );
      context.answer({
        document: {
          markets: rows.map(({ market, root, lower, upper, bid, ask }) => ({
            ...market,
            ...(words !== undefined && { head: heads.get(market.marketRootId) ?? null }), // unless nobody knows
            kind: market.marketRootId === BASKET_ROOT_ID ? "basket" : root.kind === "interval" ? "interval" : "event",
            minTicks: lower,
            maxTicks: upper,
            tickValueWei: root.tickValue,
            settled: root.settled,
            owner: root.owner,
            closesAt: root.closesAt,
            settleBy: root.settleBy,
            bestBidTicks: bid?.priceTicks ?? null,
            bestAskTicks: ask?.priceTicks ?? null,
          })),
        },
        text: table(
          ["market", "pays from", "to", "a tick of a lot", "best bid", "best offer", "closes", "state"],
          rows.map(({ market, root, lower, upper, bid, ask }) => {
            const head = heads.get(market.marketRootId);
            const price = (ticks: bigint): string => amountText(root, ticks, head);
            return [
              marketTitle(market, head),
              price(lower),
              price(upper),
              tokenText(root.tickValue),
              bid === undefined ? "-" : `${bid.lots} at ${price(bid.priceTicks)}`,
              ask === undefined ? "-" : `${ask.lots} at ${price(ask.priceTicks)}`,
              date(root.closesAt),
              root.settled ? "settled" : lower === upper ? "determined" : "open",
            ];
          }),
        ),
      });
    });
}

/** A tick is worth little: small amounts in wei. */
function tokenText(wei: bigint): string {
  const SMALL = 10n ** 12n;
  return wei < SMALL ? `${wei} wei` : tokens(wei);
}
