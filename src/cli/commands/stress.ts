import { Command, Option } from "commander";

import { fraction } from "../../protocol/amounts/fraction.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import { type Numeraire, stressTable } from "../../protocol/value/stress.js";
import { pricesOfUnits, stressScale } from "../../protocol/value/stress-units.js";
import { holdersOnChain } from "../book-holders.js";
import type { CliContext } from "../context.js";
import { readJson, writeText } from "../input/files.js";
import { holdersInFile } from "../input/holders-file.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { withSettings } from "../input/settings.js";
import { readSigned } from "../input/signed-file.js";
import { assetIndex } from "../../input/asset-names.js";
import { readScenarios, type ScenarioOptions, shockTable, sourceOf } from "../input/stress-scenarios.js";
import { JSON_FLAG } from "../output/json.js";
import { paragraphs, table } from "../output/text.js";
import { fixed } from "../../protocol/amounts/decimals.js";
import { type AfterOrder, afterDocument, afterOrder } from "../../risk/stress/after.js";
import { afterText } from "../stress/texts.js";
import { comparisonDocument, comparisonWith } from "../../risk/stress/comparison.js";
import { comparisonText } from "../stress/texts.js";
import { amountDocument } from "../stress/figures.js";
import {
  ALLOCATIONS_FLAG,
  baselineOption,
  DIGITS_FLAG,
  type GroundOptions,
  OUTCOME_FLAG,
  PRICES_FLAG,
} from "../stress/ground.js";
import { shortName } from "../../risk/stress/holders.js";
import { pictureOf } from "../../risk/stress/picture.js";
import { type RankedHolder, rankedHolders } from "../../risk/stress/ranked.js";
import { reportOf } from "../../risk/stress/report.js";
import { MAX_DIGITS, type StressRun, tableDocument, unitOf } from "../../risk/stress/table.js";
import { tableText } from "../stress/texts.js";
import { correlationCommand } from "./stress/correlation.js";
import { herdingCommand } from "./stress/herding.js";
import { historyCommand } from "./stress/history.js";
import { reverseCommand } from "./stress/reverse.js";
import { rootsCommand } from "./stress/roots.js";
import { unwindCommand } from "./stress/unwind.js";
import { wholeCommand } from "./stress/whole.js";

interface Options extends Omit<GroundOptions, "relative">, ScenarioOptions {
  readonly numeraire: string;
  readonly svg?: string;
  readonly worst?: string;
  readonly after?: string;
  readonly lossLimit?: string;
  readonly compare?: string;
  readonly report?: string;
}

const MOST_WORST = 1_000;

