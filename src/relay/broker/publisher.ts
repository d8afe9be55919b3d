/**
 * Tells other processes what the index has committed. The database is the log: it is read on from the last event that the broker knows, so
 * whoever ends between committing and telling, and whoever goes on after it, leaves nothing out; any number of processes may do it.
 */
import { sleep } from "../../node/sleep.js";
import type { StreamStore } from "../history/stream-store.js";
import type { Log } from "../reporting/log.js";
import type { Broker } from "./broker.js";

export interface Publisher {
  /** Something was committed. */
  wake(): void;
  /** Tells what is new, again and again, until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

export interface PublisherDependencies {
  readonly store: Pick<StreamStore, "lastEvent" | "eventsAfter">;
  readonly broker: Pick<Broker, "lastTold" | "tell" | "forget">;
  /** Under which name the book is told of. @throws RelayError of the database */
  readonly topic: () => Promise<string>;
  readonly log: Pick<Log, "debug">;
}

/** Events in one entry. */
const PAGE = 200;
/** What other processes have committed is told no later, ms. */
const LOOK_MS = 1_000;

export function createPublisher(dependencies: PublisherDependencies): Publisher {
  const { log } = dependencies;
  let waking = new AbortController();
  /** The last event that the broker knows, as far as is known here. */
  let last: number | undefined;
  return {
    wake() {
      waking.abort();
    },
    async run(signal) {
      while (!signal.aborted) {
        waking = new AbortController();
        try {
          last = await publish(dependencies, last);
        } catch (error) {
          last = undefined; // whether it was told is for the broker to say
          log.debug({ error }, "events not told, they are told later");
          await sleep(LOOK_MS, signal);
          continue;
        }
        await sleep(LOOK_MS, AbortSignal.any([signal, waking.signal]));
      }
    },
  };
}

/** @returns the last event that the broker knows now */
async function publish(
  { store, broker, topic: named }: PublisherDependencies,
  known: number | undefined,
): Promise<number> {
  const topic = await named();
  let last = known ?? (await beginning(store, broker, topic));
  for (;;) {
    const events = await store.eventsAfter(last, PAGE);
    const newest = events.at(-1);
    if (newest === undefined) return last;
    const isFirst = await broker.tell(topic, { before: last, events });
    last = isFirst ? newest.id : await beginning(store, broker, topic);
  }
}

/** Where to go on: behind what the broker has. One that knows nothing begins with what comes; what it knows of another database is forgotten. */
async function beginning(
  store: PublisherDependencies["store"],
  broker: PublisherDependencies["broker"],
  topic: string,
): Promise<number> {
  const told = await broker.lastTold(topic);
  const newest = await store.lastEvent();
  if (told !== undefined && told <= newest) return told;
  if (told !== undefined) await broker.forget(topic);
  return newest;
}
