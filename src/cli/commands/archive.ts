/** `session archive …`: what is old of a relay's history and packages out of its database into files, and back. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { Command } from "commander";

import { type Database, isServer } from "../../relay/store/database.js";
import { databaseLocation } from "../../wire/locations.js";
import type { Outgoing, OutOptions, Taken } from "../archive/moving.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { parseTime } from "../input/parse.js";
import { facts, paragraphs, table } from "../output/text.js";

interface Options extends OutOptions {
  readonly database?: string;
  readonly before?: string;
  readonly packagesBefore?: string;
  readonly reorgDepth: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

export function archiveCommand(context: CliContext): Command {
  const command = new Command("archive").description(
    "Old blocks of a relay's history, and old packages: out of its database into Parquet files, and back into it.",
  );
  for (const make of [outCommand, restoreCommand, listCommand])
    command.addCommand(make(context), { isDefault: make === outCommand });
  return command;
}

const withDatabase = (command: Command): Command =>
  command.option("--database <place>", "postgres://… or a folder, as the relay's (DATABASE_URL, else relay-data)");

function outCommand(context: CliContext): Command {
  const command = new Command("out")
    .description("Write whole partitions of final rows to files, and take them out of the database.")
    .option("--before <block>", "of the history, partitions that end at or before this block")
    .option(
      "--packages-before <time>",
      "of packages, partitions that all came before this time, with their calls and cancellations",
    )
    .requiredOption("--out <dir>", "the folder to write, with one for each partition in it")
    .option(
      "--place <text>",
      "where readers are told that the files are, such as an address (default: the folder's name)",
    )
    .option("--reorg-depth <n>", "blocks that may still be reorganised, as the relay's", "64")
    .option("--dry-run", "only show what would be archived")
    .option("--yes", "do it without asking");
  return withDatabase(command)
    .addHelpText(
      "after",
      `
The relay may be running, on a server; an embedded database is its relay's alone while it runs. What still counts stays: levels, weights and prices as they
were last, what roots are about, what is told of resting orders. Who asks the relay for the rest is told where it went. Of packages those stay that
might be taken again if they were handed in: what was refused or taken back, until its deadline is over.

The word out may be left out.

Examples:
  session archive out --database postgres://user@localhost/relay --before 21000000 --out archive --dry-run
  session archive --before 21000000 --out archive --place https://files.example/archive --yes
  session archive --packages-before 2026-09-01T00:00:00Z --out archive --yes`,
    )
    .action((options: Options) => opened(context, options, (database) => archive(context, database, options)));
}

function restoreCommand(context: CliContext): Command {
  const command = new Command("restore")
    .description("Bring the rows of one folder back into the database they were taken out of, the newest folder first.")
    .argument("<folder>", "a folder with a manifest, as archive has written it")
    .option("--dry-run", "only check the files, and show what would be brought back")
    .option("--yes", "do it without asking");
  return withDatabase(command)
    .addHelpText("after", "\nExample:\n  session archive restore archive/20000000-21000000 --yes")
    .action((folder: string, options: Options) =>
      opened(context, options, (database) => restore(context, database, resolve(context.cwd, folder), options)),
    );
}

function listCommand(context: CliContext): Command {
  const command = new Command("list").description("Say what was taken out of a database, and where it went.");
  return withDatabase(command)
    .addHelpText("after", "\nExample:\n  session archive list --database relay-data")
    .action((options: Options) => opened(context, options, (database) => list(context, database)));
}

/** @throws InputError ARGUMENT_INVALID: a relay makes a database where none is, but of a new one nothing was archived */
function folderOf({ cwd }: CliContext, text: string): string {
  const folder = resolve(cwd, text);
  if (existsSync(join(folder, "PG_VERSION"))) return folder;
  throw invalid("--database", text, "a relay's database: none is in that folder");
}

