/** Keeps mirror and ledger where the chain is: applies blocks, takes them off, and starts again when nothing fits any more. */
import type { Mirror } from "../follow/mirror.js";
import type { Standing } from "../follow/standing.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { BlockRef } from "../store/packages.js";
import { applyAll } from "./blocks.js";
import { settleNonces } from "./nonces.js";
import type { FaultReport } from "../reporting/faults.js";
import { begin } from "./beginning.js";
import { becomeReady, compare, contradicted, distrust, judge, startAgain, stepBack, trust } from "./recovery.js";
import { finalSnapshot, forgetSnapshot } from "./snapshots.js";
import {
  type ChainNews,
  type Settlement,
  type TakenSnapshot,
  type TrackerDependencies,
  trackerState,
  type TrackerState,
} from "./state.js";

export interface Tracker {
  readonly mirror: Mirror;
  /** Whether the mirror has reached the chain's end since it was started. */
  readonly isReady: boolean;
  /** The last block that no reorganisation that the relay allows for takes back; below 0 if none is known. */
  readonly finalBlock: number;
  readonly standing: Standing | undefined;
  /** What recent blocks brought, for packages that are heard of later. */
  recentOf(link: string): Settlement | undefined;
  /** The recent block by which all of a cancellation was done. */
  cancelledAt(hash: Hash): BlockRef | undefined;
  /** Takes one look at the chain. @returns blocks that are still missing @throws RelayError of the node */
  follow(): Promise<number>;
  /** Forgets everything that came from the chain and reads all of its logs again. */
  restart(reason: string): Promise<void>;
  /** What is wrong with what was read of the chain. */
  readonly fault: FaultReport | undefined;
  /** A snapshot of the book at a final block, that waits to be compared with the chain and kept. */
  readonly finalSnapshot: TakenSnapshot | undefined;
  /** It was compared. @param difference why it is not the chain's; undefined if it is, or nobody can say */
  judged(snapshot: TakenSnapshot, difference: string | undefined): Promise<void>;
  subscribe(listener: (news: ChainNews) => void): void;
}

export function createTracker(dependencies: TrackerDependencies): Tracker {
  const state = trackerState(dependencies);
  return {
    get mirror() {
      return state.mirror;
    },
    get isReady() {
      return state.isReady;
    },
    get finalBlock() {
      return state.finalBlock;
    },
    get standing() {
      return state.standing;
    },
    recentOf: (link) => state.recent.get(link),
    cancelledAt: (hash) => state.recentlyCancelled.get(hash),
    follow: () => follow(state),
    restart: (reason) =>
      state.lane.run(() => {
        startAgain(state, reason, true);
      }),
    get fault() {
      return state.fault;
    },
    get finalSnapshot() {
      return finalSnapshot(state);
    },
    judged: (snapshot, difference) =>
      state.lane.run(() => {
        if (!state.taken.includes(snapshot)) return; // reorganised away, or begun anew
        forgetSnapshot(state, snapshot);
        if (difference === undefined) trust(state);
        else distrust(state, difference);
      }),
    subscribe: (listener) => void state.listeners.push(listener),
  };
}

async function follow(state: TrackerState): Promise<number> {
  if (!state.hasBegun) await begin(state);
  if (state.suspicion !== undefined) await judge(state, state.suspicion);
  const { follower, mirror, lane, clock } = state;
  const step = await follower.next(mirror.blocks);
  if (step.kind === "reorganised") {
    await lane.run(() => {
      stepBack(state, step.ancestor);
    });
    return 1;
  }
  if (step.kind === "blocks") {
    await lane.run(() =>
      applyAll(state, step.blocks, step.final).catch((error: unknown) => contradicted(state, error)),
    );
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
