/**
 * The session's book as it is and as it will be: one state machine that holds the blocks that were followed, on them the batches
 * that were sent, and on them the packages that still wait. Each layer can be taken off again. When a block brings just what was
 * expected, which the head proves, nothing has to be computed twice; when it brings anything else, the expected layers come
 * off, the block is replayed from its logs, and whoever owns the mirror lays the waiting packages on again.
 */
import type { NamedPackage } from "../../bindings/packages.js";
import { type ChainRecord, recordsOf } from "../../bindings/records.js";
import { Book } from "../../protocol/book/book.js";
import type { BookEvent } from "../../protocol/book/events.js";
import { bringThrough, type House, ownOrdersFor } from "../../protocol/book/houses.js";
import type { SubmittedOrder } from "../../protocol/book/intake.js";
import type { Mark } from "../../protocol/book/journal.js";
import { BlockLayers } from "../../protocol/book/layers.js";
import type { OrderLimits, Placed } from "../../protocol/book/orders.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { insertionHint, linkToSign } from "../../protocol/book/projections.js";
import { reaches } from "../../protocol/book/queue.js";
import { snapshotOf } from "../../protocol/book/snapshot.js";
import type { BookTerms } from "../../protocol/book/terms.js";
import { isRefusal, type Refusal } from "../../protocol/market/refusal.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { PackageFields } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { NamedCancellation } from "../store/cancellations.js";
import type { FollowedBlock, KnownBlock } from "./follower.js";
import type { BlockHeader, ChainLog } from "../../node/node.js";
import {
  type Batch,
  type Expected,
  type ExpectedCancellation,
  fillsOf,
  type Gone,
  placedIn,
  stepsOf,
} from "./batch.js";
import {
  callsOf,
  type Cancelled,
  type Landed,
  landAsExpected,
  type LandedBatch,
  marksAreShared,
  replayLogs,
  type Skipped,
} from "./block-logs.js";
import { cancelOn, type ForeseenChange, foreseeOn } from "./cancelling.js";

export interface AppliedBlock {
  readonly header: BlockHeader;
  readonly landed: readonly Landed[];
  readonly skipped: readonly Skipped[];
  readonly cancelled: readonly Cancelled[];
  /** False if it was not as expected: then no expected layer is left. */
  readonly asExpected: boolean;
  /** Everything that the book recorded in it. Decoded when first asked for. */
  records(): ChainRecord[];
}

export interface Mirror {
  /** As it will be when everything that waits has landed. Only the mirror changes it. */
  readonly book: Book;
  /** Blocks that may still be taken off, oldest first; the last one is the newest. */
  readonly blocks: readonly KnownBlock[];
  readonly tip: BlockHeader | undefined;
  /** The chain of the newest block: its checkpoint, and what there is to sign over. */
  readonly confirmed: { readonly link: Hash; readonly linkToSign: Hash; readonly checkpoints: bigint };
  /** Batches that were closed and have not landed, oldest first. */
  readonly batches: readonly Batch[];
  /** Cancellations at the head of the batch that is open, and its packages. */
  readonly openCancellations: readonly ExpectedCancellation[];
  readonly open: readonly Expected[];
  /**
   * @throws RuleError if the logs contradict themselves or what came before, RangeError if the block does not come after the
   * tip; then the blocks are as they were, and the expected layers are off
   */
  apply(block: FollowedBlock): AppliedBlock;
  /** Takes off all blocks above `number`, and all expected layers. @returns false if they are not kept any more */
  takeOff(number: number): boolean;
  /**
   * Puts a cancellation at the head of the open batch, which has no packages yet.
   * @param most orders of it that the batch lists
   * @returns why nothing would come of it; then it is not in the batch
   */
  cancel(named: NamedCancellation, timestamp: bigint, most: number): ExpectedCancellation | Refusal;
  /**
   * Puts a package into the open batch, at the time that its block is expected to have.
   * @param through a house that brings it, with orders of its own: nothing else may come into that batch
   */
  append(named: NamedPackage, timestamp: bigint, through?: House): Expected;
  /**
   * Does behind all that is laid on what will come before it. The layers are not as they will land any more: they have to be laid
   * anew before one of them is sent.
   */
  foresee(change: ForeseenChange): void;
  /** Takes the open batch's packages from that one on off again. */
  undoFrom(expected: Expected): void;
  /** Ends the open batch. @returns undefined if it is empty */
  close(): Batch | undefined;
  /** Takes all expected layers off. */
  clear(): void;
  /** The book as it is at the newest block, as text; all expected layers come off for it. */
  snapshot(): Pick<MirrorStart, "sharesMarks"> & { readonly text: string };
}

/** Where a mirror begins that does not begin before the first block. */
export interface MirrorStart {
  /** The last block that the book has taken in. */
  readonly header: BlockHeader;
  /** As it is after that block; the mirror's from now on. */
  readonly book: Book;
  /** Whether block.number, which marks checkpoints, is another chain's than that of the blocks. */
  readonly sharesMarks: boolean;
}

