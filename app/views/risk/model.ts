/** A stress test as the page asks for it: what is typed, kept in the address, and the exact table that comes of it. */
import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { parseTokenWei, type Ticks } from "../../../src/protocol/amounts/units.js";
import type { RootOutcome } from "../../../src/protocol/margin/worth.js";
import { parseUnits } from "../../../src/protocol/market/description.js";
import type { Basket } from "../../../src/protocol/value/allocations.js";
import {
  allocationsIn,
  baselineOf,
  type BaselineName,
  OUTSIDE,
  UNDECIDED,
} from "../../../src/protocol/value/stress-holders.js";
import {
  SHOCK_SCALE,
  shocked,
  shockGrid,
  type ShockKind,
  type ShockRange,
  type ShockScenario,
} from "../../../src/protocol/value/stress-scenarios.js";
import { inKnownUnit, pricesOfUnits, stressScale } from "../../../src/protocol/value/stress-units.js";
import { type Numeraire, stressTable, type StressTable } from "../../../src/protocol/value/stress.js";
import type { HeatTable } from "../../../src/pictures/heat-map.js";
import type { Holders } from "../../../src/risk/stress/holders.js";
import { type Scenario, scenariosIn } from "../../../src/risk/stress/scenario-rows.js";
import type { StressRun } from "../../../src/risk/stress/table.js";
import type { Holdings } from "../../data/mirror/holders.js";
import type { Names, Root } from "../../data/names.js";
import { decimalText } from "../../ui/numbers.js";
import type { ScenarioFile } from "./scenario-file.js";
import { type MovingInput, readMoving, writeMoving } from "./moving.js";

/** Of one asset, in percent of its price, or as an amount, as typed. */
export interface TypedRange {
  readonly from: string;
  readonly to: string;
  readonly steps: string;
}

/** All that is typed; by asset, and outcomes by root. */
export interface RiskInput {
  readonly prices: readonly string[];
  readonly ranges: readonly (TypedRange | undefined)[];
  /** What shocks are, of a file, too, that does not say so; parts of the price if it is not said. */
  readonly shocks?: ShockKind;
  /** To whose price ratios are: an asset's number from 1. */
  readonly reference?: string;
  /** `price`, `basket`, or an asset's number from 1. */
  readonly numeraire: string;
  readonly baseline: BaselineName;
  /** How other roots end: an amount of the market's unit, or the number of an event's outcome; not named ones count at their worst. */
  readonly outcomes: ReadonlyMap<number, string>;
  /** How assets may move, for the worst moves. */
  readonly moving?: MovingInput;
}

/** From the query of an address; what is missing is empty, and what is strange is no harm: it is read again when it is used. */
export function readRisk(query: string, assets: number): RiskInput {
  const params = new URLSearchParams(query);
  const of = (name: string): (string | undefined)[] =>
    Array.from({ length: assets }, (_, k) => params.get(`${name}${k + 1}`) ?? undefined);
  const outcomes = [...params].flatMap(([name, value]): [number, string][] => {
    const root = /^root(\d{1,10})$/.exec(name)?.[1];
    return root === undefined || value === "" ? [] : [[Number(root), value]];
  });
  return {
    prices: of("p").map((price) => price ?? ""),
    ranges: of("s").map((text) => {
      const [from, to, steps] = text?.split("_") ?? [];
      return from === undefined || to === undefined || steps === undefined ? undefined : { from, to, steps };
    }),
    ...shocksIn(params),
    numeraire: params.get("in") ?? "price",
    baseline: params.get("base") === "equal" ? "equal" : "deposits",
    outcomes: new Map(outcomes),
    moving: readMoving(params, assets),
  };
}

function shocksIn(params: URLSearchParams): Pick<RiskInput, "shocks" | "reference"> {
  const kind = params.get("kind");
  if (kind === "absolute") return { shocks: kind };
  return kind === "ratio" ? { shocks: kind, reference: params.get("ref") ?? "1" } : {};
}

