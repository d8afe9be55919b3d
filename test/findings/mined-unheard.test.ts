/**
 * ethers asks for a receipt, then from which block on it is to hear of new ones. A transaction that was mined between these two questions
 * was waited for until the next block, and on a chain that makes none of itself for ever.
 */
import { expect } from "chai";
import {
  JsonRpcProvider,
  type JsonRpcPayload,
  type JsonRpcResult,
  keccak256,
  Network,
  Wallet,
  ZeroAddress,
} from "ethers";

import { transact } from "../../src/bindings/transact.js";

const NETWORK = Network.from(31_337n);
/** One before ethers waits, one when it begins to. */
const RECEIPTS_TOO_EARLY = 2;

const word = (value: number): string => `0x${value.toString(16).padStart(64, "0")}`;
const BLOCK = {
  ...{ number: "0x5", hash: word(5), parentHash: word(4), timestamp: "0x1", nonce: "0x0000000000000000" },
  ...{ difficulty: "0x0", gasLimit: "0x1c9c380", gasUsed: "0x0", miner: ZeroAddress, extraData: "0x" },
  ...{ baseFeePerGas: "0x1", transactions: [] },
};

/** A chain that stands at the block in which the transaction is, and tells of it only when it is asked for the third time. */
class StandingChain extends JsonRpcProvider {
  public receipts = 0;

  public constructor() {
    super("http://127.0.0.1", NETWORK, {
      staticNetwork: NETWORK,
      cacheTimeout: -1,
      pollingInterval: 10,
      batchMaxCount: 1,
    });
  }

  public override _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const asked = Array.isArray(payload) ? payload : [payload];
    return Promise.resolve(asked.map(({ id, method, params }) => ({ id, result: this.#answer(method, params as string[]) }))); // prettier-ignore
  }

  #answer(method: string, [first = ""]: readonly string[]): unknown {
    switch (method) {
      case "eth_sendRawTransaction":
        return keccak256(first);
      case "eth_getTransactionReceipt":
        this.receipts += 1;
        return this.receipts <= RECEIPTS_TOO_EARLY ? null : receiptOf(first);
      default:
        if (!(method in ANSWERS)) throw new Error(`unexpected: ${method}`);
        return ANSWERS[method];
    }
  }
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  eth_getCode: "0x60",
  eth_blockNumber: BLOCK.number,
  eth_getBlockByNumber: BLOCK,
  eth_estimateGas: "0x5208",
  eth_gasPrice: "0x1",
  eth_maxPriorityFeePerGas: "0x1",
  eth_getTransactionCount: "0x0",
  eth_getTransactionByHash: null,
};

function receiptOf(hash: string): Readonly<Record<string, unknown>> {
  return {
    ...{ transactionHash: hash, blockHash: BLOCK.hash, blockNumber: BLOCK.number, transactionIndex: "0x0" },
    ...{ from: ZeroAddress, to: ZeroAddress, contractAddress: null, logs: [], logsBloom: `0x${"00".repeat(256)}` },
    ...{ gasUsed: "0x5208", cumulativeGasUsed: "0x5208", effectiveGasPrice: "0x1", status: "0x1", type: "0x2" },
  };
}

describe("finding: a transaction that is mined while ethers begins to wait for it", function () {
  this.timeout(60_000);

  it("is found, though no other block follows", async function () {
    const chain = new StandingChain();
    try {
      const receipt = await transact(
        Wallet.createRandom(chain),
        Promise.resolve({ to: ZeroAddress, data: "0x12345678" }),
      );
      expect([receipt.blockNumber, chain.receipts]).to.deep.equal([5, RECEIPTS_TOO_EARLY + 1]);
    } finally {
      chain.destroy();
    }
  });
});
