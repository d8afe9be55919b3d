/** A matrix of covariances in a table: a column `asset`, and one for each asset. */
import { assetColumns, assetIndex } from "../input/asset-names.js";
import { InputError } from "../input/errors.js";
import { readRows } from "../input/table-file.js";
import { requireCovariance } from "./covariance.js";
import type { Square } from "./vectors.js";

/**
 * @param text of the file
 * @param symbols by which columns and rows name assets; a number from 1 does, too
 * @throws InputError FILE_INVALID with the line that is wrong; RiskError for a matrix that is none of covariances
 */
export function covariancesIn(file: string, text: string, symbols: readonly string[]): Square {
  const matrix: (number[] | undefined)[] = symbols.map(() => undefined);
  for (const { line, name, cells } of readRows(file, text, "asset")) {
    const row = symbols.map((): number | undefined => undefined);
    const wrong = (problem: string): InputError =>
      new InputError("FILE_INVALID", { file, problems: [`line ${line}: ${problem}`] });
    assetColumns(file, cells.keys(), symbols); // none twice
    for (const [column, cell] of cells) {
      const value = /^-?\d+(\.\d+)?([eE][-+]?\d{1,3})?$/.test(cell) ? Number(cell) : NaN;
      if (!Number.isFinite(value)) throw wrong(`${column}: ${cell} is no number`);
      row[assetIndex(column, symbols)] = value;
    }
    const missing = symbols.filter((_, k) => row[k] === undefined);
    if (missing.length > 0) throw wrong(`no column for ${missing.join(", ")}`);
    const asset = assetIndex(name, symbols);
    if (matrix[asset] !== undefined) throw wrong(`${name} stands there twice`);
    matrix[asset] = row.map((value) => value ?? 0);
  }
  const missing = symbols.filter((_, k) => matrix[k] === undefined).map((symbol) => `no row for ${symbol}`);
  if (missing.length > 0) throw new InputError("FILE_INVALID", { file, problems: missing });
  return requireCovariance(
    matrix.map((row) => row ?? []),
    symbols.length,
  );
}
