/** What is counted and measured of one session, for Prometheus. Each series says of which. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

import type { Monitoring } from "../../protocol/book/monitoring.js";
import { registerBookMetrics } from "./book-metrics.js";

export interface Metrics {
  readonly registry: Registry;
  readonly accepted: Counter;
  /** From the request to the acknowledgement. */
  readonly cancellations: Counter;
  readonly switchesFired: Counter;
  readonly acknowledgeSeconds: Histogram;
  readonly inFlight: Gauge;
  readonly batchPackages: Histogram;
  /** Packages that were sent, by route: book, maker, set. */
  readonly routed: Counter<"route">;
  /** By outcome: landed, refused, returned. */
  readonly settled: Counter<"outcome">;
  readonly block: Gauge;
  readonly reorganisations: Counter;
  /** Blocks that were not what had been expected, so that the waiting packages were applied again. */
  readonly rebases: Counter;
  readonly faults: Counter<"part">;
  readonly submits: Gauge;
  /** Of transactions that were mined, as their receipts say: gas, what it cost, and the gas of packages that did not land. */
  readonly gasSpent: Counter;
  readonly gasBurned: Counter;
  readonly feesSpent: Counter;
  /** Calls of settlers, by outcome: sent, again (of those: for a root that an earlier one did not settle), unpaid (the purse was empty). */
  readonly settlerCalls: Counter<"outcome">;
  readonly settlerGasLeft: Gauge;
  /** Blocks that the index has, and those that it has not taken yet. */
  readonly indexBlock: Gauge;
  readonly indexBehind: Gauge;
}

const ACKNOWLEDGE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What is asked when figures are. */
export interface MetricSources {
  /** Faults that block. */
  readonly blocking?: () => number;
  /** Packages that are not on the chain yet, and since how many seconds the oldest of them is known of; 0 if there is none. */
  readonly waiting?: () => { readonly packages: number; readonly oldestSeconds: number };
  /** Of the book as it is on the chain. */
  readonly monitoring?: () => Monitoring;
}

/** @param session its address */
export function createMetrics(session: string, sources: MetricSources = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ session });
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> =>
    new Counter({ name: `relay_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name: `relay_${name}`, help, registers });
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name: `relay_${name}`, help, buckets, registers });
  registerSources(registry, sources);
  registerBookMetrics(registry, () => sources.monitoring?.());
  return {
    registry,
    accepted: counter("packages_accepted_total", "packages acknowledged"),
    cancellations: counter("cancellations_accepted_total", "signed cancellations acknowledged"),
    switchesFired: counter("switches_fired_total", "dead man's switches that fired"),
    acknowledgeSeconds: histogram("acknowledge_seconds", "time to the acknowledgement", ACKNOWLEDGE_BUCKETS),
    inFlight: gauge("transactions_in_flight", "transactions sent and not settled"),
    batchPackages: histogram("batch_packages", "packages in a transaction", BATCH_BUCKETS),
    routed: counter("packages_routed_total", "packages sent, by route: to the book, a maker, sets", ["route"]),
    settled: counter("packages_settled_total", "what became of packages", ["outcome"]),
    block: gauge("block_number", "last block that was applied"),
    reorganisations: counter("reorganisations_total", "times that blocks were taken back"),
    rebases: counter("rebases_total", "times that waiting packages were applied again"),
    faults: counter("faults_total", "faults survived, by part", ["part"]),
    indexBlock: gauge("index_block_number", "last block that is in the index"),
    indexBehind: gauge("index_behind_blocks", "blocks that are not in the index yet"),
    gasSpent: counter("gas_spent_total", "gas of transactions that were mined"),
    gasBurned: counter("gas_burned_total", "gas spent on packages that did not land"),
    feesSpent: counter("fees_spent_gwei_total", "what that gas has cost"),
    settlerCalls: counter("settler_calls_total", "calls that have settlers settle roots, by outcome", ["outcome"]),
    settlerGasLeft: gauge("settler_gas_left", "gas that is left for calls of settlers"),
    submits: gauge("submits", "1 while this relay submits"),
  };
}

/** Read when figures are asked for: what only a step of the relay wrote would stand still with that step. */
function registerSources(registry: Registry, { blocking, waiting }: MetricSources): void {
  const registers = [registry];
  const asked = (name: string, help: string, read: () => number | undefined): void => {
    const gauge: Gauge = new Gauge({
      name: `relay_${name}`,
      help,
      registers,
      collect() {
        gauge.set(read() ?? 0);
      },
    });
  };
  asked("packages_waiting", "packages acknowledged and not on the chain yet", () => waiting?.().packages);
  asked(
    "oldest_waiting_seconds",
    "age of the oldest package that is not on the chain yet",
    () => waiting?.().oldestSeconds,
  );
  asked("faults_blocking", "faults while which packages should go elsewhere", blocking ?? (() => 0));
}
