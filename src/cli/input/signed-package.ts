/** A signed order as a file: what `session trade --sign-only` prints and `session submit` reads. */
import { z } from "zod";

import type { SignedPackage } from "../../bindings/packages.js";
import { tradePackage } from "../../protocol/signing/package.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { readJson } from "./files.js";

const integer = z
  .string()
  .regex(/^-?\d{1,30}$/, "a whole number as text is wanted")
  .transform(BigInt);
const SIGNED = z.strictObject({
  package: z.strictObject({
    marketRootId: z.int(),
    marketBranchId: z.int(),
    trader: z.string(),
    price: integer,
    quantity: integer,
    previousLink: z.string(),
    nonce: integer,
    deadline: integer,
    timeInForce: z.int(),
  }),
  signature: z.string().regex(/^0x([0-9a-fA-F]{2})*$/, "0x and pairs of hex digits are wanted"),
});
/** The whole answer of `trade --sign-only --json` serves too. */
const ANSWER = z.looseObject({ signed: SIGNED });

/** @throws CliError FILE_UNREADABLE, FILE_INVALID; RuleError PACKAGE_FIELD_INVALID */
export function readSigned(context: CliContext, file: string): SignedPackage {
  const value = readJson(context, file);
  const answer = ANSWER.safeParse(value);
  const result = answer.success ? { success: true as const, data: answer.data.signed } : SIGNED.safeParse(value);
  if (result.success) return { package: tradePackage(result.data.package), signature: result.data.signature };
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".") || "file"}: ${message}`);
  throw new CliError("FILE_INVALID", { file, problems });
}
