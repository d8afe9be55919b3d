import { expect } from "chai";
import { type ErrorFragment, Interface } from "ethers";

import { ADVISED_CODES } from "../../src/bindings/advice.js";
import { ERROR_TABLE } from "../../src/bindings/error-table.js";
import { unitOfValue } from "../../src/bindings/error-units.js";

const ERRORS: ErrorFragment[] = [];
new Interface(ERROR_TABLE).forEachError((fragment) => ERRORS.push(fragment));

describe("the unit of every value of every error", function () {
  it("is known of all contracts", function () {
    expect(ERRORS.length).to.be.greaterThan(100);
    const unknown = ERRORS.flatMap(({ name, inputs }) =>
      inputs.filter((input) => unitOfValue(name, input.name) === undefined).map((input) => `${name}.${input.name}`),
    );
    expect(unknown).to.deep.equal([]);
  });

  it("is none of amounts for what is no number, and every amount is a number", function () {
    for (const { name, inputs } of ERRORS) {
      for (const { name: value, type } of inputs) {
        if (!/^u?int/.test(type)) expect(unitOfValue(name, value), `${name}.${value}`).to.equal("plain");
      }
    }
  });

  it("is that of a time wherever forty bits or a name say so, and no time is a plain number", function () {
    const times = ERRORS.flatMap(({ name, inputs }) =>
      inputs.filter((input) => unitOfValue(name, input.name) === "time").map((input) => `${name}.${input.name}`),
    );
    expect(times).to.include.members([
      "Book_NotTrading.t1",
      "Book_DeadlineExpired.deadline",
      "Book_FallbackTooEarly.settleBy",
      "Session_FundingClosed.timestamp",
      "Factory_SettleLimit.maximum",
    ]);
  });

  it("is one thing in one error and another elsewhere only where the table says so", function () {
    expect(unitOfValue("Book_TooManyLots", "limit")).to.equal("lots");
    expect(unitOfValue("Book_TooManyRoots", "limit")).to.equal("plain");
    expect(unitOfValue("Book_QuantityOutOfRange", "maximum")).to.equal("lots");
    expect(unitOfValue("Session_ReceivedOtherAmount", "expected")).to.equal("assetUnits");
    expect(unitOfValue("Session_NotAllowed", "expected")).to.equal("plain");
    expect(unitOfValue("Book_Unheard", "toString")).to.equal(undefined);
    expect(ADVISED_CODES).to.include("Client_RecordSettles");
    expect(unitOfValue("Client_RecordSettles", "todayUpper")).to.equal("ticks");
  });
});
