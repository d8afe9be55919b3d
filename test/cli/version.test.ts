import { expect } from "chai";

import manifest from "../../package.json" with { type: "json" };
import { packageVersion } from "../../src/cli/version.js";

describe("the version", function () {
  it("is that of the package which the program's file is in", function () {
    expect(packageVersion()).to.equal(manifest.version);
    expect(packageVersion()).to.match(/^\d+\.\d+\.\d+/);
  });
});
