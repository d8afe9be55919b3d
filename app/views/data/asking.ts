/** What is asked for by a button, and takes a while: by the relay, or in a worker of the page. */
import { type Remote, wrap } from "comlink";
import { useEffect, useRef, useState } from "react";

import { startWorker } from "../../data/workers.js";
import type { TablesApi } from "../../data/tables/api.js";

export type Asked<Answer> =
  | { readonly status: "none" | "asking" }
  | { readonly status: "told"; readonly answer: Answer }
  | { readonly status: "failed"; readonly error: unknown };

/** @param ask undefined while there is nobody to ask */
export function useAsked<Answer>(ask: (() => Promise<Answer>) | undefined): {
  readonly asked: Asked<Answer>;
  /** Undefined while there is nobody to ask, or an answer is waited for. */
  readonly start: (() => void) | undefined;
} {
  const [asked, set] = useState<Asked<Answer>>({ status: "none" });
  const run = async (asking: () => Promise<Answer>): Promise<void> => {
    set({ status: "asking" });
    try {
      set({ status: "told", answer: await asking() });
    } catch (error) {
      set({ status: "failed", error });
    }
  };
  const canStart = ask !== undefined && asked.status !== "asking";
  return { asked, start: canStart ? () => void run(ask) : undefined };
}

export interface TablesWorker {
  /** Runs something in a worker of its own, which ends with it, with the view, and where something else is begun. */
  run<Answer>(work: (api: Remote<TablesApi>) => Promise<Answer>): Promise<Answer>;
  /** Ends it: whoever waits for an answer gets none. */
  stop(): void;
}

export function useTablesWorker(): TablesWorker {
  const worker = useRef<Worker>(undefined);
  const stop = (): void => worker.current?.terminate();
  useEffect(() => stop, []);
  return {
    stop,
    async run(work) {
      stop();
      const mine = (worker.current = startWorker("tables"));
      try {
        return await work(wrap<TablesApi>(mine));
      } finally {
        mine.terminate();
      }
    },
  };
}
