/** The clock of a chain at play: it stands in the chain's own blocks, and can be moved. */
export interface Clock {
  /** When the newest block was made, seconds since 1970. */
  readonly now: () => Promise<number>;
  /** Makes a block at that second. The clock goes forward only. */
  readonly moveTo: (second: number) => Promise<void>;
}

/** What a clock needs of a provider. */
interface Node {
  getBlock(tag: "latest"): Promise<{ readonly timestamp: number } | null>;
  send(method: string, params: unknown[]): Promise<unknown>;
}

export function createClock(node: Node): Clock {
  return {
    async now() {
      const newest = await node.getBlock("latest");
      if (newest === null) throw new Error("a chain without a block has no time");
      return newest.timestamp;
    },
    async moveTo(second) {
      await node.send("evm_setNextBlockTimestamp", [second]);
      await node.send("evm_mine", []);
    },
  };
}
