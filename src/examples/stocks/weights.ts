import type { AssetUnits, Ticks } from "../../protocol/units.js";
import { basketWeights } from "../../protocol/valuation.js";
import { weightsInTicks } from "../common/weights.js";

/** The basket's true weights at these prices, in ticks. */
export function trueWeights(quantities: readonly AssetUnits[], prices: readonly bigint[], scale: Ticks): Ticks[] {
  return weightsInTicks(basketWeights(quantities, prices), scale);
}
