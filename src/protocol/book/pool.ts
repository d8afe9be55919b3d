/**
 * The session and leg tokens that the book holds (R14): for every asset they add up to the claims of all traders, so whatever
 * one trader may take can be had by splitting or merging what is here. Twin of `contracts/book/Pool.sol`. Tokens that somebody
 * sends to the book without a deposit belong to nobody and are not counted here.
 */
import type { TokenWei } from "../amounts/units.js";
import type { Journal } from "./journal.js";
import type { Outside } from "./outside.js";

/** `leg` 0 is the session token; wei. */
type Holdings = readonly bigint[];

export class Pool {
  readonly #journal: Journal;
  #held: Holdings;

  public constructor(journal: Journal, assets: number) {
    this.#journal = journal;
    this.#held = Array.from({ length: assets + 1 }, () => 0n);
  }

  /** Wei of the session token (leg 0) or of a leg token. */
  public held(leg: number): bigint {
    return this.#held[leg] ?? 0n;
  }

  /** Takes on what was held; of a book that nothing has been done to. @param held wei of the session token and of each leg token */
  public restore(held: readonly bigint[]): void {
    if (held.length !== this.#held.length) throw new RangeError(`${held.length} holdings for ${this.#held.length}`);
    this.#held = held;
  }

  public collect(outside: Outside, leg: number, from: string, amount: bigint): void {
    this.#add(leg, amount);
    outside.collect(leg, from, amount as TokenWei);
  }

  /** Pays session tokens; merges sets of legs if the book has too few. */
  public paySession(outside: Outside, amount: bigint, to: string): void {
    this.#mergeFor(amount);
    this.#pay(outside, 0, amount, to, false);
  }

  /** Pays tokens of one leg; splits session tokens if the book has too few. */
  public payLeg(outside: Outside, leg: number, amount: bigint, to: string): void {
    this.#splitFor(leg, amount);
    this.#pay(outside, leg, amount, to, false);
  }

  /** Pays a whole claim: what all legs have in common in session tokens, the rest in legs. */
  public payClaims(outside: Outside, claims: readonly bigint[], to: string): void {
    const common = claims.reduce((least, claim) => (claim < least ? claim : least));
    const rests = claims.map((claim) => claim - common);
    if (this.held(0) < common) this.#mergeFor(common);
    else
      rests.forEach((rest, k) => {
        if (rest !== 0n) this.#splitFor(k + 1, rest);
      });
    [common, ...rests].forEach((amount, leg) => {
      if (amount !== 0n) this.#pay(outside, leg, amount, to, false);
    });
  }

  /** Redeems a whole claim for the assets, each once, so that each is rounded down once (R18). */
  public redeemClaims(outside: Outside, claims: readonly bigint[], to: string): void {
    claims.forEach((claim, k) => {
      this.#splitFor(k + 1, claim);
    });
    claims.forEach((claim, k) => {
      if (claim !== 0n) this.#pay(outside, k + 1, claim, to, true);
    });
  }

  #mergeFor(amount: bigint): void {
    if (this.held(0) < amount) this.#convert(amount - this.held(0));
  }

  #splitFor(leg: number, amount: bigint): void {
    if (this.held(leg) < amount) this.#convert(this.held(leg) - amount);
  }

  /** Sets of legs into session tokens; negative: the other way. */
  #convert(sets: bigint): void {
    this.#set(this.#held.map((held, leg) => (leg === 0 ? held + sets : held - sets)));
  }

  #pay(outside: Outside, leg: number, amount: bigint, to: string, redeemed: boolean): void {
    this.#add(leg, -amount);
    outside.pay(leg, to, amount as TokenWei, redeemed);
  }

  #add(leg: number, amount: bigint): void {
    this.#set(this.#held.with(leg, this.held(leg) + amount));
  }

  #set(held: Holdings): void {
    const before = this.#held;
    this.#held = held;
    this.#journal.note(() => {
      this.#held = before;
    });
  }
}
