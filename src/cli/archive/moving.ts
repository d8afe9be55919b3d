/** What is archived, whatever it is: written to a folder and read again from there, and brought back with every figure compared. */
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import type { TextRow } from "../../relay/store/archiving.js";
import { CliError } from "../cli-error.js";
import type { CliContext } from "../context.js";
import { NewFolder } from "../dataset/disk.js";
import { table } from "../output/text.js";
import {
  type ArchivedFiles,
  type ArchiveForm,
  type ArchiveManifest,
  type ArchiveRange,
  figuresOf,
  openArchive,
  readKind,
  writeArchive,
} from "./files.js";

export interface OutOptions {
  /** The folder in which each range has one of its own. */
  readonly out?: string;
  readonly place?: string;
}

/** A range whose rows have left the database. */
export interface Taken {
  readonly folder: string;
  readonly manifestSha256: string;
}

/** What can go, shown before it does. */
export interface Outgoing {
  readonly document: object;
  readonly text: (what: string) => readonly string[];
  readonly takes: readonly (() => Promise<Taken>)[];
}

/** What can come back. */
export interface Incoming {
  readonly headline: string;
  readonly document: object;
  readonly rows: Readonly<Record<string, number>>;
  readonly bring: () => Promise<void>;
}

export interface WrittenRange<Kind extends string> {
  readonly folder: string;
  readonly place: string;
  readonly manifest: string;
  readonly rows: Record<Kind, number>;
}

const MEGABYTE = 1 << 20;

export const megabytes = (bytes: number): string => `${Math.ceil(bytes / MEGABYTE)} MB`;

/**
 * What goes, a line for each range, and what stays.
 * @param what heads it, or `nothing` where there is none
 */
export function planText(
  {
    nothing,
    columns,
    lines,
    stays,
  }: {
    readonly nothing: string;
    readonly columns: string[];
    readonly lines: string[][];
    readonly stays: string | undefined;
  },
  what: string,
): string[] {
  return [
    ...(lines.length === 0 ? [nothing] : [`${what}:`, table(columns, lines)]),
    ...(stays === undefined ? [] : [`These stay: ${stays}.`]),
  ];
}

/** Where rows went, for programs. */
export function noteDocument({
  place,
  manifest,
  archivedAt,
}: {
  readonly place: string;
  readonly manifest: string;
  readonly archivedAt: Date;
}) {
  return { place, manifestSha256: manifest, archivedAt: archivedAt.toISOString() };
}

/** Writes files, which are read again from the disk before a row goes. @param name of the folder */
export async function writeRange<Kind extends string>(
  context: CliContext,
  form: ArchiveForm<Kind>,
  { out = "", place, name }: OutOptions & { readonly name: string },
  range: ArchiveRange & { readonly books: Readonly<Record<string, number>> },
  rowsOf: (kind: Kind) => AsyncIterable<TextRow>,
): Promise<WrittenRange<Kind>> {
  mkdirSync(resolve(context.cwd, out), { recursive: true });
  const path = join(resolve(context.cwd, out), name);
  const folder = new NewFolder(path);
  try {
    context.progress(`Writing ${form.unit}s ${range.from} to ${range.to - 1}`);
    await writeArchive(form, folder, range, rowsOf);
    folder.finish();
  } catch (error) {
    folder.abandon();
    throw error;
  }
  const { manifest, sha256 } = await openArchive(form, path);
  return { folder: path, place: `${place ?? basename(out)}/${name}`, manifest: sha256, rows: rowsIn(form, manifest) };
}

export function rowsIn<Kind extends string>(
  { kinds }: ArchiveForm<Kind>,
  { tables }: ArchiveManifest<Kind>,
): Record<Kind, number> {
  return Object.fromEntries(kinds.map((kind) => [kind, tables.get(kind)?.rows ?? 0])) as Record<Kind, number>; // of each kind one
}

/** The database knows by which manifest rows went, if any did. @throws CliError ARCHIVE_DAMAGED */
export function requireNoted(
  notes: readonly { readonly manifest: string }[],
  { sha256 }: { readonly sha256: string },
): void {
  const other = notes.find(({ manifest }) => manifest !== sha256);
  if (other !== undefined)
    throw new CliError("ARCHIVE_DAMAGED", { file: "manifest.json", sha256, wanted: other.manifest });
}

/** Where rows come back to. */
export interface Receiving<Kind extends string> {
  add(kind: Kind, rows: readonly TextRow[]): Promise<void>;
  /** All that were brought, as they are in the database now. */
  brought(kind: Kind): AsyncIterable<TextRow>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

const ROWS_AT_ONCE = 2_000;

/** What is in the database then is read again and compared with what the manifest says of it. */
export async function bringBack<Kind extends string>(
  context: CliContext,
  form: ArchiveForm<Kind>,
  { folder, manifest }: { readonly folder: string } & Pick<ArchivedFiles<Kind>, "manifest">,
  receiving: Receiving<Kind>,
): Promise<void> {
  try {
    for (const [kind, wanted] of manifest.tables) {
      context.progress(`Bringing back ${wanted.rows} rows of ${kind}`);
      for await (const rows of readKind(form, folder, kind)) {
        for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
          await receiving.add(kind, rows.slice(at, at + ROWS_AT_ONCE));
      }
      const { rows, logicalSha256: sha256 } = await figuresOf(form, kind, receiving.brought(kind));
      if (rows !== wanted.rows || sha256 !== wanted.logicalSha256)
        throw new CliError("ARCHIVE_DAMAGED", { file: `${kind}.parquet`, sha256, wanted: wanted.logicalSha256 });
    }
    await receiving.finish();
  } catch (error) {
    await receiving.abandon();
    throw error;
  }
}
