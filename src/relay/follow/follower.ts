/**
 * Follows the chain block by block. Near its end every block is fetched by its hash and must name the one before it, so that
 * what is handed out is always one consistent history; farther back, where nothing is reorganised any more, ranges are read.
 */
import { BOOK_TOPICS } from "../../bindings/records.js";
import { NodeError } from "../../node/errors.js";
import type { BlockHeader, ChainLog, ChainNode } from "../../node/node.js";
import { type Blooms, createBlooms } from "./blooms.js";

/** A block, and what one contract logged in it. */
export interface FollowedBlock {
  readonly header: BlockHeader;
  readonly logs: readonly ChainLog[];
}

/** What to do to be where the chain is. */
export type ChainStep =
  | { readonly kind: "same" }
  /** These come next. */
  | {
      readonly kind: "blocks";
      readonly blocks: readonly FollowedBlock[];
      readonly behind: number;
      /** The newest block that is final: deep enough, and by the node's own word if it gives one. */
      readonly final: number;
    }
  /** Blocks above `ancestor` are no part of the chain any more; undefined if that lies deeper than what is remembered. */
  | { readonly kind: "reorganised"; readonly ancestor: number | undefined };

/** A block that was followed before. */
export interface KnownBlock {
  readonly number: number;
  readonly hash: string;
}

export interface Follower {
  /**
   * @param known blocks followed so far that may still change, oldest first; empty at the start
   * @throws NodeError, also NODE_MALFORMED if the node says that it has no block at all
   */
  next(known: readonly KnownBlock[]): Promise<ChainStep>;
}

export interface FollowerOptions {
  readonly address: string;
  readonly fromBlock: number;
  /** How many of the newest blocks may still be reorganised away. */
  readonly reorgDepth: number;
  /** Logs were left out, and found all the same. */
  readonly onMissing?: (error: NodeError) => void;
}

interface FollowerState extends FollowerOptions {
  readonly node: Pick<ChainNode, "block" | "finalized" | "logs" | "ranges" | "receiptLogs">;
  readonly blooms: Blooms;
  /** The newest block by the node's word, and the chain's newest when it was asked for it. */
  finalized: { readonly number: number | undefined; readonly at: number };
  /** Blocks that are asked for at once, farther back. */
  range: number;
  /** How often in a row the node said less than before. */
  lagging: number;
}

/** Blocks fetched at once near the end of the chain. */
const CHUNK = 16;
/** Blocks in a range farther back: at first, and at most. A range grows while few logs come, and shrinks when many do. */
const FIRST_RANGE = 64;
const MAX_RANGE = 5_000;
const FEW_LOGS = 1_000;
const MANY_LOGS = 5_000;
/** A node that has fallen back behind what it said before may lag behind others: so many looks until it is believed. */
const LAG_PATIENCE = 10;
/** The node is asked again what is final when so many blocks have come. */
const FINALITY_BLOCKS = 8;

export function createFollower(node: FollowerState["node"], options: FollowerOptions): Follower {
  const blooms = createBlooms({ ...options, node, topics: BOOK_TOPICS });
  const finalized = { number: undefined, at: -Infinity };
  const state: FollowerState = { ...options, node, blooms, finalized, range: FIRST_RANGE, lagging: 0 };
  return { next: (known) => next(state, known) };
}

async function next(state: FollowerState, known: readonly KnownBlock[]): Promise<ChainStep> {
  const newest = await state.node.block("latest");
  if (newest === undefined) throw new NodeError("NODE_MALFORMED", { reason: "it has no newest block" });
  const tip = known.at(-1);
  if (tip !== undefined && newest.number <= tip.number) return nothingNew(state, known, tip, newest);
  state.lagging = 0;
  const first = tip === undefined ? state.fromBlock : tip.number + 1;
  if (first > newest.number) {
    throw new NodeError("NODE_BEHIND", {
      reason: `its newest block is ${newest.number}, and ${first} is to be the first`,
    });
  }
  const final = await finalBlock(state, newest.number);
  const isFar = first <= final;
  // A range does not say what came before it: so the newest block that is known has to be part of the chain still.
  if (isFar && tip !== undefined && (await state.node.block(tip.number))?.hash !== tip.hash) {
    return { kind: "reorganised", ancestor: await ancestorOf(state, known) };
  }
  const blocks = isFar ? await finalBlocks(state, first, final) : await nearBlocks(state, first, newest);
  const [nearest] = blocks;
  if (nearest === undefined) return { kind: "same" };
  if (tip !== undefined && nearest.header.number === first && nearest.header.parentHash !== tip.hash) {
    return { kind: "reorganised", ancestor: await ancestorOf(state, known) };
  }
  const chained = isFar ? blocks : consistent(blocks);
  return { kind: "blocks", blocks: chained, behind: newest.number - (chained.at(-1)?.header.number ?? first), final };
}

