/** A whole relay in this process, over HTTP on both sides, on a chain on paper. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { id } from "ethers";

import { makeEmptyDatabase } from "../../stage/database.js";
import type { SignedPackage } from "../../src/bindings/packages.js";
import { primaryLink } from "../../src/protocol/signing/typed-data.js";
import { readConfig } from "../../src/relay/config/config.js";
import type { RelayOptions } from "../../src/relay/config/settings.js";
import { createLog } from "../../src/relay/reporting/log.js";
import { startRelay } from "../../src/relay/running/relay.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { type Database } from "../../src/relay/store/database.js";
import { openDatabase } from "../../src/relay/store/open.js";
import { PaperChain, sessionTermsOf } from "./paper/chain.js";
import { plain } from "./paper/http.js";
import { type PaperRpc, serve } from "./paper/rpc.js";

interface Told {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe("given a relay that is started", () => {
  let folder: string;
  let location: string;
  let chain: PaperChain;
  let rpc: PaperRpc;
  const relays: Relay[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "relay-whole-"));
    location = join(folder, "database");
    await makeEmptyDatabase(location);
    chain = new PaperChain();
    rpc = await serve(chain);
  });
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.stop();
    await rpc.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(options: RelayOptions = {}, heard: string[] = []): Promise<Relay> {
    const { session } = chain.terms;
    const usual = { rpc: rpc.url, session, database: location, port: 0, "poll-ms": 10, "batch-ms": 0 };
    const config = readConfig({ ...usual, ...options }, { RELAY_PRIVATE_KEY: id(`whole ${chain.tip.hash}`) });
    const log = createLog("info", { write: (line) => void heard.push((JSON.parse(line) as { msg: string }).msg) });
    const database = await openDatabase(location, () => undefined);
    try {
      const relay = await startRelay(config, [sessionTermsOf(chain)], database, log);
      relays.push(relay);
      await until(async () => (await ask(relay, "/ready")).status === 200);
      return relay;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async function ask({ url }: Relay, path: string, body?: object): Promise<Told> {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, body === undefined ? {} : post);
    return { status: response.status, body: (await response.json()) as Told["body"] };
  }

  const submit = (relay: Relay, { package: order, signature }: SignedPackage): Promise<Told> =>
    ask(relay, "/v1/packages", { package: plain(order), signature });
  const statusOf = async (relay: Relay, { package: order }: SignedPackage): Promise<unknown> =>
    (await ask(relay, `/v1/packages/${primaryLink(order)}`)).body["status"];

  /** Waits for what must come true; how long that takes does not matter. */
  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Brings a package onto the chain. */
  async function land(relay: Relay, signed: SignedPackage): Promise<void> {
    expect((await submit(relay, signed)).status).to.equal(202);
    await until(() => chain.pool.length > 0);
    chain.mine();
    await until(async () => (await statusOf(relay, signed)) === "onChain");
  }

  it("takes a package over HTTP, brings it to the chain, and has it in its history", async () => {
    const relay = await start();
    const signed = chain.sign(0, { quantityLots: 3n, priceTicks: 4_321n });
    await land(relay, signed);
    const historyOf = async (): Promise<Record<string, unknown>[]> =>
      (await ask(relay, "/v1/history/orders")).body["items"] as Record<string, unknown>[];
    await until(async () => (await historyOf().catch(() => undefined))?.length === 1);
    const [order] = await historyOf();
    expect(order).to.include({ tradeRootId: 1, trader: chain.traders[0]!.address, priceTicks: "4321", left: "3" });
    const { body } = await ask(relay, "/health");
    expect(body).to.include({ ready: true, submits: true, waiting: 0 });
  });

  it("keeps no history if it is told not to", async () => {
    const relay = await start({ index: "off" });
    expect((await ask(relay, "/v1/history/orders")).status).to.equal(404);
    expect((await ask(relay, "/health")).body["index"]).to.equal(undefined);
  });

  it("has what was acknowledged before it was stopped, when it is started again", async () => {
    const first = await start();
    const signed = chain.sign(0);
    await submit(first, signed);
    await first.stop();
    chain.pool = []; // and whatever was sent is lost
    const second = await start();
    await until(() => chain.pool.length > 0);
    chain.mine();
    await until(async () => (await statusOf(second, signed)) === "onChain");
  });

  describe("when it is stopped", () => {
    it("ends in order, once, however often it is asked to", async () => {
      const heard: string[] = [];
      const relay = await start({}, heard);
      await land(relay, chain.sign(0));
      const stops = [relay.stop(), relay.stop()];
      expect(stops[0]).to.equal(stops[1]);
      await Promise.all([...stops, relay.ended]);
      expect(heard.filter((message) => message.startsWith("relay "))).to.deep.equal([
        "relay begins",
        "relay listens",
        "relay stops",
        "relay stopped",
      ]);
      const gone: unknown = await ask(relay, "/health").catch((error: unknown) => error);
      expect(gone).to.be.instanceOf(Error);
    });

    it("gives its database back, for the next one to open", async () => {
      const relay = await start();
      await relay.stop();
      const database: Database = await openDatabase(location, () => undefined);
      await database.close();
    });

    it("lets the program that runs it go on only when everything has ended", async () => {
      const relay = await start();
      let hasEnded = false;
      void relay.ended.then(() => (hasEnded = true));
      await Promise.resolve();
      expect(hasEnded).to.equal(false);
      await relay.stop();
      await relay.ended;
    });
  });

  describe("when somebody else listens at its place", () => {
    let other: Server;
    before(async () => {
      other = createServer();
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    });
    after(() => other.close());

    it("says so, and leaves nothing behind", async () => {
      const { port } = other.address() as AddressInfo;
      const error: unknown = await start({ port }).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "RELAY_LISTEN_FAILED", retryable: false });
      expect((error as { readonly values: object }).values).to.include({ host: "127.0.0.1", port });
      const relay = await start();
      expect((await ask(relay, "/ready")).body).to.deep.equal({ ready: true, reasons: [] });
    });
  });
});
