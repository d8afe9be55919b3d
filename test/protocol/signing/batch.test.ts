/** Batches as bytes: those that the tests' own packer writes, read back, and refused where there is no room. */
import { expect } from "chai";
import { getAddress, Wallet } from "ethers";
import fc from "fast-check";

import {
  type BatchCancellation,
  type BatchOrder,
  packBatch,
  unpackBatch,
} from "../../../src/protocol/signing/batch.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import { packageOfQuote, type SubmittedQuoteSet } from "../../../src/protocol/signing/quote-set.js";
import { loggedSignature } from "../../../src/protocol/signing/signatures.js";
import { packBatch as packByHand, type SignedCancellation } from "../../../stage/contracts/batches.js";
import { packQuoteSet as packSetByHand } from "../../../stage/contracts/quote-sets.js";
import { GOOD, hexBytes } from "../packages.js";
import { expectRuleError, FIXED } from "../support.js";

const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
const big = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const trader = hexBytes(20).map(getAddress);
const key = new Wallet(`0x${"11".repeat(32)}`);
const keySignature = hexBytes(32).map((digest) => key.signingKey.sign(digest).serialized);

/** Any package that a batch has room for, extremes included. */
const roomy = fc
  .record({
    marketRootId: uint(18),
    marketBranchId: uint(6),
    trader,
    priceTicks: fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
    quantityLots: fc.bigInt({ min: -(2n ** 39n), max: 2n ** 39n - 1n }).filter((lots) => lots !== 0n),
    previousLink: hexBytes(32),
    nonce: big(24),
    deadline: big(32),
    timeInForce: fc.integer({ min: 0, max: 3 }),
  })
  .map(tradePackage);
const byKey = fc.record({ package: roomy, signature: keySignature, insertAfter: uint(32), place: uint(32) });
const byWallet = fc.record({
  package: roomy,
  signature: fc.integer({ min: 0, max: 300 }).chain(hexBytes),
  insertAfter: uint(32),
  place: uint(32),
  byWallet: fc.constant(true),
});
const anyOrder: fc.Arbitrary<BatchOrder> = fc.oneof(byKey, byWallet);
const anyCancellation: fc.Arbitrary<BatchCancellation> = fc.record({
  cancellation: fc.record({
    trader,
    fromTradeRootId: uint(32),
    toTradeRootId: uint(32),
    nonceFloor: big(24),
    deadline: big(32),
  }),
  signature: keySignature,
  places: fc.array(uint(32), { maxLength: 5 }),
});
const anyBatch = fc.record({
  cancellations: fc.array(anyCancellation, { maxLength: 3 }),
  orders: fc.array(anyOrder, { maxLength: 5 }),
  quoteSets: fc.array(
    fc
      .record({
        common: roomy,
        each: fc.array(fc.record({ package: roomy, insertAfter: uint(32), place: uint(32) }), {
          minLength: 1,
          maxLength: 4,
        }),
        signature: keySignature,
      })
      .map(({ common, each, signature }): SubmittedQuoteSet => {
        const { trader: of, previousLink, nonce, deadline, timeInForce } = common;
        const quotes = each.map(({ package: own, insertAfter, place }) => {
          const { marketRootId, marketBranchId, priceTicks, quantityLots } = own;
          return { marketRootId, marketBranchId, priceTicks, quantityLots, insertAfter, place };
        });
        return { terms: { trader: of, previousLink, nonce, deadline, timeInForce }, quotes, signature };
      }),
    { maxLength: 2 },
  ),
});
const anyLimits = fc.record({ maxMatches: uint(16), maxWalk: uint(16), newest: uint(32), strict: fc.boolean() });

const signed = (change: Partial<typeof GOOD> = {}, more: Partial<BatchOrder> = {}): BatchOrder => {
  const signature = key.signingKey.sign(`0x${"22".repeat(32)}`).serialized;
  return { package: tradePackage({ ...GOOD, ...change }), signature, insertAfter: 0, place: 0, ...more };
};
const LIMITS = { maxMatches: 1, maxWalk: 1 };

function setByHand({ terms, quotes, signature }: SubmittedQuoteSet): string {
  const packed = quotes.map((quote) => {
    const { insertAfter, place } = quote;
    return { tradePackage: tradePackage(packageOfQuote(terms, quote)), insertAfter, place };
  });
  return packSetByHand({ quotes: packed, signature });
}

function handwritten({ cancellation, signature, places }: BatchCancellation): SignedCancellation {
  const { trader: of, fromTradeRootId: from, toTradeRootId: to, nonceFloor, deadline } = cancellation;
  return { trader: of, from, to, nonceFloor, deadline: Number(deadline), signature, places };
}

