/** Old packages of a relay, the calls that brought them and old cancellations, out of its database and back. */
import type { Database } from "../../relay/store/database.js";
import {
  archivedPackages,
  beginPackagesReturn,
  type GoingPackages,
  goingRows,
  type PackagePlan,
  planPackages,
  takePackagesOut,
} from "../../relay/store/package-archives.js";
import type { CliContext } from "../context.js";
import { table } from "../output/text.js";
import { openArchive, PACKAGES_FORM } from "./files.js";
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

/** @param before all of what goes came before it */
export async function packagesOut(
  context: CliContext,
  database: Database,
  before: Date,
  options: OutOptions,
): Promise<Outgoing> {
  const plan = await planPackages(database, before);
  return {
    document: planDocument(plan),
    text: (what) => textOf(plan, what),
    takes: plan.ranges.map((range) => () => takeOne(context, database, range, options)),
  };
}

async function takeOne(
  context: CliContext,
  database: Database,
  going: GoingPackages,
  options: OutOptions,
): Promise<Taken> {
  const { from, to } = going;
  const books = Object.fromEntries(going.books.map(({ book, packages }) => [book, packages]));
  const where = { ...options, name: `packages-${from}-${to}` };
  const written = await writeRange(context, PACKAGES_FORM, where, { from, to, books }, (kind) =>
    goingRows(database, kind, going),
  );
  context.progress("Taking them out of the database");
  await takePackagesOut(database, going, written);
  const { folder, rows, manifest: manifestSha256 } = written;
  return { folder, ...{ fromSeq: from, lastSeq: to - 1, rows }, manifestSha256 };
}

function planDocument({ ranges, stays }: PackagePlan) {
  return {
    ranges: ranges.map(({ from, to, bytes, books, sums, kept }) => {
      const { packages, submissions, cancellations } = sums;
      const calls = { submissions: submissions.rows, cancellations: cancellations.rows };
      const counts = { packages: packages.rows, kept, ...calls };
      return { fromSeq: from, lastSeq: to - 1, bytes, ...counts, books };
    }),
    stays: stays ?? null,
  };
}

function textOf({ ranges, stays }: PackagePlan, what: string): string[] {
  const lines = ranges.map(({ from, to, bytes, sums, kept }) => [
    ...[`${from} to ${to - 1}`, String(sums.packages.rows), String(kept), String(sums.submissions.rows)],
    ...[String(sums.cancellations.rows), megabytes(bytes)],
  ]);
  const columns = ["packages", "that go", "that stay", "calls", "cancellations", "on the disk"];
  return planText({ nothing: "There are no packages to archive before that time.", columns, lines, stays }, what);
}

export async function packagesBack(context: CliContext, database: Database, folder: string): Promise<Incoming> {
  const files = await openArchive(PACKAGES_FORM, folder);
  const { from, to, books } = files.manifest;
  requireNoted(
    (await archivedPackages(database)).filter(({ fromSeq }) => fromSeq === from),
    files,
  );
  const rows = rowsIn(PACKAGES_FORM, files.manifest);
  return {
    headline: `packages ${from} to ${to - 1} of ${folder}`,
    document: { folder, fromSeq: from, lastSeq: to - 1, books, rows },
    rows,
    async bring() {
      const returning = await beginPackagesReturn(database, { from, to });
      await bringBack(context, PACKAGES_FORM, { folder, ...files }, returning);
    },
  };
}

export async function packagesList(database: Database) {
  const notes = await archivedPackages(database);
  const lines = notes.map(({ fromSeq, toSeq, packages, place, manifest }) => [
    ...[`${fromSeq} to ${toSeq - 1}`, String(packages), place, manifest],
  ]);
  return {
    packages: notes.map(({ fromSeq, toSeq, packages, ...note }) => ({
      ...{ fromSeq, lastSeq: toSeq - 1, packages },
      ...noteDocument(note),
    })),
    text: lines.length === 0 ? [] : [table(["packages", "of them out", "place", "sha256 of the manifest"], lines)],
  };
}
