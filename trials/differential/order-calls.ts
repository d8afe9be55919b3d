/** The calls about orders. What is drawn too seldom by chance is what a hint, a link or a place can be wrong about. */
import { getAddress, hexlify, id, Signature, SigningKey, toUtf8Bytes, ZeroHash } from "ethers";

import { packBatch } from "../../stage/contracts/batches.js";
import type { SignedOrder } from "../../stage/contracts/orders.js";
import { packQuoteSet } from "../../stage/contracts/quote-sets.js";
import type { Answer } from "../../src/protocol/book/book.js";
import type { Batch, BroughtCancellation } from "../../src/protocol/book/batches.js";
import { refusalOfMarket, type SubmittedOrder } from "../../src/protocol/book/intake.js";
import type { Placed } from "../../src/protocol/book/orders.js";
import { ordersOf } from "../../src/protocol/book/projections.js";
import type { RestingOrder } from "../../src/protocol/book/queue.js";
import type { SubmittedQuote, SubmittedQuoteSet } from "../../src/protocol/signing/quote-set.js";
import { marketBounds } from "../../src/protocol/market/market-table.js";
import type { MarketRef, PackageFields, TradePackage } from "../../src/protocol/signing/package.js";
import { compactSignature, malleatedSignature } from "../../src/protocol/signing/signatures.js";
import { packageOfQuote } from "../../src/protocol/signing/quote-set.js";
import {
  type BookDomain,
  cancellationDigest,
  packageDigest,
  quoteSetDigest,
} from "../../src/protocol/signing/typed-data.js";
import { type Call, call, MAX_NONCE, nonceAt, type Setting, traderAt } from "./call.js";
import type { CancellationStep, OrderStep, QuoteSetStep, Step } from "./steps.js";
import type { Scene } from "./scene.js";

const MAX_LOTS = 2n ** 39n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;

type OrderCallStep = Extract<Step, { op: "createTrade" | "createTrades" | "matchTrades" | "offset" | "cancelTrades" }>;

export function orderCall(setting: Setting, step: OrderCallStep): Call {
  const newest = newestFor(setting, step);
  switch (step.op) {
    case "createTrade": {
      const order = orderOf(setting, step.order, new Map(), false);
      const limits = { maxMatches: step.maxMatches, maxWalk: step.maxWalk };
      const args = [{ ...onChain(order), newest }, step.maxMatches, step.maxWalk];
      return call(setting, step, "createTrade", args, (book, at) => {
        const { result, events } = book.createTrade(at, order, limits);
        return { result: columnsOf(result), events };
      });
    }
    case "createTrades":
      return batchCall(setting, step, newest);
    case "matchTrades": {
      const market = crossedOr(setting, step.market);
      const args = [market.marketRootId, market.marketBranchId, step.maxMatches] as const;
      return call(setting, step, "matchTrades", [...args, newest], (book, at) => book.matchTrades(at, ...args));
    }
    case "offset": {
      const orders = step.orders.map((pick): Placed => {
        const found = restingAt(setting, pick);
        if (found === undefined) return { tradeRootId: pick, place: pick };
        // Now and then number and place do not belong together.
        return { tradeRootId: found.tradeRootId, place: found.place + (pick % 19 === 18 ? 1 : 0) };
      });
      return call(setting, step, "offset", [orders, newest], (book, at) => book.offset(at, orders));
    }
    case "cancelTrades": {
      const { places, ...signed } = cancellationOf(setting, step, false);
      const args = [signed.cancellation, signed.signature, places, newest];
      return call(setting, step, "cancelTrades", args, (book, at) => book.cancelTrades(at, signed, places));
    }
  }
}

// ------------------------------------------------------------------ batches

type BatchStep = Extract<Step, { op: "createTrades" }>;

