/** The columns of a stress test as a session's book has them, and what is not in an account. */
import { fraction } from "../protocol/amounts/fraction.js";
import { opposite, type TokenWei } from "../protocol/amounts/units.js";
import { type Allocation, type Basket } from "../protocol/value/allocations.js";
import { allocationsIn, allocationsOf, type BookHolders } from "../protocol/value/stress-holders.js";
import { basketOf } from "../bindings/assets.js";
import type { CliContext } from "./context.js";
import type { Holders } from "./input/holders-file.js";
import type { SettingOptions } from "./input/settings.js";
import { accountOf, holdingsOf } from "../protocol/book/projections.js";
import { type Mirror, readMirror } from "./mirror.js";
import { openReader } from "./who.js";

/** What gains and losses count from: what each has paid in, or equal parts. */
export type BaselineName = "deposits" | "equal";

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
  return {
    symbols: assets.map(({ symbol }) => symbol),
    decimals: assets.map(({ decimals }) => decimals),
    names: [...traders.map(({ address }) => address), UNDECIDED, OUTSIDE],
    table: state.markets.table,
    allocationsIn: (outcomes) => allocationsIn(holders, outcomes),
    baseline: baselineOf(
      baseline,
      holders,
      traders.map(({ traderId }) => paidIn(mirror, traderId, assets.length)),
    ),
  };
}

/** What was paid into an account less what was taken out, as claims on each asset. Over all traders it is what the book holds. */
function paidIn({ records }: Mirror, traderId: number, assets: number): TokenWei[] {
  const paid = Array.from({ length: assets }, () => 0n);
  const add = (leg: number, amount: bigint): void => {
    paid.forEach((before, k) => {
      if (leg === 0 || leg === k + 1) paid[k] = before + amount;
    });
  };
  for (const record of records) {
    if (!("traderId" in record) || record.traderId !== traderId) continue;
    if (record.kind === "deposited") add(record.leg, record.amount);
    if (record.kind === "withdrawn") add(record.leg, opposite(record.amount));
    if (record.kind === "exited") {
      record.claims.forEach((claim, k) => {
        add(k + 1, opposite(claim));
      });
    }
  }
  return paid as TokenWei[]; // sums of wei of one session
}

function baselineOf(
  name: BaselineName,
  { basket, accounts, pool }: BookHolders,
  paid: readonly (readonly TokenWei[])[],
): Allocation[] {
  const nothing = pool.map(() => 0n as TokenWei);
  const outside = pool.map((held) => (basket.supply - held) as TokenWei);
  const [ofUndecided = [], ofOutside = []] = allocationsOf(basket, [nothing, outside]);
  if (name === "deposits" || accounts.length === 0) {
    return [...allocationsOf(basket, paid), ofUndecided, ofOutside];
  }
  const count = BigInt(accounts.length);
  const slice = pool.map((held, k) => fraction(held * (basket.quantities[k] ?? 0n), basket.supply * count));
  return [...accounts.map(() => slice), ofUndecided, ofOutside];
}
