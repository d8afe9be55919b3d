/** The rows of a scenario file as prices and outcomes; the page reads the same files. */
import { RuleError } from "../../protocol/amounts/errors.js";
import { parseTicks, parseTokenWei, type Ticks } from "../../protocol/amounts/units.js";
import type { RootOutcome } from "../../protocol/margin/worth.js";
import type { MarketTable } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import { SHOCK_SCALE, shocked, type ShockKind } from "../../protocol/value/stress-scenarios.js";
import type { Prices } from "../../protocol/value/valuation.js";
import { InputError, invalid } from "../../input/errors.js";
import { decimal } from "../../protocol/amounts/decimals.js";
import { assetColumns, assetIndex } from "../../input/asset-names.js";
import { parseCount } from "../../input/counts.js";
import { beginsWithDay, splitHead } from "./scenario-head.js";
import { readRows, type Row } from "../../input/table-file.js";

/** One row: prices of whole assets in `SHOCKED_SCALE`. */
export interface Scenario {
  readonly name: string;
  readonly prices: Prices;
  readonly outcomes: readonly RootOutcome[];
  /** In `SHOCK_SCALE`, from 0 to 1, if it is said. */
  readonly probability?: bigint | undefined;
  /** Where it is from, and of when, as the file says. */
  readonly source?: string | undefined;
  readonly date?: string | undefined;
}

const ROOT_COLUMN = /^root:([1-9]\d{0,9})$/;

/** @param text of the file, head and all @throws InputError FILE_INVALID with the line that is wrong */
export function scenariosIn(file: string, text: string, base: Base): Scenario[] {
  const { table } = splitHead(file, text);
  const found = readRows(file, table, "scenario").map((row) => scenarioOf(row, base));
  const total = found.reduce((sum, { probability }) => sum + (probability ?? 0n), 0n);
  if (total <= SHOCK_SCALE) return found;
  const problems = [`probabilities sum to ${decimal(total, SHOCK_SCALE, 18)}, more than 1`];
  throw new InputError("FILE_INVALID", { file, problems });
}

/** What a file says nothing of. */
export interface Base {
  readonly prices: Prices;
  readonly symbols: readonly string[];
  readonly table: MarketTable | undefined;
  readonly everywhere: readonly RootOutcome[];
  readonly kind: ShockKind;
  readonly reference: number | undefined;
}

/** Columns that say something of a scenario; an asset that is called so is meant by its number. */
const SAYING = ["kind", "reference", "probability", "source", "date"] as const;
type Saying = (typeof SAYING)[number];
const isSaying = (column: string): column is Saying => SAYING.some((one) => one === column);

const KINDS: readonly ShockKind[] = ["relative", "absolute", "ratio"];

function scenarioOf({ file, line, name, cells }: Row, { prices, symbols, table, everywhere, ...base }: Base): Scenario {
  const at = <Result>(column: Saying, text: string, read: (text: string) => Result): Result =>
    inFile(file, `line ${line}, ${column}`, () => read(text));
  const said = (column: Saying): string | undefined => (cells.get(column) === "" ? undefined : cells.get(column));
  const kind = at("kind", said("kind") ?? base.kind, kindOf);
  const named = said("reference");
  const reference = named === undefined ? base.reference : at("reference", named, (text) => assetIndex(text, symbols));
  assetColumns(
    file,
    [...cells.keys()].filter((column) => !isSaying(column)),
    symbols,
  ); // none twice
  const shocks = symbols.map(() => 0n);
  const outcomes = new Map(everywhere.map((outcome) => [outcome.marketRootId, outcome]));
  for (const [column, text] of cells) {
    if (text === "" || isSaying(column)) continue;
    inFile(file, `line ${line}, ${column}`, () => {
      const root = ROOT_COLUMN.exec(column)?.[1];
      if (root === undefined) shocks[assetIndex(column, symbols)] = parseShock(text, kind);
      else outcomes.set(Number(root), outcomeOf(`${root}=${text}`, table));
    });
  }
  const after = inFile(file, `line ${line}`, () => {
    if (kind === "ratio" && reference === undefined) throw invalid("kind", kind, "a column reference, or --reference");
    return shocked(prices, shocks, kind, reference);
  });
  const [probability, source, date] = [said("probability"), said("source"), said("date")];
  if (date !== undefined) at("date", date, dateOf);
  return {
    name,
    prices: after,
    outcomes: [...outcomes.values()],
    ...(probability === undefined ? {} : { probability: at("probability", probability, probabilityOf) }),
    ...(source === undefined ? {} : { source }),
    ...(date === undefined ? {} : { date }),
  };
}

function kindOf(text: string): ShockKind {
  const kind = KINDS.find((one) => one === text);
  if (kind === undefined) throw invalid("kind", text, `one of ${KINDS.join(", ")}`);
  return kind;
}

/** A day, and whatever follows it. */
function dateOf(text: string): string {
  if (beginsWithDay(text)) return text;
  throw invalid("date", text, "a day such as 2026-11-30");
}

/** `0.05` or `5%`, in `SHOCK_SCALE`. */
function probabilityOf(text: string): bigint {
  const probability = parseShock(text, "relative");
  if (probability >= 0n && probability <= SHOCK_SCALE) return probability;
  throw invalid("probability", text, "a number from 0 to 1");
}

/** Says where in a file something is wrong. */
function inFile<Result>(file: string, place: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RuleError || error instanceof InputError)) throw error;
    throw new InputError("FILE_INVALID", { file, problems: [`${place}: ${error.message}`] }, error);
  }
}

/** `-30%` or `-0.3`; an absolute shock is an amount of the prices' unit. */
export function parseShock(text: string, kind: ShockKind): bigint {
  if (!text.endsWith("%")) return parseTokenWei(text); // 18 decimals, as SHOCK_SCALE
  if (kind === "absolute") throw invalid("shock", text, "an amount: --shocks absolute takes no %");
  const hundredfold = parseTokenWei(text.slice(0, -1));
  if (hundredfold % 100n === 0n) return hundredfold / 100n;
  throw new RuleError("AMOUNT_NOT_EXACT", { text, unitsPerOne: SHOCK_SCALE });
}

/** Of `--outcome`: one of a root. @throws InputError ARGUMENT_INVALID; RuleError AMOUNT_… */
export function outcomesOf(texts: readonly string[], table: MarketTable | undefined): RootOutcome[] {
  const outcomes = texts.map((text) => outcomeOf(text, table));
  const roots = outcomes.map(({ marketRootId }) => marketRootId);
  const twice = roots.find((root, k) => roots.indexOf(root) < k);
  if (twice !== undefined) throw invalid("--outcome", texts.join(" "), `one outcome of root ${twice}`);
  return outcomes;
}

/** `2=350`: the outcome y of an interval root, or the number of the outcome that an event has. */
function outcomeOf(text: string, table: MarketTable | undefined): RootOutcome {
  const [, number, value] = /^(\d{1,10})=(.+)$/.exec(text) ?? [];
  if (number === undefined || value === undefined) throw invalid("--outcome", text, "ROOT=OUTCOME, such as 2=350");
  const root = table?.roots.get(Number(number));
  if (root === undefined || root.marketRootId === BASKET_ROOT_ID) {
    throw invalid("--outcome", text, "a root of this session other than the basket, which the prices decide");
  }
  const { marketRootId } = root;
  if (root.kind === "interval") return { marketRootId, values: [parseTicks(value)] };
  const leg = parseCount("--outcome", value, 1, root.weights.length);
  return { marketRootId, values: root.weights.map((_, k) => (k === leg - 1 ? root.scale : (0n as Ticks))) };
}
