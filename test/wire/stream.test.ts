import { expect } from "chai";

import { marketOfStream, streamName, streamRequest } from "../../src/wire/stream.js";

const TRADER = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";

describe("streams by name", () => {
  it("are called by their channel, and by market or trader in one way of writing", () => {
    const book = { channel: "book", marketRootId: 3, marketBranchId: 12 } as const;
    expect(streamName(book)).to.equal("book:3/12");
    expect(streamName({ channel: "trades" })).to.equal("trades");
    expect(streamName({ channel: "orders", trader: TRADER.toLowerCase() })).to.equal(`orders:${TRADER}`);
  });

  it("give their market back if they have one", () => {
    expect(marketOfStream("book:3/12")).to.deep.equal({ marketRootId: 3, marketBranchId: 12 });
    for (const other of ["trades", `orders:${TRADER}`, "book:3", "book:3/x", "xbook:3/12"]) {
      expect(marketOfStream(other), other).to.equal(undefined);
    }
  });
});

describe("what a subscriber asks", () => {
  const read = (request: object) => streamRequest.domain.safeParse(request);

  it("is one of three channels, from now on or after a number", () => {
    expect(read({ op: "subscribe", channel: "trades" }).data).to.deep.equal({ op: "subscribe", channel: "trades" });
    expect(read({ op: "subscribe", channel: "orders", trader: TRADER.toLowerCase(), after: 0 }).data).to.deep.equal({
      op: "subscribe",
      channel: "orders",
      trader: TRADER,
      after: 0,
    });
    const own = { until: "17", signature: "0x12" };
    expect(read({ op: "subscribe", channel: "orders", trader: TRADER, own }).data).to.deep.include({
      own: { until: 17n, signature: "0x12" },
    });
    expect(read({ op: "unsubscribe", stream: "trades" }).success).to.equal(true);
  });

  it("is refused where it is wrong", () => {
    for (const [request, path] of [
      [{ op: "shout" }, "op"],
      [{ op: "subscribe", channel: "weather" }, "channel"],
      [{ op: "subscribe", channel: "book", marketRootId: 0, marketBranchId: 1 }, "marketRootId"],
      [{ op: "subscribe", channel: "trades", after: -1 }, "after"],
      [{ op: "subscribe", channel: "orders", trader: "0x12" }, "trader"],
      [{ op: "subscribe", channel: "orders", trader: TRADER, own: { until: 17, signature: "0x" } }, "own.until"],
      [{ op: "subscribe", channel: "trades", own: { until: "17", signature: "0x" } }, ""],
      [{ op: "unsubscribe", stream: "x".repeat(101) }, "stream"],
    ] as const) {
      expect(read(request).error?.issues[0]?.path.join("."), path).to.equal(path);
    }
  });
});
