/** Whether it is the database that is at fault, or what it was asked. */
import { DrizzleQueryError } from "drizzle-orm";

import { messageOf } from "../../protocol/amounts/errors.js";
import { RelayError } from "../errors.js";

/**
 * SQLSTATE classes that say nothing about the query: connection, others in the way (a deadlock, or on a copy what it has to take over),
 * resources, operator, system, internal.
 */
const AWAY_CLASSES = new Set(["08", "40", "53", "57", "58", "XX"]);
/** A lock that others have, and that did not come in time. */
const LOCKED = "55P03";
/** It takes no writing: a standby, or an operator's setting. */
const READ_ONLY = "25006";
/** A statement took longer than it may. */
const CANCELED = "57014";

/** @throws RelayError RELAY_STORE_UNAVAILABLE if the database is away or cannot go on, RELAY_QUERY_TIMEOUT; else what `work` throws */
export async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RelayError) throw error;
    if (sqlStateOf(error) === CANCELED) throw new RelayError("RELAY_QUERY_TIMEOUT", {}, innermost(error));
    if (!isAway(error)) throw error instanceof DrizzleQueryError ? innermost(error) : error; // it names all values, secret ones too
    throw new RelayError("RELAY_STORE_UNAVAILABLE", { reason: messageOf(innermost(error)) }, innermost(error));
  }
}

/** Whether an embedded database is beyond use: what it puts in words, such as that the disk is full, it has mostly survived. */
export function isBroken(error: unknown): boolean {
  return isAway(error) && !/^(08|25|40|53|55|57)/.test(sqlStateOf(error) ?? "");
}

/** Whether the database itself is at fault, and not what it was asked. An error without a SQLSTATE is none of a query. */
function isAway(error: unknown): boolean {
  if (error instanceof RelayError) return error.code === "RELAY_STORE_UNAVAILABLE";
  const state = sqlStateOf(error);
  return state === undefined || state === READ_ONLY || state === LOCKED || AWAY_CLASSES.has(state.slice(0, 2));
}

/** Five letters and digits, if it is an error of a database. */
export function sqlStateOf(error: unknown): string | undefined {
  const cause = innermost(error);
  const state = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof state === "string" && /^[0-9A-Z]{5}$/.test(state) ? state : undefined;
}

function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}
