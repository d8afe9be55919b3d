import { expect } from "chai";

import { feeCapIn, sendRefusalOf, type SendRefusal } from "../../src/node/send-words.js";

describe("given the words of a node that does not take a transaction", () => {
  const SAID: Readonly<Record<SendRefusal, readonly string[]>> = {
    known: ["already known", "transaction already imported", "AlreadyKnown", "known transaction: 12ab"],
    feeCap: ["tx fee (1.50 ether) exceeds the configured cap (1.00 ether)"],
    funds: [
      "insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1",
      "Insufficient funds for gas * price + value",
      "sender doesn't have enough funds to send tx. The max upfront cost is: 7 and the sender's balance is: 0.",
      "InsufficientFunds, Account balance: 0, cumulative cost: 7",
    ],
    used: ["nonce too low: next nonce 5, tx nonce 4", "OldNonce", "NONCE_TOO_LOW"],
    gas: [
      "exceeds block gas limit",
      "intrinsic gas too low: have 1, want 2",
      "transaction gas limit too high (cap: 16777216, tx: 30000000)",
      "Transaction gas limit is 30000000 and exceeds transaction gas cap of 16777216",
      "GasLimitExceeded, Gas limit: 1, gas limit of rejected tx: 2",
      "intrinsic gas too high",
    ],
    price: [
      "replacement transaction underpriced",
      "transaction underpriced: gas tip cap 0, minimum needed 1",
      "max fee per gas less than block base fee: address 0x, maxFeePerGas: 1, baseFee: 2",
      "FeeTooLow, MaxFeePerGas too low",
    ],
    other: ["txpool is full", "invalid sender", ""],
  };

  for (const [kind, texts] of Object.entries(SAID)) {
    for (const text of texts) {
      it(`takes "${text}" for ${kind}`, () => {
        expect(sendRefusalOf(text.toLowerCase())).to.equal(kind);
      });
    }
  }

  it("reads the most that it lets a transaction spend, if it says", () => {
    expect(feeCapIn("tx fee (1.50 ether) exceeds the configured cap (1.00 ether)")).to.equal(10n ** 18n);
    expect(feeCapIn("exceeds the configured cap (0.025 ether)")).to.equal(25n * 10n ** 15n);
    expect(feeCapIn("exceeds the configured cap")).to.equal(undefined);
  });
});
