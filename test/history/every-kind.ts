/** A short history in which there is a row of every kind, and in every way that a row can be. */
import type { BlockRows } from "../../src/history/rows.js";
import { between, newBranch, newInterval } from "../protocol/markets.js";
import {
  ALICE,
  batch,
  BOB,
  CAROL,
  type Deed,
  deposit,
  HandChain,
  orderOf,
  place,
  project,
  record,
  SILVER,
  takeOut,
} from "./by-hand.js";

/**
 * Five blocks from 100 on: deposits · orders in both legs and a fill · one taken out, one that is refused · a root with two
 * branches · an order in one of them.
 */
export function everyKind(): BlockRows[] {
  const chain = new HandChain();
  const projector = chain.projector();
  const twice: Deed = (book, timestamp) => {
    const order = orderOf(book, ALICE, 5_100n, 1n);
    return batch(order, order)(book, timestamp);
  };
  const deeds = [
    [deposit(ALICE, 1_000n), deposit(BOB, 1_000n), deposit(CAROL, 6n)],
    [place(ALICE, 5_500n, 10n), place(BOB, 5_400n, -4n), place(CAROL, 4_000n, 1n, SILVER)],
    [takeOut(ALICE, 1), twice],
    [record(() => newInterval(between(0, 10))), record((table) => newBranch(table, 2, between(2, 4)))],
    [place(BOB, 3n, -7n, { marketRootId: 2, marketBranchId: 2 })],
  ];
  return deeds.map((some) => project(projector, chain.block(some)));
}
