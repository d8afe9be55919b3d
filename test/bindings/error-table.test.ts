/** The table of errors says what the contracts declare: all of them, with the names of their values, each once. */
import { globSync, readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";
import { Interface, type JsonFragment } from "ethers";

import { ERROR_TABLE } from "../../src/bindings/error-table.js";

const FILE = "src/bindings/error-table.ts";
const HEAD = `/**
 * Every error that our contracts, and the libraries inside them, declare. Written from what is compiled: \`UPDATE_ERRORS=1 npm test --
 * test/bindings/error-table.test.ts\`. As text, since the whole ABIs of all contracts would be in every page that can read one error.
 */
`;

/** Of all contracts but those that only tests deploy. */
function declared(): string[] {
  const files = globSync("artifacts/contracts/**/*.json").filter((file) => !file.includes("/mocks/"));
  const texts = files.flatMap((file) => {
    const { abi } = JSON.parse(readFileSync(file, "utf8")) as { abi: readonly JsonFragment[] };
    const found: string[] = [];
    new Interface(abi).forEachError((fragment) => found.push(fragment.format("full")));
    return found;
  });
  return [...new Set(texts)].sort();
}

describe("the table of errors", function () {
  it("has every error of every contract", function () {
    const errors = declared();
    expect(errors.length).to.be.greaterThan(100);
    if (process.env["UPDATE_ERRORS"] !== undefined) {
      const lines = errors.map((error) => `  ${JSON.stringify(error)},\n`).join("");
      writeFileSync(FILE, `${HEAD}export const ERROR_TABLE: readonly string[] = [\n${lines}];\n`);
      return;
    }
    expect(ERROR_TABLE, "UPDATE_ERRORS=1 writes it anew").to.deep.equal(errors);
  });

  it("has one error of a name, and so one set of names for its values", function () {
    const names: string[] = [];
    new Interface(ERROR_TABLE).forEachError(({ name }) => names.push(name));
    expect(names).to.have.lengthOf(ERROR_TABLE.length);
    expect(new Set(names).size).to.equal(names.length);
  });
});
