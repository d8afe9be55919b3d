/** A book as one text and back: random histories, and everything that a text can have gone wrong with. */
import { id, sha256, toUtf8Bytes } from "ethers";
import { expect } from "chai";
import fc from "fast-check";

import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { Book } from "../../../src/protocol/book/book.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { BookReplay, type LoggedEvent } from "../../../src/protocol/book/rebuild.js";
import { bookOf, snapshotOf } from "../../../src/protocol/book/snapshot.js";
import type { BookTerms } from "../../../src/protocol/book/terms.js";
import { drawHistory } from "../../../trials/differential/draw.js";
import { runOffline } from "../../../trials/differential/offline.js";
import { LOT, markets, Recorded, TERMS, trading } from "../logged.js";

/** Events behind which a block may end. */
const ENDS = new Set(["checkpoint", "deposited", "exited", "noncesInvalidated", "realised", "refreshed", "withdrawn"]);

/** Replays onto a book, and gives its snapshot after every call that ended at one of these events. */
function replayed(book: Book, logged: readonly LoggedEvent[], stops: ReadonlySet<number> = new Set()) {
  const snapshots: { readonly at: number; readonly text: string }[] = [];
  let replay = new BookReplay(book);
  let isDue = false;
  logged.forEach((one, index) => {
    replay.feed(one);
    isDue ||= stops.has(index);
    if (!isDue || replay.isMidCall) return;
    if (!ENDS.has(one.event.kind)) return;
    isDue = false;
    snapshots.push({ at: index + 1, text: snapshotOf(book) });
    replay = new BookReplay(book);
  });
  return snapshots;
}

/** All that can be asked of a book. */
function answersOf(book: Book): unknown {
  const { state } = book;
  const roots = [...state.markets.table.roots.keys()];
  return {
    chain: book.chainState(),
    ring: Array.from({ length: 257 }, (_, age) => book.checkpointAt(book.chainState().checkpoints - BigInt(age))),
    traders: [...state.traders.all()].map(({ address }) => ({
      id: book.traderIdOf(address),
      account: book.accountOf(address),
      nonces: book.noncesOf(address),
      claims: book.claimsOf(address),
      positions: roots.map((root) => book.positionOf(address, root)),
      collateral: book.checkCollateral(address, roots),
    })),
    roots: roots.map((root) => [book.rootOf(root), book.spansOf(root), state.markets.createdAt(root)]),
    madeBy: [...state.markets.makers].map(([root, link]) => [root, book.rootMadeBy(link)]),
    orders: [...state.queues.orders()]
      .sort((a, b) => a.tradeRootId - b.tradeRootId)
      .map(({ place, isPlaced }) => [book.orderAt(place), isPlaced]),
    places: Array.from({ length: state.chain.trades + 2 }, (_, place) => [
      state.queues.isDead(place),
      state.queues.mayBeDead(place),
      state.queues.lastAt(place),
    ]),
    crossed: state.queues.crossed(),
    held: Array.from({ length: state.terms.assets + 1 }, (_, leg) => state.pool.held(leg)),
  };
}

/** The code with which a text is refused. */
function refusalOf(text: string, terms: BookTerms = TERMS): string | undefined {
  try {
    bookOf(terms, text);
    return undefined;
  } catch (error) {
    if (error instanceof RuleError) return error.code;
    throw error;
  }
}

/** A snapshot with another body, and the hash of that: what whoever can write it could make. */
function rewritten(text: string, change: (body: string) => string): string {
  const [head = "", body = ""] = text.split("\n");
  const start = head.split(" ").slice(0, 3).join(" ");
  const altered = change(body);
  expect(altered).not.to.equal(body);
  return `${start} ${sha256(toUtf8Bytes(`${start}\n${altered}`))}\n${altered}`;
}

