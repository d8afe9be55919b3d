import { getAddress } from "ethers";
import { expect } from "chai";

import { marketOfStream, streamName } from "../../src/wire/stream.js";

const TRADER = getAddress(`0x${"ab".repeat(20)}`);
const MARKET = { marketRootId: 12, marketBranchId: 3 };

describe("names of streams", () => {
  it("say whose orders and which market", () => {
    expect(streamName({ channel: "trades" })).to.equal("trades");
    expect(streamName({ channel: "book", ...MARKET })).to.equal("book:12/3");
    expect(streamName({ channel: "orders", trader: TRADER })).to.equal(`orders:${TRADER}`);
    expect(streamName({ channel: "account", trader: TRADER })).to.equal(`account:${TRADER}`);
    expect([streamName({ channel: "head" }), streamName({ channel: "markets" })]).to.deep.equal(["head", "markets"]);
  });

  it("are the same however the trader's address is written", () => {
    const names = [TRADER, TRADER.toLowerCase()].map((trader) => streamName({ channel: "orders", trader }));
    expect(new Set(names).size).to.equal(1);
  });

  it("lead back to the market, and to none where there is none", () => {
    expect(marketOfStream("book:12/3")).to.deep.equal(MARKET);
    for (const other of ["trades", `orders:${TRADER}`, "book:1", "book:1/2/3", "book:a/1", "xbook:1/2", ""]) {
      expect(marketOfStream(other), other).to.equal(undefined);
    }
  });
});
