/** Files that the user names, relative to where the command was called. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { decodeText } from "./text-table.js";
import { messageOf } from "../../protocol/amounts/errors.js";

/** Without a byte order mark. @throws CliError FILE_UNREADABLE; FILE_INVALID for what is neither UTF-8 nor UTF-16 with its mark */
export function readText({ cwd }: Pick<CliContext, "cwd">, file: string): string {
  const text = decodeText(readBytes({ cwd }, file));
  if (text !== undefined) return text;
  throw new CliError("FILE_INVALID", { file, problems: ["it is no text in UTF-8: save it so"] });
}

/** @throws CliError FILE_UNREADABLE */
export function readBytes({ cwd }: Pick<CliContext, "cwd">, file: string): Uint8Array {
  try {
    return readFileSync(resolve(cwd, file));
  } catch (error) {
    throw new CliError("FILE_UNREADABLE", { file, reason: messageOf(error) }, error);
  }
}

/** @throws CliError FILE_UNWRITABLE */
export function writeText({ cwd }: Pick<CliContext, "cwd">, file: string, text: string): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (error) {
    throw new CliError("FILE_UNWRITABLE", { file, reason: messageOf(error) }, error);
  }
}

/** @throws CliError FILE_UNREADABLE, FILE_INVALID */
export function readJson(context: Pick<CliContext, "cwd">, file: string): unknown {
  const text = readText(context, file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError("FILE_INVALID", { file, problems: [messageOf(error)] }, error);
  }
}
