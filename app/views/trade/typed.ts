import { numberFormat } from "../../ui/locale.js";

/** Exact decimal text as its reader would type it: with their decimal sign, without groups. All digits stay. */
export function typedDecimal(exact: string): string {
  const digits = exact.split(".")[1]?.length ?? 0;
  const format = numberFormat({ useGrouping: false, minimumFractionDigits: Math.min(digits, 100) });
  return format.format(exact as Intl.StringNumericLiteral);
}
