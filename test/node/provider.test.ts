/** ethers over the door: what it gives, and that a node's failure comes out of it as one. The node gives a test's answers. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { Contract } from "ethers";

import { asClientError } from "../../src/bindings/errors.js";
import { NodeError } from "../../src/node/errors.js";
import { NodeProvider } from "../../src/node/provider.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";

const BOOK = `0x${"0b".repeat(20)}`;
const REFUSAL = IOrderBook__factory.createInterface().encodeErrorResult("Book_ZeroAmount", []);

interface Answer {
  readonly status?: number;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly text?: string;
}

describe("NodeProvider", () => {
  let server: Server;
  let url: string;
  let provider: NodeProvider;
  let bodies: string[];
  let answers: Readonly<Record<string, Answer>>;

  before(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        bodies.push(text);
        const { method, id } = JSON.parse(text) as { readonly method: string; readonly id: number };
        const { status = 200, text: said, ...body } = answers[method] ?? { error: { code: -32_601, message: method } };
        response.writeHead(status).end(said ?? JSON.stringify({ jsonrpc: "2.0", id, ...body }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(async () => {
    bodies = [];
    answers = { eth_chainId: { result: "0x7a69" } };
    provider = await NodeProvider.open(url, { tries: 1 });
    bodies = [];
  });
  afterEach(() => {
    provider.destroy();
  });

  const token = (): Contract => new Contract(BOOK, ["function decimals() view returns (uint8)"], provider);
  const thrownBy = async (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => expect.fail("was answered"),
      (error: unknown) => error,
    );

  it("knows its chain, and does not ask again", async () => {
    expect((await provider.getNetwork()).chainId).to.equal(31_337n);
    expect(bodies).to.deep.equal([]);
  });

  it("asks one call a request, and never answers from before", async () => {
    answers = { eth_blockNumber: { result: "0x1" }, eth_getBalance: { result: "0x2" } };
    await Promise.all([provider.getBlockNumber(), provider.getBalance(BOOK), provider.getBalance(BOOK)]);
    await provider.getBalance(BOOK);
    expect(bodies.length).to.equal(4);
    expect(bodies.every((body) => body.startsWith("{"))).to.equal(true);
  });

  it("gives a contract's refusal with its reason, with any status", async () => {
    for (const status of [200, 400, 500]) {
      answers = { eth_call: { status, error: { code: 3, message: "execution reverted", data: REFUSAL } } };
      const error = asClientError(await thrownBy(provider.call({ to: BOOK, data: "0x12345678" })));
      expect(error.code).to.equal("Book_ZeroAmount");
    }
    answers = { eth_estimateGas: { error: { code: -32_000, message: "execution reverted" } } };
    const empty = asClientError(await thrownBy(provider.estimateGas({ to: BOOK, data: "0x12345678" })));
    expect(empty.code).to.equal("Client_EmptyRevert");
  });

  it("gives a node's failure as one, where ethers would say that the contract reverted", async () => {
    const failures: readonly [Answer, NodeError["code"]][] = [
      [{ error: { code: -32_005, message: "limited" } }, "NODE_RATE_LIMITED"],
      [{ error: { code: -32_000, message: "missing trie node" } }, "NODE_REFUSED"],
      [{ status: 503, text: "down" }, "NODE_UNREACHABLE"],
      [{ text: "<html>hello</html>" }, "NODE_MALFORMED"],
      [{ result: 18 }, "NODE_MALFORMED"],
      [{ result: null }, "NODE_MALFORMED"],
    ];
    for (const [answer, code] of failures) {
      answers = { eth_call: answer };
      const error = await thrownBy(token().getFunction("decimals")());
      expect(error, code).to.be.instanceOf(NodeError).with.property("code", code);
      expect(asClientError(error)).to.equal(error);
    }
  });

  it("takes nothing from a contract for an answer, of which ethers says what is wrong", async () => {
    answers = { eth_call: { result: "0x" } };
    expect(await provider.call({ to: BOOK })).to.equal("0x");
    expect(await thrownBy(token().getFunction("decimals")())).to.include({ code: "BAD_DATA" });
  });

  it("reads blocks of chains without a base fee", async () => {
    const hash = `0x${"ab".repeat(32)}`;
    const block = {
      ...{ number: "0x1", hash, parentHash: hash, timestamp: "0x64", nonce: "0x0000000000000000", difficulty: "0x0" },
      ...{ gasLimit: "0x1", gasUsed: "0x0", miner: BOOK, extraData: "0x", baseFeePerGas: null, transactions: [] },
    };
    answers = { eth_getBlockByNumber: { result: block }, eth_gasPrice: { result: "0x9" } };
    expect((await provider.getBlock(1))!.baseFeePerGas).to.equal(null);
    const { gasPrice, maxFeePerGas } = await provider.getFeeData();
    expect([gasPrice, maxFeePerGas]).to.deep.equal([9n, null]);
    // Without either, ethers would say that there is no price, and a deployment costs nothing.
    answers = {
      eth_getBlockByNumber: { result: block },
      eth_gasPrice: { error: { code: -32_005, message: "limited" } },
    };
    expect(await thrownBy(provider.getFeeData())).to.have.property("code", "NODE_RATE_LIMITED");
  });

  it("is not made where the node does not say which chain it is of", async () => {
    for (const answer of [{ result: "mainnet" }, { result: null }, { text: "hello" }]) {
      answers = { eth_chainId: answer };
      expect(await thrownBy(NodeProvider.open(url)))
        .to.be.instanceOf(NodeError)
        .with.property("code", "NODE_MALFORMED");
    }
  });
});
