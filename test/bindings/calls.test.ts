/** The calls that a submitter makes: each is what the contract's own ABI reads. */
import { expect } from "chai";
import { id } from "ethers";
import fc from "fast-check";

import {
  applyFallbackCall,
  batchCall,
  chainStateCall,
  decodeBatchResult,
  decodeChainState,
  matchTradesCall,
  offsetCall,
  realiseCall,
} from "../../src/bindings/calls.js";
import { encodeCreateTrades } from "../../src/bindings/encode.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { anyPackage, hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";

const book = IOrderBook__factory.createInterface();
const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });

/** Name and arguments, as the contract would read them. */
function readBack(data: string): { readonly name: string | undefined; readonly args: unknown } {
  const call = book.parseTransaction({ data });
  return { name: call?.name, args: call?.args.toArray(true) };
}

describe("the calls of a submitter", function () {
  it("bring a batch of orders, with the limits of the call", function () {
    const hinted = fc.record({
      signed: fc.record({ package: anyPackage, signature: hexBytes(65) }),
      insertAfter: uint(32),
    });
    fc.assert(
      fc.property(fc.array(hinted, { maxLength: 3 }), uint(20), uint(20), (orders, maxMatches, maxWalk) => {
        const { kind, data } = batchCall(orders, { maxMatches, maxWalk });
        expect(kind).to.equal("batch");
        expect(data).to.equal(encodeCreateTrades(orders, maxMatches, maxWalk));
        const { name, args } = readBack(data);
        expect(name).to.equal("createTrades");
        const [given, ...limits] = args as [unknown[][], bigint, bigint];
        expect(limits).to.deep.equal([BigInt(maxMatches), BigInt(maxWalk)]);
        expect(given.map(([, signature, insertAfter]) => [signature, insertAfter])).to.deep.equal(
          orders.map(({ signed, insertAfter }) => [signed.signature, BigInt(insertAfter)]),
        );
      }),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("take orders out by their numbers", function () {
    fc.assert(
      fc.property(fc.array(uint(32), { maxLength: 10 }), (ids) => {
        const { kind, data } = offsetCall(ids);
        expect(kind).to.equal("offset");
        expect(readBack(data)).to.deep.equal({ name: "offset", args: [ids.map(BigInt)] });
      }),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("go on with the matching of a market", function () {
    fc.assert(
      fc.property(uint(32), uint(16), uint(20), (root, branch, maxMatches) => {
        const { kind, data } = matchTradesCall(root, branch, maxMatches);
        expect(kind).to.equal("matchTrades");
        expect(readBack(data)).to.deep.equal({
          name: "matchTrades",
          args: [BigInt(root), BigInt(branch), BigInt(maxMatches)],
        });
      }),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("settle a root by its fallback", function () {
    const { kind, data } = applyFallbackCall(7);
    expect([kind, readBack(data)]).to.deep.equal(["applyFallback", { name: "applyFallback", args: [7n] }]);
  });

  it("realise positions of traders", function () {
    const traders = ["0x0000000000000000000000000000000000000001", "0x000000000000000000000000000000000000dEaD"];
    const { kind, data } = realiseCall(7, traders);
    expect([kind, readBack(data)]).to.deep.equal(["realise", { name: "realise", args: [7n, traders] }]);
    expect(readBack(realiseCall(7, []).data)).to.deep.equal({ name: "realise", args: [7n, []] });
  });

  it("leave lists of their caller as they are", function () {
    const ids = Object.freeze([1, 2]);
    expect(readBack(offsetCall(ids).data).args).to.deep.equal([[1n, 2n]]);
    const traders = Object.freeze(["0x0000000000000000000000000000000000000001"]);
    expect(readBack(realiseCall(1, traders).data).args).to.deep.equal([1n, [...traders]]);
  });

  it("ask for the chain's state", function () {
    expect(readBack(chainStateCall())).to.deep.equal({ name: "chainState", args: [] });
  });
});

describe("the answers to them", function () {
  it("are the orders' numbers, 0 for each that is skipped", function () {
    fc.assert(
      fc.property(fc.array(uint(32)), (places) => {
        expect(decodeBatchResult(book.encodeFunctionResult("createTrades", [places]))).to.deep.equal(places);
      }),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("are the newest checkpoint", function () {
    const link = id("link");
    expect(decodeChainState(book.encodeFunctionResult("chainState", [link, 5n, 6n]))).to.equal(link);
  });

  it("are refused if they are none", function () {
    for (const data of ["0x", "0x1234", `0x${"00".repeat(31)}`]) {
      expect(() => decodeBatchResult(data), data).to.throw();
      expect(() => decodeChainState(data), data).to.throw();
    }
  });
});
