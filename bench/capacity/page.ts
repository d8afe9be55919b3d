/** docs/capacity.md: what a chain takes, what an order costs, and what to run, each number with where it comes from. */
import { grouped } from "../table.js";
import { ASSUMED_ON, type ChainAssumptions, CHAINS, COIN_USD } from "./chains.js";
import { acceptedASecond, type CapacityInputs, gasOf, type KeptTrials } from "./inputs.js";

/** Bytes of an order in a batch (docs/words.md), and of what stands before and around it. */
const ORDER_BYTES = 113;
const PAIR = 2;
const GWEI_A_COIN = 1e9;
const [MEGABYTE, GIGABYTE] = [1 << 20, 1 << 30];
const SIZES = [1, 100, 10_000] as const;
/** As `--max-sessions` has it, and the pools of `src/relay/store/server.ts`. */
export const DEFAULTS = { sessionsAProcess: 100, connections: { intake: 4, index: 2, reads: 4 } } as const;
const EVENTS = "stream_events";
const LEVELS = ["quiet", "usual", "busy"] as const;

export function capacityPage(inputs: CapacityInputs): string {
  const sections = [
    chainSection(inputs),
    costSection(inputs),
    runSection(inputs),
    historySection(inputs),
    assumptions(),
  ];
  const intro = [
    "# Capacity",
    "Written by `npm run bench -- capacity` from what benches and trials have kept; not to be edited. Figures that are **measured** name who measures them; what is *assumed* of chains is at the end, dated, with its source. A reckoned figure is a product of these.",
  ];
  return `${[...intro, ...sections].join("\n\n")}\n`;
}

/** Ways in which orders come, with the gas of one. */
function ways({ results }: CapacityInputs) {
  return [
    {
      what: "in batches, each second one takes another",
      gas: gasOf(results, "batchPair") / PAIR,
      id: "batchPair, of two",
    },
    { what: "alone, to rest at a place that was used before", gas: gasOf(results, "restUsed"), id: "restUsed" },
    { what: "alone, taking a resting one whole", gas: gasOf(results, "take"), id: "take" },
  ];
}

function chainSection(inputs: CapacityInputs): string {
  const accepted = acceptedASecond(inputs.relayPage);
  const rows = ways(inputs).map(({ what, gas, id }) => [
    ...[what, `${grouped(Math.round(gas))} (\`${id}\`)`],
    ...CHAINS.map(({ gasPerSecond: { target, most } }) => `${perSecond(target / gas)} · ${perSecond(most / gas)}`),
  ]);
  return [
    "## Orders a second",
    "If a session had all of a chain's gas: for long · for a while at most. Whoever gets a tenth of the gas gets a tenth of the orders. All sessions of a chain share it.",
    table(["orders", "gas of one, measured", ...CHAINS.map(({ name }) => name)], rows),
    `Gas is of \`npm run bench -- gas\` (docs/performance.md). One relay on one core accepts ${grouped(accepted)} packages a second (measured, [relay.md](relay.md#what-it-bears), \`npm run trial relay load\`), more than any of these chains takes: the chain is what bounds a session, and a second process for one session would add nothing.`,
  ].join("\n\n");
}

function costSection(inputs: CapacityInputs): string {
  const [batched] = ways(inputs);
  const gas = batched?.gas ?? 0;
  const rows = CHAINS.map((chain) => [
    chain.name,
    ...LEVELS.map((_, level) => {
      const gwei = costGwei(chain, gas, level);
      return `${significant(gwei)} gwei, ${dollars((gwei * COIN_USD) / GWEI_A_COIN)}`;
    }),
  ]);
  return [
    "## What an order costs",
    `In batches, half of them taking others: ${grouped(Math.round(gas))} gas (measured) and ${ORDER_BYTES} bytes ([words.md](words.md#a-batch)), at three levels of price (*assumed*). Dollars are at ${grouped(COIN_USD)} a coin, *assumed*, to compare.`,
    table(["chain", ...LEVELS], rows),
  ].join("\n\n");
}

function costGwei({ gasGwei, byteGwei }: ChainAssumptions, gas: number, level: number): number {
  return gas * (gasGwei[level] ?? 0) + ORDER_BYTES * (byteGwei[level] ?? 0);
}

