/** Who is a settler is told by code alone; what is sent to one, and what its logs say, by its ABI. */
import { expect } from "chai";
import { getAddress, Interface, toBeHex, ZeroHash } from "ethers";

import {
  assertedTopics,
  assertionIn,
  recordAssertionCall,
  recordPriceCall,
  settlerIn,
} from "../../src/bindings/settlers.js";
import { settlerCode } from "./settler-code.js";

const address = (byte: string): string => getAddress(`0x${byte.repeat(20)}`);
const [BOOK, OTHER, SETTLER, ORACLE] = ["b0", "cc", "5e", "0a"].map(address) as [string, string, string, string];
const ABI = new Interface([
  "function record(uint32 marketRootId)",
  "function record(bytes32 assertionId)",
  "event OutcomeAsserted(uint32 indexed marketRootId, bytes32 indexed assertionId, address indexed asserter, int32[] values, uint256 bond)",
]);

describe("a settler of a book", () => {
  it("is known by its code, whatever oracle or feeds it asks", async () => {
    for (const oracle of [ORACLE, OTHER]) {
      expect(settlerIn(BOOK, SETTLER, await settlerCode("UmaSettler", { BOOK, ORACLE: oracle }))).to.equal("assertion");
    }
    expect(settlerIn(BOOK, SETTLER, await settlerCode("ChainlinkSettler", { BOOK, FIXING: OTHER }))).to.equal("price");
  });

  it("is none of another book, nor with a byte changed, nor without code", async () => {
    const code = await settlerCode("UmaSettler", { BOOK, ORACLE });
    expect(settlerIn(OTHER, SETTLER, code)).to.equal(undefined);
    expect(settlerIn(BOOK, SETTLER, code.replace("0x60", "0x61"))).to.equal(undefined);
    expect(settlerIn(BOOK, SETTLER, "0x")).to.equal(undefined);
  });

  it("is told what to record, by the root's number or the assertion's", () => {
    const assertionId = `0x${"a5".repeat(32)}`;
    expect(recordPriceCall(SETTLER, 7)).to.deep.equal({
      ...{ kind: "record", to: SETTLER },
      data: ABI.encodeFunctionData("record(uint32)", [7]),
    });
    expect(recordAssertionCall(SETTLER, assertionId)).to.deep.equal({
      ...{ kind: "record", to: SETTLER },
      data: ABI.encodeFunctionData("record(bytes32)", [assertionId]),
    });
  });

  it("says in its logs what was asserted of a root", () => {
    const assertionId = `0x${"a5".repeat(32)}`;
    const { topics } = ABI.encodeEventLog("OutcomeAsserted", [7, assertionId, OTHER, [1], 2]);
    expect(topics.slice(0, 2)).to.deep.equal(assertedTopics(7));
    expect(assertionIn({ topics })).to.equal(assertionId);
    expect(assertionIn({ topics: [ZeroHash, toBeHex(7, 32), assertionId] })).to.equal(undefined);
    expect(assertionIn({ topics: [] })).to.equal(undefined);
  });
});
