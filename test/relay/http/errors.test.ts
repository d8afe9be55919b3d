import { expect } from "chai";

import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { Refusal, REFUSAL_ADVICE, type RefusalCode } from "../../../src/protocol/market/refusal.js";
import { NODE_ERROR_CODES, NodeError } from "../../../src/node/errors.js";
import { RELAY_ERROR_CODES, RelayError } from "../../../src/relay/errors.js";
import { answerTo } from "../../../src/relay/http/errors.js";

describe("answerTo", () => {
  it("given the relay's own refusal, has its status, its advice and its values as text", () => {
    const error = new RelayError("RELAY_DEADLINE_NEAR", { deadline: 10n, timestamp: 9n, margin: 5 });
    expect(answerTo(error)).to.deep.equal({
      status: 422,
      body: {
        error: {
          code: "RELAY_DEADLINE_NEAR",
          message: error.message,
          advice: "The package might land too late: sign it again with a later deadline.",
          retryable: true,
          values: { deadline: "10", timestamp: "9", margin: "5" },
        },
      },
    });
  });

  it("given any of them, says what to do, with a status of HTTP's", () => {
    for (const code of RELAY_ERROR_CODES) {
      const { status, body } = answerTo(new RelayError(code));
      expect(status, code).to.be.within(400, 599);
      expect(body.error, code).to.include({ code });
      expect(body.error.advice.length, code).to.be.greaterThan(10);
      expect(body.error.message, code).to.include(body.error.advice);
    }
  });

  it("given what the book refuses, is well-formed and cannot be processed", () => {
    const refusal = new Refusal("Book_NonceUsed", { trader: "0xab", nonce: 3n, nonceFloor: 1n });
    const { status, body } = answerTo(refusal);
    expect(status).to.equal(422);
    expect(body.error).to.deep.equal({
      code: "Book_NonceUsed",
      message: refusal.message,
      advice: REFUSAL_ADVICE.Book_NonceUsed.advice,
      retryable: true,
      values: { trader: "0xab", nonce: "3", nonceFloor: "1" },
    });
  });

  it("given any refusal of the book, has that refusal's own advice and says whether to try again", () => {
    for (const [code, { advice, retryable }] of Object.entries(REFUSAL_ADVICE)) {
      const refusal = new Refusal(code as RefusalCode, {}); // its values do not matter here
      const { status, body } = answerTo(refusal);
      expect([status, body.error.advice, body.error.retryable], code).to.deep.equal([422, advice, retryable]);
    }
  });

  it("given values that no order can have, is the sender's fault", () => {
    const error = new RuleError("PACKAGE_FIELD_INVALID", { field: "price", given: 2n ** 40n });
    const { status, body } = answerTo(error);
    expect([status, body.error.code, body.error.retryable]).to.deep.equal([400, "PACKAGE_FIELD_INVALID", false]);
    expect(body.error.values).to.deep.equal({ field: "price", given: String(2n ** 40n) });
  });

  it("given what the server itself refuses, has a code of the relay's", () => {
    const ofServer = (code: string, statusCode: number, message = "no"): unknown =>
      Object.assign(new Error(message), { code, statusCode });
    const answered = (error: unknown): unknown[] => {
      const { status, body } = answerTo(error);
      return [status, body.error.code, body.error.values];
    };
    expect(answered(ofServer("FST_ERR_CTP_BODY_TOO_LARGE", 413))).to.deep.equal([413, "RELAY_BODY_TOO_LARGE", {}]);
    expect(answered(ofServer("FST_ERR_CTP_INVALID_MEDIA_TYPE", 415))).to.deep.equal([415, "RELAY_MEDIA_TYPE", {}]);
    expect(answered(ofServer("FST_ERR_CTP_INVALID_JSON", 400, "not JSON"))).to.deep.equal([
      400,
      "RELAY_REQUEST_INVALID",
      { reason: "not JSON" },
    ]);
    const long = answered(ofServer("FST_ERR_BAD_URL", 400, "x".repeat(9_000)))[2] as { readonly reason: string };
    expect(long.reason.length, "no more than a few words of it").to.equal(500);
  });

  it("given what node or database said, tells the code and nothing of their words", () => {
    const reason = "insert into packages failed, 10.0.0.7:5432, https://node.example/v3/KEY";
    const ofNode = NODE_ERROR_CODES.map((code) => new NodeError(code, { reason }));
    for (const error of [new RelayError("RELAY_STORE_UNAVAILABLE", { reason }), ...ofNode]) {
      const { code } = error;
      const { body } = answerTo(error);
      expect([body.error.code, body.error.values]).to.deep.equal([code, {}]);
      expect(JSON.stringify(body)).not.to.match(/insert|10\.0|KEY/);
    }
  });

  it("given anything else, tells nothing of it", () => {
    for (const error of [new Error("the key is 0x5e"), "the key is 0x5e", undefined, null, { statusCode: 500 }]) {
      const { status, body } = answerTo(error);
      expect([status, body.error.code, body.error.values]).to.deep.equal([500, "RELAY_INTERNAL", {}]);
      expect(JSON.stringify(body)).not.to.include("0x5e");
    }
  });
});
