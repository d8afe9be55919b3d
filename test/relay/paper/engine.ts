/** What an engine's loops share, over the parts of a relay on paper. */
import type { EngineDependencies, EngineState } from "../../../src/relay/engine/state.js";
import { createKeeper } from "../../../src/relay/submit/keeping.js";
import type { PaperRelay } from "./relay.js";

export function engineDependencies(relay: PaperRelay, change: Partial<EngineDependencies> = {}): EngineDependencies {
  return {
    ...relay,
    keeper: createKeeper(),
    settlerDesk: undefined,
    mayPay: () => true,
    holder: relay.account,
    leaseMs: 60_000,
    pollMs: 1,
    keepMs: 1,
    isShared: false,
    submits: true,
    rebuild: false,
    ...change,
  };
}

export function engineState(relay: PaperRelay, change: Partial<EngineDependencies> = {}): EngineState {
  return {
    ...engineDependencies(relay, change),
    fence: undefined,
    leaseUntil: 0,
    knownUntil: -Infinity,
    lastSeq: 0,
    lastCancellation: 0,
  };
}
