/** Windows of a history that would have cost most, of each holder, and all of them as a picture. */
import type { Fraction } from "../protocol/amounts/fraction.js";
import { fixed } from "../protocol/amounts/decimals.js";
import { heatMap } from "../pictures/heat-map.js";
import type { Picture, Told } from "../pictures/marks.js";
import { RiskError } from "./errors.js";
import type { Exposed } from "./exposed.js";
import { approximate } from "./exposure.js";
import type { Window } from "./historical.js";
import { gainOf, worstMoves } from "./ranking.js";
import { shortName } from "./stress/holders.js";

export interface WorstWindows {
  /** In the sequence of the holders; the worst window of each first. */
  readonly holders: readonly {
    readonly name: string;
    readonly worst: readonly { readonly window: Window; readonly gain: Fraction }[];
  }[];
  /** Those of anybody, each once, as they came. */
  readonly shown: readonly Window[];
}

/** @param count of each holder @throws RiskError PARAMETER_INVALID */
export function worstWindows(exposed: readonly Exposed[], windows: readonly Window[], count: number): WorstWindows {
  if (!(count >= 1)) throw new RiskError("PARAMETER_INVALID", { what: "count", value: count });
  const ranked = worstMoves(
    exposed.map(({ exposure }) => exposure),
    windows.map(({ returns }) => returns),
    count,
  );
  const shown = new Set(ranked.flatMap((worst) => worst.map(({ move }) => move)));
  return {
    holders: exposed.map(({ name }, holder) => ({
      name,
      worst: (ranked[holder] ?? []).flatMap(({ move, gain }) => {
        const window = windows[move];
        return window === undefined ? [] : [{ window, gain }];
      }),
    })),
    shown: windows.filter((_, at) => shown.has(at)),
  };
}

/** What each holder would have gained or lost in each of them. @param digits behind the point of what is written */
export function windowsPicture(exposed: readonly Exposed[], windows: readonly Window[], digits: number): Picture {
  const told = (gain: Fraction): Told => {
    return { text: fixed(gain.numerator, gain.denominator, digits), value: approximate(gain) };
  };
  const rows = windows.map(({ from, to }) => `${from} to ${to}`);
  const columns = exposed.map(({ name }) => shortName(name));
  const cells = windows.map(({ returns }) => exposed.map(({ exposure }) => told(gainOf(exposure, returns))));
  const heading = { title: "Windows of a history", caption: "Gain from today's prices on, in the prices' unit" };
  return heatMap({ ...heading, rows, columns, cells });
}
