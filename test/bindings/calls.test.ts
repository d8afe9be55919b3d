/** The calls that a submitter makes: each is what the contract's own ABI reads. */
import { expect } from "chai";
import { getAddress, id } from "ethers";
import fc from "fast-check";

import {
  applyFallbackCall,
  balanceAnswer,
  balanceQuestion,
  batchCall,
  bookAnswer,
  bookQuestion,
  cancelTradesCall,
  decodeBatchResult,
  matchTradesCall,
  offsetCall,
  realiseCall,
} from "../../src/bindings/calls.js";
import { packBatch } from "../../src/protocol/signing/batch.js";
import { tradePackage } from "../../src/protocol/signing/package.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { GOOD, hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";

const book = IOrderBook__factory.createInterface();
const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });

const TRADER = "0x0000000000000000000000000000000000000aBc";
const ROOMY = [0n, 1n].map((nonce) => tradePackage({ ...GOOD, nonce }));

/** Name and arguments, as the contract would read them. */
function readBack(data: string): { readonly name: string | undefined; readonly args: unknown } {
  const call = book.parseTransaction({ data });
  return { name: call?.name, args: call?.args.toArray(true) };
}

describe("the calls of a submitter", function () {
  it("bring a batch, packed", function () {
    const order = fc.record({
      package: fc.constantFrom(...ROOMY),
      signature: hexBytes(65),
      insertAfter: uint(32),
      place: uint(32),
    });
    fc.assert(
      fc.property(
        fc.array(order, { maxLength: 5 }),
        uint(16),
        uint(16),
        uint(32),
        (orders, maxMatches, maxWalk, newest) => {
          const limits = { maxMatches, maxWalk, newest };
          const { kind, data } = batchCall({ orders }, limits);
          expect(kind).to.equal("batch");
          const args: [string] = [packBatch({ orders }, limits)];
          expect(data, "as the general encoder writes it").to.equal(book.encodeFunctionData("createTrades", args));
          expect(readBack(data)).to.deep.equal({ name: "createTrades", args });
        },
      ),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("bring a cancellation by itself", function () {
    const [cancellation, signature] = [
      { trader: TRADER, fromTradeRootId: 1, toTradeRootId: 9, nonceFloor: 5n, deadline: 7n },
      "0x1234",
    ];
    const { kind, data } = cancelTradesCall({ cancellation, signature }, [3, 4], 8);
    expect([kind, readBack(data)]).to.deep.equal([
      "cancelTrades",
      { name: "cancelTrades", args: [[TRADER, 1n, 9n, 5n, 7n], "0x1234", [3n, 4n], 8n] },
    ]);
  });

  it("take orders out by their numbers and places", function () {
    fc.assert(
      fc.property(
        fc.array(fc.record({ tradeRootId: uint(32), place: uint(32) }), { maxLength: 10 }),
        uint(32),
        (orders, newest) => {
          const { kind, data } = offsetCall(orders, newest);
          expect(kind).to.equal("offset");
          const placed = orders.map(({ tradeRootId, place }) => [BigInt(tradeRootId), BigInt(place)]);
          expect(readBack(data)).to.deep.equal({ name: "offset", args: [placed, BigInt(newest)] });
        },
      ),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("go on with the matching of a market", function () {
    fc.assert(
      fc.property(uint(32), uint(16), uint(20), uint(32), (root, branch, maxMatches, newest) => {
        const { kind, data } = matchTradesCall(root, branch, maxMatches, newest);
        expect(kind).to.equal("matchTrades");
        expect(readBack(data)).to.deep.equal({
          name: "matchTrades",
          args: [BigInt(root), BigInt(branch), BigInt(maxMatches), BigInt(newest)],
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
    const orders = Object.freeze([{ tradeRootId: 1, place: 2 }]);
    expect(readBack(offsetCall(orders, 3).data).args).to.deep.equal([[[1n, 2n]], 3n]);
    const traders = Object.freeze(["0x0000000000000000000000000000000000000001"]);
    expect(readBack(realiseCall(1, traders).data).args).to.deep.equal([1n, [...traders]]);
  });

  it("ask for the chain's state, and for a trader's", function () {
    expect(readBack(bookQuestion("chainState").data)).to.deep.equal({ name: "chainState", args: [] });
    const trader = getAddress(`0x${"a1".repeat(20)}`);
    for (const name of ["accountOf", "claimsOf", "noncesOf"] as const) {
      expect(readBack(bookQuestion(name, trader).data)).to.deep.equal({ name, args: [trader] });
    }
    expect(balanceQuestion(trader)).to.equal(`0x70a08231${trader.slice(2).toLowerCase().padStart(64, "0")}`);
  });
});

describe("the answers to them", function () {
  it("are the orders' numbers and places, no number for each that is skipped", function () {
    fc.assert(
      fc.property(fc.array(fc.record({ tradeRootId: uint(32), place: uint(32) })), (placed) => {
        expect(decodeBatchResult(book.encodeFunctionResult("createTrades", [placed]))).to.deep.equal(placed);
      }),
      { ...FIXED, numRuns: 50 },
    );
  });

  it("are the newest checkpoint", function () {
    const link = id("link");
    const said = book.encodeFunctionResult("chainState", [link, 5n, 6n]);
    expect(bookAnswer(bookQuestion("chainState"), said)).to.deep.equal([link, 5n, 6n]);
  });

  it("are what a trader has", function () {
    const trader = getAddress(`0x${"a1".repeat(20)}`);
    const account = book.encodeFunctionResult("accountOf", [-1n, 2n, 3n, 4n]);
    expect(bookAnswer(bookQuestion("accountOf", trader), account)).to.deep.equal([-1n, 2n, 3n, 4n]);
    const claims = book.encodeFunctionResult("claimsOf", [[5n, 6n]]);
    expect(bookAnswer(bookQuestion("claimsOf", trader), claims)[0].join()).to.equal("5,6");
    const nonces = book.encodeFunctionResult("noncesOf", [7n, 8n]);
    expect(bookAnswer(bookQuestion("noncesOf", trader), nonces)).to.deep.equal([7n, 8n]);
    expect(balanceAnswer(`0x${"9".padStart(64, "0")}`)).to.equal(9n);
  });

  it("are refused if they are none", function () {
    for (const data of ["0x", "0x1234", `0x${"00".repeat(31)}`]) {
      expect(() => decodeBatchResult(data), data).to.throw();
      expect(() => bookAnswer(bookQuestion("chainState"), data), data).to.throw();
      expect(() => balanceAnswer(data), data).to.throw();
    }
  });
});
