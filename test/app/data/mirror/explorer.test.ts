/** The explorer of the chain against random histories of a book: every call folds to what the book itself said. */
import { expect } from "chai";

import { createExplorer, type Explorer, MOST_CALLS } from "../../../../app/data/mirror/explorer.js";
import type { ChainRecord } from "../../../../src/bindings/records.js";
import { countsOf } from "../../../../src/protocol/book/checkpoint.js";
import { packageDigest } from "../../../../src/protocol/signing/typed-data.js";
import { blocksOf, eventfulRun } from "../../../history/support.js";

const run = eventfulRun(11, 160);
const blocks = blocksOf(run.logged);
const records = blocks.flatMap(({ records: some }) => some);
const times = new Map(blocks.map(({ header }) => [header.number, header.timestamp]));
const { domain } = run.stage.terms;

function explorerOf(some: readonly ChainRecord[]): Explorer {
  return createExplorer(some, { domain, times });
}

const explorer = explorerOf(records);
const { total } = explorer.page({ limit: 1 });
const calls = Array.from({ length: total }, (_, index) => explorer.call(index)!);

describe("createExplorer", () => {
  it("folds every call of a history to the head and the checkpoint that the book wrote", () => {
    expect(total).to.be.greaterThan(20);
    for (const { index, isRight } of calls) expect(isRight, `call ${index}`).to.equal(true);
    const kinds = new Set(calls.flatMap(({ records: each }) => each.map(({ record }) => record.kind)));
    for (const kind of ["tradeCreated", "matched", "offset", "marketRecorded"]) expect([...kinds]).to.include(kind);
  });

  it("does not fold to it if a price, a number of lots or a record is another", () => {
    const at = records.findIndex(({ kind }) => kind === "matched");
    const matched = records[at] as Extract<ChainRecord, { kind: "matched" }>;
    const callIndex = calls.findIndex(({ records: each }) => each.some(({ record }) => record === matched));
    const altered = [
      records.with(at, { ...matched, priceTicks: (matched.priceTicks + 1n) as typeof matched.priceTicks }),
      records.with(at, { ...matched, lots: (matched.lots + 1n) as typeof matched.lots }),
      records.toSpliced(at, 1),
    ];
    for (const some of altered) expect(explorerOf(some).call(callIndex)?.isRight).to.equal(false);
  });

  it("goes on from the checkpoint of the call before, the first from the genesis", () => {
    expect(countsOf(calls[0]!.from)).to.deep.equal({ mark: 0n, trades: 0, number: 0 });
    for (const { index, from } of calls.slice(1)) expect(from).to.equal(calls[index - 1]!.link);
  });

  it("gives a fold two words for an order, four for a match, and none for money", () => {
    const wordsOf = (kind: ChainRecord["kind"]): Set<number> =>
      new Set(calls.flatMap(({ records: each }) => each.filter(({ record }) => record.kind === kind).map(({ words }) => words.length))); // prettier-ignore
    expect([...wordsOf("tradeCreated")]).to.deep.equal([2]);
    expect([...wordsOf("matched")]).to.deep.equal([4]);
    expect([...wordsOf("offset")]).to.deep.equal([1]);
    expect([...wordsOf("marketRecorded")]).to.deep.equal([2]);
    expect([...wordsOf("deposited")].every((count) => count === 0)).to.equal(true);
  });

  it("lists the newest first, page by page, and never more than it may", () => {
    const first = explorer.page({ limit: 5 });
    expect(first.calls.map(({ index }) => index)).to.deep.equal([1, 2, 3, 4, 5].map((back) => total - back));
    const next = explorer.page({ before: total - 5, limit: 5 });
    expect(next.calls[0]?.index).to.equal(total - 6);
    expect(explorer.page({ limit: 1e9 }).calls).to.have.length(Math.min(total, MOST_CALLS));
    expect(explorer.page({ before: 0, limit: 5 }).calls).to.deep.equal([]);
    expect(explorer.page({ before: -3, limit: -1 }).calls).to.deep.equal([]);
  });

  it("says which checkpoints a later call of the same block wrote over", () => {
    for (const [index, { isOverwritten, counts }] of calls.entries()) {
      expect(isOverwritten).to.equal(calls[index + 1]?.counts.number === counts.number);
    }
  });

  it("names the call whose checkpoint an order was signed over", () => {
    const facts = calls.flatMap(({ records: each }) => each).filter(({ order }) => order !== undefined);
    const known = facts.filter(({ previous }) => previous?.callIndex !== undefined);
    expect(known.length).to.be.greaterThan(5);
    for (const { order, previous } of known) expect(calls[previous!.callIndex!]!.link).to.equal(order!.previousLink);
  });

  it("recovers who signed each order, and another if a field of it is another", () => {
    const orders = calls.flatMap(({ records: each }) => each).filter(({ record }) => record.kind === "tradeCreated");
    const recovered = orders.flatMap(({ signed, order }) => (signed?.kind === "recovered" ? [{ signed, order }] : []));
    expect(recovered.length).to.be.greaterThan(5);
    for (const { signed, order } of recovered) {
      expect(signed.recovered).to.equal(order?.trader);
      expect(signed.digest).to.equal(packageDigest(domain, order!));
    }
    const at = records.findIndex((record) => record.kind === "tradeCreated" && record.signature !== "0x");
    const created = records[at] as Extract<ChainRecord, { kind: "tradeCreated" }>;
    const altered = { ...created, package: { ...created.package, nonce: created.package.nonce + 1n } };
    const other = explorerOf(records.with(at, altered));
    const { callIndex } = other.find({ kind: "order", tradeRootId: created.tradeRootId })!;
    const { signed } = other.call(callIndex)!.records.find(({ record }) => record === altered)!;
    expect(signed?.kind === "recovered" && signed.recovered).to.not.equal(created.package.trader);
  });

  it("finds orders, blocks, traders and hashes, the newest of each", () => {
    const created = records.find((record) => record.kind === "tradeCreated")!;
    const found = explorer.find({ kind: "order", tradeRootId: created.tradeRootId })!;
    expect(found.logIndex).to.equal(created.logIndex);
    expect(calls[found.callIndex]!.records.some(({ record }) => record === created)).to.equal(true);
    const { link, index, head, blockNumber } = calls[3]!;
    for (const hash of [link, head, link.toUpperCase().replace("0X", "0x")]) {
      expect(explorer.find({ kind: "hash", hash })).to.deep.equal({ callIndex: index, logIndex: undefined });
    }
    expect(calls[explorer.find({ kind: "block", blockNumber })!.callIndex]!.blockNumber).to.equal(blockNumber);
    const { trader } = created.package;
    const last = calls[explorer.find({ kind: "trader", address: trader.toLowerCase() })!.callIndex]!;
    expect(last.index).to.be.at.least(found.callIndex);
  });

  it("finds nothing that is not there", () => {
    expect(explorer.find({ kind: "order", tradeRootId: 4_000_000_000 })).to.equal(undefined);
    expect(explorer.find({ kind: "block", blockNumber: 1 })).to.equal(undefined);
    expect(explorer.find({ kind: "hash", hash: "0x00" })).to.equal(undefined);
    expect(explorer.call(total)).to.equal(undefined);
    expect(explorer.call(-1)).to.equal(undefined);
  });

  it("has nothing to say of a book without records", () => {
    const empty = createExplorer([], { domain, times: new Map() });
    expect(empty.page({ limit: 10 })).to.deep.equal({ total: 0, calls: [] });
    expect(empty.call(0)).to.equal(undefined);
  });
});
