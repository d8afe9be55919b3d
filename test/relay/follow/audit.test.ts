import { expect } from "chai";

import { type ChainAudit, createChainAudit, type Followed } from "../../../src/relay/follow/audit.js";
import type { ChainLog, ChainNode } from "../../../src/node/node.js";
import { IOrderBook__factory } from "../../../typechain-types/index.js";

const BOOK = `0x${"b0".repeat(20)}`;
const LOOKS_BETWEEN = 20;
const hashOf = (number: number, fork = 0): string => `0x${(number * 100 + fork).toString(16).padStart(64, "0")}`;

/** What a node says of each block: its checkpoint, the logs of the newest, the hash of any. */
interface Said {
  readonly links: Map<number, string>;
  logs: number;
  fork: number;
}

const followed = (number: number, link: string, logs = 2): Followed => ({
  header: { number, hash: hashOf(number), parentHash: hashOf(number - 1), timestamp: 0n, baseFee: undefined },
  link,
  logs,
});

describe("createChainAudit", () => {
  let said: Said;
  let audit: ChainAudit;
  const isFollowed = (): boolean => true;

  beforeEach(() => {
    said = { links: new Map(), logs: 2, fork: 0 };
    audit = createChainAudit(nodeThatSays(said), BOOK);
  });

  /** Until the checkpoint is compared. */
  async function lookUntilDue(newest: Followed): Promise<void> {
    for (let looks = 0; looks < LOOKS_BETWEEN; looks += 1) {
      expect(await audit.look(newest, isFollowed)).to.equal(undefined);
    }
  }

  describe("given a node whose newest block had another checkpoint", () => {
    beforeEach(async () => {
      said.links.set(7, hashOf(71));
      await lookUntilDue(followed(7, hashOf(70)));
    });

    it("says nothing while that is the newest, and all its logs have come", async () => {
      await lookUntilDue(followed(7, hashOf(70)));
    });

    it("says nothing if the checkpoint is the same once there is another block", async () => {
      said.links.set(7, hashOf(70));
      expect(await audit.look(followed(8, hashOf(71)), isFollowed)).to.equal(undefined);
    });

    it("says so if the checkpoint is another one still when there is another block", async () => {
      expect(await audit.look(followed(8, hashOf(72)), isFollowed)).to.deep.equal({
        hash: hashOf(7),
        reason: `the node's logs lead to ${hashOf(70)} at block 7, its state says ${hashOf(71)}`,
      });
    });

    it("says so if the block has more logs now", async () => {
      said.logs = 3;
      expect(await audit.look(followed(7, hashOf(70)), isFollowed)).to.deep.equal({
        hash: hashOf(7),
        reason: "block 7 had 2 logs, and has 3",
      });
    });

    it("says nothing if the node has another block of that number by now", async () => {
      said.fork = 1;
      expect(await audit.look(followed(8, hashOf(72)), isFollowed)).to.equal(undefined);
    });

    it("forgets the block if it is followed no more", async () => {
      expect(await audit.look(followed(8, hashOf(72)), () => false)).to.equal(undefined);
      expect(await audit.look(followed(9, hashOf(73)), isFollowed)).to.equal(undefined);
    });
  });
});

/** Only what the audit asks; anything else would throw. */
function nodeThatSays(said: Said): ChainNode {
  const book = IOrderBook__factory.createInterface();
  const node: Pick<ChainNode, "call" | "logs" | "block"> = {
    call: (_, tag) => {
      const link = said.links.get(Number(tag)) ?? hashOf(0);
      return Promise.resolve(book.encodeFunctionResult("chainState", [link, 1, 1]));
    },
    logs: () => Promise.resolve(Array.from({ length: said.logs }, () => ({}) as ChainLog)), // they are only counted
    block: (tag) => Promise.resolve({ ...followed(Number(tag), "").header, hash: hashOf(Number(tag), said.fork) }),
  };
  return node as ChainNode;
}
