/** Through what an order is best brought: the book alone, an automated maker (docs/makers.md), or complete sets (docs/sets.md). */
import { getAddress, type Signer } from "ethers";

import { type ISetRouter, ISetRouter__factory } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import { recordsOf } from "../bindings/records.js";
import type { SessionHandle } from "../bindings/session.js";
import { read, readAs, transact } from "../bindings/transact.js";
import { type TokenWei, tokenWei } from "../protocol/amounts/units.js";
import { branchCount, type MarketRoot } from "../protocol/market/market-table.js";
import { type MakerMarket, type MakerTaking, takeWithMaker } from "../protocol/maker/taking.js";
import { type MarketRef, type SignedPackage, TimeInForce } from "../protocol/signing/package.js";
import type { Depth } from "../protocol/value/quote.js";
import { isBetter, setDepth, takeFromBook, takeWithSets, type Taking } from "../protocol/value/sets.js";
import type { Venue } from "../protocol/value/via.js";
import { newestCheckpoint, withHints } from "./hints.js";
import { type Maker, makerMarketOf, readMaker } from "./maker.js";
import type { RoutedOrder } from "./market.js";
import { readDepth, readRoot } from "./market-views.js";
import { structOf } from "./refusals.js";
import type { Submission } from "./submitter.js";
import { approveExactly, erc20At } from "./tokens.js";
import { usedPlaces } from "./used-places.js";

/** What each way gives an order at once, and which of them is best. */
export interface Routes {
  readonly book: Taking;
  /** The maker and the book together; undefined without a maker, or if it gives nothing in this market. */
  readonly maker: MakerTaking | undefined;
  /** Sets and the book together; undefined if they were not asked for. */
  readonly set: Taking | undefined;
  /** Of ways that are as good the first: book, maker, set, which is the order in which they cost gas. */
  readonly best: Venue;
}

/** Which ways there are besides the book. */
export interface RouteOptions {
  /** A maker of this session as it was read, or its address and the factory that made it. */
  readonly maker?: Maker | { readonly address: string; readonly factory: string };
  /** Whether there is a router of complete sets. True by default. */
  readonly sets?: boolean;
}

/** A market's own orders, and beside them what others would make: depth of the house, which rests nowhere. */
export interface HouseDepth {
  readonly own: Depth;
  readonly sets: Depth;
}

export interface RouterOptions {
  /** Most orders to pass, rounds, and steps of matching. Default 16. */
  readonly maxSteps?: number;
  /** As of a submitter. Default 64. */
  readonly maxWalk?: number;
}

/** Sets that resting orders made among themselves. */
export interface Swept extends Submission {
  readonly sets: bigint;
  /** Paid to whoever called. */
  readonly surplus: TokenWei;
}

/** A router of complete sets, for whoever brings orders or lends it float. */
export interface SetRouterClient {
  readonly address: string;
  /** Brings an order through sets and book. @throws ClientError the book's refusal; nothing is sent then */
  submitOne(signed: SignedPackage): Promise<Submission>;
  /** Makes the sets that resting orders leave. */
  sweep(marketRootId: number): Promise<Swept>;
  /** Lends it session tokens, which are approved first. They can be taken back at any time. */
  lend(amount: bigint): Promise<void>;
  /** @param to the lender itself by default. @throws ClientError SetRouter_FloatTooSmall */
  takeBack(amount: bigint, to?: string): Promise<void>;
  /** What the signer has lent it. */
  lent(): Promise<TokenWei>;
}

const DEFAULT_MAX_STEPS = 16;
const DEFAULT_MAX_WALK = 64;

/**
 * A market's depth, and what sets would add to it.
 * @param orders how many resting orders of each side of each leg to look at
 */
export async function readHouseDepth(
  handle: SessionHandle,
  root: MarketRoot,
  { marketRootId, marketBranchId }: MarketRef,
  orders?: number,
): Promise<HouseDepth> {
  const branches = root.kind === "interval" ? [marketBranchId] : numbersTo(branchCount(root));
  const depths = new Map(
    await Promise.all(
      branches.map(async (branch): Promise<readonly [number, Depth]> => {
        return [branch, await readDepth(handle, { marketRootId, marketBranchId: branch }, orders)];
      }),
    ),
  );
  const own = depths.get(marketBranchId);
  if (own === undefined) throw new ClientError("Book_MarketUnknown", { marketRootId, marketBranchId });
  return { own, sets: setDepth(root, (branch) => depths.get(branch), marketBranchId) };
}

