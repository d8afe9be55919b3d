/** Brings what the chain says into the index, in order and at its own pace: intake never waits for it. */
import type { HouseAt } from "../../bindings/houses.js";
import type { ChainRecord } from "../../bindings/records.js";
import type { BlockHeader } from "../../node/node.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { publicFault } from "../reporting/faults.js";
import { sleep } from "../../node/sleep.js";
import type { Log } from "../reporting/log.js";
import { withHouses } from "../../history/vias.js";
import type { Projector } from "../../history/projector.js";
import { type BlockRows, emptyBlock, isEmpty } from "../../history/rows.js";
import type { IndexStore } from "./index-store.js";

/** What happened to the chain, in order. */
export type IndexNews =
  | { readonly kind: "block"; readonly header: BlockHeader; readonly records: () => ChainRecord[] }
  | { readonly kind: "reorganised"; readonly ancestor: number }
  | { readonly kind: "restarted"; readonly start: IndexStart | undefined };

/** Where the chain is told on from: behind this block. */
export interface IndexStart {
  readonly header: BlockHeader;
  /** The book after it, as text. */
  readonly text: string;
}

export interface IndexerStatus {
  /** The last block that is in the index; undefined before the first. */
  readonly block: number | undefined;
  /** Blocks that have come and are not in it yet; those of which nothing came are written once a second, so some are on most chains. */
  readonly behind: number;
  /** What goes wrong at the moment: an error's code. */
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
  /** Before the first block. */
  readonly createProjector: () => Projector;
  /** Behind a block that the index holds. Repeated if it fails. */
  readonly openProjector: (start: IndexStart) => Promise<Projector>;
  readonly store: Pick<IndexStore, "put" | "drop" | "clear">;
  readonly log: Log;
  /** Whose contract trades without signing; asks a node about each but once. */
  readonly houseAt: HouseAt;
  /** Blocks that may still be reorganised away. */
  readonly depth: number;
  /** Whether to write everything again. */
  readonly rebuild: boolean;
  /** The index has changed. Repeated if it fails. */
  readonly onChange: () => Promise<void>;
  /** Whether anybody here waits to be told of each block: then one without rows is written at once, too. */
  readonly isAwaited: () => boolean;
  /** Asks for the chain from its first block on; `restarted` is the answer. */
  readonly restart: (reason: string) => Promise<void>;
}

/** News taken at once, so that a long chain is written in few transactions. */
const BATCH = 64;
const ROOM = 512;
const [IDLE_MS, RETRY_MS, MAX_RETRY_MS] = [20, 250, 5_000];
/** Blocks without rows are written so often, together: a hundred sessions in which nothing happens would write hundreds of times a second. */
const EMPTY_MS = 1_000;

interface IndexerState extends IndexerDependencies {
  projector: Projector;
  /** What was heard and not looked at yet. */
  news: IndexNews[];
  /** Blocks that are remembered, oldest first; those above `written` are not in the index yet. */
  recent: BlockRows[];
  /** Whether nothing came before them. */
  isWhole: boolean;
  written: number | undefined;
  /** When that was, by a clock that only goes forward. */
  writtenAt: number;
  fault: string | undefined;
  /** Whether the chain has to be told again before anything makes sense. */
  isLost: boolean;
}

export function createIndexer(dependencies: IndexerDependencies): Indexer {
  const state: IndexerState = {
    ...dependencies,
    projector: dependencies.createProjector(),
    news: [],
    recent: [],
    isWhole: true,
    written: undefined,
    writtenAt: -Infinity,
    fault: undefined,
    isLost: false,
  };
  return {
    hear(one) {
      hear(state, one);
    },
    async room(signal) {
      while (state.news.length > ROOM && !signal.aborted) await sleep(IDLE_MS, signal);
    },
    run: (signal) => run(state, signal),
    get status() {
      return statusOf(state);
    },
  };
}

function hear(state: IndexerState, one: IndexNews): void {
  if (one.kind === "restarted") state.news = []; // what came before is told again
  state.news.push(one);
}

function statusOf(state: IndexerState): IndexerStatus {
  const { news, written, fault, isLost } = state;
  const heard = news.filter(({ kind }) => kind === "block").length;
  return { block: written, behind: heard + (isLost ? 0 : unwritten(state).length), fault };
}

/** Blocks that were looked at and are not in the index yet. */
function unwritten({ recent, written = -1 }: IndexerState): BlockRows[] {
  return recent.slice(recent.findLastIndex(({ number }) => number <= written) + 1);
}

