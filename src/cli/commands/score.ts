import { Command } from "commander";

import type { CliContext } from "../context.js";
import { paragraphs, table } from "../output/text.js";
import { fixed } from "../../protocol/amounts/decimals.js";
import { nextText } from "../output/session-facts.js";
import { parseHash } from "../periphery.js";
import { scoreLogs } from "../score.js";

interface Options {
  readonly logs: readonly string[];
  readonly check?: string;
}

/** `session score`: how traders did in earlier sessions, from logs alone. */
export function scoreCommand(context: CliContext): Command {
  return new Command("score")
    .description(
      "Tell how traders did in sessions that are over, from their logs alone: a table that anybody comes to, and its root.",
    )
    .requiredOption("--logs <files...>", "files of `session logs`, of one session each, in any sequence")
    .option("--check <root>", "compare with a root, such as a policy's; exit status 1 if it is another")
    .addHelpText(
      "after",
      `
Profit is what fills brought over what was paid in; information is how far a trader's orders brought prices to where they ended.

Examples:
  session score --logs one.log two.log
  session score --logs one.log two.log --check 0xROOT`,
    )
    .action(async (options: Options) => {
      const wanted = options.check === undefined ? undefined : parseHash("--check", options.check);
      const { sessions, table: scored } = await scoreLogs(context, options.logs);
      const { root, lines } = scored;
      const isSame = wanted === undefined || wanted === root;
      context.answer({
        document: { root, sessions, traders: lines, ...(wanted === undefined ? {} : { checked: wanted, isSame }) },
        text: paragraphs(
          table(
            ["trader", "profit %", "information %"],
            lines.map(({ trader, profitPpm, informationPpm }) => [trader, percent(profitPpm), percent(informationPpm)]),
          ),
          `Root ${root}, of ${lines.length} traders in ${sessions.length} session${sessions.length === 1 ? "" : "s"}.`,
          wanted === undefined ? "" : isSame ? "It is the root that was asked about." : `It is not ${wanted}.`,
          nextText(`policy record --root ${root} --least-profit 0 --least-information 0`),
        ),
        holds: isSame,
      });
    });
}

/** Millionths, all of them. */
function percent(ppm: bigint): string {
  return fixed(ppm, 10_000n, 4);
}