/** `session stress`: what each holder would have in each scenario. */
export function stressCommand(context: CliContext): Command {
  const command = new Command("stress")
    .description(
      "Multiply scenarios with allocations: what each holder would have, its worst scenario, and gains and losses against a baseline.",
    )
    .enablePositionalOptions()
    .option(...PRICES_FLAG)
    .option("--scenarios <file>", "CSV or JSON: a column `scenario`, one for each asset shocked, root:N for outcomes")
    .option("--grid <asset:from..to:steps...>", "generated shocks, such as AAPL:-30%..30%:7; several are combined")
    .addOption(
      new Option("--shocks <kind>", "relative: S·(1 + shock); absolute: S + shock; ratio: of S to that of --reference")
        .choices(["relative", "absolute", "ratio"])
        .default("relative"),
    )
    .option("--reference <asset>", "to whose price the ratios are; its own shock moves all of them")
    .option(...OUTCOME_FLAG)
    .option(...ALLOCATIONS_FLAG)
    .option("--numeraire <unit>", "price (the prices' unit), basket (parts of it), or an asset", "price")
    .addOption(baselineOption())
    .option(...DIGITS_FLAG)
    .option("--worst <count>", "only the worst scenarios of each holder, for thousands of holders and scenarios")
    .option("--after <file>", "beside that, what the trader of this signed order would have once it is filled")
    .option("--loss-limit <amount>", "with --after: exit status 1 if a scenario would lose the trader more")
    .option("--compare <file>", "what has changed since this earlier --json answer")
    .option("--report <file>", "write one page of Markdown: what for, by whom, and what came of it")
    .option("--svg <file>", "write gains and losses as a heat map; two assets' --grid as a table for each holder");
  const parts = [
    reverseCommand,
    historyCommand,
    correlationCommand,
    wholeCommand,
    rootsCommand,
    unwindCommand,
    herdingCommand,
  ];
  for (const make of parts) {
    command.addCommand(make(context));
  }
  return withSettings(command, "rpc", "session", "fromBlock")
    .option(...JSON_FLAG)
    .addHelpText(
      "after",
      `
A root whose outcome is not given counts at its worst for everybody; what that leaves over stands in a column of its own. A file may have
columns kind, reference, probability, source and date too, and lines before its header: # objective: …, # author: …, # date: …

Examples:
  session stress --prices AAPL=190 TSLA=240 --grid AAPL:-30%..30%:7
  session stress --prices 1=190,2=240 --scenarios shocks.csv --shocks absolute --numeraire TSLA --svg stress.svg
  session stress --allocations holdings.csv --prices AAPL=190,TSLA=240 --grid AAPL:-20%..20%:5 TSLA:-20%..20%:5
  session stress --prices 1=190,2=240 --scenarios shocks.csv --after order.json --loss-limit 500`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const digits = parseCount("--digits", options.digits, 0, MAX_DIGITS);
  if (options.lossLimit !== undefined && options.after === undefined) {
    throw invalid("--loss-limit", options.lossLimit, "--after beside it");
  }
  const order = options.after === undefined ? undefined : readSigned(context, options.after).package;
  if (order !== undefined && options.allocations !== undefined) {
    throw invalid("--after", options.after ?? "", "a session: a file of allocations has no book");
  }
  const holders =
    options.allocations === undefined
      ? await holdersOnChain(context, options, options.baseline, order)
      : holdersInFile(context, options.allocations);
  const { symbols, decimals } = holders;
  const scenarios = readScenarios(context, options, symbols, holders.table);
  const numeraire = numeraireOf(options.numeraire, symbols);
  if (options.worst !== undefined) {
    answerRanked(context, options, rankedHolders(holders, scenarios, countOf(options)), scenarios, digits);
    return;
  }
  const stressed = stressTable(
    scenarios.map(({ name, prices, outcomes }) => ({
      name,
      prices: pricesOfUnits(prices, decimals),
      allocations: holders.allocationsIn(outcomes),
    })),
    holders.baseline,
    numeraire,
  );
  const scale = stressScale(numeraire, decimals);
  const source = options.scenarios === undefined ? undefined : sourceOf(context, options.scenarios);
  const stress: StressRun = { stressed, holders, scenarios, numeraire: options.numeraire, scale, digits, source };
  const limit = options.lossLimit === undefined ? undefined : fraction(parseTokenWei(options.lossLimit), 10n ** 18n);
  const after = order && afterOrder(stress, order.trader, numeraire, limit);
  answerTable(context, options, stress, after);
}

function answerTable(context: CliContext, options: Options, stress: StressRun, after: AfterOrder | undefined): void {
  const { svg, report, compare: old } = options;
  const comparison = old === undefined ? undefined : comparisonWith(old, readJson(context, old), stress);
  if (svg !== undefined) writeText(context, svg, pictureOf(stress, shockTable(options, stress.holders.symbols)));
  if (report !== undefined) writeText(context, report, reportOf(stress, { comparison, after }));
  context.answer({
    document: {
      ...tableDocument(stress),
      ...(after === undefined ? {} : { after: afterDocument(stress, after) }),
      ...(comparison === undefined ? {} : { comparison: comparisonDocument(comparison) }),
    },
    text: paragraphs(
      `Value of each holding in ${unitOf(stress)}:\n${tableText(stress, "values")}`,
      `Gain or loss against the baseline:\n${tableText(stress, "profits")}`,
      after === undefined ? "" : afterText(stress, after),
      comparison === undefined ? "" : comparisonText(comparison, stress.digits),
      svg === undefined ? "" : `Picture: ${svg}`,
      report === undefined ? "" : `Report: ${report}`,
    ),
    holds: after?.isWithin ?? true,
  });
}

/** What only the whole table has is refused beside the ranking. */
function countOf(options: Options): number {
  const { worst = "", numeraire, svg, after, compare: old, report } = options;
  if (numeraire !== "price") throw invalid("--numeraire", numeraire, "price: --worst ranks in the prices' unit");
  const whole = { svg, after, compare: old, report };
  for (const [name, value] of Object.entries(whole)) {
    if (value !== undefined) throw invalid(`--${name}`, value, "the whole table: leave --worst out");
  }
  return parseCount("--worst", worst, 1, MOST_WORST);
}

function answerRanked(
  context: CliContext,
  { numeraire }: Options,
  ranked: readonly RankedHolder[],
  scenarios: ReturnType<typeof readScenarios>,
  digits: number,
): void {
  const nameOf = (at: number): string => scenarios[at]?.name ?? "";
  context.answer({
    document: {
      numeraire,
      rounding: `half away from zero, ${digits} digits`,
      scenarios: scenarios.length,
      holders: ranked.map(({ name, worst }) => ({
        name,
        worst: worst.map(({ move, gain }) => ({ scenario: nameOf(move), ...amountDocument(gain, digits) })),
      })),
    },
    text: paragraphs(
      `The worst of ${scenarios.length} scenarios for each of ${ranked.length} holders, as gain against the baseline:`,
      table(
        ["holder", "scenario", "gain"],
        ranked.flatMap(({ name, worst }) =>
          worst.map(({ move, gain }, k) => [
            k === 0 ? shortName(name) : "",
            nameOf(move),
            fixed(gain.numerator, gain.denominator, digits),
          ]),
        ),
      ),
    ),
  });
}

function numeraireOf(text: string, symbols: readonly string[]): Numeraire {
  return text === "price" || text === "basket" ? text : { asset: assetIndex(text, symbols) };
}
