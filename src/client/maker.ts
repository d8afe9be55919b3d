/** Automated makers: a price from a session's first minute, paid for by a sponsor whose loss is bounded (see ILmsrMaker). */
import { type ContractRunner, type Signer, type TransactionReceipt, ZeroHash } from "ethers";

import { ILmsrMaker__factory, LmsrMakerFactory__factory } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import { gasOfBatch, gasOfOrder, MAKER_GAS, UNFORESEEN } from "../bindings/gas.js";
import { readRecords } from "../bindings/logs.js";
import { type MakerPlan, makerAddress } from "../bindings/maker-terms.js";
import { readBookTerms } from "../bindings/market-terms.js";
import { recordsOf } from "../bindings/records.js";
import { BASKET_ROOT_ID, type SessionHandle } from "../bindings/session.js";
import { read, readAs, readUnlessRefused, transact } from "../bindings/transact.js";
import { MAX_LIQUIDITY, MAX_LOTS, MAX_VERTICES } from "../protocol/amounts/limits.js";
import { unsignedRange } from "../protocol/amounts/units.js";
import { type Bounds, clamp } from "../protocol/market/bounds.js";
import { type MarketRoot, marketBounds } from "../protocol/market/market-table.js";
import { costOf, MOST_LOPSIDED } from "../protocol/maker/cost-function.js";
import { averagePrice, depositOf, makerPrice, verticesOf } from "../protocol/maker/maker.js";
import { rootNowOf, strikesOf } from "../protocol/maker/root-now.js";
import { type MakerMarket, makerMarket, type MakerNow } from "../protocol/maker/taking.js";
import {
  type Lots,
  lots as toLots,
  ticks,
  type TickLots,
  type Ticks,
  tokenWei,
  type TokenWei,
} from "../protocol/amounts/units.js";
import type { MarketRef, SignedPackage } from "../protocol/signing/package.js";
import { NEW_ROOT } from "../protocol/signing/market-record.js";
import { type Hash, marketLink } from "../protocol/signing/typed-data.js";
import { newestCheckpoint, withHints } from "./hints.js";
import { readRoot } from "./market-views.js";
import { structOf } from "./refusals.js";
import type { Submission } from "./submitter.js";
import { pay } from "./tokens.js";
import { usedPlaces } from "./used-places.js";

/** A root with one outcome has no price. */
const MIN_VERTICES = 2;
/** Weights of a prior are words of 16 bits. */
const MAX_WEIGHT = unsignedRange(16).most;

/** What a maker is to be like. */
export interface MakerRequest {
  /** The basket by default. */
  readonly marketRootId?: number;
  /** b, lots: how many move the price how far; the deposit grows with it. */
  readonly liquidity: bigint;
  /** A weight for each leg or breakpoint, their shares being the prices it begins with; by default all alike. */
  readonly prior?: readonly bigint[];
  /** Of an interval root the breakpoints, ticks; all strikes by default. */
  readonly points?: readonly bigint[];
}

/** A maker as it stands. */
export interface Maker extends MakerPlan, MakerNow {
  readonly address: string;
  readonly marketRootId: number;
  /** What sponsors pay in before the first trade, and can lose at most. */
  readonly needed: TokenWei;
  readonly paidIn: TokenWei;
}

/** What a maker asks for some lots. */
export interface MakerQuote {
  /** What a taker pays; below zero what it gets. */
  readonly cost: TickLots;
  /** The one price of all these lots, ticks a lot, within the market's bounds. */
  readonly price: Ticks;
  /** Of the next smallest part of a lot, before and after: 10^-18 ticks, rounded down. */
  readonly before: bigint;
  readonly after: bigint;
}

/** What a sponsor has paid in, and what may be lost of it. */
export interface Funded {
  readonly receipt: TransactionReceipt;
  readonly taken: TokenWei;
}

/** What a sponsor has got. */
export interface Collected {
  readonly receipt: TransactionReceipt;
  readonly sessionTokens: TokenWei;
  /** Of leg k at index k - 1. */
  readonly legTokens: readonly TokenWei[];
}

