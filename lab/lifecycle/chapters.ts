/** The story in a table: when, what, and how much. */
import { formatFixed, ONE } from "../command/decimals.js";
import { DAY, SCALE, USD } from "./plan.js";
import type { LifecycleRun } from "./run.js";
import { LIVENESS } from "./roots.js";
import { sumOf } from "./sums.js";

export interface Chapter {
  /** When it began, seconds since 1970. */
  readonly second: number;
  readonly what: string;
  readonly figures: string;
}

const FUNDING_DAYS = 30;
const GIVING_DAYS = 3;
const HALF_HOUR = 1_800;

export function chaptersOf(run: LifecycleRun): Chapter[] {
  const { t1, t2, saleOpens, saleCloses, eventCloses } = run.ground.plan.times;
  const rolled = t2 + GIVING_DAYS * DAY;
  return [
    { second: t1 - FUNDING_DAYS * DAY, what: "the session is funded", figures: basketOf(run) },
    { second: saleOpens, what: "the sale opens, behind the gate", figures: saleOf(run) },
    { second: saleCloses, what: "the sale closes", figures: `${tokens(run.sale.returned)} tokens come back unsold` },
    {
      second: t1,
      what: "trade begins, with a maker",
      figures: `its sponsor pays in ${tokens(run.sponsored.deposit)} tokens`,
    },
    { second: eventCloses, what: "the event is decided", figures: lieOf(run) },
    { second: eventCloses + LIVENESS, what: "the truth has stood", figures: truthOf(run) },
    {
      second: t2,
      what: "the price is fixed",
      figures: `interval at ${run.window.interval.outcome} ticks; claims are offered`,
    },
    { second: t2 + HALF_HOUR, what: "the window opens", figures: windowOf(run) },
    { second: rolled, what: "the rest rolls", figures: rollOf(run) },
  ];
}

function basketOf({ ground: { plan } }: LifecycleRun): string {
  const metals = plan.metals.map(({ symbol, quantity }) => `${formatFixed(quantity, ONE, 0)} ${symbol}`);
  return `${metals.join(", ")} for ${tokens(plan.supply)} tokens`;
}

function saleOf({ sale, entrance }: LifecycleRun): string {
  const { price, purchases } = sale;
  const sold = sumOf(purchases.map(({ amount }) => amount));
  const paid = sumOf(purchases.map((one) => one.paid));
  return `${entrance.entries.length} buy ${tokens(sold)} tokens for ${dollars(paid)}, from ${dollars(price.startPrice)} a token down to ${dollars(price.endPrice)}`;
}

function lieOf({ oracle }: LifecycleRun): string {
  return `${oracle.liar} asserts what is false, ${oracle.watcher} disputes it: ${dollars(oracle.bond)} each`;
}

function truthOf({ oracle, ground: { plan } }: LifecycleRun): string {
  const winner = plan.metals[oracle.truth.findIndex((weight) => weight === SCALE)]?.symbol ?? "";
  return `${winner} has risen most; positions become cash`;
}

function windowOf({ window }: LifecycleRun): string {
  const of = (shares: typeof window.bought): string => tokens(sumOf(shares.map((share) => share.tokens)));
  const paid = sumOf(window.bought.map(({ cash }) => cash));
  return `${of(window.bought)} of ${of(window.offered)} leg tokens are bought for ${dollars(paid)}`;
}

function rollOf({ roll, ground: { plan } }: LifecycleRun): string {
  const metals = roll.quantities.map(
    (quantity, k) => `${formatFixed(quantity, ONE, 3)} ${plan.metals[k]?.symbol ?? ""}`,
  );
  return `${metals.join(", ")} for ${tokens(roll.supply)} tokens, which ${roll.taken.length} take`;
}

function dollars(amount: bigint): string {
  return `$${formatFixed(amount, USD, 2)}`;
}

function tokens(wei: bigint): string {
  return formatFixed(wei, ONE, 2);
}
