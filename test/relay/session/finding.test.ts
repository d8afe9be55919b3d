import { expect } from "chai";
import { zeroPadValue } from "ethers";

import type { BlockHeader, ChainLog, ChainNode, LogQuery } from "../../../src/node/node.js";
import { createFinder } from "../../../src/relay/session/finding.js";
import { ISessionFactory__factory } from "../../../typechain-types/index.js";

const FACTORY = `0x${"fa".repeat(20)}`;
const nameOf = (n: number): string => `0x${String(n).padStart(40, "0")}`;
const CREATED = ISessionFactory__factory.createInterface().getEvent("SessionCreated").topicHash;

/** A chain in which sessions are created, behind a node that searches few blocks at once. */
function given() {
  let blocks: { hash: string; sessions: number[] }[] = [{ hash: "0x0", sessions: [] }];
  const asked: (readonly [number, number])[] = [];
  const logOf = (session: number, blockNumber: number, index: number): ChainLog => ({
    address: FACTORY,
    topics: [CREATED, zeroPadValue(nameOf(session), 32)],
    data: "0x",
    ...{ blockNumber, blockHash: blocks[blockNumber]!.hash, transactionHash: "0x", index },
  });
  const node = {
    block: () => Promise.resolve({ number: blocks.length - 1, hash: blocks.at(-1)!.hash } as BlockHeader),
    ranges: {
      span: 4,
      async search<T>(first: number, last: number, ask: (first: number, last: number) => Promise<T>) {
        const to = Math.min(last, first + 3);
        return { first, last: to, found: await ask(first, to) };
      },
    },
    logs({ address, fromBlock = 0, toBlock = 0 }: LogQuery) {
      expect(address).to.equal(FACTORY);
      asked.push([fromBlock, toBlock]);
      const found = blocks.flatMap(({ sessions }, number) =>
        number < fromBlock || number > toBlock ? [] : sessions.map((session, index) => logOf(session, number, index)),
      );
      return Promise.resolve(found.reverse());
    },
  } as unknown as ChainNode;
  return {
    asked,
    finder: (fromBlock = 0) => createFinder({ node, factory: FACTORY, fromBlock, reorgDepth: 3 }),
    mine: (...sessions: number[]) => void blocks.push({ hash: `0x${blocks.length}${sessions.join("")}`, sessions }),
    drop: (count: number) => void (blocks = blocks.slice(0, -count)),
  };
}

const named = (found: readonly { session: string; block: number }[]) =>
  found.map(({ session, block }) => [Number(session), block]);

describe("given the sessions of a factory", () => {
  it("finds them in the order of their creation, each once", async () => {
    const chain = given();
    chain.mine(5, 3);
    for (let n = 0; n < 10; n += 1) chain.mine();
    chain.mine(7);
    const finder = chain.finder();
    expect(named(await finder.next())).to.deep.equal([
      [5, 1],
      [3, 1],
      [7, 12],
    ]);
    expect(await finder.next()).to.deep.equal([]);
    chain.mine(8);
    expect(named(await finder.next())).to.deep.equal([[8, 13]]);
  });

  it("looks at no block before the one it is to begin with, and asks nothing while no block comes", async () => {
    const chain = given();
    chain.mine(1);
    chain.mine(2);
    const finder = chain.finder(2);
    expect(named(await finder.next())).to.deep.equal([[2, 2]]);
    const { length } = chain.asked;
    await finder.next();
    expect(chain.asked.length).to.equal(length);
  });

  it("finds one that a reorganisation has brought in place of another, and none twice", async () => {
    const chain = given();
    chain.mine(1);
    chain.mine(2);
    const finder = chain.finder();
    await finder.next();
    chain.drop(1);
    chain.mine(4, 2);
    chain.mine();
    expect(named(await finder.next())).to.deep.equal([[4, 2]]);
  });

  it("asks for the newest blocks alone, however long the chain is", async () => {
    const chain = given();
    for (let n = 0; n < 40; n += 1) chain.mine();
    const finder = chain.finder();
    await finder.next();
    chain.asked.length = 0;
    chain.mine();
    await finder.next();
    expect(chain.asked).to.deep.equal([[38, 41]]);
  });
});
