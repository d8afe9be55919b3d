import { expect } from "chai";

import { NodeError } from "../../../src/node/errors.js";
import type { BlockHeader, ChainLog, ChainNode, LogQuery } from "../../../src/node/node.js";
import { createSharedNode } from "../../../src/relay/follow/shared-node.js";

const ADDRESSES = Array.from({ length: 3 }, (_, index) => `0x${String(index + 1).repeat(40)}`);
const BLOCK = { number: 7, hash: `0x${"07".repeat(32)}` };
const FRESH_MS = 100;

/** A node that counts what it is asked. */
function given(change: Partial<ChainNode> = {}) {
  const asked: string[] = [];
  const tell = (method: string, ...params: unknown[]) =>
    void asked.push([method, ...params.map((one) => JSON.stringify(one))].join(" "));
  const header = { ...BLOCK, parentHash: "0x06", timestamp: 1n, baseFee: 1n };
  const state = { nonce: 3, newest: header as BlockHeader };
  const logOf = (address: string, index: number): ChainLog => ({
    ...{ address, topics: [], data: "0x", blockNumber: 7, blockHash: BLOCK.hash, transactionHash: "0x", index },
  });
  const listOf = ({ address }: LogQuery) => (typeof address === "string" ? [address] : address);
  const node = {
    block: (tag: number | "latest") => (tell("block", tag), Promise.resolve(tag === "latest" ? state.newest : header)),
    nonceOf: (address: string, tag: string) => (tell("nonce", address, tag), Promise.resolve(state.nonce)),
    logs: (query: LogQuery) => (tell("logs", query.address), Promise.resolve(listOf(query).map(logOf))),
    receiptLogs: (address: LogQuery["address"]) => (
      tell("receipts", address),
      Promise.resolve(listOf({ address }).map(logOf))
    ),
    call: () => (tell("call"), Promise.resolve("0x")),
    ...change,
  } as unknown as ChainNode;
  const time = { ms: 0 };
  return { node: createSharedNode(node, { freshMs: FRESH_MS, now: () => time.ms }), asked, time, state };
}

describe("given a node that many share", () => {
  it("is asked once what several want to know at a time", async () => {
    const { node, asked } = given();
    await Promise.all([node.block("latest"), node.block("latest"), node.block("latest")]);
    expect(asked).to.deep.equal(['block "latest"']);
  });

  it("is asked again once the answer is not fresh any more", async () => {
    const { node, asked, time } = given();
    await node.block(7);
    time.ms = FRESH_MS - 1;
    await node.block(7);
    expect(asked).to.have.length(1);
    time.ms = FRESH_MS;
    await node.block(7);
    expect(asked).to.have.length(2);
  });

  it("gives each the logs of its own contract, out of one answer of all that are watched", async () => {
    const { node, asked } = given();
    for (const address of ADDRESSES) node.watch(address);
    const found = await Promise.all(ADDRESSES.map((address) => node.logs({ address, blockHash: BLOCK.hash })));
    expect(found.map((logs) => logs.map(({ address }) => address))).to.deep.equal(
      ADDRESSES.map((address) => [address]),
    );
    expect(asked).to.deep.equal([`logs ${JSON.stringify(ADDRESSES)}`]);
  });

  it("gives each the logs of its own contract out of a block's receipts, read once", async () => {
    const { node, asked } = given();
    for (const address of ADDRESSES) node.watch(address);
    const found = await Promise.all(ADDRESSES.map((address) => node.receiptLogs(address, BLOCK)));
    expect(found.map((logs) => logs?.map(({ address }) => address))).to.deep.equal(
      ADDRESSES.map((address) => [address]),
    );
    expect(asked).to.deep.equal([`receipts ${JSON.stringify(ADDRESSES)}`]);
  });

  it("asks for one that nobody watches by itself, and for ranges too", async () => {
    const { node, asked } = given();
    const end = node.watch(ADDRESSES[0]!);
    node.watch(ADDRESSES[1]!);
    await node.logs({ address: ADDRESSES[2]!, blockHash: BLOCK.hash });
    await node.logs({ address: ADDRESSES[0]!, fromBlock: 1, toBlock: 7 });
    end();
    await node.logs({ address: ADDRESSES[0]!, blockHash: BLOCK.hash });
    expect(asked).to.deep.equal([ADDRESSES[2], ADDRESSES[0], ADDRESSES[0]].map((address) => `logs "${address}"`));
  });

  it("keeps watching while one of two still does", async () => {
    const { node, asked } = given();
    const [first] = [node.watch(ADDRESSES[0]!), node.watch(ADDRESSES[0]!), node.watch(ADDRESSES[1]!)];
    first();
    await node.logs({ address: ADDRESSES[0]!, blockHash: BLOCK.hash });
    expect(asked).to.deep.equal([`logs ${JSON.stringify(ADDRESSES.slice(0, 2))}`]);
  });

  it("asks for each alone where all together are too much for the node", async () => {
    const { node } = given({
      logs: ({ address }) =>
        typeof address === "string"
          ? Promise.resolve([])
          : Promise.reject(new NodeError("NODE_RANGE_REFUSED", { reason: "more than 10000 results" })),
    });
    for (const address of ADDRESSES) node.watch(address);
    expect(await node.logs({ address: ADDRESSES[1]!, blockHash: BLOCK.hash })).to.deep.equal([]);
  });

  it("takes nobody's failure for the others': the next one asks again", async () => {
    let isAway = true;
    const { node } = given({
      block: () =>
        isAway ? Promise.reject(new NodeError("NODE_UNREACHABLE", { reason: "cut" })) : Promise.resolve(undefined),
    });
    const failed = await node.block("latest").catch((error: unknown) => error);
    expect(failed).to.have.property("code", "NODE_UNREACHABLE");
    isAway = false;
    expect(await node.block("latest")).to.equal(undefined);
  });

  it("does not tell of an account behind a new block what was so before it", async () => {
    const { node, state, time } = given();
    await node.block("latest");
    expect(await node.nonceOf("0xa", "latest")).to.equal(3);
    time.ms = FRESH_MS; // a block comes, in which a nonce is used
    Object.assign(state, { nonce: 4, newest: { ...state.newest, number: 8, hash: "0x08" } });
    await node.block("latest");
    expect(await node.nonceOf("0xa", "latest")).to.equal(4);
  });

  it("keeps no answer for what a call was told: each is asked by itself", async () => {
    const { node, asked } = given();
    await node.call({ to: "0x", data: "0x" }, "latest");
    await node.call({ to: "0x", data: "0x" }, "latest");
    expect(asked).to.have.length(2);
  });

  it("forgets what nobody can use any more", async () => {
    const { node, asked, time } = given();
    for (let number = 0; number < 10_000; number += 1) await node.block(number);
    expect(asked).to.have.length(10_000);
    await node.block(0); // among the oldest, though fresh
    expect(asked).to.have.length(10_001);
    time.ms = FRESH_MS;
    await node.block(0);
    expect(asked).to.have.length(10_002);
  });
});
