/** What was paid in cash, and to whom: premiums, fees, the stake, bonds, and the window. */
import { saleCostAt } from "../../src/client/sale.js";
import type { ProofItem } from "../session/proof.js";
import { STAKE } from "./gates.js";
import type { LifecycleRun } from "./run.js";
import { cashFlow, sumOf } from "./sums.js";
import type { Share } from "./window.js";

/** Amounts of cash are in its smallest units. */
export interface ProvedMoney {
  /** Each paid the price of its second; all of it the organiser collected; what was offered was sold or came back, wei. */
  readonly premiumCollected: ProofItem<{
    readonly paid: bigint;
    readonly collected: bigint;
    readonly sold: bigint;
    readonly returned: bigint;
    readonly offered: bigint;
  }>;
  /** As many fees as there were traders; all of them the organiser collected. */
  readonly feesCollected: ProofItem<{ readonly fee: bigint; readonly payers: number; readonly collected: bigint }>;
  /** What was staked for the maker came back to its sponsor. */
  readonly stakeReturned: ProofItem<{ readonly staked: bigint; readonly returned: bigint }>;
  /** The liar lost its bond, half to who disputed it and half to the oracle; who told the truth got its own back. */
  readonly bondsAccounted: ProofItem<{
    readonly bond: bigint;
    readonly liar: bigint;
    readonly watcher: bigint;
    readonly store: bigint;
    readonly oracle: bigint;
  }>;
  /** Of each leg: what was paid is the fixed price of what was bought, and what was pulled; tokens were bought or came back. */
  readonly windowPaysOut: ProofItem<readonly LegOfWindow[]>;
}

interface LegOfWindow {
  readonly leg: number;
  readonly due: bigint;
  readonly paid: bigint;
  readonly pulled: bigint;
  readonly offered: bigint;
  readonly bought: bigint;
  readonly returned: bigint;
}

export function provePremium({ sale, censuses, entrance }: LifecycleRun): ProvedMoney["premiumCollected"] {
  const { price, purchases, returned, offered, collected } = sale;
  const paid = sumOf(purchases.map((one) => one.paid));
  const sold = sumOf(purchases.map(({ amount }) => amount));
  const isPriced = purchases.every(({ amount, second, paid: cost }) => cost === saleCostAt(price, amount, second));
  const came = cashFlow(censuses, "organiser", "funded", "sold") - entrance.collected;
  const ok = isPriced && paid > 0n && paid === collected && came === collected && sold + returned === offered;
  return { ok, figures: { paid, collected, sold, returned, offered } };
}

export function proveFees({ entrance, censuses, sale, ground }: LifecycleRun): ProvedMoney["feesCollected"] {
  const { fee, entries, collected } = entrance;
  const payers = entries.length;
  const went = ground.traders.map(({ name }) => {
    const paid = sumOf(sale.purchases.filter((one) => one.name === name).map((one) => one.paid));
    return -cashFlow(censuses, name, "funded", "sold") - paid;
  });
  const ok =
    fee > 0n && collected === fee * BigInt(payers) && sumOf(went) === collected && went.every((of) => of === fee);
  return { ok, figures: { fee, payers, collected } };
}

export function proveStake({ stakeReturned: returned, censuses }: LifecycleRun): ProvedMoney["stakeReturned"] {
  const lay = cashFlow(censuses, "stakes", "sold", "in the book");
  const ok = lay === STAKE && returned === STAKE && cashFlow(censuses, "sponsor", "funded", "pulled") === 0n;
  return { ok, figures: { staked: lay, returned } };
}

export function proveBonds({ oracle: made, censuses, steps }: LifecycleRun): ProvedMoney["bondsAccounted"] {
  const before = steps.at(-1)?.label ?? "";
  const flow = (name: string): bigint => cashFlow(censuses, name, before, "event decided");
  const { bond, burnt } = made;
  const [liar, watcher, store] = [flow(made.liar), flow(made.watcher), flow("oracle's store")];
  const oracle = flow("oracle") + flow("settler by assertions");
  const isShared = liar === -bond && watcher === bond - burnt && store === burnt;
  return { ok: bond > 0n && isShared && oracle === 0n, figures: { bond, liar, watcher, store, oracle } };
}

export function proveWindow(run: LifecycleRun): ProvedMoney["windowPaysOut"] {
  const { window, censuses } = run;
  const figures = window.prices.map((_, k) => legOf(run, k));
  const isSquare = figures.every(
    ({ due, paid, pulled, offered, bought, returned }) =>
      due === paid && paid === pulled && offered === bought + returned,
  );
  const paid = sumOf(figures.map((leg) => leg.paid));
  const went = -cashFlow(censuses, "buyer", "offered", "bought");
  const stayed = cashFlow(censuses, "window", "price fixed", "pulled");
  const ok = isSquare && paid > 0n && went === paid && stayed === 0n && isFair(window.pulled, window.offered, figures);
  return { ok, figures };
}

/** S_k is 10^36 times the smallest units of cash for a smallest unit of asset k. */
const PRICE_UNIT = 10n ** 36n;

function legOf({ window, ground }: LifecycleRun, k: number): LegOfWindow {
  const leg = k + 1;
  const of = (shares: readonly Share[]): Share[] => shares.filter((share) => share.leg === leg);
  const tokens = (shares: readonly Share[]): bigint => sumOf(of(shares).map((share) => share.tokens));
  const cash = (shares: readonly Share[]): bigint => sumOf(of(shares).map((share) => share.cash));
  const [price, quantity] = [window.prices[k] ?? 0n, ground.plan.metals[k]?.quantity ?? 0n];
  const unit = ground.plan.supply * PRICE_UNIT;
  const due = sumOf(of(window.bought).map((share) => (share.tokens * quantity * price + unit - 1n) / unit)); // rounded up
  return {
    ...{ leg, due, paid: cash(window.bought), pulled: cash(window.pulled) },
    ...{ offered: tokens(window.offered), bought: tokens(window.bought), returned: tokens(window.pulled) },
  };
}

/** Nobody gets less than its part of the cash, by what it has offered, rounded down. */
function isFair(pulled: readonly Share[], offered: readonly Share[], legs: readonly LegOfWindow[]): boolean {
  return pulled.every(({ name, leg, cash }) => {
    const all = legs[leg - 1];
    const own = sumOf(offered.filter((one) => one.name === name && one.leg === leg).map((one) => one.tokens));
    return all !== undefined && cash >= (all.paid * own) / all.offered;
  });
}
