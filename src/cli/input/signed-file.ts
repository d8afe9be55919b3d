/** An order that somebody has signed, as `session trade --sign-only` prints it. */
import * as z from "zod";

import type { SignedPackage } from "../../bindings/packages.js";
import { signedPackage, signedPackageOf } from "../../wire/packages.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { readJson } from "./files.js";

/** The whole answer of `trade --sign-only --json` serves too. */
const ANSWER = z.looseObject({ signed: signedPackage.domain });

/** @throws CliError FILE_UNREADABLE, FILE_INVALID; RuleError PACKAGE_FIELD_INVALID */
export function readSigned(context: CliContext, file: string): SignedPackage {
  const value = readJson(context, file);
  const answer = ANSWER.safeParse(value);
  if (answer.success) return signedPackageOf(answer.data.signed);
  const signed = signedPackage.domain.safeParse(value);
  if (signed.success) return signedPackageOf(signed.data);
  const problems = signed.error.issues.map(({ path, message }) => `${path.join(".") || "file"}: ${message}`);
  throw new CliError("FILE_INVALID", { file, problems });
}
