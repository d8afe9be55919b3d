import { expect } from "chai";

import { withEmbeddedDatabase } from "../../../stage/database.js";
import { type Attack, runPurse } from "../../../trials/relay/purse-run.js";

/** What the trial `relay purse` does at length: a real node, real contracts, a relay in a process of its own. */
describe("given a relay whose purse is attacked", () => {
  const attacked = (attack: Attack, addresses: number) =>
    withEmbeddedDatabase((database) => runPurse({ database, addresses, rounds: 1 }, attack, () => undefined));

  it("when a contract wallet turns behind the relay's back, pays for one burning that the wallet has half paid for", async () => {
    const { acknowledged, burned, ratio } = await attacked("wallets that turn", 1);
    expect(acknowledged).to.be.greaterThan(0);
    expect(burned > 500_000n && burned < 700_000n, `${burned}`).to.equal(true);
    expect(ratio).to.be.lessThan(2);
  });

  it("when fresh traders make their nonces void, pays for no more than their quotas", async () => {
    const { acknowledged, burned, ratio } = await attacked("voided nonces", 2);
    expect(acknowledged).to.be.greaterThan(2);
    expect(burned > 17_000n && burned < 2n * 180_000n, `${burned}`).to.equal(true);
    expect(ratio).to.be.lessThan(2);
  });

  it("when orders that fill or are killed would meet what a decoy ahead of them was to take, waits with them", async () => {
    const { acknowledged, burned, ratio } = await attacked("killed orders", 2);
    expect(acknowledged).to.be.greaterThan(17);
    expect(burned < 2n * 180_000n, `${burned}`).to.equal(true);
    expect(ratio).to.be.lessThan(0.5);
  });
});