describe("A snapshot of a book", () => {
  it("gives, at any call of a random history, a book that goes on as the one that replayed all of it", () => {
    let taken = 0;
    for (let seed = 300; seed < 305; seed += 1) {
      const { stage, logged } = runOffline(drawHistory(seed, 120));
      const whole = new Book(stage.terms, TRUSTING);
      const stops = new Set([0.1, 0.5, 0.9].map((part) => Math.floor(logged.length * part)));
      const snapshots = replayed(whole, logged, stops);
      const end = snapshotOf(whole);
      for (const { at, text } of snapshots) {
        const restored = bookOf(stage.terms, text);
        expect(snapshotOf(restored), `seed ${seed}, event ${at}`).to.equal(text);
        replayed(restored, logged.slice(at));
        expect(snapshotOf(restored), `seed ${seed}, from event ${at} on`).to.equal(end);
        expect(answersOf(restored), `seed ${seed}, from event ${at} on`).to.deep.equal(answersOf(whole));
        taken += 1;
      }
    }
    expect(taken).to.be.greaterThan(10);
  });

  it("is of the book before anything was done to it, too", () => {
    const text = snapshotOf(new Book(TERMS, TRUSTING));
    expect(snapshotOf(bookOf(TERMS, text))).to.equal(text);
    expect(bookOf(TERMS, text).chainState()).to.deep.equal(new Book(TERMS, TRUSTING).chainState());
  });

  it("leaves nothing that could be undone", () => {
    const { book } = trading();
    const restored = bookOf(TERMS, snapshotOf(book));
    expect(restored.state.journal.mark()).to.equal(0);
  });

  it("is not taken in the middle of a call", () => {
    const { book, logged } = trading();
    const midway = new Book(TERMS, TRUSTING);
    const replay = new BookReplay(midway);
    const first = logged.findIndex(({ event }) => event.kind === "tradeCreated");
    for (const one of logged.slice(0, first + 1)) replay.feed(one);
    expect(() => snapshotOf(midway)).to.throw(RangeError, "middle of a call");
    expect(() => snapshotOf(book)).not.to.throw();
  });

  describe("is refused", () => {
    const text = snapshotOf(markets().book);

    it("whichever bit is flipped", () => {
      const bytes = toUtf8Bytes(text);
      const property = fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const code = refusalOf(Buffer.from(flipped).toString("latin1"));
        expect(code, `bit ${bit}`).to.be.oneOf(["SNAPSHOT_DAMAGED", "SNAPSHOT_VERSION"]);
      });
      fc.assert(property, { numRuns: 400, seed: 5 });
    });

    it("wherever it was cut", () => {
      for (const length of [0, 1, 40, text.indexOf("\n"), text.indexOf("\n") + 1, text.length - 1]) {
        expect(refusalOf(text.slice(0, length)), `${length} of it`).to.equal("SNAPSHOT_DAMAGED");
      }
    });

    it("from another version, by name", () => {
      expect(refusalOf(text.replace("session-book 1 ", "session-book 0 "))).to.equal("SNAPSHOT_VERSION");
    });

    it("for a book with any other term", () => {
      for (const change of [{ t1: 1_001n }, { chainWindow: 3 }, { session: `0x${"5f".repeat(20)}` }, { maxLots: 1n }]) {
        expect(refusalOf(text, { ...TERMS, ...change })).to.equal("SNAPSHOT_FOREIGN");
      }
      const domain = { ...TERMS.domain, chainId: 1n };
      expect(refusalOf(text, { ...TERMS, domain })).to.equal("SNAPSHOT_FOREIGN");
    });

    it("with a hash that fits, if no book can be so", () => {
      const { book } = new Recorded();
      const own = snapshotOf(book);
      const cash = `"${1_000n * LOT}n"`;
      const more = (body: string): string => body.replace(cash, `"${1_001n * LOT}n"`);
      expect(refusalOf(rewritten(own, more)), "money from nowhere").to.equal("SNAPSHOT_DAMAGED");
      expect(refusalOf(rewritten(own, (body) => `${body.slice(0, -1)},1]`))).to.equal("SNAPSHOT_DAMAGED");
      expect(refusalOf(rewritten(own, (body) => body.replace(cash, "12")))).to.equal("SNAPSHOT_DAMAGED");
      expect(refusalOf(rewritten(own, () => "{}"))).to.equal("SNAPSHOT_DAMAGED");
      const traded = snapshotOf(trading().book);
      const link = id("another");
      expect(refusalOf(rewritten(traded, (body) => body.replace(/"0x[0-9a-f]{64}"/, `"${link}"`)))).to.equal(
        "SNAPSHOT_DAMAGED",
      );
    });
  });
});
