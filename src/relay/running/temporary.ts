/** A relay in this process with a database that goes when it goes: for demonstrations, studies and tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readConfig } from "../config/config.js";
import type { RelayOptions } from "../config/settings.js";
import { createLog } from "../reporting/log.js";
import { openRelay } from "./run.js";

export interface TemporaryRelay {
  readonly url: string;
  /** Where its database lies. */
  readonly folder: string;
  /** Stops it in good order, and removes its database. */
  readonly stop: () => Promise<void>;
}

export interface TemporaryRelayWays {
  /** Where its log goes, which tells what is wrong; stderr by default. */
  readonly write?: (line: string) => void;
  /** Makes the database's folder what it is to be before it is opened. */
  readonly prepare?: (database: string) => Promise<void>;
}

/**
 * On a free port of the loopback interface, unless the settings say another.
 * @param settings by the names of flags @param keys as the environment would have them
 * @throws RelayError; nothing is left behind then
 */
export async function startTemporaryRelay(
  settings: Omit<RelayOptions, "database">,
  keys: Readonly<Record<string, string>>,
  { write, prepare }: TemporaryRelayWays = {},
): Promise<TemporaryRelay> {
  const folder = await mkdtemp(join(tmpdir(), "session-relay-"));
  const clean = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const database = join(folder, "database");
    await prepare?.(database);
    const config = readConfig({ port: 0, ...settings, database }, keys);
    const relay = await openRelay(config, createLog(config.logLevel, write === undefined ? undefined : { write }));
    const stop = async (): Promise<void> => {
      try {
        await relay.stop();
      } finally {
        await clean();
      }
    };
    return { url: relay.url, folder, stop };
  } catch (error) {
    await clean();
    throw error;
  }
}
