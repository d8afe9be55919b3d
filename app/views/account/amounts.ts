/** Amounts of tokens as they are typed into the forms for money. */
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { parseTokenWei } from "../../../src/protocol/amounts/units.js";
import { plainDecimal, tokensText } from "../../ui/numbers.js";
import { typedDecimal } from "../trade/typed.js";

export type Amount = { readonly wei: bigint } | { readonly problem: string };

/** @param most what there is, if it is known */
export function readAmount(typed: string, most: bigint | undefined): Amount {
  const plain = plainDecimal(typed);
  if (plain === undefined) return { problem: typed.trim() === "" ? "" : "This is no number." };
  const wei = weiOf(plain);
  if (wei === undefined) return { problem: "Tokens have 18 digits after the point." };
  if (wei <= 0n) return { problem: "Give an amount above zero." };
  if (most !== undefined && wei > most) return { problem: "There is not so much." };
  return { wei };
}

function weiOf(plain: string): bigint | undefined {
  try {
    return parseTokenWei(plain);
  } catch (error) {
    if (error instanceof RuleError) return undefined;
    throw error;
  }
}

/** All of it, to the last digit, as it would be typed. */
export function typedAmount(wei: bigint): string {
  return typedDecimal(tokensText(wei));
}

/** Whole lots in so many wei of a leg token. */
export function lotsIn(wei: bigint, lotValue: bigint): bigint {
  return wei / lotValue;
}

/** What a link asks to be paid in: wei, as decimal text. */
export function askedDeposit(query: string): bigint | undefined {
  const text = new URLSearchParams(query).get("deposit") ?? "";
  return /^\d{1,39}$/.test(text) ? BigInt(text) : undefined;
}
