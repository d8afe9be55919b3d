import { expect } from "chai";
import fc from "fast-check";

import { tradePackage } from "../../src/protocol/signing/package.js";
import { encodeCreateTrades } from "../../src/bindings/encode.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";

const book = IOrderBook__factory.createInterface();

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;
const bytes = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(hex);
const uint = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
const small = (bits: number): fc.Arbitrary<number> => uint(bits).map(Number);
const lots = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).filter((value) => value !== 0n);

const order = fc.record({
  fields: fc.record({
    marketRootId: small(32),
    marketBranchId: small(16),
    trader: bytes(20),
    priceTicks: fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
    quantityLots: lots,
    previousLink: bytes(32),
    nonce: uint(64),
    deadline: uint(40),
    timeInForce: fc.nat({ max: 3 }),
  }),
  signature: fc.uint8Array({ maxLength: 200 }).map(hex),
  insertAfter: small(32),
});

describe("encodeCreateTrades", () => {
  it("given any orders, writes what the general encoder writes", () => {
    fc.assert(
      fc.property(fc.array(order, { maxLength: 6 }), small(20), small(20), (orders, maxMatches, maxWalk) => {
        const hinted = orders.map(({ fields, signature, insertAfter }) => {
          return { signed: { package: tradePackage(fields), signature }, insertAfter };
        });
        const structs = hinted.map(({ signed, insertAfter }) => {
          return { tradePackage: signed.package, signature: signed.signature, insertAfter };
        });
        const expected = book.encodeFunctionData("createTrades", [structs, maxMatches, maxWalk]);
        expect(encodeCreateTrades(hinted, maxMatches, maxWalk)).to.equal(expected);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
