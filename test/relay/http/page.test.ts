/** The page, served by a relay beside its interface. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { getAddress } from "ethers";

import { parsePageConfig } from "../../../src/page/config.js";
import { lots } from "../../../src/protocol/amounts/units.js";
import type { House } from "../../../src/protocol/book/houses.js";
import { pageOf } from "../../../src/relay/http/page.js";
import { PaperChain } from "../paper/chain.js";
import { httpOf, type PaperHttp } from "../paper/http.js";
import { paperRelay } from "../paper/relay.js";

const MAKER: House = {
  ...{ kind: "maker", address: getAddress(`0x${"3a".repeat(20)}`), marketRootId: 1, points: [] },
  ...{ liquidity: lots(1_000n), prior: [1n, 1n] },
};

describe("given a relay that serves the page", () => {
  let above: string;
  let http: PaperHttp;
  let plain: PaperHttp;
  let session: string;
  before(async () => {
    above = await mkdtemp(join(tmpdir(), "relay-page-"));
    const folder = join(above, "page");
    await mkdir(join(folder, "assets"), { recursive: true });
    await writeFile(join(above, "secret.txt"), "secret");
    await writeFile(join(folder, "index.html"), "<!doctype html><title>Page</title>");
    await writeFile(join(folder, "assets", "main-B7yQ2x.js"), "export {};");
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await relay.follow();
    ({ session } = chain.terms);
    const { chainId } = chain.terms.domain;
    http = await httpOf(relay, {
      page: pageOf({
        ...{ folder, chainId, fromBlock: 7 },
        sessions: () => [{ session, fromBlock: 9, houses: [MAKER] }],
      }),
    });
    plain = await httpOf(relay);
  });
  after(() => rm(above, { recursive: true }));

  it("gives its files with the headers that its policy asks for, and nothing above them", async () => {
    const { status, body, headers } = await http.get("/");
    expect([status, body["text"]]).to.deep.equal([200, "<!doctype html><title>Page</title>"]);
    expect(String(headers["content-security-policy"])).to.contain("default-src 'none'");
    const asset = await http.get("/assets/main-B7yQ2x.js");
    expect([asset.status, asset.headers["cache-control"]]).to.deep.equal([200, "public, max-age=31536000, immutable"]);
    for (const path of ["/../secret.txt", "/..%2fsecret.txt", "/assets/..%5c..%5csecret.txt", "/secret.txt", "/none"]) {
      const { status: refused, body: said } = await http.get(path);
      expect(refused, path).to.be.within(400, 404);
      expect(JSON.stringify(said), path).to.not.contain('"secret"');
    }
  });

  it("tells it the session and the relay, by the address at which it was asked, and no node", async () => {
    const asked = await http.server.inject({ url: "/config.json", headers: { host: "relay.example:8700" } });
    expect(asked.headers["cache-control"]).to.equal("no-store");
    const { chains, sessions } = parsePageConfig(JSON.parse(asked.body));
    expect(chains).to.have.length(1);
    expect(chains[0]).to.deep.include({ chainId: 31_337, rpcUrls: [], fromBlock: 7 });
    const relay = "http://relay.example:8700";
    expect(sessions).to.deep.equal([{ chainId: 31_337, address: session, fromBlock: 9, relay, maker: MAKER.address }]);
  });

  it("answers as ever beside it", async () => {
    expect((await http.get("/v1/link")).body).to.deep.equal((await plain.get("/v1/link")).body);
    const { headers } = await http.get("/v1/link");
    expect(headers, "the page's headers are the page's").to.not.have.property("content-security-policy");
    const unknown = await http.get("/v1/none");
    expect([unknown.status, (unknown.body["error"] as { code: string }).code]).to.deep.equal([404, "RELAY_NOT_FOUND"]);
    const described = (await http.get("/openapi.json")).body as { readonly paths: Record<string, unknown> };
    expect(Object.keys(described.paths)).to.not.include.members(["/", "/config.json"]);
  });

  it("is none unless it is asked for", async () => {
    for (const path of ["/", "/index.html", "/config.json"]) expect((await plain.get(path)).status, path).to.equal(404);
  });
});
