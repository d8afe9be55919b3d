/** What is expected lies on what was followed, and comes off without a trace. On a chain on paper. */
import { expect } from "chai";
import fc from "fast-check";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { Batch } from "../../../src/relay/follow/batch.js";
import { type AppliedBlock, createMirror, type Mirror } from "../../../src/relay/follow/mirror.js";
import { callOf } from "../../../src/relay/submit/batch-call.js";
import { callBook } from "../paper/calls.js";
import { cancelledBy, ordersOf, PaperChain, T2 } from "../paper/chain.js";

const LIMITS = { maxMatches: 16, maxWalk: 64 };
const named = (signed: SignedPackage) => ({ link: primaryLink(signed.package), signed });

function open(chain = new PaperChain(), depth = 9) {
  const mirror = createMirror({ terms: chain.terms, limits: LIMITS, depth, hashing: PLAIN_HASHING });
  /** Applies what is new. */
  const follow = (): AppliedBlock[] => {
    const applied: AppliedBlock[] = [];
    for (let number = (mirror.tip?.number ?? -1) + 1; number <= chain.tip.number; number += 1) {
      applied.push(mirror.apply(chain.blockAt(number)!));
    }
    return applied;
  };
  follow();
  const lay = (...signed: readonly SignedPackage[]) =>
    signed.map((one) => mirror.append(named(one), chain.tip.timestamp + 1n));
  return { chain, mirror, follow, lay };
}

/** As a relay whose traders have keys brings it. */
const dataOf = (batch: Batch): string =>
  callOf(batch, { limits: LIMITS, signers: { isOwnKey: () => true, isOwnCancellation: () => true }, newest: 0 }).data;

/** A block with the batch in a transaction of its own. */
const landing = (chain: PaperChain, batch: Batch) =>
  chain.mine((book, context) => callBook(book, context, dataOf(batch)));

const bids = ({ book }: Mirror): string[] =>
  [...book.state.queues.orders()].map(({ tradeRootId, price, lots }) => `${tradeRootId}: ${lots} at ${price}`);

describe("given batches that are expected, when blocks come", () => {
  it("has the first land as it was expected, and keeps the others as they lie", () => {
    const { chain, mirror, follow, lay } = open();
    lay(chain.sign(0, { priceTicks: 4_000n }));
    const first = mirror.close()!;
    lay(chain.sign(1, { priceTicks: 4_001n }), chain.sign(2, { priceTicks: 4_002n }));
    const second = mirror.close()!;
    lay(chain.sign(0, { nonce: 1n, priceTicks: 4_003n }));
    const before = bids(mirror);
    landing(chain, first);
    const [applied] = follow();
    expect([applied!.asExpected, applied!.landed]).to.deep.equal([
      true,
      [{ link: first.expected[0]!.link, tradeRootId: 1 }],
    ]);
    expect([mirror.batches, mirror.open.length, bids(mirror)]).to.deep.equal([[second], 1, before]);
    expect([mirror.confirmed.link, mirror.confirmed.checkpoints]).to.deep.equal([chain.link, 1n]);
  });

  it("has several land that one block brings", () => {
    const { chain, mirror, follow, lay } = open();
    lay(chain.sign(0, { priceTicks: 4_000n }));
    const first = mirror.close()!;
    lay(chain.sign(1, { priceTicks: 4_001n }));
    const second = mirror.close()!;
    chain.mine(
      ...[first, second].map(
        (batch) =>
          (...[book, context]: Parameters<ReturnType<typeof ordersOf>>) =>
            callBook(book, context, dataOf(batch)),
      ),
    );
    const [applied] = follow();
    expect([applied!.asExpected, applied!.landed.map(({ tradeRootId }) => tradeRootId)]).to.deep.equal([true, [1, 2]]);
    expect([mirror.batches, mirror.confirmed.link]).to.deep.equal([[], chain.link]);
  });

  it("takes all that is expected off if somebody's order comes before it", () => {
    const { chain, mirror, follow, lay } = open();
    lay(chain.sign(0, { priceTicks: 4_000n }));
    mirror.close();
    lay(chain.sign(1, { priceTicks: 4_001n }));
    chain.mine(ordersOf(chain.sign(2, { priceTicks: 3_999n })));
    const [applied] = follow();
    expect(applied!.asExpected).to.equal(false);
    expect([mirror.batches, mirror.open, bids(mirror)]).to.deep.equal([[], [], ["1: 10 at 3999"]]);
  });

  it("keeps what has landed as expected in a block that then brings something else", () => {
    const { chain, mirror, follow, lay } = open();
    lay(chain.sign(0, { priceTicks: 4_000n }));
    const first = mirror.close()!;
    lay(chain.sign(1, { priceTicks: 4_001n }));
    mirror.close();
    chain.mine(
      (book, context) => callBook(book, context, dataOf(first)),
      ordersOf(chain.sign(2, { priceTicks: 3_999n })),
    );
    const [applied] = follow();
    expect([applied!.asExpected, applied!.landed.map(({ tradeRootId }) => tradeRootId)]).to.deep.equal([false, [1, 2]]);
    expect([mirror.batches, bids(mirror)]).to.deep.equal([[], ["1: 10 at 4000", "2: 10 at 3999"]]);
    expect(mirror.confirmed.link).to.equal(chain.link);
  });

  it("leaves what is expected as it lies if a block brings nothing", () => {
    const { chain, mirror, follow, lay } = open();
    lay(chain.sign(0));
    const batch = mirror.close();
    chain.mine();
    const [applied] = follow();
    expect([applied!.asExpected, mirror.batches]).to.deep.equal([true, [batch]]);
  });

  it("does not believe a batch's own checkpoint if one of its packages was skipped", () => {
    const { chain, mirror, follow, lay } = open();
    const [good, bad] = [chain.sign(0), chain.sign(1, { deadline: T2 - 1n, priceTicks: 4_001n })];
    lay(good, bad);
    const batch = mirror.close()!;
    const forged = {
      ...batch,
      expected: [batch.expected[0]!, { ...batch.expected[1]!, signed: { ...bad, signature: good.signature } }],
    };
    landing(chain, forged);
    const [applied] = follow();
    expect([applied!.asExpected, applied!.landed.length, applied!.skipped.length]).to.deep.equal([false, 1, 1]);
    expect(applied!.skipped[0]!.code).to.equal("Book_SignatureInvalid");
  });
});

