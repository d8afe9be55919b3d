import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { expectDataset } from "../expect-dataset.js";
import { startStudy } from "../start-study.js";

/** What is looked at here; the document has more. */
interface Document {
  readonly steps: readonly { readonly step: string }[];
  readonly markets: readonly { readonly settled: boolean; readonly branches: readonly unknown[] }[];
  readonly collateral: readonly {
    readonly step: string;
    readonly joint: string;
    readonly separate: string;
    readonly withOrders: { readonly joint: string; readonly separate: string };
    readonly traders: readonly { readonly trader: string; readonly joint: string; readonly separate: string }[];
  }[];
  readonly fills: readonly unknown[];
  readonly proof: Readonly<Record<string, { readonly ok: boolean }>>;
}

const KEYS = [
  "session",
  "steps",
  "markets",
  "collateral",
  "allocations",
  "deliveries",
  "orders",
  "fills",
  "offsets",
  "gas",
  "proof",
];

/** What is expected of a study of the weather as a command. */
export interface WeatherCommand {
  readonly name: string;
  /** Words of a small run, the first step of it, and how many branches or outcomes its market has. */
  readonly small: readonly string[];
  readonly firstStep: string;
  readonly branches: number;
  /** Words that name a time which the file does not cover. */
  readonly uncovered: readonly string[];
}

export function itRunsAsCommand({ name, small, firstStep, branches, uncovered }: WeatherCommand): void {
  it("prints one document with --json, proved, the progress on stderr, and writes tables that its log gives again", async () => {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    const flow = join(folder, "flow");
    const { status, stdout, stderr } = startStudy(name, ["--json", "--traders", "2", "--dataset", flow, ...small]);
    expect(status, stderr).to.equal(0);
    expect(stderr).to.include(`${firstStep}: `).and.to.include("collateral");
    const document = JSON.parse(stdout) as Document; // whatever it is, the lines below look at it
    expect(Object.keys(document)).to.deep.equal(KEYS);
    expect(document.collateral.map(({ step }) => step)).to.deep.equal(document.steps.map(({ step }) => step));
    for (const { joint, separate, withOrders, traders } of document.collateral) {
      expect(BigInt(joint) <= BigInt(separate)).to.equal(true);
      expect(BigInt(withOrders.joint) <= BigInt(withOrders.separate)).to.equal(true);
      expect(traders.map(({ trader }) => trader)).to.deep.equal(["trader 01", "trader 02"]);
    }
    expect(document.markets.map(({ settled, branches: of }) => [settled, of.length])).to.deep.equal([[true, branches]]);
    expect(Object.keys(document.proof)).to.have.length(10);
    for (const [item, { ok }] of Object.entries(document.proof)) expect(ok, item).to.equal(true);
    await expectDataset(flow, { fills: document.fills.length, roots: 2 });
    rmSync(folder, { recursive: true });
  });

  const refused: readonly [what: string, words: readonly string[], says: RegExp][] = [
    ["an unknown option", ["--sed", "7"], /^OPTION_UNKNOWN: .*--sed/],
    ["a bad value", ["--traders", "1"], /^OPTION_INVALID: --traders: .*"1"/],
    ["a file that is not there", ["--weather", "/no/such.csv"], /^WEATHER_UNREADABLE: .*such\.csv/],
    ["a time that the file does not cover", uncovered, /^WEATHER_DAY_MISSING: .*2016-01-01/],
  ];
  for (const [what, words, says] of refused) {
    it(`exits with 2 on ${what}, and says so on stderr alone`, () => {
      const { status, stdout, stderr } = startStudy(name, words);
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(says);
    });
  }

  it("answers --help with status 0", () => {
    const { status, stdout } = startStudy(name, ["--help"]);
    expect(status).to.equal(0);
    expect(stdout).to.include(`npm run lab ${name} --`).and.to.include("--seed");
  });
}
