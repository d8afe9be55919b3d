import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { Book } from "../../../src/protocol/book/book.js";
import type { OrderChain } from "../../../src/protocol/book/order-chain.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { Refusal } from "../../../src/protocol/market/refusal.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { Batch } from "../../../src/relay/follow/batch.js";
import { callsOf, landAsExpected, marksAreShared, replayLogs } from "../../../src/relay/follow/block-logs.js";
import { createMirror, type Mirror } from "../../../src/relay/follow/mirror.js";
import type { ChainLog } from "../../../src/node/node.js";
import { depositOf, ordersOf, PaperChain } from "../paper/chain.js";
import { logOf } from "../paper/logs.js";

const LIMITS = { maxMatches: 16, maxWalk: 64 };

/** A chain, and a mirror of it at its tip. */
function follow(chain: PaperChain): Mirror {
  const mirror = createMirror({ terms: chain.terms, limits: LIMITS, depth: 10, hashing: PLAIN_HASHING });
  for (let number = 0; number <= chain.tip.number; number += 1) mirror.apply(chain.blockAt(number)!);
  return mirror;
}

function batchOf(chain: PaperChain, ...packages: readonly SignedPackage[]): { batch: Batch; book: Mirror["book"] } {
  const mirror = follow(chain);
  for (const signed of packages) mirror.append({ link: primaryLink(signed.package), signed }, chain.tip.timestamp + 2n);
  return { batch: mirror.close()!, book: mirror.book };
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

describe("landAsExpected", () => {
  /** Two orders that meet, as a batch and as the block that brings them. */
  function landed(blocks = 0) {
    const chain = new PaperChain();
    const packages = [chain.sign(0), chain.sign(1, { quantityLots: -4n })];
    const { batch, book } = batchOf(chain, ...packages);
    for (let empty = 0; empty < blocks; empty += 1) chain.mine();
    chain.mine(ordersOf(...packages));
    const { chain: orders } = book.state;
    return { chain, batch, logs: tipLogs(chain), links: packages.map(linkOf), orders };
  }

  /** What was said before must not have changed anything. */
  function expectNone(orders: OrderChain, batch: Batch, logs: readonly ChainLog[]): void {
    const before = orders.state;
    expect(landAsExpected(orders, batch, logs)).to.equal(undefined);
    expect(orders.state).to.deep.equal(before);
  }

  for (const blocks of [0, 3]) {
    it(`given the logs of the batch, in whatever block (${blocks} later), says what has landed`, () => {
      const { chain, batch, logs, links, orders } = landed(blocks);
      expect(landAsExpected(orders, batch, logs)).to.deep.equal({
        landed: [
          { link: links[0], tradeRootId: 1 },
          { link: links[1], tradeRootId: 2 },
        ],
        cancelled: [],
      });
      expect(orders.link).to.equal(chain.link);
    });
  }

  it("given another head, or other counts than follow from it, does not take it for the batch", () => {
    const { batch, logs, orders } = landed();
    const checkpoint = logs.at(-1)!;
    for (const bit of [2, 70, 118, 125, 129]) {
      const digit = checkpoint.data[bit] === "1" ? "2" : "1";
      const data = checkpoint.data.slice(0, bit) + digit + checkpoint.data.slice(bit + 1);
      expectNone(orders, batch, [...logs.slice(0, -1), { ...checkpoint, data }]);
    }
    expect(landAsExpected(orders, batch, logs)?.landed.length).to.equal(2);
  });

  it("given a log that its head says nothing of, does not take it for the batch", () => {
    const { chain, batch, logs, orders } = landed();
    chain.mine(depositOf(chain.traders[0]!.address, 1n));
    expectNone(orders, batch, [...tipLogs(chain), ...logs]);
  });

  it("given no checkpoint at its end, does not take it for the batch", () => {
    const { batch, logs, orders } = landed();
    expectNone(orders, batch, logs.slice(0, -1));
    expectNone(orders, batch, []);
  });

  it("given a batch of which one was to be refused, does not answer for it", () => {
    const { batch, logs, orders } = landed();
    const [first, second] = batch.expected;
    const { trader } = second!.signed.package;
    const outcome = new Refusal("Book_NonceUsed", { trader, nonce: 0n, nonceFloor: 1n });
    expectNone(orders, { ...batch, expected: [first!, { ...second!, outcome }] }, logs);
  });

  it("given a batch that changes nothing, which has no checkpoint of its own, does not answer for it", () => {
    const { batch, logs, orders } = landed();
    expectNone(orders, { ...batch, changes: false }, logs);
  });
});

describe("marksAreShared", () => {
  it("tells by a block's first checkpoint whether block.number is another chain's", () => {
    const chain = new PaperChain();
    chain.mine(ordersOf(chain.sign(0)));
    const { number } = chain.tip;
    const logs = tipLogs(chain);
    expect([number, number + 1].map((of) => marksAreShared(logs, of))).to.deep.equal([false, true]);
    expect(marksAreShared(logs.slice(0, -1), number + 1), "without a checkpoint").to.equal(false);
  });
});

describe("replayLogs", () => {
  it("brings a book to the chain's checkpoint, and names what has landed", () => {
    const chain = new PaperChain();
    const book = new Book(chain.terms, TRUSTING);
    for (const number of [0, 1]) replayLogs(book, PLAIN_HASHING, chain.blockAt(number)!.logs, chain.tip.timestamp);
    const order = chain.sign(0);
    chain.mine(ordersOf(order));
    const found = replayLogs(book, PLAIN_HASHING, tipLogs(chain), chain.tip.timestamp);
    expect(found).to.deep.equal({ landed: [{ link: linkOf(order), tradeRootId: 1 }], skipped: [], cancelled: [] });
    expect(book.link).to.equal(chain.link);
  });

  it("names what was tried in vain, by which transaction, and why", () => {
    const chain = new PaperChain();
    const { book } = follow(chain);
    const [good, again] = [chain.sign(0), chain.sign(0, { priceTicks: 5_001n })]; // with the same nonce
    chain.mine(ordersOf(good, again));
    const { landed, skipped } = replayLogs(book, PLAIN_HASHING, tipLogs(chain), chain.tip.timestamp);
    expect(landed.map(({ link }) => link)).to.deep.equal([linkOf(good)]);
    const { transactionHash } = tipLogs(chain)[0]!;
    const { trader, nonce } = again.package;
    expect(skipped).to.deep.equal([{ index: 1, trader, nonce, transactionHash, code: "Book_NonceUsed" }]);
    expect(book.link).to.equal(chain.link);
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
    const other = logOf({ kind: "checkpoint", head: `0x${"22".repeat(32)}`, link: chain.link });
    const altered = [...logs.slice(0, -1), { ...logs.at(-1)!, ...other }];
    expect(() => replayLogs(book, PLAIN_HASHING, altered, chain.tip.timestamp))
      .to.throw(RuleError)
      .with.property("code", "RECORD_IMPOSSIBLE");
  });
});
