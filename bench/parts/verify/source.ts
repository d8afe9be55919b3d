/** The log of a busy session without end, signed by keys, as a node would give it: record by record, never as a whole. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { computeAddress, getAddress, getBytes, hexlify, id, keccak256, toBeHex, ZeroAddress } from "ethers";

import { assetUnits, ticks, tokenWei } from "../../../src/protocol/amounts/units.js";
import { Book } from "../../../src/protocol/book/book.js";
import { type BookEvent, OFFSET_REASONS } from "../../../src/protocol/book/events.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import type { Hashing } from "../../../src/protocol/signing/hashing.js";
import { bookTermsOf, type LogHeader } from "../../../src/verify/log-header.js";
import { Checksum, type LogRecord, type SessionLogStream } from "../../../src/verify/session-log.js";
import { IOrderBook__factory, ISession__factory, ISessionFactory__factory } from "../../../typechain-types/index.js";
import { CANCEL_HEAVY, MATCH_HEAVY, SCALE, type Step, StreamDraw, TRADERS } from "../engine/stream.js";

const BOOK = IOrderBook__factory.createInterface();
const SESSION = ISession__factory.createInterface();
const FACTORY = ISessionFactory__factory.createInterface();
/** Each event's own encoder, found once: the interface's search hashes every event's signature again. */
const EVENTS = new Map(
  [...BOOK.fragments, ...SESSION.fragments, ...FACTORY.fragments].flatMap((fragment) =>
    fragment.type === "event" ? [[(fragment as unknown as { name: string }).name, fragment] as const] : [],
  ),
);

const ONE = 10n ** 18n;
const FUNDS = 10n ** 6n * ONE;
const SUPPLY = FUNDS * BigInt(TRADERS);
const [T1, T2] = [2_000_000_000n, 2_100_000_000n];
const LIMITS = { maxMatches: 1_000, maxWalk: Number.MAX_SAFE_INTEGER };
const SEED = 20_261_129;

const address = (name: string): string => getAddress(`0x${id(name).slice(-40)}`);

const HEADER: LogHeader = {
  chainId: 31_337n,
  session: address("session"),
  book: address("book"),
  legs: [address("leg 1"), address("leg 2")],
  factory: address("factory"),
  organiser: address("organiser"),
  terms: {
    name: "Busy",
    symbol: "BUSY",
    assets: [address("asset 1"), address("asset 2")],
    quantities: [assetUnits(100n * ONE), assetUnits(7_000_000n)],
    supply: tokenWei(SUPPLY),
    t1: T1,
    t2: T2,
    policy: ZeroAddress,
    marketCreator: address("organiser"),
    settleLimit: T2 + 1_000n,
    chainWindow: 256,
    maxOpenOrders: 255,
    maxLots: 0n,
    basketScale: ticks(BigInt(SCALE)),
    basketTickValue: tokenWei(10n ** 8n),
  },
  clones: { salt: undefined, session: address("s"), legToken: address("l"), orderBook: address("o") },
  fromBlock: 1,
  toBlock: Number.MAX_SAFE_INTEGER,
};

type Logged = Pick<LogRecord, "address" | "topics" | "data">;

/** @param records about how many; a log ends with a call. @param resting orders that rest all the time, about */
export function busyLog(records: number, resting: number, hashing: Hashing): SessionLogStream {
  const checksum = new Checksum(HEADER);
  async function* all(): AsyncGenerator<LogRecord> {
    let made = 0;
    for (const [call, logs] of new Calls(resting, hashing).all()) {
      const place = { blockNumber: HEADER.fromBlock + call, timestamp: Number(T1) - 1_000 + call };
      if (call > 999) place.timestamp = Number(T1) + Math.floor(call / 12);
      for (const [logIndex, log] of logs.entries()) {
        const record = { ...place, logIndex, transactionHash: toBeHex(call + 1, 32), ...log, byWallet: false };
        checksum.add(record);
        made += 1;
        yield await Promise.resolve(record);
      }
      if (made >= records) return;
    }
  }
  return { header: HEADER, records: all(), checksum: () => checksum.value() };
}

class Calls {
  readonly #book: Book;
  readonly #hashing: Hashing;
  readonly #resting: number;
  readonly #keys = Array.from({ length: TRADERS }, (_, index) => keccak256(toBeHex(index + 1, 32)));
  readonly #wallets = this.#keys.map((key) => computeAddress(key));
  readonly #nonces: bigint[] = [];
  #call = 0;

  public constructor(resting: number, hashing: Hashing) {
    this.#book = new Book(bookTermsOf(HEADER), TRUSTING, hashing);
    this.#hashing = hashing;
    this.#resting = resting;
  }

