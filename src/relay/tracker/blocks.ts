/** What a block does to mirror and ledger. */
import type { FollowedBlock } from "../follow/follower.js";
import type { Skipped } from "../follow/block-logs.js";
import type { Outcome } from "../queue/ledger-state.js";
import type { BlockRef } from "../store/packages.js";
import { layPlan, tell, type TrackerState } from "./state.js";

/** Refusals that are the submitter's fault, and not the package's: it is tried again. */
const SUBMITTERS_FAULTS = new Set(["Book_StillCrossed", "Book_HintTooFar", "Book_OutOfGas"]);
const MAX_ATTEMPTS = 8;

/** @throws RuleError, RangeError if a block contradicts what came before; those in front of it are applied then */
export async function applyAll(state: TrackerState, blocks: readonly FollowedBlock[]): Promise<void> {
  let asExpected = true;
  for (const block of blocks) asExpected = (await apply(state, block)) && asExpected;
  const final = (state.mirror.tip?.number ?? 0) - state.reorgDepth;
  state.ledger.finalise(final);
  for (const [link, { block }] of state.recent) if (block.number <= final) state.recent.delete(link);
  if (!asExpected && state.isReady) layPlan(state);
}

/** @returns whether it brought what was expected */
async function apply(state: TrackerState, block: FollowedBlock): Promise<boolean> {
  const applied = state.mirror.apply(block);
  const { header, landed, skipped, asExpected } = applied;
  state.contradictions = 0;
  state.tipLogs = block.logs.length;
  const ref = { number: header.number, hash: header.hash };
  for (const { link, tradeRootId } of landed) settle(state, link, { kind: "landed", tradeRootId }, ref);
  for (const one of skipped) await refuse(state, one, ref);
  state.clock.saw(header.timestamp);
  state.metrics.block.set(header.number);
  tell(state, { kind: "block", header, records: () => applied.records() });
  if (asExpected) return true;
  state.metrics.rebases.inc();
  state.log.debug({ block: header.number }, "block brought something else than expected");
  return false;
}

function settle({ recent, ledger, metrics }: TrackerState, link: string, outcome: Outcome, block: BlockRef): void {
  recent.set(link, { outcome, block });
  if (ledger.settle(link, outcome, block)) metrics.settled.inc({ outcome: outcome.kind });
}

/** Anybody can have a package refused by bringing it badly; only what this relay's own transactions were told counts. */
async function refuse(
  state: TrackerState,
  { link, transactionHash, refusal }: Skipped,
  block: BlockRef,
): Promise<void> {
  const entry = state.ledger.find(link);
  if (entry === undefined || !(await isOwn(state, transactionHash))) return;
  if (SUBMITTERS_FAULTS.has(refusal.code) && entry.attempts < MAX_ATTEMPTS) {
    state.ledger.retry(link);
    return;
  }
  const values = Object.fromEntries(Object.entries(refusal.args).map(([name, value]) => [name, String(value)]));
  settle(state, link, { kind: "refused", refusal: { code: refusal.code, values } }, block);
}

async function isOwn({ ledger, submissions, node, account }: TrackerState, hash: string): Promise<boolean> {
  if (ledger.isOwnTransaction(hash)) return true;
  return (await submissions.isOwn(hash)) || (await node.senderOf(hash)) === account;
}
