/** The columns of a stress test: who holds what, from a file. */
import { type Allocation, equalSlice, totalAllocation } from "../../protocol/value/allocations.js";
import { fraction } from "../../protocol/amounts/fraction.js";
import { type AssetUnits, parseAssetUnits } from "../../protocol/amounts/units.js";
import type { CliContext } from "../context.js";
import { InputError } from "../../input/errors.js";
import type { Holders } from "../../risk/stress/holders.js";
import { readText } from "./files.js";
import { readRows, type Row } from "../../input/table-file.js";
import { messageOf } from "../../protocol/amounts/errors.js";

/** Enough for any amount that a person writes. */
const FILE_DECIMALS = 18;

/** A column of the baseline: base:AAPL beside AAPL. */
const BASE = "base:";

/**
 * A table with a column `holder` and one for each asset, in whole units. The basket is what all of them hold together. The
 * baseline stands in columns base:ASSET, one for each asset, and sums to the basket too; without them it is an equal part for each.
 * @throws CliError FILE_UNREADABLE, FILE_INVALID
 */
export function holdersInFile(context: CliContext, file: string): Holders {
  const rows = readRows(file, readText(context, file), "holder");
  const columns = [...(rows[0]?.cells.keys() ?? [])];
  const symbols = columns.filter((column) => !column.startsWith(BASE));
  requireColumns(file, rows, columns, symbols);
  const allocations = rows.map((row) => unitsIn(row, symbols));
  const quantities = sums(allocations);
  const hasBaseline = columns.length > symbols.length;
  const slice = equalSlice({ quantities }, rows.length);
  const baseline = hasBaseline
    ? rows.map((row) =>
        unitsIn(
          row,
          symbols.map((symbol) => BASE + symbol),
        ),
      )
    : rows.map(() => slice);
  const wrong = symbols.filter((_, k) => hasBaseline && sums(baseline)[k] !== quantities[k]);
  if (wrong.length > 0) {
    const problems = wrong.map((symbol) => `${BASE}${symbol}: does not sum to what ${symbol} does`);
    throw new InputError("FILE_INVALID", { file, problems });
  }
  return {
    symbols,
    table: undefined,
    baseline,
    decimals: symbols.map(() => FILE_DECIMALS),
    names: rows.map(({ name }) => name),
    allocationsIn: () => allocations,
  };
}

/** What no column stands for would be left out of the sums without a word. */
function requireColumns(
  file: string,
  rows: readonly Row[],
  columns: readonly string[],
  symbols: readonly string[],
): void {
  const unforeseen = rows.flatMap(({ line, cells }) =>
    [...cells.keys()]
      .filter((column) => !columns.includes(column))
      .map((column) => `line ${line}: ${column} stands in no row before`),
  );
  const baseless = columns
    .filter((column) => column.startsWith(BASE) && !symbols.includes(column.slice(BASE.length)))
    .map((column) => `${column}: there is no column ${column.slice(BASE.length)}`);
  const problems = [...(symbols.length === 0 ? ["no column for an asset"] : baseless), ...unforeseen];
  if (problems.length > 0) throw new InputError("FILE_INVALID", { file, problems });
}

function unitsIn({ file, line, cells }: Row, columns: readonly string[]): Allocation {
  return columns.map((column) => {
    try {
      return fraction(parseAssetUnits(cells.get(column) ?? "", FILE_DECIMALS));
    } catch (error) {
      const reason = messageOf(error);
      throw new InputError("FILE_INVALID", { file, problems: [`line ${line}, ${column}: ${reason}`] }, error);
    }
  });
}

function sums(allocations: readonly Allocation[]): AssetUnits[] {
  return totalAllocation(allocations).map(({ numerator }) => numerator as AssetUnits); // whole units, as they were read
}