/** Whether to write what was looked at: blocks of which nothing came may wait for each other, unless somebody waits for them. */
function isDue(state: IndexerState): boolean {
  const blocks = unwritten(state);
  if (blocks.length === 0 || state.isLost) return false;
  const isQuiet = blocks.length < BATCH && blocks.every((block) => isEmpty(block) && block.changes.length === 0);
  return !isQuiet || state.isAwaited() || performance.now() >= state.writtenAt + EMPTY_MS;
}

async function run(state: IndexerState, signal: AbortSignal): Promise<void> {
  if (state.rebuild) await insist(state, signal, () => state.store.clear());
  while (!signal.aborted) {
    if (state.news.length > 0) await work(state, signal);
    else if (isDue(state)) await write(state, signal);
    else await sleep(IDLE_MS, signal);
  }
}

async function work(state: IndexerState, signal: AbortSignal): Promise<void> {
  const taken = state.news.splice(0, BATCH);
  for (const one of taken) {
    if (one.kind !== "block") await write(state, signal);
    try {
      await handle(state, one, signal);
    } catch (error) {
      await lose(state, messageOf(error));
    }
    await new Promise((resolve) => setImmediate(resolve)); // packages come first
  }
  if (isDue(state)) await write(state, signal);
}

async function handle(state: IndexerState, one: IndexNews, signal: AbortSignal): Promise<void> {
  if (one.kind === "restarted") await startAgain(state, one.start, signal);
  else if (state.isLost) return;
  else if (one.kind === "reorganised") await takeOff(state, one.ancestor, signal);
  else {
    const { number, hash, timestamp } = one.header;
    const block = state.projector.apply({ number, hash, timestamp }, one.records());
    state.recent.push((await insist(state, signal, () => withHouses(block, state.houseAt))) ?? block);
  }
}

async function startAgain(state: IndexerState, start: IndexStart | undefined, signal: AbortSignal): Promise<void> {
  const opened = start && (await insist(state, signal, () => state.openProjector(start)));
  if (signal.aborted) return;
  state.projector = opened ?? state.createProjector();
  const { tip } = state.projector;
  state.recent = tip === undefined ? [] : [emptyBlock(tip)];
  [state.isWhole, state.isLost] = [tip === undefined, false];
  [state.written, state.writtenAt] = [tip?.number, -Infinity];
}

/** Blocks above `ancestor` are no part of the chain any more. */
async function takeOff(state: IndexerState, ancestor: number, signal: AbortSignal): Promise<void> {
  const { recent, projector, store } = state;
  const gone = recent.filter(({ number }) => number > ancestor);
  state.recent = recent.slice(0, recent.length - gone.length);
  if (!projector.takeOff(ancestor)) throw new RangeError("a reorganisation deeper than what is kept");
  await insist(state, signal, () => store.drop(ancestor, gone));
  [state.written, state.writtenAt] = [state.recent.at(-1)?.number, -Infinity]; // what took their place is not kept waiting
  await insist(state, signal, state.onChange);
}

async function write(state: IndexerState, signal: AbortSignal): Promise<void> {
  const { store, depth, onChange } = state;
  const last = state.recent.at(-1);
  if (last === undefined || last.number === state.written) return;
  const isKnown = await insist(state, signal, () => store.put(state.recent, state.isWhole));
  if (isKnown === undefined) return; // asked to stop
  if (!isKnown) {
    await lose(state, "the index holds another chain");
    return;
  }
  [state.written, state.writtenAt] = [last.number, performance.now()];
  if (state.recent.length > depth) [state.recent, state.isWhole] = [state.recent.slice(-depth), false];
  await insist(state, signal, onChange);
}

async function lose(state: IndexerState, reason: string): Promise<void> {
  state.log.error({ reason }, "index lost the chain, it is read again");
  state.isLost = true;
  await state.restart(reason);
}

/** Tries until it works: the database can be in the way, or a node that was to say what a contract is. @returns undefined if the signal came first */
async function insist<Result>(
  state: IndexerState,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const { log } = state;
  let wait = RETRY_MS;
  while (!signal.aborted) {
    try {
      const result = await work();
      if (state.fault !== undefined) log.info({}, "index goes on");
      state.fault = undefined;
      return result;
    } catch (error) {
      if (error instanceof RangeError) throw error; // neither is in the way: what was read cannot be
      const { code } = publicFault(error);
      if (state.fault !== code) log.error({ error }, "index cannot be written, going on");
      state.fault = code;
      await sleep(wait, signal);
      wait = Math.min(MAX_RETRY_MS, 2 * wait);
    }
  }
  return undefined;
}
