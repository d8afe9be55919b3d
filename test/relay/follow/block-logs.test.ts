import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { Book } from "../../../src/protocol/book/book.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { Refusal } from "../../../src/protocol/market/refusal.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { Batch } from "../../../src/relay/follow/batch.js";
import { callsOf, landedAsExpected, replayLogs } from "../../../src/relay/follow/block-logs.js";
import { createMirror, type Mirror } from "../../../src/relay/follow/mirror.js";
import type { ChainLog } from "../../../src/relay/follow/node.js";
import { depositOf, ordersOf, PaperChain } from "../paper/chain.js";
import { logOf } from "../paper/logs.js";

const LIMITS = { maxMatches: 16, maxWalk: 64 };

/** A chain, and a mirror of it at its tip. */
function follow(chain: PaperChain): Mirror {
  const mirror = createMirror({ terms: chain.terms, limits: LIMITS, depth: 10, hashing: PLAIN_HASHING });
  for (let number = 0; number <= chain.tip.number; number += 1) mirror.apply(chain.blockAt(number)!);
  return mirror;
}

function batchOf(chain: PaperChain, ...packages: readonly SignedPackage[]): Batch {
  const mirror = follow(chain);
  for (const signed of packages) mirror.append({ link: primaryLink(signed.package), signed }, chain.tip.timestamp + 2n);
  return mirror.close()!;
}

const tipLogs = (chain: PaperChain): readonly ChainLog[] => chain.blockAt(chain.tip.number)!.logs;
const linkOf = ({ package: order }: SignedPackage): string => primaryLink(order);

describe("callsOf", () => {
  it("given a block without logs, is empty", () => {
    expect(callsOf([])).to.deep.equal([]);
  });

  it("given logs of several transactions, has those of each together, in their order", () => {
    const chain = new PaperChain();
    chain.mine(depositOf(chain.traders[0]!.address, 1n), ordersOf(chain.sign(0)), ordersOf(chain.sign(1)));
    const logs = tipLogs(chain);
    const calls = callsOf(logs);
    expect(calls.map((call) => call.length)).to.deep.equal([1, 2, 2]);
    expect(calls.flat()).to.deep.equal(logs);
  });
});

describe("landedAsExpected", () => {
  /** Two orders that meet, as a batch and as the block that brings them. */
  function landed(): { chain: PaperChain; batch: Batch; logs: readonly ChainLog[]; links: string[] } {
    const chain = new PaperChain();
    const packages = [chain.sign(0), chain.sign(1, { quantityLots: -4n })];
    const batch = batchOf(chain, ...packages);
    chain.mine(ordersOf(...packages));
    return { chain, batch, logs: tipLogs(chain), links: packages.map(linkOf) };
  }

  it("given the logs of the batch, says what has landed", () => {
    const { batch, logs, links } = landed();
    expect(landedAsExpected(batch, logs)).to.deep.equal([
      { link: links[0], tradeRootId: 1 },
      { link: links[1], tradeRootId: 2 },
    ]);
  });

  it("given another head, or another number of checkpoints, does not take it for the batch", () => {
    const { batch, logs } = landed();
    expect(landedAsExpected({ ...batch, head: `0x${"11".repeat(32)}` }, logs)).to.equal(undefined);
    expect(landedAsExpected({ ...batch, checkpoints: batch.checkpoints + 1n }, logs)).to.equal(undefined);
  });

  it("given a log that its head says nothing of, does not take it for the batch", () => {
    const { chain, batch, logs } = landed();
    chain.mine(depositOf(chain.traders[0]!.address, 1n));
    expect(landedAsExpected(batch, [...tipLogs(chain), ...logs])).to.equal(undefined);
  });

  it("given no checkpoint at its end, does not take it for the batch", () => {
    const { batch, logs } = landed();
    expect(landedAsExpected(batch, logs.slice(0, -1))).to.equal(undefined);
    expect(landedAsExpected(batch, [])).to.equal(undefined);
  });

  it("given a batch of which one was to be refused, does not answer for it", () => {
    const { batch, logs } = landed();
    const [first, second] = batch.expected;
    const { trader } = second!.signed.package;
    const outcome = new Refusal("Book_NonceUsed", { trader, nonce: 0n, nonceFloor: 1n });
    const doubtful = { ...batch, expected: [first!, { ...second!, outcome }] };
    expect(landedAsExpected(doubtful, logs)).to.equal(undefined);
  });

  it("given a batch that changes nothing, which has no checkpoint of its own, does not answer for it", () => {
    const { batch, logs } = landed();
    expect(landedAsExpected({ ...batch, changes: false }, logs)).to.equal(undefined);
  });
});

describe("replayLogs", () => {
  it("brings a book to the chain's head, and names what has landed", () => {
    const chain = new PaperChain();
    const book = new Book(chain.terms, TRUSTING);
    for (const number of [0, 1]) replayLogs(book, PLAIN_HASHING, chain.blockAt(number)!.logs, chain.tip.timestamp);
    const order = chain.sign(0);
    chain.mine(ordersOf(order));
    const found = replayLogs(book, PLAIN_HASHING, tipLogs(chain), chain.tip.timestamp);
    expect(found).to.deep.equal({ landed: [{ link: linkOf(order), tradeRootId: 1 }], skipped: [] });
    expect(book.head).to.equal(chain.head);
  });

  it("names what was tried in vain, by which transaction, and why", () => {
    const chain = new PaperChain();
    const { book } = follow(chain);
    const [good, again] = [chain.sign(0), chain.sign(0, { priceTicks: 5_001n })]; // with the same nonce
    chain.mine(ordersOf(good, again));
    const { landed, skipped } = replayLogs(book, PLAIN_HASHING, tipLogs(chain), chain.tip.timestamp);
    expect(landed.map(({ link }) => link)).to.deep.equal([linkOf(good)]);
    const { transactionHash } = tipLogs(chain)[0]!;
    expect(skipped.map(({ refusal, ...one }) => ({ ...one, code: refusal.code }))).to.deep.equal([
      { link: linkOf(again), transactionHash, code: "Book_NonceUsed" },
    ]);
    expect(book.head).to.equal(chain.head);
  });

  it("refuses logs that end in the middle of a call", () => {
    const chain = new PaperChain();
    const { book } = follow(chain);
    chain.mine(ordersOf(chain.sign(0)));
    const cut = tipLogs(chain).slice(0, -1);
    expect(() => replayLogs(book, PLAIN_HASHING, cut, chain.tip.timestamp)).to.throw(RangeError, "middle of a call");
  });

  it("refuses a checkpoint that the book does not reach", () => {
    const chain = new PaperChain();
    const { book } = follow(chain);
    chain.mine(ordersOf(chain.sign(0)));
    const logs = tipLogs(chain);
    const other = logOf({ kind: "checkpoint", number: 1n, head: `0x${"22".repeat(32)}` });
    const altered = [...logs.slice(0, -1), { ...logs.at(-1)!, ...other }];
    expect(() => replayLogs(book, PLAIN_HASHING, altered, chain.tip.timestamp))
      .to.throw(RuleError)
      .with.property("code", "RECORD_IMPOSSIBLE");
  });
});
