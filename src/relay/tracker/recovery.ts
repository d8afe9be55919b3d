/** What is done when what was followed is not the chain, or not any more. */
import { messageOf } from "../errors.js";
import { layPlan, tell, type TrackerState } from "./state.js";

/** A block that contradicts what came before is asked for so often before it is taken that the earlier ones were wrong. */
const CONTRADICTIONS = 3;

/** Blocks above `ancestor` are gone; undefined if no block that is known is part of the chain. */
export function stepBack(state: TrackerState, ancestor: number | undefined): void {
  if (ancestor === undefined) startAgain(state, "no block that is known is part of the chain");
  else takeOff(state, ancestor);
}

/** Forgets everything that came from the chain, so that it is read again. */
export function startAgain(state: TrackerState, reason: string): void {
  state.log.warn({ reason }, "reading the chain from the start");
  state.mirror = state.createMirror();
  state.isReady = false;
  state.rereadAt = -1;
  state.contradictions = 0;
  forgetTip(state);
  state.recent.clear();
  state.recentlyCancelled.clear();
  state.ledger.takeOff(-1);
  state.cancels.takeOff(-1);
  tell(state, { kind: "restarted" });
}

/** A block contradicts what came before: it is asked for again, as the mirror has not taken it. @throws what is given */
export function contradicted(state: TrackerState, error: unknown): never {
  state.metrics.faults.inc({ part: "chain" });
  state.contradictions += 1;
  if (state.contradictions >= CONTRADICTIONS) readAgain(state, messageOf(error));
  else if (state.isReady) layPlan(state);
  throw error;
}

/** Compares with the node's own state. A node that cannot say is asked again later: following goes on. */
export async function compare(state: TrackerState): Promise<void> {
  const { mirror, tipLogs: logs } = state;
  const header = mirror.tip;
  if (header === undefined) return;
  const isFollowed = (hash: string): boolean => state.mirror.blocks.some((block) => block.hash === hash);
  const newest = { header, link: mirror.confirmed.link, logs };
  const found = await state.audit.look(newest, isFollowed).catch((error: unknown) => {
    state.log.debug({ error }, "the book's head was not compared");
  });
  if (found === undefined) return;
  await state.lane.run(() => {
    if (isFollowed(found.hash)) readAgain(state, found.reason);
  });
}

function takeOff(state: TrackerState, ancestor: number): void {
  const { mirror, metrics, log, recent, recentlyCancelled, ledger, cancels } = state;
  metrics.reorganisations.inc();
  log.warn({ ancestor, tip: mirror.tip?.number }, "blocks were reorganised away");
  if (!mirror.takeOff(ancestor)) {
    startAgain(state, "a reorganisation deeper than what is kept");
    return;
  }
  forgetTip(state);
  ledger.takeOff(ancestor);
  cancels.takeOff(ancestor);
  for (const [link, { block }] of recent) if (block.number > ancestor) recent.delete(link);
  for (const [hash, { number }] of recentlyCancelled) if (number > ancestor) recentlyCancelled.delete(hash);
  tell(state, { kind: "reorganised", ancestor });
  if (state.isReady) layPlan(state);
}

/** What was followed does not fit: what is kept is read again; if that was done before and did not help, everything. */
function readAgain(state: TrackerState, reason: string): void {
  const [oldest] = state.mirror.blocks;
  const tip = state.mirror.tip?.number ?? 0;
  if (oldest === undefined || oldest.number === tip || tip <= state.rereadAt) {
    startAgain(state, reason);
    return;
  }
  state.log.warn({ reason, from: oldest.number }, "reading the newest blocks again");
  state.rereadAt = tip;
  state.isReady = false;
  takeOff(state, oldest.number);
}

function forgetTip(state: TrackerState): void {
  state.standing = undefined;
  state.tipLogs = undefined;
}
