/** A new session as it is typed: kept as text, read with the library's own parsers, and held against the factory's limits. */
import { addressIn } from "../../../src/protocol/signing/addresses.js";

import { type AssetInfo, parseQuantity } from "../../../src/bindings/assets.js";
import type { SessionParams } from "../../../src/client/organiser.js";
import { messageOf } from "../../../src/protocol/amounts/errors.js";
import {
  MAX_ASSETS,
  MAX_CHAIN_WINDOW,
  MAX_NAME_BYTES,
  MAX_OPEN_ORDERS,
  MAX_SUPPLY,
  MAX_TICK_VALUE,
  MAX_TIME,
  MIN_CHAIN_WINDOW,
} from "../../../src/protocol/amounts/limits.js";
import { secondsOf } from "../../../src/protocol/amounts/times.js";
import { formatTokenWei, parseTokenWei, signedRange, type TokenWei } from "../../../src/protocol/amounts/units.js";
import { hasUnseen } from "../../ui/hostile-text.js";

/** What the form has fields for, all of it text; the basket has two for each asset. */
export const FIELDS = [
  "name",
  "symbol",
  "t1",
  "t2",
  "settleLimit",
  "supply",
  "basketScale",
  "basketTickValue",
  "policy",
  "chainWindow",
  "maxOpenOrders",
  "maxLots",
] as const;
export type FieldName = (typeof FIELDS)[number];

export interface TypedAsset {
  readonly address: string;
  readonly quantity: string;
}

export type Draft = Readonly<Record<FieldName, string>> & {
  readonly assets: readonly TypedAsset[];
  readonly openMarkets: boolean;
};

export const EMPTY_DRAFT: Draft = {
  ...{ name: "", symbol: "", t1: "+1d", t2: "+31d", settleLimit: "", supply: "1000" },
  ...{ basketScale: "10000", basketTickValue: "100000000000", policy: "" },
  ...{ chainWindow: "64", maxOpenOrders: "255", maxLots: "" },
  assets: [
    { address: "", quantity: "" },
    { address: "", quantity: "" },
  ],
  openMarkets: false,
};

/** Whatever is stored may have been written by anything on this origin: what does not fit is left out. */
export function readDraft(text: string | null): Draft {
  const stored = recordOf(text);
  const fields = FIELDS.map((name) => {
    const value = stored[name];
    return [name, typeof value === "string" ? value.slice(0, 200) : EMPTY_DRAFT[name]] as const;
  });
  const assets = Array.isArray(stored["assets"]) ? stored["assets"].slice(0, MAX_ASSETS).map(assetOf) : [];
  return {
    ...(Object.fromEntries(fields) as Record<FieldName, string>), // one of each
    assets: assets.length === 0 ? EMPTY_DRAFT.assets : assets,
    openMarkets: stored["openMarkets"] === true,
  };
}

