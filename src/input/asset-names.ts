/** How people name a basket's assets: by number, or by symbol. */
import { InputError, invalid } from "./errors.js";

/** The number of an asset from 1, or a symbol that only one of them has: tokens call themselves as they like. @returns an index from 0 */
export function assetIndex(name: string, symbols: readonly string[]): number {
  const word = name.trim();
  const number = /^\d{1,2}$/.test(word) ? Number(word) : 0;
  if (number >= 1 && number <= symbols.length) return number - 1;
  const first = symbols.indexOf(word);
  const numbers = `a number from 1 to ${symbols.length}`;
  if (first < 0) throw invalid("asset", name, `one of ${symbols.join(", ")}, or ${numbers}`);
  if (first !== symbols.lastIndexOf(word)) throw invalid("asset", name, `${numbers}: several assets are called that`);
  return first;
}

/**
 * Of each asset the name of its column; undefined for one that has none. Columns that are no asset's are passed over.
 * @throws InputError FILE_INVALID if two columns are the same asset's: one of them would be passed over without a word
 */
export function assetColumns(
  file: string,
  columns: Iterable<string>,
  symbols: readonly string[],
): (string | undefined)[] {
  const found = symbols.map((): string | undefined => undefined);
  for (const column of columns) {
    const asset = assetOf(column, symbols);
    if (asset === undefined) continue;
    if (found[asset] !== undefined) {
      throw new InputError("FILE_INVALID", { file, problems: [`${column} is the same asset as ${found[asset]}`] });
    }
    found[asset] = column;
  }
  return found;
}

/** @returns undefined for the name of nothing. @throws as `assetIndex` for one that several assets have */
function assetOf(column: string, symbols: readonly string[]): number | undefined {
  const isNumber = /^\d{1,2}$/.test(column) && Number(column) >= 1 && Number(column) <= symbols.length;
  return isNumber || symbols.includes(column) ? assetIndex(column, symbols) : undefined;
}
