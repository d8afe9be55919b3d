import { expect } from "chai";
import { id } from "ethers";

import { type ChainStep, createFollower, type Follower, type KnownBlock } from "../../../src/relay/follow/follower.js";
import type { BlockHeader, ChainLog, ChainNode, LogQuery } from "../../../src/node/node.js";
import { createRanges } from "../../../src/node/ranges.js";
import { refused } from "../paper/chain.js";

const ADDRESS = `0x${"0b".repeat(20)}`;
const DEPTH = 8;

/** Headers and logs in memory, and what was asked for. */
class Headers {
  public readonly blocks: BlockHeader[] = [];
  public readonly logs: ChainLog[] = [];
  public readonly asked: LogQuery[] = [];
  public readonly headersAsked: (number | "latest")[] = [];
  /** The newest block that the node calls final. */
  public finalized: number | undefined;
  public hasReceipts = false;
  /** Ranges that are longer are refused. */
  public mostBlocks = Infinity;
  /** A block that the node has lost. */
  public lost: number | undefined;
  #fork = 0;

  public mine(count = 1, logsInEach = 0): void {
    for (let mined = 0; mined < count; mined += 1) {
      const number = this.blocks.length;
      const hash = id(`${number} of fork ${this.#fork}`);
      const parentHash = this.blocks.at(-1)?.hash ?? id("nothing");
      this.blocks.push({ number, hash, parentHash, timestamp: BigInt(number), baseFee: undefined });
      for (let index = 0; index < logsInEach; index += 1) this.logs.push(this.#log(number, hash, index));
    }
  }

  public rewind(number: number): void {
    this.#fork += 1;
    this.blocks.splice(number + 1);
    const kept = this.logs.filter((log) => log.blockNumber <= number);
    this.logs.splice(0, this.logs.length, ...kept);
  }

  public node(): Pick<ChainNode, "block" | "finalized" | "logs" | "ranges" | "receiptLogs"> {
    return {
      finalized: () => Promise.resolve(this.finalized),
      receiptLogs: (_, { hash }) =>
        Promise.resolve(this.hasReceipts ? this.logs.filter(({ blockHash }) => blockHash === hash) : undefined),
      ranges: createRanges(),
      block: (tag) => {
        this.headersAsked.push(tag);
        if (tag === this.lost) return Promise.resolve(undefined);
        return Promise.resolve(tag === "latest" ? this.blocks.at(-1) : this.blocks[tag]);
      },
      logs: (query) => this.#answer(query),
    };
  }

  #answer(query: LogQuery): Promise<ChainLog[]> {
    this.asked.push(query);
    const { fromBlock = 0, toBlock = Infinity, blockHash } = query;
    if (blockHash === undefined && toBlock - fromBlock >= this.mostBlocks)
      return Promise.reject(refused("eth_getLogs", "range too long"));
    const found = this.logs.filter((log) =>
      blockHash === undefined
        ? log.blockNumber >= fromBlock && log.blockNumber <= toBlock
        : log.blockHash === blockHash,
    );
    return Promise.resolve(found.toReversed()); // nodes need not sort them
  }

  #log(blockNumber: number, blockHash: string, index: number): ChainLog {
    const transactionHash = id(`${blockHash} ${index}`);
    return { address: ADDRESS, topics: [], data: "0x", blockNumber, blockHash, transactionHash, index };
  }
}

const followerOf = (headers: Headers, fromBlock = 0): Follower =>
  createFollower(headers.node(), { address: ADDRESS, fromBlock, reorgDepth: DEPTH });

const numbersIn = (step: ChainStep): number[] =>
  step.kind === "blocks" ? step.blocks.map(({ header }) => header.number) : expect.fail(`it says ${step.kind}`);

/** Follows to the end. @returns all numbers, step by step */
async function followAll(follower: Follower, known: KnownBlock[] = []): Promise<number[][]> {
  const steps: number[][] = [];
  for (;;) {
    const step = await follower.next(known);
    if (step.kind !== "blocks") return steps;
    steps.push(numbersIn(step));
    known.push(...step.blocks.map(({ header }) => header));
  }
}