function recordOf(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function assetOf(value: unknown): TypedAsset {
  const { address, quantity } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const text = (one: unknown): string => (typeof one === "string" ? one.slice(0, 100) : "");
  return { address: text(address), quantity: text(quantity) };
}

// ------------------------------------------------------------------ what is wrong with it

/** What the chain says of an asset. */
export interface AssetFacts extends AssetInfo {
  /** Whether there is code at the address. */
  readonly isContract: boolean;
  /** Smallest units that the organiser has; undefined if nobody is connected, or the token does not say. */
  readonly balance: bigint | undefined;
}

export interface Checked {
  /** By field, `assets` for the basket as a whole, and `asset 1`, `quantity 1` and so on. */
  readonly problems: ReadonlyMap<string, string>;
  /** Worth a second look, though the factory takes it. */
  readonly warnings: readonly string[];
  /** Undefined while there are problems. */
  readonly params: SessionParams | undefined;
  /** Of the basket's units, where they are known: wei of a lot. */
  readonly lotValue: bigint | undefined;
}

interface Around {
  /** By address in lower case: what was asked already. */
  readonly assets: ReadonlyMap<string, AssetFacts>;
  /** The chain's time, Unix seconds. */
  readonly now: number;
}

/** Everything that is wrong, at once. The factory itself is asked too, before anything is sent. */
export function checkDraft(draft: Draft, around: Around): Checked {
  const problems = new Map<string, string>();
  const warnings: string[] = [];
  const read = <T>(field: string, parse: () => Read<T>): T | undefined => {
    try {
      const { value, problem } = parse();
      if (problem !== undefined) problems.set(field, problem);
      return value;
    } catch (error) {
      problems.set(field, messageOf(error));
      return undefined;
    }
  };
  const count = (field: FieldName, least: bigint, most: bigint): bigint | undefined =>
    read(field, () => wholeNumber(draft[field], least, most));
  const time = (field: FieldName): number | undefined => read(field, () => moment(draft[field], around.now));
  const basket = checkBasket(draft, around, problems, warnings);
  for (const field of ["name", "symbol"] as const) {
    const problem = nameProblem(draft[field]);
    if (problem !== undefined) problems.set(field, problem);
  }
  const [t1, t2] = [time("t1"), time("t2")];
  const settleLimit = draft.settleLimit.trim() === "" ? undefined : time("settleLimit");
  if (t1 !== undefined && t1 <= around.now) problems.set("t1", "Trading has to begin in the future.");
  if (t1 !== undefined && t2 !== undefined && t2 <= t1) problems.set("t2", "Settlement comes after trading begins.");
  if (t2 !== undefined && settleLimit !== undefined && settleLimit < t2)
    problems.set("settleLimit", "Not before settlement begins.");
  const scale = count("basketScale", 1n, signedRange(32).most);
  const tickValue = count("basketTickValue", 1n, MAX_TICK_VALUE);
  const lotValue = scale === undefined || tickValue === undefined ? undefined : scale * tickValue;
  const supply = read("supply", () => ({ value: parseTokenWei(draft.supply.trim()) }));
  const supplyProblem = supply === undefined ? undefined : problemOfSupply(supply, lotValue);
  if (supplyProblem !== undefined) problems.set("supply", supplyProblem);
  const policy = draft.policy.trim() === "" ? undefined : read("policy", () => address(draft.policy));
  const chainWindow = count("chainWindow", BigInt(MIN_CHAIN_WINDOW), BigInt(MAX_CHAIN_WINDOW));
  const maxOpenOrders = count("maxOpenOrders", 1n, BigInt(MAX_OPEN_ORDERS));
  const maxLots = draft.maxLots.trim() === "" ? 0n : count("maxLots", 1n, signedRange(64).most);
  if (problems.size > 0) return { problems, warnings, params: undefined, lotValue };
  const params = {
    ...{ name: draft.name, symbol: draft.symbol, t1, t2, supply, openMarkets: draft.openMarkets, maxLots },
    ...{ assets: basket.map((one) => one.address), quantities: basket.map((one) => one.units) },
    ...{ basketScale: scale, basketTickValue: tickValue },
    ...{ chainWindow: Number(chainWindow), maxOpenOrders: Number(maxOpenOrders) },
    ...(policy !== undefined && { policy }),
    ...(settleLimit !== undefined && { settleLimit }),
  } as SessionParams; // whatever is missing has been said
  return { problems, warnings, params, lotValue };
}

function checkBasket(
  { assets }: Draft,
  around: Around,
  problems: Map<string, string>,
  warnings: string[],
): { readonly address: string; readonly units: bigint }[] {
  const seen = new Map<string, number>();
  if (assets.length === 0 || assets.length > MAX_ASSETS)
    problems.set("assets", `A basket has 1 to ${MAX_ASSETS} assets.`);
  return assets.map(({ address: typed, quantity }, index) => {
    const [place, amount] = [`asset ${index + 1}`, `quantity ${index + 1}`];
    const { value: at } = address(typed);
    if (at === undefined) problems.set(place, ADDRESS);
    const earlier = at === undefined ? undefined : seen.get(at);
    if (earlier !== undefined) problems.set(place, `This is asset ${earlier} already.`);
    if (at !== undefined && earlier === undefined) seen.set(at, index + 1);
    const facts = at === undefined ? undefined : around.assets.get(at.toLowerCase());
    if (at !== undefined && facts === undefined) problems.set(place, "Being asked what it is.");
    if (facts?.isContract === false) problems.set(place, "There is no contract at this address on this chain.");
    const units = facts === undefined ? undefined : quantityOf(facts, quantity, amount, problems);
    if (facts?.balance !== undefined && units !== undefined && facts.balance < units)
      warnings.push(`You do not have enough ${facts.symbol} yet: funding will ask for all of it.`);
    const twin = facts?.balance === undefined || facts.balance === 0n ? undefined : sameBalance(facts, around.assets);
    if (twin !== undefined)
      warnings.push(`${facts?.symbol} and ${twin} show the same balance: they may be two addresses of one token.`);
    return { address: at ?? "", units: units ?? 0n };
  });
}

function quantityOf(
  facts: AssetFacts,
  typed: string,
  field: string,
  problems: Map<string, string>,
): bigint | undefined {
  try {
    const units = parseQuantity(facts, typed.trim());
    if (units > 0n) return units;
    problems.set(field, "More than none.");
  } catch (error) {
    problems.set(field, messageOf(error));
  }
  return undefined;
}

function sameBalance({ address: own, balance }: AssetFacts, assets: Around["assets"]): string | undefined {
  const twin = [...assets.values()].find((one) => one.address > own && one.balance === balance);
  return twin?.symbol;
}

/** A wrong checksum is a mistyped address, and would take the tokens with it. */
const ADDRESS = "An address is 0x and 40 hex digits, with its checksum right if it has one.";

/** What a text was, or what is wrong with it. */
interface Read<T> {
  readonly value?: T;
  readonly problem?: string;
}

function address(text: string): Read<string> {
  const value = addressIn(text.trim());
  return value === undefined ? { problem: ADDRESS } : { value };
}

function wholeNumber(text: string, least: bigint, most: bigint): Read<bigint> {
  const value = /^\d{1,40}$/.test(text.trim()) ? BigInt(text.trim()) : undefined;
  const isGood = value !== undefined && value >= least && value <= most;
  return isGood ? { value } : { problem: `A whole number from ${least} to ${most}.` };
}

function moment(text: string, now: number): Read<number> {
  const value = secondsOf(text.trim(), now);
  if (value !== undefined && BigInt(value) <= MAX_TIME) return { value };
  return { problem: "A date like 2026-12-01T00:00:00Z, or from now on +2h, +7d." };
}

function nameProblem(text: string): string | undefined {
  if (hasUnseen(text)) return "It has characters in it that cannot be seen, or that turn the others.";
  const { length } = new TextEncoder().encode(text);
  return length >= 1 && length <= MAX_NAME_BYTES ? undefined : `1 to ${MAX_NAME_BYTES} bytes; it has ${length}.`;
}

function problemOfSupply(supply: bigint, lotValue: bigint | undefined): string | undefined {
  if (supply > MAX_SUPPLY) return `At most ${formatTokenWei(MAX_SUPPLY as TokenWei)}.`; // formatting takes any whole number
  if (lotValue === undefined || supply >= lotValue) return undefined;
  return `At least one lot, ${formatTokenWei(lotValue as TokenWei)}.`; // as above
}

/** What the units mean, in a sentence. */
export function unitsSentence(scaleText: string, lotValue: bigint | undefined, symbol: string): string {
  if (lotValue === undefined || !/^[1-9]\d*$/.test(scaleText)) return "";
  const tick = 100 / Number(scaleText); // shown, never signed
  return `One tick is ${Number(tick.toPrecision(6))} % of weight, one lot is ${formatTokenWei(lotValue as TokenWei)} ${symbol === "" || hasUnseen(symbol) ? "session tokens" : symbol}.`;
}
