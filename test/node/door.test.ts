/** The one door to a node: what is tried again, when, how much at once, and what never is. The node gives a test's answers. */
import { getEventListeners } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { keccak256 } from "ethers";

import { createDoor, type DoorSettings } from "../../src/node/door.js";
import { NodeError } from "../../src/node/errors.js";

interface Asked {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly headers: IncomingHttpHeaders;
}
interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Says nothing, and cuts the connection. */
  readonly cut?: true;
  /** Says nothing for ever. */
  readonly silent?: true;
}

const good = (result: unknown): Said => ({ body: { jsonrpc: "2.0", id: 1, result } });
const bad = (code: number, message: string): Said => ({ body: { jsonrpc: "2.0", id: 1, error: { code, message } } });
const HASH = `0x${"ab".repeat(32)}`;

describe("createDoor", () => {
  let server: Server;
  let url: string;
  let asked: Asked[];
  /** One after the other; the last one from then on. */
  let answers: Said[];
  let [inside, mostInside] = [0, 0];

  before(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += part.toString()));
      request.on("end", () => {
        asked.push({ ...(JSON.parse(text) as Asked), headers: request.headers });
        const { status = 200, headers = {}, body, cut, silent } = answers.length > 1 ? answers.shift()! : answers[0]!;
        if (silent === true) return;
        if (cut === true) return void request.socket.destroy();
        inside += 1;
        mostInside = Math.max(mostInside, inside);
        setImmediate(() => {
          inside -= 1;
          response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked = [];
    mostInside = 0;
  });

  const ask = (said: readonly Said[], settings: DoorSettings = {}, method = "eth_chainId", params: unknown[] = []) => {
    answers = [...said];
    return createDoor(url, settings).ask(method, params);
  };
  /** When the node has been asked that often, and what it has answered has been read: both live in this process's turns. */
  const turnsAfter = async (questions: number): Promise<void> => {
    for (let turns = 0; turns < 100; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (asked.length < questions) turns = 0;
    }
  };
  const failureOf = async (promise: Promise<unknown>): Promise<NodeError> => {
    const error: unknown = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(NodeError);
    return error as NodeError; // as was just seen
  };

  it("asks one call a request, and gives the result as it is", async () => {
    answers = [good("0x1")];
    const door = createDoor(url);
    expect(
      await Promise.all([door.ask("eth_chainId", []), door.ask("eth_call", [{ to: "0x" }, "latest"])]),
    ).to.deep.equal(["0x1", "0x1"]);
    expect(asked.map(({ method }) => method).sort()).to.deep.equal(["eth_call", "eth_chainId"]);
  });

  it("tries again what may pass: a node that is away, limits requests, or has a fault", async () => {
    for (const passing of [{ cut: true } as const, { status: 503, body: "down" }, { status: 500, body: "oops" }]) {
      expect(await ask([passing, good("0x1")])).to.equal("0x1");
    }
    const limited = { status: 429, headers: { "retry-after": "0" }, body: "slow down" };
    expect(await ask([limited, limited, good("0x1")])).to.equal("0x1");
    expect(asked.length).to.equal(9);
  });

  it("asks no more often than it may, and gives the node's last words", async () => {
    const error = await failureOf(ask([{ status: 503, body: "down" }], { tries: 3 }));
    expect([error.code, error.values.reason, asked.length]).to.deep.equal(["NODE_UNREACHABLE", "down", 3]);
  });

  it("does not try again what no waiting cures", async () => {
    for (const said of [
      bad(-32_601, "no such method"),
      bad(-32_000, "header not found"),
      { status: 401, body: "no" },
    ]) {
      asked = [];
      await failureOf(ask([said]));
      expect(asked.length).to.equal(1);
    }
  });

  it("waits as long as the node says, and lets nobody else ask meanwhile", async () => {
    answers = [{ status: 429, headers: { "retry-after": "1" }, body: "" }, good("0x1")];
    const door = createDoor(url, { atOnce: 1 });
    const start = performance.now();
    await Promise.all([door.ask("eth_chainId", []), door.ask("eth_blockNumber", [])]);
    expect(performance.now() - start).to.be.at.least(950);
    expect(asked.length).to.equal(3);
  });

  it("gives up at once if the node wants more patience than there is", async () => {
    const said = { status: 429, headers: { "retry-after": "3600" }, body: "" };
    const error = await failureOf(ask([said], { patienceMs: 5_000 }));
    expect([error.code, error.values.retryAfterMs, asked.length]).to.deep.equal(["NODE_RATE_LIMITED", 3_600_000, 1]);
  });

  it("gives an answer so much time and no more", async () => {
    const error = await failureOf(ask([{ silent: true }], { timeoutMs: 50 }));
    expect([error.code, error.values.reason, asked.length]).to.deep.equal([
      "NODE_TIMEOUT",
      "no answer within 50 ms",
      1,
    ]);
  });

  it("has no more requests on their way than it may", async () => {
    answers = [good("0x1")];
    const door = createDoor(url, { atOnce: 3 });
    await Promise.all(Array.from({ length: 20 }, () => door.ask("eth_chainId", [])));
    expect(asked.length).to.equal(20);
    expect(mostInside).to.be.within(1, 3);
  });

  it("listens to its signal once, however much is on its way or waits, and ends all of that with it", async () => {
    answers = [{ silent: true }];
    const ending = new AbortController();
    const door = createDoor(url, { atOnce: 32, signal: ending.signal });
    const asking = Array.from({ length: 20 }, () => failureOf(door.ask("eth_chainId", [])));
    while (asked.length < asking.length) await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(ending.signal, "abort").length, "Node warns of more than ten").to.equal(1);
    ending.abort();
    const codes = (await Promise.all(asking)).map(({ code }) => code);
    expect(codes).to.deep.equal(asking.map(() => "NODE_UNREACHABLE"));
  });

  it("ends with its signal, whatever it waits for", async () => {
    const ending = new AbortController();
    const asking = failureOf(ask([{ silent: true }], { signal: ending.signal }));
    await turnsAfter(1);
    ending.abort();
    expect((await asking).code).to.equal("NODE_UNREACHABLE");
    const limited = { status: 429, headers: { "retry-after": "20" }, body: "" };
    const waiting = new AbortController();
    const resting = failureOf(ask([limited], { signal: waiting.signal }));
    await turnsAfter(2);
    waiting.abort();
    expect((await resting).code).to.equal("NODE_RATE_LIMITED");
  });

  describe("given a transaction", () => {
    const RAW = "0x02c0";
    const send = (said: readonly Said[]) => ask(said, {}, "eth_sendRawTransaction", [RAW]);

    it("sends it once, and looks for it where no answer came", async () => {
      expect(await send([{ cut: true }, good({ hash: HASH })])).to.equal(keccak256(RAW));
      expect(asked.map(({ method }) => method)).to.deep.equal(["eth_sendRawTransaction", "eth_getTransactionByHash"]);
      expect(asked[1]!.params).to.deep.equal([keccak256(RAW)]);
    });

    it("says that there was no answer if the node does not have it, or does not say", async () => {
      for (const second of [good(null), { cut: true } as const]) {
        asked = [];
        expect((await failureOf(send([{ cut: true }, second]))).code).to.equal("NODE_UNREACHABLE");
        expect(asked.length).to.equal(2);
      }
    });

    it("never sends again what was refused or limited", async () => {
      for (const said of [bad(-32_000, "nonce too low"), { status: 429, headers: { "retry-after": "0" }, body: "" }]) {
        asked = [];
        await failureOf(send([said, good(HASH)]));
        expect(asked.length).to.equal(1);
      }
    });
  });

  describe("given a node without pending state", () => {
    it("asks it for what it has, and remembers", async () => {
      answers = [bad(-32_000, "pending block is not available"), good("0x7")];
      const door = createDoor(url);
      const question = ["eth_getTransactionCount", [HASH.slice(0, 42), "pending"]] as const;
      expect([await door.ask(...question), await door.ask(...question)]).to.deep.equal(["0x7", "0x7"]);
      expect(asked.map(({ params }) => params[1])).to.deep.equal(["pending", "latest", "latest"]);
    });

    it("takes no other refusal for that", async () => {
      const params = [{ to: HASH }, "pending"];
      const error = await failureOf(ask([bad(-32_000, "header not found")], {}, "eth_call", params));
      expect([error.values.reason, asked.length]).to.deep.equal(["header not found", 1]);
    });
  });

  it("tells nobody the keys in its address", async () => {
    const key = "0123456789abcdef0123456789abcdef";
    answers = [{ status: 403, body: `${key} is not allowed` }];
    const door = createDoor(url.replace("http://", "http://me:secret1@") + `/v3/${key}`);
    const error = await failureOf(door.ask("eth_chainId", []));
    expect(error.values).to.deep.equal({
      ...{ method: "eth_chainId", node: `${url}/v3/…` },
      ...{ status: 403, reason: "… is not allowed" },
    });
    expect(asked[0]!.headers.authorization).to.equal(`Basic ${Buffer.from("me:secret1").toString("base64")}`);
    const gone = createDoor(`http://me:secret1@127.0.0.1:1/v3/${key}`, { tries: 1 });
    const away = await failureOf(gone.ask("eth_chainId", []));
    expect(JSON.stringify([away.message, away.values, String(away.cause)])).not.to.match(/secret1|0123456789abcdef/);
  });
});
