/** Time and memory, so that a busy machine disturbs the figures little. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Seconds of processor time that this thread has used: what others do meanwhile on the machine does not count. */
export function processorSeconds(): number {
  const { user, system } = process.threadCpuUsage(); // µs
  return (user + system) / 1e6;
}

/** @returns seconds of processor time that `work` took */
export function secondsOf(work: () => void): number {
  const start = processorSeconds();
  work();
  return processorSeconds() - start;
}

/** The middle one of an odd number of figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Repeats `work` for at least `seconds` of processor time. @returns how often it ran in one second */
export function perSecond(work: () => void, seconds: number): number {
  const start = processorSeconds();
  let runs = 0;
  let spent = 0;
  for (let batch = 1; spent < seconds; batch *= 2) {
    for (let index = 0; index < batch; index += 1) work();
    runs += batch;
    spent = processorSeconds() - start;
  }
  return runs / spent;
}

/** Bytes of JavaScript's heap that are in use once garbage is collected. */
export function liveHeap(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // what the flag has just put there
  collect();
  return process.memoryUsage().heapUsed;
}

/** Rounded to three digits: more would pretend. */
export function rounded(figure: number): number {
  return Number(figure.toPrecision(3));
}
