/** Checks of the fields of what is signed: that they fit the contract's types, and are written in one way. */
import { checksumAddress } from "./addresses.js";
import { RuleError } from "../amounts/errors.js";
import type { Range } from "../amounts/units.js";

const HEX = /^0x[0-9a-f]*$/i;

/** Each signed struct has an error code of its own. */
export type FieldErrorCode =
  "PACKAGE_FIELD_INVALID" | "MARKET_FIELD_INVALID" | "CANCELLATION_FIELD_INVALID" | "BATCH_FIELD_INVALID";

export interface FieldChecks {
  range(field: string, value: bigint | number, range: Range): void;
  /** 0x and two hex digits for each byte. */
  hex(field: string, value: string, bytes: number): void;
  /** @returns the address with its checksum (ERC-55); mixed case is one already, and a wrong one most likely a typing error */
  address(field: string, value: string): string;
  refuse(field: string, value: string | number | bigint, allowed: string): never;
}

/** @returns checks that throw RuleError `code` with field, value and what is allowed */
export function fieldChecks(code: FieldErrorCode): FieldChecks {
  const refuse: FieldChecks["refuse"] = (field, value, allowed) => {
    throw new RuleError(code, { field, value, allowed });
  };
  const hex: FieldChecks["hex"] = (field, value, bytes) => {
    if (value.length !== 2 + 2 * bytes || !HEX.test(value)) refuse(field, value, `0x and ${bytes * 2} hex digits`);
  };
  return {
    refuse,
    hex,
    range(field, value, { least, most }) {
      if (typeof value === "number" && !Number.isInteger(value)) refuse(field, value, "an integer");
      if (value < least || value > most) refuse(field, value, `${least} to ${most}`);
    },
    address(field, value) {
      hex(field, value, 20);
      try {
        return checksumAddress(value);
      } catch {
        return refuse(field, value, "letters in the case of the checksum, or all in one case");
      }
    },
  };
}
