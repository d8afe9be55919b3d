import { expect } from "chai";
import { AbiCoder, id, Interface, makeError } from "ethers";

import { asClientError, ClientError, decodeRefusal } from "../../src/bindings/errors.js";
import { findRevertData } from "../../src/node/revert-data.js";
import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";

const book = IOrderBook__factory.createInterface();
const DEAD = "0x000000000000000000000000000000000000dEaD";

describe("decodeRefusal", function () {
  it("gives the contract's name, its values by name, and what to do", function () {
    const error = decodeRefusal(book.encodeErrorResult("Book_Uncovered", [DEAD, 7n, 2n]));
    expect(error).to.be.instanceOf(ClientError).and.instanceOf(ProtocolError);
    expect(error.code).to.equal("Book_Uncovered");
    expect(error.args).to.deep.equal({ trader: DEAD, shortfall: 7n, bindingOutcome: 2n });
    expect(error.retryable).to.be.false;
    expect(error.message).to.equal(
      `Book_Uncovered(trader: ${DEAD}, shortfall: 7, bindingOutcome: 2). Deposit at least the shortfall, or trade less: it is what the account would lack if every market ended worst for it.`,
    );
  });

  it("knows Solidity's own errors", function () {
    const text = new Interface(["error Error(string)"]).encodeErrorResult("Error", ["no luck"]);
    expect(decodeRefusal(text)).to.deep.include({ code: "Client_RevertText" });
    expect(Object.values(decodeRefusal(text).args)).to.deep.equal(["no luck"]);
    const panic = id("Panic(uint256)").slice(0, 10) + AbiCoder.defaultAbiCoder().encode(["uint256"], [0x11]).slice(2);
    expect(decodeRefusal(panic).code).to.equal("Client_Panic");
    expect(Object.values(decodeRefusal(panic).args)).to.deep.equal([0x11n]);
  });

  it("keeps data that nobody knows", function () {
    expect(decodeRefusal("0x12345678")).to.deep.include({ code: "Client_UnknownRevert", args: { data: "0x12345678" } });
    expect(decodeRefusal("0x").code).to.equal("Client_EmptyRevert");
    const broken = book.encodeErrorResult("Book_Uncovered", [DEAD, 7n, 2n]).slice(0, 20);
    expect(decodeRefusal(broken).code).to.equal("Client_UnknownRevert");
  });
});

describe("asClientError", function () {
  const data = book.encodeErrorResult("Book_ZeroAmount");

  it("finds the reason wherever a provider puts it", function () {
    const thrown: unknown[] = [
      { data },
      { error: { data } },
      { info: { error: { data: { data } } } },
      new Error("wrapped", { cause: new Error("deeper", { cause: { data } }) }),
      makeError("call failed", "CALL_EXCEPTION", {
        action: "call",
        data,
        reason: null,
        transaction: { to: null, data: "" },
        invocation: null,
        revert: null,
      }),
    ];
    for (const each of thrown) {
      const error = asClientError(each);
      expect(error.code).to.equal("Book_ZeroAmount");
      expect(error.cause).to.equal(each);
    }
  });

  it("does not take a transaction hash for a reason, nor follow a circle", function () {
    const circle: { cause?: unknown; data: string } = { data: id("hash") };
    circle.cause = circle;
    expect(findRevertData(circle)).to.equal(undefined);
  });

  it("leaves a client error as it is", function () {
    const error = new ClientError("Client_NoProvider");
    expect(asClientError(error)).to.equal(error);
  });

  const foreign: readonly [string, unknown, string, boolean][] = [
    ["an unreachable node", makeError("gone", "NETWORK_ERROR", { event: "x" }), "NODE_UNREACHABLE", true],
    ["a refused connection", Object.assign(new Error("x"), { code: "ECONNREFUSED" }), "NODE_UNREACHABLE", true],
    ["a user who declines", Object.assign(new Error("no"), { code: "ACTION_REJECTED" }), "Client_Declined", true],
    ["an empty purse", Object.assign(new Error("no"), { code: "INSUFFICIENT_FUNDS" }), "Client_NoGasMoney", true],
    ["what another contract answers", makeError("x", "BAD_DATA", { value: "0x" }), "Client_OtherContract", false],
    ["anything else", "words", "Client_CallFailed", false],
  ];
  for (const [what, thrown, code, retryable] of foreign) {
    it(`names ${what}`, function () {
      expect(asClientError(thrown)).to.deep.include({ code, retryable });
    });
  }
});
