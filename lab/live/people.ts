/** Who takes part, and what of the session tokens is whose. */
import type { People } from "../../src/cli/demo/people.js";

export const TRADERS = ["alice", "bob", "carol", "dave", "erin", "frank"] as const;
export type TraderName = (typeof TRADERS)[number];

/** The keeper brings what needs no relay: what the organiser says as the markets' owner, and orders where there is no relay. */
export const NAMES = ["organiser", "you", ...TRADERS, "keeper", "relay"] as const;
export type Name = (typeof NAMES)[number];
export type Cast = People<Name>;

/** All that there are. What is not handed out stays with the organiser, who pays for the maker with some of it. */
export const SUPPLY = 10_000n;
/** Of each asset. */
export const SHARES = 100n;

/** Session tokens of one person, and how many of them are in the account. */
interface Purse {
  readonly name: Name;
  readonly tokens: bigint;
  readonly deposit: bigint;
}

export const PURSES: readonly Purse[] = [
  ...TRADERS.map((name) => ({ name, tokens: 1_300n, deposit: 1_300n })),
  { name: "you", tokens: 1_000n, deposit: 600n },
];
