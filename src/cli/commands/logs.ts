import { Command } from "commander";

import { streamSessionLog } from "../../verify/read-session-log.js";
import type { SessionLogStream } from "../../verify/session-log.js";
import { logOfRelay } from "../ask-relay.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { logProgress } from "../output/log-progress.js";
import { writeLogFile } from "../output/log-file.js";
import { readSettings, type SettingOptions, withSettings } from "../input/settings.js";

interface Options extends Omit<SettingOptions, "relay"> {
  readonly out: string;
  readonly relay?: string | true;
}

/** `session logs`: everything that a session's contracts have logged, as a file that anybody can verify. */
export function logsCommand(context: CliContext): Command {
  const command = new Command("logs")
    .description("Save a session's logs, from which `session verify --logs` checks it without a node.")
    .requiredOption("--out <file>", "where to write them")
    .option("--relay [url]", "take the log that a relay keeps, up to the last final block, in place of a node's");
  return withSettings(command, "rpc", "session", "fromBlock")
    .addHelpText(
      "after",
      `
The file has a header, one line for each log, and a last line with the number of logs and a checksum. A relay's is the same, byte for byte, as
a node's up to that block; whoever does not trust it verifies it.

Examples:
  session logs --session 0xSESSION --out session.log
  session logs --relay https://relay.example --out session.log`,
    )
    .action(async ({ out, relay, ...options }: Options) => {
      const stream = relay === undefined ? await fromNode(context, options) : await logOfRelay(context, relay, options);
      const { session } = stream.header;
      const records = await writeLogFile(context, out, stream);
      const { fromBlock: first, toBlock: last } = stream.header;
      const checksum = stream.checksum();
      context.answer({
        document: { file: out, session, records, fromBlock: first, toBlock: last, sha256: checksum },
        text: `${records} records of blocks ${first} to ${last} in ${out}\nsha256 ${checksum}`,
      });
    });
}

async function fromNode(context: CliContext, options: SettingOptions): Promise<SessionLogStream> {
  const { rpc, session, fromBlock } = readSettings(context, options, "rpc", "session", "fromBlock");
  const provider = await connect(context, rpc);
  return streamSessionLog(session, provider, { fromBlock, onProgress: logProgress(context) });
}
