/** One fault after the other around a relay under load: whether it names each, goes on by itself, and has lost or doubled nothing. */
import { auditRelay } from "./audit.js";
import type { Naming, Surroundings, TriedFault } from "./fault-kinds.js";
import { createRawClient, type RawClient } from "./http-client.js";
import { metricsOf } from "./load-figures.js";
import { createLoadGenerator, drained, type LoadGenerator, pause, ready } from "./load-generator.js";
import { openRelayStage, ordersOn, type RelayStage, startRelayOn } from "./stage.js";
import { startFaultProxy } from "../../stage/faulty-node.js";
import { startWireProxy } from "../../stage/faulty-wire.js";
import { startPostgres } from "../../stage/postgres.js";
import type { RelayProcess } from "../../stage/relay-process.js";
import type { Hash } from "../../src/protocol/signing/typed-data.js";

export interface FaultsPlan {
  readonly faults: readonly TriedFault[];
  readonly seed: number;
  readonly traders: number;
  /** Users who submit at the same time. */
  readonly users: number;
}

export interface FaultOutcome {
  readonly name: string;
  /** What the relay was to name it by; "" if nothing was to be noticed. */
  readonly expected: string;
  /** Codes of /health while it lasted, and the metric by which it was named. */
  readonly named: readonly string[];
  /** Packages acknowledged from its beginning until the relay was well again, and what became of them. */
  readonly acknowledged: number;
  readonly landed: number;
  readonly refused: number;
  /** From its end until the relay was well and brought what was handed in since, ms. */
  readonly recoveredAfterMs: number;
  /** What must not be; empty if all is well. */
  readonly problems: readonly string[];
}

export interface FaultsResult {
  readonly outcomes: readonly FaultOutcome[];
  /** Of the whole run. */
  readonly problems: readonly string[];
}

/** What was seen of a fault before it is known what became of the packages. */
interface Seen extends Pick<FaultOutcome, "expected" | "name" | "named" | "problems" | "recoveredAfterMs"> {
  readonly links: readonly Hash[];
}

interface Trial extends Surroundings {
  readonly relay: RelayProcess;
  readonly client: RawClient;
  readonly load: LoadGenerator;
}

const START_MS = 60_000;
const DRAIN_MS = 120_000;
/** The longest that a fault may go unnamed, and a relay may take to be well again. */
const [NAMING_MS, RECOVERY_MS] = [45_000, 60_000];
/** So long each fault lasts at least. */
const HOLD_MS = 1_500;
const LOOK_MS = 50;
const BLOCK_MS = 500;
/** Users take their time: it is no measurement of load. */
const BETWEEN_MS = 60;
const FLAGS = [
  ...["--poll-ms", "50", "--batch-ms", "50", "--rate", "300", "--log-level", "info"],
  ...["--rpc-timeout-ms", "1000", "--replace-after-ms", "1000"],
  // What a node that hides logs makes a relay send in vain is counted against the traders.
  ...["--burn-quota", "0"],
];

