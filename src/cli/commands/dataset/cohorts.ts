import { getRandomValues } from "node:crypto";
import { resolve } from "node:path";

import { Command } from "commander";

import { fastCrypto } from "../../../bindings/fast-crypto.js";
import type { Noise } from "../../../dataset/cohorts/noise.js";
import { COHORT_SCHEMA } from "../../../dataset/cohorts/tables.js";
import type { CliContext } from "../../context.js";
import { readLabels } from "../../dataset/cohort-file.js";
import { NewFolder } from "../../dataset/disk.js";
import { openLogFile } from "../../input/log-file.js";
import { invalid } from "../../../input/errors.js";
import { packageVersion } from "../../version.js";

interface Options {
  readonly logs: string;
  readonly out: string;
  readonly cohorts?: string;
  readonly epsilon?: string;
  readonly clipEvents: string;
  readonly clipLots: string;
}

/** `session dataset cohorts`: sums of groups of traders, and no row of anybody's. */
export function cohortsCommand(context: CliContext): Command {
  return new Command("cohorts")
    .description("Write what groups of traders did, hour by hour: no row is of fewer than five of them.")
    .requiredOption("--logs <file>", "a file of `session logs`")
    .requiredOption("--out <dir>", "the folder to write; it must not be there yet")
    .option("--cohorts <file>", "a table with trader and cohort; who is not in it is in `all`")
    .option("--epsilon <number>", "add noise of that epsilon to every number of a cohort")
    .option("--clip-events <count>", "with noise: events of one trader that count in a bin", "50")
    .option("--clip-lots <lots>", "with noise: lots of one trader that count in a bin", "1000")
    .addHelpText(
      "after",
      `
Exact sums tell whoever has the public log whose label is what, if there are many bins: \`session dataset attack\` shows how far.
Use labels that are no secret, or noise.

Examples:
  session dataset cohorts --logs session.log --out cohorts
  session dataset cohorts --logs session.log --cohorts admitted.csv --epsilon 0.5 --out cohorts`,
    )
    .action(async (options: Options) => {
      const [labels, noise] = [readLabels(context, options.cohorts), noiseOf(options)];
      const log = await openLogFile(context, options.logs);
      const folder = new NewFolder(resolve(context.cwd, options.out));
      const { buildCohorts } = await import("../../../dataset/cohorts/build.js"); // as `session dataset` does
      const { hashing } = await fastCrypto();
      try {
        const ways = { labels, noise, uniform, version: packageVersion(), hashing };
        const facts = await buildCohorts(log, folder, ways);
        folder.finish();
        context.answer({
          document: { folder: options.out, schema: COHORT_SCHEMA, ...facts, epsilon: noise?.epsilon ?? null },
          text: `${facts.flows} rows of cohorts in ${facts.bins} bins in ${options.out}; ${facts.withheld} markets had too few traders.`,
        });
      } catch (error) {
        folder.abandon();
        throw error;
      }
    });
}

function noiseOf({ epsilon, clipEvents, clipLots }: Options): Noise | undefined {
  if (epsilon === undefined) return undefined;
  const value = /^\d{1,3}(\.\d{1,6})?$/.test(epsilon) ? Number(epsilon) : 0;
  if (value === 0) throw invalid("--epsilon", epsilon, "a number above zero, such as 0.5");
  return { epsilon: value, clipEvents: count("--clip-events", clipEvents), clipLots: count("--clip-lots", clipLots) };
}

function count(flag: string, text: string): bigint {
  if (!/^[1-9]\d{0,11}$/.test(text)) throw invalid(flag, text, "a whole number above zero");
  return BigInt(text);
}

const FRACTIONS = 2 ** 32;

/** From the system's own source: noise that could be guessed would hide nothing. */
function uniform(): number {
  const [drawn = 0] = getRandomValues(new Uint32Array(1));
  return drawn / FRACTIONS;
}
