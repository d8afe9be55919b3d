/** A session's log as a file. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";

import { messageOf } from "../../protocol/amounts/errors.js";
import { printSessionLogLines, type SessionLogStream } from "../../verify/session-log.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";

/** Under another name until it is whole: a file that was cut off is none, and nothing is left of it. @returns how many records there are */
export async function writeLogFile(
  context: Pick<CliContext, "cwd">,
  file: string,
  stream: SessionLogStream,
): Promise<number> {
  const path = resolve(context.cwd, file);
  const unfinished = `${path}.part`;
  const handle = attempt(file, () => openSync(unfinished, "w"));
  try {
    const lines = await writeLines(file, handle, stream);
    attempt(file, () => {
      renameSync(unfinished, path);
    });
    return lines - 2; // the header, and the last line
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

async function writeLines(file: string, handle: number, stream: SessionLogStream): Promise<number> {
  let lines = 0;
  try {
    for await (const line of printSessionLogLines(stream)) {
      attempt(file, () => writeSync(handle, `${line}\n`));
      lines += 1;
    }
  } finally {
    closeSync(handle);
  }
  return lines;
}

function attempt<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new CliError("FILE_UNWRITABLE", { file, reason: messageOf(error) });
  }
}
