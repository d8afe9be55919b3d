/** What is done when what was followed is not the chain, or not any more. */
import { NodeError } from "../../node/errors.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { accountDifference, headDifference } from "../follow/compare.js";
import { FROM_LOGS } from "./beginning.js";
import { forgetTaken, takeIfDue } from "./snapshots.js";
import { layPlan, tell, type TrackerState } from "./state.js";

/** A block that contradicts what came before is asked for so often before it is taken that the earlier ones were wrong. */
const CONTRADICTIONS = 3;

/** Of times that reading it all again could help, as many are let pass at most. */
const MOST_PUT_OFF = 63;

/** Blocks above `ancestor` are gone; undefined if no block that is known is part of the chain. */
export function stepBack(state: TrackerState, ancestor: number | undefined): void {
  if (ancestor === undefined) startAgain(state, "no block that is known is part of the chain");
  else takeOff(state, ancestor);
}

/**
 * Forgets the book, so that the chain is read again: from the newest snapshot that is of it, if not told otherwise. What waits is
 * kept, and laid on again once the chain's end is reached.
 */
export function startAgain(state: TrackerState, reason: string, isFromLogs = false): void {
  state.log.error({ reason, isFromLogs }, "reading the chain again");
  state.isReady = false;
  state.hasBegun = false;
  state.isFromLogs = isFromLogs;
  state.beginnings += 1;
  state.fault = { code: "RELAY_READING_AGAIN", detail: reason };
  state.mirror = state.createMirror();
  state.rereadAt = -1;
  state.contradictions = 0;
  state.suspicion = undefined;
  forgetTip(state);
  forgetTaken(state, -1);
  [state.logsSince, state.takenAt] = [0, undefined];
  state.recent.clear();
  state.recentlyCancelled.clear();
}

/**
 * A block contradicts what came before: it is asked for again, as the mirror has not taken it. If that does not help, it is the book
 * that is looked at next.
 * @throws what is given
 */
export function contradicted(state: TrackerState, error: unknown): never {
  state.metrics.faults.inc({ part: "chain" });
  state.contradictions += 1;
  if (state.contradictions >= CONTRADICTIONS) state.suspicion = messageOf(error);
  if (state.isReady) layPlan(state);
  throw error;
}

/**
 * Either the book is not the chain's or the block that contradicts it is not: the chain's own state tells. If the book is right, it
 * stays, packages are taken, and the block is asked for again; else the chain is read again.
 * @throws NodeError NODE_LOGS_MISSING if the book is right
 */
export async function judge(state: TrackerState, suspicion: string): Promise<void> {
  const { mirror } = state;
  const { tip } = mirror;
  const difference = tip === undefined ? undefined : await tipDifference(state, tip.number);
  await state.lane.run(() => {
    if (state.suspicion === undefined || state.mirror !== mirror || mirror.tip?.hash !== tip?.hash) return; // it is another question by now
    state.suspicion = undefined;
    state.contradictions = 0;
    if (tip !== undefined && difference === undefined) {
      becomeReady(state); // as far as the node can be believed
      throw new NodeError("NODE_LOGS_MISSING", {
        reason: `the logs behind block ${tip.number} are not of its book: ${suspicion}`,
      });
    }
    if (isPutOff(state)) throw new NodeError("NODE_LOGS_MISSING", { reason: difference ?? suspicion });
    readAgain(state, difference === undefined ? suspicion : `${suspicion}; ${difference}`);
  });
}

/** @returns why the book at the newest block is not the chain's, or that nobody can say */
async function tipDifference(state: TrackerState, block: number): Promise<string | undefined> {
  const { node, tokens, lane, openBook, log } = state;
  const { text } = await lane.run(() => {
    const taken = state.mirror.snapshot();
    if (state.isReady) layPlan(state);
    return taken;
  });
  const comparison = { node, tokens, block, book: openBook(text) };
  try {
    return (await headDifference(comparison)) ?? (await accountDifference(comparison));
  } catch (error) {
    log.debug({ error }, "the node does not say what the book is");
    return "the node does not say what the book is";
  }
}

/** A snapshot is not what the chain itself says at its block: logs were left out that lead to no head. */
export function distrust(state: TrackerState, reason: string): void {
  state.metrics.faults.inc({ part: "snapshot" });
  forgetTaken(state, -1);
  if (!isPutOff(state)) {
    startAgain(state, reason);
    return;
  }
  state.log.error({ reason }, "the node's logs do not lead to its state");
  state.fault = { code: "NODE_LOGS_MISSING", detail: reason };
}

/** Reading it all has led there: another time would, too, unless the node has changed. So it is done ever more seldom. */
function isPutOff(state: TrackerState): boolean {
  if (!state.tried.has(FROM_LOGS)) return false;
  const { times, over } = state.putOff;
  state.putOff = over < times ? { times, over: over + 1 } : { times: Math.min(MOST_PUT_OFF, 2 * times + 1), over: 0 };
  return over < times;
}

/** A snapshot is what the chain says: whatever was wrong is over. */
export function trust(state: TrackerState): void {
  state.tried.clear();
  state.putOff = { times: 0, over: 0 };
  if (state.isReady) state.fault = undefined;
}

/** The chain's end is reached, as far as anybody knows. */
export function becomeReady(state: TrackerState): void {
  if (state.isReady) return;
  state.isReady = true;
  if (state.fault?.code === "RELAY_READING_AGAIN") state.fault = undefined;
  takeIfDue(state, true);
  layPlan(state);
  state.log.info({ block: state.mirror.tip?.number, waiting: state.ledger.unlanded() }, "caught up with the chain");
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
  forgetTaken(state, ancestor);
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
  state.fault = { code: "RELAY_READING_AGAIN", detail: reason };
  takeOff(state, oldest.number);
}

function forgetTip(state: TrackerState): void {
  state.standing = undefined;
  state.tipLogs = undefined;
}
