/**
 * What a program was told to do began after the first "). " of the message. A value may have that in it: the advice to
 * `--price "5). 6"` was `6). Write a plain…`; and of a message without values it was all but its first two letters.
 */
import { expect } from "chai";

import { explain } from "../../src/cli/errors.js";
import { ProtocolError, RuleError } from "../../src/protocol/amounts/errors.js";
import { SessionLogError } from "../../src/verify/errors.js";

describe("the advice of an error", function () {
  it("is not what stands in its values", function () {
    const { error } = explain(new RuleError("AMOUNT_MALFORMED", { text: "5). 6" }));
    expect(error.advice).to.equal("Write a plain decimal number, such as -12.5.");
    expect(explain(new SessionLogError("LOG_LINE_INVALID", { reason: "no JSON (x). y" })).error.advice).to.equal(
      "The file was damaged: read the logs again.",
    );
  });

  it("is the whole message if there are no values", function () {
    const { error } = explain(new ProtocolError("ODD", "Do something else.", { retryable: false }));
    expect(error.advice).to.equal("Do something else.");
  });
});
