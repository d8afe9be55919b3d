import { expect } from "chai";
import fastify, { type FastifyInstance } from "fastify";

import { allowOrigin } from "../../../src/relay/http/cors.js";

function serverFor(origin: string): FastifyInstance {
  const server = fastify();
  allowOrigin(server, origin);
  server.get("/v1/link", () => ({ link: "0x" }));
  return server;
}

describe("allowOrigin", () => {
  it("says on every answer which pages may read it, and retry-after with it", async () => {
    for (const origin of ["*", "https://wallet.example"]) {
      const { headers } = await serverFor(origin).inject({ method: "GET", url: "/v1/link" });
      expect(headers["access-control-allow-origin"]).to.equal(origin);
      expect(headers["access-control-expose-headers"]).to.equal("retry-after, ratelimit, ratelimit-policy");
    }
  });

  it("says so on refusals too", async () => {
    const { statusCode, headers } = await serverFor("*").inject({ method: "GET", url: "/nowhere" });
    expect([statusCode, headers["access-control-allow-origin"]]).to.deep.equal([404, "*"]);
  });

  it("answers a browser's question before its request, whatever the path", async () => {
    for (const url of ["/v1/link", "/v1/packages", "/nowhere/at/all"]) {
      const { statusCode, headers, body } = await serverFor("*").inject({ method: "OPTIONS", url });
      expect([statusCode, body], url).to.deep.equal([204, ""]);
      expect(headers).to.include({
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "86400",
      });
    }
  });

  it("lets no page send what it knows of its user", async () => {
    const { headers } = await serverFor("https://wallet.example").inject({ method: "OPTIONS", url: "/v1/link" });
    expect(headers["access-control-allow-credentials"]).to.equal(undefined);
  });
});
