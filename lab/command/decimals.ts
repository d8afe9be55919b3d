import { parseUnits } from "ethers";

/** Digits after the point in which token amounts, share quantities and prices are counted. */
export const DECIMALS = 18;

/** One whole token, share or unit of price. */
export const ONE = 10n ** BigInt(DECIMALS);

/**
 * `12.34` as an integer in units of 1e-18, exact.
 * @returns undefined if the text is not a plain decimal number, or has more than 18 digits after the point
 */
export function parseDecimal(text: string): bigint | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  try {
    return parseUnits(text, DECIMALS);
  } catch {
    return undefined; // too many digits: the form was checked above
  }
}

/** The quotient, rounded half away from zero. For what people read; nothing is computed from it. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const [a, b] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * a + b) / (2n * b);
  return negative ? -quotient : quotient;
}

/** `value / unit` with `digits` digits after the point, rounded half away from zero; `sign` adds a plus to gains. */
export function formatFixed(value: bigint, unit: bigint, digits: number, sign = false): string {
  const rounded = divideRounded(value * 10n ** BigInt(digits), unit);
  const text = (rounded < 0n ? -rounded : rounded).toString().padStart(digits + 1, "0");
  const prefix = rounded < 0n ? "-" : sign && rounded > 0n ? "+" : "";
  return digits === 0 ? prefix + text : `${prefix}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
