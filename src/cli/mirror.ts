/** A session's mirror and its logs, with what a command's settings say about where to read, and its ways to speak. */
import { ClientError } from "../bindings/errors.js";
import * as bindings from "../bindings/mirror.js";
import type { SessionHandle } from "../bindings/session.js";
import type { CliContext } from "./context.js";
import { CliError, type CliErrorValues } from "./cli-error.js";
import { readSettings, type SettingOptions } from "./input/settings.js";

export { headOf, headsOf, type Mirror } from "../bindings/mirror.js";

/** @throws CliError MIRROR_DIFFERS, SETTINGS_INVALID; ClientError, NodeError what the node says */
export async function readMirror(
  context: CliContext,
  handle: SessionHandle,
  options: SettingOptions,
): Promise<bindings.Mirror> {
  return withAdvice(() => bindings.readMirror(handle, optionsOf(context, options)));
}

/** What differs is told with what a command line can do about it. @throws CliError MIRROR_DIFFERS; whatever else is thrown */
export async function withAdvice<Result>(read: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "Client_MirrorDiffers") throw error;
    throw new CliError("MIRROR_DIFFERS", error.args as CliErrorValues, error); // as the bindings give them
  }
}

/** @throws CliError SETTINGS_INVALID; ClientError, NodeError what the node says */
export async function readLogs(
  context: CliContext,
  handle: SessionHandle,
  options: SettingOptions,
): Promise<bindings.BookLogs> {
  return bindings.readBookLogs(handle, optionsOf(context, options));
}

function optionsOf(context: CliContext, options: SettingOptions): bindings.MirrorOptions {
  const { fromBlock } = readSettings(context, options, "fromBlock");
  return {
    fromBlock,
    onProgress({ phase, done, total }) {
      if (phase !== "reading" || done > 0) return;
      context.progress(`Reading the session's logs from block ${fromBlock} to ${fromBlock + total - 1}`);
    },
  };
}
