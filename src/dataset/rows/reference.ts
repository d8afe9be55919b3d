/** Prices of the world outside, with what they say of the basket's weights. */
import { weightsInPpm } from "../../protocol/value/apportion.js";
import { basketWeights } from "../../protocol/value/valuation.js";
import type { AssetUnits } from "../../protocol/amounts/units.js";
import type { Inputs, ReferencePrice } from "../inputs.js";
import type { Emit } from "../schema/tables.js";

const MILLISECONDS = 1_000n;

/** @param quantities q, smallest units of each asset */
export function tellReference({ assets, prices }: Inputs, quantities: readonly AssetUnits[], emit: Emit): void {
  const moments = new Map<bigint, ReferencePrice[]>();
  for (const price of prices) moments.set(price.second, [...(moments.get(price.second) ?? []), price]);
  for (const [second, ofMoment] of moments) {
    const weights = weightsAt(
      ofMoment,
      quantities,
      assets.map(({ decimals }) => decimals),
    );
    for (const { leg, price, source } of ofMoment) {
      emit("reference", { ts: second * MILLISECONDS, leg, price, source, true_weight_ppm: weights?.[leg - 1] ?? null });
    }
  }
}

/** q · S / Σ q · S in millionths. @returns undefined unless decimals and prices of all assets are known */
function weightsAt(
  prices: readonly ReferencePrice[],
  quantities: readonly AssetUnits[],
  decimals: readonly number[],
): bigint[] | undefined {
  if (decimals.length !== quantities.length) return undefined;
  const most = Math.max(...decimals);
  const perUnit = quantities.map((_, k) => {
    const found = prices.find(({ leg }) => leg === k + 1);
    return found === undefined ? undefined : found.price * 10n ** BigInt(most - (decimals[k] ?? 0));
  });
  const known = perUnit.filter((price) => price !== undefined);
  return known.length === quantities.length ? weightsInPpm(basketWeights(quantities, known)) : undefined;
}
