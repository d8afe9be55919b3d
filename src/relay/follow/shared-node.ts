/**
 * A node for many who ask the same: the sessions of one process follow one chain, and what one has asked just now need not be asked
 * again. So what is asked in a block does not depend on how many they are. Every answer is one that the node gave a moment ago, and
 * whoever cannot believe one gets another once that is over.
 */
import { NodeError } from "../../node/errors.js";
import type { BlockHeader, ChainLog, ChainNode } from "../../node/node.js";

export interface SharedNodeOptions {
  /** How long an answer is good for others, ms. */
  readonly freshMs: number;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
}

export interface SharedNode extends ChainNode {
  /** Logs of that contract are asked for with those of others from now on. @returns ends it */
  watch(address: string): () => void;
}

/** Addresses in one question for logs: more go into another one. */
const MOST_ADDRESSES = 500;
/** Answers that are kept: those of the newest blocks, and what is asked besides. */
const MOST_KEPT = 4_096;

interface Kept {
  readonly at: number;
  readonly answer: Promise<unknown>;
}

export function createSharedNode(node: ChainNode, { freshMs, now }: SharedNodeOptions): SharedNode {
  const kept = new Map<string, Kept>();
  let newest = "";
  const watched = new Map<string, number>();

  /** What went wrong is nobody else's: the next one asks again. */
  function shared<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = kept.get(key);
    if (known !== undefined && now() - known.at < freshMs) return known.answer as Promise<Answer>; // of this key
    const answer = ask();
    kept.delete(key); // so that the oldest come first
    kept.set(key, { at: now(), answer });
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key);
    });
    for (const [old, { at }] of kept) {
      if (kept.size <= MOST_KEPT && now() - at < freshMs) break;
      kept.delete(old);
    }
    return answer;
  }

  /** With whom a watched contract is asked about. */
  function companyOf(address: string): readonly string[] {
    const all = [...watched.keys()];
    const part = Math.floor(all.indexOf(address) / MOST_ADDRESSES);
    return all.slice(part * MOST_ADDRESSES, (part + 1) * MOST_ADDRESSES);
  }

  /** Of a block by its hash, which names one history: those of all that are watched, once. */
  async function logsOfBlock(address: string, blockHash: string): Promise<ChainLog[]> {
    const asked = companyOf(address);
    try {
      const found = await shared(`logs ${blockHash} ${asked.join()}`, () => node.logs({ address: asked, blockHash }));
      return found.filter((log) => log.address === address);
    } catch (error) {
      const isTooMuch = asked.length > 1 && error instanceof NodeError && error.code === "NODE_RANGE_REFUSED";
      if (!isTooMuch) throw error;
      return node.logs({ address, blockHash });
    }
  }

  async function receiptLogs(address: string, block: Pick<BlockHeader, "hash" | "number">) {
    const asked = companyOf(address);
    const found = await shared(`receipts ${block.hash} ${asked.join()}`, () => node.receiptLogs(asked, block));
    return found?.filter((log) => log.address === address);
  }

  async function block(tag: number | "latest"): Promise<BlockHeader | undefined> {
    const found = await shared(`block ${tag}`, () => node.block(tag));
    if (tag === "latest" && found !== undefined) newest = found.hash;
    return found;
  }

  return {
    ...node,
    watch(address) {
      watched.set(address, (watched.get(address) ?? 0) + 1);
      return () => {
        const left = (watched.get(address) ?? 1) - 1;
        if (left === 0) watched.delete(address);
        else watched.set(address, left);
      };
    },
    block,
    receiptLogs: (address, block) =>
      typeof address === "string" && watched.has(address)
        ? receiptLogs(address, block)
        : node.receiptLogs(address, block),
    finalized: () => shared("finalized", () => node.finalized()),
    pendingTime: () => shared("pending time", () => node.pendingTime()),
    priorityFee: () => shared("priority fee", () => node.priorityFee()),
    gasPrice: () => shared("gas price", () => node.gasPrice()),
    // What a block changes is not the same behind the next one.
    balanceOf: (address) => shared(`balance ${address} ${newest}`, () => node.balanceOf(address)),
    nonceOf: (address, tag) => shared(`nonce ${address} ${tag} ${newest}`, () => node.nonceOf(address, tag)),
    logs(query) {
      const { address, blockHash, topics } = query;
      const isShared = typeof address === "string" && topics === undefined && watched.has(address);
      return isShared && blockHash !== undefined ? logsOfBlock(address, blockHash) : node.logs(query);
    },
  };
}
