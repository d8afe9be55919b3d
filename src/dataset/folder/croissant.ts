/** The folder as a Croissant 1.0 document, which catalogues of machine learning read. */
import type { Column, ColumnType, Table } from "../schema/column.js";
import { TABLE_NAMES, tableOf } from "../schema/tables.js";
import { type CanonicalValue, canonicalJson } from "../write/canonical-json.js";
import type { Written } from "../write/files.js";
import { ABOUT, dayOf, type Facts, slugOf, titleOf } from "./facts.js";
import { citationLine } from "./citation.js";

const TYPES: Readonly<Record<ColumnType, string>> = {
  i32: "sc:Integer",
  i64: "sc:Integer",
  wei: "sc:Integer",
  price: "sc:Number",
  text: "sc:Text",
  bool: "sc:Boolean",
  time: "sc:DateTime",
};

/** As the specification has it, word for word. */
const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  cr: "http://mlcommons.org/croissant/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  examples: { "@id": "cr:examples", "@type": "@json" },
  extract: "cr:extract",
  field: "cr:field",
  fileObject: "cr:fileObject",
  fileProperty: "cr:fileProperty",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  rai: "http://mlcommons.org/croissant/RAI/",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
} as const;

export function croissantText(facts: Facts): string {
  const { tables, inputs } = facts;
  return `${canonicalJson({
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    name: slugOf(facts),
    description: `${titleOf(facts)}. ${ABOUT}`,
    conformsTo: "http://mlcommons.org/croissant/1.0",
    citeAs: citationLine(facts),
    datePublished: dayOf(facts),
    license: `https://spdx.org/licenses/${inputs.license}`,
    version: "1.0.0",
    distribution: TABLE_NAMES.flatMap((name) => [
      fileObject(`${name}.csv`, "text/csv", tables[name].csv),
      fileObject(`${name}.parquet`, "application/vnd.apache.parquet", tables[name].parquet),
    ]),
    recordSet: TABLE_NAMES.map((name) => recordSet(tableOf(name))),
  })}\n`;
}

function fileObject(name: string, encodingFormat: string, { bytes, sha256 }: Written): CanonicalValue {
  const what = { "@id": name, "@type": "cr:FileObject", name, contentUrl: name };
  return { ...what, contentSize: `${bytes} B`, encodingFormat, sha256 };
}

function recordSet({ name, about, key, columns, references }: Table): CanonicalValue {
  const keys = key.map((column) => ({ "@id": `${name}/${column}` }));
  // The document has references of single fields alone.
  const single = references.filter(({ fields }) => fields.length === 1);
  const fields = Object.entries(columns).map(([column, of]): CanonicalValue => {
    const found = single.find(({ fields: [field] }) => field === column);
    return field(
      name,
      column,
      of,
      found === undefined ? undefined : `${found.table}/${(found.to ?? found.fields)[0] ?? ""}`,
    );
  });
  return { "@id": name, "@type": "cr:RecordSet", name, description: about, key: keys, field: fields };
}

function field(table: string, name: string, { type, about }: Column, reference: string | undefined): CanonicalValue {
  const id = { "@id": `${table}/${name}`, "@type": "cr:Field", name: `${table}/${name}`, description: about };
  const source = { fileObject: { "@id": `${table}.csv` }, extract: { column: name } };
  const references = reference === undefined ? {} : { references: { field: { "@id": reference } } };
  return { ...id, dataType: TYPES[type], source, ...references };
}