/**
 * The terms of a maker for a root as it stands, with what was left out in its place.
 * @throws ClientError Book_MarketUnknown; Client_MakerPoints for an interval root with more strikes than a maker takes; what the factory would
 * refuse, as it would; Client_MakerWeight
 */
export async function planMaker(handle: SessionHandle, request: MakerRequest): Promise<MakerPlan> {
  const { marketRootId = BASKET_ROOT_ID } = request;
  const root = await readRoot(handle, marketRootId);
  const points = request.points?.map(ticks) ?? strikesOf(root);
  if (points.length > MAX_VERTICES) {
    throw new ClientError("Client_MakerPoints", { marketRootId, strikes: points.length, maximum: MAX_VERTICES });
  }
  const vertices = root.kind === "simplex" ? root.weights.length : points.length;
  const prior = request.prior ?? Array.from({ length: vertices }, () => 1n);
  requireTerms(root, { liquidity: request.liquidity, prior, points });
  return { rootLink: await rootLinkOf(handle, root), liquidity: toLots(request.liquidity), prior, points };
}

/** What its factory refuses, in the same words and the same sequence. */
function requireTerms(
  root: MarketRoot,
  { liquidity, prior, points }: Required<Pick<MakerRequest, "liquidity" | "prior" | "points">>,
): void {
  const heavy = prior.findIndex((weight) => weight < 0n || weight > MAX_WEIGHT);
  if (heavy !== -1) {
    throw new ClientError("Client_MakerWeight", { index: heavy, weight: prior[heavy] ?? 0n, maximum: MAX_WEIGHT });
  }
  const [weights, count] = [prior.length, points.length];
  if (weights < MIN_VERTICES || weights > MAX_VERTICES) {
    refuse("VertexCount", { vertices: weights, minimum: MIN_VERTICES, maximum: MAX_VERTICES });
  }
  const other = (legs: number): never => refuse("VerticesOfOtherRoot", { legs, weights, points: count });
  if (count !== 0 && count !== weights) other(0);
  if (liquidity < 1n || liquidity > MAX_LIQUIDITY) refuse("LiquidityOutOfRange", { liquidity, maximum: MAX_LIQUIDITY });
  const [least, total] = [prior.reduce((a, b) => (b < a ? b : a)), prior.reduce((a, b) => a + b)];
  if (least === 0n || total > least * MOST_LOPSIDED) refuse("PriorTooLopsided", { least, total });
  if (root.kind === "interval") {
    if (count === 0) other(0);
    requirePoints(points, root.strikes[0]);
  } else if (count !== 0 || weights !== root.weights.length) other(root.weights.length);
}

/** @param whole of its first branch, whose strikes are the root's first bounds */
function requirePoints(points: readonly bigint[], whole: Bounds | undefined): void {
  const bound = (index: number, expected = 0n): void => {
    const point = points[index] ?? 0n;
    if (point !== expected) refuse("PointNotABound", { index, point, expected });
  };
  bound(0, whole?.lower);
  points.forEach((point, index) => {
    if (index > 0 && point <= (points[index - 1] ?? point)) refuse("PointsNotRising", { index, point });
  });
  bound(points.length - 1, whole?.upper);
}

/** As a refusal of the contract is read. */
function refuse(name: string, values: Readonly<Record<string, number | bigint>>): never {
  const args = Object.fromEntries(Object.entries(values).map(([value, of]) => [value, BigInt(of)]));
  throw new ClientError(`Maker_${name}`, args);
}

/** The record that made the root is its last one, or is looked up in the logs. */
async function rootLinkOf(handle: SessionHandle, { marketRootId, tip }: MarketRoot): Promise<Hash> {
  if (marketRootId === BASKET_ROOT_ID) return ZeroHash;
  if (Number(await read(handle.book.rootMadeBy(tip))) === marketRootId) return tip;
  for (const record of await readRecords(handle)) {
    if (record.kind !== "marketRecorded" || record.marketRootId !== marketRootId) continue;
    if (record.record.marketRootId === NEW_ROOT) return marketLink(record.record);
  }
  throw new ClientError("Client_NoEvent", { event: "MarketRecorded", marketRootId });
}

