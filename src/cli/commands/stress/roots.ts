import { Command } from "commander";

import { accountOf } from "../../../protocol/book/projections.js";
import type { BookState } from "../../../protocol/book/state.js";
import { type WorstOutcome, worstOutcomes } from "../../../risk/roots.js";
import type { CliContext } from "../../context.js";
import { type SettingOptions, withSettings } from "../../input/settings.js";
import { headOf, type Mirror, readMirror } from "../../mirror.js";
import { JSON_FLAG } from "../../output/json.js";
import { rootName, outcomeText } from "../../output/session-facts.js";
import { table, tokens } from "../../output/text.js";
import { shortName } from "../../../risk/stress/holders.js";
import { openReader } from "../../who.js";

/** `session stress roots`: the worst outcome of every position, which no price of the basket's assets decides. */
export function rootsCommand(context: CliContext): Command {
  const command = new Command("roots").description(
    "Tell for each account and root the outcome at which its position is worst, and what it is worth there.",
  );
  return withSettings(command, "rpc", "session", "fromBlock")
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      `
Roots are independent, so an account's worst joint outcome is all of its rows together (R11). By today's bounds; the book may have
stored a worse one (session collateral).

Example:
  session stress roots`,
    )
    .action(async (options: SettingOptions) => {
      const handle = await openReader(context, options);
      const mirror = await readMirror(context, handle, options);
      const rows = rowsOf(mirror.book.state);
      context.answer({
        document: {
          blockNumber: mirror.blockNumber,
          positions: rows.map(({ trader, marketRootId, values, worst, bindingOutcome }) => {
            return { trader, marketRootId, values, worstWei: worst, bindingOutcome };
          }),
        },
        text: textOf(rows, mirror),
      });
    });
}

function rowsOf(state: BookState): WorstOutcome[] {
  const accounts = [...state.traders.all()].map(({ traderId, address }) => {
    return { trader: address, positions: accountOf(state, traderId).positions };
  });
  return worstOutcomes(state.markets.table, accounts);
}

function textOf(rows: readonly WorstOutcome[], mirror: Mirror): string {
  if (rows.length === 0) return "Nobody has a position: cash is all there is in every outcome.";
  return table(
    ["account", "root", "worst at", "worth there"],
    rows.map(({ trader, root, marketRootId, worst, bindingOutcome }, k) => [
      rows[k - 1]?.trader === trader ? "" : shortName(trader),
      rootName(marketRootId),
      outcomeText(root, bindingOutcome, headOf(mirror, marketRootId)),
      tokens(worst),
    ]),
  );
}