/** The query that `readRisk` reads back. */
export function writeRisk(input: RiskInput): string {
  const { prices, ranges, shocks = "relative", reference = "1", numeraire, baseline, outcomes, moving } = input;
  const params = new URLSearchParams();
  prices.forEach((price, k) => {
    if (price !== "") params.set(`p${k + 1}`, price);
  });
  ranges.forEach((range, k) => {
    if (range !== undefined) params.set(`s${k + 1}`, [range.from, range.to, range.steps].join("_"));
  });
  if (shocks !== "relative") params.set("kind", shocks);
  if (shocks === "ratio" && reference !== "1") params.set("ref", reference);
  if (numeraire !== "price") params.set("in", numeraire);
  if (baseline !== "deposits") params.set("base", baseline);
  for (const [root, text] of outcomes) if (text !== "") params.set(`root${root}`, text);
  if (moving !== undefined) writeMoving(moving, params);
  return params.toString();
}

/** What a stress test is of. */
export interface RiskGround {
  readonly holdings: Holdings;
  readonly basket: Basket;
  readonly assets: Names["assets"];
  readonly roots: readonly Root[];
}

export interface RiskTable {
  readonly table: StressTable;
  /** Of the columns: addresses, then what no account has. */
  readonly names: readonly string[];
  /** By which entries are divided to be in the unit that people know. */
  readonly scale: bigint;
  readonly unit: string;
  /** The same as the command line would have it, to be saved or compared. */
  readonly run: StressRun;
  /** The names of two assets' shocks, if the scenarios are their combinations: drawn as a table for each holder. */
  readonly grid: Pick<HeatTable, "rows" | "columns"> | undefined;
}

/** What a column is called that is no trader's. */
export const BESIDES = [UNDECIDED, OUTSIDE] as const;

const DIGITS = 2;

/** Who holds what, as the command line has it. */
export function holdersOf({ baseline }: Pick<RiskInput, "baseline">, session: string, ground: RiskGround): Holders {
  const { holdings, basket, assets } = ground;
  const holders = { ...holdings, basket };
  return {
    symbols: assets.map(({ symbol }) => symbol),
    decimals: assets.map(({ decimals }) => decimals),
    names: [...holdings.traders, ...BESIDES],
    table: holdings.table,
    allocationsIn: (outcomes) => allocationsIn(holders, outcomes),
    baseline: baselineOf(baseline, holders, holdings.paid),
    at: { session, ...holdings.at },
  };
}

/**
 * @param file of scenarios, in whose place the typed shocks stand otherwise
 * @throws RuleError AMOUNT_…, SHAPE_MISMATCH, OUTCOMES_TOO_MANY, FRACTION_UNDEFINED; Refusal Book_OutcomeImpossible; InputError FILE_INVALID
 */
export function riskTable(input: RiskInput, ground: RiskGround, session = "", file?: ScenarioFile): RiskTable {
  const { holdings, assets, roots } = ground;
  const holders = holdersOf(input, session, ground);
  const { decimals, names } = holders;
  const prices = input.prices.map((text) => parseTokenWei(text)); // 18 decimals, as PRICE_SCALE
  const numeraire = numeraireOf(input.numeraire, assets.length);
  const everywhere = outcomesOf(input.outcomes, holdings, roots);
  const { shocks: kind = "relative" } = input;
  const reference = kind === "ratio" ? assetOf("reference", input.reference ?? "1", assets.length) : undefined;
  const base = { prices, everywhere, symbols: holders.symbols, table: holdings.table, kind, reference };
  const spread = file === undefined ? typedRanges(input.ranges, kind) : [];
  const gridOf = (ranges: readonly ShockRange[]): ShockScenario[] => shockGrid(assets.length, ranges, namer(assets, kind)); // prettier-ignore
  const generated = spread.length === 0 ? [{ name: "as it is", shocks: assets.map(() => 0n) }] : gridOf(spread);
  const scenarios =
    file === undefined
      ? generated.map(({ name, shocks }): Scenario => {
          return { name, prices: shocked(prices, shocks, kind, reference), outcomes: everywhere };
        })
      : scenariosIn(file.source.file, file.text, base);
  const table = stressTable(
    scenarios.map(({ name, prices: after, outcomes }) => ({
      name,
      prices: pricesOfUnits(after, decimals),
      allocations: holders.allocationsIn(outcomes),
    })),
    holders.baseline,
    numeraire,
  );
  const scale = stressScale(numeraire, decimals);
  const unit = typeof numeraire === "object" ? (assets[numeraire.asset]?.symbol ?? "") : UNITS[numeraire];
  const run = {
    ...{ stressed: table, holders, scenarios, scale, digits: DIGITS, source: file?.source },
    numeraire: typeof numeraire === "object" ? unit : numeraire,
  };
  const namesOf = (range: ShockRange): string[] => gridOf([range]).map(({ name }) => name);
  const [first, second, third] = spread;
  const isGrid = first !== undefined && second !== undefined && third === undefined;
  const grid = isGrid ? { rows: namesOf(first), columns: namesOf(second) } : undefined;
  return { table, names, scale, unit, run, grid };
}

