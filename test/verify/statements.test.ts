/** What a verification says for itself, and what of a log file is wrong before anything in it can be checked. */
import { readFileSync } from "node:fs";

import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import { SessionLogError, type SessionLogErrorCode } from "../../src/verify/errors.js";
import type { VerifyCounts } from "../../src/verify/report.js";
import { assumptionsOf, CHECKED } from "../../src/verify/statements.js";
import { makeHeader } from "./support/header.js";
import { ALICE } from "./support/people.js";

const COUNTS: VerifyCounts = {
  records: 1,
  orders: 0,
  fills: 0,
  evictions: 0,
  offsets: 0,
  checkpoints: 0,
  marketRecords: 0,
  tokenTransfers: 0,
  signaturesRecovered: 0,
  walletsAsked: 0,
  walletsAssumed: 0,
  ownerCalls: 0,
  organiserCalls: 0,
  collateralChecks: 0,
  collateralByWholeMatrix: 0,
};

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

describe("assumptionsOf", function () {
  const header = makeHeader();
  const said = (changes: Partial<VerifyCounts> = {}, hasProvider = false, of = header): string[] =>
    assumptionsOf(of, { ...COUNTS, ...changes }, hasProvider, []);

  it("says four things always", function () {
    const always = said({}, true);
    expect(always.length).to.equal(4);
    for (const word of ["who called is not in the logs", "Reserves", "Assets log", "this project's"]) {
      expect(always.join()).to.include(word);
    }
  });

  it("says without a node that times and end are taken for granted", function () {
    expect(said().filter((sentence) => !said({}, true).includes(sentence))).to.deep.equal([
      "Timestamps are those of the blocks, and the log goes to the block that it names: without a node nobody can be asked.",
    ]);
  });

  it("says without a salt that the terms are, unless a node was asked", function () {
    const unsalted = { ...header, clones: { ...header.clones, salt: undefined } };
    const sentence =
      "The terms are those of the session: it was made through another contract, so its addresses do not prove them.";
    expect(said({}, false, unsalted)).to.include(sentence);
    expect(said({}, true, unsalted)).to.not.include(sentence);
    expect(said()).to.not.include(sentence);
  });

  it("counts wallets that nobody asked, and owners' calls", function () {
    expect(said({ walletsAssumed: 3 })).to.include(
      "3 signatures of contract wallets (ERC-1271) were good when the book asked.",
    );
    expect(said({ walletsAsked: 3 }).join()).to.not.include("ERC-1271");
    expect(said({ ownerCalls: 2 })).to.include(
      "2 market records without a signature came from the root's owner itself.",
    );
    expect(said({ organiserCalls: 2 })).to.include("2 roots of other owners came from the organiser itself.");
    expect(said().join()).to.not.match(/owner itself|organiser itself/);
  });

  it("takes a policy's word, where there is one", function () {
    const sentence = "The session's participation policy admitted everybody who is registered.";
    expect(said({}, false, makeHeader({ policy: ALICE.address }))).to.include(sentence);
    expect(said({}, false, makeHeader({ policy: ZeroAddress }))).to.not.include(sentence);
  });

  it("ends with what the node could not tell", function () {
    expect(assumptionsOf(header, COUNTS, true, ["One.", "Two."]).slice(-2)).to.deep.equal(["One.", "Two."]);
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
