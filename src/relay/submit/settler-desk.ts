/**
 * Has settlers settle their roots: looks for what they may record by now, one root at a time, tries it out, and pays for it from a purse
 * of its own. A settler is known by its code; the oracle or the feeds behind it may be hostile, so what a call takes is bounded, one
 * that came to nothing waits longer each time, and the purse bounds them all.
 */
import { getAddress } from "ethers";

import {
  assertedTopics,
  assertionIn,
  recordAssertionCall,
  recordPriceCall,
  settlerIn,
  type SettlerKind,
} from "../../bindings/settlers.js";
import type { BookCall } from "../../bindings/calls.js";
import { NodeError, Reverted } from "../../node/errors.js";
import { firstBlockSince } from "../../node/first-block.js";
import type { ChainNode } from "../../node/node.js";
import type { Book } from "../../protocol/book/book.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import type { MarketRoot } from "../../protocol/market/market-table.js";
import type { Log } from "../reporting/log.js";
import type { Metrics } from "../reporting/metrics.js";
import { least } from "./fees.js";
import type { Chore } from "./keeping.js";
import type { Purse } from "./purse.js";

/** A root that waits for its outcome. */
export type OpenRoot = Pick<MarketRoot, "marketRootId" | "owner" | "closesAt">;

export interface SettlerDesk {
  /**
   * Looks at one of these roots: at the one that has not been looked at for longest.
   * @returns a call that would settle it, already paid from the purse; undefined if there is none for now
   * @throws NodeError; that root is looked at later then, and others before it
   */
  next(roots: readonly OpenRoot[]): Promise<Chore | undefined>;
}

export interface SettlerDeskDependencies {
  readonly node: Pick<ChainNode, "block" | "codeOf" | "estimateGas" | "logs" | "ranges">;
  readonly purse: Purse;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "settlerCalls" | "settlerGasLeft">;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly book: string;
  /** Who would call. */
  readonly account: string;
  readonly reorgDepth: number;
}

/** What is known of a root. */
interface Watched {
  /** When it is looked at next, by `now`. */
  nextAt: number;
  /** Calls that were sent for it. */
  sent: number;
  /** Of its assertions: the first block that was not searched, the numbers that were found, and where trying goes on. */
  from: number | undefined;
  readonly assertions: string[];
  turn: number;
}

interface DeskState extends SettlerDeskDependencies {
  readonly watched: Map<number, Watched>;
  /** By owner; undefined for what is no settler. */
  readonly kinds: Map<string, SettlerKind | undefined>;
}

/** An event of sixteen outcomes takes two thirds of it. */
export const MOST_GAS = 3_000_000n;
const LOOK_MS = 60_000;
/** After a call that was sent and settled nothing, twice as long each time. */
const [FIRST_PAUSE_MS, LAST_PAUSE_MS] = [600_000, 86_400_000];
/** What is done in one look, and what is remembered. */
export const [SEARCHES_AT_ONCE, TRIES_AT_ONCE] = [8, 4];
export const [MOST_ASSERTIONS, MOST_ROOTS, MOST_OWNERS] = [64, 1_000, 10_000];

/** Roots that an outcome can be recorded of: closed, and not settled. */
export function openRoots(book: Book, timestamp: bigint): OpenRoot[] {
  const roots = [...book.state.markets.table.roots.values()];
  return roots.filter((one) => one.marketRootId !== BASKET_ROOT_ID && !one.settled && one.closesAt <= timestamp);
}

export function createSettlerDesk(dependencies: SettlerDeskDependencies): SettlerDesk {
  const state: DeskState = { ...dependencies, watched: new Map(), kinds: new Map() };
  return { next: (roots) => next(state, roots) };
}

async function next(state: DeskState, roots: readonly OpenRoot[]): Promise<Chore | undefined> {
  const { now, purse, metrics, log } = state;
  metrics.settlerGasLeft.set(Number(purse.left()));
  const due = nextDue(state, roots);
  if (due === undefined) return undefined;
  const { root, watched } = due;
  watched.nextAt = now() + LOOK_MS; // whatever comes of it
  const kind = await kindOf(state, root.owner);
  if (kind === undefined) return undefined;
  for (const call of await callsFor(state, kind, root, watched)) {
    const gas = await tryOut(state, call);
    if (gas === undefined) continue;
    const facts = { marketRootId: root.marketRootId, settler: root.owner, gas };
    if (!purse.take(gas)) {
      metrics.settlerCalls.inc({ outcome: "unpaid" });
      log.warn({ ...facts, left: purse.left() }, "no gas left for what a settler may record");
      return undefined;
    }
    if (watched.sent > 0) metrics.settlerCalls.inc({ outcome: "again" });
    watched.nextAt = now() + Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** watched.sent);
    watched.sent += 1;
    metrics.settlerCalls.inc({ outcome: "sent" });
    log.info(facts, "settler is to record an outcome");
    return { call, gas };
  }
  return undefined;
}

