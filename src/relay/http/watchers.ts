/** Who is told at once what becomes of packages: each trader's own, and nobody else's. */
import type { Served } from "../../wire/form.js";
import { type streamMessage, streamName } from "../../wire/stream.js";
import type { Entry } from "../queue/ledger-state.js";
import { packageView } from "./views.js";

/** What becomes of one package, for all who may hear of it. */
export type PackageMessage = Extract<Served<typeof streamMessage>, { type: "package" }>;

export interface Watchers {
  /** @param trader in its checksum form. @returns ends it */
  readonly watch: (trader: string, tell: (message: PackageMessage) => void) => () => void;
  /** Something has become of a package. */
  readonly hear: (entry: Pick<Entry, "link" | "signed" | "fate">) => void;
}

export function createWatchers(): Watchers {
  const watching = new Map<string, Set<(message: PackageMessage) => void>>();
  return {
    watch(trader, tell) {
      const set = watching.get(trader) ?? new Set();
      watching.set(trader, set.add(tell));
      return () => {
        set.delete(tell);
        if (set.size === 0 && watching.get(trader) === set) watching.delete(trader);
      };
    },
    hear(entry) {
      const { trader } = entry.signed.package;
      const set = watching.get(trader);
      if (set === undefined) return;
      const stream = streamName({ channel: "orders", trader });
      const message: PackageMessage = { type: "package", stream, data: packageView(entry) };
      for (const tell of [...set]) tell(message);
    },
  };
}
