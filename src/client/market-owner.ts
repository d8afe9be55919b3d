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
import { type MarketRecord, NEW_ROOT } from "../protocol/signing/market-record.js";
import type { MarketRef } from "../protocol/signing/package.js";
import { type Ticks, ticks } from "../protocol/amounts/units.js";
import type { MarketRoot } from "../protocol/market/market-table.js";
import { meaningOf, type RecordMeaning } from "../protocol/market/record-meaning.js";
import { isRefusal } from "../protocol/market/refusal.js";
import { ClientError } from "../bindings/errors.js";
import { NO_SIGNATURE, permitRecord, signRecord, submitRecord } from "../bindings/market-records.js";
import { recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import { readRoot } from "./market-views.js";

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
  /**
   * What a market can still pay, in ticks. It tightens the whole root; bounds beyond today's say nothing.
   * @throws ClientError Client_RecordSettles, Client_BoundsApart unless that is meant
   */
  tighten(market: MarketRef, bounds: Bounds, meant?: Meant): Promise<Recorded>;
  /**
   * What a market pays: bounds that are equal. Branch 1 of an interval root, or an outcome of an event at its scale, settles the
   * root; a sub-market does if the value lies between its strikes.
   * @throws ClientError Client_BoundsApart for a value that is impossible by now: the book would settle at another
   */
  settle(market: MarketRef, value: bigint): Promise<Recorded>;
  /**
   * An outcome of an event cannot happen any more.
   * @throws ClientError Client_RecordSettles if one is left then, unless that is meant; Client_BoundsApart
   */
  eliminate(marketRootId: number, outcome: number, meant?: Meant): Promise<Recorded>;
  /** An outcome of an event has happened: it weighs all, and the root is settled. */
  award(marketRootId: number, outcome: number): Promise<Recorded>;
}

/** What cannot be undone and is meant so. */
export interface Meant {
  /**
   * The record may settle the root, for good, and may name bounds that have no value in common with today's: then the book takes the
   * nearest that is possible.
   */
  readonly settle?: boolean;
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

  /** @param refused which surprises are not meant */
  async function say(market: MarketRef, bounds: Bounds, refused: Surprises): Promise<Recorded> {
    const { marketRootId, marketBranchId } = market;
    const root = await readRoot(handle, marketRootId);
    const record = boundsRecord({ owner: address, marketRootId, previousLink: root.tip }, marketBranchId, bounds);
    requireMeant(root, record, refused);
    return send(record);
  }

  /** Says a weight of an event's outcome: none of the scale, or all of it. */
  async function decide(
    marketRootId: number,
    outcome: number,
    weight: "none" | "all",
    refused: Surprises,
  ): Promise<Recorded> {
    const root = await readRoot(handle, marketRootId);
    if (root.kind !== "simplex") throw new ClientError("Client_RootKind", { marketRootId });
    const value = weight === "all" ? root.scale : (0n as Ticks);
    return say({ marketRootId, marketBranchId: outcome }, { lower: value, upper: value }, refused);
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
    tighten: (market, bounds, { settle = false } = {}) => say(market, bounds, { settles: !settle, isApart: !settle }),
    settle: (market, value) => say(market, { lower: ticks(value), upper: ticks(value) }, SETTLES),
    eliminate: (marketRootId, outcome, { settle = false } = {}) =>
      decide(marketRootId, outcome, "none", { settles: !settle, isApart: true }),
    award: (marketRootId, outcome) => decide(marketRootId, outcome, "all", SETTLES),
  };
}

/** What a record may do that whoever says it has perhaps not meant. */
interface Surprises {
  /** The root is settled. */
  readonly settles: boolean;
  /** Nothing of what is said is possible, so another value counts. */
  readonly isApart: boolean;
}

/** Settling is what was asked for, but at no other value than the one named. */
const SETTLES: Surprises = { settles: false, isApart: true };

/**
 * Refuses what cannot be undone and was not asked for. What the book refuses is left to it, which is asked before anything is sent.
 * @throws ClientError Client_RecordSettles, Client_BoundsApart, both with what is said, what is known, and what would come of it
 */
export function requireMeant(root: MarketRoot, record: MarketRecord, refused: Surprises): void {
  const meaning = understood(root, record);
  if (meaning === undefined) return;
  const { today, after, settles, overlaps } = meaning;
  const { marketRootId, marketBranchId, marketMin, marketMax } = record;
  const values = {
    ...{ marketRootId, marketBranchId, saidLower: marketMin, saidUpper: marketMax },
    ...{ todayLower: today.lower, todayUpper: today.upper, afterLower: after.lower, afterUpper: after.upper },
  };
  if (refused.isApart && !overlaps) throw new ClientError("Client_BoundsApart", values);
  if (refused.settles && settles) throw new ClientError("Client_RecordSettles", values);
}

function understood(root: MarketRoot, record: MarketRecord): RecordMeaning | undefined {
  try {
    return meaningOf(root, record);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
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
