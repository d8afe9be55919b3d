/** What one subscriber is told as a trader: what waits of its own, and what becomes of that, for as long as its signature is good. */
import type { Served } from "../../wire/form.js";
import type { OwnRead } from "../../wire/own.js";
import type { streamMessage } from "../../wire/stream.js";
import { RelayError } from "../errors.js";
import type { Views } from "./views.js";
import type { Watchers } from "./watchers.js";

/** What a relay knows of its traders' own. */
export interface OwnServices {
  /** @throws RelayError RELAY_READ_SIGNATURE, RELAY_TRADER_UNKNOWN, RELAY_WALLET_UNREACHABLE */
  readonly mayRead: (trader: string, until: bigint, signature: string) => Promise<void>;
  /** What waits, as it is when it is asked for. @throws RelayError RELAY_STORE_UNAVAILABLE */
  readonly waitingOf: (trader: string) => Promise<OwnWaiting>;
  readonly watch: Watchers["watch"];
  /** The chain's, unix seconds. */
  readonly time: () => bigint;
}

/** Packages that have not landed, and cancellations of which more may still come, in the order of their acknowledgement. */
export interface OwnWaiting {
  readonly packages: ReturnType<Views["packagesOf"]>;
  readonly cancellations: ReturnType<Views["cancellationsOf"]>;
}

export type WatchMessage = Extract<
  Served<typeof streamMessage>,
  { type: "packages" | "package" | "cancellations" | "cancellation" }
>;

export interface OwnWatches {
  /** @throws RelayError as `mayRead` */
  require(trader: string, read: OwnRead): Promise<void>;
  /** Tells what waits, and from then on each change. @param trader in its checksum form, whose signature was looked at */
  start(stream: string, trader: string, read: OwnRead): Promise<void>;
  stop(stream: string): void;
  /** Ends those whose signature's time is over. */
  check(): void;
}

interface Watch {
  readonly trader: string;
  readonly until: bigint;
  readonly end: () => void;
}

/** @param refuse says to the subscriber why it hears no more */
export function createOwnWatches(
  own: OwnServices,
  send: (message: WatchMessage) => void,
  refuse: (error: RelayError) => void,
): OwnWatches {
  const watches = new Map<string, Watch>();
  const stop = (stream: string): void => {
    watches.get(stream)?.end();
    watches.delete(stream);
  };
  const check = (): void => {
    if (watches.size === 0) return;
    const now = own.time();
    for (const [stream, { trader, until }] of watches) {
      if (now <= until) continue;
      stop(stream);
      refuse(new RelayError("RELAY_READ_SIGNATURE", { trader, until, now }));
    }
  };
  return {
    require: (trader, { until, signature }) => own.mayRead(trader, until, signature.toLowerCase()),
    async start(stream, trader, { until }) {
      let held: WatchMessage[] | undefined = []; // what changes while it is looked up what waits comes behind that
      const end = own.watch(trader, (message) => {
        check();
        if (watches.get(stream) !== watch) return;
        if (held === undefined) send(message);
        else held.push(message);
      });
      const watch: Watch = { trader, until, end };
      watches.set(stream, watch);
      const { packages, cancellations } = await own.waitingOf(trader).catch((error: unknown) => {
        if (watches.get(stream) === watch) stop(stream);
        throw error;
      });
      if (watches.get(stream) !== watch) return;
      for (const message of [
        { type: "packages", stream, packages } as const,
        { type: "cancellations", stream, cancellations } as const,
        ...held,
      ])
        send(message);
      held = undefined;
    },
    stop,
    check,
  };
}
