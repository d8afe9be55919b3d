/** What of a session brings to the chain what waits. */
import { createEngine, type Engine } from "../engine/engine.js";
import { isServer } from "../store/database.js";
import { createLeaseStore } from "../store/lease.js";
import { createDispatcher } from "../submit/dispatcher.js";
import { createKeeper } from "../submit/keeping.js";
import { createPurse } from "../submit/purse.js";
import { createSettlerDesk, type SettlerDesk } from "../submit/settler-desk.js";
import type { SessionState } from "./state.js";

/** Brings to the chain what waits, while this relay has the lease. */
export function openSubmission(state: SessionState): Engine {
  const { config, database, rows, venue } = state;
  const { batchMs, batchSize, maxInFlight, leaseMs, pollMs, keepMs, rebuild } = config;
  const dispatcher = createDispatcher({ ...state, batchMs, batchSize, maxInFlight });
  return createEngine({
    ...state,
    dispatcher,
    keeper: createKeeper(),
    settlerDesk: settlerDeskOf(state),
    leases: createLeaseStore(database, rows),
    holder: venue.holder,
    isShared: isServer(config.database),
    submits: config.roles.has("submit"),
    leaseMs,
    pollMs,
    keepMs,
    rebuild,
  });
}

/** @returns undefined if nothing may be spent on it */
function settlerDeskOf({ config, node, log, metrics, now, book, account }: SessionState): SettlerDesk | undefined {
  const { settleGas, reorgDepth } = config;
  if (settleGas === 0) return undefined;
  const purse = createPurse(BigInt(settleGas), now);
  return createSettlerDesk({ node, purse, log, metrics, now, book, account, reorgDepth });
}
