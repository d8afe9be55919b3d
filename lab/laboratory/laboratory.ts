/**
 * A book to try a theory in: real roots, orders, fills and settlement by the rules of the protocol, with people who do what the
 * theory has them do. Money is what their accounts have.
 */
import { type Answer, Book } from "../../src/protocol/book/book.js";
import type { BookEvent } from "../../src/protocol/book/events.js";
import { type CallBlock, TRUSTING } from "../../src/protocol/book/outside.js";
import type { LoggedEvent } from "../../src/protocol/book/rebuild.js";
import type { Placed } from "../../src/protocol/book/orders.js";
import { boundsRecord, eventRecord, intervalRecord } from "../../src/protocol/market/market-drafts.js";
import { type MarketRecord } from "../../src/protocol/signing/market-record.js";
import { type MarketRef, type TimeInForce, tradePackage } from "../../src/protocol/signing/package.js";
import { ticks } from "../../src/protocol/amounts/units.js";
import { type Ground, type LabCall, LIMITS } from "./ground.js";

/** What a tick of a lot pays, wei: small, so that nobody's money runs out. */
export const TICK_VALUE = 10n ** 9n;
const NO_SIGNATURE = "0x";

/** One order as a study thinks of it. */
export interface LabOrder {
  /** Its trader's number. */
  readonly person: number;
  readonly market: MarketRef;
  readonly price: bigint;
  /** + bid, − offer. */
  readonly lots: bigint;
  readonly timeInForce: TimeInForce;
}

/** What came of a batch. */
export interface Brought {
  /** Of each order. */
  readonly placed: readonly Placed[];
  readonly fills: readonly LabFill[];
}

export interface LabFill {
  readonly makerRootId: number;
  readonly takerRootId: number;
  readonly price: bigint;
  readonly lots: bigint;
}

/** What each has at the start, wei, and what a tick of a lot of the basket is. */
export type LaboratoryTerms = Pick<Ground, "each"> & Pick<Ground["terms"], "basketScale" | "basketTickValue">;

export interface Laboratory {
  readonly book: Book;
  readonly terms: LaboratoryTerms;
  /** A number from `low` to `high`. @returns the root's number */
  openInterval(low: bigint, high: bigint): Promise<number>;
  /** One of so many outcomes. @returns the root's number */
  openEvent(outcomes: number, scale: bigint): Promise<number>;
  /** In one call; each is taken, or the call fails. */
  bring(orders: readonly LabOrder[]): Promise<Brought>;
  /** A person takes own orders out. */
  cancel(person: number, orders: readonly Placed[]): Promise<void>;
  /** A person takes all own orders of a market out. */
  clear(person: number, market: MarketRef): Promise<void>;
  /** The owner says what a market pays, and everybody's position becomes cash. */
  settle(market: MarketRef, value: bigint): Promise<void>;
  /** A person's lots in each branch of a root. */
  positionOf(person: number, marketRootId: number): readonly bigint[];
  /** A person's claims on each leg of the basket, wei. */
  claimsOf(person: number): readonly bigint[];
  /** What a person has gained since the start, ticks · lots; exact as long as no root is open. */
  gainOf(person: number): bigint;
  /** Of everybody, by number. */
  gains(): bigint[];
}

/** Hears of everything that the book records, in order. */
export type Listener = (one: LoggedEvent) => void;

/**
 * Every call throws what the book refuses with, and what the ground does.
 * @param listen nobody by default
 */
