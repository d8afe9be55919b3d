import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";

import { Command } from "commander";

import { streamSessionLog } from "../../verify/read-session-log.js";
import { printSessionLogLines, type SessionLogStream } from "../../verify/session-log.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { CliError } from "../errors.js";
import { logProgress } from "../output/log-progress.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";
import { messageOf } from "../../protocol/amounts/errors.js";

interface Options extends SettingOptions {
  readonly out: string;
}

/** `session logs`: everything that a session's contracts have logged, as a file that anybody can verify. */
export function logsCommand(context: CliContext): Command {
  const command = new Command("logs")
    .description("Save a session's logs, from which `session verify --logs` checks it without a node.")
    .requiredOption("--out <file>", "where to write them");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText(
      "after",
      `
The file has a header, one line for each log, and a last line with the number of logs and a checksum.

Example:
  session logs --session 0xSESSION --out session.log`,
    )
    .action(async ({ out, ...options }: Options) => {
      const { rpc, session, fromBlock } = readSettings(context, options, "rpc", "session", "fromBlock");
      const provider = await connect(context, rpc);
      const stream = await streamSessionLog(session, provider, { fromBlock, onProgress: logProgress(context) });
      const records = await write(context, out, stream);
      const { fromBlock: first, toBlock: last } = stream.header;
      const checksum = stream.checksum();
      context.answer({
        document: { file: out, session, records, fromBlock: first, toBlock: last, sha256: checksum },
        text: `${records} records of blocks ${first} to ${last} in ${out}\nsha256 ${checksum}`,
      });
    });
}

/** Under another name until it is whole: a file that was cut off is none, and nothing is left of it. @returns how many records there are */
async function write(context: CliContext, file: string, stream: SessionLogStream): Promise<number> {
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
