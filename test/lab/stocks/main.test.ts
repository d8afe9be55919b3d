import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

import { expect } from "chai";

import { checkDataset } from "../../../src/cli/dataset/check.js";
import { brokenChecks, openSql } from "../../dataset/support/duckdb.js";
import { startStudy } from "../start-study.js";

const start = (words: readonly string[], callerFolder?: string) => startStudy("stocks", words, callerFolder);

/** What is looked at here; the document has more. */
interface Document {
  readonly session: {
    readonly seed: string;
    readonly basket: readonly { readonly symbol: string; readonly quantity: string }[];
  };
  readonly steps: readonly { readonly month: string }[];
  readonly orders: readonly { readonly id: number | null; readonly trader: string }[];
  readonly maker: {
    readonly address: string;
    readonly deposit: string;
    readonly fills: readonly { readonly month: string; readonly lots: string; readonly price: string }[];
    readonly gas: readonly string[];
  } | null;
  readonly fills: readonly { readonly maker: number; readonly taker: number }[];
  readonly offsets: readonly { readonly order: number; readonly reason: string }[];
  readonly proof: Readonly<Record<string, { readonly ok: boolean; readonly figures: unknown }>>;
}

const KEYS = ["session", "maker", "steps", "allocations", "deliveries", "orders", "fills", "offsets", "gas", "proof"];

describe("main job", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "session-main-"));
    const rows = ["2020-01,1", "2020-02,1.5"].flatMap((row) => [`A,${row}`, `B,${row}`]);
    writeFileSync(join(folder, "own.csv"), ["symbol,date,price", ...rows].join("\n"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  describe("with --json", () => {
    let document: Document;
    before(() => {
      const { status, stdout, stderr } = start([
        "--json",
        "--verbose",
        "--traders",
        "5",
        "--from",
        "2008-01",
        "--to",
        "2008-02",
        "--dataset",
        join(folder, "flow"),
      ]);
      expect(status, stderr).to.equal(0);
      expect(stderr).to.include("2008-02: ").and.to.include("best bid");
      expect(stderr, "logs of the relay").to.not.include('"level"');
      document = JSON.parse(stdout) as Document; // whatever it is, the tests below look at it
    });

    it("prints one document with its ten parts on stdout, and the progress on stderr", () => {
      expect(Object.keys(document)).to.deep.equal(KEYS);
      expect(document.session.basket.map(({ symbol, quantity }) => [symbol, quantity])).to.deep.equal([
        ["AAPL", "100000000000000000000"],
        ["MSFT", "100000000000000000000"],
      ]);
      expect(document.session.seed).to.equal("1");
      expect(document.steps.map(({ month }) => month)).to.deep.equal(["2008-01", "2008-02"]);
    });

    it("writes its tables, which its log gives again, with what a share cost and what came through the maker", async () => {
      const flow = join(folder, "flow");
      expect((await checkDataset({ cwd: folder }, flow)).differences).to.deep.equal([]);
      const sql = await openSql(flow, "parquet", false);
      expect(await brokenChecks(sql)).to.deep.equal([]);
      const [sums] = await sql.rows(
        "SELECT (SELECT count(*) FROM trades WHERE through = 'maker') AS made, (SELECT count(*) FROM trades) AS fills, (SELECT string_agg(symbol, ',' ORDER BY leg) FROM assets) AS symbols, (SELECT list(true_weight_ppm ORDER BY ts, leg) FROM reference) AS weights",
      );
      expect(Number(sums!["fills"])).to.equal(document.fills.length);
      expect(Number(sums!["made"])).to.equal(document.maker!.fills.length);
      expect(sums!["symbols"]).to.equal("AAPL,MSFT");
      expect(sums!["weights"]).to.have.length(4);
      await sql.close();
    });

    it("says of each item of the proof that it holds, with figures", () => {
      expect(Object.keys(document.proof)).to.have.length(9);
      for (const [name, { ok, figures }] of Object.entries(document.proof)) {
        expect(ok, name).to.equal(true);
        expect(figures).to.be.an(Array.isArray(figures) ? "array" : "object");
      }
    });

    it("names orders that exist in fills and offsets", () => {
      const ids = new Set(document.orders.map(({ id }) => id));
      expect(document.fills).to.not.have.length(0);
      const ofMaker = document.fills.filter(({ maker, taker }) => !ids.has(maker) || !ids.has(taker));
      expect(ofMaker, "the automated maker's orders are nobody's").to.have.length(document.maker!.fills.length);
      for (const { maker, taker } of document.fills) expect(ids.has(taker) && maker < taker).to.equal(true);
    });

    it("tells of the automated maker's trades, and of each what it took in gas", () => {
      const { address, deposit, fills, gas } = document.maker!;
      expect(address).to.match(/^0x\w{40}$/);
      expect(BigInt(deposit) > 0n).to.equal(true);
      expect(fills).to.not.have.length(0);
      expect(gas.length >= fills.length).to.equal(true);
    });
  });

  it("prints what came of it and the proof on stdout otherwise, and takes a file relative to where it was called", () => {
    const words = ["--prices", "own.csv", "--direct"]; // assets and months follow from it
    const { status, stdout, stderr } = start(words, folder);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.include("Everything holds.").and.to.not.include("best bid");
    expect(stdout).to.include("Automated maker 0x");
    expect(stderr).to.equal("");
  });

  const refused: readonly [what: string, words: (folder: string) => string[], says: RegExp][] = [
    ["an unknown option", () => ["--json", "--sed", "7"], /^OPTION_UNKNOWN: .*--sed/],
    ["a bad value", () => ["--traders", "1"], /^OPTION_INVALID: --traders: .*"1"/],
    ["a file that is not there", (at) => ["--prices", join(at, "no.csv")], /^PRICES_UNREADABLE: .*no\.csv/],
    [
      "a missing asset",
      (at) => ["--prices", join(at, "own.csv"), "--assets", "A,AAPL"],
      /^PRICES_ASSET_MISSING: .*own\.csv.*"AAPL"/,
    ],
    ["a folder that is there", (at) => ["--dataset", at], /^OPTION_INVALID: --dataset: /],
    ["a missing month", () => ["--to", "2012-01"], /^PRICES_MONTH_MISSING: .*stocks\.csv:\d+: .*"AAPL 2010-04"/],
  ];
  for (const [what, words, says] of refused) {
    it(`exits with 2 on ${what}, and says so on stderr alone`, () => {
      const { status, stdout, stderr } = start(words(folder));
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(says);
    });
  }

  it("looks for a relative file where npm was called", () => {
    const { stderr } = start(["--prices", join(basename(folder), "no.csv")], dirname(folder));
    expect(stderr).to.include(join(folder, "no.csv"));
  });

  it("answers --help with status 0", () => {
    const { status, stdout } = start(["--help"]);
    expect(status).to.equal(0);
    expect(stdout).to.include("Usage: npm start --").and.to.include("--seed");
  });
});
