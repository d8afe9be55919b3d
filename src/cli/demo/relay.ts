/** A relay of a demonstration: in this process, with a database that goes when it goes. */
import { id } from "ethers";

import type { RelayOptions } from "../../relay/config/settings.js";
import type { TemporaryRelay } from "../../relay/running/temporary.js";
import type { CliContext } from "../context.js";

export interface DemoRelayOptions {
  readonly rpc: string;
  readonly session: string;
  readonly fromBlock: number;
  readonly privateKey: string;
  /** What else is to be set, by the names of the relay's flags. */
  readonly settings?: Omit<RelayOptions, "database">;
}

/** A local chain is quick, makes blocks only when something is sent, and takes none back. */
const LOCAL = { "log-level": "warn", "poll-ms": 250, "batch-ms": 500, "reorg-depth": 1 } as const;

/** What goes wrong is told on stderr. */
export async function startDemoRelay(
  { stderr }: Pick<CliContext, "stderr">,
  { rpc, session, fromBlock, privateKey, settings = {} }: DemoRelayOptions,
): Promise<TemporaryRelay> {
  // The service is loaded only where one is wanted.
  const { startTemporaryRelay } = await import("../../relay/running/temporary.js");
  return startTemporaryRelay(
    { rpc, session, "from-block": fromBlock, ...LOCAL, ...settings },
    { RELAY_PRIVATE_KEY: privateKey, RELAY_RECEIPT_KEY: id(`receipts of ${privateKey}`) },
    { write: stderr },
  );
}