function batchCall(setting: Setting, step: BatchStep, newest: number): Call {
  const { maxMatches, maxWalk, strict = false } = step;
  const taken = new Map<string, bigint>();
  const orders = step.orders.map((one) => orderOf(setting, one, taken, true));
  const cancellations = (step.cancellations ?? []).map((one) => cancellationOf(setting, one, true));
  const quoteSets = (step.quoteSets ?? []).map((one) => quoteSetOf(setting, one, taken));
  const wallets = walletsAmong(setting.world, orders, step);
  const batch: Batch = {
    ...{ cancellations, quoteSets, strict },
    orders: orders.map((order, index) => ({ ...order, byWallet: wallets.has(index) })),
  };
  const signedOrders = orders.map((order, index): SignedOrder => {
    const { signature } = order;
    return { ...onChain(order), signature: wallets.has(index) ? signature : keyForm(signature), newest: 0 };
  });
  const packed = packBatch(signedOrders, {
    ...{ maxMatches, maxWalk, newest, strict, wallets },
    sets: quoteSets.map(packedSet),
    cancellations: cancellations.map(({ cancellation, signature, places }) => ({
      trader: cancellation.trader,
      from: cancellation.fromTradeRootId,
      to: cancellation.toTradeRootId,
      nonceFloor: cancellation.nonceFloor,
      deadline: Number(cancellation.deadline),
      signature: keyForm(signature),
      places,
    })),
  });
  const made = call(setting, step, "createTrades", [packed], (book, at) => {
    const { result, events }: Answer<readonly Placed[]> = book.createTrades(at, batch, { maxMatches, maxWalk });
    return { result: result.map(columnsOf), events };
  });
  return { ...made, batch };
}

/** Those of contracts; one is flagged that is none, or the other way round, if that is what is wrong with it. */
function walletsAmong(
  { wallet, hostileWallet }: Scene,
  orders: readonly SubmittedOrder[],
  step: BatchStep,
): Set<number> {
  const isFlagged = ({ package: { trader } }: SubmittedOrder, index: number): boolean => {
    const isContract = trader === wallet.address || trader === hostileWallet;
    return isContract !== (step.orders[index]?.flaw === "flag");
  };
  return new Set(orders.flatMap((order, index) => (isFlagged(order, index) ? [index] : [])));
}

/** What is no key's signature has no room in a batch; nor has it a meaning for the library. */
function keyForm(signature: string): string {
  try {
    return Signature.from(signature).compactSerialized;
  } catch {
    return "0x";
  }
}

// ------------------------------------------------------------------ quote sets

const FLAWS_OF_QUOTES = ["price", "quantity", "huge", "market", "root"];

function quoteSetOf(setting: Setting, { common, quotes }: QuoteSetStep, taken: Map<string, bigint>): SubmittedQuoteSet {
  const { package: first, signature: ofOrder } = orderOf(setting, { ...common, flaw: setFlaw(common) }, taken, true);
  const { trader, previousLink, nonce, deadline, timeInForce } = first;
  const terms = { trader, previousLink, nonce, deadline, timeInForce };
  const own = quotes.map((quote): SubmittedQuote => {
    const flaw = FLAWS_OF_QUOTES.includes(quote.flaw) ? quote.flaw : "";
    const made = orderOf(setting, { ...quote, flaw, trader: common.trader }, new Map(), true);
    const { marketRootId, marketBranchId, priceTicks, quantityLots } = made.package;
    const { insertAfter, place } = made;
    return { marketRootId, marketBranchId, priceTicks, quantityLots, insertAfter, place };
  });
  const packages = own.map((quote) => packageOfQuote(terms, quote) as TradePackage);
  // A signature over one order alone is none over a set.
  const signature =
    common.flaw === "nonceJump" && own.length > 1
      ? ofOrder
      : signed(setting.world, trader, common.flaw, (domain) => quoteSetDigest(domain, packages));
  return { terms, quotes: own, signature };
}

/** What is wrong with fields that a set has. */
function setFlaw({ flaw }: OrderStep): string {
  return FLAWS_OF_QUOTES.includes(flaw) ? "" : flaw;
}

function packedSet({ terms, quotes, signature }: SubmittedQuoteSet): string {
  const packed = quotes.map((quote) => {
    const { priceTicks: price, quantityLots: lots, insertAfter, place } = quote;
    return { lots, price, insertAfter, place, tradePackage: packageOfQuote(terms, quote) };
  });
  return packQuoteSet({ quotes: packed, signature: keyForm(signature) });
}

// ------------------------------------------------------------------ cancellations

