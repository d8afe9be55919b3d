/** One relay for all sessions of a factory, on a real node: found, traded in, found again after a restart. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import { readConfig } from "../../src/relay/config/config.js";
import { createLog } from "../../src/relay/reporting/log.js";
import { startRelay } from "../../src/relay/running/relay.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { openDatabase } from "../../src/relay/store/open.js";
import type { Stage } from "../../stage/stage.js";
import { openVenueStage, ordersIn, type VenueStage } from "../../trials/venue/stage.js";
import { eventually } from "./support.js";

describe("given a relay for all sessions of a factory", function () {
  this.timeout(300_000);
  let venue: VenueStage;
  let folder: string;
  let relay: Relay;
  const sources = new Map<Stage, ReturnType<typeof ordersIn>>();

  const start = async (): Promise<Relay> => {
    const { node, factory, relayKeys } = venue;
    const settings = { rpc: node.url, session: "all", factory, database: join(folder, "database"), port: 0 };
    const pace = { "poll-ms": 30, "batch-ms": 30, "log-level": "silent" };
    const config = readConfig({ ...settings, ...pace }, { RELAY_PRIVATE_KEY: relayKeys.join() });
    return startRelay(config, [], await openDatabase(config.database, () => undefined), createLog("silent"));
  };
  const clientOf = ({ handle }: Stage): RelayClient => createRelayClient(`${relay.url}/v1/sessions/${handle.address}`);
  /** Those that have come as far as that block: an hour may lie between two blocks of this chain. */
  const served = async (least: number): Promise<string[]> => {
    const { sessions } = await createRelayClient(relay.url).sessions();
    return sessions.filter(({ ready, block = -1 }) => ready && block >= least).map(({ session }) => session);
  };
  const expectServed = async (stages: readonly Stage[]): Promise<void> => {
    const newest = await venue.chain.provider.getBlockNumber();
    await eventually(`${stages.length} sessions are served`, async () => {
      const all = await served(newest);
      return stages.every(({ handle }) => all.includes(handle.address));
    });
  };
  /** Brings an order of a session by way of the relay. @returns its link */
  const bring = async (stage: Stage): Promise<string> => {
    const client = clientOf(stage);
    const source = sources.get(stage) ?? ordersIn(stage, 1);
    sources.set(stage, source);
    return (await client.submit(source.next((await client.link()).link))).link;
  };

  before(async () => {
    venue = await openVenueStage({ sessions: 3, traders: 4, relays: 2 });
    folder = await mkdtemp(join(tmpdir(), "relay-sessions-"));
    relay = await start();
  });
  after(async () => {
    await relay.stop();
    await venue.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("does not start where no factory is: it would serve nothing, and nobody would wonder", async () => {
    const { node, relayKeys } = venue;
    const factory = `0x${"fa".repeat(20)}`;
    const settings = { rpc: node.url, session: "all", factory, database: join(folder, "other"), port: 0 };
    const config = readConfig({ ...settings, "log-level": "silent" }, { RELAY_PRIVATE_KEY: relayKeys.join() });
    const database = await openDatabase(config.database, () => undefined);
    const refused = await startRelay(config, [], database, createLog("silent")).catch((error: unknown) => error);
    await database.close();
    expect(refused).to.have.property("code", "RELAY_CONFIG_INVALID");
    expect(String(refused)).to.match(/--factory 0x(fa){20} is no contract on chain 31337/i);
  });

  it("serves those that are there", () => expectServed(venue.sessions));

  it("brings each order to the book of its session, from two accounts, and no two with one nonce", async () => {
    const links = await Promise.all(
      venue.sessions.flatMap((stage) => [1, 2, 3].map(async () => [stage, await bring(stage)] as const)),
    );
    for (const [stage, link] of links) {
      const { status } = await clientOf(stage).settled(link);
      expect(status).to.equal("onChain");
    }
    for (const { handle } of venue.sessions) {
      const { trades } = await handle.book.chainState();
      expect(Number(trades), handle.address).to.equal(3);
    }
  });

  it("tells the stream of a session what came there, and nothing of the others", async () => {
    const [first, second] = venue.sessions as readonly [Stage, Stage];
    const stopping = new AbortController();
    const heard: string[] = [];
    const stream = clientOf(first).stream([{ channel: "trades" }], { signal: stopping.signal });
    const listening = (async () => {
      for await (const message of stream) heard.push(message.type);
    })();
    await eventually("it is subscribed", () => heard.includes("subscribed"));
    await clientOf(second).settled(await bring(second));
    const before = heard.length;
    await eventually("it hears of its own", async () => {
      await clientOf(first).settled(await bring(first));
      return heard.includes("event");
    });
    expect(heard.slice(0, before)).not.to.include("event");
    stopping.abort();
    await listening;
  });

  it("finds a session that is made while it runs", async () => {
    const stage = await venue.open();
    await expectServed([stage]);
    const { status } = await clientOf(stage).settled(await bring(stage));
    expect(status).to.equal("onChain");
  });

  it("goes on with all of them after a restart, and with what was acknowledged", async () => {
    const link = await bring(venue.sessions[0]!);
    await relay.stop();
    relay = await start();
    await expectServed(venue.sessions);
    const { status } = await clientOf(venue.sessions[0]!).settled(link);
    expect(status).to.equal("onChain");
  });
});