/** What a maker with these terms needs, wei of session tokens: what its sponsors can lose at most. */
export function depositNeeded(plan: MakerPlan, root: MarketRoot): TokenWei {
  return tokenWei(depositOf(plan, rootNowOf(root, plan.points)) * root.tickValue);
}

/**
 * Makes the maker, or finds it if somebody has. It trades once it is funded.
 * @param factory of makers
 * @returns its address, computed here, and what became of the transaction if one was needed
 * @throws ClientError Client_NoMakerFactory, Client_MakerElsewhere, or the factory's refusal, before anything is sent
 */
export async function openMaker(
  handle: SessionHandle,
  signer: Signer,
  factory: string,
  plan: MakerPlan,
): Promise<{ readonly address: string; readonly receipt?: TransactionReceipt }> {
  const address = await placeOfMaker(handle, factory, plan);
  if ((await read(codeAt(signer, address))) !== "0x") return { address };
  const contract = LmsrMakerFactory__factory.connect(factory, signer);
  const receipt = await transact(signer, contract.create.populateTransaction(structOfPlan(handle, plan)));
  return { address, receipt };
}

/**
 * Where a maker with these terms lies, whether it is there or not, as its factory and this package say.
 * @throws ClientError Client_NoMakerFactory, Client_MakerElsewhere
 */
export async function placeOfMaker(handle: SessionHandle, factory: string, plan: MakerPlan): Promise<string> {
  const { runner } = handle;
  const none = new ClientError("Client_NoMakerFactory", { address: factory });
  if ((await read(codeAt(runner, factory))) === "0x") throw none;
  const contract = LmsrMakerFactory__factory.connect(factory, runner);
  const said = await readUnlessRefused(none, contract.addressOf(structOfPlan(handle, plan)));
  const computed = makerAddress(factory, handle.bookAddress, plan);
  if (said !== computed) throw new ClientError("Client_MakerElsewhere", { said, computed });
  return computed;
}

function codeAt({ provider }: Pick<Signer, "provider">, address: string): Promise<string> {
  if (provider === null) throw new ClientError("Client_NoProvider");
  return provider.getCode(address);
}

function structOfPlan({ bookAddress }: SessionHandle, { rootLink, liquidity, prior, points }: MakerPlan) {
  return { book: bookAddress, rootLink, liquidity, prior: [...prior], points: [...points] };
}

/**
 * A maker of this session as it stands.
 * @throws ClientError Client_NotAMaker if there is none of this factory at the address, or it is one of another book
 */
export async function readMaker(handle: SessionHandle, factory: string, address: string): Promise<Maker> {
  const contract = ILmsrMaker__factory.connect(address, handle.runner);
  const plan = await planOf(handle, factory, address);
  const [rootId, paidIn] = await read(Promise.all([contract.root(), contract.paidIn()]));
  const marketRootId = Number(rootId);
  const [root, held, { maxLots }] = await Promise.all([
    readRoot(handle, marketRootId),
    read(handle.book.positionOf(address, marketRootId)),
    readBookTerms(handle),
  ]);
  return {
    ...plan,
    address,
    marketRootId,
    root,
    rootNow: rootNowOf(root, plan.points),
    held: held.map(toLots),
    needed: depositNeeded(plan, root),
    paidIn: tokenWei(paidIn),
    maxLots: toLots(maxLots === 0n || maxLots > MAX_LOTS ? MAX_LOTS : maxLots),
  };
}

/** Its own word of its terms, by which it must lie where it does. */
async function planOf(handle: SessionHandle, factory: string, address: string): Promise<MakerPlan> {
  const none = new ClientError("Client_NotAMaker", { address, factory });
  const said = await readAs(none, ILmsrMaker__factory.connect(address, handle.runner).terms());
  const { rootLink, liquidity, prior, points } = said;
  const plan = { rootLink, liquidity: toLots(liquidity), prior: [...prior], points: points.map(ticks) };
  if (makerAddress(factory, handle.bookAddress, plan) !== address) throw none;
  return plan;
}