/**
 * What the order would get now. Orders that have expired or are not covered any more count as if they stood.
 * @throws ClientError Client_NotAMaker
 */
export async function readRoutes(
  handle: SessionHandle,
  order: RoutedOrder & { readonly timeInForce?: TimeInForce },
  { maker: at, sets = true }: RouteOptions = {},
): Promise<Routes> {
  const [depth, maker] = await Promise.all([
    sets
      ? readHouseDepth(handle, await readRoot(handle, order.marketRootId), order)
      : { own: await readDepth(handle, order), sets: undefined },
    at === undefined || "held" in at ? at : readMaker(handle, at.factory, at.address),
  ]);
  return routesIn(depth, order, maker && makerMarketOf(maker, order));
}

/** The same in a depth that is known. Who only wants to rest takes nothing. */
export function routesIn(
  { own, sets }: Pick<HouseDepth, "own"> & { readonly sets?: Depth | undefined },
  order: RoutedOrder & { readonly timeInForce?: TimeInForce },
  market?: MakerMarket,
): Routes {
  const book = takeFromBook(own, order);
  const maker = market && takeWithMaker(own, market, order);
  const set = sets && takeWithSets(own, sets, order);
  const takes = order.timeInForce !== TimeInForce.PostOnly;
  return { book, maker, set, best: takes ? bestOf(book, maker, set) : "book" };
}

function bestOf(book: Taking, maker: Taking | undefined, set: Taking | undefined): Venue {
  const [first, second]: readonly [Venue, Taking] = maker && isBetter(maker, book) ? ["maker", maker] : ["book", book];
  return set && isBetter(set, second) ? "set" : first;
}

/** @param address of a router of this session's book. @throws ClientError Client_NotARouter if it is of another one */
export async function openSetRouter(
  handle: SessionHandle,
  signer: Signer & { readonly address: string },
  address: string,
  { maxSteps = DEFAULT_MAX_STEPS, maxWalk = DEFAULT_MAX_WALK }: RouterOptions = {},
): Promise<SetRouterClient> {
  const router = ISetRouter__factory.connect(address, signer);
  await requireRouter(handle, router, address);
  const places = usedPlaces(handle);
  return {
    address: getAddress(address),
    async submitOne(signed) {
      const [[hints], newest] = await Promise.all([
        withHints(handle.book, places, [signed], (one) => one.package),
        newestCheckpoint(handle.book),
      ]);
      const order = structOf(signed, { ...hints, newest });
      const { buyThroughSet, sellThroughSet } = router;
      const through = signed.package.quantityLots > 0n ? buyThroughSet : sellThroughSet;
      const receipt = await transact(signer, through.populateTransaction(order, maxSteps, maxWalk));
      const records = recordsOf(handle, receipt.logs);
      const created = records.find(
        (one) => one.kind === "tradeCreated" && one.package.trader === signed.package.trader,
      );
      if (created?.kind !== "tradeCreated") throw new ClientError("Client_NoEvent", { event: "TradeCreated" });
      const { tradeRootId } = created;
      return { receipt, gasUsed: receipt.gasUsed, results: [{ accepted: true, tradeRootId }], records };
    },
    async sweep(marketRootId) {
      const [sets, surplus] = await read(router.sweepSets.staticCall(marketRootId, maxSteps, { blockTag: "pending" }));
      const receipt = await transact(signer, router.sweepSets.populateTransaction(marketRootId, maxSteps));
      const records = recordsOf(handle, receipt.logs);
      return { receipt, gasUsed: receipt.gasUsed, results: [], records, sets, surplus: tokenWei(surplus) };
    },
    async lend(amount) {
      await approveExactly(erc20At(handle.address, signer), signer, signer.address, address, amount);
      await transact(signer, router.lend.populateTransaction(amount));
    },
    async takeBack(amount, to = signer.address) {
      await transact(signer, router.takeBack.populateTransaction(amount, to));
    },
    lent: async () => tokenWei(await read(router.floatOf(signer.address))),
  };
}

/** @throws ClientError Client_NotARouter; NodeError */
export async function requireRouter(
  { bookAddress }: SessionHandle,
  router: ISetRouter,
  address: string,
): Promise<void> {
  const none = new ClientError("Client_NotARouter", { address, book: bookAddress });
  if ((await readAs(none, router.book())) !== bookAddress) throw none;
}

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