describe("given a batch with a cancellation at its head, when a block comes", () => {
  function openWithOrders() {
    const world = open();
    const { chain, follow, mirror } = world;
    chain.mine(ordersOf(chain.sign(0), chain.sign(0, { nonce: 1n })));
    follow();
    const signed = chain.signCancellation(0, { nonceFloor: 5n });
    const hash = cancellationHash(signed.cancellation);
    const cancel = (most = 255) => mirror.cancel({ hash, signed }, chain.tip.timestamp + 1n, most);
    return { ...world, signed, hash, cancel };
  }

  it("takes it for landed, and says that all of it is done", () => {
    const { chain, mirror, follow, lay, hash, cancel } = openWithOrders();
    cancel();
    lay(chain.sign(1));
    landing(chain, mirror.close()!);
    const [applied] = follow();
    expect([applied!.asExpected, applied!.cancelled]).to.deep.equal([true, [{ hash, isWhole: true }]]);
    expect([mirror.confirmed.link, chain.resting]).to.deep.equal([chain.link, [3]]);
  });

  it("does not, if the same records came without it: the head says nothing of nonces", () => {
    const { chain, mirror, follow, lay } = openWithOrders();
    const quiet = chain.signCancellation(2, { nonceFloor: 5n, fromTradeRootId: 0, toTradeRootId: 0 });
    mirror.cancel({ hash: cancellationHash(quiet.cancellation), signed: quiet }, chain.tip.timestamp + 1n, 255);
    const order = chain.sign(1);
    lay(order);
    mirror.close();
    chain.mine(ordersOf(order));
    const [applied] = follow();
    expect([applied!.asExpected, applied!.cancelled, applied!.landed.length]).to.deep.equal([false, [], 1]);
    expect(mirror.book.noncesOf(chain.traders[2]!.address).nonceFloor).to.equal(0n);
  });

  it("says so if orders were left that it was about", () => {
    const { chain, mirror, follow, cancel, signed, hash } = openWithOrders();
    cancel(1);
    landing(chain, mirror.close()!);
    expect(follow()[0]!.cancelled, "as expected").to.deep.equal([{ hash, isWhole: false }]);
    chain.mine(cancelledBy(signed, 2));
    expect(follow()[0]!.cancelled, "by another").to.deep.equal([{ hash, isWhole: true }]);
  });

  it("counts no order that came after it, as that may be its trader's next", () => {
    const { chain, follow, signed, hash } = openWithOrders();
    const all = chain.signCancellation(0, { nonceFloor: 5n, toTradeRootId: 2 ** 32 - 1 });
    chain.mine(cancelledBy(all, 1, 2), ordersOf(chain.sign(0, { nonce: 5n })));
    const [applied] = follow();
    const of = cancellationHash(all.cancellation);
    expect([of === hash, signed === all]).to.deep.equal([false, false]);
    expect(applied!.cancelled).to.deep.equal([{ hash: of, isWhole: true }]);
    expect(chain.resting).to.deep.equal([3]);
  });

  it("is refused where nothing would come of it, and leaves the mirror as it was", () => {
    const { chain, mirror, signed } = openWithOrders();
    const { state } = mirror.book;
    const before = state.journal.mark();
    const none = chain.signCancellation(1);
    const named_ = { hash: cancellationHash(none.cancellation), signed: none };
    expect(mirror.cancel(named_, chain.tip.timestamp, 255)).to.include({ code: "Book_OrderNotMeant" });
    const late = { hash: "0x", signed };
    expect(mirror.cancel(late, T2, 255)).to.include({ code: "Book_DeadlineExpired" });
    expect([state.journal.mark(), mirror.openCancellations]).to.deep.equal([before, []]);
    mirror.append(named(chain.sign(1)), chain.tip.timestamp);
    expect(() => mirror.cancel(late, chain.tip.timestamp, 255)).to.throw(RangeError, "has packages already");
  });
});

