/** An archived range of a database as a folder: a Parquet file for each kind of rows, a manifest with the hash of each, and their sums. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import * as z from "zod";

import { SUMS_FILE, sumsText } from "../../dataset/folder/manifest.js";
import { canonicalJson } from "../../dataset/write/canonical-json.js";
import { type FileSink, type Folder, writeFile, type Written } from "../../dataset/write/files.js";
import { PARQUET_WRITER, rowsPerGroup } from "../../dataset/write/parquet.js";
import type { Table } from "../../dataset/schema/column.js";
import { TableWriter, type WrittenTable } from "../../dataset/write/table-writer.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { ARCHIVED_KINDS, type ArchivedKind } from "../../relay/history/archived-kinds.js";
import { orderedTable } from "../../relay/history/archives.js";
import type { OrderedTable, TextRow } from "../../relay/store/archiving.js";
import { PACKAGE_KINDS, PACKAGE_TABLES, type PackageKind } from "../../relay/store/package-archives.js";
import { CliError } from "../cli-error.js";
import { packageVersion } from "../version.js";
import { cellsOf, tableOfKind, textOf } from "./tables.js";

export const ARCHIVE_MANIFEST = "manifest.json";

/** What is archived together. */
export interface ArchiveForm<Kind extends string> {
  readonly schema: string;
  /** What a range is of, in names of the manifest. */
  readonly unit: string;
  readonly kinds: readonly Kind[];
  /** Those of them that folders of earlier versions do not have. */
  readonly later?: readonly Kind[];
  readonly tableOf: (kind: Kind) => OrderedTable;
}

export const HISTORY_FORM: ArchiveForm<ArchivedKind> = {
  schema: "session-history-archive/1",
  unit: "block",
  kinds: ARCHIVED_KINDS,
  tableOf: orderedTable,
};
export const PACKAGES_FORM: ArchiveForm<PackageKind> = {
  schema: "session-packages-archive/1",
  unit: "seq",
  kinds: PACKAGE_KINDS,
  later: ["cancellations"],
  tableOf: (kind) => PACKAGE_TABLES[kind],
};

/** From this one on to the one before `to`. */
export interface ArchiveRange {
  readonly from: number;
  readonly to: number;
}

export interface ArchiveManifest<Kind extends string> extends ArchiveRange {
  readonly books: Readonly<Record<string, number>>;
  /** Of each kind that the folder has. */
  readonly tables: ReadonlyMap<Kind, KindFigures>;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

const sha = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

function manifestForm<Kind extends string>({ schema, unit, kinds, later = [] }: ArchiveForm<Kind>) {
  const figures = z
    .object({ rows: count, logical_sha256: sha })
    .transform(({ rows, logical_sha256: logicalSha256 }) => ({ rows, logicalSha256 }));
  return z.object({
    schema: z.literal(schema),
    [`from_${unit}`]: count,
    [`to_${unit}`]: count,
    books: z.record(z.string(), count),
    tables: z.strictObject(
      Object.fromEntries(kinds.map((kind) => [kind, later.includes(kind) ? figures.optional() : figures])),
    ),
    files: z.record(z.string(), z.object({ bytes: count, sha256: sha })),
  });
}

/** @throws ZodError, SyntaxError */
function parseManifest<Kind extends string>(form: ArchiveForm<Kind>, text: string): ArchiveManifest<Kind> {
  const parsed = manifestForm(form).parse(JSON.parse(text)) as unknown as Pick<
    ArchiveManifest<Kind>,
    "books" | "files"
  > & { readonly tables: Readonly<Partial<Record<Kind, KindFigures>>> } & Readonly<Record<string, unknown>>; // zod has looked at each field, and does not tell computed names apart
  const { books, files, [`from_${form.unit}`]: from, [`to_${form.unit}`]: to } = parsed;
  const tables = new Map<Kind, KindFigures>();
  for (const kind of form.kinds) {
    const figures = parsed.tables[kind];
    if (figures !== undefined) tables.set(kind, figures);
  }
  return { from: Number(from), to: Number(to), books, tables, files };
}

/** What is known of the rows of a kind: how many, and the hash that tells them from any others. */
export interface KindFigures {
  readonly rows: number;
  /** SHA-256 of them as CSV, as a dataset's manifest has it of its tables. */
  readonly logicalSha256: string;
}

/** The same columns as a dataset's writer takes; of its two files the Parquet alone is kept, and the CSV gives its hash. */
function parquetOnly(folder: Folder | undefined): Folder {
  const nothing: FileSink = { write: () => undefined, end: () => undefined };
  return { open: (name) => (folder !== undefined && name.endsWith(".parquet") ? folder.open(name) : nothing) };
}

/** @param folder none if only the figures are wanted */
async function writeKind(table: Table, rows: AsyncIterable<TextRow>, folder?: Folder): Promise<WrittenTable> {
  const writer = new TableWriter(table, parquetOnly(folder));
  for await (const row of rows) writer.add(cellsOf(table, row));
  return writer.end();
}

export async function figuresOf<Kind extends string>(
  form: ArchiveForm<Kind>,
  kind: Kind,
  rows: AsyncIterable<TextRow>,
): Promise<KindFigures> {
  const { rows: found, csv } = await writeKind(tableOfKind(kind, form.tableOf(kind)), rows);
  return { rows: found, logicalSha256: csv.sha256 };
}

export interface ArchivedFiles<Kind extends string> {
  readonly manifest: ArchiveManifest<Kind>;
  /** SHA-256 of the manifest's text. */
  readonly sha256: string;
}

/** @param rowsOf all rows of a kind in the range */
export async function writeArchive<Kind extends string>(
  form: ArchiveForm<Kind>,
  folder: Folder,
  { from, to, books }: ArchiveRange & { readonly books: Readonly<Record<string, number>> },
  rowsOf: (kind: Kind) => AsyncIterable<TextRow>,
): Promise<void> {
  const [tables, files] = [new Map<Kind, KindFigures>(), new Map<string, Written>()];
  for (const kind of form.kinds) {
    const { rows, csv, parquet } = await writeKind(tableOfKind(kind, form.tableOf(kind)), rowsOf(kind), folder);
    tables.set(kind, { rows, logicalSha256: csv.sha256 });
    files.set(`${kind}.parquet`, parquet);
  }
  const text = `${canonicalJson({
    schema: form.schema,
    tool: { name: "session-contracts", version: packageVersion(), packages: PARQUET_WRITER },
    [`from_${form.unit}`]: from,
    [`to_${form.unit}`]: to,
    books,
    tables: Object.fromEntries(
      [...tables].map(([kind, { rows, logicalSha256 }]) => [kind, { rows, logical_sha256: logicalSha256 }]),
    ),
    files: Object.fromEntries([...files].map(([name, { bytes, sha256 }]) => [name, { bytes, sha256 }])),
  })}\n`;
  const written = writeFile(folder, ARCHIVE_MANIFEST, text);
  writeFile(folder, SUMS_FILE, sumsText(new Map([...files, [ARCHIVE_MANIFEST, written]])));
}

/** Whether a folder has packages, and not history. @throws CliError FILE_UNREADABLE, ARCHIVE_DAMAGED */
export function hasPackages(folder: string): boolean {
  const { file, text } = manifestText(folder);
  return (
    readManifest(file, () => (JSON.parse(text) as { readonly schema?: unknown } | null)?.schema) ===
    PACKAGES_FORM.schema
  );
}

/** The manifest of a folder, whose files all are what it says of them. @throws CliError FILE_UNREADABLE, ARCHIVE_DAMAGED */
export async function openArchive<Kind extends string>(
  form: ArchiveForm<Kind>,
  folder: string,
): Promise<ArchivedFiles<Kind>> {
  const { file, text } = manifestText(folder);
  const manifest = readManifest(file, () => parseManifest(form, text));
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const found = await hashOf(join(folder, name));
    if (found !== sha256) throw new CliError("ARCHIVE_DAMAGED", { file: name, sha256: found, wanted: sha256 });
  }
  return { manifest, sha256: createHash("sha256").update(text).digest("hex") };
}

