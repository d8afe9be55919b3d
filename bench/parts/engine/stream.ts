/**
 * A random stream of orders and cancellations, the same for every order book. Even traders bid and odd ones offer, so that
 * nobody meets an own order: other books do not know what to do then.
 */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Share of the operations, in percent; the rest are orders that rest away from the best prices. */
export interface Mix {
  readonly name: string;
  /** Cancels a random resting order. */
  readonly cancels: number;
  /** Orders priced beyond the best opposite price, so that they trade. */
  readonly takers: number;
}

export const CANCEL_HEAVY: Mix = { name: "cancel-heavy", cancels: 45, takers: 10 };
export const MATCH_HEAVY: Mix = { name: "match-heavy", cancels: 5, takers: 45 };

export interface PlaceStep {
  readonly kind: "place";
  /** Number of the order, from 1, in the order of the stream. */
  readonly id: number;
  readonly trader: number;
  readonly bid: boolean;
  /** Ticks. */
  readonly price: number;
  /** Unsigned. */
  readonly lots: number;
}
export interface CancelStep {
  readonly kind: "cancel";
  readonly id: number;
  readonly trader: number;
}
export type Step = PlaceStep | CancelStep;

/** What a stream asks of the book that it is drawn against. */
export interface Resting {
  /** Prices of the best bid and the best offer; undefined for an empty side. */
  readonly best: () => { readonly bid: number | undefined; readonly ask: number | undefined };
  /** Whether the order still rests. */
  readonly has: (id: number) => boolean;
}

export const TRADERS = 500;
export const SCALE = 1_000_000;
const MIDDLE = SCALE / 2;
/** Resting orders lie within this many ticks of the middle. */
const SPREAD = 50_000;
const MAX_LOTS = 100;

/** Draws a stream step by step, against a book that has taken all of its steps so far. */
export class StreamDraw {
  readonly #random: (from: number, to: number) => number;
  readonly #resting: Resting;
  readonly #placed: PlaceStep[] = [];
  #orders = 0;

  public constructor(seed: number, resting: Resting) {
    const generator = xoroshiro128plus(seed);
    this.#random = (from, to) => uniformInt(generator, from, to);
    this.#resting = resting;
  }

  /** An order that crosses nothing. */
  public rest(): PlaceStep {
    const bid = this.#random(0, 1) === 0;
    const away = this.#random(1, SPREAD);
    return this.#place(bid, bid ? MIDDLE - away : MIDDLE + away);
  }

  public next({ cancels, takers }: Mix): Step {
    const draw = this.#random(1, 100);
    if (draw <= cancels) return this.#cancel() ?? this.rest();
    return draw <= cancels + takers ? this.#take() : this.rest();
  }

  /** Any order that still rests. Those that do not are forgotten on the way. */
  #cancel(): CancelStep | undefined {
    while (this.#placed.length > 0) {
      const index = this.#random(0, this.#placed.length - 1);
      const chosen = this.#placed[index];
      const last = this.#placed.pop();
      if (last !== undefined && index < this.#placed.length) this.#placed[index] = last;
      if (chosen !== undefined && this.#resting.has(chosen.id)) {
        return { kind: "cancel", id: chosen.id, trader: chosen.trader };
      }
    }
    return undefined;
  }

  /** Priced a little beyond the best opposite order, so that it meets one to a few. */
  #take(): PlaceStep {
    const bid = this.#random(0, 1) === 0;
    const { bid: bestBid, ask } = this.#resting.best();
    const best = bid ? ask : bestBid;
    if (best === undefined) return this.rest();
    const beyond = this.#random(0, 20);
    return this.#place(bid, bid ? Math.min(best + beyond, SCALE - 1) : Math.max(best - beyond, 1));
  }

  #place(bid: boolean, price: number): PlaceStep {
    this.#orders += 1;
    const trader = 2 * this.#random(0, TRADERS / 2 - 1) + (bid ? 0 : 1);
    const step: PlaceStep = { kind: "place", id: this.#orders, trader, bid, price, lots: this.#random(1, MAX_LOTS) };
    this.#placed.push(step);
    return step;
  }
}
