/** Submits many packages as fast as a relay takes them, and measures. */
import { Wallet } from "ethers";

import { startNode } from "../nodes.js";
import { type AuditResult, auditRelay } from "./audit.js";
import { createRelayClient, type RelayClient } from "./http-client.js";
import { drained, pause, ready } from "./load-generator.js";
import { createOrderSource } from "./orders.js";
import { startRelayProcess } from "./relay-process.js";
import { openRelayStage } from "./stage.js";
import type { SignedPackage } from "../../src/client/packages.js";
import type { Hash } from "../../src/protocol/typedData.js";

export interface LoadPlan {
  readonly traders: number;
  readonly packages: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly database: string;
  readonly seed: number;
  readonly flags?: readonly string[];
}

export interface LoadResult extends AuditResult {
  readonly accepted: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** From the first request to the last acknowledgement, and until all had landed. */
  readonly intakeSeconds: number;
  readonly totalSeconds: number;
  /** Of the relay's process. */
  readonly intakeCpuSeconds: number;
  readonly totalCpuSeconds: number;
  /** Ms from a request to its acknowledgement, as its sender saw it. */
  readonly p50: number;
  readonly p99: number;
  readonly batchSize: number;
  readonly gasPerOrder: number;
  /** Megabytes of the relay's process, looked at again and again. */
  readonly memory: readonly number[];
  /** Packages that were waiting at the most. */
  readonly mostWaiting: number;
}

const START_MS = 60_000;
const DRAIN_MS = 600_000;
const LOOK_MS = 1_000;
/** Packages are signed this far ahead, so that signing does not slow the intake down. */
const AHEAD = 400;
const RETRY_MS = 50;
const FLAGS = ["--poll-ms", "50", "--batch-ms", "100", "--rate", "1000000", "--log-level", "warn"];

export async function runLoad(plan: LoadPlan, tell: (line: string) => void): Promise<LoadResult> {
  const { traders, packages, concurrency, database, seed, flags = [] } = plan;
  const node = await startNode("anvil");
  const stage = await openRelayStage(node.url, { traders });
  const { handle, relayKeys } = stage;
  const relay = await startRelayProcess({
    ...{ rpcUrl: node.url, session: handle.address, privateKey: relayKeys[0] ?? "", database },
    flags: [...FLAGS, ...flags],
    nodeFlags:
      process.env["RELAY_PROFILE"] === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${process.env["RELAY_PROFILE"]}`],
  });
  try {
    const client = createRelayClient(relay.url);
    await ready(client, START_MS);
    const source = createOrderSource({
      ...{ domain: handle.domain, traders: stage.traders, seed },
      deadline: BigInt(handle.t2 - 1),
    });
    let link = await client.link();
    const waiting: SignedPackage[] = Array.from({ length: Math.min(AHEAD, packages) }, () => source.next(link));
    const before = await metricsOf(relay.url);
    const startedAt = performance.now();
    const memory: number[] = [];
    let mostWaiting = 0;
    const looks = setInterval(() => {
      void (async () => {
        const values = await metricsOf(relay.url);
        memory.push(Math.round((values.get("process_resident_memory_bytes") ?? 0) / 2 ** 20));
        mostWaiting = Math.max(mostWaiting, values.get("relay_packages_waiting") ?? 0);
        link = await client.link();
        tell(`${acknowledged.length}/${packages} acknowledged, ${values.get("relay_packages_waiting") ?? 0} waiting`);
      })().catch(() => undefined); // the next look will do
    }, LOOK_MS);
    const acknowledged: Hash[] = [];
    const times: number[] = [];
    const refusals = new Map<string, number>();
    let taken = 0;
    const user = async (): Promise<void> => {
      while (taken < packages) {
        taken += 1;
        const signed = waiting.shift() ?? source.next(link);
        await submitUntilAnswered(client, signed, (ms, code, name) => {
          if (code === undefined) acknowledged.push(name);
          else refusals.set(code, (refusals.get(code) ?? 0) + 1);
          times.push(ms);
        });
      }
    };
    await Promise.all(Array.from({ length: concurrency }, user));
    const intakeSeconds = (performance.now() - startedAt) / 1000;
    const after = await metricsOf(relay.url);
    tell(`all acknowledged after ${intakeSeconds.toFixed(1)} s`);
    const isDrained = await drained(client, DRAIN_MS);
    const totalSeconds = (performance.now() - startedAt) / 1000;
    clearInterval(looks);
    const end = await metricsOf(relay.url);
    const audit = await auditRelay(stage, client, acknowledged);
    const problems = [...audit.problems, ...(isDrained ? [] : ["packages still wait"])];
    times.sort((a, b) => a - b);
    const cpu = (values: Metrics): number =>
      (values.get("process_cpu_seconds_total") ?? 0) - (before.get("process_cpu_seconds_total") ?? 0);
    return {
      ...audit,
      ...{ problems, accepted: acknowledged.length, intakeSeconds, totalSeconds, memory, mostWaiting },
      refusals: Object.fromEntries(refusals),
      intakeCpuSeconds: cpu(after),
      totalCpuSeconds: cpu(end),
      p50: times[Math.floor(times.length * 0.5)] ?? 0,
      p99: times[Math.floor(times.length * 0.99)] ?? 0,
      batchSize: (end.get("relay_batch_packages_sum") ?? 0) / (end.get("relay_batch_packages_count") ?? 1),
      gasPerOrder: await gasPerOrder(stage, audit.trades),
    };
  } finally {
    await relay.stop();
    stage.close();
    await node.stop();
  }
}

type Noted = (ms: number, code: string | undefined, link: Hash) => void;

/** A relay that is full says so: then its user waits. The time counts from the request that was answered. */
async function submitUntilAnswered(client: RelayClient, signed: SignedPackage, note: Noted): Promise<void> {
  for (;;) {
    const at = performance.now();
    const { status, body } = await client.submit(signed);
    const ms = performance.now() - at;
    if (status === 202) {
      note(ms, undefined, body["link"] as Hash); // by the relay's interface
      return;
    }
    const { code } = (body["error"] ?? { code: "no answer" }) as { code: string }; // likewise
    if (code !== "RELAY_QUEUE_FULL" && code !== "RELAY_TRADER_QUEUE_FULL" && status !== 0) {
      note(ms, code, "");
      return;
    }
    await pause(RETRY_MS);
  }
}

type Metrics = ReadonlyMap<string, number>;

async function metricsOf(url: string): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => !line.startsWith("#") && line.includes(" "));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

/** Gas of all transactions of the relay's account, for each order that they brought. */
async function gasPerOrder({ provider, relayKeys }: Awaited<ReturnType<typeof openRelayStage>>, orders: number) {
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
