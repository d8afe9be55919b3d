/** Submits many packages as fast as a relay takes them, and measures. */
import { Wallet } from "ethers";

import { type AuditResult, auditRelay } from "./audit.js";
import { type Answer, createRawClient, type RawClient } from "./http-client.js";
import { memoryOf, type MemoryLook, type Metrics, metricsOf, percentile } from "./load-figures.js";
import { drained, pause, ready } from "./load-generator.js";
import { fastSign } from "./load-signer.js";
import type { OrderSource } from "./orders.js";
import { openRelayStage, ordersOn, type RelayStage, startRelayOn } from "./stage.js";
import type { RelayProcess } from "../../stage/relay-process.js";
import type { SignedPackage } from "../../src/bindings/packages.js";
import { toJson } from "../../src/protocol/amounts/json.js";
import type { Hash } from "../../src/protocol/signing/typed-data.js";
import { createPost, type Post } from "./post.js";

export interface LoadPlan {
  readonly traders: number;
  readonly packages: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Packages in a request; 1, the default, has them go alone. */
  readonly batch?: number;
  readonly database: string;
  readonly seed: number;
  readonly flags?: readonly string[];
  /** The core that the relay alone has; the other processes have to be kept off it. */
  readonly core?: number | undefined;
}

export interface LoadResult extends AuditResult {
  readonly accepted: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** In which packages were handed in and acknowledged. */
  readonly intakeSeconds: number;
  /** From the first request until all had landed, with the moments in which memory was looked at. */
  readonly totalSeconds: number;
  /** Of the relay's process, all its threads. */
  readonly intakeCpuSeconds: number;
  readonly totalCpuSeconds: number;
  /** Ms from a request to its acknowledgement, as its sender saw it. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that the queue is full, after which a user waits and asks again; their time counts for nothing. */
  readonly waits: number;
  readonly batchSize: number;
  readonly gasPerOrder: number;
  readonly memory: readonly MemoryLook[];
  /** Packages that were waiting at the most. */
  readonly mostWaiting: number;
}

interface Intake {
  readonly acknowledged: Hash[];
  /** By code. */
  readonly refusals: Map<string, number>;
  readonly times: number[];
  waits: number;
}

/** After each the load pauses and the relay's garbage is collected, so that what is seen is what it keeps. */
const PARTS = 4;
const START_MS = 60_000;
const ANSWER_MS = 60_000;
const NO_ANSWER = { status: 0, text: "{}" };
const DRAIN_MS = 600_000;
const LOOK_MS = 500;
const RETRY_MS = 50;
/** By then garbage that was to be collected is. */
const COLLECT_MS = 200;
const REORG_DEPTH = 64;
const ON_SIGNAL = "process.on('SIGUSR2', () => globalThis.gc())";
const COLLECTING = ["--expose-gc", "--import", `data:text/javascript,${encodeURIComponent(ON_SIGNAL)}`];
/** Large batches: all packages are signed over the head at the start, and a link is good for 248 batches. */
const BATCHES = ["--batch-ms", "200", "--batch-size", "128", "--gas-cap", "28000000"];
const FLAGS = ["--poll-ms", "50", "--rate", "1000000", "--log-level", "warn", "--reorg-depth", String(REORG_DEPTH)];

