/** What a dataset is, and the hashes of all that is in its folder. */
import { SCHEMA, TABLE_NAMES } from "../schema/tables.js";
import { canonicalJson } from "../write/canonical-json.js";
import type { Written } from "../write/files.js";
import { PARQUET_WRITER } from "../write/parquet.js";
import type { Facts } from "./facts.js";

export const MANIFEST_FILE = "manifest.json";
export const SUMS_FILE = "SHA256SUMS";

/** The hash of a table's CSV is the identity of its rows; that of its Parquet file holds for one version of the writer. */
export function manifestText(facts: Facts): string {
  const { header, ending, logSha256, version, tables } = facts;
  const { chainId, session, book, fromBlock, toBlock } = header;
  return `${canonicalJson({
    schema: SCHEMA,
    edition: "open",
    tool: { name: "session-contracts", version, packages: PARQUET_WRITER },
    chain_id: `${chainId}`,
    session,
    book,
    first_block: fromBlock,
    last_block: toBlock,
    log_sha256: logSha256,
    final_head: ending.finalHead,
    final_link: ending.finalLink,
    tables: Object.fromEntries(
      TABLE_NAMES.map((name) => [name, { rows: tables[name].rows, logical_sha256: tables[name].csv.sha256 }]),
    ),
    files: Object.fromEntries([...allFiles(facts)].map(([name, { bytes, sha256 }]) => [name, { bytes, sha256 }])),
  })}\n`;
}

/** Every file but the manifest and the sums. */
export function allFiles({ tables, files }: Pick<Facts, "tables" | "files">): Map<string, Written> {
  const all = new Map(files);
  for (const name of TABLE_NAMES) {
    all.set(`${name}.csv`, tables[name].csv);
    all.set(`${name}.parquet`, tables[name].parquet);
  }
  return all;
}

/** As `sha256sum --check` reads it. */
export function sumsText(files: ReadonlyMap<string, Written>): string {
  const names = [...files.keys()].sort();
  return names.map((name) => `${files.get(name)?.sha256 ?? ""}  ${name}\n`).join("");
}
