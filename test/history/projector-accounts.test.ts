/** What comes of money and of market records, row by row, by hand. */
import { expect } from "chai";

import { type BlockRows, type BoundsRow, isEmpty } from "../../src/history/rows.js";
import { LOT } from "../protocol/logged.js";
import { between, DESCRIPTION, newBounds, newBranch, newEvent, newInterval } from "../protocol/markets.js";
import {
  ALICE,
  BOB,
  type Deed,
  deposit,
  HandChain,
  NO_ROWS,
  place,
  project,
  record,
  SILVER,
  transactionAt,
} from "./by-hand.js";

/** A chain, and what is read of its next block. */
function start(): {
  readonly chain: HandChain;
  readonly next: (deeds: readonly Deed[], timestamp?: bigint) => BlockRows;
} {
  const chain = new HandChain();
  const projector = chain.projector();
  return { chain, next: (deeds, timestamp) => project(projector, chain.block(deeds, timestamp)) };
}

const lots = (count: bigint): bigint => count * LOT;

describe("given money that comes and goes", () => {
  it("a deposit changes what the trader claims on every asset alike", () => {
    const { next } = start();
    const { rows, changes } = next([deposit(ALICE, 10n)]);
    const { accounts } = rows;
    const allocations = [{ trader: ALICE, claims: [lots(10n), lots(10n)] }];
    expect(rows).to.deep.equal({ ...NO_ROWS, allocations, accounts });
    const money = { amounts_wei: [lots(10n)], cash_wei: lots(10n), worst_wei: 0n, reserve_wei: 0n, open_orders: 0 };
    const place = { seq: 1n, tx: 1n, log_index: 1, root_id: 1, branch_id: 0 };
    expect(accounts).to.deep.equal([{ ...place, action: "D", trader: 1, address: ALICE, ...money }]);
    expect(changes).to.deep.equal([]);
  });

  it("a trader who comes twice in a block has one row, of its end", () => {
    const { next } = start();
    const { rows } = next([deposit(ALICE, 10n), deposit(BOB, 1n), deposit(ALICE, 5n)]);
    expect(rows.allocations).to.deep.equal([
      { trader: ALICE, claims: [lots(15n), lots(15n)] },
      { trader: BOB, claims: [lots(1n), lots(1n)] },
    ]);
  });

  it("a deposit of leg tokens changes the claim on that asset, and what is held long", () => {
    const { next } = start();
    const { rows } = next([(book, timestamp) => book.depositLeg({ caller: ALICE, timestamp }, ALICE, 2, 3n)]);
    expect(rows.allocations).to.deep.equal([{ trader: ALICE, claims: [0n, lots(3n)] }]);
    expect(
      rows.markets.map(({ marketBranchId, longLots, shortLots }) => [marketBranchId, longLots, shortLots]),
    ).to.deep.equal([[2, 3n, 0n]]);
  });

  it("what is taken out in the block in which it came leaves the account alone, and two rows of money", () => {
    const { next } = start();
    next([deposit(ALICE, 10n)]);
    const block = next([
      deposit(ALICE, 5n),
      (book, timestamp) => book.withdraw({ caller: ALICE, timestamp }, lots(5n), ALICE),
    ]);
    const { accounts } = block.rows;
    expect(block.rows).to.deep.equal({ ...NO_ROWS, accounts });
    const money = accounts.map(({ action, amounts_wei, cash_wei }) => [action, ...amounts_wei, cash_wei]);
    expect(money).to.deep.equal([
      ["D", lots(5n), lots(15n)],
      ["W", -lots(5n), lots(10n)],
    ]);
  });

  it("an exit leaves no claim", () => {
    const { next } = start();
    next([deposit(ALICE, 10n), deposit(BOB, 10n)]);
    next([place(ALICE, 5_000n, 4n), place(BOB, 5_000n, -4n)]);
    const { rows } = next([(book, timestamp) => book.exit({ caller: ALICE, timestamp }, ALICE, false)], 5_000n);
    expect(rows.allocations).to.deep.equal([{ trader: ALICE, claims: [0n, 0n] }]);
    expect(rows.markets[0]).to.deep.include({ marketBranchId: 1, longLots: 0n, shortLots: 4n });
  });

  it("nonces that are made void are nobody's row", () => {
    const { next } = start();
    next([deposit(ALICE, 1n)]);
    const block = next([(book, timestamp) => book.invalidateNonces({ caller: ALICE, timestamp }, 9n)]);
    expect(isEmpty(block)).to.equal(true);
  });
});

