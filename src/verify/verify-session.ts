/**
 * Verifies a session from its logs, trusting nobody: every log is what its contract writes, every signature is its trader's,
 * the book is what the rules make of the records one by one, collateral by the plain reference after each, and every token
 * that moved moved as it had to. Stops at the first record that does not hold.
 *
 * What logs alone cannot prove is granted, and named (grants.ts): times, for one, to which no log commits. With a node every record is
 * compared with the chain's own, and what the node shows falls away; what it does not answer is named in its turn.
 */
import type { Provider } from "ethers";

import { allocation } from "../protocol/value/allocations.js";
import { Book } from "../protocol/book/book.js";
import type { Outside } from "../protocol/book/outside.js";
import { BookReplay } from "../protocol/book/rebuild.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";
import type { TokenWei } from "../protocol/amounts/units.js";
import { PLAIN_HASHING, type Hashing } from "../protocol/signing/hashing.js";
import type { RecoverSigner } from "../protocol/signing/signatures.js";
import { createPace, type Pace, unlessStopped } from "../bindings/pace.js";
import type { VerifyCache } from "./cache.js";
import { requireCreation } from "./creation.js";
import { type BookEventInLog, createReader, type Reader, type SessionEvent } from "./events.js";
import { Grants } from "./grants.js";
import { Judge } from "./judge.js";
import { Ledger } from "./ledger.js";
import { bookTermsOf, type LogHeader } from "./log-header.js";
import type { Progress, TokenStanding, TraderStanding, VerifyCounts, VerifyReport } from "./report.js";
import { Places } from "./places.js";
import { reasonOf } from "./rules.js";
import { Checksum, type LogRecord, type SessionLog, type SessionLogStream } from "./session-log.js";
import { SignatureJudge } from "./signatures.js";
import { CHECKED } from "./statements.js";
import { Tally } from "./tally.js";
import { TokenFlow } from "./token-flow.js";
import { Unsigned } from "./unsigned.js";
import { type Failure, verdictOf } from "./verdict.js";
import { requireSame, Violation } from "./violation.js";
import { Witness } from "./witness.js";

export interface VerifyOptions {
  /** Told every thousand records, and at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Tells so often instead, ms, and lets other events of the same thread have a turn each time. */
  readonly progressMs?: number;
  /** Stops it: its reason is thrown. Others have turns then, too, so that it may be heard. */
  readonly signal?: AbortSignal | undefined;
  /** A node of the session's chain: then all records, code, checkpoint and balances are compared, and contract wallets are asked. */
  readonly provider?: Provider;
  /** For whoever verifies many logs that are almost the same. */
  readonly cache?: VerifyCache;
  /** Faster ways to the same answers: `fastCrypto()` on Node. The plain ones by default. */
  readonly crypto?: { readonly hashing: Hashing; readonly recoverSigner: RecoverSigner };
}

const RECORDS_PER_PROGRESS = 1_000;

/** What may come while a call that has changed the head goes on. */
const GOES_ON: ReadonlySet<BookEventInLog["kind"]> = new Set([
  "tradeCreated",
  "tradeApproved",
  "tradePlaced",
  "tradesCancelled",
  "quoteSetCreated",
  "quoteCreated",
  "quoteSkipped",
  "matched",
  "offset",
  "checkpoint",
]);

/**
 * @param log read by `readSessionLog` or `parseSessionLog`, or record by record by `parseSessionLogLines`
 * @throws SessionLogError if a stream turns out not to be a log; whatever the provider throws; the signal's reason
 */
