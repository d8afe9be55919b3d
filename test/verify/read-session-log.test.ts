/** A session's log from a node: what is asked, what is left out, and what is no session. */
import { expect } from "chai";
import { concat, id, zeroPadValue, ZeroHash } from "ethers";

import { NodeError } from "../../src/node/errors.js";
import { SessionLogError } from "../../src/verify/errors.js";
import { readSessionLog, type ReadOptions, streamSessionLog } from "../../src/verify/read-session-log.js";
import type { Progress } from "../../src/verify/report.js";
import { type LogRecord, sealed, type SessionLog } from "../../src/verify/session-log.js";
import { BOOK } from "../../trials/altered/edit.js";
import { ISession__factory } from "../../typechain-types/index.js";
import { expectHolds } from "./support/expect.js";
import { FIRST_BLOCK } from "./support/header.js";
import { type NodeManner, SessionNode } from "./support/node.js";
import { addressOf, ALICE, BOB } from "./support/people.js";
import { eventful } from "./support/stories.js";

const SALT = id("salt");
const SESSION = ISession__factory.createInterface();

/** What the node has, as it must be read. */
const { header, records } = eventful().log();
const TIP = records.at(-1)!.blockNumber + 3;
const log = sealed({ ...header, toBlock: TIP }, records);

function nodeOf(source: SessionLog = log, manner: NodeManner = {}): SessionNode {
  return new SessionNode(source, SALT, { tip: TIP, ...manner });
}

async function read(node = nodeOf(), options: ReadOptions = {}): Promise<SessionLog> {
  return readSessionLog(header.session, node, options);
}

/** With a record behind all others of its block. */
function withOther(address: string, logged: Pick<LogRecord, "topics" | "data">, after: number): SessionLog {
  const other = { ...records[after]!, address, ...logged, logIndex: 500, byWallet: false };
  return { ...log, records: records.toSpliced(after + 1, 0, other) };
}

async function expectLogError(reading: Promise<unknown>, code: string, values: object): Promise<void> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(SessionLogError);
  const { code: said, values: found } = error as SessionLogError; // as was just seen
  expect([said, found]).to.deep.equal([code, values]);
}

