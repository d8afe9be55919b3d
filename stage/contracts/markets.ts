/** Market records, signed by hand, and the few shapes of markets that the tests are made of. */
import { expect } from "chai";
import {
  type ContractTransactionResponse,
  id,
  type Result,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
  ZeroHash,
} from "ethers";

import type { MarketRecordStruct } from "../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import { place, type TypedDataSigner } from "./orders.js";
import { storyOf } from "./story.js";
import { DAY } from "./units.js";
import type { World } from "./world.js";

/** What one tick of one lot is worth in the tests' markets: ten lots of a market of 100 ticks are worth a token. */
export const MARKET_TICK = 10n ** 15n;
export const SIMPLEX = 1;
export const INTERVAL = 2;
/** The number of a root that is still to be made. */
export const NEW_ROOT = 0;

/** As the contracts hash it; written out here a second time on purpose. */
export const MARKET_TYPES: Record<string, TypedDataField[]> = {
  Market: [
    { name: "marketRootId", type: "uint32" },
    { name: "marketBranchId", type: "uint16" },
    { name: "parentBranchId", type: "uint16" },
    { name: "owner", type: "address" },
    { name: "marketMin", type: "int32" },
    { name: "marketMax", type: "int32" },
    { name: "kind", type: "uint8" },
    { name: "outcomes", type: "uint16" },
    { name: "tickValue", type: "uint128" },
    { name: "closesAt", type: "uint40" },
    { name: "settleBy", type: "uint40" },
    { name: "fallbackOutcome", type: "int32" },
    { name: "descriptionHash", type: "bytes32" },
    { name: "previousLink", type: "bytes32" },
  ],
};

/** A record as a test thinks of it; what is left out is the usual. */
export interface MarketSpec {
  /** The organiser by default; signs unless `key` does. */
  readonly owner?: { readonly address: string };
  readonly key?: TypedDataSigner;
  /** A new root by default, which is number 0. */
  readonly root?: number;
  readonly branch?: number;
  readonly parent?: number;
  readonly min?: bigint;
  readonly max?: bigint;
  readonly kind?: number;
  readonly outcomes?: number;
  readonly tickValue?: bigint;
  readonly closesAt?: number;
  readonly settleBy?: number;
  readonly fallback?: bigint;
  readonly description?: string;
  readonly descriptionHash?: string;
  /** The tip of its root by default, of a new root the newest link of the book. */
  readonly link?: string;
  readonly domain?: TypedDataDomain;
  /** Instead of signing. */
  readonly signature?: string;
  /** Signs too, and so permits the root. */
  readonly organiser?: TypedDataSigner;
}

export interface SignedMarket {
  readonly record: MarketRecordStruct;
  readonly signature: string;
  /** None by default. */
  readonly organiserSignature?: string;
  readonly description: string;
}

/** A new root of outcomes 0 to 100 that pays 0.001 token a tick and can be traded for as long as the session. */
export function newInterval(world: World, spec: MarketSpec = {}): MarketSpec {
  const description = "Millimetres of rain in November";
  const terms = { kind: INTERVAL, min: 0n, max: 100n, fallback: 50n, ...usualTerms(world) };
  return { ...terms, description, descriptionHash: id(spec.description ?? description), ...spec };
}

/** A new event root of three outcomes whose weights sum to 100. */
export function newEvent(world: World, spec: MarketSpec = {}): MarketSpec {
  const description = "Which team wins";
  const terms = { kind: SIMPLEX, min: 0n, max: 100n, outcomes: 3, fallback: 1n, ...usualTerms(world) };
  return { ...terms, description, descriptionHash: id(spec.description ?? description), ...spec };
}

function usualTerms(world: World): MarketSpec {
  return { tickValue: MARKET_TICK, closesAt: world.t2, settleBy: world.t2 + 10 * DAY };
}

export async function recordOf(world: World, spec: MarketSpec): Promise<MarketRecordStruct> {
  const root = spec.root ?? NEW_ROOT;
  const isKnown = root !== NEW_ROOT && root <= 1 + Number(await world.book.createdRoots());
  return {
    marketRootId: root,
    marketBranchId: spec.branch ?? 1,
    parentBranchId: spec.parent ?? 0,
    owner: (spec.owner ?? world.organiser).address,
    marketMin: spec.min ?? 0n,
    marketMax: spec.max ?? 0n,
    kind: spec.kind ?? 0,
    outcomes: spec.outcomes ?? 0,
    tickValue: spec.tickValue ?? 0n,
    closesAt: spec.closesAt ?? 0,
    settleBy: spec.settleBy ?? 0,
    fallbackOutcome: spec.fallback ?? 0n,
    descriptionHash: spec.descriptionHash ?? ZeroHash,
    previousLink: spec.link ?? (isKnown ? (await world.book.rootOf(root)).tip : (await world.book.chainState()).link),
  };
}

