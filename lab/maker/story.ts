/** What is told of one market with a maker. */
import type { Fraction } from "../../src/protocol/amounts/fraction.js";
import {
  type AssetUnits,
  type Lots,
  lots,
  ticks,
  type Ticks,
  type TokenWei,
} from "../../src/protocol/amounts/units.js";
import type { MakerTerms, RootNow } from "../../src/protocol/maker/maker.js";
import type { Market, Said } from "../weather/market.js";
import type { StoryName } from "./options.js";

/** What somebody holds each branch to be worth, ticks. */
export type Belief = readonly Ticks[];

/** What each kind of trader goes by; `noise` by nothing. */
export const KINDS = ["insider", "student", "follower", "noise"] as const;
export type Kind = (typeof KINDS)[number];

/** A step of trading. */
export interface Scene {
  readonly label: string;
  /** Seconds since 1970: when it begins, and the last second of its orders. */
  readonly begins: number;
  readonly deadline: number;
  /** What the market's owner has to say before anybody trades. */
  readonly announce: (market: Market) => Promise<Said[]>;
  /** What those who know something believe; undefined for who has nothing to go by yet. */
  readonly beliefs: Readonly<Record<Exclude<Kind, "noise">, Belief | undefined>>;
}

export interface Story {
  readonly name: StoryName;
  readonly title: string;
  readonly token: { readonly name: string; readonly symbol: string };
  readonly assets: (supply: TokenWei) => readonly { readonly symbol: string; readonly quantity: AssetUnits }[];
  /** Session tokens for each trader, wei. */
  readonly each: TokenWei;
  readonly t1: number;
  readonly t2: number;
  /** What each branch is called, from number 1. */
  readonly names: readonly string[];
  /** Has the owner make the market; undefined for the basket, which is there. */
  readonly write: ((market: Market, settleBy: number) => Promise<Said[]>) | undefined;
  /** The maker's terms, and its root as it is made. */
  readonly maker: MakerTerms & { readonly points: readonly Ticks[] };
  readonly root: RootNow;
  readonly tickValue: TokenWei;
  readonly scenes: readonly Scene[];
  /** Settles the market; undefined for the basket, which is delivered. */
  readonly close: Pick<Scene, "begins" | "announce"> | undefined;
  /** An interval's number, or the weight of each leg. */
  readonly outcome: Ticks | readonly bigint[];
  /** What each asset is worth in the end, as a part of the basket. */
  readonly worth: readonly Fraction[];
}

/** b. */
export function liquidity(count: bigint): Lots {
  return lots(count);
}

/** The mean of two beliefs, rounded down. */
export function meanOf(one: Belief, other: Belief): Belief {
  return one.map((value, k) => ticks((value + (other[k] ?? value)) / 2n));
}
