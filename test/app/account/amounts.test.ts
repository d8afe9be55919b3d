import { expect } from "chai";
import fc from "fast-check";

import { askedDeposit, lotsIn, readAmount, typedAmount } from "../../../app/views/account/amounts.js";
import { FIXED } from "../../protocol/support.js";

describe("amounts of tokens", function () {
  it("are exact, and within what there is", function () {
    expect(readAmount("1.5", undefined)).to.deep.equal({ wei: 15n * 10n ** 17n });
    expect(readAmount("2", 10n ** 18n)).to.deep.equal({ problem: "There is not so much." });
    expect(readAmount("0", undefined)).to.deep.equal({ problem: "Give an amount above zero." });
    expect(readAmount("-1", undefined)).to.deep.equal({ problem: "Give an amount above zero." });
    expect(readAmount("0.0000000000000000001", undefined)).to.have.property("problem");
    expect(readAmount("", undefined)).to.deep.equal({ problem: "" });
  });

  it("that are all there is come back to the last wei", function () {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 127n - 1n }), (wei) => {
        expect(readAmount(typedAmount(wei), wei)).to.deep.equal({ wei });
      }),
      FIXED,
    );
  });

  it("are asked for by a link in wei alone", function () {
    expect(askedDeposit("deposit=310")).to.equal(310n);
    for (const query of ["", "deposit=", "deposit=-1", "deposit=1.5", "deposit=0x10"]) {
      expect(askedDeposit(query), query).to.equal(undefined);
    }
  });

  it("hold whole lots only", function () {
    expect([lotsIn(10n, 3n), lotsIn(2n, 3n)]).to.deep.equal([3n, 0n]);
  });
});
