/** What the documents of a dataset's folder say of it. */
import type { LogHeader } from "../../verify/log-header.js";
import type { Inputs } from "../inputs.js";
import type { Ending } from "../rows/projection.js";
import type { Written } from "../write/files.js";
import type { WrittenTables } from "../write/table-writer.js";

export interface Facts {
  readonly header: LogHeader;
  readonly inputs: Inputs;
  readonly ending: Ending;
  readonly logSha256: string;
  /** Of the last block that has logged something; Unix seconds. */
  readonly lastSecond: number;
  /** Version of the program. */
  readonly version: string;
  readonly tables: WrittenTables;
  /** Other files that were written so far, by name. */
  readonly files: ReadonlyMap<string, Written>;
}

export const LOG_FILE = "session.log";
export const INPUTS_FILE = "inputs.json";

/** The day of the last block, as the calendar of UTC has it. */
export function dayOf({ lastSecond }: Facts): string {
  return new Date(lastSecond * 1_000).toISOString().slice(0, 10);
}

export function titleOf({ header: { terms, session, chainId } }: Facts): string {
  return `Order flow of session ${printable(terms.name)} (${session} on chain ${chainId})`;
}

/** Anybody may name a session as they like: what would break a line or a document is left out. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, "").slice(0, 31);
}

/** A name that every catalogue takes. */
export function slugOf({ header: { session, chainId } }: Facts): string {
  return `session-orderflow-${chainId}-${session.toLowerCase()}`;
}

export const ABOUT =
  "Every order, fill, cancellation, market record and account change of one trading session, its books with displayed and covered depth, and what each order is proved to have known when it was signed (seen_seq). Made from the session's public logs alone; anybody who makes it again gets the same bytes.";
