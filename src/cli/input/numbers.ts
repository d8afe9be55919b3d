/** Numbers that statistics are made of: floats, and no amounts. */
import { assetIndex } from "../../input/asset-names.js";
import { splitOnce } from "./parse.js";
import { invalid } from "../../input/errors.js";

const DECIMAL = /^-?\d{1,15}(\.\d{1,18})?%?$/;

/** `0.2` or `20%`. @throws InputError ARGUMENT_INVALID for whatever else, `NaN` and `1e3` too */
export function parsePart(argument: string, text: string, least = -Infinity, most = Infinity): number {
  const word = text.trim();
  const value = DECIMAL.test(word) ? Number(word.replace("%", "")) / (word.endsWith("%") ? 100 : 1) : NaN;
  if (value >= least && value <= most) return value;
  const range = least === -Infinity ? "" : `, from ${least}${most === Infinity ? " on" : ` to ${most}`}`;
  throw invalid(argument, text, `a number such as 0.2 or 20%${range}`);
}

/** `AU=20%,AG=15%`: one for each asset. */
export function parseParts(argument: string, texts: readonly string[], symbols: readonly string[]): number[] {
  const found = symbols.map((): number | undefined => undefined);
  for (const text of texts.flatMap((one) => one.split(","))) {
    const [name, value] = splitOnce(text, "=");
    const asset = assetIndex(name, symbols);
    if (found[asset] !== undefined) throw invalid(argument, texts.join(","), `one for ${symbols[asset] ?? ""}`);
    found[asset] = parsePart(argument, value, 0);
  }
  const missing = symbols.filter((_, k) => found[k] === undefined);
  if (missing.length > 0) throw invalid(argument, texts.join(","), `one for ${missing.join(", ")} too`);
  return found.map((value) => value ?? 0);
}
