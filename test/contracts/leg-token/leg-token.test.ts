import { expect } from "chai";
import hre from "hardhat";

import { itIsAPermitToken, type TokenUnderTest } from "../support/tokens.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function split(): Promise<TokenUnderTest> {
  const w = await openWorld(connection, { stage: "funded" });
  await w.session.split(200n);
  await w.leg(2).connect(w.organiser).transfer(w.alice, 100n);
  return { w, token: w.leg(2), name: "Test session leg 2", symbol: "TST-2" };
}

describe("A leg token (R7)", () => {
  itIsAPermitToken(() => networkHelpers.loadFixture(split));
});

describe("LegToken.mint and burn (R7)", () => {
  let w: World;
  beforeEach(async () => {
    ({ w } = await networkHelpers.loadFixture(split));
  });

  it("obey the session alone, not even the organiser, the book or the factory", async () => {
    const { ethers } = connection;
    const session = await w.session.getAddress();
    const callers = [w.organiser, w.alice];
    for (const contract of [w.bookAddress, await w.factory.getAddress()]) {
      await networkHelpers.setBalance(contract, 10n ** 18n);
      callers.push(await ethers.getImpersonatedSigner(contract));
    }
    for (const caller of callers) {
      const leg = w.leg(1).connect(caller);
      await expect(leg.mint(caller, 1n))
        .to.be.revertedWithCustomError(leg, "LegToken_NotSession")
        .withArgs(caller.address, session);
      await expect(leg.burn(w.organiser, 1n))
        .to.be.revertedWithCustomError(leg, "LegToken_NotSession")
        .withArgs(caller.address, session);
    }
    expect(await w.leg(1).totalSupply()).to.equal(200n);
  });

  it("know their session and number", async () => {
    expect(await w.leg(1).session()).to.equal(await w.session.getAddress());
    expect(await w.leg(1).leg()).to.equal(1n);
    expect(await w.leg(2).leg()).to.equal(2n);
  });
});