function runSection({ trials }: CapacityInputs): string {
  const { day, machine, plan, result } = trials["venue sessions"];
  const connections = Object.values(DEFAULTS.connections).reduce((sum, one) => sum + one, 0);
  const rows = SIZES.map((sessions) => {
    const processes = Math.ceil(sessions / DEFAULTS.sessionsAProcess);
    const each = Math.min(sessions, DEFAULTS.sessionsAProcess);
    return [
      ...[grouped(sessions), grouped(processes), memoryOf(trials, each), grouped(processes * connections)],
      grouped(Math.round(sessions === 1 ? result.perBlock.one : processes * result.perBlock.all)),
      grouped(Math.round(sessions * result.perBlock.one)),
    ];
  });
  return [
    "## What to run",
    table(
      [
        "sessions",
        "processes",
        "memory of each, at most",
        "database connections",
        "requests to the node in an idle block",
        "if each session had a process of its own",
      ],
      rows,
    ),
    `**Measured** (\`npm run trial venue sessions\`, ${day}, ${machine.cores} cores, ${machine.processor}): ${plan.sessions} sessions in one process with ${plan.traders} traders and ${plan.orders} resting orders each (${plan.database}) took ${Math.max(result.memory.grown, result.memory.restarted)} MB, were ready ${(result.startMs / 1_000).toFixed(1)} s after a start, and asked the node ${result.perBlock.all.toFixed(1)} times in an idle block, one session alone ${result.perBlock.one.toFixed(1)} times.`,
    `**Reckoned**: memory as if all of what was measured were the sessions' own, which is too much for few; processes by \`--max-sessions\` (${DEFAULTS.sessionsAProcess}); connections by the pools of each (${Object.entries(
      DEFAULTS.connections,
    )
      .map(([pool, size]) => `${pool} ${size}`)
      .join(
        ", ",
      )}). A Postgres takes 100 connections unless told otherwise: from ${Math.floor(100 / connections)} processes on raise \`max_connections\`, or give processes databases of their own, for sessions share nothing. Of 10 000 sessions nothing was run: the last line is a product, and no measurement.`,
  ].join("\n\n");
}

/** Of a process, by what it took with as many sessions as were tried. */
function memoryOf(trials: KeptTrials, sessions: number): string {
  const { plan, result } = trials["venue sessions"];
  const most = Math.max(result.memory.grown, result.memory.restarted);
  const megabytes = sessions <= plan.sessions ? most : (most * sessions) / plan.sessions;
  return megabytes * MEGABYTE >= GIGABYTE
    ? `${((megabytes * MEGABYTE) / GIGABYTE).toFixed(1)} GB`
    : `${Math.ceil(megabytes)} MB`;
}

function historySection({ trials }: CapacityInputs): string {
  const { day, machine, result } = trials["venue history"];
  const share = (table: string): string =>
    `${table} ${result.tables.find((one) => one.table === table)?.bytesPerOrder ?? 0}`;
  const largest = result.tables.slice(0, LEVELS.length).map(({ table: name }) => share(name));
  const events = result.tables.find((one) => one.table === EVENTS)?.bytesPerOrder ?? 0;
  const gigabytes = (orders: number): string =>
    `${((orders * (result.bytesPerOrder - events)) / GIGABYTE).toFixed(1)} GB`;
  return [
    "## History",
    `**Measured** (\`npm run trial venue history\`, ${day}, ${machine.cores} cores): ${grouped(result.orders)} orders through the real index, ${grouped(result.written)} a second, ${grouped(result.bytesPerOrder)} bytes an order with all indexes and what subscribers may still ask for (${largest.join(", ")} bytes). A page of a trader's own fills came within ${result.page.median} ms, 99 of 100 within ${result.page.p99} ms; a relay was ready after ${(result.start.process / 1_000).toFixed(1)} s, of a start of that book the index took ${(result.start.index / 1_000).toFixed(1)} s.`,
    `**Reckoned**: of a million orders ${gigabytes(1e6)}, of ten million ${gigabytes(1e7)}, if each takes as much, and events for subscribers beside it, which end at about a million a book. Old blocks are archived with \`session archive\` ([operations.md](operations.md#archiving)).`,
  ].join("\n\n");
}

function assumptions(): string {
  const rows = CHAINS.map(({ name, gasPerSecond, blockSeconds, transactionGas, gasGwei, byteGwei, sources }) => [
    name,
    `${grouped(gasPerSecond.target)} · ${grouped(gasPerSecond.most)}`,
    `${blockSeconds} s`,
    grouped(transactionGas),
    gasGwei.join(" · "),
    byteGwei.join(" · "),
    sources.join("; "),
  ]);
  return [
    "## What is assumed of chains",
    `Looked at on ${ASSUMED_ON}. They change without notice: look again before relying on them (\`bench/capacity/chains.ts\`).`,
    table(
      [
        "chain",
        "gas a second: for long · at most",
        "block",
        "gas of a transaction",
        "gwei a unit of gas",
        "gwei a byte of data",
        "from",
      ],
      rows,
    ),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function perSecond(rate: number): string {
  return grouped(rate, rate < 10 ? 1 : 0);
}

function significant(value: number): string {
  return value >= 100 ? grouped(Math.round(value)) : value.toPrecision(2);
}

function dollars(value: number): string {
  return value >= 1 ? `$${value.toFixed(2)}` : `$${value.toPrecision(2)}`;
}
