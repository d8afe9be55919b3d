import { expect } from "chai";

import { messageOf, ProtocolError } from "../../src/protocol/amounts/errors.js";
import { RELAY_ERROR_CODES, RelayError } from "../../src/relay/errors.js";

describe("RelayError", () => {
  it("says what it is, with its values, and what to do", () => {
    const error = new RelayError("RELAY_TRADER_QUEUE_FULL", { trader: "0xab", limit: 64 });
    expect(error).to.be.instanceOf(ProtocolError);
    expect(error.message).to.equal(
      "RELAY_TRADER_QUEUE_FULL(trader: 0xab, limit: 64). This trader's packages wait already: send more when some have landed.",
    );
    expect([error.code, error.status, error.retryable]).to.deep.equal(["RELAY_TRADER_QUEUE_FULL", 429, true]);
    expect(error.values).to.deep.equal({ trader: "0xab", limit: 64 });
  });

  it("keeps what caused it", () => {
    const cause = new Error("connection refused");
    expect(new RelayError("RELAY_WALLET_UNREACHABLE", {}, cause).cause).to.equal(cause);
  });

  it("may be tried again only where a later answer may differ", () => {
    const retryable = RELAY_ERROR_CODES.filter((code) => new RelayError(code).retryable);
    expect(retryable).to.include.members(["RELAY_NOT_READY", "RELAY_QUEUE_FULL", "RELAY_WALLET_UNREACHABLE"]);
    for (const code of ["RELAY_CONFIG_INVALID", "RELAY_REQUEST_INVALID", "RELAY_LOCKED", "RELAY_ALREADY_SENT"]) {
      expect(retryable).not.to.include(code);
    }
    for (const code of retryable) {
      expect(new RelayError(code).status, `${code} is nobody's mistake for good`).not.to.equal(404);
    }
  });
});

describe("messageOf", () => {
  it("puts whatever was thrown into words", () => {
    expect(messageOf(new RangeError("too far"))).to.equal("too far");
    expect([messageOf("text"), messageOf(7n), messageOf(undefined)]).to.deep.equal(["text", "7", "undefined"]);
  });
});