/** About orders of one trader, mostly. @param packed whether it has to fit the fields of a batch */
function cancellationOf(setting: Setting, step: CancellationStep, packed: boolean): BroughtCancellation {
  const { world, book, timestamp } = setting;
  const { flaw } = step;
  const trader = flaw === "unknownTrader" ? getAddress(`0x${"ab".repeat(20)}`) : traderAt(world, step.trader);
  const known = book.state.traders.find(trader);
  const own = known === undefined ? [] : ordersOf(book.state, known.traderId);
  const from = own[step.first % Math.max(1, own.length)]?.tradeRootId ?? step.first;
  const floor = (known?.nonces.floor ?? 0n) + BigInt(step.ahead);
  const cancellation = {
    trader,
    fromTradeRootId: from,
    toTradeRootId: step.span === 99 ? 2 ** 32 - 1 : from + step.span,
    nonceFloor: flaw === "floorHuge" ? MAX_NONCE + (packed ? 0n : 1n) : step.ahead < 0 ? 0n : nonceAt(floor),
    deadline: flaw === "expired" ? timestamp - 1n : timestamp + BigInt(step.rests),
  };
  const signature = signed(world, trader, flaw, (domain) => cancellationDigest(domain, cancellation));
  const places = step.orders.map((pick) => {
    const order = pick % 3 === 0 ? restingAt(setting, pick) : own[pick % Math.max(1, own.length)];
    return order?.place ?? deadAt(setting, pick) ?? pick;
  });
  return { cancellation, signature, places };
}

// ------------------------------------------------------------------ orders

function onChain({
  package: tradePackage,
  signature,
  insertAfter,
  place,
}: SubmittedOrder): Omit<SignedOrder, "newest"> {
  return { tradePackage, signature, insertAfter, place };
}

/** As the contract answers. */
function columnsOf({ tradeRootId, place }: Placed): readonly number[] {
  return [tradeRootId, place];
}

/** A checkpoint's number that is right, or not quite, or none. */
function newestFor({ book }: Setting, { after, caller }: Step): number {
  const newest = Number(book.state.chain.checkpoints);
  return [0, newest, Math.max(0, newest - 1), Math.max(0, newest - 260), newest + 1][(after + caller) % 5]!;
}

/**
 * @param taken how many nonces of each trader earlier orders of the same call want
 * @param packed whether it has to fit the fields of a batch
 */
function orderOf(setting: Setting, step: OrderStep, taken: Map<string, bigint>, packed: boolean): SubmittedOrder {
  const { world, book } = setting;
  const trader = step.flaw === "unknownTrader" ? getAddress(`0x${"ab".repeat(20)}`) : traderAt(world, step.trader);
  const market = marketFor(setting, step);
  const floor = book.state.traders.find(trader)?.nonces.floor ?? 0n;
  const before = taken.get(trader) ?? 0n;
  taken.set(trader, before + 1n);
  const fields = flawedFields(
    {
      ...market,
      trader,
      priceTicks: priceFor(setting, market, step.price),
      quantityLots: step.buy ? BigInt(step.lots) : -BigInt(step.lots),
      previousLink: linkFor(setting, step),
      nonce: nonceAt(floor + before + BigInt(step.nonce)),
      deadline: setting.timestamp + BigInt(step.rests),
      timeInForce: step.timeInForce,
    },
    step,
    { floor, timestamp: setting.timestamp, packed },
  );
  const insertAfter = step.hint === 0 ? 0 : (restingAt(setting, step.hint)?.place ?? step.hint);
  return { package: fields, signature: signatureFor(world, fields, step), insertAfter, place: placeFor(setting, step) };
}

/** Mostly a dead one, if there is any; now and then one that is not. */
function placeFor(setting: Setting, { place }: OrderStep): number {
  if (place === undefined || place === 0) return 0;
  if (place % 11 === 10) return restingAt(setting, place)?.place ?? place;
  if (place % 13 === 12) return setting.book.chainState().trades + (place % 3);
  return deadAt(setting, place) ?? place;
}

function deadAt({ book }: Setting, pick: number): number | undefined {
  const places = book.deadPlaces(20);
  return places[pick % Math.max(1, places.length)];
}

