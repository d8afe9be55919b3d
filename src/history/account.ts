/** An account as its book has it now, in the names of a dataset. */
import { lotValueOf } from "../protocol/book/money.js";
import { slackOf } from "../protocol/book/projections.js";
import type { BookState } from "../protocol/book/state.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";

export interface AccountFigures {
  /** Wei; a full set of legs counts as cash (R10). */
  readonly cash_wei: bigint;
  /** Least that all positions together can still pay, as stored (R12), wei. */
  readonly worst_wei: bigint;
  /** What open orders keep in (R15), wei. */
  readonly reserve_wei: bigint;
  readonly open_orders: number;
}

export function accountIn(state: BookState, traderId: number): AccountFigures {
  const { margin, traders, markets } = state;
  const { cash: kept, lots } = margin.load(traderId, markets.known(BASKET_ROOT_ID));
  const { openOrders, reserved } = traders.byId(traderId);
  const cash = kept + (lots.at(-1) ?? 0n) * lotValueOf(state);
  return { cash_wei: cash, worst_wei: slackOf(state, traderId) - cash, reserve_wei: reserved, open_orders: openOrders };
}
