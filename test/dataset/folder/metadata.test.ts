/**
 * What the catalogues' files say of the tables, held against the rows by another reader: of a Data Package the types, constraints, keys and
 * references that it declares; of Croissant that each field's source is there, with that column, and of that type.
 */
import { rm } from "node:fs/promises";

import { expect } from "chai";

import type { SessionLog } from "../../../src/verify/session-log.js";
import { eventful } from "../../verify/support/stories.js";
import { busySession, endSession } from "../support/busy.js";
import { onDisk, openSql, type Sql } from "../support/duckdb.js";
import { built, type MemoryFolder } from "../support/folders.js";

interface Field {
  readonly name: string;
  readonly type: string;
  readonly constraints: { readonly required: boolean; readonly enum?: readonly string[] };
}
interface TableResource {
  readonly name: string;
  readonly path: string;
  readonly type?: string;
  readonly schema: {
    readonly fields: readonly Field[];
    readonly primaryKey: readonly string[];
    readonly foreignKeys: readonly {
      readonly fields: readonly string[];
      readonly reference: { readonly resource: string; readonly fields: readonly string[] };
    }[];
  };
}
interface CroissantField {
  readonly "@id": string;
  readonly "@type": string;
  readonly dataType: string;
  readonly source: { readonly fileObject: { readonly "@id": string }; readonly extract: { readonly column: string } };
}
interface Croissant {
  readonly "@context": Readonly<Record<string, unknown>>;
  readonly conformsTo: string;
  readonly distribution: readonly { readonly "@id": string; readonly "@type": string; readonly contentUrl: string }[];
  readonly recordSet: readonly {
    readonly "@id": string;
    readonly "@type": string;
    readonly key: readonly { readonly "@id": string }[];
    readonly field: readonly CroissantField[];
  }[];
}

/** What text each type may be, as both specifications have it. */
const TEXTS: Readonly<Record<string, string>> = {
  integer: "^-?[0-9]+$",
  number: "^-?[0-9]+([.][0-9]+)?$",
  boolean: "^(true|false)$",
  datetime: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$",
  string: "",
};
const TYPES: Readonly<Record<string, string>> = {
  ...{ integer: "sc:Integer", number: "sc:Number", boolean: "sc:Boolean", datetime: "sc:DateTime", string: "sc:Text" },
};

const SESSIONS: Readonly<Record<string, () => SessionLog>> = {
  "a busy one that has ended": () => endSession(busySession({ calls: 160, seed: 5n })).log(),
  "one with a contract wallet": () => eventful().log(),
};

for (const [title, log] of Object.entries(SESSIONS)) {
  describe(`dataset: what catalogues read of ${title}`, () => {
    let folder: MemoryFolder;
    let path: string;
    let sql: Sql;
    let resources: readonly TableResource[];

    before(async () => {
      ({ folder } = await built(log()));
      path = await onDisk(folder);
      sql = await openSql(path, "csv", false);
      const parsed = JSON.parse(folder.text("datapackage.json")) as { resources: TableResource[] };
      resources = parsed.resources.filter(({ type }) => type === "table");
    });
    after(async () => {
      await sql.close();
      await rm(path, { recursive: true, force: true });
    });

    const rowsOf = async (query: string): Promise<number> => (await sql.rows(query)).length;
    const columns = (names: readonly string[], of = ""): string => names.map((name) => `${of}"${name}"`).join(", ");

    it("has columns of the declared names and types, filled where they must be, of the words that there are", async () => {
      for (const { name, path: file, schema } of resources) {
        expect(folder.text(file).split("\n")[0], name).to.equal(schema.fields.map((one) => one.name).join(","));
        for (const { name: field, type, constraints } of schema.fields) {
          const place = `${name}.${field}`;
          expect(await rowsOf(`SELECT 1 FROM ${name} WHERE NOT regexp_matches("${field}", '${TEXTS[type]}')`), `${place}: ${type}`).to.equal(0); // prettier-ignore
          if (constraints.required) expect(await rowsOf(`SELECT 1 FROM ${name} WHERE "${field}" IS NULL`), `${place}: required`).to.equal(0); // prettier-ignore
          const words = constraints.enum?.map((word) => `'${word}'`).join(", ");
          if (words !== undefined) expect(await rowsOf(`SELECT 1 FROM ${name} WHERE "${field}" NOT IN (${words})`), `${place}: enum`).to.equal(0); // prettier-ignore
        }
      }
    });

    it("has no key twice, and no reference to what is not there", async () => {
      let references = 0;
      for (const { name, schema } of resources) {
        const key = columns(schema.primaryKey);
        expect(schema.primaryKey, name).to.not.deep.equal([]);
        expect(await rowsOf(`SELECT ${key} FROM ${name} GROUP BY ALL HAVING count(*) > 1`), `${name}: ${key}`).to.equal(0); // prettier-ignore
        for (const { fields, reference } of schema.foreignKeys) {
          const present = fields.map((field) => `"${field}" IS NOT NULL`).join(" AND ");
          const missing = `SELECT ${columns(fields)} FROM ${name} WHERE ${present} EXCEPT SELECT ${columns(reference.fields)} FROM ${reference.resource}`;
          expect(await rowsOf(missing), `${name}: ${columns(fields)} of ${reference.resource}`).to.equal(0);
          references += await rowsOf(`SELECT 1 FROM ${name} WHERE ${present} LIMIT 1`);
        }
      }
      expect(references, "references that are made").to.be.above(10);
    });

    it("has Croissant's fields where it says, of the Data Package's types, and keys among them", () => {
      const croissant = JSON.parse(folder.text("croissant.json")) as Croissant;
      expect(croissant.conformsTo).to.equal("http://mlcommons.org/croissant/1.0");
      const files = new Map(croissant.distribution.map((one) => [one["@id"], one]));
      for (const one of files.values()) {
        expect([one["@type"], folder.names.includes(one.contentUrl)]).to.deep.equal(["cr:FileObject", true]);
      }
      for (const set of croissant.recordSet) {
        const { schema } = resources.find(({ name }) => name === set["@id"])!;
        expect(set["@type"]).to.equal("cr:RecordSet");
        expect(set.key.map((key) => key["@id"])).to.deep.equal(schema.primaryKey.map((field) => `${set["@id"]}/${field}`)); // prettier-ignore
        expect(set.field.map((one) => [one.source.extract.column, one.dataType, one["@type"]])).to.deep.equal(
          schema.fields.map(({ name, type }) => [name, TYPES[type], "cr:Field"]),
        );
        for (const one of set.field) expect(files.has(one.source.fileObject["@id"]), one["@id"]).to.equal(true);
      }
      const used = new Set([...JSON.stringify(croissant.recordSet).matchAll(/"(sc|cr|dct):/g)].map(([, prefix]) => prefix!)); // prettier-ignore
      for (const prefix of used) expect(Object.keys(croissant["@context"])).to.include(prefix);
    });
  });
}
