/** Relays in this process, on a real node and a real database. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { LocalNode } from "../../src/local/nodes.js";
import { type FaultProxy, startFaultProxy } from "../../stage/faulty-node.js";
import { createRawClient, type RawClient } from "../../trials/relay/http-client.js";
import { pause, ready } from "../../trials/relay/load-generator.js";
import type { OrderSource, Signatory } from "../../trials/relay/orders.js";
import { openRelayStage, ordersOn, type RelayStage, type RelayStagePlan } from "../../trials/relay/stage.js";
import { hasPostgres } from "../../stage/postgres.js";
import { canStartRedis } from "../../stage/redis.js";
import type { SignedPackage } from "../../src/bindings/packages.js";
import { makeEmptyDatabase } from "../../stage/database.js";
import { type PackageFields, tradePackage } from "../../src/protocol/signing/package.js";
import { digestOf, domainSeparator, primaryLink } from "../../src/protocol/signing/typed-data.js";
import { readSessions } from "../../src/relay/config/session.js";
import { readConfig } from "../../src/relay/config/config.js";
import { optionsOf } from "../../src/relay/config/settings.js";
import { createLog } from "../../src/relay/reporting/log.js";
import { startRelay } from "../../src/relay/running/relay.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { isServer } from "../../src/relay/store/database.js";
import { openDatabase } from "../../src/relay/store/open.js";

const WAIT_MS = 60_000;
/** In which a relay whose node has no fault sees a block. One that does not is none of the order's business. */
const CATCH_UP_MS = 2_000;

export interface TestWorld {
  readonly node: LocalNode;
  readonly stage: RelayStage;
  readonly proxy: FaultProxy;
  /** A relay whose node is the proxy. Its database is kept for the next one if it has the same name. */
  startRelay(options?: TestRelayOptions): Promise<TestRelay>;
  source(seed: number): OrderSource;
  /** A good order of one of the traders, or of anybody with a key, over the chain's newest head, once the relays know it. */
  sign(trader: number | Signatory, fields: Partial<PackageFields>): Promise<SignedPackage>;
  mine(blocks?: number): Promise<void>;
  close(): Promise<void>;
}

export interface TestRelayOptions {
  readonly database?: string;
  readonly flags?: readonly string[];
  /** Which of the stage's keys submits. */
  readonly account?: number;
}

export interface TestRelay {
  readonly relay: Relay;
  readonly client: RawClient;
}

export async function openWorld(plan: RelayStagePlan): Promise<TestWorld> {
  const folder = await mkdtemp(join(tmpdir(), "relay-test-"));
  const stage = await openRelayStage(plan);
  const { node } = stage;
  const proxy = await startFaultProxy(node.url);
  const { handle, provider } = stage;
  const running = new Set<Relay>();
  const clients: RawClient[] = [];
  return {
    node,
    stage,
    proxy,
    async startRelay({ database = "database", flags = [], account = 0 } = {}) {
      const location = isServer(database) ? database : join(folder, database);
      if (!isServer(database) && !existsSync(location)) await makeEmptyDatabase(location);
      const words = ["--rpc", proxy.url, "--session", handle.address, "--database", location, "--port", "0"];
      const usual = ["--poll-ms", "30", "--batch-ms", "30", "--rate", "100000", "--log-level", "silent"];
      const config = readConfig(optionsOf([...words, ...usual, ...flags]), {
        RELAY_PRIVATE_KEY: stage.relayKeys[account],
      });
      const log = createLog(process.env["RELAY_TEST_LOG"] ?? config.logLevel);
      const terms = await readSessions(node.url, [handle.address], config);
      const opened = await openDatabase(config.database, () => undefined);
      const relay = await startRelay(config, terms, opened, log);
      running.add(relay);
      const client = createRawClient(relay.url);
      await ready(client, WAIT_MS);
      clients.push(client);
      return { relay, client };
    },
    source: (seed) => ordersOn(stage, { seed }),
    async sign(trader, fields) {
      const { address, key } = typeof trader === "number" ? stage.traders[trader]! : trader;
      const { link: head } = await handle.book.chainState();
      if (proxy.behave === undefined) await Promise.all(clients.map((client) => knows(client, head)));
      const order = tradePackage({
        marketRootId: 1,
        marketBranchId: 1,
        trader: address,
        priceTicks: 5_000n,
        quantityLots: 10n,
        previousLink: head,
        nonce: 0n,
        deadline: BigInt(handle.t2 - 1),
        timeInForce: 0,
        ...fields,
      });
      const digest = digestOf(domainSeparator(handle.domain), primaryLink(order));
      return { package: order, signature: key.sign(digest).serialized };
    },
    async mine(blocks = 1) {
      for (let mined = 0; mined < blocks; mined += 1) await provider.send("evm_mine", []);
    },
    async close() {
      proxy.behave = undefined;
      for (const relay of running) await relay.stop();
      await proxy.close();
      await stage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until a relay has seen the block with that head: an order over a link that it does not know would be refused. */
async function knows(client: RawClient, head: string): Promise<void> {
  const end = performance.now() + CATCH_UP_MS;
  const isBehind = async (): Promise<boolean> => {
    const link = await client.link().catch(() => undefined); // it was stopped
    return link !== undefined && link !== head;
  };
  while (performance.now() < end && (await isBehind())) await pause(10);
}

/** Waits for a condition that must come true; how long it takes does not matter. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (performance.now() < end) {
    if (await condition()) return;
    await pause(20);
  }
  expect.fail(`never came true: ${what}`);
}

/** Waits until the relay says that of a package. @returns what it says */
export async function becomes(client: RawClient, link: string, status: string): Promise<Record<string, unknown>> {
  let body: Record<string, unknown> = {};
  await eventually(`${link} is ${status}`, async () => {
    body = (await client.get(`/v1/packages/${link}`)).body;
    return body["status"] === status;
  });
  return body;
}

/** @returns the link of a package that must be taken */
export async function accepted(client: RawClient, signed: SignedPackage): Promise<string> {
  const { status, body } = await client.submit(signed);
  expect(status, JSON.stringify(body)).to.equal(202);
  return body["link"] as string; // by the relay's interface
}

/** Skips the test, or all tests around the hook, aloud. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  process.stdout.write(`    skipped: ${reason}\n`);
  return context.skip();
}

/** Skips unless there is a Redis server to start. */
export function requireRedis(context: Mocha.Context, isThere = canStartRedis()): void {
  if (!isThere) skipBecause(context, "no Redis here. Install Debian's redis-server.");
}

/** Skips unless there is a Postgres server to use, or to start. */
export function requirePostgres(context: Mocha.Context, isThere = hasPostgres()): void {
  if (!isThere) skipBecause(context, "no Postgres here. Set DATABASE_URL, or install Debian's postgresql.");
}
