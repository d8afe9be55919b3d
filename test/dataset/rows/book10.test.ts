/** Books and best prices, judged by plain code that has seen nothing but the rows of events. */
import { expect } from "chai";

import { LEVELS, levelNames } from "../../../src/dataset/schema/levels.js";
import type { TableRow } from "../../../src/dataset/schema/tables.js";
import { busySession } from "../support/busy.js";
import { type AllRows, rowsOf } from "../support/folders.js";
import { PlainBook, type PlainLevel } from "../support/plain-book.js";

const SIDES = [
  ["bid", "B"],
  ["ask", "A"],
] as const;

type Book10 = Readonly<Record<string, unknown>> & TableRow<"book10">;

describe("dataset: book10", function () {
  let rows: AllRows;

  before(function () {
    rows = rowsOf(busySession({ calls: 260 }).scribe.log());
  });

  it("is what rows of events alone give, in every market that a call has touched", () => {
    const book = new PlainBook();
    let at = 0;
    expect(rows.book10.length).to.be.greaterThan(300);
    for (const told of rows.book10 as Book10[]) {
      for (; rows.events[at] !== undefined && rows.events[at]!.seq <= told.seq; at += 1) book.take(rows.events[at]!);
      for (const [side, letter] of SIDES) {
        const levels = book.side(told.root_id, told.branch_id, letter);
        for (let level = 0; level < LEVELS; level += 1) expectLevel(told, side, level, levels[level]);
      }
    }
  });

  it("has a row for every market that rows of a call are about, and for no other", () => {
    const ends = rows.checkpoints.map(({ seq }) => seq);
    const touched = new Map<bigint, Set<string>>(ends.map((seq) => [seq, new Set()]));
    let call = 0;
    for (const { seq, checkpoint, root_id, branch_id, action } of rows.events) {
      while (ends[call] !== undefined && ends[call]! < seq) call += 1;
      if (checkpoint === null || action === "M") continue;
      touched.get(ends[call]!)!.add(`${root_id}.${branch_id}`);
    }
    for (const [seq, markets] of touched) {
      const told = rows.book10
        .filter((row) => row.seq === seq)
        .map(({ root_id, branch_id }) => `${root_id}.${branch_id}`);
      if (markets.size > 0) expect(told, `${seq}`).to.deep.equal([...markets].sort());
      else expect(told.every((one) => one.startsWith("2.") || one.startsWith("3."))).to.equal(true);
    }
  });

  it("best prices before a fill are those of all orders but the taker's", () => {
    const book = new PlainBook();
    const trades = new Map(rows.trades.map((row) => [row.seq, row]));
    let seen = 0;
    for (const [at, row] of rows.events.entries()) {
      // A fill is the row of the maker, then that of the taker: before both.
      if (row.action === "F") {
        const trade = trades.get(rows.events[at + 1]!.seq)!;
        const bestOf = (side: "B" | "A") =>
          book.side(row.root_id, row.branch_id, side, trade.taker_order)[0]?.price ?? null;
        expect([trade.best_bid, trade.best_ask], `match ${trade.match_id}`).to.deep.equal([bestOf("B"), bestOf("A")]);
        seen += 1;
      }
      book.take(row);
    }
    expect(seen).to.equal(rows.trades.length).and.to.be.greaterThan(100);
  });
});

function expectLevel(told: Book10, side: "bid" | "ask", level: number, found: PlainLevel | undefined): void {
  const { price, size, count } = levelNames(side, level);
  const wanted = found === undefined ? [null, null, null] : [found.price, found.lots, found.orders.length];
  expect([told[price], told[size], told[count]], `seq ${told.seq}, ${price}`).to.deep.equal(wanted);
}
