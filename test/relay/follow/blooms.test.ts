/** What is believed of the logs that a node gives, by the bloom of the block's header. */
import { expect } from "chai";
import { id } from "ethers";

import type { NodeError } from "../../../src/node/errors.js";
import type { BlockHeader, ChainLog } from "../../../src/node/node.js";
import { type Blooms, createBlooms } from "../../../src/relay/follow/blooms.js";
import { bloomOf } from "../paper/bloom.js";
import { expectRefused } from "../paper/expect.js";

const ADDRESS = `0x${"0b".repeat(20)}`;
const TOPICS = [id("Deposited"), id("Withdrawn")];
const EMPTY = bloomOf([]);
const FULL = `0x${"ff".repeat(256)}`;

const log = (index = 0): ChainLog => ({
  address: ADDRESS,
  topics: [TOPICS[0]!, id(`trader ${index}`)],
  data: "0x",
  blockNumber: 7,
  blockHash: id("block"),
  transactionHash: id("transaction"),
  index,
});
const header = (logsBloom: string | undefined, hash = id("block")): BlockHeader => ({
  number: 7,
  hash,
  parentHash: id("parent"),
  timestamp: 1n,
  baseFee: undefined,
  logsBloom,
});
const MISSING = { method: "eth_getLogs", reason: "block 7 has logs of the book by its bloom, and none were given" };

function open(receipts?: ChainLog[]): { readonly blooms: Blooms; readonly told: NodeError[] } {
  const told: NodeError[] = [];
  const blooms = createBlooms({
    node: { receiptLogs: () => Promise.resolve(receipts) },
    address: ADDRESS,
    topics: TOPICS,
    onMissing: (error) => told.push(error),
  });
  return { blooms, told };
}

describe("given a block whose bloom has the book and one of its events", () => {
  it("believes the logs that are in it", async () => {
    const { blooms } = open();
    expect(await blooms.believed(header(bloomOf([log(), log(1)])), [log(), log(1)])).to.have.lengthOf(2);
    expect(blooms.use).to.equal("kept");
  });

  it("never believes that there are none while the bloom is too empty for chance", async () => {
    const { blooms } = open();
    for (let looks = 0; looks < 40; looks += 1) {
      await expectRefused(blooms.believed(header(bloomOf([log()])), []), "NODE_LOGS_MISSING", MISSING);
    }
  });

  it("takes the logs of the block's receipts if the node gives those, and says so", async () => {
    const { blooms, told } = open([log()]);
    expect(await blooms.believed(header(bloomOf([log()])), [])).to.deep.equal([log()]);
    expect(told.map(({ code }) => code)).to.deep.equal(["NODE_LOGS_MISSING"]);
  });

  it("believes receipts without such a log: then it was chance", async () => {
    const { blooms, told } = open([]);
    expect(await blooms.believed(header(FULL), [])).to.deep.equal([]);
    expect(told).to.deep.equal([]);
  });

  it("believes in chance where there are no receipts and the bloom is full, at the tenth look at that block", async () => {
    const { blooms } = open();
    for (let looks = 1; looks < 10; looks += 1) {
      await expectRefused(blooms.believed(header(FULL), []), "NODE_LOGS_MISSING", MISSING);
    }
    await expectRefused(blooms.believed(header(FULL, id("another")), []), "NODE_LOGS_MISSING", MISSING);
    for (let looks = 1; looks < 10; looks += 1) {
      await expectRefused(blooms.believed(header(FULL), []), "NODE_LOGS_MISSING", MISSING);
    }
    expect(await blooms.believed(header(FULL), [])).to.deep.equal([]);
  });
});

describe("given a block whose bloom lacks", () => {
  it("the book, or all of its events: there are no logs", async () => {
    const { blooms } = open();
    for (const others of [[{ address: `0x${"0c".repeat(20)}`, topics: TOPICS }], [{ address: ADDRESS, topics: [] }]]) {
      expect(await blooms.believed(header(bloomOf(others)), [])).to.deep.equal([]);
    }
  });

  it("a log that the node gives: one of the two is wrong", async () => {
    const { blooms } = open();
    const reason = "log 1 of block 7 is not in the block's bloom";
    const values = { method: "eth_getLogs", reason };
    await expectRefused(blooms.believed(header(bloomOf([log()])), [log(), log(1)]), "NODE_MALFORMED", values);
  });
});

describe("given a chain whose headers have no bloom, or an empty one", () => {
  for (const [what, bloom] of [
    ["none", undefined],
    ["an empty one", EMPTY],
  ] as const) {
    it(`believes what the node gives (${what})`, async () => {
      const { blooms } = open();
      expect(await blooms.believed(header(bloom), [])).to.deep.equal([]);
      expect(blooms.use).to.equal("unknown");
      expect(await blooms.believed(header(bloom), [log()])).to.deep.equal([log()]);
      expect(blooms.use).to.equal("none");
    });
  }
});
