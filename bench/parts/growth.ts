/** Whether memory grows with a log, or with what is alive in it. */
import type { Row } from "../part.js";
import { grouped } from "../table.js";
import { rounded } from "./measure.js";

/** Live state moves a little; what grew with the log would be ten times as much. */
const MOST_GROWTH = 1.15;

/** A log, looked at when it has come so far. */
export interface Measured {
  readonly records: number;
  /** Records a second. */
  readonly rate: number;
  /** Bytes that are alive. */
  readonly heap: number;
}

/** The live heap of the longest log over that of the shortest. @throws Error if nothing was measured */
export function growthRow(measured: readonly Measured[]): Row {
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined) throw new Error("nothing was measured");
  return {
    id: "memory growth",
    what: `live heap after ${grouped(last.records)} records over that after ${grouped(first.records)}`,
    value: rounded(last.heap / first.heap),
    unit: "times",
    aim: MOST_GROWTH,
  };
}
