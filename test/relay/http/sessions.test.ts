/** One process that serves two sessions: each is asked by its address, and none is taken for the other. */
import { expect } from "chai";

import { createRelayClient } from "../../../src/client/relay/client.js";
import { createServer } from "../../../src/relay/http/server.js";
import { createProcessMetrics } from "../../../src/relay/reporting/process-metrics.js";
import type { OpenSession } from "../../../src/relay/session/sessions.js";
import { createSessions } from "../../../src/relay/session/sessions.js";
import { relayPath } from "../../../src/wire/locations.js";
import { PaperChain } from "../paper/chain.js";
import { httpOf, OPTIONS, servedOf } from "../paper/http.js";
import { type PaperRelay, paperRelay } from "../paper/relay.js";

const NAMES = [`0x${"a1".repeat(20)}`, `0x${"b2".repeat(20)}`] as const;

interface Said {
  readonly status: number;
  readonly body: unknown;
}

/** What an answer says at a place. */
function at({ body }: Said, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], body); // or the test fails
}

describe("given a process that serves two sessions", () => {
  let relays: PaperRelay[];
  let ask: (url: string, body?: unknown) => Promise<Said>;
  let close: () => Promise<void>;
  const sessions = createSessions();
  before(async () => {
    relays = await Promise.all(NAMES.map(() => paperRelay({ chain: new PaperChain() })));
    await relays[0]!.follow();
    const metrics = createProcessMetrics();
    for (const [index, relay] of relays.entries()) {
      const served = servedOf(relay);
      const session = NAMES[index]!;
      const describe = () => ({ ...served.describe(), session });
      const facts = () => ({ ...served.facts(), session });
      sessions.add({ served: { ...served, describe, facts }, terms: { session } } as unknown as OpenSession); // what is asked of it
    }
    const { of, list, health } = sessions;
    const server = await createServer(
      { of, list, health: () => health([]), keepsHistory: false, page: undefined },
      OPTIONS,
      metrics,
      relays[0]!.log,
    );
    close = () => server.close();
    ask = async (url, payload) => {
      const { statusCode, body } = await server.inject({
        ...{ method: payload === undefined ? "GET" : "POST", url },
        ...(payload !== undefined && {
          payload: JSON.stringify(payload),
          headers: { "content-type": "application/json" },
        }),
      });
      return { status: statusCode, body: JSON.parse(body) as unknown };
    };
  });
  after(() => close());

  it("lists them, with where each is asked, and how it is", async () => {
    const said = await ask("/v1/sessions");
    const told = [0, 1].map((index) => ["session", "path", "ready"].map((key) => at(said, "sessions", index, key)));
    expect(told).to.deep.equal([
      [NAMES[0], `/v1/sessions/${NAMES[0]}`, true],
      [NAMES[1], `/v1/sessions/${NAMES[1]}`, false],
    ]);
    expect(at(said, "next"), "there are no more").to.equal(undefined);
  });

  it("lists them page by page", async () => {
    const first = await ask("/v1/sessions?limit=1");
    expect([at(first, "sessions", "length"), at(first, "next")]).to.deep.equal([1, 1]);
    const second = await ask("/v1/sessions?limit=1&after=1");
    expect(at(second, "sessions", 0, "session")).to.equal(NAMES[1]);
    expect((await ask("/v1/sessions?after=2")).body).to.deep.equal({ sessions: [] });
  });

  it("answers each path of a session behind its address, in whatever case that is written", async () => {
    for (const [index, name] of NAMES.entries()) {
      for (const written of [name, name.toUpperCase().replace("0X", "0x")]) {
        const said = await ask(`/v1/sessions/${written}/queue`);
        expect([said.status, at(said, "account")]).to.deep.equal([200, relays[index]!.account]);
      }
    }
    expect(at(await ask(`/v1/sessions/${NAMES[1]}`), "session")).to.equal(NAMES[1]);
    expect(at(await ask(`/v1/sessions/${NAMES[1]}/session`), "session")).to.equal(NAMES[1]);
  });

  it("takes a package for the session that its path names, and for no other", async () => {
    const { chain } = relays[0]!;
    const signed = chain.sign(0);
    const plain = Object.fromEntries(
      Object.entries(signed.package).map(([key, value]) => [key, typeof value === "bigint" ? String(value) : value]),
    );
    const body = { package: plain, signature: signed.signature };
    expect((await ask(`/v1/sessions/${NAMES[0]}/packages`, body)).status).to.equal(202);
    expect(at(await ask(`/v1/sessions/${NAMES[1]}/packages`, body), "error", "code")).to.equal("RELAY_NOT_READY");
    expect([relays[0]!.ledger.unlanded(), relays[1]!.ledger.unlanded()]).to.deep.equal([1, 0]);
  });

  it("refuses the short path of a session: it cannot say whose", async () => {
    for (const path of ["/v1/session", "/v1/link", "/v1/markets"]) {
      const said = await ask(path);
      expect([said.status, at(said, "error", "code"), at(said, "error", "values")]).to.deep.equal([
        404,
        "RELAY_SESSION_UNNAMED",
        { sessions: "2" },
      ]);
    }
  });

  it("refuses a session that it does not serve, and paths that only look like one", async () => {
    const other = `0x${"c3".repeat(20)}`;
    const said = await ask(`/v1/sessions/${other}/link`);
    expect([said.status, at(said, "error", "code"), at(said, "error", "values")]).to.deep.equal([
      404,
      "RELAY_SESSION_UNKNOWN",
      { session: other },
    ]);
    for (const path of [
      `/v1/sessions/${NAMES[0].slice(0, -1)}/link`,
      `/v1/sessions//link`,
      `/v1/sessions/${NAMES[0]}/v1/link`,
    ]) {
      expect(at(await ask(path), "error", "code"), path).to.equal("RELAY_NOT_FOUND");
    }
  });

  it("is ready if one of them is, and says of each fault whose it is", async () => {
    expect(at(await ask("/ready"), "ready")).to.equal(true);
    const health = await ask("/health");
    expect(at(health, "sessions")).to.deep.equal({ served: 2, ready: 1 });
    expect(at(health, "waiting")).to.equal(1);
    expect((await ask(`/v1/sessions/${NAMES[0]}/health`)).status).to.equal(200);
    expect((await ask(`/v1/sessions/${NAMES[1]}/ready`)).status).to.equal(503);
  });
});

