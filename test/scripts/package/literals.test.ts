import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { constantOf, literalType, writeAbiModules } from "../../../scripts/package/literals.js";

describe("ABIs as modules with the types of their values", () => {
  it("a type is its value, and nothing in it can be written", () => {
    expect(literalType([{ name: "f", inputs: [], payable: false, at: 1, none: null }])).to.equal(
      'readonly [{ readonly "name": "f"; readonly "inputs": readonly []; readonly "payable": false; readonly "at": 1; readonly "none": null }]',
    );
  });

  it("are called by their contract, an interface without its letter", () => {
    expect(["IOrderBook", "Session", "IParticipationPolicy"].map(constantOf)).to.deep.equal([
      "orderBookAbi",
      "sessionAbi",
      "participationPolicyAbi",
    ]);
  });

  it("can be imported from the index, each from a file of its own", async () => {
    const folder = mkdtempSync(join(tmpdir(), "session-abi-"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const abi = [{ type: "function", name: "f" }];
    writeAbiModules(new Map([["IOrderBook", abi]]), folder);
    const read = (await import(pathToFileURL(join(folder, "index.js")).href)) as { orderBookAbi: unknown };
    expect(read.orderBookAbi).to.deep.equal(abi);
    expect(readFileSync(join(folder, "orderBookAbi.d.ts"), "utf8")).to.equal(
      'export declare const orderBookAbi: readonly [{ readonly "type": "function"; readonly "name": "f" }];\n',
    );
    rmSync(folder, { recursive: true });
  });
});
