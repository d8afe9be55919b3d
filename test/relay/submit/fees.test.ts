import { expect } from "chai";
import fc from "fast-check";

import { FIXED } from "../../protocol/support.js";
import { type Fees, feesAt, GWEI, raisedFees } from "../../../src/relay/submit/fees.js";

const MOST = 100n * GWEI;

describe("feesAt", () => {
  it("leaves room for the base fee to double", () => {
    expect(feesAt({ baseFee: 7n * GWEI }, 2n * GWEI, MOST)).to.deep.equal({
      maxFee: 16n * GWEI,
      priorityFee: 2n * GWEI,
    });
  });

  it("never offers more than it may", () => {
    expect(feesAt({ baseFee: 80n * GWEI }, GWEI, MOST)).to.deep.equal({ maxFee: MOST, priorityFee: GWEI });
  });

  it("on a chain without EIP-1559 is the price, up to what it may be", () => {
    const both = (fee: bigint): Fees => ({ maxFee: fee, priorityFee: fee });
    expect(feesAt({ baseFee: undefined }, 3n * GWEI, MOST)).to.deep.equal(both(3n * GWEI));
    expect(feesAt({ baseFee: undefined }, MOST + 1n, MOST)).to.deep.equal(both(MOST));
  });
});

describe("raisedFees", () => {
  const fees = (maxFee: bigint, priorityFee: bigint): Fees => ({ maxFee, priorityFee });

  it("offers an eighth more than before, and a little", () => {
    expect(raisedFees(fees(80n, 8n), fees(0n, 0n), MOST)).to.deep.equal(fees(91n, 10n));
  });

  it("offers what the market asks for, if that is more", () => {
    expect(raisedFees(fees(80n, 8n), fees(200n, 50n), MOST)).to.deep.equal(fees(200n, 50n));
  });

  it("never offers a producer more than in all", () => {
    expect(raisedFees(fees(8n, 8n), fees(0n, 60n), MOST)).to.deep.equal(fees(10n, 10n));
  });

  it("gives up at what may be offered", () => {
    expect(raisedFees(fees(MOST, 1n), fees(0n, 0n), MOST)).to.equal(undefined);
    expect(raisedFees(fees(1n, 1n), fees(MOST + 1n, 1n), MOST)).to.equal(undefined);
    expect(raisedFees(fees(1n, 1n), fees(MOST, 1n), MOST)).to.deep.equal(fees(MOST, 2n));
  });

  it("is a replacement that nodes take, whatever was offered before", () => {
    const amount = fc.bigInt(0n, 10n ** 15n);
    fc.assert(
      fc.property(amount, amount, amount, amount, (maxFee, tip, market, marketTip) => {
        const last = fees(maxFee, tip < maxFee ? tip : maxFee);
        const raised = raisedFees(last, fees(market, marketTip < market ? marketTip : market), 10n ** 16n)!;
        expect(raised.maxFee * 10n >= last.maxFee * 11n, "a tenth more in all").to.equal(true);
        const isTipEnough = raised.priorityFee * 10n >= last.priorityFee * 11n || raised.priorityFee === raised.maxFee;
        expect(isTipEnough && raised.priorityFee <= raised.maxFee, "and for the producer").to.equal(true);
      }),
      FIXED,
    );
  });
});
