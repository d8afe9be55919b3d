import { expect } from "chai";

import { ProtocolError, RuleError } from "../../../src/protocol/amounts/errors.js";

describe("errors", () => {
  it("ProtocolError carries a code, whether to retry, the name of its class and a cause", () => {
    class Refused extends ProtocolError {}
    const cause = new Error("below");
    const error = new Refused("SOME_CODE", "It was refused.", { retryable: true, cause });
    expect(error).to.be.instanceOf(Error);
    expect(error).to.include({
      name: "Refused",
      code: "SOME_CODE",
      message: "It was refused.",
      retryable: true,
      cause,
    });
  });

  it("ProtocolError has no cause unless there is one", () => {
    expect(new ProtocolError("SOME_CODE", "No.", { retryable: false })).not.to.have.property("cause");
  });

  it("RuleError says what was wrong, with its values, and what to do; it is never worth a retry", () => {
    const error = new RuleError("AMOUNT_MALFORMED", { text: "1e3", at: 2n });
    expect(error.message).to.equal("AMOUNT_MALFORMED(text: 1e3, at: 2). Write a plain decimal number, such as -12.5.");
    expect(error).to.include({ name: "RuleError", code: "AMOUNT_MALFORMED", retryable: false });
    expect(error.values).to.deep.equal({ text: "1e3", at: 2n });
  });
});