async function opened(
  context: CliContext,
  options: Options,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const text = options.database ?? context.env["DATABASE_URL"] ?? "relay-data";
  const found = databaseLocation(text);
  if ("problem" in found) throw invalid("--database or DATABASE_URL", "", `a database: it ${found.problem}`);
  const { openDatabase } = await import("../../relay/store/open.js"); // databases are loaded only by what uses them
  const place = isServer(found.location) ? found.location : folderOf(context, found.location);
  const database = await openDatabase(place, () => undefined, { keepsTables: true });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function archive(context: CliContext, database: Database, options: Options): Promise<void> {
  const plan = await planned(context, database, options);
  if (plan.takes.length === 0 || options.dryRun === true) {
    context.answer({ document: { dryRun: true, ...plan.document }, text: paragraphs(...plan.text("Would archive")) });
    return;
  }
  context.stderr(`${paragraphs(...plan.text("About to archive"))}\n\n`);
  await requireYes(context, options, "The rows leave the database. Archive them?");
  const done: Taken[] = [];
  for (const take of plan.takes) done.push(await take());
  context.answer({
    document: { ...plan.document, archived: done },
    text: paragraphs(
      ...plan.text("Archived"),
      facts(done.map(({ folder, manifestSha256 }) => [folder, `sha256 of the manifest ${manifestSha256}`])),
    ),
  });
}

/** @throws CliError ARGUMENT_INVALID unless one of history and packages was named */
async function planned(
  context: CliContext,
  database: Database,
  { before, packagesBefore, reorgDepth, ...options }: Options,
): Promise<Outgoing> {
  if ((before === undefined) === (packagesBefore === undefined))
    throw invalid("--before or --packages-before", "", "one of them: a block of the history, or a time");
  if (packagesBefore !== undefined) {
    const { packagesOut } = await import("../archive/packages.js"); // writers of Parquet are loaded only where they write
    const seconds = parseTime("--packages-before", packagesBefore, undefined);
    return packagesOut(context, database, new Date(seconds * 1_000), options);
  }
  const { historyOut } = await import("../archive/history.js");
  const block = parseCount("--before", before ?? "", 0, Number.MAX_SAFE_INTEGER);
  const depth = parseCount("--reorg-depth", reorgDepth, 1, 10_000);
  return historyOut(context, database, { before: block, depth }, options);
}

async function requireYes(context: CliContext, { yes }: Options, question: string): Promise<void> {
  if (yes !== true && !(await context.confirm(question))) throw new CliError("NOT_CONFIRMED");
}

async function restore(context: CliContext, database: Database, folder: string, options: Options): Promise<void> {
  const [{ hasPackages }, { historyBack }, { packagesBack }] = await Promise.all([
    import("../archive/files.js"),
    import("../archive/history.js"),
    import("../archive/packages.js"),
  ]);
  context.progress("Checking the files");
  const back = hasPackages(folder) ? packagesBack : historyBack;
  const { headline, document, rows, bring } = await back(context, database, folder);
  const shown = table(
    ["table", "rows"],
    Object.entries(rows).map(([kind, count]) => [kind, String(count)]),
  );
  if (options.dryRun === true) {
    context.answer({
      document: { dryRun: true, ...document },
      text: paragraphs(`Would bring back ${headline}`, shown),
    });
    return;
  }
  context.stderr(`${paragraphs(`About to bring back ${headline}`, shown)}\n\n`);
  await requireYes(context, options, "The rows go into the database. Bring them back?");
  await bring();
  context.answer({ document, text: paragraphs(`Brought back ${headline}`, shown) });
}

async function list(context: CliContext, database: Database): Promise<void> {
  const [{ historyList }, { packagesList }] = await Promise.all([
    import("../archive/history.js"),
    import("../archive/packages.js"),
  ]);
  const [{ archives, text }, { packages, text: more }] = [await historyList(database), await packagesList(database)];
  const told = [...text, ...more];
  context.answer({
    document: { archives, packages },
    text: told.length === 0 ? "Nothing is archived of this database." : paragraphs(...told),
  });
}
