/** What a block does to mirror and ledger. */
import { isRefusal, type Refusal } from "../../protocol/market/refusal.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { PackageRefusal } from "../../wire/packages.js";
import { asText } from "../errors.js";
import type { FollowedBlock } from "../follow/follower.js";
import type { Cancelled, Skipped } from "../follow/block-logs.js";
import type { Mirror } from "../follow/mirror.js";
import type { Entry, Outcome } from "../queue/ledger-state.js";
import { isSubmittersFault, MAX_ATTEMPTS, OUT_OF_GAS } from "../queue/tries.js";
import type { BlockRef } from "../store/packages.js";
import { countLogs, takeIfDue } from "./snapshots.js";
import { layPlan, tell, type TrackerState } from "./state.js";

/** @throws RuleError, RangeError if a block contradicts what came before; those in front of it are applied then */
export async function applyAll(state: TrackerState, blocks: readonly FollowedBlock[], final: number): Promise<void> {
  let asExpected = true;
  for (const block of blocks) asExpected = (await apply(state, block)) && asExpected;
  state.finalBlock = Math.max(state.finalBlock, final);
  if (takeIfDue(state)) asExpected = false;
  const { ledger, cancels, recent, recentlyCancelled } = state;
  ledger.finalise(final);
  cancels.finalise(final);
  for (const [link, { block }] of recent) if (block.number <= final) recent.delete(link);
  for (const [hash, { number }] of recentlyCancelled) if (number <= final) recentlyCancelled.delete(hash);
  if (!asExpected && state.isReady) layPlan(state);
}

/** @returns whether it brought what was expected */
async function apply(state: TrackerState, block: FollowedBlock): Promise<boolean> {
  const foreseen = refusalsIn(state.mirror);
  const applied = state.mirror.apply(block);
  const { header, landed, cancelled, skipped, asExpected } = applied;
  state.contradictions = 0;
  state.tipLogs = block.logs.length;
  countLogs(state, block.logs.length);
  const ref = { number: header.number, hash: header.hash };
  for (const { link, tradeRootId } of landed) settle(state, link, { kind: "landed", tradeRootId }, ref);
  for (const one of cancelled) heedCancelled(state, one, ref);
  for (const one of skipped) await refuse(state, foreseen, one, ref);
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

/** Anybody can bring a cancellation and leave orders of it out: what is left is brought again. */
function heedCancelled(
  { recentlyCancelled, cancels }: TrackerState,
  { hash, isWhole }: Cancelled,
  block: BlockRef,
): void {
  if (!isWhole) {
    cancels.progressed(hash);
    return;
  }
  recentlyCancelled.set(hash, block);
  cancels.settle(hash, { status: "onChain", block });
}

/** Anybody can have a package refused by bringing it badly; only what this relay's own transactions were told counts. */
async function refuse(state: TrackerState, foreseen: Foreseen, skipped: Skipped, block: BlockRef): Promise<void> {
  const { ledger, submissions, plan } = state;
  const { transactionHash, code, trader, nonce } = skipped;
  const links = ledger.linksOf(transactionHash) ?? (await submissions.linksOf(transactionHash));
  // Not by its place: a transaction that was made anew has fewer packages than it had before.
  const isMeant = ({ signed }: Entry): boolean => signed.package.trader === trader && signed.package.nonce === nonce;
  const index = links?.findIndex((link) => [ledger.find(link)].some((one) => one !== undefined && isMeant(one))) ?? -1;
  const link = links?.[index];
  const entry = link === undefined ? undefined : ledger.find(link);
  if (links === undefined || entry === undefined) return;
  if (isSubmittersFault(code) && entry.attempts < MAX_ATTEMPTS) ledger.retry(entry.link);
  else settle(state, entry.link, { kind: "refused", refusal: refusalOf(state, foreseen, entry, code) }, block);
  if (code !== OUT_OF_GAS) return;
  for (const behind of links.slice(index + 1)) ledger.retry(behind); // nothing was said of them
  plan.shrink();
}

/** The log has the code alone: what goes with it is what was expected, or what the mirror says after the block. */
function refusalOf({ mirror, clock }: TrackerState, foreseen: Foreseen, entry: Entry, code: string): PackageRefusal {
  const tried = mirror.append(entry, clock.now());
  mirror.undoFrom(tried);
  // Of a link a batch names one byte: the book takes what has become stale for badly signed, which it was not when it was taken.
  const isMeant = (one: unknown): boolean =>
    isRefusal(one) && (one.code === code || (code === "Book_SignatureInvalid" && one.code === "Book_StaleLink"));
  const known = [foreseen.get(entry.link), tried.outcome].find(isMeant);
  return isRefusal(known) ? asText(known) : { code, values: {} };
}

/** What packages on their way were expected to be refused with. */
type Foreseen = ReadonlyMap<Hash, Refusal>;

function refusalsIn({ batches }: Mirror): Foreseen {
  const expected = batches.flatMap((batch) => batch.expected);
  return new Map(expected.flatMap(({ link, outcome }) => (isRefusal(outcome) ? [[link, outcome]] : [])));
}
