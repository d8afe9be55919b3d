import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { expect } from "chai";

import { packageVersion } from "../../src/cli/version.js";

const MANIFEST = resolve(import.meta.dirname, "../../package.json");

describe("the version", function () {
  it("is that of the package which the program's file is in", async function () {
    const { version } = JSON.parse(await readFile(MANIFEST, "utf8")) as { version: string }; // npm's own field
    expect(packageVersion()).to.equal(version);
    expect(version).to.match(/^\d+\.\d+\.\d+/);
  });
});
