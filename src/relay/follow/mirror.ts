/**
 * The session's book as it is and as it will be: one state machine that holds the blocks that were followed, on them the batches
 * that were sent, and on them the packages that still wait. Each layer can be taken off again. When a block brings just what was
 * expected, which the head proves, nothing has to be computed twice; when it brings anything else, the expected layers come
 * off, the block is replayed from its logs, and whoever owns the mirror lays the waiting packages on again.
 */
import type { NamedPackage } from "../../bindings/packages.js";
import { bookEventOf, type ChainRecord, recordsOf } from "../../bindings/records.js";
import { Book } from "../../protocol/book/book.js";
import type { Journal, Mark } from "../../protocol/book/journal.js";
import type { OrderLimits } from "../../protocol/book/orders.js";
import { TRUSTING } from "../../protocol/book/outside.js";
import { BookReplay } from "../../protocol/book/rebuild.js";
import type { BookTerms } from "../../protocol/book/terms.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { KnownBlock } from "./follower.js";
import type { FollowedBlock } from "./follower.js";
import type { BlockHeader, ChainLog } from "./node.js";
import { IOrderBook__factory } from "../../../typechain-types/index.js";
import { type Batch, type Expected, fillsOf, stepsOf } from "./batch.js";

/** A package that a block brought onto the chain. */
export interface Landed {
  readonly link: Hash;
  readonly tradeRootId: number;
}

/** A package that a transaction of this block tried and the book refused. */
export interface Skipped {
  readonly link: Hash;
  readonly transactionHash: Hash;
  readonly refusal: { readonly code: string; readonly args: Readonly<Record<string, unknown>> };
}

export interface AppliedBlock {
  readonly header: BlockHeader;
  readonly landed: readonly Landed[];
  readonly skipped: readonly Skipped[];
  /** False if it was not as expected: then no expected layer is left. */
  readonly asExpected: boolean;
  /** Everything that the book recorded in it. Decoded when asked for. */
  records(): ChainRecord[];
}

export interface Mirror {
  /** As it will be when everything that waits has landed. Only the mirror changes it. */
  readonly book: Book;
  /** Blocks that may still be taken off, oldest first; the last one is the newest. */
  readonly blocks: readonly KnownBlock[];
  readonly tip: BlockHeader | undefined;
  /** The chain of the newest block: what there is to sign over. */
  readonly confirmed: { readonly head: Hash; readonly checkpoints: bigint };
  /** Batches that were closed and have not landed, oldest first. */
  readonly batches: readonly Batch[];
  /** Packages of the batch that is open. */
  readonly open: readonly Expected[];
  /** @throws RuleError if the logs contradict themselves or what came before; nothing has changed then but expected layers */
  apply(block: FollowedBlock): AppliedBlock;
  /** Takes off all blocks above `number`, and all expected layers. @returns false if they are not kept any more */
  takeOff(number: number): boolean;
  /** Puts a package into the open batch, at the time that its block is expected to have. */
  append(named: NamedPackage, timestamp: bigint): Expected;
  /** Takes the open batch's packages from that one on off again. */
  undoFrom(expected: Expected): void;
  /** Ends the open batch. @returns undefined if it is empty */
  close(): Batch | undefined;
  /** Takes all expected layers off. */
  clear(): void;
}

/** One block that was applied, and the moment before it. */
interface Layer extends KnownBlock {
  readonly header: BlockHeader;
  readonly before: Mark;
}

const events = IOrderBook__factory.createInterface();
const topicOf = (name: "TradeCreated" | "TradesMatched" | "TradeOffset" | "PackageSkipped" | "Checkpoint"): string =>
  events.getEvent(name).topicHash;
const CHECKPOINT = topicOf("Checkpoint");
/** What a batch logs before its checkpoint, if all its packages are taken: the head commits to each of these. */
const OF_TRADES = new Set([topicOf("TradeCreated"), topicOf("TradesMatched"), topicOf("TradeOffset")]);

export interface MirrorOptions {
  readonly terms: BookTerms;
  /** With which every batch will be submitted. */
  readonly limits: OrderLimits;
  /** Blocks that are kept so that they can be taken off. */
  readonly depth: number;
  readonly hashing: Hashing;
}

