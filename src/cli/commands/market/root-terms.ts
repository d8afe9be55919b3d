/** What is said of a new root on the command line, whoever owns it: a head and a description, its terms, an interval or an event. */
import type { Command } from "commander";

import {
  type MarketHead,
  parseDescription,
  parseUnits,
  writeDescription,
} from "../../../protocol/market/description.js";
import type { EventSpec, IntervalSpec } from "../../../protocol/market/market-drafts.js";
import { formatTokenWei, parseTicks, parseTokenWei, tokenWei } from "../../../protocol/amounts/units.js";
import { MAX_OUTCOMES, MIN_OUTCOMES } from "../../../protocol/amounts/limits.js";
import type { MarketRecord } from "../../../protocol/signing/market-record.js";
import type { CliContext } from "../../context.js";
import { InputError, invalid } from "../../../input/errors.js";
import { readText } from "../../input/files.js";
import { aboveZero, parseOutcome, parseTime, withoutUnit } from "../../input/parse.js";
import { parseCount } from "../../../input/counts.js";
import { date, facts } from "../../output/text.js";
import type { Desk } from "./desk.js";

export interface RootOptions {
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

export function withRootOptions(command: Command): Command {
  return command
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
}

export function headOf(options: RootOptions): MarketHead | undefined {
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
export function describe(context: CliContext, { text, textFile }: RootOptions, head: MarketHead | undefined): string {
  if (text !== undefined && textFile !== undefined) throw invalid("--text", text, "either --text or --text-file");
  const body = textFile === undefined ? (text ?? "") : readText(context, textFile).trim();
  if (head !== undefined) return writeDescription(head, body);
  // All views would read a head there, and count in its units what is given here in ticks.
  if (parseDescription(body).head !== undefined)
    throw invalid("--title", "", "what the text begins with: title, unit and the rest are options of their own");
  if (body !== "") return body;
  throw invalid("--title", "", "a title or a text: nobody trades in what nobody describes");
}

export function specOf(
  { timestamp, mirror }: Desk,
  options: RootOptions,
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
    throw new InputError("ARGUMENT_INVALID", { reason: "--lower and --upper, or --outcomes, are missing" });
  const amount = (text: string) => parseUnits(head, withoutUnit(text, head?.unit ?? ""));
  return { ...terms, bounds: { lower: amount(lower), upper: amount(upper) }, fallbackOutcome: amount(fallback) };
}

export function termsText(
  { tickValue, closesAt, settleBy, descriptionHash }: MarketRecord,
  head: MarketHead | undefined,
): string {
  return facts([
    ["title", head?.title ?? "(none: amounts are ticks)"],
    ["a tick of a lot", `${formatTokenWei(tokenWei(tickValue))} session tokens`],
    ["closes", date(closesAt)],
    ["settle by", date(settleBy)],
    ["description's hash", descriptionHash],
  ]);
}
