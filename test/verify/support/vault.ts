/** Vault, legs and assets of a session, with the events that their contracts log, in the contracts' order. No check is made. */
import { ZeroAddress } from "ethers";

import type { TokenEvent } from "../../../src/verify/events.js";
import type { LogHeader } from "../../../src/verify/log-header.js";

export class Vault {
  readonly #header: LogHeader;
  readonly #say: (event: TokenEvent) => void;
  /** Wei by token and holder. */
  readonly #balances = new Map<string, bigint>();
  readonly #supplies: bigint[];
  readonly #assets: bigint[];

  /** @param say is told every event */
  public constructor(header: LogHeader, say: (event: TokenEvent) => void) {
    this.#header = header;
    this.#say = say;
    this.#supplies = [0n, ...header.legs.map(() => 0n)];
    this.#assets = header.legs.map(() => 0n);
  }

  public balance(token: number, holder: string): bigint {
    return this.#balances.get(`${token} ${holder}`) ?? 0n;
  }

  /** Smallest units of an asset. */
  public holds(leg: number): bigint {
    return this.#assets[leg - 1] ?? 0n;
  }

  /** Session tokens and tokens of the leg that are out. */
  public claims(leg: number): bigint {
    return (this.#supplies[0] ?? 0n) + (this.#supplies[leg] ?? 0n);
  }

  public fund(): void {
    const { organiser, terms, session } = this.#header;
    this.transfer(0, ZeroAddress, organiser, terms.supply);
    this.#say({ kind: "funded", organiser, supply: terms.supply });
    for (const [k, quantity] of terms.quantities.entries()) this.moveAsset(k + 1, organiser, session, quantity);
  }

  public transfer(token: number, from: string, to: string, value: bigint): void {
    this.#add(token, from, -value);
    this.#add(token, to, value);
    this.#say({ kind: "transfer", token, from, to, value });
  }

  public split(holder: string, amount: bigint): void {
    this.transfer(0, holder, ZeroAddress, amount);
    for (const leg of this.#legs()) this.transfer(leg, ZeroAddress, holder, amount);
    this.#say({ kind: "split", holder, amount });
  }

  public merge(holder: string, amount: bigint): void {
    for (const leg of this.#legs()) this.transfer(leg, holder, ZeroAddress, amount);
    this.transfer(0, ZeroAddress, holder, amount);
    this.#say({ kind: "merged", holder, amount });
  }

  /** @param token 0 for all assets, k for the asset of leg k */
  public redeem(token: number, holder: string, amount: bigint, to: string): void {
    const legs = token === 0 ? this.#legs() : [token];
    const before = legs.map((leg) => this.claims(leg));
    this.transfer(token, holder, ZeroAddress, amount);
    for (const [index, leg] of legs.entries()) {
      const assets = (this.holds(leg) * amount) / (before[index] ?? 1n);
      this.#say({ kind: "redeemed", holder, leg, to, claims: amount, assets });
      if (assets > 0n) this.moveAsset(leg, this.#header.session, to, assets);
    }
  }

  /** An asset goes into or out of the vault. */
  public moveAsset(leg: number, from: string, to: string, value: bigint): void {
    const { session } = this.#header;
    const change = (to === session ? value : 0n) - (from === session ? value : 0n);
    this.#assets[leg - 1] = this.holds(leg) + change;
    this.#say({ kind: "assetMoved", leg, from, to, value });
  }

  // ------------------------------------------------------------------ what the book pays

  /** Session tokens, merged from legs if the book has too few, or a leg's, split. */
  public payFromBook(token: number, to: string, value: bigint): void {
    const { book } = this.#header;
    const missing = value - this.balance(token, book);
    if (missing > 0n) {
      if (token === 0) this.merge(book, missing);
      else this.split(book, missing);
    }
    this.transfer(token, book, to, value);
  }

  /** A whole claim: what all legs have in common in session tokens, the rest in legs; or each asset, redeemed once. */
  public payClaims(claims: readonly bigint[], to: string, redeemed: boolean): void {
    if (redeemed) this.#redeemClaims(claims, to);
    else this.#payTokens(claims, to);
  }

  #payTokens(claims: readonly bigint[], to: string): void {
    const { book } = this.#header;
    const common = claims.reduce((least, claim) => (claim < least ? claim : least));
    const missing = common - this.balance(0, book);
    if (missing > 0n) this.merge(book, missing);
    else this.#splitFor(claims.map((claim) => claim - common));
    for (const [token, amount] of [common, ...claims.map((claim) => claim - common)].entries()) {
      if (amount !== 0n) this.transfer(token, book, to, amount);
    }
  }

  #redeemClaims(claims: readonly bigint[], to: string): void {
    this.#splitFor(claims);
    for (const [k, claim] of claims.entries()) {
      if (claim !== 0n) this.redeem(k + 1, this.#header.book, claim, to);
    }
  }

  #splitFor(amounts: readonly bigint[]): void {
    const { book } = this.#header;
    for (const [k, amount] of amounts.entries()) {
      const lacks = amount - this.balance(k + 1, book);
      if (lacks > 0n) this.split(book, lacks);
    }
  }

  #add(token: number, holder: string, amount: bigint): void {
    if (holder === ZeroAddress) this.#supplies[token] = (this.#supplies[token] ?? 0n) - amount;
    else this.#balances.set(`${token} ${holder}`, this.balance(token, holder) + amount);
  }

  #legs(): number[] {
    return this.#header.legs.map((_, k) => k + 1);
  }
}
