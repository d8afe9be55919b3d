/** Files that the user names, relative to where the command was called. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { CliError } from "../cli-error.js";
import { parseJson } from "../../input/json-text.js";
import { textIn } from "../../input/text-bytes.js";
import { messageOf } from "../../protocol/amounts/errors.js";

/** Where a command was called. */
export interface Folder {
  readonly cwd: string;
}

/** Without a byte order mark. @throws CliError FILE_UNREADABLE; FILE_INVALID for what is neither UTF-8 nor UTF-16 with its mark */
export function readText({ cwd }: Folder, file: string): string {
  return textIn(file, readBytes({ cwd }, file));
}

/** As `readText`; undefined if no such file is there. */
export function readTextIfThere(folder: Folder, file: string): string | undefined {
  try {
    return readText(folder, file);
  } catch (error) {
    const isThere =
      !(error instanceof CliError) || (error.cause as NodeJS.ErrnoException | undefined)?.code !== "ENOENT";
    if (isThere) throw error;
    return undefined;
  }
}

/** @throws CliError FILE_UNREADABLE */
export function readBytes({ cwd }: Folder, file: string): Uint8Array {
  try {
    return readFileSync(resolve(cwd, file));
  } catch (error) {
    throw new CliError("FILE_UNREADABLE", { file, reason: messageOf(error) }, error);
  }
}

/** @throws CliError FILE_UNWRITABLE */
export function writeText({ cwd }: Folder, file: string, text: string): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (error) {
    throw new CliError("FILE_UNWRITABLE", { file, reason: messageOf(error) }, error);
  }
}

/** @throws CliError FILE_UNREADABLE, FILE_INVALID */
export function readJson(context: Folder, file: string): unknown {
  return parseJson(file, readText(context, file));
}
