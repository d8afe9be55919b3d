import type { Signer, TransactionReceipt } from "ethers";

import type { Bounds } from "../protocol/market/bounds.js";
import {
  boundsRecord,
  branchRecord,
  eventRecord,
  type EventSpec,
  intervalRecord,
  type IntervalSpec,
  type RootPlace,
} from "../protocol/market/market-drafts.js";
import { type MarketRecord, NEW_ROOT, RootKind } from "../protocol/signing/market-record.js";
import type { MarketRef } from "../protocol/signing/package.js";
import { type Ticks, ticks } from "../protocol/amounts/units.js";
import { ClientError } from "../bindings/errors.js";
import { NO_SIGNATURE, permitRecord, signRecord, submitRecord } from "../bindings/market-records.js";
import { recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";

/** A market and the transaction that made or changed it. */
export interface Recorded extends MarketRef {
  readonly record: MarketRecord;
  readonly receipt: TransactionReceipt;
}

/**
 * The owner of markets in one session: makes them, says what is known about their outcomes, settles them. Numbers and links are
 * read from the book each time. Every method throws ClientError with the book's refusal before anything is sent.
 */
export interface MarketOwner {
  readonly address: string;
  /** A new interval root; its branch 1 pays the outcome itself. */
  createInterval(spec: IntervalSpec): Promise<Recorded>;
  /** A new event root; its branches are the outcomes, from 1. */
  createEvent(spec: EventSpec): Promise<Recorded>;
  /** A sub-market of an interval root, bounded by the strikes of its parent; branch 1 by default. */
  createBranch(marketRootId: number, strikes: Bounds, parentBranchId?: number): Promise<Recorded>;
  /** What a market can still pay, in ticks. It tightens the whole root; bounds beyond today's say nothing. */
  tighten(market: MarketRef, bounds: Bounds): Promise<Recorded>;
  /**
   * What a market pays: bounds that are equal. Branch 1 of an interval root, or an outcome of an event at its scale, settles the
   * root; a sub-market does if the value lies between its strikes.
   */
  settle(market: MarketRef, value: bigint): Promise<Recorded>;
  /** An outcome of an event cannot happen any more. */
  eliminate(marketRootId: number, outcome: number): Promise<Recorded>;
  /** An outcome of an event has happened: it weighs all, and the root is settled. */
  award(marketRootId: number, outcome: number): Promise<Recorded>;
}

export interface MarketOwnerOptions {
  /** Who sends the records and pays the gas; the owner then signs them. By default the owner calls the book itself. */
  readonly submitter?: Signer;
  /** Who permits new roots by its signature, where not everybody may make them and the owner is not the organiser. */
  readonly organiser?: Signer;
}

/** @param owner an account with a key; a contract that owns markets calls the book by its own means */
export function createMarketOwner(
  handle: SessionHandle,
  owner: Signer & { readonly address: string },
  { submitter, organiser }: MarketOwnerOptions = {},
): MarketOwner {
  const { address } = owner;

  async function send(record: MarketRecord, description = ""): Promise<Recorded> {
    const unsigned = { record, description, signature: NO_SIGNATURE };
    const said = submitter === undefined ? unsigned : await signRecord(handle.domain, owner, record, description);
    const isPermitted = organiser !== undefined && record.marketRootId === NEW_ROOT;
    const signed = isPermitted ? await permitRecord(handle.domain, organiser, said) : said;
    const receipt = await submitRecord(handle, submitter ?? owner, signed);
    const { marketBranchId } = record;
    return { marketRootId: numberIn(handle, receipt), marketBranchId, record, receipt };
  }

  async function tighten({ marketRootId, marketBranchId }: MarketRef, bounds: Bounds): Promise<Recorded> {
    const { tip } = await read(handle.book.rootOf(marketRootId));
    return send(boundsRecord({ owner: address, marketRootId, previousLink: tip }, marketBranchId, bounds));
  }

  /** Says a weight of an event's outcome: none of the scale, or all of it. */
  async function decide(marketRootId: number, outcome: number, weight: "none" | "all"): Promise<Recorded> {
    const { kind, hi } = await read(handle.book.rootOf(marketRootId));
    if (Number(kind) !== RootKind.Simplex) throw new ClientError("Client_RootKind", { marketRootId });
    const value = weight === "all" ? ticks(hi) : (0n as Ticks);
    return tighten({ marketRootId, marketBranchId: outcome }, { lower: value, upper: value });
  }

  return {
    address,
    async createInterval(spec) {
      return send(intervalRecord(await rootPlace(handle, address), spec), spec.description);
    },
    async createEvent(spec) {
      return send(eventRecord(await rootPlace(handle, address), spec), spec.description);
    },
    async createBranch(marketRootId, strikes, parentBranchId = 1) {
      const { branchCount, tip } = await read(handle.book.rootOf(marketRootId));
      const place = { owner: address, marketRootId, previousLink: tip };
      return send(branchRecord(place, { marketBranchId: Number(branchCount) + 1, parentBranchId, strikes }));
    },
    tighten,
    settle: (market, value) => tighten(market, { lower: ticks(value), upper: ticks(value) }),
    eliminate: (marketRootId, outcome) => decide(marketRootId, outcome, "none"),
    award: (marketRootId, outcome) => decide(marketRootId, outcome, "all"),
  };
}

async function rootPlace({ book }: SessionHandle, owner: string): Promise<RootPlace> {
  return { owner, previousLink: await read(book.linkToSign({ blockTag: "pending" })) };
}

/** The number of the root of a record that the book has taken: of a new one the log alone knows it. */
function numberIn(handle: SessionHandle, { logs }: TransactionReceipt): number {
  const recorded = recordsOf(handle, logs).find(({ kind }) => kind === "marketRecorded");
  if (recorded?.kind !== "marketRecorded") throw new RangeError("a record that was taken is in the log");
  return recorded.marketRootId;
}