/**
 * What a taker would pay for some lots of a branch, or get for them, now: the cost function, without the book's other orders. Nothing is
 * promised: the next trade moves it.
 * @param lots above zero to buy, below zero to sell; not zero
 * @throws ClientError Maker_LotsOutOfRange
 * @returns undefined for a branch that it has no price for
 */
export function quoteMaker(maker: Maker, branch: number, lots: Lots): MakerQuote | undefined {
  const vertices = verticesOf(maker, maker.rootNow, maker.held, branch);
  if (vertices === undefined || maker.held[branch - 1] === undefined) return undefined;
  if (lots === 0n || lots > MAX_LOTS || lots < -MAX_LOTS) {
    throw new ClientError("Maker_LotsOutOfRange", { lots, maximum: MAX_LOTS });
  }
  const cost = costOf(vertices, lots);
  const roots = new Map([[maker.marketRootId, maker.root]]);
  const bounds = marketBounds({ roots }, { marketRootId: maker.marketRootId, marketBranchId: branch });
  const then = {
    ...vertices,
    owed: vertices.owed.map((owed, i) => (owed + lots * (vertices.pays[i] ?? 0n)) as TickLots),
  };
  return {
    cost,
    price: clamp(averagePrice(cost, lots), bounds),
    before: makerPrice(vertices),
    after: makerPrice(then),
  };
}

/**
 * A market as its maker trades in it, for `takeWithMaker` and `makerDepth`.
 * @returns undefined if it gives nothing there: another root's, without a price, or not paid for yet
 */
export function makerMarketOf(
  maker: Maker,
  { marketRootId, marketBranchId: branch }: MarketRef,
): MakerMarket | undefined {
  if (marketRootId !== maker.marketRootId || maker.paidIn < maker.needed) return undefined;
  return makerMarket(maker, branch);
}

/** Of every branch what its next smallest part costs, 10^-18 ticks; undefined where the maker has no price. */
export function pricesOf(maker: Maker): (bigint | undefined)[] {
  return maker.held.map((_, b) => {
    const vertices = verticesOf(maker, maker.rootNow, maker.held, b + 1);
    return vertices === undefined ? undefined : makerPrice(vertices);
  });
}

/** Most steps of matching and of passing by, as of a submitter. */
export interface TradeLimits {
  readonly maxMatches?: number;
  readonly maxWalk?: number;
}

const DEFAULT_LIMITS = { maxMatches: 16, maxWalk: 64 };
/** EIP-7825: no transaction may have more. */
const TRANSACTION_GAS_CAP = 2n ** 24n;

/**
 * Brings a signed order to the book behind what the maker answers to it: it fills where it is best off. Anyone may.
 * @throws ClientError the maker's refusal or the book's, as of `submitOne`; nothing is sent then
 */
export async function tradeThroughMaker(
  handle: SessionHandle,
  signer: Signer,
  maker: string,
  signed: SignedPackage,
  limits: TradeLimits = {},
): Promise<Submission> {
  const { maxMatches, maxWalk } = { ...DEFAULT_LIMITS, ...limits };
  const contract = ILmsrMaker__factory.connect(maker, signer);
  const book = handle.book.connect(signer);
  const [[hints], newest] = await Promise.all([
    withHints(book, usedPlaces(handle), [signed], (one) => one.package),
    newestCheckpoint(book),
  ]);
  const order = structOf(signed, { ...hints, newest });
  const both = [MAKER_GAS, gasOfOrder(UNFORESEEN, maxMatches)];
  const gasLimit = gasOfBatch(UNFORESEEN, both, TRANSACTION_GAS_CAP);
  await read(contract.trade.staticCall(order, maxMatches, maxWalk, { gasLimit, blockTag: "pending" }));
  const receipt = await transact(signer, contract.trade.populateTransaction(order, maxMatches, maxWalk), gasLimit);
  const records = recordsOf(handle, receipt.logs);
  const created = records.flatMap((record) =>
    record.kind === "tradeCreated" && record.package.trader === signed.package.trader ? [record.tradeRootId] : [],
  );
  const [tradeRootId] = created;
  if (tradeRootId === undefined) throw new ClientError("Client_NoEvent", { event: "TradeCreated", maker });
  return { receipt, gasUsed: receipt.gasUsed, results: [{ accepted: true, tradeRootId }], records };
}

