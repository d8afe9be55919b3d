/** What a node says, and what is made of it. The node is a server that gives the answers of a test. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { type NodeError, Reverted } from "../../src/node/errors.js";
import { type ChainNode, createNode, refusalText } from "../../src/node/node.js";
import { expectRefused } from "../relay/paper/expect.js";

const HASH = `0x${"ab".repeat(32)}`;
const OTHER = `0x${"cd".repeat(32)}`;
const BOOK = `0x${"0b".repeat(20)}`;
const BLOCK = { number: "0x10", hash: HASH, parentHash: OTHER, timestamp: "0x64", baseFeePerGas: "0x7" };
const LOG = {
  address: BOOK,
  topics: [HASH],
  data: "0x01",
  blockNumber: "0x10",
  blockHash: HASH,
  transactionHash: OTHER,
  logIndex: "0x2",
};

interface Asked {
  readonly method: string;
  readonly params: readonly unknown[];
}

describe("createNode", () => {
  let server: Server;
  let node: ChainNode;
  let url: string;
  let asked: Asked[];
  /** The body, or what is said in place of it. */
  let answer: { readonly status?: number; readonly body: unknown };

  before(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        asked.push(JSON.parse(text) as Asked);
        const { status = 200, body } = answer;
        response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    node = createNode(url, { tries: 1 });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
  });

  const says = (result: unknown): void => {
    answer = { body: { jsonrpc: "2.0", id: 1, result } };
  };
  const question = (): unknown => [asked[0]!.method, ...asked[0]!.params];

  describe("when it is asked", () => {
    it("puts a block's header into numbers", async () => {
      says(BLOCK);
      expect(await node.block(16)).to.deep.equal({
        number: 16,
        hash: HASH,
        parentHash: OTHER,
        timestamp: 100n,
        baseFee: 7n,
        logsBloom: undefined,
      });
      expect(question()).to.deep.equal(["eth_getBlockByNumber", "0x10", false]);
      const logsBloom = `0x${"01".repeat(256)}`;
      says({ ...BLOCK, logsBloom });
      expect((await node.block(16))!.logsBloom).to.equal(logsBloom);
    });

    it("tells the newest final block, if the node knows the word", async () => {
      says(BLOCK);
      expect(await node.finalized()).to.equal(16);
      expect(question()).to.deep.equal(["eth_getBlockByNumber", "finalized", false]);
      says(null);
      expect(await node.finalized()).to.equal(undefined);
      answer = { body: { jsonrpc: "2.0", id: 1, error: { code: -32_602, message: "invalid block tag" } } };
      expect(await node.finalized()).to.equal(undefined);
    });

    it("gives a contract's logs out of the receipts of a block, if the node gives those", async () => {
      const other = { ...LOG, address: `0x${"0c".repeat(20)}` };
      says([
        { blockHash: LOG.blockHash, logs: [other, LOG] },
        { blockHash: LOG.blockHash, logs: [] },
      ]);
      const block = { number: 16, hash: LOG.blockHash };
      expect((await node.receiptLogs(LOG.address, block))!.map(({ index }) => index)).to.deep.equal([
        Number(LOG.logIndex),
      ]);
      says([{ blockHash: `0x${"99".repeat(32)}`, logs: [] }]);
      await node.receiptLogs(LOG.address, block).then(
        () => expect.fail("receipts of another block were taken"),
        (error: unknown) => expect(error).to.include({ code: "NODE_MALFORMED" }),
      );
      answer = { body: { jsonrpc: "2.0", id: 1, error: { code: -32_601, message: "no such method" } } };
      expect(await node.receiptLogs(LOG.address, block)).to.equal(undefined);
    });

    it("knows blocks without a base fee, and that there is no such block", async () => {
      for (const baseFeePerGas of [undefined, null]) {
        says({ ...BLOCK, baseFeePerGas });
        expect((await node.block("latest"))!.baseFee).to.equal(undefined);
      }
      says(null);
      expect(await node.block(17)).to.equal(undefined);
    });

    it("tells the time of a block in the making, if the node says", async () => {
      says({ timestamp: "0x65" });
      expect(await node.pendingTime()).to.equal(101n);
      expect(question()).to.deep.equal(["eth_getBlockByNumber", "pending", false]);
      says(null);
      expect(await node.pendingTime()).to.equal(undefined);
    });

    it("puts logs into numbers, and asks by range or by block", async () => {
      says([LOG]);
      const log = {
        address: BOOK,
        topics: [HASH],
        data: "0x01",
        blockNumber: 16,
        blockHash: HASH,
        transactionHash: OTHER,
        index: 2,
      };
      expect(await node.logs({ address: BOOK, fromBlock: 3, toBlock: 16 })).to.deep.equal([log]);
      expect(await node.logs({ address: BOOK, blockHash: HASH, topics: [HASH] })).to.deep.equal([log]);
      expect(asked.map(({ params }) => params)).to.deep.equal([
        [{ address: BOOK, topics: [], fromBlock: "0x3", toBlock: "0x10" }],
        [{ address: BOOK, topics: [HASH], blockHash: HASH }],
      ]);
    });

    it("counts transactions up to a block", async () => {
      says("0x1f");
      expect(await node.nonceOf(BOOK, 9)).to.equal(31);
      expect(question()).to.deep.equal(["eth_getTransactionCount", BOOK, "0x9"]);
    });

    it("calls, with as much gas as is given", async () => {
      says("0xBEEF");
      expect(await node.call({ from: OTHER, to: BOOK, data: "0x12", gas: 255n }, "pending")).to.equal("0xbeef");
      expect(question()).to.deep.equal(["eth_call", { from: OTHER, to: BOOK, data: "0x12", gas: "0xff" }, "pending"]);
      await node.call({ to: BOOK, data: "0x" }, 1);
      expect(asked[1]!.params).to.deep.equal([{ to: BOOK, data: "0x" }, "0x1"]);
    });

    it("calls at a price that the caller must have and the contract can see", async () => {
      says("0x");
      await node.call({ from: OTHER, to: BOOK, data: "0x12", maxFee: 16n, priorityFee: 1n }, "pending");
      const priced = { from: OTHER, to: BOOK, data: "0x12", maxFeePerGas: "0x10", maxPriorityFeePerGas: "0x1" };
      expect(question()).to.deep.equal(["eth_call", priced, "pending"]);
    });

    it("estimates a call, and tells how much gas a block has room for", async () => {
      says("0x5208");
      expect(await node.estimateGas({ from: OTHER, to: BOOK, data: "0x12" })).to.equal(21_000n);
      expect(question()).to.deep.equal(["eth_estimateGas", { from: OTHER, to: BOOK, data: "0x12" }]);
      says({ ...BLOCK, gasLimit: "0x1c9c380" });
      expect(await node.blockGasLimit()).to.equal(30_000_000n);
    });

    it("tells whether there is code at an address", async () => {
      says("0x60");
      expect(await node.hasCode(BOOK, "latest")).to.equal(true);
      says("0x");
      expect(await node.hasCode(BOOK, 7)).to.equal(false);
      expect(asked.map(({ params }) => params)).to.deep.equal([
        [BOOK, "latest"],
        [BOOK, "0x7"],
      ]);
    });

    it("tells the code at an address", async () => {
      says("0x60");
      expect(await node.codeOf(BOOK)).to.equal("0x60");
      expect(question()).to.deep.equal(["eth_getCode", BOOK, "latest"]);
    });

    it("tells what a transaction took, and that it is in no block", async () => {
      says({ blockNumber: "0x10", status: "0x0", gasUsed: "0x5208", effectiveGasPrice: "0x7" });
      expect(await node.gasOf(HASH)).to.deep.equal({
        block: 16,
        succeeded: false,
        gasUsed: 21_000n,
        gasPrice: 7n,
        logs: 0,
      });
      says({ blockNumber: "0x10", status: "0x1", gasUsed: "0x5208" });
      expect(await node.gasOf(HASH)).to.deep.equal({
        block: 16,
        succeeded: true,
        gasUsed: 21_000n,
        gasPrice: 0n,
        logs: 0,
      });
      says(null);
      expect(await node.gasOf(HASH)).to.equal(undefined);
    });

    it("tells chain, balance and price", async () => {
      says("0x7a69");
      expect([await node.chainId(), await node.balanceOf(BOOK), await node.priorityFee()]).to.deep.equal([
        31_337n,
        31_337n,
        31_337n,
      ]);
      expect(asked.map(({ method }) => method)).to.deep.equal([
        "eth_chainId",
        "eth_getBalance",
        "eth_maxPriorityFeePerGas",
      ]);
    });

    it("sends, and says who sent a transaction", async () => {
      says(HASH);
      expect(await node.send("0x02")).to.equal(HASH);
      says({ from: BOOK });
      expect((await node.senderOf(HASH))!.toLowerCase()).to.equal(BOOK);
      says(null);
      expect(await node.senderOf(HASH)).to.equal(undefined);
    });
  });

  describe("when the node refuses", () => {
    it("hands its reason on, and the data with it", async () => {
      answer = { body: { error: { code: -32_000, message: "Execution REVERTED", data: "0xbad0bad0" } } };
      const error: unknown = await node.call({ to: BOOK, data: "0x" }, "latest").catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Reverted);
      const { data, values } = error as Reverted; // as was just seen
      expect([data, values]).to.deep.equal(["0xbad0bad0", { method: "eth_call", reason: "Execution REVERTED" }]);
      expect(refusalText(error)).to.equal("execution reverted");
    });

    it("reads the reason also from an answer with a status of its own", async () => {
      answer = { status: 400, body: { error: { code: 3, message: "no" } } };
      const values = { method: "eth_chainId", node: url, status: 400, rpc: 3, reason: "no" };
      await expectRefused(node.chainId(), "NODE_REFUSED", values);
    });

    it("says that it is away if all there is is a status", async () => {
      answer = { status: 503, body: "<html>down</html>" };
      const values = { method: "eth_chainId", node: url, status: 503, reason: "down" };
      await expectRefused(node.chainId(), "NODE_UNREACHABLE", values);
      expect(refusalText(new Error("reverted")), "no word of a node").to.equal("");
    });
  });

  describe("when the answer cannot be right", () => {
    const wrong = async (ask: () => Promise<unknown>, method: string, given: string): Promise<void> => {
      await expectRefused(ask(), "NODE_MALFORMED", { method, reason: given });
    };

    it("refuses what is no JSON, and what has no result", async () => {
      const told = { method: "eth_chainId", node: url };
      answer = { body: "hello" };
      await expectRefused(node.chainId(), "NODE_MALFORMED", { ...told, reason: "hello" });
      answer = { body: { id: 1 } };
      await expectRefused(node.chainId(), "NODE_MALFORMED", { ...told, reason: "no result" });
    });

    it("refuses numbers that are none", async () => {
      for (const given of ["7", "0x", "0xzz", "-0x1"]) {
        says(given);
        await wrong(() => node.chainId(), "eth_chainId", given);
      }
      says(7);
      await wrong(() => node.chainId(), "eth_chainId", "7");
      says("0xffffffffffffffff");
      await wrong(() => node.nonceOf(BOOK, 1), "eth_getTransactionCount", "0xffffffffffffffff");
    });

    it("refuses another block than was asked for", async () => {
      says(BLOCK);
      await wrong(() => node.block(17), "eth_getBlockByNumber", "block 16 for 17");
    });

    it("refuses headers with fields that are none", async () => {
      says({ ...BLOCK, hash: "0x12" });
      await wrong(() => node.block(16), "eth_getBlockByNumber", "0x12");
      says({ ...BLOCK, parentHash: undefined });
      await wrong(() => node.block(16), "eth_getBlockByNumber", "undefined");
      says("a block");
      await wrong(() => node.block(16), "eth_getBlockByNumber", "a block");
    });

    it("refuses logs that were not asked for", async () => {
      const given = "log 2 of block 16 was not asked for";
      says([LOG]);
      await wrong(() => node.logs({ address: OTHER.slice(0, 42) }), "eth_getLogs", given);
      await wrong(() => node.logs({ address: BOOK, blockHash: OTHER }), "eth_getLogs", given);
      await wrong(() => node.logs({ address: BOOK, fromBlock: 17 }), "eth_getLogs", given);
      await wrong(() => node.logs({ address: BOOK, toBlock: 15 }), "eth_getLogs", given);
      says({ logs: [] });
      await wrong(() => node.logs({ address: BOOK }), "eth_getLogs", "no list");
      says([{ ...LOG, topics: "none" }]);
      await wrong(() => node.logs({ address: BOOK }), "eth_getLogs", "topics");
    });

    it("refuses a transaction's hash and sender that are none", async () => {
      says("0x1234");
      await wrong(() => node.send("0x02"), "eth_sendRawTransaction", "0x1234");
      says({ from: HASH });
      await wrong(() => node.senderOf(HASH), "eth_getTransactionByHash", HASH);
    });
  });

  it("says that it is away if nobody listens", async () => {
    const gone = createNode("http://127.0.0.1:1", { tries: 1 });
    const error: unknown = await gone.chainId().catch((thrown: unknown) => thrown);
    expect((error as NodeError).code).to.equal("NODE_UNREACHABLE");
    expect((error as NodeError).retryable).to.equal(true);
  });
});
