/** Several relay processes' work in one process: sessions of one factory on a real node, and one Postgres for all who are opened. */
import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import { readConfig } from "../../src/relay/config/config.js";
import type { RelayOptions } from "../../src/relay/config/settings.js";
import { createLog } from "../../src/relay/reporting/log.js";
import { openRelay } from "../../src/relay/running/run.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { withDatabase } from "../../stage/postgres.js";
import type { Stage } from "../../stage/stage.js";
import { openVenueStage, ordersIn, type VenueStage } from "../../trials/venue/stage.js";
import { eventually } from "./support.js";

export interface VenueWorld {
  readonly venue: VenueStage;
  /** Of the database. */
  readonly url: string;
  /** Opens a relay of all sessions, which is stopped with the others. @throws RelayError as it does */
  open(options: RelayOptions): Promise<Relay>;
  /** Of a session, the first by default. */
  at(relay: Relay, stage?: Stage): string;
  clientOf(relay: Relay, stage?: Stage): RelayClient;
  /** Waits until all sessions are ready there. */
  ready(relay: Relay): Promise<void>;
  /** Brings orders of a session, each once the one before is on the chain. @returns their links */
  bring(relay: Relay, count: number, stage?: Stage): Promise<string[]>;
  /** Waits until one has come as far as the other's index is now. @returns that block */
  caughtUp(behind: Relay, ahead: Relay): Promise<number>;
  close(): Promise<void>;
}

/** An answer, parsed if it is one document. */
export async function askFor(where: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(where);
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith("{") && !text.includes("\n{") ? JSON.parse(text) : text };
}

/** @param given an empty database; a new one by default */
export async function openVenueWorld(plan: Parameters<typeof openVenueStage>[0], given?: string): Promise<VenueWorld> {
  const venue = await openVenueStage(plan);
  const opened: Relay[] = [];
  let done: () => void = () => undefined;
  let over: Promise<unknown> = Promise.resolve();
  const made = (): Promise<string> =>
    new Promise((began, failed) => {
      over = withDatabase((location) => {
        began(location);
        return new Promise<void>((resolve) => (done = resolve));
      }).catch(failed);
    });
  const url = given ?? (await made());
  const [first] = venue.sessions;
  const sources = new Map<Stage, ReturnType<typeof ordersIn>>();
  const at = (relay: Relay, stage = first!): string => `${relay.url}/v1/sessions/${stage.handle.address}`;
  const clientOf = (relay: Relay, stage?: Stage): RelayClient => createRelayClient(at(relay, stage));
  return {
    ...{ venue, url, at, clientOf },
    async bring(relay, count, stage = first!) {
      const client = clientOf(relay, stage);
      const source = sources.get(stage) ?? ordersIn(stage, 1);
      sources.set(stage, source);
      const links: string[] = [];
      while (links.length < count) {
        const { link } = await client.submit(source.next((await client.link()).link));
        await client.settled(link);
        links.push(link);
      }
      return links;
    },
    async caughtUp(behind, ahead) {
      const blockOf = async (one: Relay) => (await clientOf(one).history("fills", { limit: 1 })).block.number;
      const wanted = await blockOf(ahead);
      await eventually("it has come as far", async () => (await blockOf(behind)) >= wanted);
      return wanted;
    },
    ready: (relay) =>
      eventually("all its sessions are ready", async () => {
        const { sessions } = await createRelayClient(relay.url).sessions();
        return sessions.length === venue.sessions.length && sessions.every((one) => one.ready);
      }),
    async open(options) {
      const { node, factory, relayKeys } = venue;
      const settings = { rpc: node.url, session: "all", factory, database: url, port: 0, "log-level": "silent" };
      const config = readConfig({ ...settings, ...options }, { RELAY_PRIVATE_KEY: relayKeys.join() });
      const relay = await openRelay(config, createLog("silent"));
      opened.push(relay);
      return relay;
    },
    async close() {
      await Promise.all(opened.map((one) => one.stop()));
      await venue.close();
      done();
      await over;
    },
  };
}