describe("given records of markets", () => {
  const { chain, next } = start();
  const made = next([record(() => newInterval(between(0, 10)))]);
  const branched = next([record((table) => newBranch(table, 2, between(2, 4)))]);
  const bounded = next([record((table) => newBounds(table, 2, 2, between(3, 4)))]);
  const fallback = next([(book, timestamp) => book.applyFallback({ caller: BOB, timestamp }, 2)], 6_000n);

  /** Of root 2, in its transaction. */
  const row = (number: number, marketBranchId: number, lower: bigint, upper: bigint, rest: object): object => {
    const place = { logIndex: 0, transactionHash: transactionAt(number, 0), settled: false, description: "" };
    return { marketRootId: 2, marketBranchId, lower, upper, ...place, ...rest };
  };

  it("a root that is made has its bounds and its description", () => {
    expect(made.rows.bounds).to.deep.equal([row(100, 1, 0n, 10n, { cause: "made", description: DESCRIPTION })]);
  });

  it("a branch brings a row of every branch of the root", () => {
    const rows = [row(101, 1, 0n, 10n, { cause: "branched" }), row(101, 2, 2n, 4n, { cause: "branched" })];
    expect(branched.rows.bounds).to.deep.equal(rows);
  });

  it("bounds of one branch move the root, and so every branch of it", () => {
    const rows = [row(102, 1, 3n, 10n, { cause: "bounded" }), row(102, 2, 3n, 4n, { cause: "bounded" })];
    expect(bounded.rows.bounds).to.deep.equal(rows);
  });

  it("the fallback settles all branches, within the bounds", () => {
    const settled = { cause: "fallback", settled: true };
    expect(fallback.rows.bounds).to.deep.equal([row(103, 1, 3n, 3n, settled), row(103, 2, 3n, 3n, settled)]);
  });

  it("shows every market of the root that was touched, though nothing was traded", () => {
    const empty = { bestBid: null, bestAsk: null, lastPrice: null, volume: 0n, longLots: 0n, shortLots: 0n };
    const market = (marketBranchId: number) => ({ marketRootId: 2, marketBranchId, ...empty, bids: [], asks: [] });
    expect(made.rows.markets).to.deep.equal([market(1)]);
    for (const { rows } of [branched, bounded, fallback]) expect(rows.markets).to.deep.equal([market(1), market(2)]);
  });

  it("leaves all other tables alone, and each block at its head", () => {
    for (const { rows, changes } of [made, branched, bounded, fallback]) {
      const { bounds, markets, records, checkpoints, ...others } = rows;
      expect([bounds.length > 0, markets.length > 0]).to.deep.equal([true, true]);
      expect(records.every(({ action }) => action === "M" || action === "B")).to.equal(true);
      expect(checkpoints.map(({ seq }) => seq)).to.deep.equal([records.at(-1)!.seq]);
      expect(Object.values(others).flat()).to.deep.equal([]);
      expect(changes).to.deep.equal([]);
    }
    expect(new Set([made, branched, bounded, fallback].map(({ head }) => head)).size).to.equal(4);
    expect(fallback.head).to.equal(chain.book.link);
  });
});

describe("given an event that is settled", () => {
  const { next } = start();
  next([deposit(ALICE, 10n), deposit(BOB, 10n)]);
  const event = next([record(() => newEvent(2))]);
  const first = { marketRootId: 2, marketBranchId: 1 };
  // 10 ticks of 2 wei: a lot of the first outcome pays 20 wei if it wins, and cost 8.
  const traded = next([place(ALICE, 4n, 5n, first), place(BOB, 4n, -5n, first)]);

  it("has a row of each outcome, between nothing and the whole scale", () => {
    const bounds = event.rows.bounds.map(({ marketBranchId, lower, upper }: BoundsRow) => [
      marketBranchId,
      lower,
      upper,
    ]);
    expect(bounds).to.deep.equal([
      [1, 0n, 10n],
      [2, 0n, 10n],
    ]);
  });

  it("counts another root at its worst in what is claimed on the basket", () => {
    expect(traded.rows.allocations).to.deep.equal([
      { trader: ALICE, claims: [lots(10n) - 40n, lots(10n) - 40n] },
      { trader: BOB, claims: [lots(10n) - 60n, lots(10n) - 60n] },
    ]);
  });

  it("pays who held what came true, and nobody holds anything after that", () => {
    next([record((table) => newBounds(table, 2, 1, between(10, 10)))]);
    const { rows } = next([(book) => book.realise(2, [ALICE, BOB])]);
    expect(rows.allocations).to.deep.equal([{ trader: ALICE, claims: [lots(10n) + 60n, lots(10n) + 60n] }]);
    expect(rows.markets).to.deep.equal([
      {
        ...first,
        bestBid: null,
        bestAsk: null,
        lastPrice: 4n,
        volume: 0n,
        longLots: 0n,
        shortLots: 0n,
        bids: [],
        asks: [],
      },
    ]);
  });
});

describe("given both legs of the basket", () => {
  it("has a row of weights from the first quote on: of two legs each is quoted by the other, too", () => {
    const { next } = start();
    next([deposit(ALICE, 1_000n), deposit(BOB, 1_000n)]);
    expect(next([place(ALICE, 5_500n, 1n)]).rows.weights).to.deep.equal([{ doubledMiddles: [11_000n, 9_000n] }]);
    expect(next([place(BOB, 4_700n, -1n, SILVER)]).rows.weights).to.deep.equal([{ doubledMiddles: [11_000n, 9_400n] }]);
    expect(next([place(BOB, 5_601n, -1n)]).rows.weights).to.deep.equal([{ doubledMiddles: [11_101n, 9_400n] }]);
  });
});
