import { expect } from "chai";

import { startStudy } from "../start-study.js";

interface Document {
  readonly ok: boolean;
  readonly tables: readonly { readonly title: string; readonly rows: readonly Readonly<Record<string, unknown>>[] }[];
}

describe("npm run lab design", function () {
  it("answers each question with a table, and holds what must hold, with --short", function () {
    const { status, stdout, stderr } = startStudy("design", ["--short", "--json"]);
    expect(status, stderr).to.equal(0);
    const { ok, tables } = JSON.parse(stdout) as Document; // whatever it is, the lines below look at it
    expect(ok).to.equal(true);
    expect(tables).to.have.length(7);
    for (const { title, rows } of tables) {
      for (const row of rows) expect(row, title).to.include.keys("name", "information", "spread", "covered", "makers");
    }
  });
});
