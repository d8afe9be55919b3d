import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { createRelayClient, type RelayClient } from "../../../src/client/relay/client.js";
import { RelayRequestError } from "../../../src/client/relay/errors.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";

const LINK = `0x${"ab".repeat(32)}`;
const TRADER = `0x${"a1".repeat(20)}`;
const SIGNED = {
  package: tradePackage({
    marketRootId: 1,
    marketBranchId: 2,
    trader: TRADER,
    priceTicks: -5n,
    quantityLots: 9_007_199_254_740_993n,
    previousLink: LINK,
    nonce: 2n ** 63n,
    deadline: 1_999n,
    timeInForce: 0,
  }),
  signature: "0x1234",
};
/** As a relay tells it. */
const ORDER = {
  ...SIGNED.package,
  priceTicks: "-5",
  quantityLots: "9007199254740993",
  nonce: "9223372036854775808",
  deadline: "1999",
};
const REFUSAL = {
  code: "Book_NonceUsed",
  message: "Book_NonceUsed(nonce: 1). Sign again.",
  advice: "Sign again.",
  retryable: false,
  values: { nonce: "1" },
};

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
  readonly authorization?: string;
}

/** A server that says what a test tells it to, in the place of a relay that has gone wrong. */
describe("given a relay's client", function () {
  let server: Server;
  let client: RelayClient;
  let answer: { status: number; text: string };
  let asked: Asked[];

  before(async function () {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
      request.on("end", () => {
        const { authorization } = request.headers;
        asked.push({
          method: request.method,
          url: request.url,
          body,
          ...(authorization !== undefined && { authorization }),
        });
        response.statusCode = answer.status;
        response.end(answer.text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    client = createRelayClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  beforeEach(function () {
    asked = [];
  });
  after(function () {
    server.close();
    server.closeAllConnections();
  });

  const says = (status: number, body: unknown): void => {
    answer = { status, text: typeof body === "string" ? body : JSON.stringify(body) };
  };

  async function failure(request: Promise<unknown>): Promise<RelayRequestError> {
    try {
      await request;
    } catch (error) {
      if (error instanceof RelayRequestError) return error;
      throw error;
    }
    return expect.fail("nothing was thrown");
  }

  describe("when a package is handed in", function () {
    it("sends amounts as decimal text, whole", async function () {
      says(202, { link: LINK, status: "pending", ahead: 3 });
      expect(await client.submit(SIGNED)).to.deep.equal({ link: LINK, status: "pending", ahead: 3 });
      expect(asked.map(({ method, url }) => [method, url])).to.deep.equal([["POST", "/v1/packages"]]);
      const { package: order, signature } = JSON.parse(asked[0]!.body) as typeof SIGNED;
      expect(signature).to.equal("0x1234");
      expect(order).to.deep.include({
        priceTicks: "-5",
        quantityLots: "9007199254740993",
        nonce: "9223372036854775808",
      });
      expect(order).to.deep.include({ marketRootId: 1, marketBranchId: 2, timeInForce: 0 });
    });

    it("reads expected fills as amounts", async function () {
      const fills = [{ makerRootId: 4, priceTicks: "5100", lots: "9007199254740993" }];
      says(202, { link: LINK, status: "pending", ahead: 0, expected: { tradeRootId: 5, fills, left: "-3" } });
      const { expected } = await client.submit(SIGNED);
      expect(expected).to.deep.equal({
        tradeRootId: 5,
        fills: [{ makerRootId: 4, priceTicks: 5_100n, lots: 9_007_199_254_740_993n }],
        left: -3n,
      });
    });

    it("throws a refusal with its code, values and advice", async function () {
      says(422, { error: REFUSAL });
      const error = await failure(client.submit(SIGNED));
      const { status, code, message, advice, retryable, values } = error;
      expect({ code, message, advice, retryable, values }).to.deep.equal(REFUSAL);
      expect(status).to.equal(422);
    });
  });

  describe("when the answer is none that a relay gives", function () {
    for (const [what, status, body, problem] of [
      ["no JSON", 200, "<html>", "no JSON, status 200"],
      ["a refusal without a code", 500, { error: "no" }, /^error: /],
      ["a page of some proxy", 502, "Bad gateway", "no JSON, status 502"],
      ["a missing field", 200, { link: LINK }, /^checkpoints: /],
      ["an amount as a number", 200, { link: LINK, checkpoints: 5, chainWindow: 4 }, /^checkpoints: /],
      ["a link that is none", 200, { link: "0x12", checkpoints: "5", chainWindow: 4 }, /^link: /],
    ] as const) {
      it(`says what is wrong with it: ${what}`, async function () {
        says(status, body);
        const error = await failure(client.link());
        expect([error.code, error.status, error.retryable]).to.deep.equal(["RELAY_ANSWER_MALFORMED", status, false]);
        if (typeof problem === "string") expect(error.values["problem"]).to.equal(problem);
        else expect(error.values["problem"]).to.match(problem);
      });
    }

    it("says so of an amount that is too large for its type", async function () {
      const level = { priceTicks: "2147483648", lots: "1", orders: 1 };
      says(200, { marketRootId: 1, marketBranchId: 1, bids: [level], asks: [], house: [] });
      const error = await failure(client.depth({ marketRootId: 1, marketBranchId: 1 }));
      expect(error.code).to.equal("RELAY_ANSWER_MALFORMED");
      expect(error.values["problem"]).to.match(/^bids\.0\.priceTicks: AMOUNT_OUT_OF_RANGE/);
    });
  });

  describe("when it asks", function () {
    it("passes fields over that it does not know", async function () {
      says(200, { link: LINK, checkpoints: "5", chainWindow: 4, colour: "red" });
      expect(await client.link()).to.deep.equal({ link: LINK, checkpoints: 5n, chainWindow: 4 });
    });

    it("puts filters into the question, and leaves out what is not given", async function () {
      says(200, { block: { number: 7, hash: LINK, timestamp: "9" }, items: [], next: "more" });
      const page = await client.history("fills", { trader: TRADER, limit: 5, cursor: "a b&c" });
      expect(page).to.deep.equal({ block: { number: 7, hash: LINK, timestamp: 9n }, items: [], next: "more" });
      await client.history("weights");
      says(200, { marketRootId: 3, marketBranchId: 2, bids: [], asks: [], house: [] });
      await client.depth({ marketRootId: 3, marketBranchId: 2 }, 10);
      expect(asked.map(({ url }) => url)).to.deep.equal([
        `/v1/history/fills?trader=${TRADER}&limit=5&cursor=a+b%26c`,
        "/v1/history/weights",
        "/v1/markets/3/2/depth?levels=10",
      ]);
    });

    it("takes the health of a relay that is not ready for an answer", async function () {
      const fault = { part: "chain", code: "NODE_UNREACHABLE", since: 1, detail: "it does not answer", blocking: true };
      const health = { ready: false, submits: false, waiting: 0, inFlight: 0, faults: [fault] };
      says(503, health);
      expect(await client.health()).to.deep.equal(health);
    });

    it("asks for a package until it is settled", async function () {
      says(200, { link: LINK, status: "submitted", package: ORDER });
      const settled = client.settled(LINK, { pollMs: 1 });
      while (asked.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
      says(200, { link: LINK, status: "onChain", tradeRootId: 8, block: { number: 3, hash: LINK }, package: ORDER });
      expect((await settled).tradeRootId).to.equal(8);
    });

    it("stops asking when it is told to", async function () {
      says(200, { link: LINK, status: "pending", package: ORDER });
      const reason = await client.settled(LINK, { pollMs: 1, signal: AbortSignal.abort("enough") }).catch(String);
      expect(reason).to.equal("enough");
      expect(asked).to.deep.equal([]);
    });
  });

  it("goes through a gateway that wants a path, a key and a password", async function () {
    const { port } = server.address() as AddressInfo;
    says(200, { link: LINK, status: "pending", package: ORDER });
    await createRelayClient(`http://alice:word@127.0.0.1:${port}/gate/?key=k`).package(LINK);
    expect(asked.map(({ url, authorization }) => [url, authorization])).to.deep.equal([
      [`/gate/v1/packages/${LINK}?key=k`, `Basic ${btoa("alice:word")}`],
    ]);
  });

  describe("when nobody listens", function () {
    it("says that the relay cannot be reached, and that it may be tried again", async function () {
      const nobody = createRelayClient("http://127.0.0.1:1");
      const error = await failure(nobody.link());
      expect([error.code, error.status, error.retryable]).to.deep.equal(["RELAY_UNREACHABLE", 0, true]);
      expect(error.values["url"]).to.equal("http://127.0.0.1:1");
      const stream = nobody.stream([{ channel: "trades" }]);
      expect((await failure(stream.next())).code).to.equal("RELAY_UNREACHABLE");
    });

    it("never says the password or the key that its address bears", async function () {
      for (const url of ["http://alice:s3cretword@127.0.0.1:1", "http://127.0.0.1:1/?key=s3cretword"]) {
        const nobody = createRelayClient(url);
        const told = [await failure(nobody.link()), await failure(nobody.stream([{ channel: "trades" }]).next())];
        for (const error of told) {
          expect(error.code).to.equal("RELAY_UNREACHABLE");
          expect(`${error.message}${JSON.stringify(error.values)}`).to.not.include("s3cretword");
        }
        expect(nobody.url).to.not.include("s3cretword");
      }
    });

    it("says so of one that never answers", async function () {
      const silent = createServer(() => undefined);
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as AddressInfo;
      const error = await failure(createRelayClient(`http://127.0.0.1:${port}`, { timeoutMs: 50 }).link());
      expect(error.code).to.equal("RELAY_UNREACHABLE");
      silent.closeAllConnections();
      silent.close();
    });
  });
});
