/** What went into accounts and came out of them, from the book's own records. */
import { opposite, type TokenWei } from "../amounts/units.js";
import type { BookEvent } from "./events.js";

/**
 * What was paid into each account less what was taken out, as claims on each asset. Over all traders it is what the book holds.
 * @param assets how many the basket has
 * @returns by traderId; traders who never paid anything in are not there
 */
export function paidIn(events: Iterable<BookEvent<unknown>>, assets: number): Map<number, TokenWei[]> {
  const paid = new Map<number, TokenWei[]>();
  const add = (traderId: number, leg: number, amount: bigint): void => {
    const before = paid.get(traderId) ?? Array.from({ length: assets }, () => 0n);
    const after = before.map((held, k) => (leg === 0 || leg === k + 1 ? held + amount : held));
    paid.set(traderId, after as TokenWei[]); // sums of wei of one session
  };
  for (const event of events) {
    if (event.kind === "deposited") add(event.traderId, event.leg, event.amount);
    if (event.kind === "withdrawn") add(event.traderId, event.leg, opposite(event.amount));
    if (event.kind === "exited") {
      for (const [k, claim] of event.claims.entries()) add(event.traderId, k + 1, opposite(claim));
    }
  }
  return paid;
}
