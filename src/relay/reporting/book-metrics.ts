/** What is watched over the session's book, for Prometheus: computed when figures are asked for. */
import { Gauge, type Registry } from "prom-client";

import { type Fraction } from "../../protocol/amounts/fraction.js";
import { TOKEN_DECIMALS } from "../../protocol/amounts/units.js";
import type { Monitoring, RootInterest } from "../../protocol/book/monitoring.js";
import { LIKENESS_SCALE } from "../../protocol/value/concentration.js";

/** Of roots those with most at stake are told, the basket always: anybody may make roots, and each would be a series. */
export const MOST_ROOTS = 16;

/** @param read the book as of the newest block; undefined as long as there is none */
export function registerBookMetrics(registry: Registry, read: () => Monitoring | undefined): void {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> =>
    new Gauge({ name: `relay_${name}`, help, labelNames, registers });
  // The first in the registry, so that it is asked first, and fills all others.
  const traders: Gauge = new Gauge({
    name: "relay_book_traders",
    help: "registered traders",
    registers,
    collect() {
      const monitoring = read();
      for (const one of all) one.reset();
      traders.set(monitoring?.traders ?? 0);
      if (monitoring !== undefined) fill(monitoring);
    },
  });
  const holders = gauge("book_holders", "traders with a claim on anything");
  const views = gauge("book_views", "traders whose claims are not the same on all assets");
  const crowding = gauge("book_crowding", "how alike these views are, -1 to 1: mean cosine of all pairs");
  const herfindahl = gauge("leg_herfindahl", "sum of squared shares of an asset's claims in the book", ["leg"]);
  const largest = gauge("leg_largest_share", "largest share of an asset's claims in the book", ["leg"]);
  const claims = gauge("leg_claims_tokens", "claims on an asset in the book, whole tokens", ["leg"]);
  const interest = gauge("open_interest_lots", "lots of all who are long, or short", ["root", "branch", "side"]);
  const stake = gauge("root_at_stake_tokens", "what a root's worst case would take from its holders", ["root"]);
  const all = [holders, views, crowding, herfindahl, largest, claims, interest, stake];

  function fill({ holders: withClaims, crowding: found, legs, roots }: Monitoring): void {
    holders.set(withClaims);
    views.set(found.views);
    if (found.likeness !== undefined) crowding.set(Number(found.likeness) / Number(LIKENESS_SCALE));
    for (const { leg, total, herfindahl: squares, largest: share } of legs) {
      claims.set({ leg }, wholeTokens(total));
      herfindahl.set({ leg }, approximate(squares));
      largest.set({ leg }, approximate(share));
    }
    for (const { marketRootId: root, atStake, markets } of mostAtStake(roots)) {
      stake.set({ root }, wholeTokens(atStake));
      for (const { marketBranchId: branch, longLots, shortLots } of markets) {
        interest.set({ root, branch, side: "long" }, Number(longLots));
        interest.set({ root, branch, side: "short" }, Number(shortLots));
      }
    }
  }
}

function mostAtStake([basket, ...others]: readonly RootInterest[]): RootInterest[] {
  const most = others.sort((a, b) => (a.atStake < b.atStake ? 1 : a.atStake > b.atStake ? -1 : 0));
  return [...(basket === undefined ? [] : [basket]), ...most.slice(0, MOST_ROOTS - 1)];
}

/** Figures to look at: doubles, as Prometheus has them. */
function approximate({ numerator, denominator }: Fraction): number {
  return Number((numerator * LIKENESS_SCALE) / denominator) / Number(LIKENESS_SCALE);
}

function wholeTokens(wei: bigint): number {
  return Number(wei) / 10 ** TOKEN_DECIMALS;
}
