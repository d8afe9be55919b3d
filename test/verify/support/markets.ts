/** Markets beside the basket, made by the organiser. */
import { id } from "ethers";

import { type MarketFields, NEW_ROOT, NO_ROOT_TERMS, RootKind } from "../../../src/protocol/signing/market-record.js";
import { LOT, T2 } from "./header.js";
import { ORGANISER, type Person } from "./people.js";
import type { Scribe } from "./scribe.js";

export const RAIN = 2;
export const RACE = 3;
export const RAIN_TEXT = "Rain in one month at the station, in millimetres.";
export const RACE_TEXT = "Who of three comes first.";
/** Wei of a tick of a lot. */
export const TICK_VALUE = LOT;
export const CLOSES_AT = T2 - 1_000n;
export const SETTLE_BY = T2 + 1_000n;

/** Fields of a new interval root over [0, 50]. */
export function rainFields({ book }: Scribe, changes: Partial<MarketFields> = {}): MarketFields {
  return {
    marketRootId: NEW_ROOT,
    marketBranchId: 1,
    parentBranchId: 0,
    owner: ORGANISER.address,
    marketMin: 0n,
    marketMax: 50n,
    kind: RootKind.Interval,
    outcomes: 0,
    tickValue: TICK_VALUE,
    closesAt: CLOSES_AT,
    settleBy: SETTLE_BY,
    fallbackOutcome: 25n,
    descriptionHash: id(RAIN_TEXT),
    previousLink: book.link,
    ...changes,
  };
}

/** Fields of a new event root of three outcomes with a scale of 100. */
export function raceFields(scribe: Scribe, changes: Partial<MarketFields> = {}): MarketFields {
  const event = { kind: RootKind.Simplex, outcomes: 3, marketMax: 100n, fallbackOutcome: 2n };
  return rainFields(scribe, { ...event, descriptionHash: id(RACE_TEXT), ...changes });
}

/** Fields of a record on an existing root: a new branch, or new bounds. */
export function laterFields(
  { book }: Scribe,
  marketRootId: number,
  changes: Partial<MarketFields> & Pick<MarketFields, "marketMin" | "marketMax">,
): MarketFields {
  const previousLink = book.state.markets.known(marketRootId).tip;
  const numbers = { marketRootId, marketBranchId: 1, parentBranchId: 0 };
  return { ...NO_ROOT_TERMS, ...numbers, owner: ORGANISER.address, previousLink, ...changes };
}

interface Manner {
  readonly text?: string;
  /** The organiser by default. */
  readonly owner?: Person;
  readonly isSigned?: boolean;
  /** Signs too, and so permits a root. */
  readonly organiser?: Person;
  /** The owner by default. */
  readonly bringer?: Person;
}

/** A record that is true, signed by the organiser unless said otherwise. */
export function record(
  scribe: Scribe,
  fields: MarketFields,
  { text = "", owner = ORGANISER, isSigned = true, ...others }: Manner = {},
): void {
  scribe.record(scribe.recorded(fields, text, owner, isSigned, others.organiser), others.bringer ?? owner);
}

/** Root 2: rain over [0, 50], with a branch 2 from 10 to 20. */
export function makeRain(scribe: Scribe): void {
  record(scribe, rainFields(scribe), { text: RAIN_TEXT });
  record(scribe, laterFields(scribe, RAIN, { marketBranchId: 2, parentBranchId: 1, marketMin: 10n, marketMax: 20n }));
}

/** Root 3, if rain is root 2: a race of three. */
export function makeRace(scribe: Scribe): void {
  record(scribe, raceFields(scribe), { text: RACE_TEXT });
}

/** New bounds of a branch. */
export function bound(scribe: Scribe, root: number, branch: number, marketMin: bigint, marketMax: bigint): void {
  record(scribe, laterFields(scribe, root, { marketBranchId: branch, marketMin, marketMax }));
}
