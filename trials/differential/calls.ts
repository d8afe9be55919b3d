/** Gives a step its meaning: the very call that goes to the contract and to the library. */
import { concat, getAddress, hexlify, id, type Signature, SigningKey, toBeHex, toUtf8Bytes } from "ethers";
import { ZeroAddress, ZeroHash } from "ethers";

import { refusalOfMarket, type SubmittedOrder } from "../../src/protocol/book/intake.js";
import { lotValueOf } from "../../src/protocol/book/money.js";
import { ordersOf } from "../../src/protocol/book/projections.js";
import type { RestingOrder } from "../../src/protocol/book/queue.js";
import { marketBounds } from "../../src/protocol/market/market-table.js";
import type { MarketRef, PackageFields, TradePackage } from "../../src/protocol/signing/package.js";
import { compactSignature, malleatedSignature } from "../../src/protocol/signing/signatures.js";
import { type BookDomain, cancellationDigest, packageDigest } from "../../src/protocol/signing/typed-data.js";
import { type Permit, permitterOf } from "./ledger.js";
import { type Call, call, personAt, type Setting, traderAt } from "./call.js";
import { marketCall } from "./market-calls.js";
import type { OrderStep, Step } from "./steps.js";
import type { Person, Scene } from "./scene.js";

const MAX_LOTS = 2n ** 39n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_NONCE = 2n ** 24n - 1n;

/** @returns undefined for a step that only lets time pass */
export function callOf(setting: Setting, step: Step): Call | undefined {
  switch (step.op) {
    case "wait":
      return undefined;
    case "createUser": {
      const trader = traderAt(setting.world, step.who);
      return call(setting, step, "createUser", [trader], (book) => book.createUser(trader));
    }
    case "deposit":
    case "depositLeg":
      return depositCall(setting, step);
    case "depositWithPermit":
      return permitCall(setting, step);
    case "withdraw":
    case "withdrawLeg":
    case "exit":
      return payoutCall(setting, step);
    case "newRoot":
    case "record":
    case "applyFallback":
    case "realise":
    case "refresh":
      return marketCall(setting, step);
    case "createTrade": {
      const order = orderOf(setting, step.order, new Map());
      const limits = { maxMatches: step.maxMatches, maxWalk: step.maxWalk };
      const args = [onChain(order), step.maxMatches, step.maxWalk];
      return call(setting, step, "createTrade", args, (book, at) => book.createTrade(at, order, limits));
    }
    case "createTrades": {
      const taken = new Map<string, bigint>();
      const orders = step.orders.map((one) => orderOf(setting, one, taken));
      const limits = { maxMatches: step.maxMatches, maxWalk: step.maxWalk };
      const args = [orders.map(onChain), step.maxMatches, step.maxWalk];
      return call(setting, step, "createTrades", args, (book, at) => book.createTrades(at, orders, limits));
    }
    case "matchTrades": {
      const market = crossedOr(setting, step.market);
      const args = [market.marketRootId, market.marketBranchId, step.maxMatches] as const;
      return call(setting, step, "matchTrades", args, (book, at) => book.matchTrades(at, ...args));
    }
    case "offset": {
      const ids = step.orders.map((pick) => restingAt(setting, pick)?.tradeRootId ?? pick);
      return call(setting, step, "offset", [ids], (book, at) => book.offset(at, ids));
    }
    case "cancelTrades":
      return cancellationCall(setting, step);
    case "invalidateNonces": {
      const { address } = personAt(setting.world, step.caller);
      const floor = (setting.book.state.traders.find(address)?.nonces.floor ?? 0n) + BigInt(step.ahead);
      const nonceFloor =
        step.ahead === 155 ? MAX_NONCE : step.ahead === 154 ? MAX_NONCE + 1n : floor < 0n ? 0n : nonceAt(floor);
      return {
        ...call(setting, step, "invalidateNonces", [nonceFloor], (book, at) => book.invalidateNonces(at, nonceFloor)),
        caller: address,
      };
    }
  }
}

type Cancellation = Extract<Step, { op: "cancelTrades" }>;

