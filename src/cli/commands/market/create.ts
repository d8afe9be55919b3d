import { Command } from "commander";

import { effectOfRecord } from "../../../protocol/book/record-effect.js";
import { type MarketHead, parseUnits, writeDescription } from "../../../protocol/market/description.js";
import {
  eventRecord,
  intervalRecord,
  type EventSpec,
  type IntervalSpec,
} from "../../../protocol/market/market-drafts.js";
import { parseTicks, parseTokenWei } from "../../../protocol/amounts/units.js";
import { MAX_OUTCOMES, MIN_OUTCOMES } from "../../../protocol/amounts/limits.js";
import type { MarketRecord } from "../../../protocol/signing/market-record.js";
import type { CliContext } from "../../context.js";
import { CliError } from "../../errors.js";
import { readText } from "../../input/files.js";
import { aboveZero, invalid, parseCount, parseOutcome, parseTime, withoutUnit } from "../../input/parse.js";
import { nextText } from "../../output/session-facts.js";
import { date, facts, tokens } from "../../output/text.js";
import { type Desk, openDesk, type RecordOptions, say, withRecordOptions } from "./desk.js";

interface Options extends RecordOptions {
  readonly title?: string;
  readonly unit?: string;
  readonly ticksPerUnit?: string;
  readonly outcomes?: string;
  readonly source?: string;
  readonly text?: string;
  readonly textFile?: string;
  readonly lower?: string;
  readonly upper?: string;
  readonly scale: string;
  readonly tickValue: string;
  readonly closes: string;
  readonly settleBy: string;
  readonly fallback: string;
}

