import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { checkDataset } from "../../../src/cli/dataset/check.js";
import { brokenChecks, openSql } from "../../dataset/support/duckdb.js";
import { startStudy } from "../start-study.js";

/** What is looked at here; the document has more. */
interface Document {
  readonly proof: Readonly<Record<string, boolean>>;
  readonly sums: Readonly<Record<string, { readonly ok: boolean; readonly figures: unknown }>>;
}

describe("npm run lab lifecycle", function () {
  this.timeout(120_000);

  it("prints one document with --json, proved, and the progress on stderr; and writes tables of all that, if asked", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lifecycle-"));
    const flow = join(folder, "flow");
    const { status, stdout, stderr } = startStudy("lifecycle", ["--json", "--traders", "3", "--dataset", flow]);
    expect(status, stderr).to.equal(0);
    expect(stderr).to.include("step 6: ");
    const { proof, sums } = JSON.parse(stdout) as Document; // whatever it is, the lines below look at it
    expect(Object.keys(proof)).to.have.length(20);
    for (const [item, holds] of Object.entries(proof)) {
      expect(holds, item).to.equal(true);
      expect(sums[item]?.ok, item).to.equal(true);
      expect(sums[item], item).to.have.property("figures");
    }
    expect((await checkDataset({ cwd: folder }, flow)).differences).to.deep.equal([]);
    const sql = await openSql(flow, "parquet", false);
    expect(await brokenChecks(sql)).to.deep.equal([]);
    await sql.close();
    rmSync(folder, { recursive: true });
  });

  it("exits with 2 on an option that is none, and says so on stderr alone", () => {
    const { status, stdout, stderr } = startStudy("lifecycle", ["--traders", "1"]);
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.match(/^OPTION_INVALID: --traders/);
  });

  it("answers --help with status 0", () => {
    const { status, stdout } = startStudy("lifecycle", ["--help"]);
    expect(status).to.equal(0);
    expect(stdout).to.include("npm run lab lifecycle --");
  });
});
