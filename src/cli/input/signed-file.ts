/** What somebody has signed, as a command's `--sign-only` prints it. */
import * as z from "zod";

import type { SignedPackage } from "../../bindings/packages.js";
import type { SignedTradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import { signedPackage, signedPackageOf } from "../../wire/packages.js";
import { signedCancellation, signedCancellationOf } from "../../wire/trades-cancellation.js";
import type { CliContext } from "../context.js";
import { InputError } from "../../input/errors.js";
import { readJson } from "./files.js";
import { problemsOf } from "../../input/json-text.js";

/** An order of `session trade --sign-only`. @throws CliError FILE_UNREADABLE, FILE_INVALID; RuleError PACKAGE_FIELD_INVALID */
export function readSigned(context: CliContext, file: string): SignedPackage {
  return signedPackageOf(readAs(context, file, signedPackage.domain));
}

/** Of `session cancel --sign-only`. @throws CliError FILE_UNREADABLE, FILE_INVALID; RuleError CANCELLATION_FIELD_INVALID */
export function readSignedCancellation(context: CliContext, file: string): SignedTradesCancellation {
  return signedCancellationOf(readAs(context, file, signedCancellation.domain));
}

/** The whole answer of --json serves too. */
function readAs<Value>(context: CliContext, file: string, form: z.ZodType<Value>): Value {
  const value = readJson(context, file);
  const answer = z.looseObject({ signed: z.unknown() }).safeParse(value);
  const signed = form.safeParse(answer.success ? answer.data.signed : value);
  if (signed.success) return signed.data;
  throw new InputError("FILE_INVALID", { file, problems: problemsOf(signed.error) });
}
