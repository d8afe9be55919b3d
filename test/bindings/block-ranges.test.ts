/** Logs by ranges of blocks, as nodes allow it. */
import { expect } from "chai";
import { makeError, ZeroHash } from "ethers";
import fc from "fast-check";

import { type LogFilter, logsByRange } from "../../src/bindings/logs.js";
import { NodeError } from "../../src/node/errors.js";
import { FIXED } from "../protocol/support.js";
import { rejectionOf, ScriptedNode } from "./support/scripted.js";

const [ONE, OTHER] = ["01", "02"].map((byte) => `0x${byte.repeat(20)}`) as [string, string];

/** A log's block, its place there, and whose it is. */
type Place = readonly [blockNumber: number, index: number, address: string];

interface Limits {
  /** Blocks that are searched at once, at most. */
  readonly blocks?: number;
  /** Logs that are given at once, at most. */
  readonly logs?: number;
}

/** As ethers throws what a node refuses. */
function refusal(): Error {
  const error = { code: -32_000, message: "query returned more than it may" };
  return makeError("could not coalesce error", "UNKNOWN_ERROR", { error, payload: { method: "eth_getLogs" } });
}

/** A node with these logs, and the ranges that it has answered. */
function nodeOf(places: readonly Place[], { blocks = Infinity, logs = Infinity }: Limits = {}) {
  const ranges: [first: number, last: number][] = [];
  const node = new ScriptedNode({
    getLogs: ({ filter: { address, ...rest } }) => {
      const { fromBlock, toBlock } = rest as { readonly fromBlock: string; readonly toBlock: string };
      const [first, last] = [Number(fromBlock), Number(toBlock)];
      const found = places.filter(([block, , by]) => block >= first && block <= last && by === address);
      if (last - first + 1 > blocks || found.length > logs) throw refusal();
      ranges.push([first, last]);
      return found.map(([blockNumber, index, by]) => {
        const place = { blockNumber, index, transactionIndex: 0, blockHash: ZeroHash, transactionHash: ZeroHash };
        return { ...place, address: by, topics: [], data: "0x", removed: false };
      });
    },
  });
  return { node, ranges };
}

/** All that comes, as block and index, and where each range ended. */
async function collect(node: ScriptedNode, filters: readonly LogFilter[], first: number, last: number) {
  const found: [number, number][] = [];
  const ends: number[] = [];
  for await (const { logs, toBlock } of logsByRange(node, filters, first, last)) {
    found.push(...logs.map(({ blockNumber, index }): [number, number] => [blockNumber, index]));
    ends.push(toBlock);
  }
  return { found, ends };
}

describe("logsByRange", function () {
  it("asks for ten thousand blocks at once, and for what is left", async function () {
    const { node, ranges } = nodeOf([]);
    const { ends } = await collect(node, [{ address: ONE }], 5, 25_000);
    expect(ranges).to.deep.equal([
      [5, 10_004],
      [10_005, 20_004],
      [20_005, 25_000],
    ]);
    expect(ends).to.deep.equal([10_004, 20_004, 25_000]);
  });

  it("asks for nothing where there are no blocks", async function () {
    const { node, ranges } = nodeOf([]);
    expect(await collect(node, [{ address: ONE }], 6, 5)).to.deep.equal({ found: [], ends: [] });
    expect(ranges).to.deep.equal([]);
    await collect(node, [{ address: ONE }], 5, 5);
    expect(ranges).to.deep.equal([[5, 5]]);
  });

  it("sorts the logs of all filters by their place in the chain", async function () {
    const places: Place[] = [
      [9, 1, ONE],
      [7, 3, ONE],
      [7, 10, ONE],
      [7, 2, OTHER],
      [8, 0, OTHER],
    ];
    const { node } = nodeOf(places);
    const { found } = await collect(node, [{ address: ONE }, { address: OTHER }], 0, 10);
    expect(found).to.deep.equal([
      [7, 2],
      [7, 3],
      [7, 10],
      [8, 0],
      [9, 1],
    ]);
  });

  it("passes topics on as they are", async function () {
    const { node } = nodeOf([]);
    const topics = [ZeroHash, null, [ZeroHash, `0x${"11".repeat(32)}`]];
    await collect(node, [{ address: ONE, topics }], 1, 2);
    const [request] = node.asked;
    expect((request as unknown as { readonly filter: LogFilter }).filter.topics).to.deep.equal(topics); // of getLogs
  });

  describe("where the node refuses a range", function () {
    it("halves it until it is answered, goes on in steps, and remembers for the next reading", async function () {
      const { node, ranges } = nodeOf([], { blocks: 30 });
      await collect(node, [{ address: ONE }], 1, 100);
      expect(ranges).to.deep.equal([
        [1, 25],
        [26, 50],
        [51, 75],
        [76, 100],
      ]);
      const before = node.count("getLogs");
      await collect(node, [{ address: ONE }], 1, 100);
      expect(node.count("getLogs") - before, "more than four only to find out what may be more").to.be.at.most(6);
    });

    it("gives every log once, whatever the node allows", async function () {
      const place = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5 }), fc.constant(ONE));
      const places = fc.uniqueArray(place, { selector: ([block, index]) => block * 10 + index, maxLength: 30 });
      const limits = fc.record({ blocks: fc.integer({ min: 1, max: 70 }), logs: fc.integer({ min: 6, max: 40 }) });
      await fc.assert(
        fc.asyncProperty(places, limits, async (all, allowed) => {
          const { node, ranges } = nodeOf(all, allowed);
          const { found, ends } = await collect(node, [{ address: ONE }], 0, 60);
          const sorted = [...all].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
          expect(found).to.deep.equal(sorted.map(([block, index]) => [block, index]));
          expect(ends.at(-1)).to.equal(60);
          for (const [index, [first]] of ranges.entries()) {
            expect(first).to.equal(index === 0 ? 0 : ranges[index - 1]![1] + 1);
          }
        }),
        { ...FIXED, numRuns: 60 },
      );
    });

    it("gives up at a single block, with what the node says", async function () {
      const { node } = nodeOf([], { blocks: 0 });
      const reason = await rejectionOf(collect(node, [{ address: ONE }], 1, 8));
      expect(reason).to.be.instanceOf(NodeError);
      const { code, values } = reason as NodeError; // as was just seen
      expect([code, values.reason]).to.deep.equal(["NODE_RANGE_REFUSED", "query returned more than it may"]);
      expect(node.count("getLogs"), "8, 4, 2 and 1 blocks").to.equal(4);
    });

    it("gives up at once if it does not answer at all", async function () {
      const node = new ScriptedNode({
        getLogs: () => {
          throw Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
        },
      });
      const reason = await rejectionOf(collect(node, [{ address: ONE }], 1, 8));
      expect(reason).to.be.instanceOf(NodeError).with.property("code", "NODE_UNREACHABLE");
      expect(node.count("getLogs")).to.equal(1);
    });

    it("has given what came before", async function () {
      const { node } = nodeOf([[2, 0, ONE]]);
      const given: number[] = [];
      const gone = Object.assign(new Error("gone"), { code: "ECONNRESET" });
      const reading = async (): Promise<void> => {
        for await (const { logs } of logsByRange(node, [{ address: ONE }], 0, 20_000)) {
          given.push(...logs.map(({ blockNumber }) => blockNumber));
          node._perform = () => Promise.reject(gone);
        }
      };
      const reason = await rejectionOf(reading());
      expect(reason).to.be.instanceOf(NodeError).with.property("code", "NODE_UNREACHABLE");
      expect(given).to.deep.equal([2]);
    });
  });
});