export function openLaboratory(ground: Ground, listen: Listener = () => undefined): Laboratory {
  const { terms, hashing, owner, people, each, moneyOf = () => each } = ground;
  const book = new Book(terms, TRUSTING, hashing);
  const hear = (events: readonly BookEvent[], timestamp: bigint): void => {
    for (const event of events) listen({ event, timestamp });
  };
  for (const [person, address] of people.entries()) {
    hear(book.deposit({ caller: owner, timestamp: terms.t1 }, address, moneyOf(person)).events, terms.t1);
  }
  const nonces = people.map(() => 0n);
  const newest = (): number => Number(book.state.chain.checkpoints);

  async function make<Result>(call: LabCall, here: (block: CallBlock) => Answer<Result>): Promise<Result> {
    const block = await ground.send(call);
    const { result, events } = here(block);
    hear(events, block.timestamp);
    await ground.compare(book);
    return result;
  }

  function record(said: MarketRecord, description = ""): Promise<number> {
    return make({ kind: "record", record: said, description }, (block) =>
      book.createMarket({ ...block, caller: owner }, { record: said, signature: NO_SIGNATURE, description }),
    );
  }

  async function signed({ person, market, price, lots: quantity, timeInForce }: LabOrder) {
    const nonce = nonces[person] ?? 0n;
    nonces[person] = nonce + 1n;
    const common = { trader: people[person] ?? "", previousLink: book.link, nonce, deadline: terms.t2 - 1n };
    const order = { ...market, ...common, priceTicks: price, quantityLots: quantity, timeInForce };
    return ground.sign(tradePackage(order), person);
  }

  async function cancel(person: number, orders: readonly Placed[]): Promise<void> {
    if (orders.length === 0) return;
    await make({ kind: "offset", person, orders, newest: newest() }, (block) =>
      book.offset({ ...block, caller: people[person] ?? "" }, orders),
    );
  }

  function gainOf(person: number): bigint {
    return (book.accountOf(people[person] ?? "").claim - moneyOf(person)) / TICK_VALUE;
  }

  const rootTerms = { tickValue: TICK_VALUE, closesAt: terms.t2, settleBy: terms.settleLimit };
  return {
    book,
    terms: { ...terms, each },
    openInterval: (low, high) => {
      const spec = { ...rootTerms, description: "", bounds: { lower: ticks(low), upper: ticks(high) } };
      return record(intervalRecord({ owner, previousLink: book.link }, { ...spec, fallbackOutcome: ticks(low) }));
    },
    openEvent: (outcomes, scale) => {
      const spec = { ...rootTerms, description: "", outcomes, scale: ticks(scale), fallbackOutcome: 1 };
      return record(eventRecord({ owner, previousLink: book.link }, spec));
    },
    async bring(orders) {
      const batch = await Promise.all(orders.map(signed));
      const events: BookEvent[] = [];
      const placed = await make({ kind: "batch", orders: batch, newest: newest() }, (block) => {
        const hinted = batch.map((order) => ({ ...order, insertAfter: 0, place: 0 }));
        const answer = book.createTrades(block, { orders: hinted, strict: true }, LIMITS);
        events.push(...answer.events);
        return answer;
      });
      return { placed, fills: fillsIn(events) };
    },
    cancel,
    async clear(person, market) {
      const traderId = book.traderIdOf(people[person] ?? "");
      const resting = [true, false].flatMap((bids) => book.depthOf(market, bids));
      await cancel(
        person,
        resting.filter(({ place }) => book.orderAt(place)?.traderId === traderId),
      );
    },
    async settle({ marketRootId, marketBranchId }, value) {
      const bounds = { lower: ticks(value), upper: ticks(value) };
      const { tip } = book.rootOf(marketRootId);
      await record(boundsRecord({ owner, marketRootId, previousLink: tip }, marketBranchId, bounds));
      await make({ kind: "realise", marketRootId, traders: people }, () => book.realise(marketRootId, people));
    },
    positionOf: (person, marketRootId) => book.positionOf(people[person] ?? "", marketRootId),
    claimsOf: (person) => book.claimsOf(people[person] ?? ""),
    gainOf,
    gains: () => people.map((_, person) => gainOf(person)),
  };
}
function fillsIn(events: readonly BookEvent[]): LabFill[] {
  return events.flatMap((event) => {
    if (event.kind !== "matched") return [];
    const { makerRootId, takerRootId, priceTicks, lots: size } = event;
    return [{ makerRootId, takerRootId, price: priceTicks, lots: size }];
  });
}
