import { Command } from "commander";

import { approximate } from "../../../risk/exposure.js";
import { windowsPicture, worstWindows } from "../../../risk/worst-windows.js";
import type { CliContext } from "../../context.js";
import { writeText } from "../../input/files.js";
import { parseCount } from "../../../input/counts.js";
import { printPicture } from "../../../pictures/svg/print.js";
import { paragraphs, table } from "../../output/text.js";
import { PERIODS_FLAG, SKIP_GAPS_FLAG, windowsIn } from "../../stress/covariance.js";
import { shortName } from "../../../risk/stress/holders.js";
import { amountDocument, amountText, figure, figureText } from "../../stress/figures.js";
import { type GroundOptions, readGround, withGround } from "../../stress/ground.js";

interface Options extends GroundOptions {
  readonly history: string;
  readonly periods: string;
  readonly skipGaps?: true;
  readonly worst: string;
  readonly svg?: string;
}

const MOST = 1_000;

/** `session stress history`: what windows of a price history would have done to each holder. */
export function historyCommand(context: CliContext): Command {
  const command = new Command("history")
    .description(
      "Apply every window of a price history to today's holdings: the worst of each holder, with exact returns.",
    )
    .requiredOption(
      "--history <file>",
      "CSV or JSON: a column `date`, one for each asset; other columns are passed over",
    )
    .option(...PERIODS_FLAG)
    .option(...SKIP_GAPS_FLAG)
    .option("--worst <count>", "how many windows of each holder", "3")
    .option("--svg <file>", "write the gains of all holders in these windows as a heat map");
  return withGround(command)
    .addHelpText(
      "after",
      `
Nothing is fitted: a window's returns are what they were, and windows overlap. Prices need not be in the unit of --prices.

Example:
  session stress history --prices AU=10,AG=5 --history prices.csv --periods 5 --worst 3`,
    )
    .action(async (options: Options) => {
      const ground = await readGround(context, options);
      const { symbols } = ground.holders;
      const count = parseCount("--worst", options.worst, 1, MOST);
      const windows = windowsIn(context, options, symbols);
      const { holders: rows, shown } = worstWindows(ground.exposed, windows, count);
      if (options.svg !== undefined)
        writeText(context, options.svg, printPicture(windowsPicture(ground.exposed, shown, ground.digits)));
      context.answer({
        document: {
          assets: symbols,
          history: options.history,
          windows: windows.length,
          unexposed: ground.unexposed,
          holders: rows.map(({ name, worst }) => ({
            name,
            worst: worst.map(({ window: { from, to, returns }, gain }) => ({
              from,
              to,
              gain: amountDocument(gain, ground.digits),
              returns: returns.map((part, k) => ({ asset: symbols[k], part: figure(approximate(part)), ...part })),
            })),
          })),
        },
        text: paragraphs(
          `${windows.length} windows of ${options.periods} in ${options.history}; the worst of each holder:`,
          table(
            ["holder", "from", "to", "gain", ...symbols],
            rows.flatMap(({ name, worst }) =>
              worst.map(({ window: { from, to, returns }, gain }, k) => [
                k === 0 ? shortName(name) : "",
                from,
                to,
                amountText(gain, ground.digits),
                ...returns.map((part) => `${figureText(approximate(part) * 100, 2)}%`),
              ]),
            ),
          ),
          options.svg === undefined ? "" : `Picture: ${options.svg}`,
        ),
      });
    });
}
