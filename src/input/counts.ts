import { invalid } from "./errors.js";

/** A whole number that counts something. */
export function parseCount(argument: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw invalid(argument, text, `a whole number from ${least} to ${most}`);
}
