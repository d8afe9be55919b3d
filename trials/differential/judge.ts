/** The sentences that must hold of a book after every step, by the plainest computation there is (R11, R12, R14, R30). */
import { expect } from "chai";

import type { Book } from "../../src/protocol/book/book.js";
import { claimsOf } from "../../src/protocol/book/margin.js";
import { lotValueOf } from "../../src/protocol/book/money.js";
import { reaches } from "../../src/protocol/book/queue.js";
import { netCollateralMatrix, type Trade } from "../../src/protocol/judge/collateral.js";
import { branchCount, type MarketRoot } from "../../src/protocol/market/market-table.js";
import { MAX_COMBINATIONS } from "../../src/protocol/market/weights.js";
import { combinationsOf, extremeOutcomes } from "../../src/protocol/judge/root-outcomes.js";
import type { Lots, Ticks, TokenWei } from "../../src/protocol/amounts/units.js";

export function judge(book: Book): void {
  expectSolvent(book);
  expectZeroSum(book);
  expectBacked(book);
  expectSorted(book);
}

/** The plain matrix over all outcome combinations: nobody is ever below zero, and stored worst cases are never too good. */
function expectSolvent(book: Book): void {
  const { state } = book;
  const { table } = state.markets;
  const traders = [...state.traders.all()].map(({ traderId }) => traderId);
  const held = [...table.roots.values()].filter((root) =>
    traders.some((id) => isHeld(state.margin.load(id, root).lots)),
  );
  const count = held.reduce((product, root) => product * extremeOutcomes(root).outcomes.length, 1);
  if (count > MAX_COMBINATIONS / 16) return; // as many as can be waited for
  const combinations = combinationsOf(
    table,
    held.map(({ marketRootId }) => marketRootId),
  );
  // Positions as trades at no price: prices paid are in the cash already.
  const trades = traders.flatMap((traderId) => held.flatMap((root) => tradesOf(book, traderId, root)));
  const cash = traders.map((traderId) => ({ traderId, cash: state.margin.accountOf(traderId).cash as TokenWei }));
  const matrix = netCollateralMatrix(combinations, cash, trades);
  traders.forEach((traderId, column) => {
    const worst = matrix.map((row) => row[column]!).reduce((least, value) => (value < least ? value : least));
    expect(state.margin.slackOf(traderId) <= worst, `stored worst case of trader ${traderId}`).to.equal(true);
    expect(state.margin.slackOf(traderId) >= 0n, `net collateral of trader ${traderId}`).to.equal(true);
  });
}

function tradesOf({ state }: Book, traderId: number, root: MarketRoot): Trade[] {
  return state.margin.load(traderId, root).lots.map((quantity, b) => {
    const market = { marketRootId: root.marketRootId, marketBranchId: b + 1 };
    return { traderId, ...market, price: 0n as Ticks, quantity: quantity as Lots };
  });
}

/** Of every market but the basket that is not settled, the lots of all traders cancel. */
function expectZeroSum({ state }: Book): void {
  for (const root of state.markets.table.roots.values()) {
    if (root.marketRootId === 1 || root.settled) continue;
    for (let b = 0; b < branchCount(root); b += 1) {
      const sum = [...state.traders.all()].reduce(
        (n, { traderId }) => n + state.margin.load(traderId, root).lots[b]!,
        0n,
      );
      expect(sum, `lots in ${root.marketRootId}.${b + 1}`).to.equal(0n);
    }
  }
}

/** Claims on each asset are never more than what the book holds; exactly that if no other root is at less than its outcome. */
function expectBacked({ state }: Book): void {
  const basket = state.markets.known(1);
  const traders = [...state.traders.all()];
  const claims = traders.map(({ traderId }) => claimsOf(lotValueOf(state), state.margin.load(traderId, basket)));
  const isPure = traders.every(({ traderId }) => state.margin.load(traderId, basket).otherWorst === 0n);
  for (let leg = 1; leg <= state.terms.assets; leg += 1) {
    const claimed = claims.reduce((sum, own) => sum + own[leg - 1]!, 0n);
    const held = state.pool.held(0) + state.pool.held(leg);
    expect(claimed <= held, `claims on asset ${leg}: ${claimed} of ${held}`).to.equal(true);
    const isFlat = [...state.markets.table.roots.values()].every(
      (root) =>
        root.marketRootId === 1 || traders.every(({ traderId }) => !isHeld(state.margin.load(traderId, root).lots)),
    );
    if (isPure && isFlat) expect(claimed, `claims on asset ${leg}`).to.equal(held);
  }
}

/** By price, then by number; and no two orders cross unless the market says so. */
function expectSorted({ state }: Book): void {
  for (const root of state.markets.table.roots.values()) {
    for (let b = 1; b <= branchCount(root); b += 1) {
      const queues = state.queues.of({ marketRootId: root.marketRootId, marketBranchId: b });
      for (const bids of [true, false]) {
        const orders = [...queues.side(bids)];
        orders.slice(1).forEach((order, index) => {
          const before = orders[index]!;
          const isAhead =
            before.price === order.price
              ? before.tradeRootId < order.tradeRootId
              : reaches(bids, before.price, order.price);
          expect(isAhead, `order ${before.tradeRootId} before ${order.tradeRootId}`).to.equal(true);
        });
      }
      const [bid, ask] = [queues.bids.best, queues.asks.best];
      const crosses = bid !== undefined && ask !== undefined && bid.price >= ask.price;
      if (!queues.isCrossed()) expect(crosses, `market ${root.marketRootId}.${b} crosses`).to.equal(false);
    }
  }
}

function isHeld(lots: readonly bigint[]): boolean {
  return lots.some((held) => held !== 0n);
}
