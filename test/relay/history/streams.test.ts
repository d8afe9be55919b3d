/** What subscribers are told of a block, by hand. */
import { expect } from "chai";

import type { MarketRef } from "../../../src/protocol/signing/package.js";
import {
  messagesOf,
  type Payload,
  reorganised,
  snapshot,
  type StreamMessage,
} from "../../../src/relay/history/streams.js";
import { streamEvent, streamName } from "../../../src/wire/stream.js";
import { ALICE, BOB, CAROL, GOLD, SILVER, transactionAt } from "../../history/by-hand.js";
import { everyKind } from "../../history/every-kind.js";
import { hashAt } from "../../history/support.js";

const [DEPOSITS, TRADING, OFFSETS, MADE] = everyKind();
const TRADES = streamName({ channel: "trades" });
const HEAD = streamName({ channel: "head" });
const bookStream = (market: MarketRef): string => streamName({ channel: "book", ...market });
const ordersStream = (trader: string): string => streamName({ channel: "orders", trader });
const messages = (block: typeof TRADING): StreamMessage[] => messagesOf(block!);
const at = (number: number): Payload => ({ number, hash: hashAt(number, 0), timestamp: "1500" });
const payloadsOf = (stream: string, block: typeof TRADING): Payload[] =>
  messages(block)
    .filter((message) => message.stream === stream)
    .map(({ payload }) => payload);

describe("messagesOf a block", () => {
  it("are of a block in which only money moved the head, and what is whose", () => {
    const { rows, head } = DEPOSITS!;
    expect(rows.allocations.length).to.be.greaterThan(0);
    const owners = rows.allocations.map(({ trader }) => streamName({ channel: "account", trader }));
    expect(messages(DEPOSITS).map(({ stream }) => stream)).to.deep.equal([...owners, HEAD]);
    expect(payloadsOf(HEAD, DEPOSITS)).to.deep.equal([{ kind: "head", link: head, block: at(DEPOSITS!.number) }]);
  });

  it("tell one trader of its claims, and nobody of another's", () => {
    const [row] = DEPOSITS!.rows.allocations;
    const told = payloadsOf(streamName({ channel: "account", trader: row!.trader.toLowerCase() }), DEPOSITS);
    const claims = row!.claims.map(String);
    expect(told).to.deep.equal([{ kind: "claims", claims, block: at(DEPOSITS!.number) }]);
    expect(JSON.stringify(told)).to.not.contain(row!.trader);
  });

  it("end with the head, whatever else a block brought", () => {
    for (const block of everyKind()) {
      const told = messagesOf(block).map(({ stream }) => stream);
      expect([told.at(-1), told.filter((stream) => stream === HEAD).length]).to.deep.equal([HEAD, 1]);
    }
  });

  it("tell the trader of an order that was created, with amounts as text", () => {
    const [order] = TRADING!.rows.orders;
    expect(payloadsOf(ordersStream(ALICE), TRADING)[0]).to.deep.equal({
      kind: "created",
      ...GOLD,
      logIndex: 0,
      transactionHash: transactionAt(101, 0),
      tradeRootId: 1,
      link: order!.link,
      priceTicks: "5500",
      quantityLots: "10",
      nonce: "0",
      deadline: "1999",
      timeInForce: 0,
      block: at(101),
    });
  });

  const fill = {
    ...GOLD,
    logIndex: 3,
    transactionHash: transactionAt(101, 1),
    priceTicks: "5500",
    lots: "4",
    takerBuys: false,
    via: "book",
  };

  it("tell everybody of a trade, with both sides", () => {
    expect(payloadsOf(TRADES, TRADING)).to.deep.equal([
      { kind: "trade", ...fill, makerRootId: 1, takerRootId: 2, maker: ALICE, taker: BOB, block: at(101) },
    ]);
  });

  it("tell both sides of their fill, each of its own order and of nobody else's", () => {
    const filled = (trader: string): Payload[] =>
      payloadsOf(ordersStream(trader), TRADING).filter(({ kind }) => kind === "filled");
    expect(filled(ALICE)).to.deep.equal([{ kind: "filled", tradeRootId: 1, role: "maker", ...fill, block: at(101) }]);
    expect(filled(BOB)).to.deep.equal([{ kind: "filled", tradeRootId: 2, role: "taker", ...fill, block: at(101) }]);
    expect(filled(CAROL)).to.deep.equal([]);
  });

  it("tell the trader of an order that was taken out, and of a package that was refused", () => {
    const told = payloadsOf(ordersStream(ALICE), OFFSETS);
    const place = { logIndex: 0, transactionHash: transactionAt(102, 0) };
    expect(told.find(({ kind }) => kind === "offset")).to.deep.equal({
      kind: "offset",
      ...GOLD,
      ...place,
      tradeRootId: 1,
      reason: "cancelled",
      lots: "6",
      block: at(102),
    });
    const { nonce, code } = OFFSETS!.skipped[0]!;
    expect(code).to.equal("Book_NonceUsed");
    expect(told.find(({ kind }) => kind === "skipped")).to.deep.equal({
      kind: "skipped",
      nonce: `${nonce}`,
      transactionHash: transactionAt(102, 1),
      code,
      block: at(102),
    });
  });

  it("tell who watches a market of the levels that changed", () => {
    const changes = { kind: "levels", ...GOLD, asks: [], block: at(102) };
    const bids = [
      ["5100", "1", 1],
      ["5500", "0", 0],
    ];
    expect(payloadsOf(bookStream(GOLD), OFFSETS)).to.deep.equal([{ ...changes, bids }]);
    expect(payloadsOf(bookStream(SILVER), OFFSETS)).to.deep.equal([]);
  });

  it("tell what markets can still pay once it is recorded, without the text that came with it", () => {
    const told = payloadsOf(streamName({ channel: "markets" }), MADE);
    const { rows, number } = MADE!;
    expect(told.length).to.equal(rows.bounds.length).and.to.be.greaterThan(0);
    const [{ description, lower, upper, ...row }] = rows.bounds as [(typeof rows.bounds)[number]];
    expect(description).to.not.equal("");
    expect(told[0]).to.deep.equal({ kind: "bounds", ...row, lower: `${lower}`, upper: `${upper}`, block: at(number) });
  });

  it("come stream by stream in the order of the log", () => {
    expect(payloadsOf(ordersStream(BOB), TRADING).map(({ kind }) => kind)).to.deep.equal(["created", "filled"]);
  });

  it("are JSON without more ado, and read as the wire says", () => {
    for (const { payload } of everyKind().flatMap(messagesOf)) {
      expect(JSON.parse(JSON.stringify(payload))).to.deep.equal(payload);
      expect(streamEvent.wire.parse(payload)).to.deep.equal(payload);
    }
  });
});

describe("what subscribers start from", () => {
  it("is a market's levels", () => {
    const bids = [["5500", "6", 1]] as const;
    expect(snapshot(GOLD, bids, [])).to.deep.equal({ kind: "snapshot", ...GOLD, bids, asks: [] });
  });

  it("is, after a reorganisation, the block from which all is told again", () => {
    expect(reorganised(7)).to.deep.equal({ kind: "reorganised", ancestor: 7 });
  });
});
