/** What is counted and measured of the whole process, for Prometheus, and the figures of all its sessions in one text. */
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";

import type { Metrics } from "./metrics.js";
import type { PoolFigures } from "../store/database.js";

/** Of subscribers. */
export interface StreamMetrics {
  readonly streams: Gauge;
  readonly dropped: Counter<"reason">;
}

export interface ProcessMetrics extends StreamMetrics {
  readonly connectionsRefused: Counter<"reason">;
  /** By the code of the refusal. */
  readonly refused: Counter<"code">;
  /** Of the accounts that pay, thousand millionths of the chain's coin. */
  readonly balance: Gauge<"account">;
  /** Faults of what is no session's, by part. */
  readonly faults: Counter<"part">;
  readonly contentType: string;
  /** A session's figures are told with the others' from now on. @returns ends that */
  add(of: Pick<Metrics, "registry">): () => void;
  /** All figures, in Prometheus' own form. */
  text(): Promise<string>;
}

/** What is asked when figures are. */
export interface ProcessSources {
  /** The database's connections. */
  readonly pools?: () => readonly PoolFigures[];
  /** What the process does. */
  readonly roles?: Iterable<string>;
  /** Whether the broker answers; undefined if there is none. */
  readonly broker?: () => boolean | undefined;
}

export function createProcessMetrics({ pools, roles = [], broker }: ProcessSources = {}): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> =>
    new Counter({ name: `relay_${name}`, help, labelNames, registers });
  registerPools(registry, pools ?? (() => []));
  registerRoles(registry, roles);
  registerBroker(registry, () => broker?.());
  const sessions = new Set<Registry>();
  return {
    contentType: registry.contentType,
    refused: counter("requests_refused_total", "requests refused, by code", ["code"]),
    dropped: counter("streams_dropped_total", "subscribers cut off, by reason", ["reason"]),
    connectionsRefused: counter("connections_refused_total", "connections closed by a limit, by reason", ["reason"]),
    faults: counter("process_faults_total", "faults survived by what is no session's, by part", ["part"]),
    streams: new Gauge({ name: "relay_streams_open", help: "subscribers' connections", registers }),
    balance: new Gauge({
      ...{ name: "relay_balance_gwei", help: "what an account that submits has", labelNames: ["account"], registers },
    }),
    add({ registry: one }) {
      sessions.add(one);
      return () => sessions.delete(one);
    },
    async text() {
      const of = await Promise.all([...sessions].map((one) => one.getMetricsAsJSON()));
      const own = await registry.metrics();
      // Made for the workers of one server: series of one name come together, and each keeps its labels.
      return of.length === 0 ? own : `${own}\n${await AggregatorRegistry.aggregate(of).metrics()}`;
    },
  };
}

function registerRoles(registry: Registry, roles: Iterable<string>): void {
  const help = "1 for each role of this process: intake, submit, index, read";
  const gauge = new Gauge({ name: "relay_role", help, labelNames: ["role"], registers: [registry] });
  for (const role of roles) gauge.set({ role }, 1);
}

/** No series without a broker. */
function registerBroker(registry: Registry, isThere: () => boolean | undefined): void {
  const gauge: Gauge = new Gauge({
    name: "relay_broker_up",
    help: "1 while the broker answers",
    registers: [registry],
    collect() {
      const answer = isThere();
      if (answer === undefined) gauge.remove();
      else gauge.set(answer ? 1 : 0);
    },
  });
}

function registerPools(registry: Registry, pools: () => readonly PoolFigures[]): void {
  const connections = new Gauge({
    name: "relay_database_connections",
    help: "connections of each pool: open, idle, and work that waits for one",
    labelNames: ["pool", "state"],
    registers: [registry],
    collect() {
      for (const { pool, open, idle, waiting } of pools()) {
        connections.set({ pool, state: "open" }, open);
        connections.set({ pool, state: "idle" }, idle);
        connections.set({ pool, state: "waiting" }, waiting);
      }
    },
  });
}
