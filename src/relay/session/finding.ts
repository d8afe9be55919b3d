/** Finds the sessions of a factory by its logs: those that are not over yet, oldest first. */
import { dataSlice, getAddress } from "ethers";

import { ISessionFactory__factory } from "../../../typechain-types/index.js";
import { NodeError } from "../../node/errors.js";
import type { ChainNode } from "../../node/node.js";

export interface Finder {
  /**
   * Looks at what has come since it looked last.
   * @returns vaults, in the order of their creation, each once @throws NodeError; then it looks there again
   */
  next(): Promise<readonly FoundSession[]>;
}

export interface FoundSession {
  readonly session: string;
  /** In which it was created. */
  readonly block: number;
}

export interface FinderOptions {
  readonly node: Pick<ChainNode, "block" | "logs" | "ranges">;
  readonly factory: string;
  readonly fromBlock: number;
  /** Blocks that may still be reorganised away: they are looked at again. */
  readonly reorgDepth: number;
}

const CREATED = ISessionFactory__factory.createInterface().getEvent("SessionCreated").topicHash;
/** In a word of 32 bytes. */
const ADDRESS_AT = 12;

export function createFinder({ node, factory, fromBlock, reorgDepth }: FinderOptions): Finder {
  const told = new Set<string>();
  let from = fromBlock;
  let newest = "";

  async function look(to: number): Promise<FoundSession[]> {
    const fresh: FoundSession[] = [];
    for (let first = from; first <= to;) {
      const { last, found } = await node.ranges.search(first, to, (fromBlock, toBlock) =>
        node.logs({ address: factory, topics: [CREATED], fromBlock, toBlock }),
      );
      for (const log of found.toSorted((a, b) => a.blockNumber - b.blockNumber || a.index - b.index)) {
        const [, session = "0x"] = log.topics; // its first indexed argument
        fresh.push({ session: getAddress(dataSlice(session, ADDRESS_AT)), block: log.blockNumber });
      }
      first = last + 1;
    }
    return fresh;
  }

  return {
    async next() {
      const head = await node.block("latest");
      if (head === undefined) throw new NodeError("NODE_MALFORMED", { reason: "it has no newest block" });
      if (head.hash === newest) return [];
      const fresh = (await look(head.number)).filter(({ session }) => !told.has(session));
      for (const { session } of fresh) told.add(session);
      newest = head.hash;
      from = Math.max(from, head.number + 1 - reorgDepth);
      return fresh;
    },
  };
}
