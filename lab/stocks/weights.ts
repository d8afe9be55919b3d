import type { AssetUnits, Ticks } from "../../src/protocol/amounts/units.js";
import { basketWeights } from "../../src/protocol/value/valuation.js";
import { weightsInTicks } from "../../src/protocol/value/apportion.js";

/** The basket's true weights at these prices, in ticks. */
export function trueWeights(quantities: readonly AssetUnits[], prices: readonly bigint[], scale: Ticks): Ticks[] {
  return weightsInTicks(basketWeights(quantities, prices), scale);
}
