/**
 * The worked thread of docs/protocol.md: Alice and Bob, two assets. Each figure is what the library's book says, and each
 * sentence with its figure must stand under its rule.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { getAddress } from "ethers";

import { reserveShiftOf } from "../../src/protocol/book/reserve.js";
import { Book } from "../../src/protocol/book/book.js";
import type { BookEvent } from "../../src/protocol/book/events.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import { TradeBranch, recordWord } from "../../src/protocol/book/record-words.js";
import { lots, ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { Refusal } from "../../src/protocol/market/refusal.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { bookTerms } from "../protocol/book-terms.js";

const ROOT = join(import.meta.dirname, "../..");
const [ALICE, BOB] = ["a1", "b0"].map((byte) => getAddress(`0x${byte.repeat(20)}`)) as [string, string];
const NOW = { caller: BOB, timestamp: 1_500n };
const TOKEN = 10n ** 18n;
const SCALE = 10_000n;
const TICK_VALUE = 10n ** 11n;
const SUPPLY = 1_000n * TOKEN;
const [GOLD, SILVER] = [1, 2];

/** Wei of session tokens as a figure of the text. */
function tokens(wei: bigint): string {
  const digits = (wei % TOKEN).toString().padStart(18, "0").replace(/0+$/, "");
  return `${wei / TOKEN}${digits === "" ? "" : `.${digits}`}`.replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}

const grouped = (amount: bigint): string => amount.toString().replace(/\B(?=(\d{3})+(?!\d))/g, " ");

function open(): Book {
  const book = new Book(
    bookTerms({
      basketScale: ticks(SCALE),
      basketTickValue: tokenWei(TICK_VALUE),
      chainWindow: 8,
      maxOpenOrders: 8,
      reserveShift: reserveShiftOf(SUPPLY),
    }),
    TRUSTING,
  );
  for (const trader of [ALICE, BOB]) book.deposit(NOW, trader, SUPPLY / 2n);
  return book;
}

function place(
  book: Book,
  trader: string,
  leg: number,
  price: bigint,
  quantity: bigint,
  blockNumber?: bigint,
): readonly BookEvent[] {
  const nonce = book.state.traders.registered(trader).nonces.floor;
  const order = {
    marketRootId: 1,
    marketBranchId: leg,
    trader,
    priceTicks: price,
    quantityLots: quantity,
    previousLink: book.link,
    nonce,
    deadline: 1_999n,
    timeInForce: TimeInForce.GoodTillCancelled,
  };
  const submitted = { package: order, signature: `0x${"5a".repeat(64)}` as const, insertAfter: 0, place: 0 };
  return book.createTrade({ ...NOW, blockNumber }, submitted, { maxMatches: 10, maxWalk: 10 }).events;
}

const claimsOf = (book: Book, trader: string): readonly bigint[] => book.claimsOf(trader);

