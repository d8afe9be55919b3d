/** What `session measure` measures: sessions from files or from a node, and prices beside them. */
import { basketOf } from "../bindings/assets.js";
import { loggedEvents } from "../bindings/replay.js";
import type { MeteredMaker } from "../measures/maker-meter.js";
import { referenceRows } from "../measures/reference.js";
import { measureSession, type SessionMeasures } from "../measures/session.js";
import { type SessionWeights, type TermStructure, termStructure } from "../measures/term-structure.js";
import { weightsAt } from "../measures/weight-path.js";
import type { AssetUnits } from "../protocol/amounts/units.js";
import type { LoggedEvent } from "../protocol/book/rebuild.js";
import type { BookTerms } from "../protocol/book/terms.js";
import { pricesOfUnits } from "../protocol/value/stress-units.js";
import type { KnownPrices } from "../risk/price-history.js";
import { bookTermsOf } from "../verify/log-header.js";
import type { SessionLog } from "../verify/session-log.js";
import type { CliContext } from "./context.js";
import { requireOverlap } from "./input/price-file.js";
import type { SettingOptions } from "./input/settings.js";
import { readLogs } from "./mirror.js";
import { bookEventsOf, readVerifiedLogs } from "./verified-logs.js";
import { openReader } from "./who.js";

/** A session and what it has logged. */
export interface LoggedSession {
  readonly session: string;
  readonly terms: BookTerms;
  /** By address. */
  readonly assets: readonly string[];
  /** What prices call them: the address where only a log is there, which knows no names. */
  readonly symbols: readonly string[];
  /** Of each; undefined where only a log is there. */
  readonly decimals: readonly number[] | undefined;
  readonly quantities: readonly AssetUnits[];
  readonly logged: readonly LoggedEvent[];
  /** Until when the log goes, Unix seconds. */
  readonly until: bigint;
}

export interface Measured extends Pick<LoggedSession, "session" | "terms"> {
  readonly measures: SessionMeasures;
}

/** @throws CliError FILE_…; SessionLogError; what the node says */
export async function readSessions(
  context: CliContext,
  files: readonly string[] | undefined,
  options: SettingOptions,
): Promise<LoggedSession[]> {
  if (files !== undefined) return (await readVerifiedLogs(context, files)).map(fromLog);
  const handle = await openReader(context, options);
  const { terms, records, times, blockNumber } = await readLogs(context, handle, options);
  const basket = await basketOf(handle);
  return [
    {
      session: handle.address,
      terms,
      assets: basket.map(({ address }) => address),
      symbols: basket.map(({ symbol }) => symbol),
      decimals: basket.map(({ decimals }) => decimals),
      quantities: basket.map(({ quantity }) => quantity),
      logged: loggedEvents(records, times),
      until: times.get(blockNumber) ?? 0n,
    },
  ];
}

function fromLog(log: SessionLog): LoggedSession {
  const { session, terms } = log.header;
  return {
    session,
    terms: bookTermsOf(log.header),
    assets: terms.assets,
    symbols: terms.assets,
    decimals: undefined,
    quantities: terms.quantities,
    logged: bookEventsOf(log),
    until: BigInt(log.records.at(-1)?.timestamp ?? 0),
  };
}

/** Prices from elsewhere, and how they are to be read. */
export interface PriceSource {
  readonly file: string;
  readonly rows: readonly KnownPrices[];
  /** Of each asset. */
  readonly decimals: readonly number[];
  /** How old a price may be and still count, seconds. */
  readonly maxAge: bigint;
}

/** @throws InputError FILE_INVALID for prices of other days; RuleError RECORD_IMPOSSIBLE */
export function measureAll(
  sessions: readonly LoggedSession[],
  source: PriceSource | undefined,
  makers: readonly MeteredMaker[],
): Measured[] {
  return sessions.map(({ session, terms, quantities, logged, until }) => {
    const common = { terms, logged, until, makers };
    if (source === undefined) return { session, terms, measures: measureSession(common) };
    const { file, rows, decimals, maxAge } = source;
    requireOverlap(file, rows, terms, maxAge);
    const units = rows.map(({ timestamp, prices }) => ({ timestamp, prices: pricesOfUnits(prices, decimals) }));
    const reference = referenceRows(units, quantities);
    return { session, terms, measures: measureSession({ ...common, reference, maxAge }) };
  });
}

/** The last moment at which all of them were open, as far as their logs go; nothing of one session. */
export function commonMoment(sessions: readonly LoggedSession[]): bigint | undefined {
  const ends = sessions.map(({ until, terms: { t2 } }) => (until < t2 ? until : t2 - 1n));
  return sessions.length < 2 ? undefined : ends.reduce((a, b) => (b < a ? b : a));
}

export function termsBetween(
  sessions: readonly LoggedSession[],
  measured: readonly Measured[],
  at: bigint,
): TermStructure {
  const weights = sessions.map(({ session, terms: { t2 }, assets, quantities }, k): SessionWeights => {
    const path = measured[k]?.measures.weights ?? [];
    return { session, t2, assets, quantities, weights: weightsAt(path, at)?.weights };
  });
  return termStructure(weights, at);
}
