/** Faults of what is around a relay: its node, its database, its clients; and by what it has to name each. */
import { Client } from "pg";

import { type Fault, byRules, type FaultProxy, FAULTS, QUIRKS, rangeLimit } from "../../stage/faulty-node.js";
import type { WireProxy } from "../../stage/faulty-wire.js";
import type { LocalNode } from "../../src/local/nodes.js";
import type { PostgresServer } from "../../stage/postgres.js";
import { type End, floodingClients, silentClients, slowClients } from "./hostile-clients.js";

/** What stands around the relay. */
export interface Surroundings {
  readonly node: LocalNode;
  readonly proxy: FaultProxy;
  readonly server: PostgresServer;
  readonly wire: WireProxy;
  /** Where the relay listens. */
  readonly url: string;
}

/** A code of /health; a line of /metrics that grows; or nothing, because nothing is to be noticed. */
export type Naming = { readonly code: string } | { readonly metric: string } | undefined;

export interface TriedFault {
  readonly name: string;
  readonly named: Naming;
  /** @returns what ends it */
  readonly begin: (around: Surroundings) => End | Promise<End>;
}

const DELAY_MS = 100;
/** There and back it is longer than the right to submit lasts. */
const LONG_DELAY_MS = 1_500;
/** More than an address may have open. */
const CROWD = 150;
const FEW = 20;
const GAS_TOO_DEAR = `0x${(10n ** 12n).toString(16)}`; // wei, twice the highest that a relay pays

const ofNode = (name: string, code: string | undefined, fault: Fault, method?: string | readonly string[]) => ({
  name: `node: ${name}`,
  named: code === undefined ? undefined : { code },
  begin: ({ proxy }: Surroundings): End => {
    proxy.behave = byRules([{ fault, ...(method !== undefined && { method }) }]);
    return () => {
      proxy.behave = undefined;
      return Promise.resolve();
    };
  },
});

const ofDatabase = (name: string, code: string | undefined, begin: TriedFault["begin"]): TriedFault => ({
  name: `database: ${name}`,
  named: code === undefined ? undefined : { code },
  begin,
});

const ofWire = (name: string, code: string | undefined, wire: Parameters<WireProxy["be"]>[0]): TriedFault =>
  ofDatabase(name, code, ({ wire: ours }) => {
    ours.be(wire);
    return () => {
      ours.be("good");
      return Promise.resolve();
    };
  });

const ofClients = (name: string, metric: string, begin: (url: string) => End): TriedFault => ({
  name: `clients: ${name}`,
  named: { metric },
  begin: ({ url }) => begin(url),
});

const refusedConnection = (reason: string): string => `relay_connections_refused_total{reason="${reason}"}`;

/** By the name in `FAULTS`, what a relay calls it. */
const NODE_CODES = {
  cut: "NODE_UNREACHABLE",
  rateLimited: "NODE_RATE_LIMITED",
  rateLimitedInJson: "NODE_RATE_LIMITED",
  proxyWithoutNode: "NODE_UNREACHABLE",
  stateLost: "NODE_REFUSED",
  internal: "NODE_REFUSED",
  wrongKey: "NODE_REFUSED",
  page: "NODE_MALFORMED",
  halfAnswer: "NODE_MALFORMED",
  noResult: "NODE_MALFORMED",
  nothing: "NODE_MALFORMED",
} as const satisfies Readonly<Record<keyof typeof FAULTS, string>>;

const byName = <Value>(values: Readonly<Record<string, Value>>) => Object.entries(values);
const dearer = (block: unknown): unknown => ({ ...(block as object), baseFeePerGas: GAS_TOO_DEAR }); // of a block, as asked

export const TRIED_FAULTS: readonly TriedFault[] = [
  ...byName(NODE_CODES).map(([name, code]) => ofNode(name, code, FAULTS[name as keyof typeof FAULTS])), // its keys
  ofNode("silent", "NODE_TIMEOUT", { kind: "silent" }),
  ofNode("slow", undefined, { kind: "wait", ms: DELAY_MS }),
  ofNode("logs hidden, receipts there", undefined, { kind: "result", result: [] }, "eth_getLogs"),
  ofNode("logs and receipts hidden", "NODE_LOGS_MISSING", ({ method }) => {
    if (method === "eth_getLogs") return { kind: "result", result: [] };
    return method.endsWith("Receipts") ? FAULTS.internal : undefined;
  }),
  ofNode("blocks missing", "NODE_MALFORMED", { kind: "result", result: null }, "eth_getBlockByNumber"),
  ofNode("sending refused", "RELAY_SEND_REFUSED", FAULTS.internal, "eth_sendRawTransaction"),
  ofNode("gas too dear", "RELAY_PRICE_ABOVE_CAP", { kind: "change", change: dearer }, "eth_getBlockByNumber"),
  ofNode("account empty", "RELAY_NO_FUNDS", { kind: "result", result: "0x0" }, "eth_getBalance"),
  ofNode(
    "transactions swallowed",
    undefined,
    { kind: "result", result: `0x${"11".repeat(32)}` },
    "eth_sendRawTransaction",
  ),
  ofNode("range of 5 blocks", undefined, rangeLimit(5)),
  ...byName<Fault>(QUIRKS).map(([name, quirk]) => ofNode(name, undefined, quirk)),
  {
    name: "node: stands still",
    named: { code: "NODE_TIMEOUT" },
    begin: ({ node }) => {
      process.kill(node.pid, "SIGSTOP");
      return () => {
        process.kill(node.pid, "SIGCONT");
        return Promise.resolve();
      };
    },
  },
  ofDatabase("stopped", "RELAY_STORE_UNAVAILABLE", async ({ server }) => {
    await server.kill();
    return () => server.start();
  }),
  ofDatabase("stands still", "RELAY_STORE_UNAVAILABLE", ({ server }) => {
    server.pause();
    return () => {
      server.resume();
      return Promise.resolve();
    };
  }),
  ofDatabase("read-only", "RELAY_STORE_UNAVAILABLE", async ({ server }) => {
    await asOperator(server, "alter system set default_transaction_read_only = on");
    return () => asOperator(server, "alter system reset default_transaction_read_only");
  }),
  ofWire("slow", undefined, DELAY_MS),
  ofWire("very slow", "RELAY_LEASE_LOST", LONG_DELAY_MS),
  ofWire("connections cut", "RELAY_STORE_UNAVAILABLE", "cut"),
  ofWire("connections half open", "RELAY_STORE_UNAVAILABLE", "silent"),
  ofClients("half open", refusedConnection("silent"), (url) => silentClients(url, FEW)),
  ofClients("slow", refusedConnection("slow"), (url) => slowClients(url, FEW)),
  ofClients("too many", refusedConnection("address"), (url) => slowClients(url, CROWD)),
  ofClients("flooding", 'relay_requests_refused_total{code="RELAY_RATE_LIMITED"}', (url) => floodingClients(url, FEW)),
];

/** Of a setting that all sessions follow at once. */
async function asOperator({ url }: PostgresServer, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
    await client.query("select pg_reload_conf()");
  } finally {
    await client.end();
  }
}
