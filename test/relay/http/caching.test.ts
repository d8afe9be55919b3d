import { gunzipSync } from "node:zlib";

import { expect } from "chai";
import fastify, { type FastifyInstance } from "fastify";

import { markAnswers } from "../../../src/relay/http/caching.js";
import { compressAnswers } from "../../../src/relay/http/compress.js";
import { allowOrigin } from "../../../src/relay/http/cors.js";

function serverOf(answers: { now: object }, origin = "*"): FastifyInstance {
  const server = fastify();
  markAnswers(server);
  compressAnswers(server);
  allowOrigin(server, origin);
  server.get("/state", () => answers.now);
  server.post("/state", () => answers.now);
  server.get("/text", (_request, reply) => reply.type("text/plain").send("figures"));
  server.get("/refused", (_request, reply) => reply.status(404).send({ error: {} }));
  return server;
}

describe("markAnswers", () => {
  const answers = { now: { block: 1 } as object };
  const server = serverOf(answers);
  const ask = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers });

  it("sends what was answered last only once", async () => {
    const first = await ask("/state");
    const mark = String(first.headers["etag"]);
    expect([mark.startsWith('W/"'), first.headers["cache-control"]]).to.deep.equal([true, "no-cache"]);
    for (const named of [mark, mark.slice(2), `"other", ${mark}`, "*"]) {
      const again = await ask("/state", { "if-none-match": named });
      expect([again.statusCode, again.body, again.headers["etag"]], named).to.deep.equal([304, "", mark]);
    }
    answers.now = { block: 2 };
    const changed = await ask("/state", { "if-none-match": mark });
    expect([changed.statusCode, changed.json<object>()]).to.deep.equal([200, { block: 2 }]);
    expect(changed.headers["etag"]).to.not.equal(mark);
  });

  it("passes over marks that are none", async () => {
    for (const named of ["", '""', "W/", "x".repeat(5_000), '"a","b"']) {
      expect((await ask("/state", { "if-none-match": named })).statusCode, named.slice(0, 9)).to.equal(200);
    }
  });

  it("marks a packed answer as the plain one, and says by what it differs", async () => {
    answers.now = { rows: Array.from({ length: 400 }, (_, row) => ({ row })) };
    const plain = await ask("/state");
    const packed = await ask("/state", { "accept-encoding": "gzip" });
    expect(packed.headers["etag"]).to.equal(plain.headers["etag"]);
    expect(gunzipSync(packed.rawPayload).toString("utf8")).to.equal(plain.body);
    const again = await ask("/state", { "accept-encoding": "gzip", "if-none-match": String(plain.headers["etag"]) });
    expect([again.statusCode, again.body]).to.deep.equal([304, ""]);
  });

  it("marks neither what is sent, nor refusals, nor text", async () => {
    const posted = await server.inject({ method: "POST", url: "/state" });
    for (const { headers } of [posted, await ask("/text"), await ask("/refused")]) {
      expect(headers).to.not.have.any.keys("etag", "cache-control");
    }
  });

  it("says that an answer is for one origin's pages, if it is", async () => {
    answers.now = { rows: Array.from({ length: 400 }, (_, row) => ({ row })) };
    const varied = async (origin: string): Promise<unknown> =>
      (await serverOf(answers, origin).inject({ url: "/state" })).headers["vary"];
    expect(await varied("https://wallet.example")).to.equal("origin, accept-encoding");
    expect(await varied("*")).to.equal("accept-encoding");
  });
});
