/** An archived range of blocks as a folder: a Parquet file for each kind of rows, a manifest with the hash of each, and their sums. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import * as z from "zod";

import { SUMS_FILE, sumsText } from "../../dataset/folder/manifest.js";
import { canonicalJson } from "../../dataset/write/canonical-json.js";
import { type FileSink, type Folder, writeFile, type Written } from "../../dataset/write/files.js";
import { PARQUET_WRITER, rowsPerGroup } from "../../dataset/write/parquet.js";
import { TableWriter, type WrittenTable } from "../../dataset/write/table-writer.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { ARCHIVED_KINDS, type ArchivedKind } from "../../relay/history/archived-kinds.js";
import type { BlockRange, TextRow } from "../../relay/history/archives.js";
import { CliError } from "../cli-error.js";
import { packageVersion } from "../version.js";
import { cellsOf, tableOfKind, textOf } from "./tables.js";

export const ARCHIVE_SCHEMA = "session-history-archive/1";
export const ARCHIVE_MANIFEST = "manifest.json";

const sha = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const manifestForm = z.object({
  schema: z.literal(ARCHIVE_SCHEMA),
  from_block: count,
  to_block: count,
  books: z.record(z.string(), count),
  tables: z.record(z.enum(ARCHIVED_KINDS), z.object({ rows: count, logical_sha256: sha })),
  files: z.record(z.string(), z.object({ bytes: count, sha256: sha })),
});
export type ArchiveManifest = z.infer<typeof manifestForm>;

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
async function writeKind(kind: ArchivedKind, rows: AsyncIterable<TextRow>, folder?: Folder): Promise<WrittenTable> {
  const table = tableOfKind(kind);
  const writer = new TableWriter(table, parquetOnly(folder));
  for await (const row of rows) writer.add(cellsOf(table, row));
  return writer.end();
}

export async function figuresOf(kind: ArchivedKind, rows: AsyncIterable<TextRow>): Promise<KindFigures> {
  const { rows: found, csv } = await writeKind(kind, rows);
  return { rows: found, logicalSha256: csv.sha256 };
}

export interface ArchivedFiles {
  readonly manifest: ArchiveManifest;
  /** SHA-256 of the manifest's text. */
  readonly sha256: string;
}

/** @param rowsOf all rows of a kind in the range */
export async function writeArchive(
  folder: Folder,
  { from, to }: BlockRange,
  books: Readonly<Record<string, number>>,
  rowsOf: (kind: ArchivedKind) => AsyncIterable<TextRow>,
): Promise<ArchivedFiles> {
  const [tables, files] = [new Map<ArchivedKind, KindFigures>(), new Map<string, Written>()];
  for (const kind of ARCHIVED_KINDS) {
    const { rows, csv, parquet } = await writeKind(kind, rowsOf(kind), folder);
    tables.set(kind, { rows, logicalSha256: csv.sha256 });
    files.set(`${kind}.parquet`, parquet);
  }
  const text = `${canonicalJson({
    schema: ARCHIVE_SCHEMA,
    tool: { name: "session-contracts", version: packageVersion(), packages: PARQUET_WRITER },
    from_block: from,
    to_block: to,
    books,
    tables: Object.fromEntries(
      [...tables].map(([kind, { rows, logicalSha256 }]) => [kind, { rows, logical_sha256: logicalSha256 }]),
    ),
    files: Object.fromEntries([...files].map(([name, { bytes, sha256 }]) => [name, { bytes, sha256 }])),
  })}\n`;
  const written = writeFile(folder, ARCHIVE_MANIFEST, text);
  writeFile(folder, SUMS_FILE, sumsText(new Map([...files, [ARCHIVE_MANIFEST, written]])));
  return { manifest: manifestForm.parse(JSON.parse(text)), sha256: written.sha256 };
}

/** The manifest of a folder, whose files all are what it says of them. @throws CliError FILE_UNREADABLE, ARCHIVE_DAMAGED */
export async function openArchive(folder: string): Promise<ArchivedFiles> {
  const file = join(folder, ARCHIVE_MANIFEST);
  if (!existsSync(file)) throw new CliError("FILE_UNREADABLE", { file, reason: "it is not there" });
  const text = readFileSync(file, "utf8");
  const manifest = readManifest(file, text);
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const found = await hashOf(join(folder, name));
    if (found !== sha256) throw new CliError("ARCHIVE_DAMAGED", { file: name, sha256: found, wanted: sha256 });
  }
  return { manifest, sha256: createHash("sha256").update(text).digest("hex") };
}

function readManifest(file: string, text: string): ArchiveManifest {
  try {
    return manifestForm.parse(JSON.parse(text));
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
export async function* readKind(folder: string, kind: ArchivedKind): AsyncGenerator<TextRow[]> {
  const table = tableOfKind(kind);
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