describe("given the end of a chain, when it is followed", () => {
  it("hands out the blocks that are new, each with its own logs in their order", async () => {
    const headers = new Headers();
    headers.mine(3, 2);
    const step = await followerOf(headers).next([]);
    expect(numbersIn(step)).to.deep.equal([0, 1, 2]);
    if (step.kind !== "blocks") return;
    expect(step.behind).to.equal(0);
    for (const { header, logs } of step.blocks) {
      expect(logs.map(({ blockHash, index }) => [blockHash, index])).to.deep.equal([
        [header.hash, 0],
        [header.hash, 1],
      ]);
    }
    expect(headers.asked.map(({ blockHash }) => blockHash)).to.have.members(headers.blocks.map(({ hash }) => hash));
    expect(headers.headersAsked, "the newest one was there already").to.deep.equal(["latest", 0, 1]);
  });

  it("says that nothing is new", async () => {
    const headers = new Headers();
    headers.mine(2);
    expect(await followerOf(headers).next(headers.blocks)).to.deep.equal({ kind: "same" });
  });

  it("says that the chain has not come so far if its first block is ahead: it would wait without a word", async () => {
    const headers = new Headers();
    headers.mine(2);
    const said = await followerOf(headers, 2)
      .next([])
      .catch((error: unknown) => error);
    expect(said).to.have.property("code", "NODE_BEHIND");
    expect(String(said)).to.contain("its newest block is 1, and 2 is to be the first");
  });

  it("begins with the session's first block", async () => {
    const headers = new Headers();
    headers.mine(5);
    expect(numbersIn(await followerOf(headers, 3).next([]))).to.deep.equal([3, 4]);
  });

  it("hands out what comes before a block that the node has lost", async () => {
    const headers = new Headers();
    headers.mine(4);
    headers.lost = 2;
    const step = await followerOf(headers).next([]);
    expect(numbersIn(step)).to.deep.equal([0, 1]);
    expect(step.kind === "blocks" && step.behind).to.equal(2);
  });

  it("hands out no block that does not name the one before it", async () => {
    const headers = new Headers();
    headers.mine(4);
    headers.blocks[2] = { ...headers.blocks[2]!, parentHash: id("another") };
    expect(numbersIn(await followerOf(headers).next([]))).to.deep.equal([0, 1]);
  });
});

describe("given a long chain, when it is followed from its start", () => {
  it("reads ranges up to what is final, and then block by block", async () => {
    const headers = new Headers();
    headers.mine(200);
    const steps = await followAll(followerOf(headers));
    // Blocks without logs are passed over; the last one of each range stands for it.
    expect(steps.slice(0, -1).every(({ length }) => length === 1)).to.equal(true);
    expect(steps.at(-1)).to.deep.equal(headers.blocks.slice(-DEPTH).map(({ number }) => number));
  });

  it("asks for twice as much after each range with few logs", async () => {
    const headers = new Headers();
    headers.mine(700);
    await followAll(followerOf(headers));
    const ranges = headers.asked.filter(({ blockHash }) => blockHash === undefined);
    expect(ranges.map(({ fromBlock, toBlock }) => toBlock! - fromBlock! + 1)).to.deep.equal([64, 128, 256, 244]);
  });

  it("hands out every block with logs, whatever the node's order", async () => {
    const headers = new Headers();
    headers.mine(30);
    headers.mine(2, 3);
    headers.mine(60);
    const [first] = await followAll(followerOf(headers));
    expect(first).to.deep.equal([30, 31, 63]);
  });

  it("asks for half of what the node refuses, until it takes it", async () => {
    const headers = new Headers();
    headers.mine(100);
    headers.mostBlocks = 20;
    const follower = followerOf(headers);
    expect(numbersIn(await follower.next([]))).to.deep.equal([15]);
    const lengths = headers.asked.map(({ fromBlock, toBlock }) => toBlock! - fromBlock! + 1);
    expect(lengths).to.deep.equal([64, 32, 16]);
    expect(numbersIn(await follower.next([{ number: 15, hash: headers.blocks[15]!.hash }]))).to.deep.equal([31]);
    const more = headers.asked.slice(3).map(({ fromBlock, toBlock }) => toBlock! - fromBlock! + 1);
    expect(more, "one step more than what was taken, never again what was refused").to.deep.equal([24, 16]);
  });

  it("asks for less after a range with many logs", async () => {
    const headers = new Headers();
    headers.mine(64, 80);
    headers.mine(200);
    await followAll(followerOf(headers));
    const [first, second] = headers.asked;
    expect([first!.toBlock! - first!.fromBlock! + 1, second!.toBlock! - second!.fromBlock! + 1]).to.deep.equal([
      64, 32,
    ]);
  });

  it("hands out what comes before a block that the node has lost meanwhile", async () => {
    const headers = new Headers();
    headers.mine(40, 1);
    headers.lost = 20;
    const step = await followerOf(headers).next([]);
    expect(numbersIn(step)).to.deep.equal(Array.from({ length: 20 }, (_, number) => number));
  });
});

