import { CommanderError } from "commander";
import { expect } from "chai";

import { ClientError } from "../../src/bindings/errors.js";
import { CliError, type CliErrorCode } from "../../src/cli/cli-error.js";
import { EXIT, explain } from "../../src/cli/errors.js";
import { InputError, type InputErrorCode } from "../../src/input/errors.js";
import { RelayRequestError } from "../../src/client/relay/errors.js";
import { ProtocolError, RuleError } from "../../src/protocol/amounts/errors.js";
import { RiskError } from "../../src/risk/errors.js";
import { NodeError } from "../../src/node/errors.js";
import { Refusal } from "../../src/protocol/market/refusal.js";
import { RelayError } from "../../src/relay/errors.js";
import { SessionLogError } from "../../src/verify/errors.js";

/** Every code, so that a new one is looked at here. */
const OWN_CODES: readonly CliErrorCode[] = [
  "KEY_IN_ARGUMENT",
  "SETTINGS_INVALID",
  "FILE_UNREADABLE",
  "FILE_UNWRITABLE",
  "CHAIN_UNREACHABLE",
  "KEYSTORE_INVALID",
  "PASSWORD_WRONG",
  "PASSWORD_MISSING",
  "CONFIRMATION_MISSING",
  "NOT_CONFIRMED",
  "HARDHAT_MISSING",
  "HARDHAT_KEY_MISSING",
  "HARDHAT_KEYSTORE_FAILED",
  "ORDERS_NONE",
  "HISTORY_MOVED",
  "MIRROR_DIFFERS",
];

const INPUT_CODES: readonly InputErrorCode[] = ["ARGUMENT_INVALID", "FILE_INVALID"];

