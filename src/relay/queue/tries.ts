/** How often a package is tried, how long it waits in between, and what is nobody's fault but the submitter's. */
import type { PackageRefusal } from "../../wire/packages.js";

export const OUT_OF_GAS = "Book_OutOfGas";
const SUBMITTERS_FAULTS: ReadonlySet<string> = new Set(["Book_StillCrossed", "Book_HintTooFar", OUT_OF_GAS]);

/** Times that a package, or a cancellation, may come to nothing. */
export const MAX_ATTEMPTS = 8;
/** What it is refused with then. */
export const CALL_FAILS: PackageRefusal = { code: "RELAY_CALL_FAILS", values: { attempts: String(MAX_ATTEMPTS) } };

const FIRST_PAUSE_MS = 250;

/** Refusals that are the submitter's fault, and not the package's: it is tried again. */
export function isSubmittersFault(code: string): boolean {
  return SUBMITTERS_FAULTS.has(code);
}

/** Twice as long each time: half a minute before the last. @param attempts so far @returns ms */
export function pauseAfter(attempts: number): number {
  return FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, MAX_ATTEMPTS);
}