/** `session market create`: a new root, an interval or an event. */
export function createMarketCommand(context: CliContext): Command {
  const command = new Command("create")
    .description("Make a market: an interval of one number (--lower, --upper), or an event with outcomes (--outcomes).")
    .option("--title <text>", "what it is about; begins the head that all views show, and whose hash is signed")
    .option("--unit <name>", "what its number is counted in, such as mm")
    .option("--ticks-per-unit <count>", "ticks that make one unit, a product of twos and fives (default: 1)")
    .option("--source <text>", "where the outcome is read")
    .option("--text <text>", "the rest of the description")
    .option("--text-file <file>", "the rest of the description, from a file")
    .option("--lower <amount>", "interval: the least outcome, in units")
    .option("--upper <amount>", "interval: the greatest outcome, in units")
    .option("--outcomes <names|count>", `event: "red | green", or how many, ${MIN_OUTCOMES} to ${MAX_OUTCOMES}`)
    .option("--scale <ticks>", "event: ticks that make a weight of 1", "10000")
    .requiredOption("--tick-value <tokens>", "session tokens that a tick of a lot is worth, such as 0.00001")
    .requiredOption("--closes <time>", "first second without trade: Unix seconds, 2026-12-01T00:00:00Z, or +7d")
    .requiredOption("--settle-by <time>", "from when anybody may apply the fallback")
    .requiredOption("--fallback <outcome>", "what counts if nobody has settled it by then: an amount, or an outcome");
  return withRecordOptions(command, false)
    .addHelpText(
      "after",
      `
Examples:
  session market create --title "Rain in Seattle in November" --unit mm --ticks-per-unit 10 --lower 0 --upper 300 \\
    --tick-value 0.00001 --closes +30d --settle-by +40d --fallback 167 --source https://example.org --dry-run
  session market create --title "Who wins" --outcomes "red | green | blue" --tick-value 0.0000001 \\
    --closes +7d --settle-by +10d --fallback red`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const head = headOf(options);
  const description = describe(context, options, head);
  const desk = await openDesk(context, options);
  const spec = specOf(desk, options, head, description);
  const place = { owner: desk.owner.address, previousLink: desk.mirror.linkToSign };
  const record = "outcomes" in spec ? eventRecord(place, spec) : intervalRecord(place, spec);
  const { book } = desk.mirror;
  const call = { caller: desk.owner.address, timestamp: desk.timestamp };
  await say(context, desk, options, {
    headline: `make ${"outcomes" in spec ? "an event" : "an interval"}\n${termsText(record, head)}`,
    head,
    isFinal: false,
    effect: effectOfRecord(book, call, { record, signature: "0x", description }),
    send: () => ("outcomes" in spec ? desk.owner.createEvent(spec) : desk.owner.createInterval(spec)),
    next: (root) =>
      nextText(
        `market show ${root}`,
        "outcomes" in spec
          ? `trade buy 10 --market ${root}.1 --price 50%`
          : `market branch ${root} --lower … --upper …`,
      ),
  });
}

function headOf(options: Options): MarketHead | undefined {
  const { title, unit = "", ticksPerUnit = "1", source = "" } = options;
  if (title === undefined) {
    const orphan = (["unit", "ticksPerUnit", "source"] as const).find((name) => options[name] !== undefined);
    if (orphan !== undefined) throw invalid("--title", "", `a title: ${orphan} stands in the head that it begins`);
    return undefined;
  }
  const scale = BigInt(parseCount("--ticks-per-unit", ticksPerUnit, 1, 1_000_000_000));
  return { title, unit, ticksPerUnit: scale, outcomes: namesIn(options.outcomes), source };
}

/** `red | green`; a number alone counts outcomes without names. */
function namesIn(outcomes = ""): string[] {
  return outcomes === "" || /^\d+$/.test(outcomes) ? [] : outcomes.split("|").map((name) => name.trim());
}

/** @throws RuleError MARKET_HEAD_INVALID */
function describe(context: CliContext, { text, textFile }: Options, head: MarketHead | undefined): string {
  if (text !== undefined && textFile !== undefined) throw invalid("--text", text, "either --text or --text-file");
  const body = textFile === undefined ? (text ?? "") : readText(context, textFile).trim();
  if (head !== undefined) return writeDescription(head, body);
  if (body !== "") return body;
  throw invalid("--title", "", "a title or a text: nobody trades in what nobody describes");
}

function specOf(
  { timestamp, mirror }: Desk,
  options: Options,
  head: MarketHead | undefined,
  description: string,
): IntervalSpec | EventSpec {
  const now = Number(timestamp > mirror.timestamp ? timestamp : mirror.timestamp);
  const terms = {
    tickValue: aboveZero("--tick-value", options.tickValue, parseTokenWei(options.tickValue)),
    closesAt: BigInt(parseTime("--closes", options.closes, now)),
    settleBy: BigInt(parseTime("--settle-by", options.settleBy, now)),
    description,
  };
  const { outcomes, lower, upper, fallback } = options;
  if (outcomes !== undefined) {
    if (lower !== undefined || upper !== undefined)
      throw invalid("--outcomes", outcomes, "either outcomes, or --lower and --upper");
    const count = namesIn(outcomes).length || parseCount("--outcomes", outcomes, MIN_OUTCOMES, MAX_OUTCOMES);
    const fallbackOutcome = parseOutcome("--fallback", fallback, count, head);
    return { ...terms, outcomes: count, scale: parseTicks(options.scale), fallbackOutcome };
  }
  if (lower === undefined || upper === undefined)
    throw new CliError("ARGUMENT_INVALID", { reason: "--lower and --upper, or --outcomes, are missing" });
  const amount = (text: string) => parseUnits(head, withoutUnit(text, head?.unit ?? ""));
  return { ...terms, bounds: { lower: amount(lower), upper: amount(upper) }, fallbackOutcome: amount(fallback) };
}

function termsText(
  { tickValue, closesAt, settleBy, descriptionHash }: MarketRecord,
  head: MarketHead | undefined,
): string {
  return facts([
    ["title", head?.title ?? "(none: amounts are ticks)"],
    ["a tick of a lot", `${tokens(tickValue)} session tokens`],
    ["closes", date(closesAt)],
    ["settle by", date(settleBy)],
    ["description's hash", descriptionHash],
  ]);
}
