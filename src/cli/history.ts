/** What has happened in a session, from its logs: the rows that a relay's history has, made by the same projector. */
import { ZeroHash } from "ethers";

import { type BookLogs, contradiction, requireLink } from "../bindings/mirror.js";
import type { ChainRecord } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { createProjector } from "../history/projector.js";
import type { FillRow, OffsetRow, OrderRow } from "../history/rows.js";
import type { BookState } from "../protocol/book/state.js";
import type { CliContext } from "./context.js";
import type { SettingOptions } from "./input/settings.js";
import { type Mirror, readLogs, withAdvice } from "./mirror.js";

/** A row, and the block that it is of. */
export type Placed<Row> = Row & { readonly blockNumber: number; readonly timestamp: bigint };

export interface SessionHistory extends Pick<Mirror, "records" | "blockNumber" | "timestamp"> {
  /** As the last block leaves it. */
  readonly state: BookState;
  readonly orders: readonly Placed<OrderRow>[];
  readonly fills: readonly Placed<FillRow>[];
  readonly offsets: readonly Placed<OffsetRow>[];
}

/** @throws CliError MIRROR_DIFFERS, SETTINGS_INVALID; ClientError, NodeError what the node says */
export async function readHistory(
  context: CliContext,
  handle: SessionHandle,
  options: SettingOptions,
): Promise<SessionHistory> {
  const logs = await readLogs(context, handle, options);
  return withAdvice(() => historyIn(logs));
}

/** @throws ClientError Client_MirrorDiffers */
function historyIn(logs: BookLogs): SessionHistory {
  const { terms, records, times, blockNumber } = logs;
  const projector = createProjector(terms, 1);
  const rows = { orders: [] as Placed<OrderRow>[], fills: [] as Placed<FillRow>[], offsets: [] as Placed<OffsetRow>[] };
  try {
    for (const [number, some] of byBlock(records)) {
      const timestamp = times.get(number) ?? 0n;
      const place = { blockNumber: number, timestamp };
      // Blocks are never taken off here, so nobody asks for their hashes.
      const { rows: made } = projector.apply({ number, hash: ZeroHash, timestamp }, some);
      rows.orders.push(...made.orders.map((row) => ({ ...row, ...place })));
      rows.fills.push(...made.fills.map((row) => ({ ...row, ...place })));
      rows.offsets.push(...made.offsets.map((row) => ({ ...row, ...place })));
    }
  } catch (error) {
    throw contradiction(logs, error);
  }
  requireLink(logs, projector.state.chain.link);
  return { state: projector.state, records, blockNumber, timestamp: times.get(blockNumber) ?? 0n, ...rows };
}

function byBlock(records: readonly ChainRecord[]): Map<number, ChainRecord[]> {
  const blocks = new Map<number, ChainRecord[]>();
  for (const record of records) {
    const some = blocks.get(record.blockNumber);
    if (some === undefined) blocks.set(record.blockNumber, [record]);
    else some.push(record);
  }
  return blocks;
}
