import hre from "hardhat";

import { itIsAPermitToken, type TokenUnderTest } from "../support/tokens.js";
import { openWorld } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function funded(): Promise<TokenUnderTest> {
  const w = await openWorld(connection, { stage: "funded" });
  await w.session.transfer(w.alice, 100n);
  return { w, token: w.session, name: "Test session", symbol: "TST" };
}

describe("The session token", () => {
  itIsAPermitToken(() => networkHelpers.loadFixture(funded));
});
