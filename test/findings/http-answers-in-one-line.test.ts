/** Fastify hands a serializer the status as its second argument: taken as an indent, it spread answers over many lines. */
import { expect } from "chai";

import { createServer, type ServedProcess } from "../../src/relay/http/server.js";
import { createLog } from "../../src/relay/reporting/log.js";
import { createProcessMetrics } from "../../src/relay/reporting/process-metrics.js";

const OPTIONS = {
  bodyLimit: 1_000,
  allowOrigin: "*",
  trustedProxies: [],
  maxConnections: 100,
  maxConnectionsPerAddress: 100,
  rate: 1_000,
  now: () => 0,
  maxStreams: 1,
  maxStreamsPerAddress: 1,
  maxBacklog: 1,
  drainMs: 1,
};

/** Nothing else is asked of it here. */
const SERVED = { health: () => ({ ready: true, faults: [] }) } as unknown as ServedProcess;

describe("The relay's HTTP server", () => {
  for (const [path, status] of [
    ["/ready", 200],
    ["/nowhere", 404],
    [`/v1/packages/${"1".repeat(200)}`, 400],
  ] as const) {
    it(`answers ${path.slice(0, 20)} in one line`, async () => {
      const server = await createServer(SERVED, OPTIONS, createProcessMetrics(), createLog("silent"));
      const { body, statusCode } = await server.inject(path);
      expect(statusCode).to.equal(status);
      expect(body).to.equal(JSON.stringify(JSON.parse(body)));
      await server.close();
    });
  }
});