describe("given a reorganisation, when the chain is followed", () => {
  function followed(count: number) {
    const headers = new Headers();
    headers.mine(count);
    const known: KnownBlock[] = [...headers.blocks];
    return { headers, known, follower: followerOf(headers) };
  }

  it("names the newest block that both chains have", async () => {
    const { headers, known, follower } = followed(6);
    headers.rewind(3);
    headers.mine(4);
    expect(await follower.next(known)).to.deep.equal({ kind: "reorganised", ancestor: 3 });
    expect(numbersIn(await follower.next(known.slice(0, 4)))).to.deep.equal([4, 5, 6, 7]);
  });

  it("notices it by a block of the same height", async () => {
    const { headers, known, follower } = followed(6);
    headers.rewind(4);
    headers.mine(1);
    expect(await follower.next(known)).to.deep.equal({ kind: "reorganised", ancestor: 4 });
  });

  it("notices it by a shorter chain with other blocks", async () => {
    const { headers, known, follower } = followed(6);
    headers.rewind(2);
    headers.mine(1);
    expect(await follower.next(known)).to.deep.equal({ kind: "reorganised", ancestor: 2 });
  });

  it("takes a node that has merely fallen back for one that lags, ten times in a row", async () => {
    const { headers, known, follower } = followed(6);
    headers.rewind(3);
    for (let looks = 1; looks < 10; looks += 1) {
      expect(await follower.next(known), `look ${looks}`).to.deep.equal({ kind: "same" });
    }
    expect(await follower.next(known)).to.deep.equal({ kind: "reorganised", ancestor: 3 });
  });

  it("begins to count again once the node is where it was", async () => {
    const { headers, known, follower } = followed(6);
    const whole = [...headers.blocks];
    headers.blocks.splice(4);
    for (let looks = 0; looks < 9; looks += 1) await follower.next(known);
    headers.blocks.splice(0, headers.blocks.length, ...whole);
    await follower.next(known);
    headers.blocks.splice(4);
    expect(await follower.next(known)).to.deep.equal({ kind: "same" });
  });

  it("knows no common block if the reorganisation is deeper than what is remembered", async () => {
    const { headers, known, follower } = followed(6);
    headers.rewind(1);
    headers.mine(6);
    expect(await follower.next(known.slice(3))).to.deep.equal({ kind: "reorganised", ancestor: undefined });
  });

  it("takes a node that has no newest block for one that talks nonsense, and not for a chain that stands still", async () => {
    const error = await followerOf(new Headers())
      .next([])
      .then(
        () => expect.fail("was taken"),
        (reason: unknown) => reason as { readonly code: string; readonly message: string },
      );
    expect(error.code).to.equal("NODE_MALFORMED");
    expect(error.message).to.contain("it has no newest block");
  });
});

describe("given a follower that is many blocks behind, when the chain was reorganised meanwhile", () => {
  it("notices before it reads on, and finds the newest block that both have", async () => {
    const headers = new Headers();
    headers.mine(20, 1);
    const follower = followerOf(headers);
    const known: KnownBlock[] = [];
    await followAll(follower, known);
    headers.rewind(15);
    headers.mine(60, 1);
    expect(await follower.next(known)).to.deep.equal({ kind: "reorganised", ancestor: 15 });
  });

  it("says so if none of the blocks that are known is left", async () => {
    const headers = new Headers();
    headers.mine(20);
    const known = [...headers.blocks.slice(12)];
    headers.rewind(3);
    headers.mine(80);
    expect(await followerOf(headers).next(known)).to.deep.equal({ kind: "reorganised", ancestor: undefined });
  });
});

describe("given a node that says what is final", () => {
  it("reads ranges no farther than that, and never blocks that are not deep enough", async () => {
    const headers = new Headers();
    headers.mine(40, 1);
    headers.finalized = 10;
    const far = await followerOf(headers).next([]);
    expect([numbersIn(far).at(-1), far.kind === "blocks" && far.final]).to.deep.equal([10, 10]);
    headers.finalized = 39; // as local nodes do
    const deep = await followerOf(headers).next([]);
    expect([numbersIn(deep).at(-1), deep.kind === "blocks" && deep.final]).to.deep.equal([39 - DEPTH, 39 - DEPTH]);
  });
});

describe("given logs of a range that are of another chain than the headers", () => {
  it("takes the blocks in front of them", async () => {
    const headers = new Headers();
    headers.mine(30, 1);
    headers.logs[5] = { ...headers.logs[5]!, blockHash: id("another chain") };
    expect(numbersIn(await followerOf(headers).next([]))).to.deep.equal([0, 1, 2, 3, 4]);
  });
});
