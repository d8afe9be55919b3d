/** Datasets that are kept in memory. */
import { buildDataset } from "../../../src/dataset/build.js";
import type { Facts } from "../../../src/dataset/folder/facts.js";
import { type Inputs, NO_INPUTS } from "../../../src/dataset/inputs.js";
import { type TableName, type TableRow, TABLE_NAMES } from "../../../src/dataset/schema/tables.js";
import { Projection } from "../../../src/dataset/rows/projection.js";
import type { FileSink, Folder } from "../../../src/dataset/write/files.js";
import type { SessionLog } from "../../../src/verify/session-log.js";

export class MemoryFolder implements Folder {
  readonly #parts = new Map<string, Uint8Array[]>();

  public open(name: string): FileSink {
    const parts: Uint8Array[] = [];
    this.#parts.set(name, parts);
    return { write: (bytes) => parts.push(bytes.slice()), end: () => undefined };
  }

  public get names(): string[] {
    return [...this.#parts.keys()];
  }

  public bytes(name: string): Buffer {
    return Buffer.concat(this.#parts.get(name) ?? []);
  }

  public text(name: string): string {
    return this.bytes(name).toString("utf8");
  }
}

export interface Built {
  readonly folder: MemoryFolder;
  readonly facts: Facts;
}

export async function built(log: SessionLog, inputs: Partial<Inputs> = {}): Promise<Built> {
  const folder = new MemoryFolder();
  const facts = await buildDataset(log, folder, { inputs: { ...NO_INPUTS, ...inputs }, version: "1.2.3" });
  return { folder, facts };
}

export type AllRows = { readonly [Name in TableName]: TableRow<Name>[] };

/** The rows that a log gives, but for those of what was given beside it. */
export function rowsOf({ header, records }: SessionLog, houses: Inputs["houses"] = new Map()): AllRows {
  const rows = Object.fromEntries(TABLE_NAMES.map((name) => [name, [] as unknown[]])) as Record<TableName, unknown[]>;
  const projection = new Projection(header, (table, row) => rows[table].push(row), houses);
  for (const record of records) projection.take(record);
  projection.end();
  return rows as AllRows; // each table's own rows, as they were emitted
}
