import { expect } from "chai";
import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

import { historyTips } from "../../../src/relay/history/schema.js";
import { insertOf, shapeOf } from "../../../src/relay/store/bulk.js";
import { queryRows } from "../../../src/relay/store/database.js";
import { freshBook, sharedDatabase } from "../paper/database.js";

describe("insertOf", () => {
  const shape = shapeOf(historyTips);

  it("takes one parameter for all rows", () => {
    const rows = [
      { book: "0x1", number: 1, hash: "0xa" },
      { book: "0x2", number: 2, hash: "0xb" },
    ];
    const { sql: text, params } = new PgDialect().sqlToQuery(insertOf(shape, rows));
    expect(params).to.deep.equal([JSON.stringify(rows)]);
    expect(text).to.equal(
      'insert into "history_tips" ("book", "number", "hash") select "book", "number", "hash" from ' +
        'jsonb_to_recordset($1::jsonb) as new("book" text, "number" bigint, "hash" text)',
    );
  });

  it("writes numbers exactly that fit no float", async () => {
    const database = await sharedDatabase();
    const book = freshBook();
    const number = 2n ** 62n + 1n;
    await database.run((tables) => tables.execute(insertOf(shape, [{ book, number, hash: "0x" }])));
    const rows = await database.run((tables) =>
      queryRows(tables, sql`select number::text as number from history_tips where book = ${book}`),
    );
    expect(rows).to.deep.equal([{ number: number.toString() }]);
  });

  it("writes text as it is, whatever is in it", async () => {
    const database = await sharedDatabase();
    const book = freshBook();
    const hash = `'; drop table "history_tips" --\\ \u2028 \ud83c\udf27`;
    await database.run((tables) => tables.execute(insertOf(shape, [{ book, number: 1, hash }])));
    const rows = await database.run((tables) =>
      queryRows(tables, sql`select hash from history_tips where book = ${book}`),
    );
    expect(rows).to.deep.equal([{ hash }]);
  });
});
