import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { Command } from "commander";

import { attackCohorts, attackPseudonyms } from "../../../dataset/attack/attack.js";
import type { AttackResult } from "../../../dataset/attack/verdict.js";
import { KEY_BYTES } from "../../../dataset/arrivals/private.js";
import { UNLABELLED } from "../../../dataset/cohorts/merge.js";
import { DatasetError } from "../../../dataset/errors.js";
import type { CliContext } from "../../context.js";
import { readLabels } from "../../dataset/cohort-file.js";
import { paragraphs, table } from "../../output/text.js";

interface Options {
  readonly cohorts?: string;
}

/** `session dataset attack`: tries to join an edition without names back to the public one. */
export function attackCommand(context: CliContext): Command {
  return new Command("attack")
    .description("Try to tell whose cohort is what, and show that pseudonyms would hide nobody.")
    .argument("<open>", "a folder of `session dataset`")
    .argument("<cohorts>", "a folder of `session dataset cohorts` of the same session")
    .option("--cohorts <file>", "the table that the cohorts were made by: it says which guesses are right")
    .addHelpText(
      "after",
      `
Three attacks: rows that only one trader has; the longest sequence of sides, price steps and sizes in common; flows matched bin by bin.
First on the orders of the open edition under pseudonyms, with everything else left out that could be looked up: made here, and shown to
nobody. Then on the cohorts. Exit status 0 if no attack on the cohorts finds more than chance and twice its standard deviation; 1 if one does.

Examples:
  session dataset attack flow cohorts
  session dataset attack flow cohorts --cohorts admitted.csv`,
    )
    .action(async (openFolder: string, cohortFolder: string, options: Options) => {
      const { readCohorts, readOpen, seriesOfTraders } = await import("../../../dataset/attack/read-editions.js"); // reads Parquet
      const bytes = (folder: string, name: string): ArrayBuffer => bytesOf(resolve(context.cwd, folder), name);
      const open = await readOpen(bytes(openFolder, "events.parquet"), bytes(openFolder, "traders.parquet"));
      const cohorts = await readCohorts(bytes(cohortFolder, "flows.parquet"), open);
      const labels = readLabels(context, options.cohorts);
      const series = seriesOfTraders(open);
      const truth = new Map([...series.keys()].map((address) => [address, labels.get(address) ?? UNLABELLED]));
      const pseudonyms = attackPseudonyms(open.deeds, new Uint8Array(randomBytes(KEY_BYTES)));
      const found = attackCohorts(cohorts, series, truth);
      const holds = found.every(({ isChance }) => isChance);
      context.answer({
        document: { pseudonyms, cohorts: found, holds },
        text: textOf(pseudonyms, found, holds),
        holds,
      });
    });
}

function bytesOf(folder: string, name: string): ArrayBuffer {
  try {
    return new Uint8Array(readFileSync(join(folder, name))).buffer;
  } catch (error) {
    throw new DatasetError("DATASET_FILE_MISSING", { folder, file: name }, error);
  }
}

function textOf(pseudonyms: readonly AttackResult[], cohorts: readonly AttackResult[], holds: boolean): string {
  const rows = (what: string, results: readonly AttackResult[]): string[][] =>
    results.map(({ attack, traders, found, chance }) => [
      what,
      attack,
      `${found} of ${traders}`,
      `${(100 * chance).toFixed(1)} %`,
    ]);
  return paragraphs(
    table(
      ["edition", "attack by", "found", "chance"],
      [...rows("orders under pseudonyms", pseudonyms), ...rows("cohorts", cohorts)],
    ),
    "Orders of a public chain are found by what they are, whatever name stands beside them: so there is no such file.",
    holds
      ? "Of the cohorts no attack finds more than chance does."
      : "The cohorts can be told apart: publish labels that are no secret, or add noise (--epsilon).",
  );
}
