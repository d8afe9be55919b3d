import { Command } from "commander";
import type { Provider } from "ethers";

import { makersAmong } from "../../bindings/makers.js";
import type { MeteredMaker } from "../../measures/maker-meter.js";
import { USUAL_AGE } from "../../measures/session.js";
import { MAX_LIQUIDITY, MAX_ROOT_ID, MAX_VERTICES } from "../../protocol/amounts/limits.js";
import type { BookTerms } from "../../protocol/book/terms.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { writeText } from "../input/files.js";
import { parseAddress, parseTime, splitOnce } from "../input/parse.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { readKnownPrices } from "../input/price-file.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import {
  commonMoment,
  type LoggedSession,
  measureAll,
  type PriceSource,
  readSessions,
  termsBetween,
} from "../measure.js";
import { measurePictures } from "../output/measure-pictures.js";
import { allForecasts, measuresDocument, measuresText } from "../output/measures.js";
import { printPicture } from "../../pictures/svg/print.js";

interface Options extends SettingOptions {
  readonly logs?: readonly string[];
  readonly prices?: string;
  readonly decimals?: readonly string[];
  readonly maxAge?: string;
  readonly maker?: readonly string[];
  readonly at?: string;
  readonly until?: string;
  readonly svg?: string;
}

const MAX_DECIMALS = 77;
const USUAL_DECIMALS = 18;
const MAX_DAYS = 366;
const DAY = 86_400n;

const MAX_WEIGHT = 2 ** 16 - 1;

/** `session measure`: what a session's flow and prices told. */
export function measureCommand(context: CliContext): Command {
  const command = new Command("measure")
    .description("Measure what order flow and prices told: information, scores of forecasts, impact, foresight, nats.")
    .option(
      "--logs <files...>",
      "files of `session logs` instead of a node, of one session each; several: also their term structure",
    )
    .option(
      "--prices <file>",
      "CSV or JSON of prices elsewhere: a column `date`, and one for each asset, by symbol or number",
    )
    .option(
      "--decimals <counts...>",
      `of each asset, in order (default: what they say; with --logs ${USUAL_DECIMALS} each)`,
    )
    .option("--max-age <days>", `of a price that still counts (default: ${USUAL_AGE / DAY})`)
    .option(
      "--maker <maker...>",
      "an automated maker: its ADDRESS, of which a node is asked; or ADDRESS=ROOT:LIQUIDITY, or ADDRESS=ROOT:LIQUIDITY:W1,W2… with its prior",
    )
    .option("--at <time>", "as of when several sessions are compared (default: the last moment at which all were open)")
    .option(
      "--until <time>",
      "when the files were written, if that was after their last record: from t2 on the basket counts",
    )
    .option("--svg <prefix>", "write curves to PREFIX-information.svg, -weights.svg, -reliability.svg, -terms.svg");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText(
      "after",
      `
Estimates are of one session: errors say how sure they are. What is still open is left out, and named.

Examples:
  session measure --logs session.log
  session measure --logs session.log --prices closes.csv --svg measures
  session measure --logs march.log june.log --json`,
    )
    .action(async (options: Options) => {
      await run(context, options);
    });
}

async function run(context: CliContext, options: Options): Promise<void> {
  const until = options.until === undefined ? 0n : BigInt(parseTime("--until", options.until, undefined));
  const sessions = (await readSessions(context, options.logs, options)).map((one) => {
    return until > one.until ? { ...one, until } : one;
  });
  const makers = await makersOf(context, options, sessions);
  const source = sourceOf(context, options, sessions);
  const measured = measureAll(sessions, source, makers);
  const at = options.at === undefined ? commonMoment(sessions) : BigInt(parseTime("--at", options.at, undefined));
  const terms = at === undefined ? undefined : termsBetween(sessions, measured, at);
  const shown = { measured, makers, terms };
  const { svg } = options;
  const pictures = svg === undefined ? [] : [...measurePictures(measured, allForecasts(measured), terms)];
  const files = pictures.map(([name, picture]) => {
    const file = `${svg ?? ""}-${name}.svg`;
    writeText(context, file, printPicture(picture));
    return file;
  });
  context.answer({ document: { ...measuresDocument(shown), pictures: files }, text: measuresText(shown, files) });
}

function sourceOf(context: CliContext, options: Options, sessions: readonly LoggedSession[]): PriceSource | undefined {
  const { prices: file, decimals: given, maxAge } = options;
  if (file === undefined) {
    const orphan = given === undefined ? (maxAge === undefined ? undefined : "--max-age") : "--decimals";
    if (orphan !== undefined) throw invalid(orphan, "", "--prices beside it");
    return undefined;
  }
  const { symbols = [], decimals: known } = sessions[0] ?? {};
  const assets = symbols.length;
  const counts = (given ?? []).flatMap((text) => text.split(","));
  const decimals = counts.map((text) => parseCount("--decimals", text, 0, MAX_DECIMALS));
  if (given !== undefined && decimals.length !== assets) {
    throw invalid("--decimals", counts.join(","), `${assets} counts, one for each asset`);
  }
  return {
    file,
    rows: readKnownPrices(context, file, symbols),
    decimals: given === undefined ? (known ?? symbols.map(() => USUAL_DECIMALS)) : decimals,
    maxAge: maxAge === undefined ? USUAL_AGE : BigInt(parseCount("--max-age", maxAge, 0, MAX_DAYS)) * DAY,
  };
}

/** With files only a node that is named beside them is asked: one in the environment may be of another chain. */
async function makersOf(
  context: CliContext,
  options: Options,
  [session]: readonly LoggedSession[],
): Promise<MeteredMaker[]> {
  const { maker: named = [], logs, rpc } = options;
  const alone = named.filter((text) => !text.includes("="));
  if (alone.length === 0) return named.map(parseMaker);
  if (logs !== undefined && rpc === undefined)
    throw invalid(
      "--maker",
      alone.join(", "),
      "ADDRESS=ROOT:LIQUIDITY with --logs, or --rpc of the node that knows its terms",
    );
  const provider = await connect(context, readSettings(context, options, "rpc").rpc);
  return Promise.all(
    named.map(async (text) => (text.includes("=") ? parseMaker(text) : askMaker(text, provider, session?.terms))),
  );
}

/** Its code says that it is one, of this book. */
async function askMaker(text: string, provider: Provider, terms: BookTerms | undefined): Promise<MeteredMaker> {
  const address = parseAddress("--maker", text);
  const [maker] = terms === undefined ? [] : await makersAmong([address], terms, provider);
  if (maker === undefined) throw invalid("--maker", text, "the address of an automated maker of the session's book");
  return { ...maker, trader: address };
}

function parseMaker(text: string): MeteredMaker {
  const [address, terms] = splitOnce(text, "=");
  const [root = "", liquidity = "", prior, ...more] = terms.split(":");
  if (more.length > 0 || liquidity === "")
    throw invalid("--maker", text, "ADDRESS=ROOT:LIQUIDITY or ADDRESS=ROOT:LIQUIDITY:W1,W2…");
  const weights = prior === undefined ? [] : prior.split(",");
  if (weights.length > MAX_VERTICES) throw invalid("--maker", text, `a prior of at most ${MAX_VERTICES} weights`);
  return {
    trader: parseAddress("--maker", address),
    marketRootId: parseCount("--maker", root, 1, MAX_ROOT_ID),
    liquidity: BigInt(parseCount("--maker", liquidity, 1, Number(MAX_LIQUIDITY))),
    prior: weights.map((weight) => BigInt(parseCount("--maker", weight, 1, MAX_WEIGHT))),
  };
}
