/** Old blocks of a relay's history, out of its database and back. */
import {
  archivedRanges,
  type ArchivePlan,
  type ArchiveRange,
  partitionAt,
  planArchive,
  rowsOf,
  takeOut,
} from "../../relay/history/archives.js";
import { beginReturn } from "../../relay/history/returning.js";
import type { Database } from "../../relay/store/database.js";
import type { CliContext } from "../context.js";
import { table } from "../output/text.js";
import { HISTORY_FORM, openArchive } from "./files.js";
import {
  bringBack,
  type Incoming,
  type Outgoing,
  megabytes,
  noteDocument,
  type OutOptions,
  planText,
  requireNoted,
  rowsIn,
  type Taken,
  writeRange,
} from "./moving.js";

/** @param depth blocks that may still be reorganised */
export async function historyOut(
  context: CliContext,
  database: Database,
  { before, depth }: { readonly before: number; readonly depth: number },
  options: OutOptions,
): Promise<Outgoing> {
  const plan = await planArchive(database, before, depth);
  return {
    document: planDocument(plan),
    text: (what) => textOf(plan, what),
    takes: plan.ranges.map((range) => () => takeOne(context, database, range, options)),
  };
}

async function takeOne(
  context: CliContext,
  database: Database,
  range: ArchiveRange,
  options: OutOptions,
): Promise<Taken> {
  const { from, to } = range;
  const books = Object.fromEntries(range.books.map(({ book, blocks }) => [book, blocks]));
  const where = { ...options, name: `${from}-${to}` };
  const written = await writeRange(context, HISTORY_FORM, where, { from, to, books }, async function* (kind) {
    const { name: part } = await database.index.run((tables) => partitionAt(tables, kind, range));
    yield* rowsOf(database, kind, part);
  });
  context.progress("Taking their rows out of the database");
  await takeOut(database, range, written);
  const { folder, rows, manifest: manifestSha256 } = written;
  return { folder, ...{ fromBlock: from, lastBlock: to - 1, rows }, manifestSha256 };
}

function planDocument({ ranges, stays }: ArchivePlan) {
  return {
    ranges: ranges.map(({ from, to, bytes, books }) => ({ fromBlock: from, lastBlock: to - 1, bytes, books })),
    stays: stays ?? null,
  };
}

function textOf({ ranges, stays }: ArchivePlan, what: string): string[] {
  const lines = ranges.map(({ from, to, bytes, books }) => [
    ...[`${from} to ${to - 1}`, String(books.length), String(books.reduce((sum, { blocks }) => sum + blocks, 0))],
    megabytes(bytes),
  ]);
  const columns = ["blocks", "books", "with rows", "on the disk"];
  return planText({ nothing: "There is nothing to archive below that block.", columns, lines, stays }, what);
}

export async function historyBack(context: CliContext, database: Database, folder: string): Promise<Incoming> {
  const files = await openArchive(HISTORY_FORM, folder);
  const { from, to, books } = files.manifest;
  requireNoted(
    (await archivedRanges(database)).filter(({ fromBlock }) => fromBlock === from),
    files,
  );
  const rows = rowsIn(HISTORY_FORM, files.manifest);
  return {
    headline: `blocks ${from} to ${to - 1} of ${folder}`,
    document: { folder, fromBlock: from, lastBlock: to - 1, books, rows },
    rows,
    async bring() {
      const returning = await beginReturn(database, { from, to });
      const brought = (kind: keyof typeof rows) => rowsOf(database, kind, returning.nameOf(kind));
      await bringBack(context, HISTORY_FORM, { folder, ...files }, { ...returning, brought });
    },
  };
}

export async function historyList(database: Database) {
  const notes = await archivedRanges(database);
  const lines = notes.map(({ book, fromBlock, toBlock, place, manifest }) => [
    ...[book, `${fromBlock} to ${toBlock - 1}`, place, manifest],
  ]);
  return {
    archives: notes.map(({ book, fromBlock, toBlock, ...note }) => ({
      ...{ book, fromBlock, lastBlock: toBlock - 1 },
      ...noteDocument(note),
    })),
    text: lines.length === 0 ? [] : [table(["book", "blocks", "place", "sha256 of the manifest"], lines)],
  };
}