/** Signatures are checked before a package gets here, and those in the logs by the contract. */
export function createMirror({ terms, limits, depth, hashing }: MirrorOptions): Mirror {
  const book = new Book(terms, TRUSTING, hashing);
  const { journal, chain } = book.state;
  const layers: Layer[] = [];
  const batches: Batch[] = [];
  let open: Expected[] = [];
  /** The moment after the newest block; everything later is expected only. */
  let confirmed = journal.hold();
  let known = chain.state;
  let time = 0n;

  function clear(): void {
    journal.rollBack(confirmed);
    batches.length = 0;
    open = [];
  }

  /** @returns the links that have landed, if the logs of one transaction are those of the oldest batch */
  function landsAsExpected(logs: readonly ChainLog[]): Landed[] | undefined {
    const [batch] = batches;
    const last = logs.at(-1);
    if (batch?.changes !== true || last?.topics[0] !== CHECKPOINT) return undefined;
    const { number, head } = events.decodeEventLog("Checkpoint", last.data, last.topics); // of this event, by its topic
    if (number !== batch.checkpoints || head !== batch.head) return undefined;
    if (!logs.slice(0, -1).every(({ topics: [topic] }) => topic !== undefined && OF_TRADES.has(topic)))
      return undefined;
    if (batch.expected.some(({ outcome }) => typeof outcome !== "number")) return undefined;
    batches.shift();
    confirmed = batch.after;
    known = { ...known, head: batch.head, checkpoints: batch.checkpoints };
    return batch.expected.map(({ link, outcome }) => ({ link, tradeRootId: outcome as number })); // as was just asked
  }

  function replay(logs: readonly ChainLog[], timestamp: bigint): { landed: Landed[]; skipped: Skipped[] } {
    const landed: Landed[] = [];
    const skipped: Skipped[] = [];
    const replayer = new BookReplay(book);
    for (const log of logs) {
      const event = bookEventOf(log);
      if (event.kind === "skipped") {
        const { code, args } = event.refusal;
        skipped.push({ link: event.link, transactionHash: log.transactionHash, refusal: { code, args } });
      }
      if (event.kind === "skipped" || event.kind === "offsetSkipped") continue; // they change nothing
      if (event.kind === "tradeCreated") {
        landed.push({ link: hashing.primaryLink(event.package), tradeRootId: event.tradeRootId });
      }
      replayer.feed({ event, timestamp });
    }
    if (replayer.isMidCall) throw new RangeError("the logs of the block end in the middle of a call");
    return { landed, skipped };
  }

  return {
    book,
    blocks: layers,
    batches,
    get tip() {
      return layers.at(-1)?.header;
    },
    get confirmed() {
      return { head: known.head, checkpoints: known.checkpoints };
    },
    get open() {
      return open;
    },
    apply({ header, logs }) {
      const before = confirmed;
      const landed: Landed[] = [];
      const rest = callsOf(logs);
      for (let call = rest[0]; call !== undefined; call = rest[0]) {
        const links = landsAsExpected(call);
        if (links === undefined) break;
        landed.push(...links);
        rest.shift();
      }
      const asExpected = rest.length === 0;
      const skipped: Skipped[] = [];
      if (!asExpected) {
        clear();
        try {
          const more = replay(rest.flat(), header.timestamp);
          landed.push(...more.landed);
          skipped.push(...more.skipped);
        } catch (error) {
          confirmed = before;
          clear();
          known = chain.state;
          throw error;
        }
        confirmed = journal.mark();
        known = chain.state;
      }
      layers.push({ number: header.number, hash: header.hash, header, before });
      forget(journal, layers, depth);
      return { header, landed, skipped, asExpected, records: () => recordsOf(bookOf(terms), logs) };
    },
    takeOff(number) {
      const first = layers.findIndex((layer) => layer.number > number);
      if (first === -1) return true;
      if (first === 0) return false; // the block below is not known
      const [layer] = layers.splice(first);
      if (layer === undefined) return true;
      confirmed = layer.before;
      clear();
      known = chain.state;
      return true;
    },
    append(named, timestamp) {
      const before = journal.mark();
      time = timestamp;
      const { package: order, signature } = named.signed;
      const insertAfter = placeOf(book, order);
      const { result: outcome, events: logged } = book.appendTrade(
        { timestamp },
        { package: order, signature, insertAfter },
        limits,
      );
      const fills = typeof outcome === "number" ? fillsOf(outcome, logged) : [];
      const expected = { ...named, outcome, insertAfter, fills, steps: stepsOf(logged), before };
      open.push(expected);
      return expected;
    },
    undoFrom(expected) {
      const at = open.indexOf(expected);
      if (at === -1) throw new RangeError("the package is not in the open batch");
      journal.rollBack(expected.before);
      open = open.slice(0, at);
    },
    close() {
      const [first] = open;
      if (first === undefined) return undefined;
      const { checkpoints: earlier, changed } = chain;
      const numbers = numbersOf(book, terms.chainWindow);
      book.closeBatch();
      const batch: Batch = {
        expected: open,
        before: first.before,
        after: journal.mark(),
        checkpoints: chain.checkpoints,
        head: chain.head,
        changes: changed,
        linkAges: open.map(({ signed }) => Number(earlier - (numbers.get(signed.package.previousLink) ?? earlier))),
        time,
      };
      batches.push(batch);
      open = [];
      return batch;
    },
    clear,
  };
}

/** The book's links that orders may name, and the checkpoint of each. */
export function numbersOf(book: Book, chainWindow: number): Map<Hash, bigint> {
  const { checkpoints } = book.state.chain;
  const numbers = new Map<Hash, bigint>();
  for (let age = BigInt(chainWindow) - 1n; age >= 0n; age -= 1n) {
    const link = age > checkpoints ? undefined : book.state.chain.checkpointAt(checkpoints - age);
    if (link !== undefined) numbers.set(link, checkpoints - age);
  }
  return numbers;
}

/** The order behind which a new one would come to rest, 0 for the first place. */
function placeOf(
  book: Book,
  { marketRootId, marketBranchId, quantity, price }: NamedPackage["signed"]["package"],
): number {
  const market = { marketRootId, marketBranchId };
  if (book.state.markets.find(marketRootId, marketBranchId) === undefined) return 0;
  return (
    book.state.queues
      .of(market)
      .side(quantity > 0n)
      .placeOf(price)?.tradeRootId ?? 0
  );
}

/** Blocks older than `depth` are never taken off any more. */
function forget(journal: Journal, layers: Layer[], depth: number): void {
  if (layers.length <= depth) return;
  layers.splice(0, layers.length - depth);
  const [oldest] = layers;
  if (oldest !== undefined) journal.release(oldest.before);
}

/** The logs of a block, transaction by transaction. */
function callsOf(logs: readonly ChainLog[]): ChainLog[][] {
  const calls: ChainLog[][] = [];
  let of = "";
  for (const log of logs) {
    if (log.transactionHash !== of) calls.push([]);
    of = log.transactionHash;
    calls.at(-1)?.push(log);
  }
  return calls;
}

function bookOf({ domain }: BookTerms): { bookAddress: string } {
  return { bookAddress: domain.verifyingContract };
}
