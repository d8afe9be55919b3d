import { Command } from "commander";

import { streamSessionLog } from "../../verify/read-session-log.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { logProgress } from "../output/log-progress.js";
import { writeLogFile } from "../output/log-file.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";

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
      const records = await writeLogFile(context, out, stream);
      const { fromBlock: first, toBlock: last } = stream.header;
      const checksum = stream.checksum();
      context.answer({
        document: { file: out, session, records, fromBlock: first, toBlock: last, sha256: checksum },
        text: `${records} records of blocks ${first} to ${last} in ${out}\nsha256 ${checksum}`,
      });
    });
}
