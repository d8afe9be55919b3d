/** One stream for one subscriber: every event once, in order, and an explicit notice of those that are gone for good. */
import type { Hub } from "../history/hub.js";
import type { IndexStore, StreamEvent } from "../history/store.js";
import { marketOfStream } from "../history/streams.js";

export type FeedMessage =
  /** Events after `seq` follow. */
  | { readonly type: "subscribed"; readonly stream: string; readonly seq: number }
  /** A book to start from: changes after `seq` follow. */
  | { readonly type: "snapshot"; readonly stream: string; readonly seq: number; readonly data: object }
  | { readonly type: "event"; readonly stream: string; readonly seq: number; readonly data: object }
  /** Events `from` to `to` cannot be told any more. For a book a snapshot follows. */
  | { readonly type: "gap"; readonly stream: string; readonly from: number; readonly to: number };

export interface FeedOptions {
  readonly hub: Hub;
  readonly store: Pick<IndexStore, "streamAfter" | "headOf" | "bookStart">;
  readonly stream: string;
  /** The last number that the subscriber has seen; undefined to start now. */
  readonly after: number | undefined;
  /** @returns false if nothing more may be sent */
  readonly send: (message: FeedMessage) => boolean;
  /** Resolves when the subscriber has read enough for a page more; false if it never will. */
  readonly hasRoom: () => Promise<boolean>;
  /** The store is away: the subscriber has to come back. */
  readonly onFault: (error: unknown) => void;
}

export interface Feed {
  readonly stream: string;
  /** Resolves when the first message is sent. @throws RelayError RELAY_STORE_UNAVAILABLE */
  start(): Promise<void>;
  stop(): void;
}

const PAGE = 500;

export function createFeed({ hub, store, stream, after, send, hasRoom, onFault }: FeedOptions): Feed {
  const market = marketOfStream(stream);
  /** The last number that was sent. */
  let seen = 0;
  let isEnded = false;
  let isReading = false;
  let hasMore = false;
  let unlisten: (() => void) | undefined;

  function stop(): void {
    isEnded = true;
    unlisten?.();
  }

  function tell(message: FeedMessage): void {
    if (!isEnded && !send(message)) stop();
  }

  async function begin(): Promise<void> {
    if (market !== undefined) {
      const { seq, payload } = await store.bookStart(stream, market);
      seen = seq;
      tell({ type: "snapshot", stream, seq, data: payload });
      return;
    }
    seen = await store.headOf(stream);
    tell({ type: "subscribed", stream, seq: seen });
  }

  /** Goes on where the subscriber was; a number that was never given is of another index. */
  async function resume(last: number): Promise<void> {
    const head = await store.headOf(stream);
    if (last > head) {
      tell({ type: "gap", stream, from: head + 1, to: last });
      await begin();
      return;
    }
    seen = last;
    tell({ type: "subscribed", stream, seq: last });
  }

  async function deliver({ seq, payload }: StreamEvent): Promise<void> {
    if (seq <= seen) return;
    if (seq > seen + 1) {
      tell({ type: "gap", stream, from: seen + 1, to: seq - 1 });
      if (market !== undefined) {
        await begin();
        return;
      }
    }
    seen = seq;
    tell({ type: "event", stream, seq, data: payload });
  }

  /** From the store, until nothing is left there. */
  async function readOn(): Promise<void> {
    hasMore = true;
    if (isReading) return;
    isReading = true;
    try {
      while (hasMore && !isEnded) {
        hasMore = false;
        const page = await store.streamAfter(stream, seen, PAGE);
        for (const event of page) await deliver(event);
        if (page.length === 0) continue;
        hasMore = true;
        if (!(await hasRoom())) stop();
      }
    } finally {
      isReading = false;
    }
  }

  function hear(event: StreamEvent): void {
    if (isEnded || event.seq <= seen) return;
    if (!isReading && event.seq === seen + 1) {
      seen = event.seq;
      tell({ type: "event", stream, seq: event.seq, data: event.payload });
      return;
    }
    readOn().catch(onFault);
  }

  return {
    stream,
    async start() {
      isReading = true; // what comes meanwhile is read from the store
      try {
        unlisten = await hub.listen(stream, hear);
        if (after === undefined) await begin();
        else await resume(after);
      } finally {
        isReading = false;
        if (isEnded) unlisten?.();
      }
      readOn().catch(onFault);
    },
    stop,
  };
}
