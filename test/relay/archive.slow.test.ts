/** A relay keeps its session's log as far as it is final: byte for byte what `session logs` writes up to that block. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { expect } from "chai";

import { createRelayClient } from "../../src/client/relay/client.js";
import { streamSessionLog } from "../../src/verify/read-session-log.js";
import { parseSessionLog, parseSessionLogLines, printSessionLogLines } from "../../src/verify/session-log.js";
import { verifySession } from "../../src/verify/verify-session.js";
import { NodeProvider } from "../../src/node/provider.js";
import { tell } from "../cli/support.js";
import { accepted, becomes, eventually, openWorld, type TestWorld } from "./support.js";

const DEPTH = 2;
/** After so many a block is final by the node's own word. */
const NODE_DEPTH = 64;

describe("given a relay whose session is traded", () => {
  let world: TestWorld;
  let url: string;
  let filledAt: number;
  before(async () => {
    world = await openWorld({ traders: 3 });
    const { relay, client } = await world.startRelay({ flags: ["--reorg-depth", String(DEPTH)] });
    ({ url } = relay);
    for (const [trader, quantityLots] of [
      [0, -7n],
      [1, 10n],
    ] as const) {
      const link = await accepted(client, await world.sign(trader, { priceTicks: 5_100n, quantityLots }));
      await becomes(client, link, "onChain");
    }
    await eventually("the fill is in the index", async () => {
      const { items } = await createRelayClient(url).history("fills", { limit: 1 });
      filledAt = items[0]?.blockNumber ?? 0;
      return filledAt > 0;
    });
    await world.mine(NODE_DEPTH + DEPTH);
  });
  after(() => world.close());

  /** Once the fill is in it. */
  async function kept(): Promise<string> {
    let text = "";
    await eventually("the log has the fill", async () => {
      await world.mine(); // so that what is final goes on, too
      const answer = await fetch(`${url}/v1/log`);
      if (answer.status !== 200) return false;
      text = await answer.text();
      return parseSessionLog(text).records.some(({ blockNumber }) => blockNumber >= filledAt);
    });
    return text;
  }

  it("its log is the node's up to that block, byte for byte, and holds", async () => {
    const text = await kept();
    const { header } = parseSessionLog(text);
    const provider = await NodeProvider.open(world.node.url);
    const log = await streamSessionLog(world.stage.handle.address, provider, { toBlock: header.toBlock });
    let expected = "";
    for await (const line of printSessionLogLines(log)) expected += `${line}\n`;
    expect(text).to.equal(expected);
    const report = await verifySession(await parseSessionLogLines(createRelayClient(url).log()), { provider });
    expect(report.verdict.kind).to.not.equal("does-not-hold");
    expect(report.counts.fills).to.equal(1);
    provider.destroy();
  });

  it("is a file by `session logs --relay`, and a dataset is made of it", async () => {
    const text = await kept();
    const folder = await mkdtemp(join(tmpdir(), "relay-log-"));
    const env = { SESSION_PROFILE_FILE: join(folder, "none.json") };
    const [file, tables] = [join(folder, "session.log"), join(folder, "flow")];
    await tell(env, "logs", "--relay", url, "--out", file);
    expect((await readFile(file, "utf8")).split("\n").length).to.be.at.least(text.split("\n").length);
    expect(await tell(env, "verify", "--relay", url, "--rpc", world.node.url)).to.match(/^Session 0x\w+ HOLDS/);
    await tell(env, "dataset", "--logs", file, "--out", tables);
    await tell(env, "dataset", "--check", tables);
    await rm(folder, { recursive: true });
  });

  it("is packed for whoever takes that", async () => {
    const text = await kept();
    const { status, headers, body } = await rawGet(`${url}/v1/log`);
    expect([status, headers.get("content-type"), headers.get("vary")]).to.deep.equal([
      200,
      "application/jsonl; charset=utf-8",
      "accept-encoding",
    ]);
    expect(gunzipSync(body).toString("utf8").split("\n").length).to.be.at.least(text.split("\n").length);
  });

  it("measures it, as of a block that is final", async () => {
    const measures = await createRelayClient(url).measures();
    expect([measures.fills, measures.isOver, measures.block.number >= filledAt]).to.deep.equal([1, false, true]);
  });
});

/** As it comes: `fetch` unpacks. */
async function rawGet(url: string): Promise<{ status: number; headers: Headers; body: Buffer }> {
  const { get } = await import("node:http");
  return new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": "gzip" } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const headers = new Headers(response.headers as Record<string, string>);
        resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(parts) });
      });
    }).on("error", reject);
  });
}