/** Roots that are settled are forgotten; of those whose owner is known to be no settler nothing is kept. */
function nextDue(
  { watched, kinds, now }: DeskState,
  roots: readonly OpenRoot[],
): { readonly root: OpenRoot; readonly watched: Watched } | undefined {
  const hopeful = roots.filter(({ owner }) => !kinds.has(owner) || kinds.get(owner) !== undefined).slice(0, MOST_ROOTS);
  const ids = new Set(hopeful.map(({ marketRootId }) => marketRootId));
  for (const id of watched.keys()) if (!ids.has(id)) watched.delete(id);
  let first: { readonly root: OpenRoot; readonly watched: Watched } | undefined;
  for (const root of hopeful) {
    const one = watched.get(root.marketRootId) ?? { nextAt: now(), sent: 0, from: undefined, assertions: [], turn: 0 };
    watched.set(root.marketRootId, one);
    if (one.nextAt <= now() && (first === undefined || one.nextAt < first.watched.nextAt))
      first = { root, watched: one };
  }
  return first;
}

/** An owner has its code before it has a root, and code never changes. */
async function kindOf({ kinds, node, book }: DeskState, owner: string): Promise<SettlerKind | undefined> {
  if (kinds.has(owner)) return kinds.get(owner);
  const kind = settlerIn(book, getAddress(owner), await node.codeOf(owner));
  if (kinds.size < MOST_OWNERS) kinds.set(owner, kind);
  return kind;
}

async function callsFor(
  state: DeskState,
  kind: SettlerKind,
  { marketRootId, owner, closesAt }: OpenRoot,
  watched: Watched,
): Promise<BookCall[]> {
  if (kind === "price") return [recordPriceCall(owner, marketRootId)];
  await search(state, { marketRootId, owner, closesAt }, watched);
  const { assertions, turn } = watched;
  const tries = Math.min(assertions.length, TRIES_AT_ONCE);
  const some = Array.from({ length: tries }, (_, k) => assertions[(turn + k) % assertions.length] ?? "");
  watched.turn = assertions.length === 0 ? 0 : (turn + tries) % assertions.length;
  return some.map((assertionId) => recordAssertionCall(owner, assertionId));
}

/** Nothing is asserted before the root closes. What may still be reorganised is searched again the next time. */
async function search({ node, reorgDepth }: DeskState, root: OpenRoot, watched: Watched): Promise<void> {
  const last = (await blockAt(node, "latest")).number;
  const timeOf = async (number: number): Promise<bigint> => (await blockAt(node, number)).timestamp;
  let from = watched.from ?? (await firstBlockSince(timeOf, root.closesAt, last));
  const topics = assertedTopics(root.marketRootId);
  for (let done = 0; done < SEARCHES_AT_ONCE && from <= last; done += 1) {
    const searched = await node.ranges.search(from, last, (fromBlock, toBlock) =>
      node.logs({ address: root.owner, topics, fromBlock, toBlock }),
    );
    for (const log of searched.found) {
      const assertionId = assertionIn(log);
      const isNew = assertionId !== undefined && !watched.assertions.includes(assertionId);
      if (isNew && watched.assertions.length < MOST_ASSERTIONS) watched.assertions.push(assertionId);
    }
    from = searched.last + 1;
    watched.from = from; // a node that fails meanwhile is not asked for all of it again
  }
  watched.from = Math.max(0, Math.min(from, last + 1 - reorgDepth));
}

/** @throws NodeError NODE_BEHIND for a block that the node has not, or not any more */
async function blockAt(node: Pick<ChainNode, "block">, tag: number | "latest") {
  const block = await node.block(tag);
  if (block === undefined) throw new NodeError("NODE_BEHIND", { method: "eth_getBlockByNumber" });
  return block;
}

/** @returns gas for it, a quarter more than it takes now; undefined if it would fail, or would take more than MOST_GAS */
async function tryOut({ node, account, log }: DeskState, { to = "", data }: BookCall): Promise<bigint | undefined> {
  try {
    const gas = await node.estimateGas({ from: account, to, data, gas: MOST_GAS });
    return gas > MOST_GAS ? undefined : least(gas + gas / 4n, MOST_GAS);
  } catch (error) {
    // Not run, or refused: there is nothing to do yet, or nothing that this account could do.
    const isLeft = error instanceof Reverted || (error instanceof NodeError && error.code === "NODE_REFUSED");
    if (!isLeft) throw error;
    log.debug({ error, settler: to }, "nothing to record yet");
    return undefined;
  }
}
