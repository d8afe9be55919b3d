/** The columns of a stress test as a session's book has them, and what is not in an account. */
import type { Basket } from "../protocol/value/allocations.js";
import {
  allocationsIn,
  baselineOf,
  type BaselineName,
  type BookHolders,
  OUTSIDE,
  UNDECIDED,
} from "../protocol/value/stress-holders.js";
import type { TokenWei } from "../protocol/amounts/units.js";
import { basketOf } from "../bindings/assets.js";
import type { CliContext } from "./context.js";
import type { Holders } from "../risk/stress/holders.js";
import type { SettingOptions } from "./input/settings.js";
import { bookAfter } from "../protocol/book/order-effect.js";
import { paidIn } from "../protocol/book/payments.js";
import { accountOf, holdingsOf } from "../protocol/book/projections.js";
import type { BookState } from "../protocol/book/state.js";
import { isRefusal } from "../protocol/market/refusal.js";
import type { TradePackage } from "../protocol/signing/package.js";
import { readMirror } from "./mirror.js";
import { openReader } from "./who.js";

/**
 * @param order what holders would have once it has been filled as far as it would be now, beside what they have
 * @throws CliError SETTINGS_INVALID, MIRROR_DIFFERS; ClientError; RuleError; the book's refusal of the order
 */
export async function holdersOnChain(
  context: CliContext,
  options: SettingOptions,
  baseline: BaselineName,
  order?: TradePackage,
): Promise<Holders> {
  const handle = await openReader(context, options);
  const [assets, mirror] = await Promise.all([basketOf(handle), readMirror(context, handle, options)]);
  const { state } = mirror.book;
  const traders = [...state.traders.all()];
  const basket: Basket = { quantities: assets.map(({ quantity }) => quantity), supply: handle.supply };
  const holders = holdersIn(state, basket);
  const paid = paidIn(mirror.records, assets.length);
  const nothing = assets.map(() => 0n as TokenWei);
  const then =
    order &&
    bookAfter(mirror.book, mirror.timestamp + 1n, order, (report) => ({ report, holders: holdersIn(state, basket) }));
  if (isRefusal(then)) throw then;
  return {
    symbols: assets.map(({ symbol }) => symbol),
    decimals: assets.map(({ decimals }) => decimals),
    names: [...traders.map(({ address }) => address), UNDECIDED, OUTSIDE],
    table: state.markets.table,
    allocationsIn: (outcomes) => allocationsIn(holders, outcomes),
    baseline: baselineOf(
      baseline,
      holders,
      traders.map(({ traderId }) => paid.get(traderId) ?? nothing),
    ),
    at: { session: handle.address, blockNumber: mirror.blockNumber, head: state.chain.link },
    ...(then === undefined
      ? {}
      : { after: { report: then.report, allocationsIn: (outcomes) => allocationsIn(then.holders, outcomes) } }),
  };
}

function holdersIn(state: BookState, basket: Basket): BookHolders {
  return {
    table: state.markets.table,
    basket,
    pool: holdingsOf(state),
    accounts: [...state.traders.all()].map(({ traderId }) => accountOf(state, traderId)),
  };
}
