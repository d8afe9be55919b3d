/** How much a relay asks of its node when nothing happens. */
import { expect } from "chai";

import { PaperChain } from "../paper/chain.js";
import { paperRelay } from "../paper/relay.js";

describe("given a relay that has caught up, when nothing happens", () => {
  it("asks for the newest header and the time, and again for the nonce when there is another block", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await relay.follow();
    const asked: string[] = [];
    chain.fault = (method) => void asked.push(method);
    for (let looks = 0; looks < 3; looks += 1) await relay.tracker.follow();
    expect(
      asked.filter((method) => method !== "call"),
      "a call now and then compares the head",
    ).to.deep.equal(Array.from({ length: 3 }, () => ["block", "pendingTime"]).flat());
    asked.length = 0;
    chain.mine();
    await relay.tracker.follow();
    expect(asked.filter((method) => method !== "call")).to.deep.equal(["block", "logs", "nonceOf"]);
  });
});
