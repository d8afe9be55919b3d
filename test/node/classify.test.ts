/** What is an answer, what a contract refused, and where a node failed: by the words and codes of real nodes. */
import { expect } from "chai";
import { AbiCoder, id, makeError } from "ethers";

import { isNodeError, nodeErrorOf, resultOf, revertOf } from "../../src/node/classify.js";
import { NodeError, Reverted } from "../../src/node/errors.js";

const REASON = id("Error(string)").slice(0, 10) + AbiCoder.defaultAbiCoder().encode(["string"], ["no"]).slice(2);
const CUSTOM = "0x12345678";

interface Said {
  readonly method?: string;
  readonly status?: number;
  readonly retryAfter?: string;
  readonly blocks?: number;
  readonly error?: unknown;
  readonly text?: string;
}

/** What is made of an answer with that error, or that text. */
function madeOf({ method = "eth_call", status = 200, retryAfter, blocks, error, text }: Said): unknown {
  const answer = { status, text: text ?? JSON.stringify({ jsonrpc: "2.0", id: 1, error }), retryAfter };
  try {
    return resultOf({ method, node: "http://node", blocks }, answer);
  } catch (thrown) {
    return thrown;
  }
}

function nodeError(said: Said): NodeError {
  const made = madeOf(said);
  expect(made, JSON.stringify(said)).to.be.instanceOf(NodeError);
  return made as NodeError; // as was just seen
}

