/**
 * Where a relay stands: told by its stream of blocks, whose heartbeats say that it lives while no block comes. A relay without
 * streams is asked once a second.
 */
import type { RelayClient } from "../../src/client/relay/client.js";
import { rest } from "../../src/node/rest.js";
import { messageOf } from "../../src/protocol/amounts/errors.js";
import type { RelayMessage } from "../../src/wire/stream.js";
import { lostAfter } from "./lost.js";
import type { Head, SourceState, Store } from "./source.js";

export interface HeadFollowing {
  readonly client: Pick<RelayClient, "session" | "link" | "stream">;
  /** Whose relay it is to be: of another's nothing is shown. */
  readonly session: string;
  readonly state: Store<SourceState>;
  readonly signal: AbortSignal;
}

const POLL_MS = 1_000;
/** After a failure, and twice as long after each further one, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** It is asked for a word after the one time without any, and given up after the other: prices are to be no older than they seem. */
const PING_MS = 4_000;
const SILENCE_MS = 12_000;
/** Blocks that come together, as after a cut, are shown as one change. */
const GATHERING_MS = 50;

/** Until it is ended. A relay that does not answer is asked more and more seldom; what was shown stays. */
export async function followHead(following: HeadFollowing): Promise<void> {
  const { state, signal } = following;
  const isOver = (): boolean => signal.aborted;
  let pause = FIRST_PAUSE_MS;
  const isWell = (): void => {
    pause = FIRST_PAUSE_MS;
  };
  while (!isOver()) {
    try {
      const hasStreams = await stand(following);
      isWell();
      await (hasStreams ? listen(following, isWell) : poll(following));
    } catch (error) {
      if (!isOver()) state.set(lostAfter(state.get(), messageOf(error)));
    }
    await rest(pause, signal);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
}

/**
 * Shows where it stands, once it has read the chain.
 * @returns whether it has streams @throws Error for another session's, and while it does not answer
 */
async function stand({ client, session, state, signal }: HeadFollowing): Promise<boolean> {
  for (;;) {
    const [{ block }, { time, session: served, relay }] = await Promise.all([client.link(), client.session()]);
    if (served.toLowerCase() !== session.toLowerCase())
      throw new Error(`It serves the session ${served}, not this one: name this session's relay in Settings, or none.`);
    if (block !== undefined) show(state, { number: block.number, hash: block.hash, time: Number(time) });
    if (block !== undefined || signal.aborted) return relay.stream !== undefined;
    await rest(POLL_MS, signal);
  }
}

function show(state: Store<SourceState>, head: Omit<Head, "heardAt">): void {
  state.set({ status: "live", head: { ...head, heardAt: Date.now() } });
}

/** What was heard last is still so. */
function hear(state: Store<SourceState>): void {
  const { head } = state.get();
  if (head !== undefined) show(state, head);
}

/** Until it does not answer. */
async function poll(following: HeadFollowing): Promise<void> {
  const { client, state, signal } = following;
  while (!signal.aborted) {
    await rest(POLL_MS, signal);
    const { block } = await client.link();
    if (block !== undefined && block.hash !== state.get().head?.hash) await stand(following);
    else hear(state);
  }
}

/** Until the stream is over, which says why. A connection that breaks is made again, and goes on behind the last number. */
async function listen(following: HeadFollowing, isWell: () => void): Promise<void> {
  const { client, state, signal } = following;
  const blocks = gathered((head) => {
    show(state, head);
  });
  let isGood = false;
  const stream = client.stream([{ channel: "head" }], {
    ...{ signal, pingMs: PING_MS, silenceMs: SILENCE_MS },
    onHeard: () => {
      if (isGood) hear(state);
    },
    onState: (next) => {
      if (next !== "waiting" || signal.aborted) return;
      isGood = false;
      blocks.flush();
      state.set(lostAfter(state.get(), "The stream broke off."));
    },
  });
  let isVoid = false;
  try {
    for await (const message of stream) {
      // What came before the first number, and what is not told any more.
      if (message.type === "subscribed" || message.type === "gap") await stand(following);
      isGood = true;
      isWell();
      if (message.type === "event" && message.data.kind === "reorganised") isVoid = true;
      const head = headOf(message);
      if (head === undefined || (!isVoid && head.number < (state.get().head?.number ?? 0))) continue; // it was asked for meanwhile
      isVoid = false;
      blocks.add(head);
    }
  } finally {
    blocks.flush();
  }
}

function headOf(message: RelayMessage): Omit<Head, "heardAt"> | undefined {
  if (message.type !== "event" || message.data.kind !== "head") return undefined;
  const { number, hash, timestamp } = message.data.block;
  return { number, hash, time: Number(timestamp) };
}

interface Gathered {
  add(head: Omit<Head, "heardAt">): void;
  /** What has come is shown now. */
  flush(): void;
}

/** The last of those that come together. */
function gathered(showIt: (head: Omit<Head, "heardAt">) => void): Gathered {
  let last: Omit<Head, "heardAt"> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (last !== undefined) showIt(last);
    last = undefined;
  };
  return {
    flush,
    add(head) {
      last = head;
      timer ??= setTimeout(flush, GATHERING_MS);
    },
  };
}
