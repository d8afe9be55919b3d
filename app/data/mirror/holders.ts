/** Who holds what of a session, as a stress test needs it: all of it plain data that passes from a worker to its page. */
import type { ChainRecord } from "../../../src/bindings/records.js";
import { paidIn } from "../../../src/protocol/book/payments.js";
import { accountOf, holdingsOf } from "../../../src/protocol/book/projections.js";
import type { BookState } from "../../../src/protocol/book/state.js";
import type { TokenWei } from "../../../src/protocol/amounts/units.js";
import type { Hash } from "../../../src/protocol/signing/typed-data.js";
import type { BookHolders } from "../../../src/protocol/value/stress-holders.js";

export interface Holdings extends Omit<BookHolders, "basket"> {
  /** Of each account. */
  readonly traders: readonly string[];
  /** Which block and which head of the order chain it is as of. */
  readonly at: { readonly blockNumber: number; readonly head: Hash };
  /** What each has paid in less what it took out, as claims on each asset. */
  readonly paid: readonly (readonly TokenWei[])[];
}

export function holdingsIn(state: BookState, records: readonly ChainRecord[], blockNumber: number): Holdings {
  const traders = [...state.traders.all()];
  const { assets } = state.terms;
  const paid = paidIn(records, assets);
  const nothing = Array.from({ length: assets }, () => 0n as TokenWei);
  return {
    at: { blockNumber, head: state.chain.link },
    table: state.markets.table,
    pool: holdingsOf(state),
    traders: traders.map(({ address }) => address),
    accounts: traders.map(({ traderId }) => accountOf(state, traderId)),
    paid: traders.map(({ traderId }) => paid.get(traderId) ?? nothing),
  };
}
