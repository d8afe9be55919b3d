/** In how few hands each asset is, as bars. */
import { fixed } from "../protocol/amounts/decimals.js";
import type { Fraction } from "../protocol/amounts/fraction.js";
import type { Picture, Told } from "../pictures/marks.js";
import { sharesPicture } from "../pictures/shares.js";
import type { AssetCrowding } from "./crowding.js";
import { approximate } from "./exposure.js";

const DIGITS = 4;

export function crowdingPicture(symbols: readonly string[], crowd: readonly AssetCrowding[]): Picture {
  const told = (share: Fraction): Told => {
    return { text: fixed(share.numerator, share.denominator, DIGITS), value: approximate(share) };
  };
  const bars = crowd.map(({ largest, herfindahl, holders }, k) => {
    return { name: symbols[k] ?? "", largest: told(largest), herfindahl: told(herfindahl), holders };
  });
  return sharesPicture("Who has the basket", bars);
}