const UNITS = { price: "the prices’ unit", basket: "parts of the basket" } as const;

function numeraireOf(text: string, assets: number): Numeraire {
  return text === "price" || text === "basket" ? text : { asset: assetOf("numeraire", text, assets) };
}

/** @param text its number from 1 @returns from 0 */
function assetOf(what: string, text: string, assets: number): number {
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= assets) return number - 1;
  throw new RuleError("SHAPE_MISMATCH", { what, actual: text, length: assets });
}

function typedRanges(ranges: RiskInput["ranges"], kind: ShockKind): ShockRange[] {
  const shockIn = (text: string): bigint => (kind === "absolute" ? parseTokenWei(text) : percentOf(text)); // 18 decimals, as SHOCK_SCALE
  return ranges.flatMap((range, asset): ShockRange[] => {
    if (range === undefined) return [];
    const { from, to, steps } = range;
    return [{ asset, from: shockIn(from), to: shockIn(to), steps: /^\d{1,5}$/.test(steps) ? Number(steps) : NaN }];
  });
}

function namer(assets: Names["assets"], kind: ShockKind): (asset: number, shock: bigint) => string {
  return (asset, shock) => {
    const size = kind === "absolute" ? decimalText(shock, 18) : `${decimalText(shock * 100n, 18)}%`;
    return `${assets[asset]?.symbol ?? ""} ${shock > 0n ? "+" : ""}${size}`;
  };
}

/** In `SHOCK_SCALE`, exactly. @throws RuleError AMOUNT_… */
function percentOf(text: string): bigint {
  const hundredfold: bigint = parseTokenWei(text); // 18 decimals, as SHOCK_SCALE
  if (hundredfold % 100n === 0n) return hundredfold / 100n;
  throw new RuleError("AMOUNT_NOT_EXACT", { text, unitsPerOne: SHOCK_SCALE });
}

/** @throws RuleError AMOUNT_… */
export function outcomesOf(typed: RiskInput["outcomes"], { table }: Holdings, roots: readonly Root[]): RootOutcome[] {
  return [...typed].flatMap(([marketRootId, text]): RootOutcome[] => {
    const root = table.roots.get(marketRootId);
    if (root === undefined || text === "") return [];
    const head = roots.find((one) => one.marketRootId === marketRootId)?.head ?? undefined;
    if (root.kind === "interval") return [{ marketRootId, values: [parseUnits(head, text)] }];
    const leg = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    return [{ marketRootId, values: root.weights.map((_, k) => (k === leg - 1 ? root.scale : (0n as Ticks))) }];
  });
}

// ------------------------------------------------------------------ what is shown and saved

/** For the colour alone, −1 to 1; every amount that is read comes from the fraction. */
export function strengthOf(value: Fraction, most: Fraction): number {
  const MILLIONTHS = 1_000_000n;
  if (most.numerator === 0n) return 0;
  const ratio = (value.numerator * most.denominator * MILLIONTHS) / (value.denominator * most.numerator);
  return Number(ratio) / Number(MILLIONTHS);
}

/** Entries as they are saved: exact, in lowest terms, as `session stress --json` gives them. */
export function riskCsv({ table, names, scale }: RiskTable): string {
  const header = ["scenario", "holder", "value numerator", "value denominator", "gain numerator", "gain denominator"];
  const lines = table.rows.flatMap(({ name, values, profits }) =>
    names.map((holder, column) => {
      const [value, gain] = [values[column], profits[column]].map((entry) =>
        entry === undefined ? ["", ""] : Object.values(inKnownUnit(entry, scale)).map(String),
      );
      return [quoted(name), quoted(holder), ...(value ?? []), ...(gain ?? [])].join(",");
    }),
  );
  return [header.join(","), ...lines, ""].join("\r\n");
}

function quoted(text: string): string {
  // A cell that begins so would be a formula to the programs that read it.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
