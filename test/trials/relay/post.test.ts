import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { createPost, type Post } from "../../../trials/relay/post.js";

const LONG_MS = 60_000;

describe("createPost", () => {
  const servers: Server[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  }

  async function failure(answer: ReturnType<Post>): Promise<string> {
    return answer.then(
      () => expect.fail("was answered"),
      (error: unknown) => (error as Error).message, // as all that it throws
    );
  }

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it("posts the body as JSON and gives status and text, of any length and in any script", async () => {
    const url = await serve((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const type = request.headers["content-type"] ?? "";
        response.writeHead(418).end(`${request.method ?? ""} ${type} ${Buffer.concat(parts).toString("utf8")}`);
      });
    });
    const body = `"${"ä€𝄞".repeat(50_000)}"`;
    expect(await createPost(url, undefined, LONG_MS)(body)).to.deep.equal({
      status: 418,
      text: `POST application/json ${body}`,
    });
  });

  it("keeps the connection for the next question", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("{}");
    });
    const post = createPost(url, undefined, LONG_MS);
    for (let times = 0; times < 3; times += 1) await post("{}");
    expect(ports.size).to.equal(1);
  });

  it("asks again, once, if the connection was closed while it was idle", async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      if (asked === 2) request.socket.destroy();
      else response.end(String(asked));
    });
    const post = createPost(url, undefined, LONG_MS);
    expect([(await post("{}")).text, (await post("{}")).text]).to.deep.equal(["1", "3"]);
  });

  it("gives up if a new connection is cut", async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await failure(createPost(url, undefined, LONG_MS)("{}"))).to.equal("socket hang up");
  });

  it("gives up if the answer breaks off", async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{", () => request.socket.destroy());
    });
    expect(await failure(createPost(url, undefined, LONG_MS)("{}"))).to.equal("aborted");
  });

  it("gives up when the time is over, before the answer or in the middle of it", async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{");
    });
    expect(await failure(createPost(silent, undefined, 50)("{}"))).to.equal("no answer within 50 ms");
    expect(await failure(createPost(slow, undefined, 50)("{}"))).to.match(/^aborted$|^no answer within 50 ms$/);
  });

  it("gives up when the signal says so", async () => {
    const url = await serve(() => {
      ending.abort();
    });
    const ending = new AbortController();
    expect(await failure(createPost(url, ending.signal, LONG_MS)("{}"))).to.equal("The operation was aborted");
  });
});