export async function runLoad(plan: LoadPlan, tell: (line: string) => void): Promise<LoadResult> {
  const { traders, database, flags = [], core } = plan;
  const stage = await openRelayStage({ traders });
  const profile = process.env["RELAY_PROFILE"];
  const relay = await startRelayOn(stage, {
    database,
    flags: [...FLAGS, ...BATCHES, ...flags],
    nodeFlags: [...COLLECTING, ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`])],
    ...(core !== undefined && { core }),
  });
  try {
    return await measure(plan, stage, relay, tell);
  } finally {
    await relay.stop();
    await stage.close();
  }
}

async function measure(
  { packages, concurrency, seed, batch = 1 }: LoadPlan,
  stage: RelayStage,
  relay: RelayProcess,
  tell: (line: string) => void,
): Promise<LoadResult> {
  const { provider } = stage;
  const client = createRawClient(relay.url);
  await ready(client, START_MS);
  const source = ordersOn(stage, { seed, sign: fastSign() });
  const link = await client.link();
  const signed = Array.from({ length: packages }, () => source.next(link));
  tell(`${packages} packages signed`);

  const intake: Intake = { acknowledged: [], refusals: new Map(), times: [], waits: 0 };
  const memory: MemoryLook[] = [];
  let mostWaiting = 0;
  const look = async (): Promise<Metrics> => {
    const values = await metricsOf(relay);
    mostWaiting = Math.max(mostWaiting, values.get("relay_packages_waiting") ?? 0);
    return values;
  };
  const lookAtMemory = async (part: number): Promise<Metrics> => {
    process.kill(relay.pid, "SIGUSR2");
    await pause(COLLECT_MS);
    const values = await look();
    memory.push(memoryOf(part, values));
    return values;
  };
  const looks = setInterval(() => {
    look().then(
      (values) => {
        const waiting = values.get("relay_packages_waiting") ?? 0;
        tell(`${intake.acknowledged.length}/${packages} acknowledged, ${waiting} waiting`);
      },
      () => undefined, // the next look will do
    );
  }, LOOK_MS);
  // A general client would take as much of the machine as the relay that is measured.
  const path = batch === 1 ? "/v1/packages" : "/v1/packages/batch";
  const post = createPost(`${relay.url}${path}`, undefined, ANSWER_MS);
  const first = await lookAtMemory(0);
  const startedAt = performance.now();
  let [intakeSeconds, intakeCpuSeconds] = [0, 0];
  let before = first;
  for (let part = 0; part < PARTS; part += 1) {
    const [from, to] = [part, part + 1].map((end) => Math.floor((packages * end) / PARTS));
    const partAt = performance.now();
    await submitAll({ signed: signed.slice(from, to), concurrency, batch, client, post, source }, intake);
    intakeSeconds += (performance.now() - partAt) / 1000;
    intakeCpuSeconds += cpuOf(await look()) - cpuOf(before);
    before = await lookAtMemory((part + 1) / PARTS);
  }
  clearInterval(looks);
  tell(`all answered after ${intakeSeconds.toFixed(1)} s`);
  const isDrained = await drained(client, DRAIN_MS);
  const totalSeconds = (performance.now() - startedAt) / 1000;
  const end = await look();
  await provider.send("anvil_mine", [`0x${(2 * REORG_DEPTH).toString(16)}`]);
  const newest = await provider.getBlockNumber();
  while (Number((await client.get("/health")).body["block"]) < newest) await pause(LOOK_MS);
  await lookAtMemory(2);
  const audit = await auditRelay(stage, client, intake.acknowledged);
  const times = intake.times.sort((a, b) => a - b);
  return {
    ...audit,
    problems: [...audit.problems, ...(isDrained ? [] : ["packages still wait"])],
    accepted: intake.acknowledged.length,
    refusals: Object.fromEntries(intake.refusals),
    intakeSeconds,
    totalSeconds,
    intakeCpuSeconds,
    totalCpuSeconds: cpuOf(end) - cpuOf(first),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    waits: intake.waits,
    memory,
    mostWaiting,
    batchSize: (end.get("relay_batch_packages_sum") ?? 0) / (end.get("relay_batch_packages_count") ?? 1),
    gasPerOrder: await gasPerOrder(stage, audit.trades),
  };
}

function cpuOf(values: Metrics): number {
  return values.get("process_cpu_seconds_total") ?? 0;
}

interface Submission {
  readonly signed: readonly SignedPackage[];
  readonly concurrency: number;
  readonly batch: number;
  readonly client: RawClient;
  readonly post: Post;
  readonly source: OrderSource;
}

/** Codes of packages that a user signs again, over the link of now. */
const OVER_OLD_LINKS = new Set(["RELAY_LINK_NEARLY_STALE", "Book_LinkUnknown"]);
/** After these a user waits. */
const FULL = new Set(["RELAY_QUEUE_FULL", "RELAY_TRADER_QUEUE_FULL", "no answer"]);

async function submitAll({ signed, concurrency, batch, client, post, source }: Submission, intake: Intake) {
  const bodies = signed.map((one) => toJson(one));
  const isAlone = batch === 1;
  let taken = 0;
  const user = async (): Promise<void> => {
    while (taken < signed.length) {
      const from = taken;
      taken = Math.min(signed.length, taken + batch);
      const codes = await submitUntilAnswered(post, bodies.slice(from, taken), isAlone, intake);
      const old = codes.flatMap((code, at) => {
        if (code !== undefined && !OVER_OLD_LINKS.has(code)) count(intake.refusals, code);
        const one = signed[from + at];
        return code === undefined || !OVER_OLD_LINKS.has(code) || one === undefined ? [] : [one];
      });
      if (old.length === 0) continue;
      for (const one of old) source.giveBack(one);
      const link = await client.link();
      const again = old.map(() => toJson(source.next(link)));
      for (const code of await submitUntilAnswered(post, again, isAlone, intake)) {
        count(intake.refusals, "signed again");
        if (code !== undefined) count(intake.refusals, code);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, user));
}

/**
 * A relay that is full says so: then its user waits, and hands in again what was not taken for that. The time counts from the request
 * that was answered.
 * @returns for each package the code of its refusal; undefined if it was taken
 */
async function submitUntilAnswered(
  post: Post,
  bodies: readonly string[],
  isAlone: boolean,
  intake: Intake,
): Promise<(string | undefined)[]> {
  const codes: (string | undefined)[] = bodies.map(() => undefined);
  let left = bodies.map((_, at) => at);
  for (;;) {
    const asked = left.map((at) => bodies[at]).join();
    const startedAt = performance.now();
    const { status, text } = await post(isAlone ? asked : `{"packages":[${asked}]}`).catch(() => NO_ANSWER);
    const ms = performance.now() - startedAt;
    const answers = answersIn(status, JSON.parse(text) as Answer["body"], left.length); // by the relay's interface
    const full: number[] = [];
    for (const [index, { link, code }] of answers.entries()) {
      const at = left[index] ?? 0; // as many answers as were asked
      if (code !== undefined && FULL.has(code)) full.push(at);
      else intake.times.push(ms);
      codes[at] = code;
      if (link !== undefined) intake.acknowledged.push(link);
    }
    if (full.length === 0) return codes;
    left = full;
    intake.waits += 1;
    await pause(RETRY_MS);
  }
}

/** What a request's answer says of each of its packages. */
function answersIn(status: number, body: Answer["body"], packages: number): { link?: Hash; code?: string }[] {
  if (status === 202) return [{ link: body["link"] as Hash }]; // by the relay's interface, as all here
  if (status === 200) return (body["packages"] as readonly Answer["body"][]).map((one) => said(one));
  return Array.from({ length: packages }, () => said(body));
}

function said(answer: Answer["body"]): { link?: Hash; code?: string } {
  if (answer["taken"] === true) return { link: answer["link"] as Hash };
  return { code: ((answer["error"] ?? { code: "no answer" }) as { readonly code: string }).code };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Gas of all transactions of the relay's account, for each order that they brought. */
async function gasPerOrder({ provider, relayKeys }: RelayStage, orders: number): Promise<number> {
  const account = new Wallet(relayKeys[0] ?? "").address;
  let gas = 0n;
  for (let number = await provider.getBlockNumber(); number > 0; number -= 1) {
    const receipts = (await provider.send("eth_getBlockReceipts", [`0x${number.toString(16)}`])) as Receipt[]; // by JSON-RPC
    for (const { from, gasUsed } of receipts) if (from === account.toLowerCase()) gas += BigInt(gasUsed);
  }
  return orders === 0 ? 0 : Number(gas) / orders;
}

interface Receipt {
  readonly from: string;
  readonly gasUsed: string;
}
