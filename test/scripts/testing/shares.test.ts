import { join } from "node:path";

import { expect } from "chai";

import { filesOf, sharesOf } from "../../../scripts/testing/files.js";

describe("the shares of the mocha tests", () => {
  it("have every file once", () => {
    const all = filesOf("mocha", []);
    const shared = sharesOf(all).flatMap(({ named }) => filesOf("mocha", named));
    expect(shared.toSorted()).to.deep.equal(all);
    expect(all).to.include(join("test", "scripts", "testing", "shares.test.ts"));
  });

  it("take a new folder, and a file beside the folders, among the others", () => {
    const files = [
      join("test", "new.test.ts"),
      join("test", "new", "deep", "one.test.ts"),
      join("test", "lab", "a.test.ts"),
    ];
    expect(sharesOf(files)).to.deep.equal([
      { name: "studies", named: [join("test", "lab")] },
      { name: "others", named: [join("test", "new.test.ts"), join("test", "new")] },
    ]);
  });
});