export interface MirrorOptions {
  readonly terms: BookTerms;
  /** With which every batch will be submitted. */
  readonly limits: OrderLimits;
  /** Blocks that are kept so that they can be taken off. */
  readonly depth: number;
  readonly hashing: Hashing;
  readonly start?: MirrorStart | undefined;
}

/** A block that may still be taken off. */
interface LayeredBlock extends KnownBlock {
  readonly header: BlockHeader;
}

interface MirrorState {
  readonly book: Book;
  readonly limits: OrderLimits;
  readonly hashing: Hashing;
  /** The followed blocks; the batches and the open packages lie on them. */
  readonly layers: BlockLayers<LayeredBlock>;
  readonly batches: Batch[];
  openCancellations: ExpectedCancellation[];
  open: Expected[];
  /** Whether block.number, which marks checkpoints, is another chain's than that of the blocks; the first checkpoint tells. */
  sharesMarks: boolean;
  /** The time at which the last package was laid on. */
  time: bigint;
}

/** Signatures are checked before a package gets here, and those in the logs by the contract. */
export function createMirror({ terms, limits, depth, hashing, start }: MirrorOptions): Mirror {
  const book = start?.book ?? new Book(terms, TRUSTING, hashing);
  const layers = new BlockLayers<LayeredBlock>(book.state.journal, depth);
  if (start !== undefined) layers.add(layered(start.header));
  const expected = { batches: [], openCancellations: [], open: [] };
  const { sharesMarks = false } = start ?? {};
  const state: MirrorState = { book, limits, hashing, layers, ...expected, sharesMarks, time: 0n };
  return {
    book,
    batches: state.batches,
    get blocks() {
      return layers.blocks;
    },
    get tip() {
      return layers.tip?.header;
    },
    get confirmed() {
      const { chain } = book.state;
      return {
        link: chain.link,
        linkToSign: linkToSign(book.state, state.sharesMarks),
        checkpoints: chain.checkpoints,
      };
    },
    get openCancellations() {
      return state.openCancellations;
    },
    get open() {
      return state.open;
    },
    apply: (block) => applyBlock(state, block),
    takeOff(number) {
      if (!layers.takeOff(number)) return false;
      forgetExpected(state);
      return true;
    },
    cancel: (named, timestamp, most) => cancel(state, named, timestamp, most),
    append: (named, timestamp, through) => append(state, named, timestamp, through),
    foresee(change) {
      foreseeOn(book, change);
    },
    undoFrom(expected) {
      undoFrom(state, expected);
    },
    close: () => closeBatch(state),
    clear() {
      clear(state);
    },
    snapshot() {
      clear(state);
      return { text: snapshotOf(book), sharesMarks: state.sharesMarks };
    },
  };
}

function layered(header: BlockHeader): LayeredBlock {
  return { number: header.number, hash: header.hash, header };
}

function clear(state: MirrorState): void {
  state.layers.backToTip();
  forgetExpected(state);
}

/** Of batches and open packages whose changes were undone. */
function forgetExpected(state: MirrorState): void {
  state.batches.length = 0;
  state.openCancellations = [];
  state.open = [];
}

function applyBlock(state: MirrorState, { header, logs }: FollowedBlock): AppliedBlock {
  const { book, layers } = state;
  const block = layered(header);
  const bookAddress = book.state.terms.domain.verifyingContract;
  let decoded: ChainRecord[] | undefined;
  const records = (): ChainRecord[] => (decoded ??= recordsOf({ bookAddress }, logs));
  const rest = callsOf(logs);
  try {
    state.sharesMarks ||= marksAreShared(logs, header.number);
    const { landed, cancelled, reached } = landExpected(state, rest);
    if (rest.length === 0) {
      layers.add(block, reached);
      return { header, landed, cancelled, skipped: [], asExpected: true, records };
    }
    book.state.journal.rollBack(reached);
    forgetExpected(state);
    const more = replayLogs(book, state.hashing, rest.flat(), header.timestamp);
    layers.add(block);
    return {
      header,
      landed: [...landed, ...more.landed],
      cancelled: [...cancelled, ...more.cancelled],
      skipped: more.skipped,
      asExpected: false,
      records,
    };
  } catch (error) {
    clear(state);
    throw error;
  }
}

/**
 * Takes the oldest batches for landed, as long as the block's calls are theirs.
 * @param calls the logs of each transaction; those that were as expected are removed
 * @returns what landed, and the moment after it
 */
function landExpected(state: MirrorState, calls: ChainLog[][]): LandedBatch & { readonly reached: Mark } {
  const landed: Landed[] = [];
  const cancelled: Cancelled[] = [];
  let reached = state.layers.after;
  for (let call = calls[0]; call !== undefined; call = calls[0]) {
    const [batch] = state.batches;
    const brought = batch === undefined ? undefined : landAsExpected(state.book.state.chain, batch, call);
    if (batch === undefined || brought === undefined) break;
    landed.push(...brought.landed);
    cancelled.push(...brought.cancelled);
    calls.shift();
    state.batches.shift();
    reached = batch.after;
  }
  return { landed, cancelled, reached };
}