function flawedFields(
  fields: PackageFields,
  { flaw, lots }: OrderStep,
  { floor, timestamp, packed }: { readonly floor: bigint; readonly timestamp: bigint; readonly packed: boolean },
): PackageFields {
  const sign = fields.quantityLots < 0n ? -1n : 1n;
  const branches = packed ? [0, 17, 33, 63] : [0, 17, 64, 65_535];
  const roots = packed ? [0, 99, 7, 2 ** 18 - 1] : [0, 99, 2 ** 18, 2 ** 32 - 1];
  const sizes = packed ? [0n, -(2n ** 39n)] : [0n, sign * 2n ** 39n, sign * MAX_INT64, sign * 2n ** 40n];
  const changes: Readonly<Record<string, Partial<PackageFields>>> = {
    price: {
      priceTicks: [fields.priceTicks + 100_000n, -(2n ** 31n), 2n ** 31n - 1n, fields.priceTicks - 100_000n][lots % 4]!,
    },
    quantity: { quantityLots: sizes[lots % sizes.length]! },
    huge: { quantityLots: sign * [MAX_LOTS, 2n ** 38n, 2n ** 30n][lots % 3]! },
    timeInForce: packed ? {} : { timeInForce: lots % 2 === 0 ? 4 : 255 },
    expired: { deadline: timestamp - BigInt(lots % 2) },
    nonceUsed: { nonce: floor === 0n ? 0n : floor - 1n },
    nonceFar: { nonce: nonceAt([floor + 64n, MAX_NONCE, floor + 200n][lots % 3]!) },
    nonceJump: { nonce: nonceAt(floor + 32n + BigInt(lots % 32)) },
    market: { marketBranchId: branches[lots % 4]! },
    root: { marketRootId: roots[lots % 4]! },
  };
  return { ...fields, ...changes[flaw] };
}

function signatureFor(world: Scene, fields: PackageFields, { flaw }: OrderStep): string {
  return signed(world, fields.trader, flaw, (domain) => packageDigest(domain, fields as TradePackage));
}

/** What `trader` signs, or somebody else, or in another way. */
function signed(
  { people, terms, wallet, organiser }: Scene,
  trader: string,
  flaw: string,
  digestIn: (domain: BookDomain) => string,
): string {
  if (flaw === "empty") return "0x";
  if (flaw === "garbage")
    return hexlify(toUtf8Bytes("no signature, but sixty-five bytes of text, which will not recover!"));
  const own = trader === wallet.address ? wallet.key : people.find(({ address }) => address === trader);
  const key = new SigningKey((flaw === "otherKey" ? organiser : (own ?? organiser)).privateKey);
  const domain = flaw === "otherDomain" ? { ...terms.domain, chainId: 1n } : terms.domain;
  const { serialized } = key.sign(digestIn(domain));
  if (flaw === "compact") return compactSignature(serialized);
  return flaw === "highS" ? malleatedSignature(serialized) : serialized;
}

function linkFor({ book, timestamp }: Setting, { link, flaw, lots }: OrderStep): string {
  const { checkpoints, link: newest } = book.state.chain;
  if (flaw === "link") return lots % 2 === 0 ? ZeroHash : id(timestamp.toString());
  return book.state.chain.checkpointAt(checkpoints - (BigInt(link) % (checkpoints + 1n))) ?? newest;
}

function priceFor({ book }: Setting, market: MarketRef, sixteenths: number): bigint {
  const { lower, upper } = marketBounds(book.state.markets.table, market);
  return lower + ((upper - lower) * BigInt(sixteenths)) / 16n;
}

// ------------------------------------------------------------------ markets and resting orders

export function marketsOf({ book }: Setting): MarketRef[] {
  return [...book.state.markets.table.roots.values()].flatMap((root) => {
    const branches = root.kind === "interval" ? root.strikes : root.weights;
    return branches.map((_, b) => ({ marketRootId: root.marketRootId, marketBranchId: b + 1 }));
  });
}

function marketFor(setting: Setting, { market }: OrderStep): MarketRef {
  const all = marketsOf(setting);
  const tradable = all.filter((one) => refusalOfMarket(setting.book.state, one, setting.timestamp) === undefined);
  return (market === 39 ? undefined : tradable[market % tradable.length]) ?? all[market % all.length]!;
}

/** A market that is crossed if there is one, often. */
function crossedOr(setting: Setting, pick: number): MarketRef {
  const all = marketsOf(setting);
  const crossed = all.filter((market) => setting.book.state.queues.of(market).isCrossed());
  if (pick === 39) return { marketRootId: 77, marketBranchId: 1 };
  return (pick % 4 === 0 ? undefined : crossed[pick % crossed.length]) ?? all[pick % all.length]!;
}

function restingAt({ book }: Setting, pick: number): RestingOrder | undefined {
  const all = [...book.state.queues.orders()].sort((a, b) => a.tradeRootId - b.tradeRootId);
  return pick % 23 === 22 ? undefined : all[pick % all.length];
}
