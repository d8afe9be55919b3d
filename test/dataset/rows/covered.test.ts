/** Covered depth, judged by enumerating outcomes over accounts that are added up from fills and payments. */
import { expect } from "chai";

import { LEVELS, levelNames } from "../../../src/dataset/schema/levels.js";
import { LOT, SCALE } from "../../verify/support/header.js";
import { TICK_VALUE } from "../../verify/support/markets.js";
import { busySession } from "../support/busy.js";
import { rowsOf } from "../support/folders.js";
import { type EventRow, PlainBook, type PlainOrder } from "../support/plain-book.js";

/** Every outcome of each root, as what a lot of each branch pays, in wei. */
const OUTCOMES: Readonly<Record<number, readonly (readonly bigint[])[]>> = {
  1: [
    [SCALE, 0n],
    [0n, SCALE],
  ].map((pays) => pays.map((ticks) => (ticks * LOT) / SCALE)),
  2: Array.from({ length: 51 }, (_, y) =>
    [y, Math.min(Math.max(y, 10), 20)].map((ticks) => BigInt(ticks) * TICK_VALUE),
  ),
  3: [0, 1, 2].map((won) => [0, 1, 2].map((leg) => (leg === won ? 100n : 0n) * TICK_VALUE)),
};
const TICK: Readonly<Record<number, bigint>> = { 1: LOT / SCALE, 2: TICK_VALUE, 3: TICK_VALUE };

/** Cash in wei, and lots by root. */
interface Account {
  cash: bigint;
  readonly lots: Map<number, bigint[]>;
}

const NO_LOTS = [0n, 0n, 0n];

function worth({ cash, lots }: Account): bigint {
  let worst = cash;
  for (const [root, held] of lots) {
    const values = OUTCOMES[root]!.map((pays) => pays.reduce((sum, pay, b) => sum + pay * (held[b] ?? 0n), 0n));
    worst += values.reduce((least, value) => (value < least ? value : least));
  }
  return worst;
}

function after(account: Account, root: number, branch: number, lots: bigint, price: bigint): Account {
  const held = [...(account.lots.get(root) ?? NO_LOTS)];
  held[branch - 1]! += lots;
  return { cash: account.cash - price * lots * TICK[root]!, lots: new Map(account.lots).set(root, held) };
}

/** The most lots of an order that its trader can bear: what can be borne is an interval from nothing on. */
function bearable(account: Account, root: number, branch: number, { side, price, lots }: PlainOrder): bigint {
  let [good, bad] = [0n, lots + 1n];
  while (bad - good > 1n) {
    const middle = (good + bad) / 2n;
    const signed = side === "B" ? middle : -middle;
    if (worth(after(account, root, branch, signed, BigInt(price))) >= 0n) good = middle;
    else bad = middle;
  }
  return good;
}

describe("dataset: covered depth", () => {
  it("is what each order's trader could bear in every outcome, order by order", () => {
    const { events, book10, payments } = rowsOf(busySession({ calls: 220, seed: 5n, tightens: false }).scribe.log());
    const accounts = new Map<number, Account>();
    const accountOf = (trader: number): Account => accounts.get(trader) ?? { cash: 0n, lots: new Map() };
    const paid = new Map(payments.map((row) => [row.seq, row]));
    const book = new PlainBook();
    const take = (row: EventRow): void => {
      book.take(row);
      const payment = paid.get(row.seq);
      if (payment !== undefined) {
        expect(payment.leg).to.equal(0);
        const { cash, lots } = accountOf(payment.trader);
        accounts.set(payment.trader, { cash: cash + payment.amount_wei, lots });
      }
      if (row.action !== "F" && row.action !== "T") return;
      const signed = row.side === "B" ? row.lots! : -row.lots!;
      accounts.set(row.trader!, after(accountOf(row.trader!), row.root_id, row.branch_id, signed, BigInt(row.price!)));
    };
    let [at, uncovered] = [0, 0];
    for (const told of book10 as (Readonly<Record<string, unknown>> & (typeof book10)[number])[]) {
      for (; events[at] !== undefined && events[at]!.seq <= told.seq; at += 1) take(events[at]!);
      const second = events[at - 1]!.ts_event / 1_000n;
      for (const [side, letter] of [
        ["bid", "B"],
        ["ask", "A"],
      ] as const) {
        const levels = book.side(told.root_id, told.branch_id, letter).slice(0, LEVELS);
        for (const [level, { orders, lots }] of levels.entries()) {
          const borne = orders.map((order) =>
            order.deadline < second ? 0n : bearable(accountOf(order.trader), told.root_id, told.branch_id, order),
          );
          const covered = borne.reduce((sum, one) => sum + one, 0n);
          expect(told[levelNames(side, level).covered], `seq ${told.seq} ${side} ${level}`).to.equal(covered);
          if (covered < lots) uncovered += 1;
        }
      }
    }
    expect(uncovered).to.be.greaterThan(50); // else nothing was tried
  });
});
