import { Command } from "commander";

import { normalTail } from "../../../risk/normal.js";
import { type AskedMoves, type FoundMoves, foundMoves } from "../../../risk/found-moves.js";
import { gainAt, type ToldMove } from "../../../risk/told-move.js";
import type { CliContext } from "../../context.js";
import { writeText } from "../../input/files.js";
import { parsePart, parseParts } from "../../input/numbers.js";
import { paragraphs, table } from "../../output/text.js";
import { covarianceFrom, type CovarianceOptions, withCovariance } from "../../stress/covariance.js";
import { shortName } from "../../../risk/stress/holders.js";
import { amountDocument, amountText, figure, figureText, moveDocument, moveText } from "../../stress/figures.js";
import type { Exposed } from "../../../risk/exposed.js";
import { type Ground, type GroundOptions, readGround, withGround } from "../../stress/ground.js";
import { namedMoves, scenarioFile } from "../../../risk/stress/scenario-out.js";

interface Options extends GroundOptions, CovarianceOptions {
  readonly sigmas: string;
  readonly loss?: string;
  readonly box?: readonly string[];
  readonly csv?: string;
}

/** `session stress reverse`: the move that costs each holder most, or that costs it so much. */
export function reverseCommand(context: CliContext): Command {
  const command = new Command("reverse")
    .description("Find for each holder the worst move of so many standard deviations, and the most plausible loss.")
    .option("--sigmas <number>", "how plausible the worst move is to be: standard deviations of the holder's gain", "3")
    .option("--loss <amount>", "the most plausible move that loses as much, in the prices' unit")
    .option("--box <asset=part...>", "the worst move in which no asset moves by more: AU=20%,AG=15%")
    .option("--csv <file>", "write the moves as scenarios, for session stress --scenarios");
  return withGround(withCovariance(command))
    .addHelpText(
      "after",
      `
Losses count from today's prices. Statistics are floats; the gain beside a move is that of the move as it is printed, exactly.

Examples:
  session stress reverse --prices AU=10,AG=5 --volatility AU=20%,AG=15% --correlation AU/AG=0.5 --loss 50
  session stress reverse --prices AU=10,AG=5 --history prices.csv --periods 5 --csv worst.csv
  session stress reverse --prices AU=10,AG=5 --box AU=30%,AG=30%`,
    )
    .action(async (options: Options) => {
      const ground = await readGround(context, options);
      const { symbols } = ground.holders;
      const isBoxOnly = options.box !== undefined && !hasCovariance(options);
      const moving = isBoxOnly ? undefined : covarianceFrom(context, options, symbols);
      const asked: AskedMoves = {
        covariance: moving?.covariance,
        sigmas: parsePart("--sigmas", options.sigmas, 0),
        loss: options.loss === undefined ? undefined : parsePart("--loss", options.loss, 0),
        box: options.box === undefined ? undefined : parseParts("--box", options.box, symbols),
      };
      const found = ground.exposed.map((one) => foundMoves(one, asked));
      if (options.csv !== undefined) writeText(context, options.csv, scenarioFile(symbols, found.flatMap(namedMoves)));
      context.answer({
        document: documentOf(ground, found, asked, moving?.source),
        text: textOf(ground, found, asked, moving?.source, options.csv),
      });
    });
}

function hasCovariance({ volatility, correlation, covariance, history }: CovarianceOptions): boolean {
  return [volatility, correlation, covariance, history].some((one) => one !== undefined);
}

function documentOf(
  { holders, digits, unexposed }: Ground,
  found: readonly FoundMoves[],
  asked: AskedMoves,
  source?: string,
): object {
  const { symbols } = holders;
  const { sigmas } = asked;
  const told = (exposure: Exposed["exposure"], move: ToldMove): object => ({
    ...moveDocument(move, symbols),
    gain: amountDocument(gainAt(exposure, move), digits),
  });
  return {
    assets: symbols,
    covariances: source ?? null,
    sigmas,
    tail: figure(normalTail(sigmas)),
    unexposed,
    holders: found.map(({ name, exposure, deviation, worst, likeliest, box }) => ({
      name,
      exposure: exposure.map((money) => amountDocument(money, digits)),
      ...(deviation === undefined ? {} : { deviation: figure(deviation) }),
      ...(worst === undefined ? {} : { worst: { ...told(exposure, worst), loss: figure(sigmas * (deviation ?? 0)) } }),
      ...(likeliest === undefined
        ? {}
        : {
            likeliest: {
              ...told(exposure, likeliest.move),
              sigmas: figure(likeliest.sigmas),
              tail: figure(normalTail(likeliest.sigmas)),
            },
          }),
      ...(box === undefined ? {} : { box: told(exposure, box) }),
    })),
  };
}

function textOf(
  { holders: { symbols }, digits, unexposed }: Ground,
  found: readonly FoundMoves[],
  { sigmas, loss, box }: AskedMoves,
  source: string | undefined,
  csv: string | undefined,
): string {
  const moves = (
    head: string,
    of: (one: FoundMoves) => ToldMove | undefined,
    more: (one: FoundMoves) => string[],
  ): string =>
    `${head}\n${table(
      ["holder", "gain", "move", ...(more === none ? [] : ["sigmas", "tail"])],
      found.flatMap((one) => {
        const move = of(one);
        if (move === undefined) return [];
        return [
          [shortName(one.name), amountText(gainAt(one.exposure, move), digits), moveText(move, symbols), ...more(one)],
        ];
      }),
    )}`;
  return paragraphs(
    source === undefined ? "" : `How assets move: ${source}.`,
    source === undefined
      ? ""
      : moves(
          `The worst move of ${sigmas} standard deviations (normal returns are beyond it once in ${Math.round(1 / normalTail(sigmas))}):`,
          ({ worst }) => worst,
          none,
        ),
    loss === undefined
      ? ""
      : moves(`The most plausible move that loses ${loss}:`, ({ likeliest }) => likeliest?.move, odds),
    box === undefined ? "" : moves("The worst move within the box:", (one) => one.box, none),
    unexposed.length === 0 ? "" : `Nothing at stake: ${unexposed.map(shortName).join(", ")}.`,
    csv === undefined ? "" : `Scenarios: ${csv}`,
  );
}

function none(): string[] {
  return [];
}

function odds({ likeliest }: FoundMoves): string[] {
  if (likeliest === undefined) return ["-", "-"];
  return [figureText(likeliest.sigmas), figureText(normalTail(likeliest.sigmas), 7)];
}