function manifestText(folder: string): { readonly file: string; readonly text: string } {
  const file = join(folder, ARCHIVE_MANIFEST);
  if (!existsSync(file)) throw new CliError("FILE_UNREADABLE", { file, reason: "it is not there" });
  return { file, text: readFileSync(file, "utf8") };
}

function readManifest<Read>(file: string, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw new CliError("ARCHIVE_DAMAGED", { file, reason: messageOf(error) });
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const bytes of createReadStream(file)) hash.update(bytes as Uint8Array); // without an encoding it gives bytes
  } catch (error) {
    throw new CliError("FILE_UNREADABLE", { file, reason: messageOf(error) });
  }
  return hash.digest("hex");
}

/** All rows of a kind, in the portions of the file. */
export async function* readKind<Kind extends string>(
  form: ArchiveForm<Kind>,
  folder: string,
  kind: Kind,
): AsyncGenerator<TextRow[]> {
  const table = tableOfKind(kind, form.tableOf(kind));
  const file = await asyncBufferFromFile(join(folder, `${kind}.parquet`));
  const metadata = exactly(await parquetMetadataAsync(file));
  const [rows, size] = [Number(metadata.num_rows), rowsPerGroup(table)];
  for (let rowStart = 0; rowStart < rows; rowStart += size) {
    const found = await parquetReadObjects({ file, metadata, rowStart, rowEnd: Math.min(rows, rowStart + size) });
    yield found.map((row) =>
      Object.fromEntries(Object.keys(table.columns).map((name) => [name, cellText(row[name] as Stored)])),
    );
  }
}

/** As the reader gives cells. */
type Stored = string | number | bigint | boolean | Uint8Array | null | undefined;

/** Its reader would make floats of decimals: so it is told nothing of them, and gives their bytes. */
function exactly(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map(({ converted_type: type, ...element }) =>
    type === undefined || type === "DECIMAL" ? element : { ...element, converted_type: type },
  );
  return { ...metadata, schema };
}

function cellText(cell: Stored): string | null {
  if (cell instanceof Uint8Array)
    return `${BigInt.asIntN(8 * cell.length, BigInt(`0x${Buffer.from(cell).toString("hex")}`))}`;
  return textOf(cell ?? null);
}
