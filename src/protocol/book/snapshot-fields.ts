/** The values of a snapshot one by one, each of the kind that is due: lists in lists, amounts as tagged decimal text. */
import { getAddress, isHexString } from "ethers";

import type { Ticks, TokenWei } from "../amounts/units.js";
import type { Bounds } from "../market/bounds.js";
import type { MarketRoot } from "../market/market-table.js";
import type { Hash } from "../signing/typed-data.js";

const AMOUNT = /^-?\d{1,100}n$/;

/** A list that is read from its front. Every reader throws TypeError for a value of another kind. */
export class Fields {
  readonly #values: readonly unknown[];
  #at = 0;

  private constructor(values: readonly unknown[]) {
    this.#values = values;
  }

  public static of(value: unknown): Fields {
    if (!Array.isArray(value)) throw new TypeError("no list where one is due");
    return new Fields(value);
  }

  public get isAtEnd(): boolean {
    return this.#at === this.#values.length;
  }

  public list(): Fields {
    return Fields.of(this.#next());
  }

  public amount(): bigint {
    const value = this.#next();
    if (typeof value !== "string" || !AMOUNT.test(value)) throw this.#wrong("an amount");
    return BigInt(value.slice(0, -1));
  }

  public count(): number {
    const value = this.#next();
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw this.#wrong("a count");
    return value;
  }

  public flag(): boolean {
    const value = this.#next();
    if (typeof value !== "boolean") throw this.#wrong("a flag");
    return value;
  }

  public text(): string {
    const value = this.#next();
    if (typeof value !== "string") throw this.#wrong("a text");
    return value;
  }

  public hash(): Hash {
    const value = this.#next();
    if (!isHexString(value, 32)) throw this.#wrong("a hash");
    return value;
  }

  /** In its checksum form. */
  public address(): string {
    const value = this.#next();
    if (!isHexString(value, 20) || getAddress(value) !== value) throw this.#wrong("an address");
    return value;
  }

  /** What is left, value by value. */
  public rest<Value>(read: (fields: this) => Value): Value[] {
    const values: Value[] = [];
    while (!this.isAtEnd) values.push(read(this));
    return values;
  }

  /** What is left, list by list, each of which is read to its end. */
  public rows<Row>(read: (fields: Fields) => Row): Row[] {
    return this.rest(() => {
      const row = this.list();
      const found = read(row);
      row.end();
      return found;
    });
  }

  /** As `rows`, where nothing comes of it. */
  public each(read: (fields: Fields) => void): void {
    this.rows(read);
  }

  /** @throws TypeError unless everything was read */
  public end(): void {
    if (!this.isAtEnd) throw new TypeError(`${this.#values.length - this.#at} values more than are due`);
  }

  #next(): unknown {
    const value = this.#values[this.#at];
    this.#at += 1;
    return value;
  }

  #wrong(due: string): TypeError {
    return new TypeError(`${String(this.#values[this.#at - 1])} where ${due} is due`);
  }
}

/** Counts two by two. */
export function pairsOf(fields: Fields): (readonly [number, number])[] {
  return fields.rest((one) => [one.count(), one.count()] as const);
}

/** All of a root but how it came about. */
export function rootFields(root: MarketRoot): unknown[] {
  const { marketRootId, owner, tickValue, closesAt, settleBy, fallbackOutcome, settled, tip } = root;
  const base = [marketRootId, owner, tickValue, closesAt, settleBy, fallbackOutcome, settled, tip];
  return root.kind === "interval"
    ? ["interval", ...base, root.bounds.lower, root.bounds.upper, flatBounds(root.strikes)]
    : ["simplex", ...base, root.scale, root.bounded, flatBounds(root.weights)];
}

/** @throws TypeError, RangeError for what is no root */
export function rootFrom(fields: Fields): MarketRoot {
  const kind = fields.text();
  const [marketRootId, owner] = [fields.count(), fields.address()];
  const [tickValue, closesAt, settleBy, fallbackOutcome] = [1, 2, 3, 4].map(() => fields.amount()) as Four;
  const [settled, tip] = [fields.flag(), fields.hash()];
  // What a book has stored was checked when it came in.
  const base = {
    marketRootId,
    owner,
    tickValue: tickValue as TokenWei,
    closesAt,
    settleBy,
    fallbackOutcome,
    settled,
    tip,
  };
  if (kind === "interval") {
    const bounds = boundsFrom(fields);
    return { ...base, kind, bounds, strikes: fields.list().rest(boundsFrom) };
  }
  if (kind !== "simplex") throw new RangeError(`no root is of the kind ${kind}`);
  const [scale, bounded] = [fields.amount() as Ticks, fields.flag()];
  return { ...base, kind, scale, bounded, weights: fields.list().rest(boundsFrom) };
}

type Four = [bigint, bigint, bigint, bigint];

function flatBounds(all: readonly Bounds[]): bigint[] {
  return all.flatMap(({ lower, upper }) => [lower, upper]);
}

function boundsFrom(fields: Fields): Bounds {
  return { lower: fields.amount() as Bounds["lower"], upper: fields.amount() as Bounds["upper"] };
}