describe("resultOf", () => {
  it("gives the result, also with an error of nothing beside it, and nothing at all where that is the result", () => {
    expect(madeOf({ text: '{"id":1,"result":"0x","error":null}' })).to.equal("0x");
    expect(madeOf({ text: '{"id":1,"result":null}' })).to.equal(null);
  });

  describe("given a call that the contract refused", () => {
    const reverts: readonly [string, unknown, string, number?][] = [
      ["geth", { code: 3, message: "execution reverted: no", data: REASON }, REASON],
      ["geth without a reason", { code: -32_000, message: "execution reverted" }, "0x"],
      ["geth out of gas", { code: -32_000, message: "out of gas" }, "0x"],
      ["Erigon", { code: 3, message: "execution reverted: no", data: REASON }, REASON],
      ["Nethermind", { code: -32_015, message: "VM execution error.", data: `Reverted ${REASON}` }, REASON],
      ["newer Nethermind", { code: 3, message: "execution reverted: no", data: REASON }, REASON],
      ["Besu", { code: -32_000, message: "Execution reverted", data: REASON }, REASON],
      ["anvil", { code: 3, message: "execution reverted: custom error 0x12345678", data: CUSTOM }, CUSTOM],
      ["anvil out of gas", { code: -32_003, message: "EVM error OutOfGas" }, "0x"],
      [
        "Hardhat 3",
        { code: -32_603, message: "VM Exception while processing transaction: reverted", data: { data: CUSTOM } },
        CUSTOM,
      ],
      ["a provider with a status of its own", { code: 3, message: "execution reverted", data: CUSTOM }, CUSTOM, 400],
      ["another", { code: -32_000, message: "execution reverted" }, "0x", 500],
      ["one that gives only the data", { code: -32_000, message: "call failed", data: CUSTOM }, CUSTOM],
    ];
    for (const [node, error, data, status] of reverts) {
      it(`takes ${node} at its word`, () => {
        const made = madeOf({ error, ...(status !== undefined && { status }) });
        expect(made).to.be.instanceOf(Reverted);
        expect((made as Reverted).data).to.equal(data);
      });
    }

    it("knows that only what runs code can revert", () => {
      const error = { code: -32_000, message: "execution reverted" };
      expect(madeOf({ method: "eth_estimateGas", error })).to.be.instanceOf(Reverted);
      expect(nodeError({ method: "eth_getCode", error }).code).to.equal("NODE_REFUSED");
    });
  });

  describe("given a node that failed", () => {
    const failures: readonly [string, Said, NodeError["code"], boolean][] = [
      ["a limit", { error: { code: -32_005, message: "daily request count exceeded" } }, "NODE_RATE_LIMITED", true],
      ["a limit in words", { error: { code: -32_000, message: "Too Many Requests" } }, "NODE_RATE_LIMITED", true],
      ["a limit by status", { status: 429, text: "slow down" }, "NODE_RATE_LIMITED", true],
      [
        "a limit, whatever data comes with it",
        { error: { code: -32_005, message: "x", data: CUSTOM } },
        "NODE_RATE_LIMITED",
        true,
      ],
      ["a lost state", { error: { code: -32_000, message: "missing trie node" } }, "NODE_REFUSED", true],
      ["a header that is not there", { error: { code: -32_000, message: "header not found" } }, "NODE_REFUSED", true],
      ["no such method", { error: { code: -32_601, message: "the method does not exist" } }, "NODE_REFUSED", false],
      ["wrong parameters", { error: { code: -32_602, message: "invalid argument" } }, "NODE_REFUSED", false],
      [
        "no money",
        { error: { code: -32_000, message: "insufficient funds for gas * price + value" } },
        "NODE_REFUSED",
        true,
      ],
      ["a slow call", { error: { code: -32_000, message: "execution aborted (timeout = 5s)" } }, "NODE_TIMEOUT", true],
      ["a gateway's time-out", { status: 504, text: "" }, "NODE_TIMEOUT", true],
      ["a proxy without its node", { status: 503, text: "<html><p>down</p></html>" }, "NODE_UNREACHABLE", true],
      ["a wrong key", { status: 401, text: '{"message":"API key invalid"}' }, "NODE_REFUSED", false],
      ["a fault", { status: 500, text: "oops" }, "NODE_REFUSED", true],
      ["words in place of an error", { error: "busy" }, "NODE_REFUSED", true],
      ["a page", { text: "<!doctype html><title>Log in</title>" }, "NODE_MALFORMED", true],
      ["half an answer", { text: '{"id":1,"resu' }, "NODE_MALFORMED", true],
      ["an answer without one", { text: '{"id":1}' }, "NODE_MALFORMED", true],
      ["no answer", { text: "" }, "NODE_MALFORMED", true],
      ["a number", { text: "7" }, "NODE_MALFORMED", true],
      ["many answers to one question", { text: '[{"id":1,"result":"0x"}]' }, "NODE_MALFORMED", true],
    ];
    for (const [what, said, code, retryable] of failures) {
      it(`says so of ${what}`, () => {
        const error = nodeError(said);
        expect([error.code, error.retryable]).to.deep.equal([code, retryable]);
      });
    }

    it("keeps status, code and words, and of a page what a reader sees", () => {
      expect(nodeError({ status: 403, error: { code: -32_001, message: "not for you" } }).values).to.deep.equal({
        ...{ method: "eth_call", node: "http://node" },
        ...{ status: 403, rpc: -32_001, reason: "not for you" },
      });
      const page = "<html><head><style>p{}</style></head><body><h1>502</h1>\n<p>Bad   Gateway</p></body></html>";
      expect(nodeError({ status: 502, text: page }).values).to.deep.include({ status: 502, reason: "502 Bad Gateway" });
    });

    it("reads how long to wait: seconds, a date, or what the error says", () => {
      const waits = (said: Said): number | undefined =>
        nodeError({ status: 429, text: "", ...said }).values.retryAfterMs;
      expect(waits({ retryAfter: "2" })).to.equal(2000);
      expect(waits({ retryAfter: new Date(Date.now() + 60_000).toUTCString() })).to.be.within(50_000, 60_000);
      expect(waits({ retryAfter: new Date(Date.now() - 60_000).toUTCString() })).to.equal(0);
      expect(waits({ retryAfter: "soon" })).to.equal(undefined);
      const error = { code: -32_005, message: "limited", data: { rate: { backoff_seconds: 30 } } };
      expect(nodeError({ error }).values.retryAfterMs).to.equal(30_000);
    });
  });

  describe("given a range of blocks that a node does not search", () => {
    const method = "eth_getLogs";
    const refusals: readonly [string, unknown, number | undefined, boolean?][] = [
      [
        "Alchemy",
        {
          code: -32_602,
          message:
            "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0x10, 0x1f]",
        },
        16,
        true,
      ],
      [
        "Alchemy's free tier",
        {
          code: -32_600,
          message: "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range.",
        },
        10,
      ],
      [
        "Infura",
        { code: -32_005, message: "query returned more than 10000 results. Try with this block range [0x100, 0x1ff]." },
        256,
        true,
      ],
      ["QuickNode", { code: -32_614, message: "eth_getLogs is limited to a 10,000 range" }, 10_000],
      ["QuickNode's trial", { code: -32_614, message: "eth_getLogs is limited to a 5 range" }, 5],
      ["Cloudflare", { code: -32_047, message: "Invalid eth_getLogs request. range too large. Max range: 800" }, 800],
      ["BNB", { code: -32_000, message: "exceed maximum block range: 5000" }, 5000],
      ["dRPC", { code: 35, message: "ranges over 10000 blocks are not supported on freetier" }, 10_000],
      ["1RPC", { code: -32_602, message: "eth_getLogs is limited to 0 - 10000 blocks range" }, 10_000],
      ["reth", { code: -32_602, message: "query exceeds max results 20000, retry with the range 100-149" }, 50, true],
      [
        "Avalanche",
        { code: -32_000, message: "requested too many blocks from 0 to 50000, maximum is set to 2048" },
        2048,
      ],
      ["Base", { code: -32_614, message: "eth_getLogs is limited to a 2,000 block range" }, 2000],
      ["Besu", { code: -32_005, message: "Requested range exceeds maximum RPC range limit" }, undefined],
      ["Ankr", { code: -32_062, message: "Block range is too large" }, undefined],
    ];
    for (const [node, error, ceiling, results] of refusals) {
      it(`understands ${node}`, () => {
        for (const status of [200, 400, 413]) {
          const { code, values } = nodeError({ method, blocks: 20_000, status, error });
          expect(code).to.equal("NODE_RANGE_REFUSED");
          expect([values.ceiling, values.results]).to.deep.equal([ceiling, results]);
        }
      });
    }

    it("takes a bare status for it, but no number that helps nobody", () => {
      expect(nodeError({ method, status: 413, text: "" }).code).to.equal("NODE_RANGE_REFUSED");
      expect(nodeError({ method, status: 400, text: "<html>Bad Request</html>" }).code).to.equal("NODE_RANGE_REFUSED");
      expect(nodeError({ method, status: 504, text: "" }).code).to.equal("NODE_TIMEOUT");
      const error = { code: -32_000, message: "exceed maximum block range: 5000" };
      expect(nodeError({ method, blocks: 100, error }).values).not.to.have.property("ceiling");
    });

    it("does not take a limit of requests for one of blocks", () => {
      const error = { code: -32_005, message: "rate limit exceeded, up to 10 requests per second" };
      expect(nodeError({ method, error }).code).to.equal("NODE_RATE_LIMITED");
    });
  });
});

