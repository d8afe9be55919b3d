/** A relay of a demonstration: in this process, with a database that goes when it goes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { id } from "ethers";

import type { CliContext } from "../context.js";

export interface DemoRelay {
  readonly url: string;
  /** Stops it in good order, and removes its database. */
  readonly stop: () => Promise<void>;
}

export interface DemoRelayOptions {
  readonly rpc: string;
  readonly session: string;
  readonly fromBlock: number;
  readonly privateKey: string;
}

/** What goes wrong is told on stderr. */
export async function startDemoRelay(
  { stderr }: Pick<CliContext, "stderr">,
  { rpc, session, fromBlock, privateKey }: DemoRelayOptions,
): Promise<DemoRelay> {
  // The service is loaded only where one is wanted.
  const [{ createLog }, { openRelay }, { readConfig }] = await Promise.all([
    import("../../relay/log.js"),
    import("../../relay/run.js"),
    import("../../relay/config/config.js"),
  ]);
  const folder = await mkdtemp(join(tmpdir(), "session-demo-"));
  const clean = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const config = readConfig(
      {
        ...{ rpc, session, "from-block": String(fromBlock), database: join(folder, "database"), port: 0 },
        ...{ "log-level": "warn", "poll-ms": 250, "batch-ms": 500 },
      },
      { RELAY_PRIVATE_KEY: privateKey, RELAY_RECEIPT_KEY: id(`receipts of ${privateKey}`) },
    );
    const relay = await openRelay(config, createLog(config.logLevel, { write: stderr }));
    const stop = async (): Promise<void> => {
      try {
        await relay.stop();
      } finally {
        await clean();
      }
    };
    return { url: relay.url, stop };
  } catch (error) {
    await clean();
    throw error;
  }
}
