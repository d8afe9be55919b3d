/** A chain on paper as a node that is asked by HTTP. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { toQuantity } from "ethers";

import { NodeError, Reverted } from "../../../src/node/errors.js";
import type { BlockHeader, ChainLog, ChainNode, GasReceipt, LogQuery, NodeCall } from "../../../src/node/node.js";
import type { PaperChain } from "./chain.js";

export interface PaperRpc {
  readonly url: string;
  close(): Promise<void>;
}

type Tag = number | "latest" | "pending";
type Answer = (node: ChainNode, params: readonly unknown[]) => Promise<unknown>;

/** The questions that a relay has. Params are of their types: it is the relay that asks. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  eth_chainId: async (node) => toQuantity(await node.chainId()),
  eth_getBlockByNumber: async (node, [tag]) => {
    const header = await node.block(tagOf(tag) === "pending" ? "latest" : (tagOf(tag) as number | "latest"));
    return header === undefined ? null : { ...blockOf(header), gasLimit: toQuantity(await node.blockGasLimit()) };
  },
  eth_getLogs: async (node, [query]) => (await node.logs(queryOf(query))).map(logOf),
  eth_getTransactionCount: async (node, [address, tag]) =>
    toQuantity(await node.nonceOf(address as string, tagOf(tag))),
  eth_call: (node, [call, tag]) => node.call(call as NodeCall, tagOf(tag)),
  eth_getBalance: async (node, [address]) => toQuantity(await node.balanceOf(address as string)),
  eth_estimateGas: async (node, [call]) => toQuantity(await node.estimateGas(call as NodeCall)),
  eth_getCode: async (node, [address, tag]) => ((await node.hasCode(address as string, tagOf(tag))) ? "0x60" : "0x"),
  eth_getTransactionReceipt: async (node, [hash]) => {
    const receipt = await node.gasOf(hash as string);
    return receipt === undefined ? null : receiptOf(receipt);
  },
  eth_maxPriorityFeePerGas: async (node) => toQuantity(await node.priorityFee()),
  eth_sendRawTransaction: (node, [raw]) => node.send(raw as string),
  eth_getTransactionByHash: async (node, [hash]) => {
    const from = await node.senderOf(hash as string);
    return from === undefined ? null : { from };
  },
};

export async function serve(chain: PaperChain): Promise<PaperRpc> {
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString()));
    request.on("end", () => {
      void answerTo(chain, text).then((answer) => response.end(JSON.stringify(answer)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function answerTo({ node }: PaperChain, text: string): Promise<object> {
  const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown[] }; // as relays ask
  try {
    const answer = ANSWERS[method];
    if (answer === undefined) throw new Error(`a chain on paper is not asked ${method}`);
    return { jsonrpc: "2.0", id, result: await answer(node, params) };
  } catch (error) {
    const isReverted = error instanceof Reverted;
    const message = isReverted || error instanceof NodeError ? error.values.reason : String(error);
    return {
      jsonrpc: "2.0",
      id,
      error: { code: isReverted ? 3 : -32_000, message, ...(isReverted && { data: error.data }) },
    };
  }
}

function tagOf(tag: unknown): Tag {
  return tag === "latest" || tag === "pending" ? tag : Number(tag);
}

function queryOf(query: unknown): LogQuery {
  const { address, blockHash, fromBlock, toBlock } = query as Readonly<Record<string, string>>; // as relays ask
  if (blockHash !== undefined) return { address: address!, blockHash };
  return { address: address!, fromBlock: Number(fromBlock), toBlock: Number(toBlock) };
}

function blockOf({ number, hash, parentHash, timestamp, baseFee }: BlockHeader): object {
  return {
    number: toQuantity(number),
    hash,
    parentHash,
    timestamp: toQuantity(timestamp),
    baseFeePerGas: toQuantity(baseFee ?? 0n),
  };
}

function receiptOf({ block, succeeded, gasUsed, gasPrice, logs }: GasReceipt): object {
  return {
    blockNumber: toQuantity(block),
    status: succeeded ? "0x1" : "0x0",
    gasUsed: toQuantity(gasUsed),
    effectiveGasPrice: toQuantity(gasPrice),
    logs: Array.from({ length: logs }, () => ({})),
  };
}

function logOf({ blockNumber, index, ...log }: ChainLog): object {
  return { ...log, blockNumber: toQuantity(blockNumber), logIndex: toQuantity(index) };
}
