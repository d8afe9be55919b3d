/** Every record of a file beside those that a node has: what differs is found, what the node does not give is said. */
import { expect } from "chai";
import { id } from "ethers";

import { countsOf } from "../../src/protocol/book/checkpoint.js";
import type { LogRecord, SessionLog } from "../../src/verify/session-log.js";
import { sealed } from "../../src/verify/session-log.js";
import { grantsOf } from "../../src/verify/verdict.js";
import { expectBroken, judge } from "./support/expect.js";
import { SUPPLY } from "./support/header.js";
import { type NodeManner, refusedByNode, SessionNode } from "./support/node.js";
import { ALICE, BOB } from "./support/people.js";
import { upTo, withRecord } from "./support/records.js";
import { STAKE, trade, trading } from "./support/stories.js";

describe("LogComparison", function () {
  const scribe = trading();
  trade(scribe, [ALICE, BOB], 5_000n, 100n);
  const log = scribe.log();
  const { header, records } = log;
  const { link, checkpoints } = scribe.book.state.chain.state;
  const standing = { link, checkpoints, supplies: [SUPPLY, 0n, 0n], heldByBook: [3n * STAKE, 0n, 0n] };
  const nodeOf = (manner: NodeManner = {}): SessionNode =>
    new SessionNode(log, id("salt"), { standing: { ...standing, vault: header.terms.quantities }, ...manner });
  const last = records.length - 1;
  /** The last call is an order with what came of it. */
  const first = records.findIndex(({ transactionHash }) => transactionHash === records[last]!.transactionHash);
  const cut: SessionLog = upTo(log, first);

  /** A node that takes no question of that kind. */
  function refusing(method: string, from = 0): SessionNode {
    const node = nodeOf();
    const perform = node._perform.bind(node);
    let asked = 0;
    node._perform = (request) => {
      asked += request.method === method ? 1 : 0;
      return request.method === method && asked > from ? Promise.reject(refusedByNode()) : perform(request);
    };
    return node;
  }

  it("takes the chain's own", async function () {
    const { failure, granted } = await judge(log, { provider: nodeOf() });
    expect([failure, granted]).to.deep.equal([undefined, ["FACTORY_UNKNOWN", "CODE_UNKNOWN", "CALLS_UNSIGNED"]]);
  });

  it("finds another time of the last block, with both", async function () {
    const { timestamp } = records[last]!;
    const later = sealed(
      header,
      records.map((record, at) => (at < first ? record : { ...record, timestamp: timestamp + 5 })),
    );
    const why = "The chain has another record here.";
    const values = { expected: { timestamp }, actual: { timestamp: timestamp + 5 } };
    await expectBroken(later, { rule: "log", at: first, kind: "tradeCreated", why, ...values }, { provider: nodeOf() });
  });

  it("finds another transaction", async function () {
    const transactionHash = id("another");
    const change = (record: LogRecord, at: number): LogRecord => (at < first ? record : { ...record, transactionHash });
    const { failure } = await judge(sealed(header, records.map(change)), { provider: nodeOf() });
    expect([failure?.rule, failure?.index, failure?.actual]).to.deep.equal(["log", first, { transactionHash }]);
  });

  it("finds that the end is missing, up to the log's last block", async function () {
    const why = "The chain has more records up to the log's last block.";
    const { failure } = await judge(cut, { provider: nodeOf() });
    expect([failure?.rule, failure?.why, failure?.index]).to.deep.equal(["log", why, undefined]);
  });

  it("finds a record that the chain does not have", async function () {
    const node = new SessionNode(cut, id("salt"), { standing: { ...standing, vault: header.terms.quantities } });
    const { failure } = await judge(log, { provider: node });
    expect([failure?.rule, failure?.why, failure?.index]).to.deep.equal([
      "log",
      "The chain has no such record.",
      first,
    ]);
  });

  it("says that the chain has gone on since, where the file names an earlier last block", async function () {
    const { blockNumber } = records[first - 1]!;
    const earlier = sealed({ ...header, toBlock: blockNumber }, cut.records);
    const before = await judge(earlier);
    const then = { link: before.link, checkpoints: BigInt(countsOf(before.link).number) };
    const node = nodeOf({ standing: { ...standing, ...then, vault: header.terms.quantities } });
    const { verdict } = await judge(earlier, { provider: node });
    const said = grantsOf(verdict).find(({ code }) => code === "CHAIN_GOES_ON");
    expect(said?.subjects).to.deep.equal([`blocks ${records[first]!.blockNumber} to ${header.toBlock}`]);
  });

  it("does not take a node that limits requests for one that has no more: the end cut off is granted, with its words", async function () {
    const { verdict, granted } = await judge(cut, { provider: refusing("getLogs") });
    expect(verdict.kind).to.equal("does-not-hold"); // its checkpoint is another
    expect(granted).to.deep.equal([]);
    const silent = refusing("getLogs");
    const perform = silent._perform.bind(silent);
    silent._perform = (request) => (request.method === "call" ? Promise.reject(refusedByNode()) : perform(request));
    const both = await judge(cut, { provider: silent });
    const said = grantsOf(both.verdict);
    expect(both.verdict.kind).to.equal("holds-if");
    expect(both.granted).to.include.members(["TAIL_NOT_COMPARED", "LOGS_UNCHECKED", "STATE_PRUNED"]);
    for (const code of ["LOGS_UNCHECKED", "STATE_PRUNED"]) {
      expect(said.find((one) => one.code === code)?.subjects.join()).to.include("request rate limited");
    }
  });

  it("says so where the node stands behind the log's last block", async function () {
    const tip = records[first]!.blockNumber - 1;
    const { failure, verdict } = await judge(log, { provider: nodeOf({ tip }) });
    expect(failure).to.equal(undefined);
    const said = grantsOf(verdict).find(({ code }) => code === "LOGS_UNCHECKED");
    expect(said?.subjects).to.deep.equal([`its newest block is ${tip}`]);
  });

  it("compares what a record claims of wallets, too", async function () {
    const at = records.findIndex(({ address }) => address === header.book);
    const { failure } = await judge(
      withRecord(log, at, () => ({ byWallet: true })),
      { provider: nodeOf() },
    );
    expect([failure?.rule, failure?.index]).to.deep.equal(["log", at]);
  });
});
