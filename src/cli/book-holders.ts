/** The columns of a stress test as a session's book has them, and what is not in an account. */
import type { Basket } from "../protocol/value/allocations.js";
import { allocationsIn, baselineOf, type BaselineName, type BookHolders } from "../protocol/value/stress-holders.js";
import type { TokenWei } from "../protocol/amounts/units.js";
import { basketOf } from "../bindings/assets.js";
import type { CliContext } from "./context.js";
import type { Holders } from "./input/holders-file.js";
import type { SettingOptions } from "./input/settings.js";
import { paidIn } from "../protocol/book/payments.js";
import { accountOf, holdingsOf } from "../protocol/book/projections.js";
import { readMirror } from "./mirror.js";
import { openReader } from "./who.js";

/** What a column is called that is no trader's. */
export const UNDECIDED = "undecided markets";
export const OUTSIDE = "outside the book";

/** @throws CliError SETTINGS_INVALID, MIRROR_DIFFERS; ClientError; RuleError */
export async function holdersOnChain(
  context: CliContext,
  options: SettingOptions,
  baseline: BaselineName,
): Promise<Holders> {
  const handle = await openReader(context, options);
  const [assets, mirror] = await Promise.all([basketOf(handle), readMirror(context, handle, options)]);
  const { state } = mirror.book;
  const traders = [...state.traders.all()];
  const basket: Basket = { quantities: assets.map(({ quantity }) => quantity), supply: handle.supply };
  const holders: BookHolders = {
    table: state.markets.table,
    basket,
    pool: holdingsOf(state),
    accounts: traders.map(({ traderId }) => accountOf(state, traderId)),
  };
  const paid = paidIn(mirror.records, assets.length);
  const nothing = assets.map(() => 0n as TokenWei);
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
  };
}
