/** Brings what the chain says into the index, in order and at its own pace: intake never waits for it. */
import type { ChainRecord } from "../../bindings/records.js";
import type { BlockHeader } from "../follow/node.js";
import { messageOf } from "../errors.js";
import { pause } from "../queue/lane.js";
import type { Log } from "../log.js";
import type { Projector } from "../../history/projector.js";
import type { BlockRows } from "../../history/rows.js";
import type { IndexStore } from "./index-store.js";

/** What happened to the chain, in order. */
export type IndexNews =
  | { readonly kind: "block"; readonly header: BlockHeader; readonly records: () => ChainRecord[] }
  | { readonly kind: "reorganised"; readonly ancestor: number }
  | { readonly kind: "restarted" };

export interface IndexerStatus {
  /** The last block that is in the index; undefined before the first. */
  readonly block: number | undefined;
  /** Blocks that have come and are not in it yet. */
  readonly behind: number;
  /** What goes wrong at the moment. */
  readonly fault: string | undefined;
}

export interface Indexer {
  /** Hears of the chain. Returns at once. */
  hear(news: IndexNews): void;
  /** Resolves when there is room for more blocks: for whoever reads a long chain for the first time. */
  room(signal: AbortSignal): Promise<void>;
  /** Works until the signal says so. */
  run(signal: AbortSignal): Promise<void>;
  readonly status: IndexerStatus;
}

export interface IndexerDependencies {
  readonly createProjector: () => Projector;
  readonly store: IndexStore;
  readonly log: Log;
  /** Blocks that may still be reorganised away. */
  readonly depth: number;
  /** Whether to write everything again. */
  readonly rebuild: boolean;
  /** The index has changed. Repeated if it fails. */
  readonly onChange: () => Promise<void>;
  /** Asks for the chain from its first block on; `restarted` is the answer. */
  readonly restart: (reason: string) => Promise<void>;
}

/** News taken at once, so that a long chain is written in few transactions. */
const BATCH = 64;
const ROOM = 512;
const [IDLE_MS, RETRY_MS, MAX_RETRY_MS] = [20, 250, 5_000];

export function createIndexer(dependencies: IndexerDependencies): Indexer {
  const { store, log, depth, onChange } = dependencies;
  let projector = dependencies.createProjector();
  let news: IndexNews[] = [];
  /** Blocks that are remembered, oldest first; those above `written` are not in the index yet. */
  let recent: BlockRows[] = [];
  let isWhole = true;
  let written: number | undefined;
  let fault: string | undefined;
  /** Whether the chain has to be told again before anything makes sense. */
  let isLost = false;

  function startAgain(): void {
    projector = dependencies.createProjector();
    [recent, isWhole, isLost, written] = [[], true, false, undefined];
  }

  /** @returns blocks that are no part of the chain any more */
  function takeOff(ancestor: number): BlockRows[] {
    const gone = recent.filter(({ number }) => number > ancestor);
    recent = recent.slice(0, recent.length - gone.length);
    if (!projector.takeOff(ancestor)) throw new RangeError("a reorganisation deeper than what is kept");
    return gone;
  }

  async function lose(reason: string): Promise<void> {
    log.error({ reason }, "index lost the chain, it is read again");
    isLost = true;
    await dependencies.restart(reason);
  }

  /** Tries until it works: only the database can be in the way. @returns undefined if the signal came first */
  async function insist<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result | undefined> {
    let wait = RETRY_MS;
    while (!signal.aborted) {
      try {
        const result = await work();
        if (fault !== undefined) log.info({}, "index goes on");
        fault = undefined;
        return result;
      } catch (error) {
        if (fault !== messageOf(error)) log.error({ error }, "index cannot be written, going on");
        fault = messageOf(error);
        await pause(wait, signal);
        wait = Math.min(MAX_RETRY_MS, 2 * wait);
      }
    }
    return undefined;
  }

  async function write(signal: AbortSignal): Promise<void> {
    const last = recent.at(-1);
    if (last === undefined || last.number === written) return;
    const isKnown = await insist(signal, () => store.put(recent, isWhole));
    if (isKnown === undefined) return; // asked to stop
    if (!isKnown) {
      await lose("the index holds another chain");
      return;
    }
    written = last.number;
    if (recent.length > depth) [recent, isWhole] = [recent.slice(-depth), false];
    await insist(signal, onChange);
  }

  async function handle(one: IndexNews, signal: AbortSignal): Promise<void> {
    if (one.kind === "restarted") startAgain();
    else if (isLost) return;
    else if (one.kind === "reorganised") {
      const gone = takeOff(one.ancestor);
      await insist(signal, () => store.drop(one.ancestor, gone));
      written = recent.at(-1)?.number;
      await insist(signal, onChange);
    } else {
      const { number, hash, timestamp } = one.header;
      recent.push(projector.apply({ number, hash, timestamp }, one.records()));
    }
  }

  async function work(signal: AbortSignal): Promise<void> {
    const taken = news.splice(0, BATCH);
    for (const one of taken) {
      if (one.kind !== "block") await write(signal);
      try {
        await handle(one, signal);
      } catch (error) {
        await lose(messageOf(error));
      }
      await new Promise((resolve) => setImmediate(resolve)); // packages come first
    }
    if (!isLost) await write(signal);
  }

  return {
    hear(one) {
      if (one.kind === "restarted") news = []; // what came before is told again
      news.push(one);
    },
    async room(signal) {
      while (news.length > ROOM && !signal.aborted) await pause(IDLE_MS, signal);
    },
    async run(signal) {
      if (dependencies.rebuild) await insist(signal, () => store.clear());
      while (!signal.aborted) {
        if (news.length === 0) await pause(IDLE_MS, signal);
        else await work(signal);
      }
    },
    get status() {
      const behind = news.filter(({ kind }) => kind === "block").length;
      return { block: written, behind, fault };
    },
  };
}
