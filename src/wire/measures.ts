/** What is measured of a session: the figures of `session measure`, without prices from elsewhere. */
import * as z from "zod";

import { answer, described, type DomainOf, list, orNull, plain } from "./form.js";
import { address, count, flag, integer, marketRootId, text, timedBlock } from "./values.js";

const number = plain(z.number());
const estimate = described(orNull(number), "null where it cannot be told");
const anyInteger = z.string().regex(/^-?\d+$/, "a decimal integer as text");
/** Sums of many fractions have many digits. */
const digits = { wire: anyInteger, domain: anyInteger.transform(BigInt) };
const exact = answer({ numerator: digits, denominator: digits, value: number });
const markets = described(list(text), "ROOT.BRANCH of each");
const line = answer({ count, intercept: number, slope: number, error: estimate, lags: count, rSquared: estimate });
const span = answer({ low: number, high: number });

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
