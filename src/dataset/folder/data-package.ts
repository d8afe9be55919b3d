/** The folder as a Data Package (version 2). */
import type { Column, ColumnType, Table } from "../schema/column.js";
import { SCHEMA, TABLE_NAMES, tableOf } from "../schema/tables.js";
import { type CanonicalValue, canonicalJson } from "../write/canonical-json.js";
import { ABOUT, dayOf, type Facts, slugOf, titleOf } from "./facts.js";

const PROFILES = "https://datapackage.org/profiles/2.0";

const TYPES: Readonly<Record<ColumnType, string>> = {
  i32: "integer",
  i64: "integer",
  wei: "integer",
  price: "number",
  text: "string",
  bool: "boolean",
  time: "datetime",
};

export function dataPackageText(facts: Facts): string {
  const { tables, version, inputs } = facts;
  const resources = TABLE_NAMES.flatMap((name) => {
    const { csv, parquet } = tables[name];
    const table = tableOf(name);
    const common = { description: table.about };
    return [
      {
        ...common,
        ...{ name, path: `${name}.csv`, type: "table", format: "csv", mediatype: "text/csv", encoding: "utf-8" },
        ...{ bytes: csv.bytes, hash: `sha256:${csv.sha256}`, schema: schemaOf(table) },
      },
      {
        ...common,
        ...{ name: `${name}-parquet`, path: `${name}.parquet`, format: "parquet" },
        mediatype: "application/vnd.apache.parquet",
        ...{ bytes: parquet.bytes, hash: `sha256:${parquet.sha256}` },
      },
    ];
  });
  return `${canonicalJson({
    $schema: `${PROFILES}/datapackage.json`,
    name: slugOf(facts),
    title: titleOf(facts),
    description: ABOUT,
    version: `${SCHEMA} by ${version}`,
    created: `${dayOf(facts)}T00:00:00Z`,
    licenses: [{ name: inputs.license }],
    resources,
  })}\n`;
}

function schemaOf({ columns, key, references }: Table): CanonicalValue {
  return {
    $schema: `${PROFILES}/tableschema.json`,
    fields: Object.entries(columns).map(([name, column]) => fieldOf(name, column)),
    primaryKey: [...key],
    foreignKeys: references.map(({ fields, table, to = fields }) => ({
      fields: [...fields],
      reference: { resource: table, fields: [...to] },
    })),
  };
}

function fieldOf(name: string, { type, nullable, about, values }: Column): CanonicalValue {
  return {
    name,
    type: TYPES[type],
    description: about,
    constraints: { required: !nullable, ...(values === undefined ? {} : { enum: [...values] }) },
  };
}