describe("what a foreign provider threw", () => {
  const callFailed = (data: string | null, error?: unknown) =>
    Object.assign(
      makeError("call failed", "CALL_EXCEPTION", {
        ...{ action: "call" as const, data, reason: null, invocation: null, revert: null },
        transaction: { to: null, data: "" },
      }),
      error === undefined ? {} : { info: { error, payload: { method: "eth_call" } } },
    );

  it("is a revert if the contract said so", () => {
    expect(revertOf(callFailed(REASON))?.data).to.equal(REASON);
    expect(revertOf(callFailed(null, { code: -32_000, message: "execution reverted" }))?.data).to.equal("0x");
    expect(revertOf(callFailed(null))?.data, "there is nothing else to go by").to.equal("0x");
    expect(revertOf({ code: 3, message: "execution reverted", data: CUSTOM })?.data).to.equal(CUSTOM);
    expect(isNodeError(callFailed(REASON))).to.equal(false);
  });

  it("is none if the node refused, although ethers calls it one", () => {
    const limited = callFailed(null, { code: -32_005, message: "limit exceeded" });
    expect(revertOf(limited)).to.equal(undefined);
    const error = nodeErrorOf(limited)!;
    expect([error.code, error.values.reason, error.cause]).to.deep.equal([
      "NODE_RATE_LIMITED",
      "limit exceeded",
      limited,
    ]);
  });

  it("is a node's failure if there was no answer", () => {
    const away = makeError("could not detect network", "NETWORK_ERROR", { event: "x" });
    expect(nodeErrorOf(away)?.code).to.equal("NODE_UNREACHABLE");
    expect(
      nodeErrorOf(makeError("request timeout", "TIMEOUT", { operation: "x", reason: "y", request: undefined! }))?.code,
    ).to.equal("NODE_TIMEOUT");
    expect(nodeErrorOf(Object.assign(new Error("x"), { code: "ECONNREFUSED" }))?.code).to.equal("NODE_UNREACHABLE");
    expect(nodeErrorOf(new Error("wrapped", { cause: away }))?.code).to.equal("NODE_UNREACHABLE");
    const server = Object.assign(new Error("server response 429"), {
      ...{ code: "SERVER_ERROR", shortMessage: "server response 429" },
      response: { statusCode: 429, bodyText: "slow down" },
    });
    expect(nodeErrorOf(server)?.code).to.equal("NODE_RATE_LIMITED");
    expect(nodeErrorOf({ code: "UNKNOWN_ERROR", error: { code: -32_603, message: "internal" } })?.code).to.equal(
      "NODE_REFUSED",
    );
  });

  it("is neither if it is about something else", () => {
    const info = { error: { code: 4001, message: "User said no" } };
    const declined = Object.assign(new Error("no"), { code: "ACTION_REJECTED", info });
    for (const thrown of [
      declined,
      new Error("x"),
      "words",
      undefined,
      null,
      7,
      { code: 4001, message: "User said no" },
    ]) {
      expect([nodeErrorOf(thrown), revertOf(thrown)]).to.deep.equal([undefined, undefined]);
    }
  });
});
