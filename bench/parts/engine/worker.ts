/** One order book under one stream, measured in this thread alone. */
import { parentPort, workerData } from "node:worker_threads";

import { CONTESTANTS } from "./contestants.js";
import { drawStream, runStream } from "./run.js";
import type { Mix } from "./stream.js";

export interface Task {
  /** Of the contestant. */
  readonly id: string;
  readonly mix: Mix;
  readonly resting: number;
  readonly steps: number;
}

const { id, mix, resting, steps } = workerData as Task; // what the benchmark hands over
const contestant = CONTESTANTS.find((one) => one.id === id);
if (contestant === undefined) throw new Error(`no order book ${id}`);
const stream = drawStream(mix, resting, steps);
parentPort?.postMessage(runStream(await contestant.make(), stream));