export async function runFaults(plan: FaultsPlan, tell: (line: string) => void): Promise<FaultsResult> {
  const server = await startPostgres();
  const wire = await startWireProxy({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
  const stage = await openRelayStage({ traders: plan.traders });
  const proxy = await startFaultProxy(stage.node.url);
  const database = new URL(server.url);
  database.port = String(wire.port);
  try {
    const relay = await startRelayOn(
      { ...stage, node: { ...stage.node, url: proxy.url } },
      { database: database.href, flags: FLAGS },
    );
    try {
      const { node } = stage;
      return await tryAll(plan, stage, { node, proxy, server, wire, url: relay.url, relay }, tell);
    } finally {
      await relay.stop();
    }
  } finally {
    await proxy.close();
    await wire.close();
    await stage.close();
    await server.stop();
  }
}

async function tryAll(
  { faults, seed, users }: FaultsPlan,
  stage: RelayStage,
  around: Omit<Trial, "client" | "load">,
  tell: (line: string) => void,
): Promise<FaultsResult> {
  const { relay } = around;
  const client = createRawClient(relay.url);
  await ready(client, START_MS);
  const load = createLoadGenerator(ordersOn(stage, { seed }), users);
  load.target = unhurried(client);
  const stopLoad = new AbortController();
  const running = Promise.all([load.run(stopLoad.signal), makeBlocks(stage, stopLoad.signal)]);
  const seen: Seen[] = [];
  try {
    for (const fault of faults) {
      seen.push(await tryOne({ ...around, client, load }, fault));
      const found = seen.at(-1)?.problems ?? [];
      tell(`${fault.name}: ${found.length === 0 ? "as it must be" : found.join("; ")}`);
    }
  } finally {
    stopLoad.abort();
    await running;
  }
  const isDrained = await drained(client, DRAIN_MS);
  const { problems, fates } = await auditRelay(stage, client, [...load.acknowledged]);
  const left = isDrained ? [] : [`packages still wait. The relay's log:\n${relay.log()}`];
  return { outcomes: seen.map((one) => outcomeOf(one, fates, problems)), problems: [...problems, ...left] };
}

async function tryOne(trial: Trial, { name, named, begin }: TriedFault): Promise<Seen> {
  const { load, client } = trial;
  const problems: string[] = [];
  const before = await figureOf(trial, named);
  const first = load.acknowledged.size;
  const end = await begin(trial);
  const codes = await watch(trial, named, before);
  const endedAt = performance.now();
  await end();
  if (!(await isWell(client))) problems.push(`it was not well again after ${RECOVERY_MS} ms`);
  if (!(await isBringing(trial))) problems.push(`what was handed in afterwards did not land. ${logOf(trial)}`);
  const recoveredAfterMs = Math.round(performance.now() - endedAt);
  const expected = wordOf(named);
  if (expected !== "" && !codes.has(expected)) {
    problems.push(`it was not named ${expected} but ${[...codes].join()}. ${logOf(trial)}`);
  }
  if (expected === "" && codes.size > 0) problems.push(`it was taken for ${[...codes].join()}. ${logOf(trial)}`);
  const links = [...load.acknowledged].slice(first);
  return { name, expected, named: [...codes], recoveredAfterMs, problems, links };
}

function logOf({ relay }: Trial): string {
  return `The relay's log:\n${relay.log()}`;
}

function wordOf(named: Naming): string {
  if (named === undefined) return "";
  return "code" in named ? named.code : named.metric;
}

/** Of a metric by which a fault is named. */
async function figureOf({ relay }: Trial, named: Naming): Promise<number> {
  if (named === undefined || "code" in named) return 0;
  return (await metricsOf(relay)).get(named.metric) ?? 0;
}

/** Looks on until the fault has been named, and for a while in any case. @returns by what it was named */
async function watch(trial: Trial, named: Naming, before: number): Promise<Set<string>> {
  const codes = new Set<string>();
  const startedAt = performance.now();
  const expected = wordOf(named);
  const age = (): number => performance.now() - startedAt;
  while (age() < HOLD_MS || (expected !== "" && !codes.has(expected) && age() < NAMING_MS)) {
    for (const code of await faultsOf(trial.client)) codes.add(code);
    if ((await figureOf(trial, named)) > before) codes.add(expected);
    await pause(LOOK_MS);
  }
  return codes;
}

/** Codes of the faults that a relay has. */
async function faultsOf(client: RawClient): Promise<string[]> {
  const { body } = await client.get("/health");
  const faults = (body["faults"] ?? []) as readonly { readonly code: string }[]; // by the relay's interface
  return faults.map(({ code }) => code);
}

async function within(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (await isSo()) return true;
    await pause(LOOK_MS);
  }
  return false;
}

function isWell(client: RawClient): Promise<boolean> {
  return within(RECOVERY_MS, async () => {
    const { status, body } = await client.get("/health");
    return status === 200 && body["submits"] === true && (body["faults"] as readonly object[]).length === 0;
  });
}

/** Whether a package lands that is acknowledged from now on. */
function isBringing({ load, client }: Trial): Promise<boolean> {
  const first = load.acknowledged.size;
  return within(RECOVERY_MS, async () => {
    const link = [...load.acknowledged][first];
    if (link === undefined) return false;
    const { status } = (await client.get(`/v1/packages/${link}`)).body;
    return status === "onChain" || status === "refused";
  });
}

function outcomeOf(
  { links, problems, ...seen }: Seen,
  fates: ReadonlyMap<Hash, "landed" | "refused">,
  found: readonly string[],
): FaultOutcome {
  const count = (fate: "landed" | "refused"): number => links.filter((link) => fates.get(link) === fate).length;
  const own = found.filter((problem) => links.some((link) => problem.startsWith(link)));
  const [landed, refused] = [count("landed"), count("refused")];
  return { ...seen, acknowledged: links.length, landed, refused, problems: [...problems, ...own] };
}

/** As chains do: blocks come whether anybody trades or not. */
async function makeBlocks({ provider }: RelayStage, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(BLOCK_MS);
    await provider.send("evm_mine", []).catch(() => undefined); // the node stands still
  }
}

function unhurried(client: RawClient): RawClient {
  return {
    ...client,
    async submit(signed) {
      await pause(BETWEEN_MS);
      return client.submit(signed);
    },
  };
}