/** The text under a rule: its paragraphs up to the next rule or heading, without marks and line breaks. */
function textOf(rule: string): string {
  const page = readFileSync(join(ROOT, "docs/protocol.md"), "utf8");
  const start = page.indexOf(`**${rule} `);
  expect(start, rule).to.be.greaterThan(0);
  const rest = page.slice(start + 2);
  const end = rest.search(/\n(?:\*\*R\d+ |#+ )/);
  return rest
    .slice(0, end < 0 ? undefined : end)
    .replace(/^> ?/gm, "")
    .replace(/\s+/g, " ");
}

const says = (rule: string, ...sentences: readonly string[]): void => {
  for (const sentence of sentences) expect(textOf(rule), rule).to.include(sentence);
};

describe("the worked thread of the rules", () => {
  const lotValue = SCALE * TICK_VALUE;

  it("R10: what a lot of gold pays", () => {
    const book = open();
    const { basketScale, basketTickValue } = book.state.terms;
    expect(basketScale * basketTickValue).to.equal(lotValue);
    says("R10", `A lot of gold pays at most ${tokens(lotValue)} token`);
  });

  it("R13: what Alice's order leaves her in the worst case, and the most that she could buy", () => {
    const book = open();
    const market = { marketRootId: 1, marketBranchId: GOLD };
    const { slack } = book.checkTrade(ALICE, market, 100_000n, 5_500n);
    says("R13", `she would be left with ${tokens(slack)} tokens`);
    const most = SUPPLY / 2n / (5_500n * TICK_VALUE);
    expect(book.checkTrade(ALICE, market, most, 5_500n).slack >= 0n).to.equal(true);
    expect(book.checkTrade(ALICE, market, most + 1n, 5_500n).slack < 0n).to.equal(true);
    says("R13", `At that price she could buy up to ${grouped(most)} lots`);
  });

  it("R12 and R16: what they hold after the trade, and what is theirs", () => {
    const book = traded();
    const [alice, bob] = [book.accountOf(ALICE), book.accountOf(BOB)];
    says("R12", `Alice holds +100 000 lots of gold: W = ${tokens(alice.worst)}`);
    says("R12", `Bob holds −100 000: W = −${tokens(-bob.worst)}`);
    const [ofAlice, ofBob] = [claimsOf(book, ALICE), claimsOf(book, BOB)];
    says("R16", `Alice's cash is ${tokens(alice.claim)} tokens, so v = (${ofAlice.map(tokens).join(", ")})`);
    says("R16", `Bob's is ${tokens(bob.claim)}, so v = (${ofBob.map(tokens).join(", ")})`);
    // 100 of each asset stand behind 1 000 tokens: x_k = v_k / 10.
    const [gold, silver] = ofAlice.map((v) => tokens(v / 10n));
    says("R16", `Alice's allocation is ${gold!} gold and ${silver!} silver`);
    const [goldOfBob, silverOfBob] = ofBob.map((v) => tokens(v / 10n));
    says("R16", `Bob's ${goldOfBob!} and ${silverOfBob!}`);
    for (const k of [0, 1]) expect(ofAlice[k]! + ofBob[k]!).to.equal(SUPPLY);
  });

  it("R15: what Bob's quotes keep in", () => {
    const book = quoting();
    const { reserved } = book.accountOf(BOB);
    const { slack } = book.checkCollateral(BOB, [1]);
    const unit = 2n ** BigInt(book.state.terms.reserveShift);
    const need = 600_000n * 7_000n * TICK_VALUE;
    says(
      "R15",
      `The reserve is ${tokens(need)} tokens, not their sum; in units of 2^54 wei, ${grouped(reserved / unit)}`,
    );
    expect([unit, reserved % unit, reserved - need < unit]).to.deep.equal([2n ** 54n, 0n, true]);
    const free = slack - reserved;
    const told = tokens(free - (free % (TOKEN / 1_000n)));
    says("R15", `Of the ${tokens(slack)} that he is worth at least, Bob may withdraw ${told}`);
    expect(() => book.withdraw(NOW, slack - reserved + 1n, BOB))
      .to.throw(Refusal)
      .with.property("code", "Book_WithdrawalUncoversOrders");
    book.withdraw(NOW, slack - reserved, BOB);
    expect(book.accountOf(BOB).claim).to.equal(555n * TOKEN - (slack - reserved));
  });

  it("R23: the words of their records", () => {
    const book = open();
    const events = [...place(book, BOB, GOLD, 5_500n, -100_000n), ...place(book, ALICE, GOLD, 5_500n, 100_000n)];
    expect(events.map(({ kind }) => kind).filter((kind) => kind !== "checkpoint")).to.deep.equal([
      "tradeCreated",
      "tradeCreated",
      "matched",
    ]);
    const match = recordWord({
      tradeRootId: 2,
      tradeBranchId: TradeBranch.Match,
      price: ticks(5_500n),
      lots: lots(100_000n),
    });
    says("R23", `Alice's match, trade 2, has the word 0x${match.toString(16)}`);
  });

  it("R24: the checkpoint of the second order", () => {
    const book = open();
    place(book, BOB, GOLD, 5_500n, -100_000n, 70n);
    place(book, ALICE, GOLD, 5_500n, 100_000n, 71n);
    const counts = book.link.slice(2 + 40).match(/.{8}/g) ?? [];
    says("R24", "Bob's offer comes in block 70, Alice's bid in block 71");
    says("R24", `Checkpoint 2 ends with ${counts.join(" ")}`);
  });

  it("R32: Bob's second quote, when the first was taken", () => {
    const book = quoting();
    place(book, ALICE, GOLD, 5_000n, 800_000n);
    const [ifGold] = claimsOf(book, BOB);
    says("R32", `After that Bob is worth ${tokens(ifGold!)} tokens if gold is everything`);
    const events = place(book, ALICE, SILVER, 7_000n, -150_000n);
    expect(events.map(({ kind }) => kind)).to.deep.equal(["tradeCreated", "offset", "matched", "checkpoint"]);
    expect(events[1]).to.deep.include({ lots: 521_429n, reason: "uncovered" });
    expect(events[2]).to.deep.include({ lots: 78_571n });
    says("R32", `he would pay ${tokens(150_000n * 7_000n * TICK_VALUE)} and can bear 78 571 lots of that`);
    says("R32", "the other 521 429 of his bid are taken out");
    says("R32", "71 429 lots of her offer rest");
  });
});

function traded(): Book {
  const book = open();
  place(book, BOB, GOLD, 5_500n, -100_000n);
  place(book, ALICE, GOLD, 5_500n, 100_000n);
  return book;
}

/** After the trade Bob offers gold, and bids for silver: each quote alone is covered. */
function quoting(): Book {
  const book = traded();
  place(book, BOB, GOLD, 5_000n, -800_000n);
  place(book, BOB, SILVER, 7_000n, 600_000n);
  return book;
}