/** Brought by anybody; about orders of one trader, mostly. */
function cancellationCall(setting: Setting, step: Cancellation): Call {
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
    nonceFloor: flaw === "floorHuge" ? MAX_NONCE + 1n : step.ahead < 0 ? 0n : nonceAt(floor),
    deadline: flaw === "expired" ? timestamp - 1n : timestamp + BigInt(step.rests),
  };
  const signature = signed(world, trader, flaw, (domain) => cancellationDigest(domain, cancellation));
  const ids = step.orders.map((pick) => {
    const order = pick % 3 === 0 ? restingAt(setting, pick) : own[pick % Math.max(1, own.length)];
    return order?.tradeRootId ?? pick;
  });
  const submitted = { cancellation, signature };
  const args = [cancellation, signature, ids];
  return call(setting, step, "cancelTrades", args, (b, at) => b.cancelTrades(at, submitted, ids));
}

// ------------------------------------------------------------------ people

/** A trader who made all nonces void has none ahead. */
function nonceAt(wanted: bigint): bigint {
  return wanted > MAX_NONCE ? MAX_NONCE : wanted;
}

function receiverAt({ terms, ...world }: Scene, index: number): string {
  const others = [ZeroAddress, terms.domain.verifyingContract, terms.session];
  return others[index - 11] ?? traderAt({ terms, ...world }, index);
}

// ------------------------------------------------------------------ money

type Deposit = Extract<Step, { op: "deposit" | "depositLeg" }>;

function depositCall(setting: Setting, step: Deposit): Call {
  const { world, book } = setting;
  const holders = [world.organiser, world.people[0]!, world.people[1]!];
  const { address: caller } = step.flaw === "stranger" ? world.stranger : holders[step.caller % 3]!;
  const trader = step.flaw === "zeroAddress" ? ZeroAddress : traderAt(world, step.who);
  if (step.op === "deposit") {
    const usual = (BigInt(step.amount) * lotValueOf(book.state)) / 4n + BigInt(step.amount % 7);
    const amount = flawed(step.flaw, usual, { huge: 2n ** 96n, tooMuch: world.supply });
    const args = [trader, amount] as const;
    return { ...call(setting, step, "deposit", args, (b, at) => b.deposit(at, ...args)), caller };
  }
  const leg = step.leg % (world.terms.assets + 1) === 0 && step.leg < 15 ? 1 : step.leg % (world.terms.assets + 1);
  const lots = flawed(step.flaw, BigInt(step.lots), { huge: 2n ** 64n - 1n, tooMuch: 1_000_000n });
  const args = [trader, leg, lots] as const;
  return { ...call(setting, step, "depositLeg", args, (b, at) => b.depositLeg(at, ...args)), caller };
}

type PermitDeposit = Extract<Step, { op: "depositWithPermit" }>;

/** Mostly by the one who has allowed nothing; sometimes by others, who have, and whose allowance the permit replaces. */
function permitCall(setting: Setting, step: PermitDeposit): Call {
  const { world, book, ledger, timestamp } = setting;
  const owner = step.caller % 5 === 0 ? personAt(world, step.caller) : permitterOf(world);
  const trader = step.flaw === "zeroAddress" ? ZeroAddress : traderAt(world, step.who);
  const leg = step.leg % (world.terms.assets + 1);
  const units = step.flaw === "zero" ? 0n : BigInt(step.amount);
  const [name, value] =
    leg === 0
      ? (["depositWithPermit", units * lotValueOf(book.state) + (units % 7n)] as const)
      : (["depositLegWithPermit", units * lotValueOf(book.state)] as const);
  const deadline = step.flaw === "expired" ? timestamp - 1n : timestamp + BigInt(step.amount % 3);
  const permit: Permit = { leg, owner: owner.address, value, deadline };
  const { r, s, v } = signPermit(setting, permit, owner, step.flaw);
  const signature = concat([r, s, toBeHex(v)]);
  const given = leg === 0 ? [trader, value] : [trader, leg, units];
  const run: Call["run"] = (b, at) =>
    ledger.withPermit(permit, signature, timestamp, () =>
      leg === 0 ? b.deposit(at, trader, value) : b.depositLeg(at, trader, leg, units),
    );
  return { ...call(setting, step, name, [...given, deadline, v, r, s], run), caller: owner.address };
}

