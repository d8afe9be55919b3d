/** Exact values as decimals that people read. Nothing is computed from them. */

/** `value / unit` with at most `digits` digits after the point, rounded half away from zero; ~ if that cut anything. */
export function decimal(value: bigint, unit: bigint, digits: number): string {
  const text = fixed(value, unit, digits);
  const isExact = (value * 10n ** BigInt(digits)) % unit === 0n;
  return `${isExact ? "" : "~"}${text.includes(".") ? text.replace(/\.?0+$/, "") : text}`;
}

/** `value / unit` with just `digits` digits after the point, rounded half away from zero. */
export function fixed(value: bigint, unit: bigint, digits: number): string {
  const [a, b] = [value < 0n ? -value : value, unit < 0n ? -unit : unit];
  const rounded = (2n * a * 10n ** BigInt(digits) + b) / (2n * b);
  const sign = rounded !== 0n && value < 0n !== unit < 0n ? "-" : "";
  const text = rounded.toString().padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
