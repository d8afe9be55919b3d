/** Subscribers by the thousand, in a few threads. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { build } from "esbuild";

/** What a thread is asked; each question is answered with a count. */
export interface SubscriberAsked {
  /** Where to subscribe from now on: who is cut off goes to the next of them. */
  readonly places?: readonly string[];
  /** What each subscriber asks for. */
  readonly begin?: readonly Readonly<Record<string, unknown>>[];
  readonly end?: boolean;
}

export interface SubscriberCount {
  /** That hear their stream at the moment. */
  readonly subscribed: number;
  readonly events: number;
  /** Times that one was cut off. */
  readonly cuts: number;
  /** Numbers that did not follow, and what else must not be. */
  readonly problems: readonly string[];
  /** Of each stream the lowest number that somebody heard last. */
  readonly lowest: Readonly<Record<string, number>>;
}

export interface Subscribers {
  /** @param places where relays listen */
  goTo(places: readonly string[]): Promise<void>;
  begin(requests: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  counted(): Promise<SubscriberCount>;
  /** May be called again. */
  end(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

export async function createSubscribers(threads: number): Promise<Subscribers> {
  const folder = mkdtempSync(join(PROJECT, "cache", "subscribers-"));
  const outfile = join(folder, "thread.mjs");
  const entryPoints = [fileURLToPath(new URL("subscriber-thread.ts", import.meta.url))];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
  const workers = Array.from({ length: threads }, () => new Worker(outfile, { execArgv: [] }));
  let isOver = false;
  const ask = (worker: Worker, asked: SubscriberAsked): Promise<SubscriberCount> =>
    new Promise((resolve, reject) => {
      const onError = (error: unknown): void => {
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      worker.once("error", onError);
      worker.once("message", (count: SubscriberCount) => {
        worker.off("error", onError);
        resolve(count);
      });
      worker.postMessage(asked);
    });
  const askAll = (asked: SubscriberAsked): Promise<SubscriberCount[]> =>
    Promise.all(workers.map((worker) => ask(worker, asked)));
  return {
    async goTo(places) {
      await askAll({ places });
    },
    async begin(requests) {
      const share = Math.ceil(requests.length / threads);
      await Promise.all(
        workers.map((worker, index) => ask(worker, { begin: requests.slice(index * share, (index + 1) * share) })),
      );
    },
    counted: async () => sumOf(await askAll({})),
    async end() {
      if (isOver) return;
      isOver = true;
      await askAll({ end: true });
      await Promise.all(workers.map((worker) => worker.terminate()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function sumOf(counts: readonly SubscriberCount[]): SubscriberCount {
  const lowest: Record<string, number> = {};
  for (const one of counts) {
    for (const [stream, seq] of Object.entries(one.lowest)) lowest[stream] = Math.min(lowest[stream] ?? Infinity, seq);
  }
  const sum = (of: (one: SubscriberCount) => number): number => counts.reduce((all, one) => all + of(one), 0);
  return {
    subscribed: sum((one) => one.subscribed),
    events: sum((one) => one.events),
    cuts: sum((one) => one.cuts),
    problems: counts.flatMap((one) => one.problems),
    lowest,
  };
}