function signPermit({ ledger, world }: Setting, permit: Permit, owner: Person, flaw: string): Signature {
  const signed = flaw === "amount" ? { ...permit, value: permit.value + 1n } : permit;
  const digest = flaw === "nonce" ? ledger.permitDigest(signed, 99n) : ledger.permitDigest(signed);
  const key = flaw === "otherKey" ? world.stranger : owner;
  return new SigningKey(key.privateKey).sign(flaw === "garbage" ? id(digest) : digest);
}

function flawed(flaw: string, usual: bigint, { huge, tooMuch }: { huge: bigint; tooMuch: bigint }): bigint {
  if (flaw === "zero") return 0n;
  if (flaw === "huge") return huge;
  return flaw === "tooMuch" ? tooMuch : usual;
}

type Payout = Extract<Step, { op: "withdraw" | "withdrawLeg" | "exit" }>;

function payoutCall(setting: Setting, step: Payout): Call {
  const { world, book } = setting;
  const to = receiverAt(world, step.to);
  if (step.op === "exit") {
    return call(setting, step, "exit", [to, step.redeem], (b, at) => b.exit(at, to, step.redeem));
  }
  const known = book.state.traders.find(personAt(world, step.caller).address);
  const traderId = known?.traderId ?? 0;
  const wanted = (known?.nonces.floor ?? 0n) + BigInt(step.ahead ?? 0);
  const floor = step.ahead === undefined || wanted < 0n ? 0n : nonceAt(wanted);
  const slack = book.state.margin.slackOf(traderId);
  if (step.op === "withdraw") {
    const amount = step.part > 16 ? slack + BigInt(step.part - 20) : (slack * BigInt(step.part)) / 16n;
    const args = [amount < 0n ? 0n : amount, to, floor] as const;
    return call(setting, step, "withdraw", args, (b, at) => b.withdraw(at, ...args));
  }
  const leg = step.leg % (world.terms.assets + 1);
  const lots = (slack / lotValueOf(book.state) / 12n) * BigInt(step.part) + BigInt(step.part % 3);
  const args = [leg, step.part === 23 ? 2n ** 64n - 1n : lots, to, floor] as const;
  return call(setting, step, "withdrawLeg", args, (b, at) => b.withdrawLeg(at, ...args));
}

// ------------------------------------------------------------------ orders

function onChain({ package: tradePackage, signature, insertAfter }: SubmittedOrder): unknown {
  return { tradePackage, signature, insertAfter };
}

/** @param taken how many nonces of each trader earlier orders of the same call want */
function orderOf(setting: Setting, step: OrderStep, taken: Map<string, bigint>): SubmittedOrder {
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
    { floor, timestamp: setting.timestamp },
  );
  const hinted = step.hint === 0 ? 0 : (restingAt(setting, step.hint)?.tradeRootId ?? step.hint);
  return { package: fields, signature: signatureFor(world, fields, step), insertAfter: hinted };
}

function flawedFields(
  fields: PackageFields,
  { flaw, lots }: OrderStep,
  { floor, timestamp }: { readonly floor: bigint; readonly timestamp: bigint },
): PackageFields {
  const sign = fields.quantityLots < 0n ? -1n : 1n;
  const changes: Readonly<Record<string, Partial<PackageFields>>> = {
    price: {
      priceTicks: [fields.priceTicks + 100_000n, -(2n ** 31n), 2n ** 31n - 1n, fields.priceTicks - 100_000n][lots % 4]!,
    },
    quantity: { quantityLots: sign * [0n, 2n ** 39n, MAX_INT64, 2n ** 40n][lots % 4]! },
    huge: { quantityLots: sign * [MAX_LOTS, 2n ** 38n, 2n ** 30n][lots % 3]! },
    timeInForce: { timeInForce: lots % 2 === 0 ? 4 : 255 },
    expired: { deadline: timestamp - BigInt(lots % 2) },
    nonceUsed: { nonce: floor === 0n ? 0n : floor - 1n },
    nonceFar: { nonce: nonceAt([floor + 64n, MAX_NONCE, floor + 200n][lots % 3]!) },
    nonceJump: { nonce: nonceAt(floor + 32n + BigInt(lots % 32)) },
    market: { marketBranchId: [0, 17, 64, 65_535][lots % 4]! },
    root: { marketRootId: [0, 99, 2 ** 18, 2 ** 32 - 1][lots % 4]! },
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
