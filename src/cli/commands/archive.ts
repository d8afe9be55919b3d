/** `session archive …`: old blocks of a relay's history out of its database into files, and back. */
import { existsSync, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import { Command } from "commander";

import { ARCHIVED_KINDS, type ArchivedKind } from "../../relay/history/archived-kinds.js";
import type { ArchivePlan, ArchiveRange, BlockRange } from "../../relay/history/archives.js";
import { type Database, isServer } from "../../relay/store/database.js";
import type { Returning } from "../../relay/history/returning.js";
import { databaseLocation } from "../../wire/locations.js";
import type { ArchiveManifest } from "../archive/files.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { parseCount } from "../../input/counts.js";
import { invalid } from "../../input/errors.js";
import { facts, paragraphs, table } from "../output/text.js";

interface Options {
  readonly database?: string;
  readonly before?: string;
  readonly out?: string;
  readonly place?: string;
  readonly reorgDepth: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

const MEGABYTE = 1 << 20;

export function archiveCommand(context: CliContext): Command {
  const command = new Command("archive").description(
    "Old blocks of a relay's history: out of its database into Parquet files, and back into it.",
  );
  for (const make of [outCommand, restoreCommand, listCommand])
    command.addCommand(make(context), { isDefault: make === outCommand });
  return command;
}

const withDatabase = (command: Command): Command =>
  command.option("--database <place>", "postgres://… or a folder, as the relay's (DATABASE_URL, else relay-data)");

function outCommand(context: CliContext): Command {
  const command = new Command("out")
    .description("Write whole partitions of final blocks to files, and take their rows out of the database.")
    .requiredOption("--before <block>", "partitions that end at or before this block")
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
were last, what roots are about, what is told of resting orders. Who asks the relay for the rest is told where it went.

The word out may be left out.

Examples:
  session archive out --database postgres://user@localhost/relay --before 21000000 --out archive --dry-run
  session archive --before 21000000 --out archive --place https://files.example/archive --yes`,
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
  const database = await openDatabase(place, () => undefined);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

async function archive(context: CliContext, database: Database, options: Options): Promise<void> {
  const { planArchive } = await import("../../relay/history/archives.js");
  const before = parseCount("--before", options.before ?? "", 0, Number.MAX_SAFE_INTEGER);
  const depth = parseCount("--reorg-depth", options.reorgDepth, 1, 10_000);
  const plan = await planArchive(database, before, depth);
  if (plan.ranges.length === 0 || options.dryRun === true) {
    context.answer({
      document: { dryRun: true, ...planDocument(plan) },
      text: paragraphs(...planText(plan, "Would archive")),
    });
    return;
  }
  context.stderr(`${paragraphs(...planText(plan, "About to archive"))}\n\n`);
  await requireYes(context, options, "The rows leave the database. Archive them?");
  const done = [];
  for (const range of plan.ranges) done.push(await archiveOne(context, database, range, options));
  context.answer({
    document: { ...planDocument(plan), archived: done },
    text: paragraphs(
      ...planText(plan, "Archived"),
      facts(done.map(({ folder, manifestSha256 }) => [folder, `sha256 of the manifest ${manifestSha256}`])),
    ),
  });
}

async function requireYes(context: CliContext, { yes }: Options, question: string): Promise<void> {
  if (yes !== true && !(await context.confirm(question))) throw new CliError("NOT_CONFIRMED");
}

/** Files first; they are read again from the disk before a row goes. */
async function archiveOne(context: CliContext, database: Database, range: ArchiveRange, { out = "", place }: Options) {
  const [{ partitionAt, rowsOf, takeOut }, { openArchive, writeArchive }, { NewFolder }] = await Promise.all([
    import("../../relay/history/archives.js"),
    import("../archive/files.js"), // writers of Parquet are loaded only where they write
    import("../dataset/disk.js"),
  ]);
  const { from, to } = range;
  const name = `${from}-${to}`;
  mkdirSync(resolve(context.cwd, out), { recursive: true });
  const path = join(resolve(context.cwd, out), name);
  const folder = new NewFolder(path);
  const books = Object.fromEntries(range.books.map(({ book, blocks }) => [book, blocks]));
  try {
    context.progress(`Writing blocks ${from} to ${to - 1}`);
    await writeArchive(folder, range, books, async function* (kind) {
      const { name: part } = await database.index.run((tables) => partitionAt(tables, kind, range));
      yield* rowsOf(database, kind, part);
    });
    folder.finish();
  } catch (error) {
    folder.abandon();
    throw error;
  }
  const { manifest, sha256 } = await openArchive(path);
  const rows = rowsIn(manifest);
  context.progress("Taking their rows out of the database");
  await takeOut(database, range, { place: `${place ?? basename(out)}/${name}`, manifest: sha256, rows });
  return { folder: path, fromBlock: from, lastBlock: to - 1, rows, manifestSha256: sha256 };
}

function rowsIn({ tables }: ArchiveManifest): Record<ArchivedKind, number> {
  const rows = ARCHIVED_KINDS.map((kind) => [kind, tables[kind].rows]);
  return Object.fromEntries(rows) as Record<ArchivedKind, number>; // of each kind one, as just made
}

function planDocument({ ranges, stays }: ArchivePlan) {
  return {
    ranges: ranges.map(({ from, to, bytes, books }) => ({ fromBlock: from, lastBlock: to - 1, bytes, books })),
    stays: stays ?? null,
  };
}

function planText({ ranges, stays }: ArchivePlan, what: string): string[] {
  const lines = ranges.map(({ from, to, bytes, books }) => [
    ...[`${from} to ${to - 1}`, String(books.length), String(books.reduce((sum, { blocks }) => sum + blocks, 0))],
    `${Math.ceil(bytes / MEGABYTE)} MB`,
  ]);
  return [
    ranges.length === 0 ? "There is nothing to archive below that block." : `${what}:`,
    ...(ranges.length === 0 ? [] : [table(["blocks", "books", "with rows", "on the disk"], lines)]),
    ...(stays === undefined ? [] : [`These stay: ${stays}.`]),
  ];
}

async function restore(context: CliContext, database: Database, folder: string, options: Options): Promise<void> {
  const { beginReturn } = await import("../../relay/history/returning.js");
  const { openArchive } = await import("../archive/files.js");
  context.progress("Checking the files");
  const { manifest, sha256 } = await openArchive(folder);
  const range = { from: manifest.from_block, to: manifest.to_block };
  await requireNoted(database, range, sha256);
  const rows = rowsIn(manifest);
  const document = { folder, fromBlock: range.from, lastBlock: range.to - 1, books: manifest.books, rows };
  const shown = table(
    ["table", "rows"],
    Object.entries(rows).map(([kind, count]) => [kind, String(count)]),
  );
  const headline = `blocks ${range.from} to ${range.to - 1} of ${folder}`;
  if (options.dryRun === true) {
    context.answer({
      document: { dryRun: true, ...document },
      text: paragraphs(`Would bring back ${headline}`, shown),
    });
    return;
  }
  context.stderr(`${paragraphs(`About to bring back ${headline}`, shown)}\n\n`);
  await requireYes(context, options, "The rows go into the database. Bring them back?");
  const returning = await beginReturn(database, range);
  try {
    await load(context, database, folder, { manifest, returning });
    await returning.finish();
  } catch (error) {
    await returning.abandon();
    throw error;
  }
  context.answer({ document, text: paragraphs(`Brought back ${headline}`, shown) });
}

/** The database knows by which manifest the rows went, if any did. */
async function requireNoted(database: Database, { from }: BlockRange, sha256: string): Promise<void> {
  const { archivedRanges } = await import("../../relay/history/archives.js");
  const notes = (await archivedRanges(database)).filter(({ fromBlock }) => fromBlock === from);
  const other = notes.find(({ manifest }) => manifest !== sha256);
  if (other !== undefined)
    throw new CliError("ARCHIVE_DAMAGED", { file: "manifest.json", sha256, wanted: other.manifest });
}

const ROWS_AT_ONCE = 2_000;

/** What is in the database then is read again and compared with what the manifest says of it. */
async function load(
  context: CliContext,
  database: Database,
  folder: string,
  { manifest, returning }: { readonly manifest: ArchiveManifest; readonly returning: Returning },
): Promise<void> {
  const { rowsOf } = await import("../../relay/history/archives.js");
  const { figuresOf, readKind } = await import("../archive/files.js");
  for (const kind of ARCHIVED_KINDS) {
    context.progress(`Bringing back ${manifest.tables[kind].rows} rows of ${kind}`);
    for await (const rows of readKind(folder, kind)) {
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
        await returning.add(kind, rows.slice(at, at + ROWS_AT_ONCE));
    }
    const { rows, logicalSha256 } = await figuresOf(kind, rowsOf(database, kind, returning.nameOf(kind)));
    const wanted = manifest.tables[kind];
    if (rows !== wanted.rows || logicalSha256 !== wanted.logical_sha256) {
      throw new CliError("ARCHIVE_DAMAGED", {
        file: `${kind}.parquet`,
        sha256: logicalSha256,
        wanted: wanted.logical_sha256,
      });
    }
  }
}

async function list(context: CliContext, database: Database): Promise<void> {
  const { archivedRanges } = await import("../../relay/history/archives.js");
  const notes = await archivedRanges(database);
  context.answer({
    document: {
      archives: notes.map(({ book, fromBlock, toBlock, place, manifest, archivedAt }) => ({
        ...{
          book,
          fromBlock,
          lastBlock: toBlock - 1,
          place,
          manifestSha256: manifest,
          archivedAt: archivedAt.toISOString(),
        },
      })),
    },
    text:
      notes.length === 0
        ? "Nothing is archived of this database."
        : table(
            ["book", "blocks", "place", "sha256 of the manifest"],
            notes.map(({ book, fromBlock, toBlock, place, manifest }) => [
              book,
              `${fromBlock} to ${toBlock - 1}`,
              place,
              manifest,
            ]),
          ),
  });
}
