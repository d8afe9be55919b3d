/** A limit that is looked at before an order is sent: what its trader would have in each scenario once it is filled. */
import { compare, type Fraction, fraction } from "../../protocol/amounts/fraction.js";
import { stressTable, type Numeraire } from "../../protocol/value/stress.js";
import { pricesOfUnits } from "../../protocol/value/stress-units.js";
import type { OrderReport } from "../../protocol/book/order-effect.js";
import { numberDocument, type StressRun } from "./table.js";

export interface AfterOrder {
  readonly trader: string;
  readonly report: OrderReport;
  readonly rows: readonly { readonly name: string; readonly before: Fraction; readonly after: Fraction }[];
  readonly worst: { readonly name: string; readonly before: Fraction; readonly after: Fraction };
  /** The most that may be lost in any scenario, in the unit of the table; undefined without a limit. */
  readonly limit: Fraction | undefined;
  readonly isWithin: boolean;
}

/** @param limit in the unit that people know */
export function afterOrder(
  run: StressRun,
  trader: string,
  numeraire: Numeraire,
  limit: Fraction | undefined,
): AfterOrder | undefined {
  const { after, names, baseline, decimals } = run.holders;
  const holder = names.indexOf(trader);
  if (after === undefined || holder < 0) return undefined;
  const then = stressTable(
    run.scenarios.map(({ name, prices, outcomes }) => ({
      name,
      prices: pricesOfUnits(prices, decimals),
      allocations: after.allocationsIn(outcomes),
    })),
    baseline,
    numeraire,
  );
  const zero = fraction(0n);
  const rows = run.stressed.rows.map(({ name, profits }, row) => {
    return { name, before: profits[holder] ?? zero, after: then.rows[row]?.profits[holder] ?? zero };
  });
  const worst = {
    name: then.worstProfits[holder]?.name ?? "",
    before: run.stressed.worstProfits[holder]?.value ?? zero,
    after: then.worstProfits[holder]?.value ?? zero,
  };
  const most = limit && fraction(-limit.numerator * run.scale, limit.denominator);
  const isWithin = most === undefined || compare(worst.after, most) >= 0;
  return { trader, report: after.report, rows, worst, limit, isWithin };
}

export function afterDocument(run: StressRun, { trader, report, rows, worst, limit, isWithin }: AfterOrder): object {
  const pair = ({ before, after }: AfterOrder["worst"]): object => ({
    before: numberDocument(run, before),
    after: numberDocument(run, after),
  });
  return {
    trader,
    ...report,
    scenarios: rows.map((row) => ({ name: row.name, ...pair(row) })),
    worst: { scenario: worst.name, ...pair(worst) },
    ...(limit === undefined ? {} : { limit, isWithin }),
  };
}