/** Local nodes hold every block for final and take it back all the same: so it has to be deep, too. */
async function finalBlock(state: FollowerState, newest: number): Promise<number> {
  if (newest >= state.finalized.at + FINALITY_BLOCKS) {
    state.finalized = { number: await state.node.finalized(), at: newest };
  }
  return Math.min(newest - state.reorgDepth, state.finalized.number ?? Infinity);
}

/** The node's newest block is no newer than the tip: all is well, or the node lags, or the chain was reorganised. */
async function nothingNew(
  state: FollowerState,
  known: readonly KnownBlock[],
  tip: KnownBlock,
  newest: KnownBlock,
): Promise<ChainStep> {
  if (newest.hash === tip.hash) {
    state.lagging = 0;
    return { kind: "same" };
  }
  const isKnown = known.find(({ number }) => number === newest.number)?.hash === newest.hash;
  if (isKnown) {
    state.lagging += 1;
    if (state.lagging < LAG_PATIENCE) return { kind: "same" };
  }
  state.lagging = 0;
  return { kind: "reorganised", ancestor: await ancestorOf(state, known) };
}

/** @returns the newest of the known blocks that the node still has: up to there it has all of them, and above none */
async function ancestorOf({ node }: FollowerState, known: readonly KnownBlock[]): Promise<number | undefined> {
  let [common, above] = [-1, known.length];
  while (above - common > 1) {
    const middle = (common + above) >> 1;
    const block = known[middle];
    const isCommon = block !== undefined && (await node.block(block.number))?.hash === block.hash;
    if (isCommon) common = middle;
    else above = middle;
  }
  return known[common]?.number;
}

// ------------------------------------------------------------------ near the end

async function nearBlocks(state: FollowerState, first: number, newest: BlockHeader): Promise<FollowedBlock[]> {
  const count = Math.min(newest.number - first + 1, CHUNK);
  const found = await Promise.all(
    Array.from({ length: count }, (_, index) => blockByHash(state, first + index, newest)),
  );
  const missing = found.indexOf(undefined);
  return (missing === -1 ? found : found.slice(0, missing)).filter((block) => block !== undefined);
}

async function blockByHash(
  { node, address, blooms }: FollowerState,
  number: number,
  newest: BlockHeader,
): Promise<FollowedBlock | undefined> {
  const header = number === newest.number ? newest : await node.block(number); // which was asked for just now
  if (header === undefined) return undefined;
  const logs = await blooms.believed(header, await node.logs({ address, blockHash: header.hash }));
  return { header, logs: sorted(logs) };
}

/** The first blocks, as far as each names the one before it: a reorganisation may have come in between two answers. */
function consistent(blocks: readonly FollowedBlock[]): FollowedBlock[] {
  const broken = blocks.findIndex(({ header }, index) => {
    const before = blocks[index - 1]?.header;
    return before !== undefined && before.hash !== header.parentHash;
  });
  return broken === -1 ? [...blocks] : blocks.slice(0, broken);
}

// ------------------------------------------------------------------ farther back

/** Blocks that are final: those without logs are passed over, the last one excepted. */
async function finalBlocks(state: FollowerState, first: number, final: number): Promise<FollowedBlock[]> {
  const { node, address, range } = state;
  const { last, found } = await node.ranges.search(first, Math.min(final, first + range - 1), (fromBlock, toBlock) =>
    node.logs({ address, fromBlock, toBlock }),
  );
  pace(state, last - first + 1, found.length);
  const logs = sorted(found);
  const numbers = [...new Set([...logs.map(({ blockNumber }) => blockNumber), last])];
  const blocks: FollowedBlock[] = [];
  for (let at = 0; at < numbers.length; at += CHUNK) {
    const headers = await Promise.all(numbers.slice(at, at + CHUNK).map((number) => node.block(number)));
    for (const header of headers) {
      if (header === undefined) return blocks; // the node has lost it for now: what came before is good
      const own = logs.filter(({ blockNumber }) => blockNumber === header.number);
      // Of another chain than the header: what came before is good.
      if (own.some(({ blockHash }) => blockHash !== header.hash)) return blocks;
      blocks.push({ header, logs: own.length === 0 ? own : await state.blooms.believed(header, own) });
    }
  }
  return blocks;
}

/** How far the next range is to reach, for the logs that came of this one: what the node allows it knows by itself. */
function pace(state: FollowerState, blocks: number, logs: number): void {
  if (logs > MANY_LOGS) state.range = Math.max(1, Math.floor(blocks / 2));
  else if (logs < FEW_LOGS) state.range = Math.min(MAX_RANGE, state.range * 2);
}

function sorted(logs: readonly ChainLog[]): ChainLog[] {
  return logs.toSorted((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
}
