/** What each error asks for: one sentence for every error that a contract or this client can name. */
import { expect } from "chai";
import { Interface } from "ethers";

import { ADVISED_CODES, adviceFor } from "../../src/bindings/advice.js";
import { ERROR_TABLE } from "../../src/bindings/error-table.js";
import { ClientError, decodeRefusal } from "../../src/bindings/errors.js";
import { MAX_ASSETS, MAX_CHAIN_WINDOW, MAX_NAME_BYTES, MIN_CHAIN_WINDOW } from "../../src/protocol/amounts/limits.js";
import { Refusal, REFUSAL_ADVICE, type RefusalCode } from "../../src/protocol/market/refusal.js";

/** Errors of all our contracts. */
const DECLARED = new Interface(ERROR_TABLE);
const NAMES: string[] = [];
DECLARED.forEachError(({ name }) => NAMES.push(name));

/** Declared by libraries for functions of theirs that our contracts never call. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "InvalidInitialization",
  "NotInitializing",
  "Create2EmptyBytecode",
  "InsufficientBalance",
  "InvalidShortString",
  "StringTooLong",
  "StringsInsufficientHexLength",
  // The cost function asks for exp of nothing above 0, and for ln of nothing below 1.
  "PRBMath_SD59x18_Exp_InputTooBig",
  "PRBMath_SD59x18_Exp2_InputTooBig",
  "PRBMath_SD59x18_Log_InputTooSmall",
]);

const DEAD = "0x000000000000000000000000000000000000dEaD";

/** What a reason may be: the selector of an error, which is read as its name. */
const REASON = DECLARED.getError("Book_ZeroAmount")!;

/** A value of each type that errors have, different from zero. */
function sampleOf(type: string, index: number): unknown {
  if (type === "address") return DEAD;
  if (type === "bytes32") return `0x${"ab".repeat(32)}`;
  if (type === "bytes4") return REASON.selector;
  if (type === "string") return "text";
  if (type.startsWith("uint") || type.startsWith("int")) return BigInt(index + 1);
  throw new Error(`no error has a ${type}`);
}

describe("the advice", function () {
  it("says something about every error that a contract of ours declares", function () {
    const missing = NAMES.filter((name) => !UNREACHABLE.has(name) && !ADVISED_CODES.includes(name));
    expect(missing).to.deep.equal([]);
  });

  it("says nothing about errors that no contract declares", function () {
    const ours = ADVISED_CODES.filter((code) => !code.startsWith("Client_"));
    expect(ours.filter((code) => !NAMES.includes(code))).to.deep.equal([]);
  });

  for (const code of ADVISED_CODES) {
    it(`is a sentence for ${code}`, function () {
      const { advice, retryable } = adviceFor(code);
      expect(advice).to.match(/^\S.{15,}[.?]$/);
      expect(retryable).to.be.a("boolean");
    });
  }

  it("is the book's own, for what the library's book refuses", function () {
    for (const code of Object.keys(REFUSAL_ADVICE) as RefusalCode[]) {
      expect(adviceFor(code)).to.equal(REFUSAL_ADVICE[code]);
      const [refusal, error] = [new Refusal(code, {}), new ClientError(code)];
      expect([error.message, error.retryable]).to.deep.equal([refusal.message, refusal.retryable]);
    }
  });

  it("gives limits as they are", function () {
    expect(adviceFor("Factory_AssetCount").advice).to.include(`1 to ${MAX_ASSETS} assets`);
    expect(adviceFor("Factory_ChainWindow").advice).to.include(`between ${MIN_CHAIN_WINDOW} and ${MAX_CHAIN_WINDOW}.`);
    expect(adviceFor("Factory_NameLength").advice).to.include(`1 to ${MAX_NAME_BYTES} bytes`);
  });

  it("says of what time, a fresh signature or more gas can cure that it may be tried again", function () {
    const again = ["Book_OutOfGas", "Session_NotFunded", "Session_NotSettling", "ERC2612ExpiredSignature"];
    const never = ["Session_FundingClosed", "Factory_Window", "ERC20InsufficientBalance", "Client_NoProvider"];
    expect(again.map((code) => adviceFor(code).retryable)).to.deep.equal(again.map(() => true));
    expect(never.map((code) => adviceFor(code).retryable)).to.deep.equal(never.map(() => false));
  });

  it("takes an unknown error for a wrong request, and a name that every object has for unknown", function () {
    for (const name of ["Nobody_Knows", "", "constructor", "toString", "__proto__"]) {
      expect(adviceFor(name), name).to.deep.equal({ advice: "Look the error up by its name.", retryable: false });
    }
  });
});

describe("decodeRefusal, of every error that a contract declares", function () {
  for (const name of NAMES) {
    it(`reads ${name} with its values by name`, function () {
      const fragment = DECLARED.getError(name)!;
      const values = fragment.inputs.map(({ type }, index) => sampleOf(type, index));
      const error = decodeRefusal(DECLARED.encodeErrorResult(fragment, values));
      const args = Object.fromEntries(
        fragment.inputs.map(({ name: field, type }, index) => [field, type === "bytes4" ? REASON.name : values[index]]),
      );
      expect([error.code, error.args]).to.deep.equal([name, args]);
      const { advice, retryable } = adviceFor(name);
      expect(error.retryable).to.equal(retryable);
      const described = Object.entries(args).map(([key, value]) => `${key}: ${String(value)}`);
      expect(error.message).to.equal(`${name}(${described.join(", ")}). ${advice}`);
    });
  }
});