export async function signMarket(world: World, spec: MarketSpec): Promise<SignedMarket> {
  const record = await recordOf(world, spec);
  // A spec without a key is one of an account of the chain, which has its own.
  const key = spec.key ?? ((spec.owner ?? world.organiser) as TypedDataSigner);
  const signature = spec.signature ?? (await key.signTypedData(spec.domain ?? world.domain, MARKET_TYPES, record));
  const signed = { record, signature, description: spec.description ?? "" };
  if (spec.organiser === undefined) return signed;
  return { ...signed, organiserSignature: await spec.organiser.signTypedData(world.domain, MARKET_TYPES, record) };
}

/** Somebody who is no party to it submits the owner's signature. */
export async function submitMarket(
  world: World,
  spec: MarketSpec | SignedMarket,
): Promise<ContractTransactionResponse> {
  const signed = "record" in spec ? spec : await signMarket(world, spec);
  const { record, signature, organiserSignature = "0x", description } = signed;
  return world.book.createMarket(record, signature, organiserSignature, description);
}

/** Makes a root and gives its number. */
export async function intervalRoot(world: World, spec: MarketSpec = {}): Promise<number> {
  await submitMarket(world, newInterval(world, spec));
  return Number(await world.book.createdRoots()) + 1;
}

export async function eventRoot(world: World, spec: MarketSpec = {}): Promise<number> {
  await submitMarket(world, newEvent(world, spec));
  return Number(await world.book.createdRoots()) + 1;
}

/** A sub-market's numbers are its strikes; the first branch bounds it unless another does. */
export async function subMarket(world: World, root: number, min: bigint, max: bigint, parent = 1): Promise<number> {
  const branch = Number((await world.book.rootOf(root)).branchCount) + 1;
  await submitMarket(world, { root, branch, parent, min, max });
  return branch;
}

/** A record on an existing market. */
export async function tighten(
  world: World,
  root: number,
  branch: number,
  min: bigint,
  max: bigint,
): Promise<ContractTransactionResponse> {
  return submitMarket(world, { root, branch, min, max });
}

/** Least and greatest payoff of a market as it stands. */
export async function boundsOf(world: World, root: number, branch: number): Promise<[bigint, bigint]> {
  const { marketMin, marketMax } = await world.book.marketOf(root, branch);
  return [marketMin, marketMax];
}

/** [lower, upper] of every branch of a root. */
export async function spansOf(world: World, root: number): Promise<[bigint, bigint][]> {
  const { lower, upper } = await world.book.spansOf(root);
  return lower.map((low, b) => [low, upper[b]!]);
}

export interface Deal {
  readonly buyer: { readonly address: string };
  readonly seller: { readonly address: string };
  readonly root: number;
  readonly branch?: number;
  readonly lots: bigint;
  readonly price: bigint;
}

/** The seller offers, the buyer takes. */
export async function deal(world: World, { buyer, seller, root, branch = 1, lots, price }: Deal): Promise<void> {
  await place(world, { trader: seller, root, leg: branch, lots: -lots, price });
  await place(world, { trader: buyer, root, leg: branch, lots, price });
}

/** Net collateral of a trader in one outcome of one root: [y] of an interval root, all weights of an event. */
export async function netAt(
  world: World,
  trader: { readonly address: string },
  root: number,
  ...values: bigint[]
): Promise<bigint> {
  return world.book.netCollateral(trader.address, [{ marketRootId: root, values }]);
}

/** What a trader could lose or withdraw by the stored worst cases. */
export async function slackOf(world: World, trader: { readonly address: string }): Promise<bigint> {
  const { cash, worst } = await world.book.accountOf(trader.address);
  return cash + worst;
}

/** Link of a record: its hashStruct. */
export function marketLink(record: MarketRecordStruct): string {
  return TypedDataEncoder.hashStruct("Market", MARKET_TYPES, record);
}

/** Expects exactly this error of the book, with exactly these values. */
export async function expectRefused(
  world: World,
  call: Promise<unknown>,
  error: string,
  ...values: unknown[]
): Promise<void> {
  await expect(call)
    .to.be.revertedWithCustomError(world.book, error)
    .withArgs(...values);
}

/** What became of orders, without the checkpoint that ends every call: its number tells how much came before. */
export async function ordersStory(
  world: World,
  transaction: ContractTransactionResponse | Promise<ContractTransactionResponse>,
): Promise<string[]> {
  const story = await storyOf(world, transaction);
  return story.filter((line) => !line.startsWith("checkpoint"));
}

/** A root as the book describes it, by the names of the fields. */
export async function rootInfo(world: World, root: number): Promise<Record<string, unknown>> {
  const info = await world.book.rootOf(root);
  return (info as unknown as Result).toObject(); // the generated type is that of the fields alone
}
