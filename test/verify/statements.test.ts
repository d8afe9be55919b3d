/** What a verification says for itself, and what of a log file is wrong before anything in it can be checked. */
import { readFileSync } from "node:fs";

import { expect } from "chai";

import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import { SessionLogError, type SessionLogErrorCode } from "../../src/verify/errors.js";
import { CHECKED } from "../../src/verify/statements.js";

describe("CHECKED", function () {
  it("cites rules that there are", function () {
    const rules = new Set(
      [...readFileSync("docs/protocol.md", "utf8").matchAll(/^\*\*(R\d+) /gm)].map(([, rule]) => rule),
    );
    const cited = CHECKED.flatMap((sentence) => sentence.match(/R\d+/g) ?? []);
    expect(cited.length).to.be.greaterThan(20);
    for (const rule of cited) expect([...rules]).to.include(rule);
  });
});

describe("SessionLogError", function () {
  const codes: readonly SessionLogErrorCode[] = [
    "LOG_EMPTY",
    "LOG_HEADER_INVALID",
    "LOG_VERSION_UNKNOWN",
    "LOG_LINE_INVALID",
    "LOG_TRUNCATED",
    "LOG_CONTINUES",
    "LOG_NO_CREATION",
    "LOG_NOT_A_SESSION",
  ];

  for (const code of codes) {
    it(`says what to do about ${code}`, function () {
      const cause = new Error("why");
      const error = new SessionLogError(code, { line: 3, reason: "x" }, cause);
      expect(error).to.be.instanceOf(ProtocolError);
      const { name, retryable, values } = error;
      expect({ name, code: error.code, retryable, values, cause: error.cause }).to.deep.equal({
        name: "SessionLogError",
        code,
        retryable: false,
        values: { line: 3, reason: "x" },
        cause,
      });
      expect(error.message).to.match(new RegExp(`^${code}\\(line: 3, reason: x\\)\\. [A-Z].*\\.$`));
    });
  }

  it("need not have values", function () {
    expect(new SessionLogError("LOG_EMPTY").message).to.match(/^LOG_EMPTY\(\)\. /);
    expect(new SessionLogError("LOG_EMPTY").cause).to.equal(undefined);
  });
});