/**
 * Pays session tokens in, what is missing at most: approves so much, then funds. What was paid comes back as far as it was not lost, when the
 * root is settled or from t2 on; nothing comes back before.
 * @throws ClientError Maker_Funded, Maker_Over, ERC20InsufficientBalance before anything is sent
 */
export async function fundMaker(handle: SessionHandle, signer: Signer, maker: Maker, amount: bigint): Promise<Funded> {
  const missing = maker.needed - maker.paidIn;
  if (missing <= 0n) throw new ClientError("Maker_Funded", { needed: maker.needed });
  const paid = amount < missing ? amount : missing;
  const contract = ILmsrMaker__factory.connect(maker.address, signer);
  const payment = { token: handle.address, spender: maker.address, amount: paid };
  const receipt = await pay(signer, payment, () => contract.fund.populateTransaction(paid));
  const said = eventsOf(receipt, maker.address).find(({ name }) => name === "SponsorPaid");
  return { receipt, taken: tokenWei((said?.args["amount"] as bigint | undefined) ?? 0n) }; // its type in the ABI
}

/** Takes out of the book what the maker has there. Anyone may. @throws ClientError Maker_StillOpen */
export function closeMaker(signer: Signer, maker: string): Promise<TransactionReceipt> {
  return transact(signer, ILmsrMaker__factory.connect(maker, signer).close.populateTransaction());
}

/** What an address has paid into a maker, wei: whether it is one of its sponsors. */
export async function paidIntoMaker(runner: ContractRunner, maker: string, sponsor: string): Promise<TokenWei> {
  return tokenWei(await read(ILmsrMaker__factory.connect(maker, runner).paidBy(sponsor)));
}

/** What is there for a sponsor of a maker that is over. */
export interface LeftInMaker {
  /** Whether the book still has something of the maker's: it is to be closed first. */
  readonly inBook: boolean;
  /** The sponsor's share of what has come out and that it has not taken: session tokens, then of each leg, wei. */
  readonly due: readonly TokenWei[];
}

/** @throws ClientError Maker_NotASponsor */
export async function leftInMaker(handle: SessionHandle, sponsor: Signer, maker: string): Promise<LeftInMaker> {
  const contract = ILmsrMaker__factory.connect(maker, sponsor);
  const to = await sponsor.getAddress();
  const [claims, due] = await Promise.all([read(handle.book.claimsOf(maker)), read(contract.collect.staticCall(to))]);
  return { inBook: claims.some((claim) => claim !== 0n), due: due.map(tokenWei) };
}

/** A sponsor's share of what has come out. @throws ClientError Maker_NotASponsor */
export async function collectFromMaker(signer: Signer, maker: string, to?: string): Promise<Collected> {
  const contract = ILmsrMaker__factory.connect(maker, signer);
  const receipt = await transact(signer, contract.collect.populateTransaction(to ?? (await signer.getAddress())));
  const said = eventsOf(receipt, maker).find(({ name }) => name === "SponsorCollected");
  const [sessionTokens = 0n, ...legTokens] = [...((said?.args["amounts"] ?? []) as readonly bigint[])]; // its type in the ABI
  return { receipt, sessionTokens: tokenWei(sessionTokens), legTokens: legTokens.map(tokenWei) };
}

function eventsOf({ logs }: TransactionReceipt, maker: string) {
  const { interface: abi } = ILmsrMaker__factory.connect(maker);
  return logs
    .filter(({ address }) => address.toLowerCase() === maker.toLowerCase())
    .flatMap((log) => abi.parseLog(log) ?? []);
}