describe("errors of the command line", function () {
  it("have the statuses that the help names", function () {
    expect(EXIT).to.deep.equal({ good: 0, doesNotHold: 1, badInput: 2, holdsIf: 3 });
  });

  describe("its own", function () {
    const values = { file: "a" };
    const thrown = [
      ...OWN_CODES.map((code) => new CliError(code, values)),
      ...INPUT_CODES.map((code) => new InputError(code, values)),
    ];
    for (const one of thrown) {
      const { code } = one;
      it(`end with status 2 and say what to do: ${code}`, function () {
        const { status, error } = explain(one);
        expect(status).to.equal(2);
        expect(error.code).to.equal(code);
        expect(error.values).to.deep.equal({ file: "a" });
        expect(error.advice).to.match(/^[A-Z].*\.$/);
        expect(error.message).to.equal(`${code}: file: a. ${error.advice}`);
      });
    }

    it("list problems one a line, with the advice on a line of its own", function () {
      const { message } = new InputError("FILE_INVALID", { file: "a.json", problems: ["x: is wrong", "y: too"] });
      expect(message).to.equal("FILE_INVALID: file: a.json.\n  x: is wrong\n  y: too\nMend every place named.");
    });

    it("have no values where there are none", function () {
      expect(new CliError("PASSWORD_MISSING").message).to.match(/^PASSWORD_MISSING: Run this in a terminal/);
    });

    it("tell programs amounts as text", function () {
      const { error } = explain(new CliError("MIRROR_DIFFERS", { fromBlock: 7, head: 2n ** 64n }));
      expect(error.values).to.deep.equal({ fromBlock: 7, head: "18446744073709551616" });
    });

    it("are never worth a retry as they are, and keep what caused them", function () {
      const cause = new Error("why");
      const error = new CliError("FILE_UNREADABLE", { file: "a" }, cause);
      expect(error.retryable).to.be.false;
      expect(error.cause).to.equal(cause);
      expect(error.name).to.equal("CliError");
    });
  });

  describe("of words that the program does not know", function () {
    it("are an argument that is wrong, in commander's own words", function () {
      const thrown = new CommanderError(1, "commander.unknownOption", "error: unknown option '--nope'");
      const { status, error } = explain(thrown);
      expect(status).to.equal(2);
      expect(error).to.deep.include({ code: "ARGUMENT_INVALID", values: { reason: "unknown option '--nope'" } });
      expect(error.advice).to.contain("--help");
    });
  });

  it("of a stress test's statistics are bad input", function () {
    const { status, error } = explain(new RiskError("CORRELATION_INVALID", { pair: "1/2", correlation: 1.5 }));
    expect([status, error.code, error.values]).to.deep.equal([
      2,
      "CORRELATION_INVALID",
      { pair: "1/2", correlation: 1.5 },
    ]);
    expect(error.advice).to.equal("Give a correlation from -1 to 1.");
  });

  describe("of the rules", function () {
    it("are bad input if they are about what was given", function () {
      const { status, error } = explain(new RuleError("AMOUNT_MALFORMED", { text: "1e3" }));
      expect(status).to.equal(2);
      expect(error).to.deep.equal({
        code: "AMOUNT_MALFORMED",
        message: "AMOUNT_MALFORMED(text: 1e3). Write a plain decimal number, such as -12.5.",
        advice: "Write a plain decimal number, such as -12.5.",
        values: { text: "1e3" },
      });
    });

    it("are a finding if they are about what was recorded", function () {
      const findings = ["RECORD_FIELD_INVALID", "RECORD_IMPOSSIBLE", "DEPTH_INSUFFICIENT"] as const;
      for (const code of findings) expect(explain(new RuleError(code, { record: 3 })).status, code).to.equal(1);
      for (const code of ["AMOUNT_NOT_EXACT", "PACKAGE_FIELD_INVALID", "SHAPE_MISMATCH"] as const) {
        expect(explain(new RuleError(code, {})).status, code).to.equal(2);
      }
    });

    it("of a log are bad input if it is none, and a finding if it was altered or cut", function () {
      const status = (code: ConstructorParameters<typeof SessionLogError>[0]): number =>
        explain(new SessionLogError(code, { line: 3 })).status;
      expect(["LOG_LINE_INVALID", "LOG_TRUNCATED", "LOG_CONTINUES"].map((code) => status(code as never))).to.deep.equal(
        [1, 1, 1],
      );
      expect([status("LOG_EMPTY"), status("LOG_HEADER_INVALID"), status("LOG_VERSION_UNKNOWN")]).to.deep.equal([
        2, 2, 2,
      ]);
      expect([status("LOG_NO_CREATION"), status("LOG_NOT_A_SESSION")]).to.deep.equal([2, 2]);
      const { error } = explain(new SessionLogError("LOG_TRUNCATED", { line: 3 }));
      expect(error.advice).to.equal("The last line of the file is missing: read the logs again.");
    });
  });

  describe("of the chain", function () {
    it("are a refusal with its values and what to do", function () {
      const { status, error } = explain(new ClientError("Book_NotTrading", { timestamp: 5n, t1: 7n, t2: 9n }));
      expect(status).to.equal(1);
      expect(error).to.deep.include({
        code: "Book_NotTrading",
        advice: "Orders are taken from t1 until just before t2.",
        values: { timestamp: "5", t1: "7", t2: "9" },
      });
    });

    it("are told alike whether the contract or its mirror refused", function () {
      const values = { trader: "0x1", shortfall: 5n, bindingOutcome: 1n };
      expect(explain(new Refusal("Book_Uncovered", values))).to.deep.equal(
        explain(new ClientError("Book_Uncovered", values)),
      );
    });

    it("are bad input if the command was aimed at something else", function () {
      for (const code of ["Client_NotASession", "Client_NotAFactory", "Client_OtherDomain", "Client_UnknownLeg"]) {
        expect(explain(new ClientError(code)).status, code).to.equal(2);
      }
      const { status, error } = explain(
        new NodeError("NODE_REFUSED", { method: "eth_call", rpc: -32_000, reason: "busy" }),
      );
      expect([status, error.code, error.values]).to.deep.equal([
        2,
        "NODE_REFUSED",
        { method: "eth_call", rpc: -32_000, reason: "busy" },
      ]);
      expect(error.advice).to.contain("its reason is in the values");
      for (const code of ["Client_NoGasMoney", "Client_AssetShort", "Client_NotOrganiser", "Session_NotFunded"]) {
        expect(explain(new ClientError(code)).status, code).to.equal(1);
      }
    });
  });

  describe("of a relay", function () {
    it("that one could not start with are bad input, all else is not", function () {
      expect(explain(new RelayError("RELAY_CONFIG_INVALID", { problems: "--port" })).status).to.equal(2);
      const listening = explain(new RelayError("RELAY_LISTEN_FAILED", { port: 80 }));
      expect(listening.status).to.equal(1);
      expect(listening.error).to.deep.include({ code: "RELAY_LISTEN_FAILED", values: { port: 80 } });
      expect(listening.error.advice).to.contain("--port");
    });

    it("that is not there, or none, are bad input; what it refuses is not", function () {
      const told = (code: string): number =>
        explain(new RelayRequestError({ code, message: "m", advice: "a.", retryable: true, values: {} }, 0)).status;
      expect([told("RELAY_UNREACHABLE"), told("RELAY_ANSWER_MALFORMED")]).to.deep.equal([2, 2]);
      expect([told("RELAY_RATE_LIMITED"), told("Book_Uncovered")]).to.deep.equal([1, 1]);
    });

    it("are told in the relay's own words", function () {
      const given = { code: "X", message: "what", advice: "do this.", retryable: false, values: { a: "1" } };
      expect(explain(new RelayRequestError(given, 422)).error).to.deep.equal({
        code: "X",
        message: "what",
        advice: "do this.",
        values: { a: "1" },
      });
    });
  });

  describe("of nobody's", function () {
    it("are told with their trace, as what to report", function () {
      const thrown = new TypeError("x is not a function");
      const { status, error } = explain(thrown);
      expect(status).to.equal(1);
      expect(error).to.deep.include({ code: "UNEXPECTED", advice: "Report this with the command.", values: {} });
      expect(error.message).to.equal(thrown.stack);
    });

    it("may be no errors at all", function () {
      expect(explain("boo").error.message).to.equal("boo");
      expect(explain(undefined).error.message).to.equal("undefined");
    });
  });

  it("of any other kind of the project keep their code and end with status 1", function () {
    const thrown = new ProtocolError("ODD", "ODD(a: 1). Do something else.", { retryable: true });
    expect(explain(thrown)).to.deep.equal({
      status: 1,
      error: { code: "ODD", message: thrown.message, advice: "Do something else.", values: {} },
    });
  });
});
