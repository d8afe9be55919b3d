import { Command } from "commander";

import { lossesAlong, STEPS } from "../../../risk/correlation.js";
import type { CliContext } from "../../context.js";
import { parsePart } from "../../input/numbers.js";
import { paragraphs, table } from "../../output/text.js";
import { covarianceFrom, type CovarianceOptions, withCovariance } from "../../stress/covariance.js";
import { shortName } from "../../../risk/stress/holders.js";
import { figure, figureText } from "../../stress/figures.js";
import { type GroundOptions, readGround, withGround } from "../../stress/ground.js";

interface Options extends GroundOptions, CovarianceOptions {
  readonly sigmas: string;
  readonly all: string;
}

/** `session stress correlation`: the loss of so many standard deviations, as correlations break down. */
export function correlationCommand(context: CliContext): Command {
  const command = new Command("correlation")
    .description(
      "Tell each holder's loss of so many standard deviations as correlations break down, volatilities as they are.",
    )
    .option("--sigmas <number>", "standard deviations of the holder's gain", "3")
    .option("--all <value>", "to what all correlations may go", "0.9");
  return withGround(withCovariance(command))
    .addHelpText(
      "after",
      `
Of what correlations are now (0) half way (0.5) and all the way (1): to none, to all alike, and to the opposite for the pair of assets in
which the holder leans most. The last may contradict the other correlations; then there is no figure.

Example:
  session stress correlation --prices AU=10,AG=5 --volatility AU=20%,AG=15% --correlation AU/AG=0.9`,
    )
    .action(async (options: Options) => {
      const ground = await readGround(context, options);
      const { covariance, source } = covarianceFrom(context, options, ground.holders.symbols);
      const sigmas = parsePart("--sigmas", options.sigmas, 0);
      const all = parsePart("--all", options.all, -1, 1);
      const found = ground.exposed.map(({ name, floats }) => {
        return { name, breakdowns: lossesAlong(floats, covariance, sigmas, all) };
      });
      const shown = (loss: number | undefined): string => (loss === undefined ? "-" : figureText(loss));
      context.answer({
        document: {
          assets: ground.holders.symbols,
          covariances: source,
          sigmas,
          steps: STEPS,
          unexposed: ground.unexposed,
          holders: found.map(({ name, breakdowns: to }) => ({
            name,
            breakdowns: to.map((one) => ({
              ...one,
              losses: one.losses.map((loss) => (loss === undefined ? null : figure(loss))),
            })),
          })),
        },
        text: paragraphs(
          `How assets move: ${source}. Loss of ${sigmas} standard deviations, correlations on their way from as they are (0) to as named (1):`,
          table(
            ["holder", "correlations go to", ...STEPS.map(String)],
            found.flatMap(({ name, breakdowns: to }) =>
              to.map((one, k) => [k === 0 ? shortName(name) : "", one.to, ...one.losses.map(shown)]),
            ),
          ),
        ),
      });
    });
}
