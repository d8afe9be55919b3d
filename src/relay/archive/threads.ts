/** Threads that measure: few at a time in a process, however many sessions it serves; one that rests makes room for another. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import { RelayError } from "../errors.js";
import type { MeasuringAsked, MeasuringTask } from "./measuring.js";

export interface MeasuringThread {
  /** One question after the other. @throws what is thrown in the thread; RelayError RELAY_NOT_READY if it was ended */
  ask(asked: MeasuringAsked): Promise<unknown>;
  end(): Promise<void>;
  readonly isEnded: boolean;
}

export interface Threads {
  /** @throws RelayError RELAY_NOT_READY while all are at work */
  open(task: MeasuringTask): Promise<MeasuringThread>;
}

const MOST = 4;
const MOST_MEMORY_MB = 2_048;

interface Alive extends MeasuringThread {
  isAtWork: boolean;
}

/** @param most that there are at a time */
export function createThreads(most: number = MOST): Threads {
  const alive = new Set<Alive>(); // the one that has rested longest comes first
  return {
    async open(task) {
      if (alive.size >= most) {
        const resting = [...alive].find(({ isAtWork }) => !isAtWork);
        if (resting === undefined) throw new RelayError("RELAY_NOT_READY");
        await resting.end();
      }
      const thread = openThread(task, alive);
      alive.add(thread);
      return thread;
    },
  };
}

/** Beside this file, of its own kind: compiled or not. */
function openThread(task: MeasuringTask, alive: Set<Alive>): Alive {
  const file = new URL(`measuring${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } });
  worker.unref();
  let isEnded = false;
  worker.once("exit", () => {
    isEnded = true;
    alive.delete(thread);
  });
  const thread: Alive = {
    isAtWork: false,
    get isEnded() {
      return isEnded;
    },
    async ask(asked) {
      thread.isAtWork = true;
      try {
        return await askOnce(worker, asked, isEnded);
      } finally {
        thread.isAtWork = false;
        if (alive.delete(thread) && !isEnded) alive.add(thread);
      }
    },
    async end() {
      isEnded = true;
      alive.delete(thread);
      await worker.terminate();
    },
  };
  return thread;
}

function askOnce(worker: Worker, asked: MeasuringAsked, isEnded: boolean): Promise<unknown> {
  if (isEnded) return Promise.reject(new RelayError("RELAY_NOT_READY"));
  return new Promise((resolve, reject) => {
    const end = (finish: () => void): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit).unref();
      finish();
    };
    const onMessage = (answer: unknown): void => {
      end(() => {
        resolve(answer);
      });
    };
    const onError = (error: unknown): void => {
      end(() => {
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    };
    const onExit = (): void => {
      onError(new RelayError("RELAY_NOT_READY"));
    };
    worker.on("message", onMessage).on("error", onError).on("exit", onExit).ref();
    worker.postMessage(asked);
  });
}