describe("given the address of a relay, or of a session at it", () => {
  it("finds each path of the interface there", () => {
    const relay = "https://relay.example/at";
    const session = `${relay}/v1/sessions/${NAMES[0]}`;
    for (const [base, path, where] of [
      [relay, "/v1/link", `${relay}/v1/link`],
      [`${relay}//`, "/health", `${relay}/health`],
      [session, "/v1/link", `${session}/link`],
      [`${session}/`, "/v1/packages/0x12/cancel", `${session}/packages/0x12/cancel`],
      [session, "/health", `${session}/health`],
    ] as const) {
      expect(relayPath(base, path)).to.equal(where);
    }
  });

  it("is what the client asks by", async () => {
    const asked: string[] = [];
    const fetch = (url: unknown): Promise<Response> => {
      asked.push(String(url));
      return Promise.resolve(new Response("{}", { status: 404 }));
    };
    const client = createRelayClient(`https://relay.example/v1/sessions/${NAMES[0]}`, { fetch: fetch });
    await client.link().catch(() => undefined);
    expect(asked).to.deep.equal([`https://relay.example/v1/sessions/${NAMES[0]}/link`]);
  });
});

describe("given a process that serves one session", () => {
  it("answers by the short path and by the long one", async () => {
    const relay = await paperRelay({ chain: new PaperChain() });
    await relay.follow();
    const http = await httpOf(relay);
    const { session } = relay.chain.terms;
    const [short, long] = [await http.get("/v1/queue"), await http.get(`/v1/sessions/${session}/queue`)];
    expect(long).to.deep.include({ status: 200, body: short.body });
  });
});
