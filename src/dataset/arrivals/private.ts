/**
 * The private edition: what a relay knows that is not on the chain, which client came when. Clients bear a keyed hash whose key is of one
 * export and kept by nobody; times are minutes; what could be found on the chain, such as an order's number, is left out.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { DatasetError } from "../errors.js";
import { csvText } from "../write/cells.js";

/** Somebody came. */
export interface Arrival {
  /** However the relay tells clients apart; not an address of the network. */
  readonly client: string;
  /** Unix seconds. */
  readonly second: bigint;
  /** What for, such as order, cancellation or read. */
  readonly kind: string;
}

export const KEY_BYTES = 32;
const HASH_BYTES = 8;
const MINUTE = 60n;
const MILLISECONDS = 1_000n;

/**
 * A CSV with client, minute, kind and how often; sorted by minute and client, so that no row tells its place.
 * @param key 32 random bytes, made for this export and thrown away after it: whoever has it can try every client
 * @throws DatasetError DATASET_ARRIVALS_INVALID for a key of another length
 */
export function privateText(arrivals: readonly Arrival[], key: Uint8Array): string {
  if (key.length !== KEY_BYTES) throw new DatasetError("DATASET_ARRIVALS_INVALID", { keyBytes: key.length });
  const counts = new Map<string, number>();
  for (const { client, second, kind } of arrivals) {
    const name = bytesToHex(hmac(sha256, key, utf8ToBytes(client)).subarray(0, HASH_BYTES));
    const minute = new Date(Number((second - (second % MINUTE)) * MILLISECONDS)).toISOString();
    const row = `${minute},${name},${csvText(kind)}`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  const rows = [...counts].map(([row, count]) => `${row},${count}`).sort();
  return `${["minute,client,kind,count", ...rows].join("\n")}\n`;
}
