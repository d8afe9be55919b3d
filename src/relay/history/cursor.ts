/** Where a page ended, as text that its reader hands back unread. */
import { createHash } from "node:crypto";

import { RelayError } from "../errors.js";

export interface Cursor {
  /** The block at which all pages hold. */
  readonly number: number;
  readonly hash: string;
  /** The last row that was handed out. */
  readonly blockNumber: number;
  readonly position: number;
  /** Of what was asked for: a cursor fits no other question. */
  readonly fingerprint: string;
}

const FINGERPRINT_DIGITS = 16;

/** The same for two requests that differ in nothing but their page. */
export function fingerprintOf(kind: string, request: object): string {
  const asked = Object.entries(request)
    .filter(([name, value]) => value !== undefined && name !== "cursor" && name !== "limit" && name !== "at")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([kind, asked]))
    .digest("hex")
    .slice(0, FINGERPRINT_DIGITS);
}

export function writeCursor({ number, hash, blockNumber, position, fingerprint }: Cursor): string {
  return Buffer.from(JSON.stringify([number, hash, blockNumber, position, fingerprint])).toString("base64url");
}

/** @throws RelayError RELAY_CURSOR_INVALID if it is none, or of another question */
export function readCursor(text: string, fingerprint: string): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (cause) {
    throw new RelayError("RELAY_CURSOR_INVALID", { reason: "it cannot be read" }, cause);
  }
  const [number, hash, blockNumber, position, asked] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (!isCount(number) || !isCount(blockNumber) || !isCount(position) || typeof hash !== "string") {
    throw new RelayError("RELAY_CURSOR_INVALID", { reason: "it cannot be read" });
  }
  if (asked !== fingerprint) {
    throw new RelayError("RELAY_CURSOR_INVALID", { reason: "it belongs to other filters, or to another path" });
  }
  return { number, hash, blockNumber, position, fingerprint };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0; // a number, as just seen
}
