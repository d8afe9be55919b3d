/** Holdings as a picture: what it says is what was counted. */
import { expect } from "chai";

import { fraction } from "../../src/protocol/amounts/fraction.js";
import { assetCrowding } from "../../src/risk/crowding.js";
import { crowdingPicture } from "../../src/risk/crowding-picture.js";

describe("the picture of holdings", function () {
  it("has each asset's largest share and sum of squares, rounded, and how many hold it", function () {
    const holdings = [
      [50n, 1n],
      [30n, 0n],
      [20n, 2n],
    ].map((own) => own.map((one) => fraction(one)));
    const { title, table } = crowdingPicture(["AU", "AG"], assetCrowding(holdings));
    expect(title).to.equal("Who has the basket");
    expect(table.rows).to.deep.equal([
      ["AU", "0.5000", "0.3800", "3"],
      ["AG", "0.6667", "0.5556", "2"],
    ]);
  });
});
