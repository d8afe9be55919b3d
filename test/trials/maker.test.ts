import { expect } from "chai";
import hre from "hardhat";

import { tryLosses } from "../../trials/maker/losses.js";
import { tryOnChain } from "../../trials/maker/on-chain.js";

describe("Automated makers, tried a little", () => {
  it("lose no more than their deposit in any outcome, and come near it", () => {
    const { trades, lives, nearest, problems } = tryLosses(8_000, 1n);
    expect(problems).to.deep.equal([]);
    expect([trades, lives]).to.deep.equal([8_000, 200]);
    expect(nearest > 900_000n && nearest <= 1_000_000n, `${nearest} millionths`).to.equal(true);
  });

  it("are covered after every order on a chain, and leave nothing in the book", async () => {
    const { trades, refused, lotsOfMakers, least, problems } = await tryOnChain(await hre.network.create(), 60, 1n);
    expect(problems).to.deep.equal([]);
    expect(lotsOfMakers).to.be.greaterThan(500n);
    expect(refused).to.be.lessThan(trades / 2);
    expect(least).to.be.greaterThanOrEqual(0n);
  });
});