describe("given places where orders were that are gone", () => {
  it("names one for each order, and finds it where the contract puts it", () => {
    const { chain, mirror, follow, lay } = open();
    chain.mine(ordersOf(chain.sign(0), chain.sign(0, { nonce: 1n })));
    chain.mine(cancelledBy(chain.signCancellation(0), 1, 2));
    follow();
    const expected = lay(
      chain.sign(1),
      chain.sign(2, { priceTicks: 4_990n }),
      chain.sign(2, { nonce: 1n, priceTicks: 4_980n }),
    );
    expect(expected.map(({ place }) => place)).to.deep.equal([1, 2, 0]);
    const batch = mirror.close()!;
    expect(batch.placed).to.deep.equal([
      { tradeRootId: 3, place: 1 },
      { tradeRootId: 4, place: 2 },
    ]);
    landing(chain, batch);
    expect(follow()[0]!.asExpected).to.equal(true);
    expect([3, 4, 5].map((of) => mirror.book.state.queues.find(of)!.place)).to.deep.equal([1, 2, 5]);
  });

  it("looks again where they rest if somebody else has brought them to other places", () => {
    const { chain, mirror, follow, lay } = open();
    chain.mine(ordersOf(chain.sign(0)));
    chain.mine(cancelledBy(chain.signCancellation(0), 1));
    follow();
    const order = chain.sign(1);
    lay(order);
    mirror.close();
    chain.mine(ordersOf(order)); // at the place of its own number, with the same head
    expect(follow()[0]!.asExpected).to.equal(false);
    expect(mirror.book.state.queues.find(2)!.place).to.equal(2);
  });
});

describe("given a package that is laid on", () => {
  it("is placed behind the order that the contract will place it behind", () => {
    const { chain, lay } = open();
    const prices = [4_000n, 4_002n, 4_001n, 4_003n, 4_000n];
    const expected = lay(...prices.map((price, nonce) => chain.sign(0, { nonce: BigInt(nonce), priceTicks: price })));
    expect(expected.map(({ insertAfter }) => insertAfter)).to.deep.equal([0, 0, 2, 0, 1]);
  });

  it("tells why the book would refuse it, and leaves nothing behind then", () => {
    const { chain, mirror, lay } = open();
    lay(chain.sign(0, { quantityLots: -5n }));
    const head = mirror.book.link;
    const [refused] = lay(chain.sign(1, { quantityLots: 9n, timeInForce: TimeInForce.FillOrKill }));
    expect(refused!.outcome).to.include({ code: "Book_FillOrKillUnfilled" });
    expect([bids(mirror), mirror.book.link]).to.deep.equal([["1: -5 at 5000"], head]);
    expect(mirror.open.length, "whoever laid it on takes it off").to.equal(2);
  });

  it("comes off with all that was laid behind it", () => {
    const { chain, mirror, lay } = open();
    const [, second] = lay(chain.sign(0), chain.sign(1), chain.sign(2));
    mirror.undoFrom(second!);
    expect([mirror.open.length, bids(mirror)]).to.deep.equal([1, ["1: 10 at 5000"]]);
    expect(() => {
      mirror.undoFrom(second!);
    }).to.throw(RangeError, "the package is not in the open batch");
  });

  it("goes by the age of its link, to which each batch before its own adds one", () => {
    const { chain, mirror, follow, lay } = open(new PaperChain({ chainWindow: 3 }));
    const old = chain.link;
    chain.mine(ordersOf(chain.sign(0)));
    chain.mine(ordersOf(chain.sign(0, { nonce: 1n })));
    follow();
    const outcomesOf = (nonce: bigint) =>
      lay(chain.sign(1, { nonce }), chain.sign(2, { nonce, previousLink: old })).map(({ outcome }) =>
        typeof outcome === "number" ? outcome : outcome.code,
      );
    expect(outcomesOf(0n)).to.deep.equal([3, 4]);
    mirror.close();
    expect(outcomesOf(1n), "the batch before it makes a checkpoint").to.deep.equal([5, "Book_StaleLink"]);
  });
});

