/** A root's records as the page checks them again, and what each set free, against what the library says of playing it. */
import { expect } from "chai";
import { getAddress, id, toBeHex } from "ethers";

import { freedInBlock, marketRecordsOf, signedDescription } from "../../../../app/data/mirror/market-records.js";
import type { ChainRecord } from "../../../../src/bindings/records.js";
import type { Lots } from "../../../../src/protocol/amounts/units.js";
import { Book } from "../../../../src/protocol/book/book.js";
import { TRUSTING } from "../../../../src/protocol/book/outside.js";
import { effectOfFallback, effectOfRecord, type RecordEffect } from "../../../../src/protocol/book/record-effect.js";
import { boundsRecord, intervalRecord } from "../../../../src/protocol/market/market-drafts.js";
import { marketLink } from "../../../../src/protocol/signing/typed-data.js";
import { bookTerms } from "../../../protocol/book-terms.js";
import { between } from "../../../protocol/markets.js";
import { tick } from "../../../protocol/support.js";
import { blocksOf, eventfulRun } from "../../../history/support.js";

type Recorded = Extract<ChainRecord, { kind: "marketRecorded" }>;
type OfTable = Extract<ChainRecord, { kind: "marketRecorded" | "fallbackApplied" }>;

function isOfTable(record: ChainRecord): record is OfTable {
  return record.kind === "marketRecorded" || record.kind === "fallbackApplied";
}

const [ALICE, BOB] = [1, 2].map((digit) => getAddress(toBeHex(digit, 20))) as [string, string];
const NOW = { caller: ALICE, timestamp: 1_500n };
const RAIN = 2;

/** Alice, who owns a root of rain from 0 to 50, bought 4 lots of it at 20 from Bob. A tick of a lot is worth 10^14 wei. */
function open(): Book {
  const book = new Book(bookTerms(), TRUSTING);
  for (const trader of [ALICE, BOB]) book.deposit({ ...NOW, caller: trader }, trader, 10n ** 18n);
  const terms = { tickValue: 10n ** 14n, closesAt: 1_700n, settleBy: 1_800n, description: "rain" };
  const record = intervalRecord({ owner: ALICE, previousLink: book.link }, { ...terms, bounds: between(0, 50), fallbackOutcome: tick(10) }); // prettier-ignore
  book.createMarket(NOW, { record, signature: "0x", description: "rain" });
  for (const [trader, quantityLots] of [
    [BOB, -4n],
    [ALICE, 4n],
  ] as const) {
    const { floor: nonce } = book.state.traders.registered(trader).nonces;
    const rest = { previousLink: book.link, nonce, deadline: 1_999n, timeInForce: 0 };
    const order = { marketRootId: RAIN, marketBranchId: 1, trader, priceTicks: 20n, quantityLots, ...rest };
    const submitted = { package: order, signature: `0x${"5a".repeat(64)}`, insertAfter: 0, place: 0 };
    book.createTrade(NOW, submitted, { maxMatches: 9, maxWalk: 99 });
  }
  return book;
}

const PLACE = { blockNumber: 9, transactionHash: "0x" };

function recorded(book: Book, previousLink: string, low: number, high: number, logIndex: number): Recorded {
  const record = boundsRecord({ owner: ALICE, marketRootId: RAIN, previousLink }, 1, between(low, high));
  const said = { record, link: marketLink(record), signature: "0x", organiserSignature: "0x", description: "" };
  return { kind: "marketRecorded", marketRootId: RAIN, ...said, ...PLACE, logIndex };
}

const total = ({ freed }: RecordEffect): bigint => freed.reduce((sum, { freedWei }) => sum + freedWei, 0n);

