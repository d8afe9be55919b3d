/** The parts that all messages are made of. Amounts are whole numbers as decimal text, never floats. */
import * as z from "zod";

import { checksumAddress } from "../protocol/signing/addresses.js";
import { RuleError } from "../protocol/amounts/errors.js";
import { lots, ticks, tokenWei } from "../protocol/amounts/units.js";
import { answer, described, type Form, plain, row } from "./form.js";

/** An int256 has 78 digits; a fraction's may be a few more. */
const MOST_DIGITS = 80;

/** Decimal text of at most so many digits, written as every bigint is. */
function decimal(mostDigits: number) {
  return z.string().regex(new RegExp(`^(0|-?[1-9]\\d{0,${mostDigits - 1}})$`), "a decimal integer as text");
}

/** @param make what throws if the amount does not fit its type */
function amount<Amount extends bigint>(make: (value: bigint) => Amount, mostDigits = MOST_DIGITS) {
  const wire = decimal(mostDigits);
  const domain = wire.transform((text, context): Amount => {
    try {
      return make(BigInt(text));
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });
  return { wire, domain };
}

const integerOf = (mostDigits: number) => amount((value) => value, mostDigits);

/** An integer that is no amount of the book's: unix seconds, a nonce, gas. */
export const integer = integerOf(MOST_DIGITS);
export const inLots = amount(lots);
export const inTicks = amount(ticks);
export const inWei = amount(tokenWei);
/** In what is sent to a relay: as much as an order's fields can have. */
export const shortInteger = integerOf(20);

export const count = plain(z.int().min(0));
export const text = plain(z.string());
export const flag = plain(z.boolean());
export const hash = plain(z.string().regex(/^0x[0-9a-f]{64}$/));
export const address = plain(z.string().regex(/^0x[0-9a-fA-F]{40}$/, "an address as 0x and 40 hex digits"));

const MAX_SIGNATURE_BYTES = 4_096;
/** Of whatever length a wallet's signature has; and as long as a relay takes it. */
export const bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/, "bytes as 0x and hex digits");
export const relayedBytes = plain(bytes.max(2 + 2 * MAX_SIGNATURE_BYTES));

/** One of these words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) => plain(z.enum(words));
/** One of these words today; whoever reads it takes others too. */
export const wordLike = (words: readonly string[]): Form<z.ZodEnum, z.ZodString> => ({
  wire: z.enum(words),
  domain: z.string(),
});
export const literal = <const Value extends string>(value: Value) => plain(z.literal(value));

const id = plain(z.int().min(1));
export const market = { marketRootId: id, marketBranchId: id };
export const marketRootId = id;
export const rootKind = oneOf(["interval", "simplex"]);
export const ticksSpan = { lower: inTicks, upper: inTicks };
export const fraction = answer({ numerator: integer, denominator: integer });
export const block = answer({ number: count, hash });
export const timedBlock = answer({ number: count, hash, timestamp: described(integer, "unix seconds") });
/** Price, lots and orders of one level. */
export const storedLevel = row(inTicks, inLots, count);
export const words = plain(z.record(z.string(), z.string()));

// ------------------------------------------------------------------ in what is asked

/** Of a path or a query, where numbers are text. */
export const numberIn = (least: number, most: number) => z.coerce.number<number>().pipe(z.int().min(least).max(most));
export const rootNumber = numberIn(1, 0xffff_ffff);
export const branchNumber = numberIn(1, 0xffff);
/** Taken in any way of writing, and read in the usual one. */
export const anyAddress = address.domain.transform((given) => checksumAddress(given.toLowerCase()));