export async function verifySession(
  log: SessionLog | SessionLogStream,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const source = "source" in log ? log.source : undefined;
  const { signal, progressMs } = options;
  const run = new Verification(log.header, options, source);
  await unlessStopped(run.begin(), signal);
  const total = Array.isArray(log.records) ? log.records.length : undefined;
  const tell = (): void => options.onProgress?.({ phase: "verifying", done: run.records, total });
  const pace = paceOf(options, tell);
  for await (const record of run.failure === undefined ? log.records : []) {
    await unlessStopped(run.take(record), signal);
    if (run.failure !== undefined) break;
    const turn = pace?.();
    if (turn !== undefined) await turn;
    if (progressMs === undefined && run.records % RECORDS_PER_PROGRESS === 0) tell();
  }
  if (run.failure === undefined) await unlessStopped(run.end(sealOf(log)), signal);
  tell();
  return run.report();
}

/** @returns undefined if nobody is to be told by time, and nobody can stop it: then it goes on without a turn of the others */
function paceOf({ signal, progressMs }: VerifyOptions, tell: () => void): Pace | undefined {
  if (progressMs !== undefined) return createPace(signal, tell, progressMs);
  return signal === undefined ? undefined : createPace(signal);
}

function sealOf({ checksum }: SessionLog | SessionLogStream): string {
  return typeof checksum === "string" ? checksum : checksum();
}

class Verification {
  public failure: Failure | undefined;
  public records = 0;
  readonly #header: LogHeader;
  readonly #read: Reader;
  readonly #checksum: Checksum;
  readonly #ledger: Ledger;
  readonly #flow: TokenFlow;
  readonly #book: Book;
  readonly #replay: BookReplay;
  readonly #judge: Judge;
  readonly #signatures: SignatureJudge;
  readonly #tally = new Tally();
  /** Trader of the quote set that came last, and whether the record at hand is of one of its quotes. */
  #quoting = 0;
  #isQuote = false;
  readonly #places: Places;
  readonly #grants = new Grants();
  readonly #witness: Witness;
  readonly #unsigned: Unsigned;
  /** The order that was appended last, which may take. */
  #incoming: { readonly tradeRootId: number; readonly traderId: number } | undefined;

  /** @param source the node that gives the records, if one does */
  public constructor(header: LogHeader, options: VerifyOptions, source: Provider | undefined) {
    this.#header = header;
    this.#read = createReader(header, options.cache?.events);
    this.#checksum = new Checksum(header);
    this.#places = new Places(header);
    this.#ledger = new Ledger(header.legs.length);
    this.#flow = new TokenFlow(header, this.#ledger);
    const terms = bookTermsOf(header);
    this.#unsigned = new Unsigned(header, this.#grants);
    this.#witness = new Witness(header, { provider: options.provider, source, grants: this.#grants });
    this.#signatures = new SignatureJudge(terms.domain, terms, { ...options, grants: this.#grants });
    const outside: Outside = {
      signedBy: (signer, digest, signature) =>
        this.#isQuote
          ? this.#signatures.approvalOfSet(signer, digest, signature)
          : this.#signatures.approvalOf(signer, signature),
      admits: () => true,
      collect: () => undefined,
      pay: () => undefined,
    };
    this.#book = new Book(terms, outside, options.crypto?.hashing ?? PLAIN_HASHING);
    this.#replay = new BookReplay(this.#book);
    this.#judge = new Judge(this.#book, this.#ledger, options.cache);
  }

