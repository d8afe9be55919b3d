import { RelayError } from "../../../src/relay/errors.js";
import type { OwnServices } from "../../../src/relay/http/own-watches.js";
import type { StreamEvent } from "../../../src/relay/history/stream-store.js";

/** Of a relay that has nothing of anybody's own. */
export const NOBODYS: OwnServices = {
  mayRead: (trader) => Promise.reject(new RelayError("RELAY_TRADER_UNKNOWN", { trader })),
  waitingOf: () => Promise.resolve({ packages: [], cancellations: [] }),
  watch: () => () => undefined,
  time: () => 0n,
};

/** Events in memory, numbered through; each of its streams with its own numbers. */
export function eventsInMemory() {
  const events: StreamEvent[] = [];
  const asked: number[] = [];
  const fault: { next?: Error | undefined } = {};
  const answer = <Result>(result: () => Result): Promise<Result> => {
    const { next } = fault;
    fault.next = undefined;
    return next === undefined ? Promise.resolve(result()) : Promise.reject(next);
  };
  const headOf = (stream: string): number => events.filter((event) => event.stream === stream).length;
  return {
    events,
    headOf,
    asked,
    fault,
    say: (stream: string, count = 1): void => {
      for (let said = 0; said < count; said += 1) {
        const seq = headOf(stream) + 1;
        events.push({ id: events.length + 1, stream, seq, payload: { seq } });
      }
    },
    store: {
      lastEvent: () => answer(() => events.length),
      eventsAfter: (after: number, limit: number) => {
        asked.push(after);
        return answer(() => events.filter(({ id }) => id > after).slice(0, limit));
      },
    },
  };
}
