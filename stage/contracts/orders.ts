/** Signing and submitting, by hand: these helpers are no part of the client, so that the tests judge it too. */
import { type ContractTransactionResponse, Signature, type TypedDataDomain, type TypedDataField } from "ethers";

import type {
  PlacedStruct,
  SignedPackageStruct,
  TradePackageStruct,
} from "../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import { type BatchOptions, packBatch } from "./batches.js";
import type { World } from "./world.js";

/** As the contracts hash it; written out here a second time on purpose. */
export const TRADE_PACKAGE_TYPES: Record<string, TypedDataField[]> = {
  TradePackage: [
    { name: "marketRootId", type: "uint32" },
    { name: "marketBranchId", type: "uint16" },
    { name: "trader", type: "address" },
    { name: "priceTicks", type: "int32" },
    { name: "quantityLots", type: "int64" },
    { name: "previousLink", type: "bytes32" },
    { name: "nonce", type: "uint64" },
    { name: "deadline", type: "uint40" },
    { name: "timeInForce", type: "uint8" },
  ],
};

/** Whoever has a key. */
export interface TypedDataSigner {
  readonly address: string;
  signTypedData(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, value: object): Promise<string>;
}

/** One order as a test thinks of it; what is left out is the usual. */
export interface OrderSpec {
  /** Who trades, and signs unless `key` does. */
  readonly trader: { readonly address: string };
  readonly key?: TypedDataSigner;
  /** + buys, - sells. */
  readonly lots: bigint;
  readonly price: bigint;
  /** The first by default. */
  readonly leg?: number;
  readonly root?: number;
  /** The newest checkpoint by default: each call here has a block of its own, so none is overwritten. */
  readonly link?: string;
  /** The trader's first free one by default. */
  readonly nonce?: bigint;
  /** The last second of trading by default. */
  readonly deadline?: number | bigint;
  readonly timeInForce?: number;
  readonly domain?: TypedDataDomain;
  /** Instead of signing. */
  readonly signature?: string;
  /** A place. */
  readonly insertAfter?: number;
  /** To be used again. */
  readonly place?: number;
  readonly newest?: number;
}

export type SignedOrder = SignedPackageStruct & { readonly tradePackage: TradePackageStruct };

/** The trader's first nonce that is neither used nor below its floor. */
export async function freeNonce(world: World, trader: string): Promise<bigint> {
  const { nonceFloor, used } = await world.book.noncesOf(trader);
  let ahead = 0n;
  while ((used >> ahead) & 1n) ahead += 1n;
  return nonceFloor + ahead;
}

export async function packageOf(world: World, spec: OrderSpec): Promise<TradePackageStruct> {
  return {
    marketRootId: spec.root ?? 1,
    marketBranchId: spec.leg ?? 1,
    trader: spec.trader.address,
    priceTicks: spec.price,
    quantityLots: spec.lots,
    previousLink: spec.link ?? (await world.book.linkToSign({ blockTag: "pending" })),
    nonce: spec.nonce ?? (await freeNonce(world, spec.trader.address)),
    deadline: spec.deadline ?? world.t2 - 1,
    timeInForce: spec.timeInForce ?? 0,
  };
}

export async function signPackage(world: World, spec: OrderSpec, unsigned: TradePackageStruct): Promise<string> {
  // A spec without a key is one of an account of the chain, which has its own.
  const key = spec.key ?? (spec.trader as TypedDataSigner);
  return key.signTypedData(spec.domain ?? world.domain, TRADE_PACKAGE_TYPES, unsigned);
}

export async function sign(world: World, spec: OrderSpec): Promise<SignedOrder> {
  const unsigned = await packageOf(world, spec);
  return {
    tradePackage: unsigned,
    signature: spec.signature ?? (await signPackage(world, spec, unsigned)),
    insertAfter: spec.insertAfter ?? 0,
    place: spec.place ?? 0,
    newest: spec.newest ?? numberOf(String(unsigned.previousLink)),
  };
}

/** Number of a checkpoint: its lowest 32 bits. */
function numberOf(link: string): number {
  return Number(BigInt(link) & 0xffffffffn);
}

/** Signs several over the same link; each trader's nonces go up one by one. */
export async function signAll(world: World, specs: readonly OrderSpec[]): Promise<SignedOrder[]> {
  const taken = new Map<string, bigint>();
  const link = await world.book.linkToSign({ blockTag: "pending" });
  const signed: SignedOrder[] = [];
  for (const spec of specs) {
    const { address } = spec.trader;
    const nonce = spec.nonce ?? taken.get(address) ?? (await freeNonce(world, address));
    if (spec.nonce === undefined) taken.set(address, nonce + 1n);
    signed.push(await sign(world, { link, ...spec, nonce }));
  }
  return signed;
}

export interface Limits {
  readonly maxMatches?: number;
  readonly maxWalk?: number;
}

/** Somebody who is no party to it pays the gas. */
export async function submit(
  world: World,
  spec: OrderSpec | SignedOrder,
  limits: Limits = {},
): Promise<ContractTransactionResponse> {
  const signed = "tradePackage" in spec ? spec : await sign(world, spec);
  return world.book.createTrade(signed, limits.maxMatches ?? 20, limits.maxWalk ?? 20);
}

export async function submitAll(
  world: World,
  specs: readonly (OrderSpec | SignedOrder)[],
  options: BatchOptions = {},
): Promise<ContractTransactionResponse> {
  const unsigned = specs.filter((spec): spec is OrderSpec => !("tradePackage" in spec));
  const signed = await signAll(world, unsigned);
  const orders = specs.map((spec) => ("tradePackage" in spec ? spec : signed.shift()!));
  return world.book.createTrades(packBatch(orders, options));
}

/** Submits and gives the order's number. */
export async function place(world: World, spec: OrderSpec, limits: Limits = {}): Promise<number> {
  await submit(world, spec, limits);
  return Number((await world.book.chainState()).trades);
}

/** Orders where they rest if nobody has named a place: each at that of its own number. */
export function at(...tradeRootIds: readonly number[]): PlacedStruct[] {
  return tradeRootIds.map((tradeRootId) => ({ tradeRootId, place: tradeRootId }));
}

/** Takes each order out in a call of its own, straight to the node: it is much faster. */
export async function offsetOneByOne(
  world: World,
  caller: { readonly address: string },
  rootIds: readonly number[],
): Promise<void> {
  const { provider } = world.connection.ethers;
  for (const rootId of rootIds) {
    const data = world.book.interface.encodeFunctionData("offset", [at(rootId), 0]);
    await provider.send("eth_sendTransaction", [{ from: caller.address, to: world.bookAddress, data }]);
  }
}

/** What TradeCreated says of an order that its trader's key has signed. */
export function createdArgs(tradeRootId: number, { tradePackage: order, signature }: SignedOrder): readonly unknown[] {
  const { trader, marketRootId, marketBranchId, priceTicks, quantityLots } = order;
  const { previousLink, nonce, deadline, timeInForce } = order;
  const { r, yParityAndS } = Signature.from(signature as string);
  const limit = [marketRootId, marketBranchId, priceTicks, quantityLots];
  return [tradeRootId, trader, ...limit, previousLink, nonce, deadline, timeInForce, r, yParityAndS];
}
