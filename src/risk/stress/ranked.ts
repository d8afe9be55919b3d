/** The worst few scenarios of each of many holders, ranked without making the whole table. */
import { add, compare, type Fraction, fraction, negate } from "../../protocol/amounts/fraction.js";
import { pricesOfUnits, stressScale } from "../../protocol/value/stress-units.js";
import { type Ranked, worstMoves } from "../ranking.js";
import type { Holders } from "./holders.js";
import type { Scenario } from "./scenario-rows.js";

export interface RankedHolder {
  readonly name: string;
  /** The worst first: index of the scenario, and the gain against the baseline in the prices' unit, exactly. */
  readonly worst: readonly Ranked[];
}

/** As the exact table has them: of equal gains the earlier scenario. */
export function rankedHolders(holders: Holders, scenarios: readonly Scenario[], count: number): RankedHolder[] {
  const scale = stressScale("price", holders.decimals);
  const found = holders.names.map((): Ranked[] => []);
  for (const group of byOutcomes(scenarios)) {
    const allocations = holders.allocationsIn(scenarios[group[0] ?? 0]?.outcomes ?? []);
    const beyond = allocations.map((own, holder) =>
      own.map((entry, k) => add(entry, negate(holders.baseline[holder]?.[k] ?? fraction(0n)))),
    );
    const prices = group.map((at): Fraction[] =>
      pricesOfUnits(scenarios[at]?.prices ?? [], holders.decimals).map((price) => fraction(price, scale)),
    );
    worstMoves(beyond, prices, count).forEach((ranked, holder) => {
      found[holder]?.push(...ranked.map(({ move, gain }) => ({ move: group[move] ?? 0, gain })));
    });
  }
  return found.map((ranked, holder) => ({
    name: holders.names[holder] ?? "",
    worst: ranked.sort((a, b) => compare(a.gain, b.gain) || a.move - b.move).slice(0, count),
  }));
}

/** Indices of scenarios in which other markets end alike, so that everybody has the same. */
function byOutcomes(scenarios: readonly Scenario[]): number[][] {
  const groups = new Map<string, number[]>();
  scenarios.forEach(({ outcomes }, index) => {
    const key = outcomes
      .map(({ marketRootId, values }) => `${marketRootId}:${values.join(",")}`)
      .sort()
      .join(";");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  return [...groups.values()];
}
