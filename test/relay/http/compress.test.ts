import { gunzipSync } from "node:zlib";

import { expect } from "chai";
import fastify from "fastify";

import { compressAnswers } from "../../../src/relay/http/compress.js";

const LONG = { rows: Array.from({ length: 500 }, (_, row) => ({ row, price: "5000" })) };

describe("compressAnswers", () => {
  async function ask(path: "/long" | "/short", accepted?: string) {
    const server = fastify();
    compressAnswers(server);
    server.get("/long", () => LONG);
    server.get("/short", () => ({ ok: true }));
    const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
    return server.inject({ url: path, headers });
  }

  for (const accepted of ["gzip", "br, gzip;q=0.5", "deflate,gzip ;q=1.0"]) {
    it(`packs what is long for who takes ${accepted}`, async () => {
      const { headers, rawPayload } = await ask("/long", accepted);
      expect([headers["content-encoding"], headers["vary"]]).to.deep.equal(["gzip", "accept-encoding"]);
      expect(Number(headers["content-length"])).to.equal(rawPayload.length);
      expect(JSON.parse(gunzipSync(rawPayload).toString("utf8"))).to.deep.equal(LONG);
      expect(rawPayload.length).to.be.lessThan(JSON.stringify(LONG).length / 3);
    });
  }

  for (const accepted of [undefined, "", "br", "gzip;q=0", "gzip;q=0.0", "xgzip"]) {
    it(`packs nothing for who takes ${accepted ?? "nothing"}`, async () => {
      const { headers, body } = await ask("/long", accepted);
      expect([headers["content-encoding"], headers["vary"]]).to.deep.equal([undefined, "accept-encoding"]);
      expect(JSON.parse(body)).to.deep.equal(LONG);
    });
  }

  it("packs nothing that is short", async () => {
    expect((await ask("/short", "gzip")).headers["content-encoding"]).to.equal(undefined);
  });
});
