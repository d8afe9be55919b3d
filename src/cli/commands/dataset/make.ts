import { resolve } from "node:path";

import { Command } from "commander";

import { fastCrypto } from "../../../bindings/fast-crypto.js";
import type { Facts } from "../../../dataset/folder/facts.js";
import { DEFAULT_LICENSE, type Inputs } from "../../../dataset/inputs.js";
import { SCHEMA, TABLE_NAMES } from "../../../dataset/schema/tables.js";
import type { SessionLogStream } from "../../../verify/session-log.js";
import type { CliContext } from "../../context.js";
import { checkDataset, type Checked } from "../../dataset/check.js";
import { type Difference, NewFolder } from "../../dataset/disk.js";
import { type GivenInputs, inputsOf } from "../../dataset/given.js";
import { openSource } from "../../dataset/source.js";
import { invalid } from "../../../input/errors.js";
import { type SettingOptions, withSettings } from "../../input/settings.js";
import { facts, paragraphs, table } from "../../output/text.js";
import { packageVersion } from "../../version.js";

interface Options extends SettingOptions, GivenInputs {
  readonly logs?: string;
  readonly out?: string;
  readonly check?: string;
}

/** `session dataset`: writes the folder, or makes it again and compares. */
export function makeCommand(context: CliContext): Command {
  const command = new Command("make")
    .description(`Write the tables of ${SCHEMA}, or compare a folder of them with what its log gives.`)
    .option("--logs <file>", "a file of `session logs`; without --rpc no node is asked")
    .option("--out <dir>", "the folder to write; it must not be there yet")
    .option(
      "--check <dir>",
      "make that folder again from its log, and compare every byte; exit status 1 if something differs",
    )
    .option(
      "--assets <names>",
      "what assets are called and their decimals, such as AU:18,AG:6; with --rpc the node is asked",
    )
    .option("--prices <file>", "reference prices: a table with time and a column for each asset")
    .option("--license <name>", "SPDX name of the licence that catalogues are told", DEFAULT_LICENSE);
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText(
      "after",
      `
The tables are made of the log alone, by a replay of all rules but signatures (session verify looks at those, too).
Time in a price table is Unix seconds, a date of UTC, or a date and time with its zone; prices are of whole assets.

The word make may be left out.

Examples:
  session dataset make --logs session.log --out flow
  session dataset --rpc http://127.0.0.1:8545 --session 0xSESSION --out flow
  session dataset --logs session.log --assets AU:18,AG:6 --prices prices.csv --out flow
  session dataset --check flow`,
    )
    .action(async (options: Options) => {
      if (options.check !== undefined) answerCheck(context, options.check, await checkDataset(context, options.check));
      else answerMade(context, options.out, await make(context, options));
    });
}

async function make(context: CliContext, options: Options): Promise<Facts> {
  if (options.out === undefined) throw invalid("--out", "", "a folder to write, or --check with one that is there");
  const source = await openSource(context, options);
  const inputs = await inputsOf(context, source, options);
  const folder = new NewFolder(resolve(context.cwd, options.out));
  try {
    const made = await build(context, await source.open(), folder, inputs);
    folder.finish();
    return made;
  } catch (error) {
    folder.abandon();
    throw error;
  }
}

async function build(context: CliContext, log: SessionLogStream, folder: NewFolder, inputs: Inputs): Promise<Facts> {
  const { buildDataset } = await import("../../../dataset/build.js"); // writers of Parquet are loaded only where they write
  const { hashing } = await fastCrypto();
  return buildDataset(log, folder, { inputs, version: packageVersion(), hashing, onProgress: tellNowAndThen(context) });
}

const RECORDS_PER_LINE = 100_000;

function tellNowAndThen({ progress }: CliContext): (records: number) => void {
  return (records) => {
    if (records % RECORDS_PER_LINE === 0) progress(`Writing tables: ${records} records`);
  };
}

function answerMade(context: CliContext, out = "", { header, tables, logSha256, ending }: Facts): void {
  const { session, fromBlock, toBlock } = header;
  const rows = Object.fromEntries(TABLE_NAMES.map((name) => [name, tables[name].rows]));
  context.answer({
    document: { folder: out, schema: SCHEMA, session, fromBlock, toBlock, sha256: logSha256, ...ending, rows },
    text: paragraphs(
      `${SCHEMA} of session ${session} in ${out}`,
      facts([
        ["blocks", `${fromBlock} to ${toBlock}`],
        ["sha256 of the log", logSha256],
        ["final head", ending.finalHead],
      ]),
      table(
        ["table", "rows", "bytes of Parquet"],
        TABLE_NAMES.map((name) => [name, String(tables[name].rows), String(tables[name].parquet.bytes)]),
      ),
    ),
  });
}

function answerCheck(context: CliContext, folder: string, { differences, files, session }: Checked): void {
  const holds = differences.length === 0;
  context.answer({
    document: { folder, session, files, holds, differences },
    text: holds
      ? `${folder} is what its log gives: ${files} files of session ${session}, every byte.`
      : paragraphs(`${folder} is not what its log gives:`, differences.map(toldDifference).join("\n")),
    holds,
  });
}

function toldDifference({ file, what, at, why }: Difference): string {
  return `${file} ${what}${at === undefined ? "" : ` from byte ${at} on`}${why === undefined ? "" : `: ${why}`}`;
}