function cancel(
  state: MirrorState,
  named: NamedCancellation,
  timestamp: bigint,
  most: number,
): ExpectedCancellation | Refusal {
  if (state.open.length > 0) throw new RangeError("the open batch has packages already");
  const { book } = state;
  const before = book.state.journal.mark();
  const noncesBefore = book.state.traders.find(named.signed.cancellation.trader)?.nonces;
  try {
    const { orders, isWhole } = cancelOn(book, timestamp, named.signed, most);
    const expected = { ...named, orders, isWhole, noncesBefore, before };
    state.openCancellations.push(expected);
    state.time = timestamp;
    return expected;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function append(state: MirrorState, named: NamedPackage, timestamp: bigint, through: House | undefined): Expected {
  const { book } = state;
  const before = book.state.journal.mark();
  state.time = timestamp;
  const { package: order, signature } = named.signed;
  const insertAfter = insertionHint(book.state, order, order.quantityLots > 0n, order.priceTicks);
  const [place = 0] = book.state.queues.deadPlaces();
  const submitted = { package: order, signature, insertAfter, place };
  const noncesBefore = book.state.traders.find(order.trader)?.nonces;
  const { trades: tradesBefore } = book.state.chain;
  const { result, events: logged, makers, ownOrders, ownFirst } = bring(state, submitted, timestamp, through);
  const outcome = isRefusal(result) ? result : result.tradeRootId;
  const fills = typeof outcome === "number" ? fillsOf(outcome, logged) : [];
  const steps = stepsOf(logged);
  const isGone = ({ tradeRootId }: Gone): boolean =>
    tradeRootId <= tradesBefore && book.state.queues.find(tradeRootId) === undefined;
  const gone = makers.filter(isGone);
  const hints = { insertAfter, place, placed: placedIn(logged) };
  const expected = {
    ...named,
    ...hints,
    tradesBefore,
    outcome,
    fills,
    steps,
    gone,
    noncesBefore,
    through,
    ownOrders,
    ownFirst,
    before,
  };
  state.open.push(expected);
  return expected;
}

interface Brought {
  readonly result: Placed | Refusal;
  readonly events: readonly BookEvent[];
  /** Resting orders that may be gone now. */
  readonly makers: readonly Gone[];
  readonly ownOrders: number;
  readonly ownFirst: number;
}

/** What a house has nothing to add to it hands on to the book; so does a router if a set would not be whole. */
function bring(state: MirrorState, taker: SubmittedOrder, timestamp: bigint, through: House | undefined): Brought {
  const { book, limits } = state;
  const { maxMatches } = limits;
  const own = through && ownOrdersFor(book.state, through, taker.package, { timestamp, maxMatches });
  if (through !== undefined && own !== undefined) {
    const met: Gone[] = [];
    const brought = bringThrough(book, through, { own, taker, limits, timestamp }, (order) => {
      met.push(...makersOf(book.state, order, maxMatches));
    });
    const of = { ownOrders: own.before.length + own.behind.length, ownFirst: own.before.length };
    if (isRefusal(brought)) return { result: brought, events: [], makers: NONE, ...of };
    if (brought !== "incomplete") return { result: brought.placed, events: brought.events, makers: met, ...of };
  }
  const makers = makersOf(book.state, taker.package, maxMatches);
  return { ...book.appendTrade({ timestamp }, taker, limits), makers, ownOrders: 0, ownFirst: 0 };
}

const NONE: readonly Gone[] = [];

/** Resting orders that one meets: no step of its matching touches another. */
function makersOf({ queues }: Book["state"], order: PackageFields, most: number): readonly Gone[] {
  const isBid = order.quantityLots > 0n;
  const opposite = queues.of(order).side(!isBid);
  const isMet = (price: bigint): boolean => reaches(isBid, order.priceTicks, price);
  if (opposite.best === undefined || !isMet(opposite.best.price)) return NONE;
  const makers: Gone[] = [];
  for (const { tradeRootId, traderId, price } of opposite) {
    if (makers.length === most || !isMet(price)) break;
    makers.push({ tradeRootId, traderId });
  }
  return makers;
}

function undoFrom(state: MirrorState, expected: Expected): void {
  const at = state.open.indexOf(expected);
  if (at === -1) throw new RangeError("the package is not in the open batch");
  state.book.state.journal.rollBack(expected.before);
  state.open = state.open.slice(0, at);
}

function closeBatch(state: MirrorState): Batch | undefined {
  const { book, openCancellations: cancellations, open, batches, time } = state;
  const first = cancellations[0] ?? open[0];
  if (first === undefined) return undefined;
  const { chain, journal } = book.state;
  const { changed } = chain;
  const placed = [...open.flatMap((one) => one.placed), ...placedIn(book.expectBatch().events)];
  const marks = { before: first.before, after: journal.mark() };
  const batch: Batch = { cancellations, expected: open, placed, ...marks, changes: changed, time };
  batches.push(batch);
  state.openCancellations = [];
  state.open = [];
  return batch;
}