describe("packBatch", function () {
  it("writes what the tests' own packer writes", function () {
    fc.assert(
      fc.property(anyBatch, anyLimits, ({ cancellations, orders, quoteSets }, limits) => {
        const wallets = new Set(orders.flatMap((order, index) => (order.byWallet === true ? [index] : [])));
        const byHand = packByHand(
          orders.map(({ package: order, ...rest }) => ({ tradePackage: order, newest: 0, ...rest })),
          { ...limits, wallets, cancellations: cancellations.map(handwritten), sets: quoteSets.map(setByHand) },
        );
        expect(packBatch({ cancellations, orders, quoteSets }, limits)).to.equal(byHand);
      }),
      FIXED,
    );
  });

  it("takes what has no key's form for a wallet's, and any that is said to be", function () {
    const [short, said] = [signed({}, { signature: "0x1234" }), signed({}, { byWallet: true })];
    const { orders } = unpackBatch(packBatch({ orders: [short, signed(), said] }, LIMITS));
    expect(orders.map((one) => one.byWallet)).to.deep.equal([true, false, true]);
    expect(orders[0]!.signature).to.equal("0x1234");
    expect(orders[2]!.signature).to.equal(said.signature);
  });

  it("writes both forms of a key's signature in one", function () {
    const long = signed();
    const short = { ...long, signature: loggedSignature(long.signature) };
    expect(packBatch({ orders: [long] }, LIMITS)).to.equal(packBatch({ orders: [short] }, LIMITS));
  });

  it("refuses what it has no room for, by its name", function () {
    const refuses = (order: BatchOrder, field: string, value: bigint | number | string, allowed: string): void => {
      expectRuleError(() => packBatch({ orders: [order] }, LIMITS), "BATCH_FIELD_INVALID", { field, value, allowed });
    };
    refuses(signed({ nonce: 2n ** 24n }), "nonce", 2n ** 24n, "0 to 16777215");
    refuses(signed({ deadline: 2n ** 32n }), "deadline", 2n ** 32n, "0 to 4294967295");
    refuses(signed({ marketBranchId: 64 }), "marketBranchId", 64, "0 to 63");
    refuses(signed({ marketRootId: 2 ** 18 }), "marketRootId", 2n ** 24n + 2n, "0 to 16777215");
    refuses(signed({ quantityLots: 2n ** 39n }), "quantityLots", 2n ** 39n, "-549755813888 to 549755813887");
    refuses(signed({}, { place: -1 }), "place", -1n, "0 to 4294967295");
    refuses(signed({}, { signature: "0x12", byWallet: false }), "signature", "0x12", "65 bytes, or 64");
  });

  it("refuses a set of no quotes, of more than a byte counts, and one that a wallet has signed", function () {
    const { package: fields, signature } = signed();
    const quote = { ...fields, insertAfter: 0, place: 0 };
    const refuses = (set: Partial<SubmittedQuoteSet>, field: string, value: number | string, allowed: string): void => {
      const quoteSets = [{ terms: fields, quotes: [quote], signature, ...set }];
      const pack = (): string => packBatch({ orders: [], quoteSets }, LIMITS);
      expectRuleError(pack, "BATCH_FIELD_INVALID", { field, value, allowed });
    };
    refuses({ quotes: [] }, "quotes", 0, "1 to 255");
    refuses({ quotes: new Array(256).fill(quote) as (typeof quote)[] }, "quotes", 256, "1 to 255");
    refuses({ signature: "0x12" }, "signature", "0x12", "65 bytes, or 64");
    refuses({ terms: { ...fields, timeInForce: 4 } }, "timeInForce", 4, "0 to 3");
  });
});

describe("unpackBatch", function () {
  it("reads back what was packed, but for the links", function () {
    fc.assert(
      fc.property(anyBatch, anyLimits, ({ cancellations, orders, quoteSets }, limits) => {
        const read = unpackBatch(packBatch({ cancellations, orders, quoteSets }, limits));
        expect(read.limits).to.deep.equal(limits);
        expect(read.cancellations).to.deep.equal(
          cancellations.map((one) => ({ ...one, signature: loggedSignature(one.signature) })),
        );
        expect(read.orders).to.deep.equal(
          orders.map(({ package: { previousLink, ...fields }, signature, insertAfter, place, byWallet: wallet }) => {
            const isByWallet = wallet === true;
            const written = isByWallet ? signature : loggedSignature(signature);
            const checkpoint = Number.parseInt(previousLink.slice(-2), 16);
            return { package: fields, signature: written, byWallet: isByWallet, checkpoint, insertAfter, place };
          }),
        );
        expect(read.quoteSets).to.deep.equal(
          quoteSets.map(({ terms: { previousLink, ...terms }, quotes, signature }) => {
            const checkpoint = Number.parseInt(previousLink.slice(-2), 16);
            return { terms, quotes, checkpoint, signature: loggedSignature(signature) };
          }),
        );
      }),
      FIXED,
    );
  });

  it("refuses what is cut off, what has more, and what counts its wallets wrong", function () {
    const good = packBatch({ orders: [signed()] }, LIMITS);
    const refuses = (data: string): void => {
      expect(() => unpackBatch(data), data).to.throw("BATCH_FIELD_INVALID");
    };
    for (const cut of [2, 20, good.length - 2]) refuses(good.slice(0, cut));
    refuses(`${good}00`);
    refuses(`0x02${good.slice(4)}`);
    refuses(`${good.slice(0, 2 + 24)}01${good.slice(2 + 26)}`);
  });
});
