/** Who is told at once what becomes of packages and of signed cancellations: each trader of its own, and nobody else. */
import type { Served } from "../../wire/form.js";
import { type streamMessage, streamName } from "../../wire/stream.js";
import type { CancellationView } from "../queue/cancel-ledger.js";
import type { Entry } from "../queue/ledger-state.js";
import { cancellationView, packageView } from "./views.js";

/** What becomes of one package or cancellation, for all who may hear of it. */
export type FateMessage = Extract<Served<typeof streamMessage>, { type: "package" | "cancellation" }>;

export interface Watchers {
  /** @param trader in its checksum form. @returns ends it */
  readonly watch: (trader: string, tell: (message: FateMessage) => void) => () => void;
  /** Hears of each trader of whose own something has become, whether anybody watches it here or not. */
  readonly onNews: (listener: (trader: string) => void) => void;
  /** Something has become of a package. */
  readonly hear: (entry: Pick<Entry, "link" | "signed" | "route" | "fate">) => void;
  /** Something has become of a cancellation. */
  readonly hearCancellation: (view: CancellationView) => void;
}

export function createWatchers(): Watchers {
  const watching = new Map<string, Set<(message: FateMessage) => void>>();
  const listeners: ((trader: string) => void)[] = [];
  /** @param write is asked only if somebody listens */
  const tellAll = (trader: string, write: (stream: string) => FateMessage): void => {
    for (const listener of listeners) listener(trader);
    const set = watching.get(trader);
    if (set === undefined) return;
    const message = write(streamName({ channel: "orders", trader }));
    for (const tell of [...set]) tell(message);
  };
  return {
    watch(trader, tell) {
      const set = watching.get(trader) ?? new Set();
      watching.set(trader, set.add(tell));
      return () => {
        set.delete(tell);
        if (set.size === 0 && watching.get(trader) === set) watching.delete(trader);
      };
    },
    onNews: (listener) => void listeners.push(listener),
    hear(entry) {
      tellAll(entry.signed.package.trader, (stream) => ({ type: "package", stream, data: packageView(entry) }));
    },
    hearCancellation(view) {
      const { trader } = view.signed.cancellation;
      tellAll(trader, (stream) => ({ type: "cancellation", stream, data: cancellationView(view) }));
    },
  };
}