  public *all(): Generator<readonly [call: number, logs: readonly Logged[]]> {
    yield [this.#call, [creation()]];
    for (const logs of [funding(), ...this.#wallets.map((wallet) => [moved(HEADER.organiser, wallet, FUNDS)])]) {
      yield [(this.#call += 1), logs];
    }
    for (const wallet of this.#wallets) {
      const context = { caller: wallet, timestamp: T1 - 1n };
      const { events } = this.#book.deposit(context, wallet, FUNDS);
      yield [(this.#call += 1), [...events.map(encoded), moved(wallet, HEADER.book, FUNDS)]];
    }
    this.#call = Math.max(this.#call, 1_000);
    const market = this.#book.state.queues.of({ marketRootId: 1, marketBranchId: 1 });
    const priceOf = (price: bigint | undefined) => (price === undefined ? undefined : Number(price));
    const draw = new StreamDraw(SEED, {
      best: () => ({ bid: priceOf(market.bids.best?.price), ask: priceOf(market.asks.best?.price) }),
      has: (order) => this.#book.state.queues.find(order) !== undefined,
    });
    for (;;) {
      const { size } = this.#book.state.queues;
      const step = draw.next(size > this.#resting ? { ...CANCEL_HEAVY, cancels: 60 } : MATCH_HEAVY);
      this.#call += 1;
      yield [this.#call, this.#take(step).map(encoded)];
    }
  }

  #take(step: Step): readonly BookEvent[] {
    const block = {
      timestamp: T1 + BigInt(Math.floor(this.#call / 12)),
      blockNumber: BigInt(HEADER.fromBlock + this.#call),
    };
    const caller = this.#wallets[step.trader] ?? ZeroAddress;
    if (step.kind === "cancel") {
      return this.#book.offset({ ...block, caller }, [{ tradeRootId: step.id, place: step.id }]).events;
    }
    const nonce = this.#nonces[step.trader] ?? 0n;
    this.#nonces[step.trader] = nonce + 1n;
    const order = {
      ...{ marketRootId: 1, marketBranchId: 1, trader: caller, nonce, deadline: T2 - 1n, timeInForce: 0 },
      ...{ priceTicks: BigInt(step.price), quantityLots: BigInt(step.bid ? step.lots : -step.lots) },
      previousLink: this.#book.link,
    };
    const signed = { package: order, signature: this.#sign(step.trader, order), insertAfter: 0, place: 0 };
    return this.#book.createTrade(block, signed, LIMITS).events;
  }

  #sign(trader: number, order: Parameters<Hashing["primaryLink"]>[0]): string {
    const digest = this.#hashing.digestOf(this.#book.state.chain.separator, this.#hashing.primaryLink(order));
    const key = getBytes(this.#keys[trader] ?? "0x");
    const bytes = secp256k1.sign(getBytes(digest), key, { prehash: false, format: "recovered" });
    const vs = bytes.slice(33);
    vs[0] = (vs[0] ?? 0) | ((bytes[0] ?? 0) << 7); // the parity's place (ERC-2098)
    return `${hexlify(bytes.slice(1, 33))}${hexlify(vs).slice(2)}`;
  }
}

function creation(): Logged {
  const { session, organiser, book, legs, terms, factory } = HEADER;
  const params = { ...terms, openMarkets: false };
  return { address: factory, ...FACTORY.encodeEventLog("SessionCreated", [session, organiser, book, legs, params]) };
}

function funding(): readonly Logged[] {
  const { session, organiser, terms } = HEADER;
  return [
    moved(ZeroAddress, organiser, SUPPLY),
    { address: session, ...SESSION.encodeEventLog("Funded", [organiser, SUPPLY]) },
    ...terms.assets.map((asset, k) => moved(organiser, session, terms.quantities[k] ?? 0n, asset)),
  ];
}

function moved(from: string, to: string, value: bigint, token = HEADER.session): Logged {
  return { address: token, ...SESSION.encodeEventLog("Transfer", [from, to, value]) };
}

function encoded(event: BookEvent): Logged {
  const [name, values] = valuesOf(event);
  const fragment = EVENTS.get(name);
  return { address: HEADER.book, ...BOOK.encodeEventLog(fragment as never, values) };
}

function valuesOf(event: BookEvent): [name: string, values: readonly unknown[]] {
  switch (event.kind) {
    case "userCreated":
      return ["UserCreated", [event.traderId, event.trader]];
    case "deposited":
      return ["Deposited", [event.traderId, event.leg, event.amount]];
    case "tradeCreated": {
      const { package: order, signature } = event;
      const limit = [order.marketRootId, order.marketBranchId, order.priceTicks, order.quantityLots];
      const rest = [order.previousLink, order.nonce, order.deadline, order.timeInForce];
      const halves = [signature.slice(0, 66), `0x${signature.slice(66)}`];
      return ["TradeCreated", [event.tradeRootId, order.trader, ...limit, ...rest, ...halves]];
    }
    case "matched":
      return ["TradesMatched", [event.makerRootId, event.takerRootId, event.priceTicks, event.lots]];
    case "offset":
      return ["TradeOffset", [event.tradeRootId, event.lots, OFFSET_REASONS.indexOf(event.reason)]];
    case "checkpoint":
      return ["Checkpoint", [event.head, event.link]];
    default:
      throw new Error(`a stream of orders and cancellations makes no ${event.kind}`);
  }
}
