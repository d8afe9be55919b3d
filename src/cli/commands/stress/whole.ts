import { Command } from "commander";

import { type Fraction, fraction } from "../../../protocol/amounts/fraction.js";
import { LIKENESS_SCALE } from "../../../protocol/value/concentration.js";
import { assetCrowding, overlapOf } from "../../../risk/crowding.js";
import { crowdingPicture } from "../../../risk/crowding-picture.js";
import { mostRedistributed } from "../../../risk/redistribution.js";
import { partOfWorth, redistributedAt, type ToldMove, toldMove } from "../../../risk/told-move.js";
import type { CliContext } from "../../context.js";
import { writeText } from "../../input/files.js";
import { parsePart } from "../../input/numbers.js";
import { outcomesOf } from "../../../risk/stress/scenario-rows.js";
import { printPicture } from "../../../pictures/svg/print.js";
import { facts, paragraphs, table } from "../../output/text.js";
import { fixed } from "../../../protocol/amounts/decimals.js";
import { covarianceFrom, type CovarianceOptions, withCovariance } from "../../stress/covariance.js";
import { shortName } from "../../../risk/stress/holders.js";
import { amountDocument, amountText, figure, figureText, moveDocument, moveText } from "../../stress/figures.js";
import { type Ground, type GroundOptions, readGround, withGround } from "../../stress/ground.js";

interface Options extends GroundOptions, CovarianceOptions {
  readonly sigmas: string;
  readonly svg?: string;
}

/** `session stress session`: the session as a whole, which cannot lose: how much could change hands, and how crowded it is. */
export function wholeCommand(context: CliContext): Command {
  const command = new Command("session")
    .description(
      "Tell how much one move could redistribute between all holders, in how few hands assets are, and how alike stakes are.",
    )
    .option("--sigmas <number>", "how plausible the move is to be: r'C⁻¹r = sigmas², C the covariances", "3")
    .option("--svg <file>", "write the largest share and the concentration of each asset as bars");
  return withGround(withCovariance(command))
    .addHelpText(
      "after",
      `
The pool pays out what it holds, whatever happens: a move only changes who has it. Of two assets the greatest redistribution is found
exactly; of more a move that redistributes as much is found, and no move redistributes more than the upper bound.

Example:
  session stress session --prices AU=10,AG=5 --volatility AU=20%,AG=15% --correlation AU/AG=0.5`,
    )
    .action(async (options: Options) => {
      const ground = await readGround(context, options);
      const { symbols, table: marketTable } = ground.holders;
      const { covariance, source } = covarianceFrom(context, options, symbols);
      const sigmas = parsePart("--sigmas", options.sigmas, 0);
      const exposures = ground.exposed.map(({ floats }) => floats);
      const { returns, atMost } = mostRedistributed(exposures, covariance, sigmas);
      const move = toldMove(returns);
      const outcomes = outcomesOf(options.outcome ?? [], marketTable);
      const crowd = assetCrowding(ground.holders.allocationsIn(outcomes));
      const stakes = ground.exposed.map(({ exposure }) => exposure);
      const overlap = overlapOf(stakes);
      const found = { source, sigmas, move, redistributed: redistributedAt(stakes, move), atMost, crowd, overlap };
      if (options.svg !== undefined) writeText(context, options.svg, printPicture(crowdingPicture(symbols, crowd)));
      context.answer({ document: documentOf(ground, found), text: textOf(ground, found, options.svg) });
    });
}

interface Found {
  readonly source: string;
  readonly sigmas: number;
  readonly move: ToldMove;
  /** T of the move as it is printed, exactly. */
  readonly redistributed: Fraction;
  readonly atMost: number;
  readonly crowd: ReturnType<typeof assetCrowding>;
  readonly overlap: ReturnType<typeof overlapOf>;
}

function documentOf(ground: Ground, { source, sigmas, move, redistributed, atMost, crowd, overlap }: Found): object {
  const { holders, digits } = ground;
  const part = partOfWorth(redistributed, ground.worth);
  return {
    assets: holders.symbols,
    covariances: source,
    sigmas,
    redistribution: {
      ...moveDocument(move, holders.symbols),
      atLeast: amountDocument(redistributed, digits),
      atMost: figure(atMost),
      partOfBasket: part === undefined ? null : amountDocument(part, 6),
    },
    crowding: crowd.map(({ herfindahl, effective, topThree, largest, largestAt, holders: owners }, k) => ({
      asset: holders.symbols[k],
      holders: owners,
      herfindahl: amountDocument(herfindahl, 6),
      effective: effective === undefined ? null : amountDocument(effective, 2),
      largest: amountDocument(largest, 6),
      largestHolder: largestAt === undefined ? null : (holders.names[largestAt] ?? null),
      topThree: amountDocument(topThree, 6),
    })),
    overlap: { stakes: overlap.views, cosineAtto: overlap.likeness ?? null },
  };
}

function textOf(
  ground: Ground,
  { source, sigmas, move, redistributed, atMost, crowd, overlap }: Found,
  svg?: string,
): string {
  const { holders, digits } = ground;
  const percent = partOfWorth(redistributed, ground.worth);
  const share = (value: Fraction): string => amountText(value, 4);
  return paragraphs(
    `How assets move: ${source}.`,
    facts([
      ["move", moveText(move, holders.symbols)],
      ["changes hands", amountText(redistributed, digits)],
      ["at most", `${figureText(atMost)} at ${sigmas} standard deviations`],
      [
        "of the basket",
        percent === undefined ? "-" : `${amountText(fraction(percent.numerator * 100n, percent.denominator), 4)}%`,
      ],
      ["overlap", overlapText(overlap)],
    ]),
    table(
      ["asset", "holders", "effective", "Herfindahl", "three largest", "largest", "of"],
      crowd.map(({ herfindahl, effective, topThree, largest, largestAt, holders: owners }, k) => [
        holders.symbols[k] ?? "",
        String(owners),
        effective === undefined ? "-" : amountText(effective, 2),
        share(herfindahl),
        share(topThree),
        share(largest),
        largestAt === undefined ? "-" : shortName(holders.names[largestAt] ?? ""),
      ]),
    ),
    svg === undefined ? "" : `Picture: ${svg}`,
  );
}

function overlapText({ views, likeness }: Found["overlap"]): string {
  const DIGITS = 4;
  return likeness === undefined
    ? "- (fewer than two have something at stake)"
    : `${fixed(likeness, LIKENESS_SCALE, DIGITS)}, mean cosine of ${views} stakes`;
}
