/** Several relay processes' work in one process: sessions of one factory on a real node, and one Postgres for all who are opened. */
import { readConfig } from "../../src/relay/config/config.js";
import type { RelayOptions } from "../../src/relay/config/settings.js";
import { createLog } from "../../src/relay/reporting/log.js";
import { openRelay } from "../../src/relay/running/run.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { withDatabase } from "../../stage/postgres.js";
import { openVenueStage, type VenueStage } from "../../trials/venue/stage.js";

export interface VenueWorld {
  readonly venue: VenueStage;
  /** Of the database. */
  readonly url: string;
  /** Opens a relay of all sessions, which is stopped with the others. @throws RelayError as it does */
  open(options: RelayOptions): Promise<Relay>;
  close(): Promise<void>;
}

export async function openVenueWorld(plan: Parameters<typeof openVenueStage>[0]): Promise<VenueWorld> {
  const venue = await openVenueStage(plan);
  const opened: Relay[] = [];
  let done: () => void = () => undefined;
  let over: Promise<unknown> = Promise.resolve();
  const url = await new Promise<string>((began, failed) => {
    over = withDatabase((location) => {
      began(location);
      return new Promise<void>((resolve) => (done = resolve));
    }).catch(failed);
  });
  return {
    venue,
    url,
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
