/** A file of `session logs`, line by line, however long it is. */
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

import { messageOf } from "../../protocol/amounts/errors.js";
import { parseSessionLogLines, type SessionLogStream } from "../../verify/session-log.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";

/** @throws SessionLogError for its header; CliError FILE_UNREADABLE */
export function openLogFile(context: Pick<CliContext, "cwd">, file: string): Promise<SessionLogStream> {
  return parseSessionLogLines(linesOf(context, file));
}

async function* linesOf({ cwd }: Pick<CliContext, "cwd">, file: string): AsyncGenerator<string> {
  const input = createReadStream(resolve(cwd, file), "utf8");
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    throw new CliError("FILE_UNREADABLE", { file, reason: messageOf(error) });
  }
}
