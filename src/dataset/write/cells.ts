/** Cells as text, the same on every machine: no locale, no time zone. */
import type { Cell, Column } from "../schema/column.js";

const PRICE_DECIMALS = 18;

/** One cell of a CSV file; what there is none of is empty, and an empty text is in quotes. */
export function csvCell({ type }: Column, cell: Cell): string {
  if (cell === null) return "";
  if (type === "time") return new Date(Number(cell)).toISOString();
  if (type === "price") return decimalText(BigInt(cell));
  return type === "text" ? csvText(String(cell)) : String(cell);
}

/** RFC 4180: quotes only where they are needed. */
export function csvText(text: string): string {
  return text === "" || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Units of 10^-18 as a decimal number without trailing zeros. */
export function decimalText(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(PRICE_DECIMALS + 1, "0");
  const decimals = digits.slice(-PRICE_DECIMALS).replace(/0+$/, "");
  const whole = digits.slice(0, -PRICE_DECIMALS);
  return `${value < 0n ? "-" : ""}${whole}${decimals === "" ? "" : `.${decimals}`}`;
}
