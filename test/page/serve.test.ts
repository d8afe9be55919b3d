import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { PageConfigText } from "../../src/page/config.js";
import { contentPolicy } from "../../src/page/policy.js";
import { isPage } from "../../src/page/built.js";
import { type PageServer, servePage } from "../../src/page/serve.js";

const HASH = `sha256-${"A".repeat(43)}=`;
const INDEX = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${contentPolicy({ styleHashes: [HASH] })}"><title>Page</title>`;
const CONFIG: PageConfigText = { chains: [{ chainId: 31_337, name: "Local", rpcUrls: ["http://127.0.0.1:8545"] }] };

/** Asks with the path as it stands: `fetch` would tidy it up. */
function get(url: string, path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(url);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((done, failed) => {
    const asked = request({ hostname, port, path, headers }, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
      answer.on("end", () => {
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body });
      });
    });
    asked.on("error", failed).end();
  });
}

describe("the page's server", () => {
  let above: string;
  let folder: string;
  let server: PageServer;
  let told: PageConfigText = CONFIG;

  before(async () => {
    above = await mkdtemp(join(tmpdir(), "page-serve-"));
    folder = join(above, "page");
    await mkdir(join(folder, "assets"), { recursive: true });
    await writeFile(join(above, "secret.txt"), "secret");
    await writeFile(join(folder, "index.html"), INDEX);
    await writeFile(join(folder, "icon.svg"), "<svg/>");
    await writeFile(join(folder, ".hidden"), "secret");
    await writeFile(join(folder, "config.json"), `{"chains":"of whoever built it"}`);
    await writeFile(join(folder, "assets", "main-B7yQ2x.js"), "export {};");
    await writeFile(join(folder, "assets", "main-Ck1.css"), "body{}");
    server = await servePage({ folder, config: () => told });
  });

  after(async () => {
    await server.close();
    await server.close(); // harmless
    await rm(above, { recursive: true });
  });

  it("knows a built page from a folder without one", () => {
    expect([isPage(folder), isPage(above), isPage(join(above, "none"))]).to.deep.equal([true, false, false]);
  });

  it("is on the loopback interface, at the address that it names", () => {
    expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it("gives each file with its type; what has a hash in its name may be kept, nothing else", async () => {
    const expected = [
      ["/", 200, "text/html; charset=utf-8", "no-store"],
      ["/index.html", 200, "text/html; charset=utf-8", "no-store"],
      ["/icon.svg", 200, "image/svg+xml", "no-store"],
      ["/assets/main-B7yQ2x.js", 200, "application/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
      ["/assets/main-Ck1.css", 200, "text/css; charset=utf-8", "public, max-age=31536000, immutable"],
      ["/config.json", 200, "application/json; charset=utf-8", "no-store"],
    ] as const;
    for (const [path, status, type, kept] of expected) {
      const { headers, ...answer } = await get(server.url, path);
      expect([path, answer.status, headers["content-type"], headers["cache-control"]]).to.deep.equal([
        path,
        status,
        type,
        kept,
      ]);
    }
  });

  it("says with each what a browser may do, with the hashes of styles that the page itself lets in", async () => {
    for (const path of ["/", "/assets/main-B7yQ2x.js", "/config.json"]) {
      const { headers } = await get(server.url, path);
      const policy = `${contentPolicy({ styleHashes: [HASH] })}; frame-ancestors 'none'`;
      expect(headers["content-security-policy"], path).to.equal(policy);
      expect(headers["x-content-type-options"], path).to.equal("nosniff");
      expect(headers["referrer-policy"], path).to.equal("no-referrer");
      expect(headers["cross-origin-opener-policy"], path).to.equal("same-origin");
      expect(headers["access-control-allow-origin"], path).to.equal(undefined);
    }
  });

  it("tells the configuration of whoever serves it, as it is when it is asked, and not the file's", async () => {
    expect(JSON.parse((await get(server.url, "/config.json")).body)).to.deep.equal(CONFIG);
    told = { chains: [] };
    expect(JSON.parse((await get(server.url, "/config.json")).body)).to.deep.equal({ chains: [] });
  });

  it("gives nothing that lies outside, whatever the path, and no hidden file", async () => {
    const paths = [
      "/../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/assets/../../secret.txt",
      "/assets/..%5c..%5csecret.txt",
      "//secret.txt",
      `/${above}/secret.txt`,
      "/.hidden",
      "/assets",
      "/%00",
      "/%",
    ];
    for (const path of paths) {
      const { status, body } = await get(server.url, path);
      expect(status, path).to.be.within(400, 404);
      expect(body, path).to.not.include("secret\n").and.to.not.equal("secret");
    }
  });

  it("takes nothing: a page has no forms", async () => {
    const answer = await fetch(server.url, { method: "POST", body: "x" });
    expect(answer.status).to.equal(404);
  });

  it("gives nothing to a page that has its own name point here", async () => {
    const { port } = new URL(server.url);
    for (const host of ["evil.example", `evil.example:${port}`, `127.0.0.1.evil.example:${port}`]) {
      const { status, body } = await get(server.url, "/config.json", { host });
      expect([host, status]).to.deep.equal([host, 421]);
      expect(body).to.not.include("chains");
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
      expect((await get(server.url, "/config.json", { host })).status, host).to.equal(200);
    }
  });

  it("does not begin with a configuration that is none, or on a port that is taken", async () => {
    const wrong = { chains: [{ ...CONFIG.chains[0]!, rpcUrls: ["file:///etc/passwd"] }] };
    const [none, taken] = await Promise.all(
      [
        servePage({ folder, config: () => wrong }),
        servePage({ folder, config: () => CONFIG }, Number(new URL(server.url).port)),
      ].map((starting) =>
        starting.then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    expect(none).to.have.property("name", "ZodError");
    expect(taken).to.have.property("code", "EADDRINUSE");
  });
});
