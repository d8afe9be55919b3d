/** Who trades without signing, by the records alone. */
import { expect } from "chai";

import { contractsIn } from "../../../../app/data/mirror/contracts.js";
import type { ChainRecord } from "../../../../src/bindings/records.js";

const created = (trader: string, signature: string) =>
  ({ kind: "tradeCreated", package: { trader }, signature }) as ChainRecord; // nothing else is looked at

describe("contracts that trade", function () {
  it("are the traders of orders without a signature, each once, as they came", function () {
    const SIGNED = `0x${"5a".repeat(65)}`;
    const records = [
      created("alice", SIGNED),
      created("maker", "0x"),
      created("bob", SIGNED),
      created("router", "0x"),
      created("maker", "0x"),
      { kind: "checkpoint" } as ChainRecord,
    ];
    expect(contractsIn(records)).to.deep.equal(["maker", "router"]);
    expect(contractsIn([])).to.deep.equal([]);
  });
});
