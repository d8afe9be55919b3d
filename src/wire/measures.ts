/** What is measured of a session: the figures of `session measure`; and of several on the same assets. */
import * as z from "zod";

import { answer, described, type DomainOf, type Form, list, maybe, orNull, plain, request } from "./form.js";
import { address, count, flag, integer, marketRootId, oneOf, shortInteger, text, timedBlock } from "./values.js";

const number = plain(z.number());
const estimate = described(orNull(number), "null where it cannot be told");
const anyInteger = z.string().regex(/^-?\d+$/, "a decimal integer as text");
/** Sums of many fractions have many digits. */
const digits = { wire: anyInteger, domain: anyInteger.transform(BigInt) };
const exact = answer({ numerator: digits, denominator: digits, value: number });
const markets = described(list(text), "ROOT.BRANCH of each");
const line = answer({ count, intercept: number, slope: number, error: estimate, lags: count, rSquared: estimate });
const span = answer({ low: number, high: number });

/** Lines of prices that one question may have. */
const MOST_ROWS = 10_000;
const MOST_ASSETS = 16;
const MOST_AGE = 366 * 86_400;

function some<F extends Form>({ wire, domain }: F, least: number, most: number) {
  return {
    wire: z.array<F["wire"]>(wire).min(least).max(most),
    domain: z.array<F["domain"]>(domain).min(least).max(most),
  };
}

const positive = z.string().regex(/^[1-9]\d{0,77}$/, "a whole number above zero as text");
const price = { wire: positive, domain: positive.transform(BigInt) };

/** What assets cost elsewhere, to be measured beside a session's prices. */
export const measuresBody = request({
  rows: described(
    some(
      request({
        timestamp: described(
          shortInteger,
          "from when on the prices were known, unix seconds; each line's after the last one's",
        ),
        prices: described(
          some(price, 1, MOST_ASSETS),
          "of a smallest unit of each asset, in any one measure: whole numbers, scaled up",
        ),
      }),
      1,
      MOST_ROWS,
    ),
    "by rising time; at least one of the time from t1 to t2",
  ),
  maxAge: described(
    maybe(plain(z.int().min(0).max(MOST_AGE))),
    "how old a price may be and still count, seconds; four days",
  ),
});
/** As a client gives them. */
export interface RelayPrices {
  readonly rows: readonly { readonly timestamp: bigint; readonly prices: readonly bigint[] }[];
  /** Seconds. */
  readonly maxAge?: number;
}

export const measures = answer({
  block: described(timedBlock, "the last final block of the log that is kept: all of it is of what came up to its end"),
  isOver: described(flag, "whether the basket has its final weights"),
  until: described(integer, "unix seconds"),
  checkpoints: integer,
  fills: count,
  known: markets,
  open: markets,
  finalWeights: orNull(answer({ from: text, weights: list(number) })),
  information: described(
    list(answer({ elapsed: number, information: number, theory: number })),
    "I at each tenth of the session, beside Kyle's limit",
  ),
  weightErrorTicks: described(
    list(answer({ toMaturitySeconds: integer, ticks: orNull(number) })),
    "implied against final weights, by the time to t2",
  ),
  impact: described(
    list(answer({ market: text, line: orNull(line) })),
    "moves of a price on what takers bought, call by call",
  ),
  foresight: described(
    list(answer({ leg: count, horizon: count, line: orNull(line), skipped: count })),
    "a leg's true weight so many lines of prices later, ticks, on what takers had bought up to then; none without prices from elsewhere",
  ),
  volatility: described(
    list(answer({ leg: count, count, implied: number, reference: number, ratio: estimate })),
    "of each leg's odds against the rest, a year's: by the session's prices, and by those from elsewhere; none without them",
  ),
  implied: described(
    orNull(answer({ timestamp: integer, weights: list(exact) })),
    "of each leg, as the basket was quoted last",
  ),
  makers: described(
    list(
      answer({
        trader: address,
        marketRootId,
        nats: orNull(answer({ fills: count, learned: number, news: number, bought: number, paid: number })),
      }),
    ),
    "the makers that this relay was told of",
  ),
  forecasts: described(
    orNull(
      answer({
        count,
        brier: exact,
        decomposition: answer({
          reliability: exact,
          resolution: exact,
          uncertainty: exact,
          withinVariance: exact,
          withinCovariance: exact,
        }),
        logScore: estimate,
        bins: list(
          answer({
            from: number,
            to: number,
            count,
            happened: count,
            meanPrice: orNull(number),
            interval: orNull(span),
          }),
        ),
      }),
    ),
    "prices of events as forecasts; null of nothing",
  ),
});
export type RelayMeasures = DomainOf<typeof measures>;

/** Why a session is left out of a comparison. */
export const LEFT_OUT = ["over", "no prices", "other assets", "not measured"] as const;

export const termStructure = answer({
  at: described(integer, "as of when, unix seconds"),
  points: described(
    list(
      answer({
        session: address,
        t2: integer,
        toMaturity: described(integer, "seconds from then to t2"),
        ratios: described(
          list(number),
          "of each asset but the first: a smallest unit of it, in smallest units of the first",
        ),
        growth: described(list(number), "of the same since the point before, a year, as ln; none of the first point"),
      }),
    ),
    "by when they end",
  ),
  left: described(list(answer({ session: address, why: oneOf(LEFT_OUT) })), "sessions that are left out"),
});
export type RelayTermStructure = DomainOf<typeof termStructure>;
