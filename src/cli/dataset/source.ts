/** The log that a dataset is made of: a file, or what a node has. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Provider } from "ethers";

import { streamSessionLog } from "../../verify/read-session-log.js";
import type { LogHeader } from "../../verify/log-header.js";
import type { SessionLogStream } from "../../verify/session-log.js";
import { connect } from "../chain.js";
import type { CliContext } from "../context.js";
import { openLogFile } from "../input/log-file.js";
import { invalid } from "../../input/errors.js";
import { readSettings, type SettingOptions } from "../input/settings.js";
import { writeLogFile } from "../output/log-file.js";
import { logProgress } from "../output/log-progress.js";

export interface Source {
  readonly header: LogHeader;
  /** Undefined if no node was named. */
  readonly provider: Provider | undefined;
  /** From its beginning; may be asked again. */
  readonly open: () => Promise<SessionLogStream>;
}

/** With a file only a node that is named beside it is asked: one in the environment may be of another chain. */
export async function openSource(
  context: CliContext,
  options: SettingOptions & { readonly logs?: string },
): Promise<Source> {
  const { logs } = options;
  if (logs === undefined) return fromNode(context, options);
  const provider =
    options.rpc === undefined ? undefined : await connect(context, readSettings(context, options, "rpc").rpc);
  const open = (): Promise<SessionLogStream> => openLogFile(context, logs);
  const { header } = await open();
  if (options.session !== undefined) {
    const { session } = readSettings(context, options, "session");
    if (session !== header.session)
      throw invalid("--session", session, `the session of the file, ${header.session}, or none`);
  }
  return { header, provider, open };
}

/** What a node says is kept in a file as long as the command runs: it is gone through more than once. */
async function fromNode(context: CliContext, options: SettingOptions): Promise<Source> {
  const { rpc, session, fromBlock } = readSettings(context, options, "rpc", "session", "fromBlock");
  const provider = await connect(context, rpc);
  const stream = await streamSessionLog(session, provider, { fromBlock, onProgress: logProgress(context) });
  const folder = mkdtempSync(join(tmpdir(), "session-log-"));
  context.onClose(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, "session.log");
  await writeLogFile(context, file, stream);
  return { header: stream.header, provider, open: () => openLogFile(context, file) };
}
