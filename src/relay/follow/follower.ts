/**
 * Follows the chain block by block. Near its end every block is fetched by its hash and must name the one before it, so that
 * what is handed out is always one consistent history; farther back, where nothing is reorganised any more, ranges are read.
 */
import type { BlockHeader, ChainLog, ChainNode, LogQuery } from "./node.js";

/** A block, and what one contract logged in it. */
export interface FollowedBlock {
  readonly header: BlockHeader;
  readonly logs: readonly ChainLog[];
}

/** What to do to be where the chain is. */
export type ChainStep =
  | { readonly kind: "same" }
  /** These come next. */
  | { readonly kind: "blocks"; readonly blocks: readonly FollowedBlock[]; readonly behind: number }
  /** Blocks above `ancestor` are no part of the chain any more; undefined if that lies deeper than what is remembered. */
  | { readonly kind: "reorganised"; readonly ancestor: number | undefined };

/** A block that was followed before. */
export interface KnownBlock {
  readonly number: number;
  readonly hash: string;
}

export interface Follower {
  /** @param known blocks followed so far that may still change, oldest first; empty at the start */
  next(known: readonly KnownBlock[]): Promise<ChainStep>;
}

export interface FollowerOptions {
  readonly address: string;
  readonly fromBlock: number;
  /** How many of the newest blocks may still be reorganised away. */
  readonly reorgDepth: number;
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

export function createFollower(node: ChainNode, { address, fromBlock, reorgDepth }: FollowerOptions): Follower {
  let range = FIRST_RANGE;
  let lagging = 0;

  async function blockByHash(number: number): Promise<FollowedBlock | undefined> {
    const header = await node.block(number);
    if (header === undefined) return undefined;
    return { header, logs: sorted(await node.logs({ address, blockHash: header.hash })) };
  }

  /** Blocks that are final: those without logs are passed over, the last one excepted. */
  async function finalBlocks(first: number, newest: number): Promise<FollowedBlock[]> {
    const last = Math.min(newest - reorgDepth, first + range - 1);
    const logs = sorted(await rangeLogs({ address, fromBlock: first, toBlock: last }));
    const numbers = [...new Set([...logs.map(({ blockNumber }) => blockNumber), last])];
    const blocks: FollowedBlock[] = [];
    for (let at = 0; at < numbers.length; at += CHUNK) {
      const headers = await Promise.all(numbers.slice(at, at + CHUNK).map((number) => node.block(number)));
      for (const header of headers) {
        if (header === undefined) return blocks; // the node has lost it for now: what came before is good
        blocks.push({ header, logs: logs.filter(({ blockHash }) => blockHash === header.hash) });
      }
    }
    return blocks;
  }

  /** Nodes limit ranges, each in its own way: one that is refused, or takes too long, is halved. */
  async function rangeLogs(query: LogQuery & { fromBlock: number; toBlock: number }): Promise<ChainLog[]> {
    const halved = Math.max(1, Math.floor((query.toBlock - query.fromBlock + 1) / 2));
    try {
      const logs = await node.logs(query);
      if (logs.length > MANY_LOGS) range = halved;
      else if (logs.length < FEW_LOGS) range = Math.min(MAX_RANGE, range * 2);
      return logs;
    } catch (error) {
      range = halved;
      throw error;
    }
  }

  async function ancestorOf(known: readonly KnownBlock[]): Promise<number | undefined> {
    for (const { number, hash } of known.toReversed()) {
      if ((await node.block(number))?.hash === hash) return number;
    }
    return undefined;
  }

  return {
    async next(known) {
      const tip = known.at(-1);
      const newest = await node.block("latest");
      if (newest === undefined) return { kind: "same" };
      if (tip !== undefined && newest.number <= tip.number) {
        const same = known.find(({ number }) => number === newest.number);
        if (newest.hash === tip.hash) lagging = 0;
        else if (same?.hash !== newest.hash || ++lagging >= LAG_PATIENCE) {
          lagging = 0;
          return { kind: "reorganised", ancestor: await ancestorOf(known) };
        }
        return { kind: "same" };
      }
      lagging = 0;
      const first = tip === undefined ? fromBlock : tip.number + 1;
      if (first > newest.number) return { kind: "same" };
      const isFar = newest.number - first >= reorgDepth;
      const blocks = isFar ? await finalBlocks(first, newest.number) : await nearBlocks(first, newest.number);
      const [next] = blocks;
      if (next === undefined) return { kind: "same" };
      if (tip !== undefined && next.header.number === first && next.header.parentHash !== tip.hash) {
        return { kind: "reorganised", ancestor: await ancestorOf(known) };
      }
      const chained = isFar ? blocks : consistent(blocks);
      return { kind: "blocks", blocks: chained, behind: newest.number - (chained.at(-1)?.header.number ?? first) };
    },
  };

  async function nearBlocks(first: number, newest: number): Promise<FollowedBlock[]> {
    const count = Math.min(newest - first + 1, CHUNK);
    const found = await Promise.all(Array.from({ length: count }, (_, index) => blockByHash(first + index)));
    const missing = found.indexOf(undefined);
    return (missing === -1 ? found : found.slice(0, missing)).filter((block) => block !== undefined);
  }
}

/** The first blocks, as far as each names the one before it: a reorganisation may have come in between two answers. */
function consistent(blocks: readonly FollowedBlock[]): FollowedBlock[] {
  const broken = blocks.findIndex(({ header }, index) => {
    const before = blocks[index - 1]?.header;
    return before !== undefined && before.hash !== header.parentHash;
  });
  return broken === -1 ? [...blocks] : blocks.slice(0, broken);
}

function sorted(logs: readonly ChainLog[]): ChainLog[] {
  return logs.toSorted((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
}
