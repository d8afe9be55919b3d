/** A judge that has followed a true book from its beginning; the tests then falsify the book's state behind its back. */
import { ZeroAddress } from "ethers";

import type { Exposure } from "../../../src/protocol/book/margin.js";
import type { RestingOrder } from "../../../src/protocol/book/queue.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import type { VerifyCache } from "../../../src/verify/cache.js";
import { Judge } from "../../../src/verify/judge.js";
import { Ledger } from "../../../src/verify/ledger.js";
import type { LoggedTerms } from "../../../src/verify/log-header.js";
import { makeRace, makeRain } from "./markets.js";
import { ALICE, BOB, CAROL, type Person } from "./people.js";
import { Scribe } from "./scribe.js";
import { STAKE } from "./stories.js";

export class JudgedBook {
  public readonly scribe: Scribe;
  public readonly ledger: Ledger;
  public readonly judge: Judge;

  public constructor(terms: Partial<LoggedTerms> = {}, cache?: VerifyCache) {
    this.scribe = new Scribe(terms);
    this.scribe.fund();
    this.ledger = new Ledger(this.scribe.header.legs.length);
    this.judge = new Judge(this.scribe.book, this.ledger, cache);
  }

  /** One call, which changes positions in one root at most. The book gets the tokens that it then says it holds. */
  public step(rootId: number, play: (scribe: Scribe) => void): void {
    play(this.scribe);
    const { header, book } = this.scribe;
    for (let token = 0; token <= header.legs.length; token += 1) {
      const value = book.state.pool.held(token) - this.ledger.balance(token, header.book);
      const [from, to] = value > 0n ? [ZeroAddress, header.book] : [header.book, ZeroAddress];
      this.ledger.transfer({ kind: "transfer", token, from, to, value: value > 0n ? value : -value });
    }
    this.judge.traders(this.ids(), rootId);
  }

  public ids(): number[] {
    return [...this.scribe.book.state.traders.all()].map(({ traderId }) => traderId);
  }

  /** Another account in the place of a trader's, as one root sees it. @returns the trader's number */
  public falsify(trader: Person, rootId: number, change: (exposure: Exposure) => Partial<Exposure>): number {
    const { margin, markets, traders } = this.scribe.book.state;
    const { traderId } = traders.registered(trader.address);
    const root = markets.known(rootId);
    const exposure = margin.load(traderId, root);
    margin.store(root, { ...exposure, ...change(exposure) });
    return traderId;
  }

  /** Another price in the place of a resting order's, which stays where it is. */
  public falsifyPrice(tradeRootId: number, price: bigint): void {
    const order = this.scribe.book.state.queues.find(tradeRootId);
    (order as { -readonly [Name in keyof RestingOrder]: RestingOrder[Name] }).price = price; // nobody else may
  }
}

/** Alice, Bob and Carol have deposited; rain and race are made; it is t1. */
export function judgedBook(terms: Partial<LoggedTerms> = {}, cache?: VerifyCache): JudgedBook {
  const judged = new JudgedBook(terms, cache);
  for (const trader of [ALICE, BOB, CAROL]) {
    judged.step(BASKET_ROOT_ID, (scribe) => {
      scribe.deposit(trader, STAKE);
    });
  }
  judged.scribe.now = judged.scribe.header.terms.t1;
  makeRain(judged.scribe);
  makeRace(judged.scribe);
  return judged;
}