describe("freedInBlock", () => {
  it("is what the library says that a record frees, by hand and by playing it", () => {
    const book = open();
    const one = recorded(book, book.rootOf(RAIN).tip, 15, 30, 0);
    // Alice's worst rises from 0 to 15, Bob's from -50 to -30, of 4 lots at 10^14 wei.
    expect(freedInBlock(book.state, [one], 1_500n).get(0)).to.equal(35n * 4n * 10n ** 14n);
    expect(total(effectOfRecord(book, NOW, one))).to.equal(35n * 4n * 10n ** 14n);
  });

  it("counts each of several records of a block from what the one before has left", () => {
    const book = open();
    const first = recorded(book, book.rootOf(RAIN).tip, 15, 30, 0);
    const second = recorded(book, first.link, 20, 20, 1);
    const freed = freedInBlock(book.state, [first, second], 1_500n);
    book.createMarket(NOW, first);
    const played = total(effectOfRecord(book, NOW, second));
    expect(played).to.equal(15n * 4n * 10n ** 14n);
    expect([...freed]).to.deep.equal([
      [0, 35n * 4n * 10n ** 14n],
      [1, played],
    ]);
  });

  it("counts a fallback as a record", () => {
    const book = open();
    const fallback = {
      kind: "fallbackApplied",
      marketRootId: RAIN,
      fallbackOutcome: 10n,
      ...PLACE,
      logIndex: 0,
    } as const;
    const late = { ...NOW, timestamp: 1_800n };
    const played = total(effectOfFallback(book, late, RAIN));
    expect(played).to.equal(50n * 4n * 10n ** 14n);
    expect(freedInBlock(book.state, [fallback], 1_800n).get(0)).to.equal(played);
  });

  it("says nothing of a root that is made, and of a record that comes after trades of its block", () => {
    const book = open();
    const one = recorded(book, book.rootOf(RAIN).tip, 15, 30, 1);
    const lots = 1n as Lots;
    const matched = { kind: "matched", makerRootId: 1, takerRootId: 2, priceTicks: tick(20), lots, ...PLACE, logIndex: 0 } as const; // prettier-ignore
    expect(freedInBlock(book.state, [matched, one], 1_500n).size).to.equal(0);
    expect(freedInBlock(book.state, [{ ...one, marketRootId: 9 }], 1_500n).size).to.equal(0);
  });
});

describe("marketRecordsOf", () => {
  const run = eventfulRun(3, 120);
  const records = blocksOf(run.logged).flatMap(({ records: some }) => some);
  const made = records.find((record): record is Recorded => record.kind === "marketRecorded")!;
  const root = made.marketRootId;
  const known = { domain: run.stage.terms.domain, timeOf: () => 7n, freedBy: () => undefined };

  it("gives a root's own records, oldest first, with links that are theirs and whoever signed", () => {
    const facts = marketRecordsOf(records, root, known);
    const own = records.filter((record) => isOfTable(record) && record.marketRootId === root);
    expect(facts).to.have.length(own.length);
    for (const [index, { isLinkRight, record, speaker, logIndex }] of facts.entries()) {
      expect(isLinkRight).to.equal(true);
      expect(logIndex).to.equal(own[index]!.logIndex);
      if (speaker?.kind === "key") expect(speaker.address).to.equal(record?.owner);
    }
    expect(marketRecordsOf(records, 4_000_000_000, known)).to.deep.equal([]);
  });

  it("says of a record that was altered that its link is another's, and that no key of the owner signed it", () => {
    const at = records.indexOf(made);
    const { record } = made;
    const altered = { ...made, record: { ...record, settleBy: record.settleBy + 1n } };
    const [first] = marketRecordsOf(records.with(at, altered), root, known);
    expect(first?.isLinkRight).to.equal(false);
    expect(first?.speaker?.kind).to.not.equal("key");
  });
});

describe("signedDescription", () => {
  const run = eventfulRun(3, 120);
  const made = run.logged.map(({ event }) => event).find((event) => event.kind === "marketRecorded")! as Recorded;

  it("holds for the text that was signed, and for no other", () => {
    expect(signedDescription(made)).to.deep.equal({
      text: made.description,
      descriptionHash: id(made.description),
      isAsSigned: true,
    });
    expect(signedDescription({ ...made, description: `${made.description} ` }).isAsSigned).to.equal(false);
    expect(signedDescription({ ...made, link: id("another") }).isAsSigned).to.equal(false);
  });
});
