/**
 * Gas of the main paths, against `bench/gas.json` (default profile): whole transactions, in steady state and as first use.
 * `UPDATE_GAS=1` writes the file anew; that change of figures is then part of the change that made them.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import hre from "hardhat";

import { measureRows } from "../../../bench/gas/rows.js";

const GAS_FILE = "bench/gas.json";
/** Calldata differs by a few zero bytes from run to run. */
const TOLERANCE = 0.01;

type Gas = Readonly<Record<string, number>>;

/** Each row, and what it costs as first use under a name of its own. */
async function measure(): Promise<Gas> {
  const rows = await measureRows(await hre.network.create());
  const entries = rows.flatMap(({ id, value, firstUse }): (readonly [string, number])[] =>
    firstUse === undefined
      ? [[id, value]]
      : [
          [id, value],
          [`${id}, first use`, firstUse],
        ],
  );
  return Object.fromEntries(entries);
}

const update = process.env["UPDATE_GAS"] === "1";
const recorded = JSON.parse(readFileSync(GAS_FILE, "utf8")) as Gas; // as this test wrote it

describe("Gas of the main paths", function () {
  this.timeout(600_000); // it plays every path, and the machine may be slow
  let measured: Gas;

  before(async function () {
    if ((process.env["SESSION_PROFILE"] ?? "default") !== "default") this.skip();
    measured = await measure();
    if (update) writeFileSync(GAS_FILE, `${JSON.stringify(measured, null, 2)}\n`);
  });

  it(`is that of the paths that ${GAS_FILE} names, and of no others`, () => {
    if (!update) expect(Object.keys(measured)).to.have.members(Object.keys(recorded));
  });

  for (const [path, then] of Object.entries(recorded)) {
    it(`${path} costs what ${GAS_FILE} says, within 1 %`, function () {
      if (update) this.skip();
      const now = measured[path] ?? Infinity;
      expect(Math.abs(now - then) / then, `${now} now, ${then} recorded`).to.be.at.most(TOLERANCE);
    });
  }
});
