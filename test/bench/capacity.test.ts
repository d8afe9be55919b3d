/** The capacity page is what the kept figures make of it, and every number of it has a place where it comes from. */
import { readFileSync } from "node:fs";

import { expect } from "chai";

import { CHAINS } from "../../bench/capacity/chains.js";
import { acceptedASecond, gasOf, type KeptTrials } from "../../bench/capacity/inputs.js";
import { capacityPage, DEFAULTS } from "../../bench/capacity/page.js";
import type { Results } from "../../bench/document.js";
import { NUMBERS } from "../../src/relay/config/settings.js";

const read = (path: string): string => readFileSync(path, "utf8");
const { parts: results } = JSON.parse(read("bench/results.json")) as { parts: Results }; // as the benchmark wrote it
const trials = JSON.parse(read("bench/trials.json")) as KeptTrials; // as trials wrote it
const relayPage = read("docs/relay.md");

describe("docs/capacity.md", () => {
  const page = capacityPage({ results, trials, relayPage });

  it("is what `npm run bench -- capacity` writes", () => {
    expect(read("docs/capacity.md")).to.equal(page);
  });

  it("has orders a second that are gas a second over gas an order, by hand", () => {
    const gas = gasOf(results, "batchPair") / 2;
    const [ethereum] = CHAINS;
    expect(ethereum!.gasPerSecond).to.deep.equal({ target: 2_500_000, most: 5_000_000 });
    expect(page).to.include(` | ${Math.round(2_500_000 / gas)} · ${Math.round(5_000_000 / gas)} | `);
  });

  it("has a line for 1, 100 and 10 000 sessions, and says that nobody ran the last", () => {
    for (const sessions of ["1", "100", "10 000"]) expect(page).to.match(new RegExp(`^\\| ${sessions} \\| `, "m"));
    expect(page).to.include("Of 10 000 sessions nothing was run");
  });

  it("reckons with the settings that the relay has", () => {
    expect(String(DEFAULTS.sessionsAProcess)).to.equal(NUMBERS["max-sessions"].fallback);
    const sizes = /const SIZES = \{ intake: (\d+), index: (\d+), reads: (\d+) \}/.exec(
      read("src/relay/store/server.ts"),
    );
    expect(sizes!.slice(1).map(Number)).to.deep.equal(Object.values(DEFAULTS.connections));
  });

  it("names a source and a day for what is assumed of each chain", () => {
    for (const { name, sources } of CHAINS) {
      expect(page).to.include(`| ${name} |`);
      expect(sources.length).to.be.above(1);
      for (const source of sources) expect(page).to.include(source);
    }
    expect(page).to.match(/Looked at on \d{4}-\d{2}-\d{2}\./);
  });

  it("cannot be written without a figure that it needs", () => {
    expect(() => gasOf({ ...results, gas: { rows: [], pictures: [], notes: [] } }, "take")).to.throw('needs "take"');
    expect(() => acceptedASecond("")).to.throw("docs/relay.md has lost its table");
  });
});
