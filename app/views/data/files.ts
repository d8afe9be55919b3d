/** Histories as files: every amount as decimal text, all of it at one block, whose hash stands in the first line. */
import { toJson } from "../../../src/protocol/amounts/json.js";
import type { HistoryKind } from "../../../src/wire/history.js";
import { relayPath } from "../../../src/wire/locations.js";

/** What a page of history is, as far as files go. */
export interface Page {
  readonly block: { readonly number: number; readonly hash: string; readonly timestamp: bigint };
  readonly items: readonly object[];
  readonly next: string | null;
}

/** What a source is asked for one page. */
export interface PageQuery {
  readonly limit: number;
  readonly order: "asc";
  readonly cursor?: string;
  readonly at?: number;
}

export interface Whole {
  readonly block: Page["block"];
  readonly rows: readonly object[];
}

const PAGE_ROWS = 1_000;
/** Rows of one file: 2 million. */
const MOST_PAGES = 2_000;
const MOST_TRIES = 5;

/**
 * All pages of a history, oldest first, at one block. A chain that goes on between two pages, or another block in the place of the
 * first one, makes it begin anew.
 * @throws Error if the chain has not held still for it
 */
export async function collect(
  ask: (query: PageQuery) => Promise<Page>,
  onRows: (rows: number) => void,
  signal: AbortSignal,
): Promise<Whole> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const whole = await tryCollect(ask, onRows, signal);
    if (whole !== undefined) return whole;
  }
  throw new Error("The chain went on faster than its history could be read: try again, or ask a relay.");
}

async function tryCollect(
  ask: (query: PageQuery) => Promise<Page>,
  onRows: (rows: number) => void,
  signal: AbortSignal,
): Promise<Whole | undefined> {
  let page = await ask({ limit: PAGE_ROWS, order: "asc" });
  const { block } = page;
  const rows: object[] = [...page.items];
  for (let pages = 1; page.next !== null; pages += 1) {
    signal.throwIfAborted();
    if (pages >= MOST_PAGES) throw new Error(`More than ${MOST_PAGES * PAGE_ROWS} rows: use session logs instead.`);
    onRows(rows.length);
    page = await ask({ limit: PAGE_ROWS, order: "asc", cursor: page.next, at: block.number });
    if (page.block.hash !== block.hash) return undefined;
    rows.push(...page.items);
  }
  onRows(rows.length);
  return { block, rows };
}

// ------------------------------------------------------------------ text

export interface FileHead {
  readonly kind: HistoryKind;
  readonly chainId: number;
  readonly session: string;
  readonly block: Page["block"];
}

/** A line of what it is, a header, then a row on each line. */
export function csvText(head: FileHead, rows: readonly object[]): string {
  const flat = rows.map(cellsOf);
  const columns = [...new Set(flat.flatMap((cells) => [...cells.keys()]))];
  const lines = flat.map((cells) => columns.map((column) => csvCell(cells.get(column) ?? "")).join(","));
  return [`# ${toJson(headOf(head))}`, columns.map(csvCell).join(","), ...lines, ""].join("\n");
}

/** The same as JSON Lines, nested as it is. */
export function jsonLines(head: FileHead, rows: readonly object[]): string {
  return [headOf(head), ...rows].map((row) => `${toJson(row)}\n`).join("");
}

function headOf({ kind, chainId, session, block }: FileHead): object {
  return { kind, chainId, session, block: block.number, blockHash: block.hash, timestamp: block.timestamp };
}

/** Names of nested values are joined by dots; elements count from 1. Fractions are `n/d`. What is not there is empty. */
export function cellsOf(row: object): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    if (value === null || value === undefined) cells.set(name, "");
    else if (Array.isArray(value) && isLevels(value)) cells.set(name, toJson(value));
    else if (Array.isArray(value))
      value.forEach((element, k) => {
        add(`${name}.${k + 1}`, element);
      });
    else if (isFraction(value)) cells.set(name, `${value.numerator}/${value.denominator}`);
    else if (typeof value === "object") for (const [inner, one] of Object.entries(value)) add(`${name}.${inner}`, one);
    else if (typeof value === "string") cells.set(name, value);
    else cells.set(name, toJson(value).replaceAll('"', "")); // numbers, amounts and truths
  };
  for (const [name, value] of Object.entries(row)) add(name, value);
  return cells;
}

/** Lists of levels have as many elements as there are: one cell holds them. */
function isLevels(value: readonly unknown[]): boolean {
  const [first] = value;
  return value.length === 0 || (typeof first === "object" && first !== null && !isFraction(first));
}

function isFraction(value: unknown): value is { readonly numerator: bigint; readonly denominator: bigint } {
  return typeof value === "object" && value !== null && "numerator" in value && "denominator" in value;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const FORMULA = /^[=+\-@\t\r]/;

/** Text that a spreadsheet would run as a formula gets a quote before it; a number is none, with a minus neither. */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// ------------------------------------------------------------------ code

export interface CodeOf {
  readonly kind: HistoryKind;
  readonly session: string;
  readonly rpcUrl: string | undefined;
  readonly relayUrl: string | undefined;
}

/** How to get the same without this page. Addresses come from settings: they are quoted, and nothing of them is run. */
export function codeOf({
  kind,
  session,
  rpcUrl,
  relayUrl,
}: CodeOf): readonly { readonly title: string; readonly text: string }[] {
  const logs = `session logs --rpc ${quoted(rpcUrl ?? "https://…")} --session ${session} --out session.jsonl`;
  if (relayUrl === undefined) return [{ title: "All logs, by the command line", text: logs }];
  const url = relayPath(relayUrl, `/v1/history/${kind}?order=asc&limit=1000`);
  const script = [
    'import { createRelayClient } from "session-contracts/client";',
    `const relay = createRelayClient(${JSON.stringify(relayUrl)});`,
    `let page = await relay.history("${kind}", { order: "asc", limit: 1000 });`,
    "const rows = [...page.items];",
    `while (page.next !== null) rows.push(...(page = await relay.history("${kind}", { order: "asc", limit: 1000, cursor: page.next, at: page.block.number })).items);`,
  ];
  return [
    { title: "All logs, by the command line", text: logs },
    { title: "cURL", text: `curl ${quoted(url)}` },
    { title: "TypeScript", text: script.join("\n") },
  ];
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
