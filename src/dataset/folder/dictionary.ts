/** The data dictionary, for people. */
import type { Column, Table } from "../schema/column.js";
import { SCHEMA, TABLE_NAMES, tableOf } from "../schema/tables.js";

const TYPES: Readonly<Record<Column["type"], string>> = {
  i32: "int32",
  i64: "int64",
  wei: "decimal(38,0)",
  price: "decimal(38,18)",
  text: "string",
  bool: "bool",
  time: "timestamp[ms] UTC",
};

export function dictionaryText(): string {
  const head = [
    `# ${SCHEMA}`,
    "",
    "Every table as CSV and as Parquet, rows in the order of their key. Integers are exact. A `?` behind a type: there may be none, which is",
    "an empty cell of the CSV. Rules (R13) are those of docs/protocol.md of the project.",
  ];
  return `${[...head, ...TABLE_NAMES.flatMap((name) => sectionOf(tableOf(name)))].join("\n")}\n`;
}

function sectionOf({ name, about, key, references, columns }: Table): string[] {
  const links = references.map(
    ({ fields, table, to = fields }) => `(${fields.join(", ")}) → ${table} (${to.join(", ")})`,
  );
  return [
    ...["", `## ${name}`, "", about, ""],
    `Key: ${key.join(", ")}.${links.length === 0 ? "" : ` References: ${links.join("; ")}.`}`,
    ...["", "| column | type | meaning |", "| --- | --- | --- |"],
    ...Object.entries(columns).map(
      ([column, { type, nullable, about: meaning, values }]) =>
        `| ${column} | ${TYPES[type]}${nullable ? "?" : ""} | ${meaning}${values === undefined ? "" : ` One of: ${values.join(", ")}.`} |`,
    ),
  ];
}