describe("given what is mined, to sign over it", () => {
  it("names the newest checkpoint, which no later block can overwrite", () => {
    const { chain, mirror, follow } = open();
    expect(mirror.confirmed.linkToSign, "the genesis").to.equal(chain.link);
    chain.mine(ordersOf(chain.sign(0)));
    follow();
    expect(mirror.confirmed.linkToSign).to.equal(chain.link);
  });

  it("names the one before it where several blocks share a mark, and takes what the next of them overwrites", () => {
    const chain = new PaperChain();
    chain.markOf = (blockNumber) => BigInt(blockNumber) / 10n + 100n;
    const { mirror, follow } = open(chain);
    const genesis = chain.link;
    for (const nonce of [0n, 1n]) {
      chain.mine(ordersOf(chain.sign(0, { nonce })));
      follow();
      expect([mirror.confirmed.link, mirror.confirmed.linkToSign]).to.deep.equal([chain.link, genesis]);
    }
    expect(mirror.confirmed.checkpoints).to.equal(1n);
  });
});

describe("given an empty batch", () => {
  it("is none", () => {
    const { mirror } = open();
    expect(mirror.close()).to.equal(undefined);
    expect(mirror.batches).to.deep.equal([]);
  });
});

describe("given whatever is laid on and closed", () => {
  const step = fc.record({
    kind: fc.constantFrom("lay", "lay", "lay", "close", "undo" as const),
    trader: fc.nat(2),
    price: fc.integer({ min: 4_995, max: 5_005 }),
    lots: fc.constantFrom(-9, -2, 2, 9),
  });

  it("comes off without a trace", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { chain, mirror, lay } = open();
        const before = JSON.stringify([mirror.book.link, bids(mirror), accounts(chain, mirror)], asText);
        steps.forEach(({ kind, trader, price, lots }, at) => {
          if (kind === "close") mirror.close();
          else if (kind === "undo") {
            const { [Math.floor(mirror.open.length / 2)]: some } = mirror.open;
            if (some !== undefined) mirror.undoFrom(some);
          } else lay(chain.sign(trader, { priceTicks: BigInt(price), quantityLots: BigInt(lots), nonce: BigInt(at) }));
        });
        mirror.clear();
        expect(JSON.stringify([mirror.book.link, bids(mirror), accounts(chain, mirror)], asText)).to.equal(before);
        expect([mirror.batches, mirror.open]).to.deep.equal([[], []]);
      }),
      { seed: 5, numRuns: 30 },
    );
  });

  it("lands just as it was expected", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 20 }), (steps) => {
        const { chain, mirror, follow, lay } = open();
        steps.forEach(({ trader, price, lots }, at) => {
          const [one] = lay(
            chain.sign(trader, { priceTicks: BigInt(price), quantityLots: BigInt(lots), nonce: BigInt(at) }),
          );
          if (typeof one!.outcome !== "number") mirror.undoFrom(one!);
          if (at % 4 === 3) mirror.close();
        });
        mirror.close();
        const expected = JSON.stringify([bids(mirror), accounts(chain, mirror)], asText);
        for (const batch of [...mirror.batches]) landing(chain, batch);
        expect(follow().map(({ asExpected }) => asExpected)).not.to.include(false);
        expect(JSON.stringify([bids(mirror), accounts(chain, mirror)], asText)).to.equal(expected);
        expect(mirror.book.link).to.equal(chain.link);
      }),
      { seed: 6, numRuns: 30 },
    );
  });
});

function accounts({ traders }: PaperChain, { book }: Mirror): unknown[] {
  return traders.map(({ address }) => [book.accountOf(address), book.noncesOf(address), book.claimsOf(address)]);
}

function asText(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