describe("readSessionLog", function () {
  it("gives header, records and checksum as the chain has them, wallets included", async function () {
    const found = await read();
    expect(found.header).to.deep.equal(log.header);
    expect(found.records).to.deep.equal(log.records);
    expect(found.checksum).to.equal(log.checksum);
    expect(found.records.filter(({ byWallet }) => byWallet).length).to.equal(1);
    await expectHolds(found);
  });

  it("gives the same record by record, and its checksum at the end", async function () {
    const stream = await streamSessionLog(header.session, nodeOf());
    expect(stream.header).to.deep.equal(log.header);
    const found: LogRecord[] = [];
    for await (const record of stream.records) found.push(record);
    expect(found).to.deep.equal(log.records);
    expect(stream.checksum()).to.equal(log.checksum);
  });

  describe("as to the blocks", function () {
    it("begins with the creation's, wherever it was asked to begin before", async function () {
      for (const fromBlock of [0, 50, FIRST_BLOCK]) {
        expect((await read(nodeOf(), { fromBlock })).header.fromBlock).to.equal(FIRST_BLOCK);
      }
    });

    it("ends where it was asked to, else with the newest", async function () {
      expect((await read()).header.toBlock).to.equal(TIP);
      const toBlock = FIRST_BLOCK + 3;
      const early = await read(nodeOf(), { toBlock });
      expect(early.header.toBlock).to.equal(toBlock);
      expect(early.records).to.deep.equal(records.filter(({ blockNumber }) => blockNumber <= toBlock));
    });

    it("asks for the newest only if nobody said where to end", async function () {
      const node = nodeOf();
      await read(node, { toBlock: TIP });
      expect(node.asked).to.not.include("getBlockNumber");
    });

    it("asks for fewer where the node refuses many, and gives the same", async function () {
      for (const range of [1, 2, 7]) {
        const found = await read(nodeOf(log, { range }), { fromBlock: FIRST_BLOCK });
        expect(found.checksum).to.equal(log.checksum);
      }
    });

    it("passes on what a node says that searches no block at all", async function () {
      const error: unknown = await read(nodeOf(log, { range: 0 }), { fromBlock: FIRST_BLOCK }).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(NodeError).and.to.have.property("code", "NODE_RANGE_REFUSED");
    });

    it("asks for each block's time once", async function () {
      const node = nodeOf();
      await read(node);
      const blocks = new Set(records.map(({ blockNumber }) => blockNumber)).size;
      expect(node.asked.filter((method) => method === "getBlock").length).to.equal(blocks);
    });

    it("tells how far it is, and of how many", async function () {
      const told: Progress[] = [];
      await read(nodeOf(log, { range: 10 }), { fromBlock: FIRST_BLOCK, onProgress: (progress) => told.push(progress) });
      const total = TIP - FIRST_BLOCK + 1;
      expect(told.length).to.be.greaterThan(1);
      expect(told.at(-1)).to.deep.equal({ phase: "reading", done: total, total });
      for (const [index, { done }] of told.entries()) {
        if (index > 0) expect(done).to.be.greaterThan(told[index - 1]!.done);
      }
    });
  });

  describe("as to what it leaves out", function () {
    const last = records.length - 1;

    async function expectLeftOut(source: SessionLog): Promise<void> {
      expect(source.records.length).to.equal(records.length + 1);
      expect((await read(nodeOf(source))).records).to.deep.equal(records);
    }

    it("leaves out approvals", async function () {
      const approval = SESSION.encodeEventLog("Approval", [ALICE.address, BOB.address, 1n]);
      for (const address of [header.session, header.legs[0]!]) await expectLeftOut(withOther(address, approval, last));
    });

    it("leaves out what was skipped", async function () {
      const reason = BOOK.encodeErrorResult("Book_ZeroAmount", []);
      await expectLeftOut(withOther(header.book, BOOK.encodeEventLog("OffsetSkipped", [1, reason]), last));
      const skipped = BOOK.encodeEventLog("PackageSkipped", [0, ALICE.address, ZeroHash, reason]);
      await expectLeftOut(withOther(header.book, skipped, last));
    });

    it("leaves out what assets move between others, and other contracts' logs", async function () {
      const [asset = ""] = header.terms.assets;
      const elsewhere = SESSION.encodeEventLog("Transfer", [ALICE.address, BOB.address, 1n]);
      await expectLeftOut(withOther(asset, elsewhere, last));
      const into = SESSION.encodeEventLog("Transfer", [ALICE.address, header.session, 1n]);
      await expectLeftOut(withOther(addressOf("another asset"), into, last));
    });

    it("leaves out a transfer that an asset logs with other fields", async function () {
      const [asset = ""] = header.terms.assets;
      const { topics, data } = SESSION.encodeEventLog("Transfer", [ALICE.address, header.session, 1n]);
      const indexed = { topics: [...topics, zeroPadValue(data.slice(0, 66), 32)], data: "0x" };
      await expectLeftOut(withOther(asset, indexed, last));
    });

    it("leaves out the creation of other sessions", async function () {
      const [creation] = records;
      const { topics, data } = creation!;
      const other = { topics: topics.with(1, zeroPadValue(ALICE.address, 32)), data };
      await expectLeftOut(withOther(header.factory, other, last));
    });
  });

  describe("as to what it takes", function () {
    it("takes gifts of assets, and one from the vault to the vault once", async function () {
      const [asset = ""] = header.terms.assets;
      for (const from of [ALICE.address, header.session]) {
        const gift = SESSION.encodeEventLog("Transfer", [from, header.session, 1n]);
        const source = withOther(asset, gift, records.length - 1);
        expect((await read(nodeOf(source))).records).to.deep.equal(source.records);
      }
    });

    it("sorts what the node gives by its place", async function () {
      const source = { ...log, records: records.toReversed() };
      expect((await read(nodeOf(source))).records).to.deep.equal(records);
    });

    it("marks an order by a wallet only if no key has signed it", async function () {
      const found = await read();
      for (const [index, { byWallet }] of found.records.entries()) {
        expect(byWallet, `record ${index}`).to.equal(records[index]!.byWallet);
      }
    });
  });

  describe("as to the salt", function () {
    it("takes it from the block, of a node that no longer finds the transaction by its hash", async function () {
      const found = await read(nodeOf(log, { lost: "hashes" }));
      expect([found.header, found.checksum]).to.deep.equal([log.header, log.checksum]);
    });

    it("does not take a node's silence for another contract's call", async function () {
      const refused = await read(nodeOf(log, { lost: "transactions" })).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(NodeError);
      const { code, values } = refused as NodeError; // as just seen
      const reason = `it has no transaction ${records[0]!.transactionHash}, of which it gave logs`;
      expect([code, values.reason]).to.deep.equal(["NODE_MALFORMED", reason]);
    });

    it("finds it in the factory's call, bound to its caller", async function () {
      expect((await read()).header.clones.salt).to.equal(header.clones.salt);
    });

    it("has none where another contract called the factory", async function () {
      const caller = { to: addressOf("wallet of organisers") };
      const { clones } = (await read(nodeOf(log, { caller }))).header;
      expect(clones).to.deep.equal({ ...header.clones, salt: undefined });
    });
  });

  describe("given what is no session", function () {
    const noSession = (address: string) => ["LOG_NOT_A_SESSION", { address }] as const;

    it("refuses an address without code", async function () {
      await expectLogError(readSessionLog(ALICE.address, nodeOf()), ...noSession(ALICE.address));
    });

    it("refuses a contract that is no clone", async function () {
      const codes = { [header.session]: "0x6080604052" };
      await expectLogError(read(nodeOf(log, { codes })), ...noSession(header.session));
    });

    it("refuses a clone that does not answer as a vault", async function () {
      await expectLogError(readSessionLog(header.book, nodeOf()), ...noSession(header.book));
      await expectLogError(readSessionLog(header.legs[0]!, nodeOf()), ...noSession(header.legs[0]!));
    });

    it("refuses one whose book or leg is no clone", async function () {
      for (const address of [header.book, header.legs[0]!]) {
        await expectLogError(read(nodeOf(log, { codes: { [address]: "0x6080" } })), ...noSession(header.session));
      }
    });

    it("refuses one whose terms cannot be read", async function () {
      const clone = concat(["0x363d3d373d3d3d363d73", ALICE.address, "0x5af43d82803e903d91602b57fd5bf3"]);
      for (const address of [header.session, header.book]) {
        await expectLogError(read(nodeOf(log, { codes: { [address]: clone } })), ...noSession(header.session));
      }
    });

    it("says where it has looked for the creation in vain", async function () {
      const fromBlock = FIRST_BLOCK + 1;
      const { session, factory } = header;
      const values = { session, factory, fromBlock, toBlock: TIP };
      await expectLogError(read(nodeOf(), { fromBlock }), "LOG_NO_CREATION", values);
    });
  });
});
