/** Says of whom there is news, to those who listen elsewhere: many at once, and soon. */
import type { Broker } from "./broker.js";

export interface News {
  /** Something has become of a trader's own. */
  readonly note: (trader: string) => void;
}

/** How long a word waits for others, ms. */
const WAIT_MS = 50;

/** @param topic under which the book is told of. Whoever hears of nothing looks by itself: what cannot be said is not said again. */
export function createNews(broker: Pick<Broker, "hint" | "isThere">, topic: () => Promise<string>): News {
  const noted = new Set<string>();
  const say = async (): Promise<void> => {
    const traders = [...noted];
    noted.clear();
    if (broker.isThere) await broker.hint(await topic(), traders);
  };
  return {
    note(trader) {
      const isFirst = noted.size === 0;
      noted.add(trader);
      if (isFirst) setTimeout(() => void say().catch(() => undefined), WAIT_MS).unref();
    },
  };
}
