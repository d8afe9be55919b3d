import { Command } from "commander";

import { herdingIn } from "../../../risk/herding.js";
import type { CliContext } from "../../context.js";
import { readHistory } from "../../history.js";
import { parseCount } from "../../../input/counts.js";
import { invalid } from "../../../input/errors.js";
import { type SettingOptions, withSettings } from "../../input/settings.js";
import { JSON_FLAG } from "../../output/json.js";
import { marketName } from "../../output/session-facts.js";
import { date, paragraphs, table } from "../../output/text.js";
import { figure, figureText } from "../../stress/figures.js";
import { openReader } from "../../who.js";
import { lengthOf } from "../../../protocol/amounts/times.js";

interface Options extends SettingOptions {
  readonly period: string;
  readonly least: string;
}

const MOST_TRADERS = 1_000_000;

/** `session stress herding`: whether traders stood on one side of a market more often than chance. */
export function herdingCommand(context: CliContext): Command {
  const command = new Command("herding")
    .description(
      "Measure herding (Lakonishok, Shleifer and Vishny 1992) in each market and period, from the session's fills.",
    )
    .option("--period <time>", "how long a period is: +1d, +12h", "+1d")
    .option("--least <traders>", "leave out markets with fewer traders in a period", "5");
  return withSettings(command, "rpc", "session", "fromBlock")
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      `
Of a market in a period n traders have bought more than sold, or sold more than bought, and b of them bought; p is the part of buyers in all
markets of that period. H = |b/n - p| less what chance alone would give: above zero they herd. Automated makers count as traders.

Example:
  session stress herding --period +12h`,
    )
    .action(async (options: Options) => {
      const period = BigInt(lengthOf(options.period) ?? 0);
      if (period === 0n) throw invalid("--period", options.period, "a time such as +1d");
      const least = parseCount("--least", options.least, 1, MOST_TRADERS);
      const handle = await openReader(context, options);
      const { fills } = await readHistory(context, handle, options);
      const periods = herdingIn(fills, period, least);
      context.answer({
        document: {
          periodSeconds: period,
          periods: periods.map(({ start, mood, markets }) => ({
            start,
            mood: figure(mood),
            markets: markets.map(({ marketRootId, marketBranchId, buyers, traders, chance, herding }) => {
              const numbers = { chance: figure(chance), herding: figure(herding) };
              return { marketRootId, marketBranchId, buyers, traders, ...numbers };
            }),
          })),
        },
        text: paragraphs(
          table(
            ["period from", "market", "buyers", "of traders", "all markets", "by chance", "herding"],
            periods.flatMap(({ start, mood, markets }) =>
              markets.map((market) => [
                date(start),
                marketName(market),
                String(market.buyers),
                String(market.traders),
                figureText(mood, 4),
                figureText(market.chance, 4),
                figureText(market.herding, 4),
              ]),
            ),
          ),
        ),
      });
    });
}