  /** Before the first record. */
  public async begin(): Promise<void> {
    try {
      await this.#witness.begin();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Checks one record. What does not hold becomes the failure. */
  public async take(record: LogRecord): Promise<void> {
    let event: SessionEvent | undefined;
    try {
      if (this.#places.require(record)) this.#requireCallDone();
      event = this.#read(record);
      const signed = signedOf(event);
      if (signed === undefined && record.byWallet)
        throw new Violation("log", "There is nothing here that a wallet signs.");
      const asking = signed === undefined ? undefined : this.#signatures.look(signed, record);
      if (asking !== undefined) await asking;
      const wasIdle = this.#flow.isIdle;
      this.#apply(event, BigInt(record.timestamp));
      this.#unsigned.note(event, record, wasIdle && this.#flow.isIdle);
      if (event.event.kind === "checkpoint") this.#places.requireMark(event.event.link, record.blockNumber);
      const comparing = this.#witness.see(record);
      if (comparing !== undefined) await comparing;
      this.#checksum.add(record);
      this.#places.take(record);
      this.records += 1;
    } catch (error) {
      this.#fail(error, record, event);
    }
  }

  /** After the last record. @param checksum that the log came with */
  public async end(checksum: string): Promise<void> {
    try {
      if (this.#places.isFirst) throw new Violation("R8", "A session's log begins with its creation.");
      this.#requireCallDone();
      this.#judge.everything();
      const actual = this.#checksum.value();
      requireSame(
        "log",
        "The log was altered or damaged after it was written.",
        { sha256: checksum },
        { sha256: actual },
      );
      const { link, checkpoints } = this.#book.state.chain;
      await this.#witness.end({ link, checkpoints, ...this.#tokens() });
    } catch (error) {
      this.#fail(error);
    }
  }

  // ------------------------------------------------------------------ one record

  #requireCallDone(): void {
    this.#flow.requireDone();
    if (this.#replay.isMidCall) {
      throw new Violation("R24", "A call that changed the head ends with a checkpoint.", {
        expected: { next: "checkpoint" },
      });
    }
  }

  #apply({ source, event }: SessionEvent, timestamp: bigint): void {
    const { isFirst } = this.#places;
    if (source === "factory" || isFirst) {
      requireSame(
        "R8",
        "A session is created once, before anything else.",
        { source, isFirst },
        { source: "factory", isFirst: true },
      );
    }
    if (source === "factory") requireCreation(this.#header, event, timestamp);
    else if (source === "tokens") {
      if (this.#replay.isMidCall) throw new Violation("R41", "No token moves while the book is at work.");
      this.#flow.feed(event, timestamp);
      if (this.#flow.isIdle) this.#judge.tokens();
    } else {
      this.#flow.requireFree();
      this.#applyToBook(event, timestamp);
    }
  }

  #applyToBook(event: BookEventInLog, timestamp: bigint): void {
    if (this.#replay.isMidCall && !GOES_ON.has(event.kind)) {
      throw new Violation("R24", "A call that changed the head ends with a checkpoint.", {
        actual: { next: event.kind },
      });
    }
    const touched = this.#touchedBy(event);
    const root = rootOf(event);
    const before = root === undefined ? undefined : this.#book.state.markets.find(root);
    this.#isQuote = event.kind === "quoteCreated" || event.kind === "quoteSkipped";
    this.#replay.feed({ event, timestamp });
    this.#tally.count(event);
    this.#noteIncoming(event);
    if (event.kind === "tradeCreated") this.#judge.order(this.#traderIdOf(event.package.trader), event.package);
    else if (event.kind === "quoteSetCreated") this.#quoting = this.#traderIdOf(event.trader);
    else if (event.kind === "quoteCreated") this.#judge.order(this.#quoting, event);
    else if (event.kind === "deposited" || event.kind === "withdrawn" || event.kind === "exited") {
      this.#flow.expectPayment(event);
    }
    if (root !== undefined) this.#judge.bounds(before, root);
    if (touched !== undefined) this.#judge.traders(touched.traderIds, touched.rootId);
  }

  /** Whose account a record changes, and in which root. Asked before it is applied: an order that is filled is gone. */
  #touchedBy(event: BookEventInLog): { readonly traderIds: readonly number[]; readonly rootId: number } | undefined {
    switch (event.kind) {
      case "matched": {
        const orders = [event.makerRootId, event.takerRootId].map((id) => this.#book.state.queues.find(id));
        const incoming = this.#incoming?.tradeRootId === event.takerRootId ? [this.#incoming.traderId] : [];
        const traderIds = [...orders.flatMap((order) => (order === undefined ? [] : [order.traderId])), ...incoming];
        return { traderIds: [...new Set(traderIds)], rootId: orders[0]?.marketRootId ?? BASKET_ROOT_ID };
      }
      case "deposited":
      case "withdrawn":
      case "exited":
        return { traderIds: [event.traderId], rootId: BASKET_ROOT_ID };
      case "realised":
      case "refreshed":
        return { traderIds: [event.traderId], rootId: event.marketRootId };
      default:
        return undefined;
    }
  }

  #noteIncoming(event: BookEventInLog): void {
    if (event.kind !== "tradeCreated" && event.kind !== "quoteCreated") return;
    const traderId = event.kind === "quoteCreated" ? this.#quoting : this.#traderIdOf(event.package.trader);
    this.#incoming = { tradeRootId: event.tradeRootId, traderId };
  }

  #traderIdOf(address: string): number {
    return this.#book.state.traders.registered(address).traderId;
  }

  // ------------------------------------------------------------------ the report

  #fail(error: unknown, record?: LogRecord, event?: SessionEvent): void {
    const reason = reasonOf(error, record === undefined ? undefined : event?.event.kind);
    if (reason === undefined) throw error;
    this.failure = {
      ...reason,
      ...(record === undefined ? {} : placeOf(record, this.records)),
      ...(event === undefined ? {} : { record: event.event }),
    };
  }

  public report(): VerifyReport {
    const { session, chainId, fromBlock, toBlock } = this.#header;
    const { failure } = this;
    const counts = this.#countsOf();
    return {
      verdict: verdictOf(failure, this.#grants.left(this.#witness.established)),
      session,
      chainId,
      fromBlock,
      toBlock,
      counts,
      link: this.#book.state.chain.link,
      traders: [...this.#book.state.traders.all()].map(({ traderId }) => this.#standingOf(traderId)),
      tokens: this.#tokens(),
      checksum: this.#checksum.value(),
      code: this.#witness.code,
      checked: CHECKED,
    };
  }

  #countsOf(): VerifyCounts {
    const { recovered, asked, assumed, ownerCalls, organiserCalls } = this.#signatures.counts;
    const { collateral, whole } = this.#judge.counts;
    return {
      records: this.records,
      ...this.#tally.counts,
      tokenTransfers: this.#ledger.transfers,
      signaturesRecovered: recovered,
      walletsAsked: asked,
      walletsAssumed: assumed,
      ownerCalls,
      organiserCalls,
      collateralChecks: collateral,
      collateralByWholeMatrix: whole,
    };
  }

  #standingOf(traderId: number): TraderStanding {
    const { address, openOrders } = this.#book.state.traders.byId(traderId);
    const claims = this.#judge.claimsOf(traderId);
    const exited = this.#tally.exitedOf(traderId) ?? claims.map(() => 0n);
    return {
      traderId,
      trader: address,
      claims,
      allocation: allocation(claims, this.#header.terms),
      exited: exited as TokenWei[], // sums of claims, which together are at most N
      openOrders,
    };
  }

  #tokens(): TokenStanding {
    const legs = this.#header.legs.map((_, k) => k + 1);
    const tokens = [0, ...legs];
    return {
      supplies: tokens.map((token) => this.#ledger.supply(token)),
      heldByBook: tokens.map((token) => this.#ledger.balance(token, this.#header.book)),
      vault: legs.map((leg) => this.#ledger.vault(leg)),
    };
  }
}

function signedOf({ event }: SessionEvent) {
  switch (event.kind) {
    case "tradeCreated":
    case "tradeApproved":
    case "tradesCancelled":
    case "marketRecorded":
      return event;
    default:
      return undefined;
  }
}

/** The root whose bounds a record may change. */
function rootOf(event: BookEventInLog): number | undefined {
  if (event.kind === "marketRecorded") return event.marketRootId;
  return event.kind === "fallbackApplied" ? event.marketRootId : undefined;
}

function placeOf({ blockNumber, logIndex, transactionHash }: LogRecord, index: number) {
  return { index, blockNumber, logIndex, transactionHash };
}
