import { expect } from "chai";

import { IOrderBook__factory } from "../../../typechain-types/index.js";
import { ProtocolError, RuleError } from "../../../src/protocol/amounts/errors.js";
import { isRefusal, Refusal, REFUSAL_ADVICE } from "../../../src/protocol/market/refusal.js";

/** Only a call on a chain meets them. */
const OF_CALLS = ["Book_OnlySelf", "Book_OutOfGas"];

describe("refusals", function () {
  const early = new Refusal("Book_FallbackTooEarly", { marketRootId: 2n, settleBy: 9n, timestamp: 8n });

  it("say what was wrong, with their values, what to do and whether it may succeed later", function () {
    expect(early.message).to.equal(
      "Book_FallbackTooEarly(marketRootId: 2, settleBy: 9, timestamp: 8). The fallback may be applied from settleBy on.",
    );
    expect(early).to.include({ name: "Refusal", code: "Book_FallbackTooEarly", retryable: true });
    expect(early.values).to.deep.equal({ marketRootId: 2n, settleBy: 9n, timestamp: 8n });
    expect(new Refusal("Book_ZeroAmount", {})).to.include({
      message: "Book_ZeroAmount(). Give an amount above zero.",
      retryable: false,
    });
  });

  it("each have advice of their own", function () {
    const advice = Object.values(REFUSAL_ADVICE).map(({ advice: text }) => text);
    expect(new Set(advice).size).to.equal(advice.length);
  });

  it("are the errors of the book's contract, whatever they are about", function () {
    const declared: string[] = [];
    IOrderBook__factory.createInterface().forEachError(({ name }) => declared.push(name));
    const ofBook = declared.filter((name) => name.startsWith("Book_") && !OF_CALLS.includes(name));
    expect(Object.keys(REFUSAL_ADVICE).sort()).to.deep.equal(ofBook.sort());
  });

  it("are told from every other error", function () {
    expect(isRefusal(early)).to.be.true;
    expect(isRefusal(new Refusal("Book_ZeroAmount", {}))).to.be.true;
    expect(isRefusal(new RuleError("ROOT_INVALID", {}))).to.be.false;
    expect(isRefusal(new ProtocolError("Book_ZeroAmount", "", { retryable: false }))).to.be.false;
    expect(isRefusal({ code: "Book_ZeroAmount", values: {} })).to.be.false;
    expect(isRefusal(undefined)).to.be.false;
  });
});
