import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { openSql } from "../../dataset/support/duckdb.js";
import { expectDataset } from "../expect-dataset.js";
import { startStudy } from "../start-study.js";

/** Fills whose way is known to be the maker, as it is known of all of them here: who trades does so with it. */
async function throughMaker(flow: string): Promise<number> {
  const sql = await openSql(flow, "parquet", false);
  const [sums] = await sql.rows("SELECT count(*) AS made FROM trades WHERE through = 'maker'");
  await sql.close();
  return Number(sums!["made"]);
}

/** What is looked at here; the document has more. */
interface Document {
  readonly markets: readonly {
    readonly market: string;
    readonly maker: { readonly deposit: string };
    readonly sponsor: { readonly paid: { readonly numerator: string; readonly denominator: string } };
    readonly proof: Readonly<Record<string, { readonly ok: boolean }>>;
  }[];
  readonly proof: Readonly<Record<string, boolean>>;
}

describe("npm run lab maker", function () {
  it("prints one document with --json, proved, the progress on stderr, and writes tables that its log gives again", async function () {
    const folder = mkdtempSync(join(tmpdir(), "maker-study-"));
    const flow = join(folder, "flow");
    const words = ["--json", "--market", "basket", "--traders", "2", "--dataset", flow];
    const { status, stdout, stderr } = startStudy("maker", words);
    expect(status, stderr).to.equal(0);
    expect(stderr).to.include("basket 2008-12: ");
    const { markets, proof } = JSON.parse(stdout) as Document; // whatever it is, the lines below look at it
    expect(proof).to.deep.equal({
      costWithinBound: true,
      conserved: true,
      fillsAtCost: true,
      natsMatch: true,
      verified: true,
      everything: true,
    });
    const [basket] = markets;
    expect(markets.map(({ market }) => market)).to.deep.equal(["basket"]);
    for (const [item, { ok }] of Object.entries(basket!.proof)) expect(ok, item).to.equal(true);
    const { numerator, denominator } = basket!.sponsor.paid;
    expect(BigInt(numerator) <= BigInt(basket!.maker.deposit) * BigInt(denominator)).to.equal(true);
    const through = await throughMaker(flow);
    await expectDataset(flow, { fills: through, roots: 1 });
    expect(through).to.be.greaterThan(0);
    rmSync(folder, { recursive: true });
  });

  it("exits with 2 on a market that is none, and says so on stderr alone", function () {
    const { status, stdout, stderr } = startStudy("maker", ["--market", "snow"]);
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.match(/^OPTION_INVALID: --market: one of basket, rainfall, wettest-month is wanted/);
  });

  it("answers --help with status 0", function () {
    const { status, stdout } = startStudy("maker", ["--help"]);
    expect(status).to.equal(0);
    expect(stdout).to.include("npm run lab maker --").and.to.include("--market");
  });
});
