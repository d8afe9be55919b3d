/** Keeps mirror and ledger where the chain is: applies blocks, takes them off, and starts again when nothing fits any more. */
import { createChainAudit } from "../follow/audit.js";
import type { Mirror } from "../follow/mirror.js";
import type { Standing } from "../follow/standing.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { BlockRef } from "../store/packages.js";
import { applyAll } from "./blocks.js";
import { settleNonces } from "./nonces.js";
import { compare, contradicted, startAgain, stepBack } from "./recovery.js";
import { type ChainNews, layPlan, type Settlement, type TrackerDependencies, type TrackerState } from "./state.js";

export interface Tracker {
  readonly mirror: Mirror;
  /** Whether the mirror has reached the chain's end since it was started. */
  readonly isReady: boolean;
  readonly standing: Standing | undefined;
  /** What recent blocks brought, for packages that are heard of later. */
  recentOf(link: string): Settlement | undefined;
  /** The recent block by which all of a cancellation was done. */
  cancelledAt(hash: Hash): BlockRef | undefined;
  /** Takes one look at the chain. @returns blocks that are still missing @throws RelayError of the node */
  follow(): Promise<number>;
  /** Forgets everything that came from the chain and reads it again. */
  restart(reason: string): Promise<void>;
  subscribe(listener: (news: ChainNews) => void): void;
}

export function createTracker(dependencies: TrackerDependencies): Tracker {
  const state: TrackerState = {
    ...dependencies,
    mirror: dependencies.createMirror(),
    isReady: false,
    standing: undefined,
    recent: new Map(),
    recentlyCancelled: new Map(),
    listeners: [],
    audit: createChainAudit(dependencies.node, dependencies.book.toLowerCase()),
    tipLogs: undefined,
    contradictions: 0,
    rereadAt: -1,
    doubt: { hash: "", looks: 0 },
  };
  return {
    get mirror() {
      return state.mirror;
    },
    get isReady() {
      return state.isReady;
    },
    get standing() {
      return state.standing;
    },
    recentOf: (link) => state.recent.get(link),
    cancelledAt: (hash) => state.recentlyCancelled.get(hash),
    follow: () => follow(state),
    restart: (reason) =>
      state.lane.run(() => {
        startAgain(state, reason);
      }),
    subscribe: (listener) => void state.listeners.push(listener),
  };
}

async function follow(state: TrackerState): Promise<number> {
  const { follower, mirror, lane, clock } = state;
  const step = await follower.next(mirror.blocks);
  if (step.kind === "reorganised") {
    await lane.run(() => {
      stepBack(state, step.ancestor);
    });
    return 1;
  }
  if (step.kind === "blocks") {
    await lane.run(() => applyAll(state, step.blocks).catch((error: unknown) => contradicted(state, error)));
    if (step.behind > 0) return step.behind;
  }
  if (!state.isReady && state.mirror.tip !== undefined) {
    await lane.run(() => {
      becomeReady(state);
    });
  }
  if (step.kind === "same") await clock.refresh();
  await settleNonces(state);
  await compare(state);
  return 0;
}

function becomeReady(state: TrackerState): void {
  state.isReady = true;
  layPlan(state);
  state.log.info({ block: state.mirror.tip?.number, waiting: state.ledger.unlanded() }, "caught up with the chain");
}
