/**
 * Tries to join an edition without names back to the public one. On a file of orders under pseudonyms it finds everybody: that is why
 * there is none. On a cohort edition it tries to tell whose cohort is what.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import type { Deed, DeedsBy, Guesses, SeriesBy } from "./flow.js";
import { matchFlows } from "./flow-matching.js";
import { alignDeeds, alignSeries } from "./subsequence.js";
import { joinDeeds, joinSeries } from "./tuple-join.js";
import { type AttackResult, resultOf } from "./verdict.js";

const PSEUDONYM_BYTES = 8;

/** What a careful file of orders would have: no names, numbers, times or links, and pseudonyms by a key that nobody keeps. */
export function pseudonymous<Name>(
  open: DeedsBy<Name>,
  key: Uint8Array,
): { hidden: DeedsBy<string>; truth: Guesses<string, Name> } {
  const named = [...open].map(([name, deeds]) => {
    const digest = hmac(sha256, key, utf8ToBytes(String(name)));
    return [bytesToHex(digest.subarray(0, PSEUDONYM_BYTES)), name, deeds] as const;
  });
  const shuffled = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    hidden: new Map(shuffled.map(([pseudonym, , deeds]) => [pseudonym, deeds])),
    truth: new Map(shuffled.map(([pseudonym, name]) => [pseudonym, name])),
  };
}

/** Flows of each market in equal parts of its rows, in lots. */
function seriesOf<Who>(of: DeedsBy<Who>, markets: readonly string[]): SeriesBy<Who> {
  return new Map([...of].map(([who, deeds]) => [who, markets.map((market) => flowIn(deeds, market))]));
}

function flowIn(deeds: readonly Deed[], market: string): bigint[] {
  const own = deeds.filter(({ rootId, branchId }) => `${rootId}.${branchId}` === market);
  const signed = own.reduce((sum, { side, lots }) => sum + (side === "B" ? lots : -lots), 0n);
  return [signed, own.reduce((sum, { lots }) => sum + lots, 0n), BigInt(own.length)];
}

/** @param key of the pseudonyms, which is thrown away */
export function attackPseudonyms<Name>(open: DeedsBy<Name>, key: Uint8Array): AttackResult[] {
  const { hidden, truth } = pseudonymous(open, key);
  const markets = [...new Set([...open.values()].flat().map(({ rootId, branchId }) => `${rootId}.${branchId}`))].sort();
  const matched = matchFlows(seriesOf(hidden, markets), seriesOf(open, markets));
  const chance = 1 / (open.size || 1);
  const right = (guesses: Guesses<string, Name>): number =>
    [...guesses].filter(([pseudonym, name]) => truth.get(pseudonym) === name).length;
  return [
    resultOf("rows", open.size, right(joinDeeds(hidden, open)), chance),
    resultOf("sequence", open.size, right(alignDeeds(hidden, open)), chance),
    resultOf("flows", open.size, right(new Map([...matched].map(([name, pseudonym]) => [pseudonym, name]))), chance),
  ];
}

/**
 * Which cohort each trader is in, by the sums of cohorts beside every trader's own numbers in the same bins.
 * @param truth the cohort of each trader, which the edition does not tell
 */
export function attackCohorts<Name>(
  cohorts: SeriesBy<string>,
  open: SeriesBy<Name>,
  truth: ReadonlyMap<Name, string>,
): AttackResult[] {
  const sizes = new Map<string, number>();
  for (const name of open.keys()) sizes.set(truth.get(name) ?? "", (sizes.get(truth.get(name) ?? "") ?? 0) + 1);
  const chance = [...sizes.values()].reduce((sum, size) => sum + (size / (open.size || 1)) ** 2, 0);
  const right = (guesses: Guesses<Name, string>): number =>
    [...guesses].filter(([name, cohort]) => truth.get(name) === cohort).length;
  // Whoever attacks knows how large cohorts are; where some were merged there is room for all.
  const matched = matchFlows(cohorts, open, (cohort) => sizes.get(cohort) ?? open.size);
  return [
    resultOf("rows", open.size, right(joinSeries(open, cohorts)), chance),
    resultOf("sequence", open.size, right(alignSeries(open, cohorts)), chance),
    resultOf("flows", open.size, right(matched), chance),
  ];
}
