/** What an order would do, before anything is signed: by the library's own book, played and taken back. */
import type { ReactNode } from "react";

import type { OrderEffect } from "../../../src/protocol/book/order-effect.js";
import type { Foreseen, ToldRefusal } from "../../data/mirror/foresight.js";
import { type Names, type Root, useMarkets, useNames } from "../../data/session.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { Tokens } from "../../ui/Amount.js";
import type { Place } from "./place.js";
import { lotsText, priceWords } from "./prices.js";
import { type Remedy, type RefusalWords, tell } from "./remedies.js";

interface PreviewProps {
  readonly foreseen: Foreseen;
  readonly place: Place;
  readonly isBid: boolean;
  /** Undefined where a remedy has no button here. */
  readonly cure: (remedy: Remedy) => (() => void) | undefined;
}

export function Preview({ foreseen, place, isBid, cure }: PreviewProps): ReactNode {
  const { block, effect, refusal } = foreseen;
  return (
    <section className="preview" aria-live="polite" aria-label="Preview">
      <h3>Preview, block {block}</h3>
      {effect !== undefined && <Effect effect={effect} place={place} />}
      {refusal !== undefined && <RefusedOrder refusal={refusal} place={place} isBid={isBid} cure={cure} />}
    </section>
  );
}

export function Effect({ effect, place }: { readonly effect: OrderEffect; readonly place: Place }): ReactNode {
  const names = useNames();
  const markets = useMarkets() ?? [];
  const { fills, restingLots, cutLots, evicted, costWei, restCostWei, before, after } = effect;
  const filled = fills.reduce((sum, { lots }) => sum + lots, 0n);
  return (
    <dl>
      <dt>Fills now</dt>
      <dd>
        {filled === 0n ? "nothing" : `${lotsText(filled)} lots`}
        {filled > 0n && ` at ${fillWords(effect, place)}`}
      </dd>
      <dt>Rests</dt>
      <dd>
        {lotsText(restingLots)} lots
        {cutLots > 0n && `; ${lotsText(cutLots)} lots are cut off`}
        {evicted.length > 0 && `; takes out #${evicted.join(", #")}`}
      </dd>
      <dt>{costWei + restCostWei < 0n !== place.isTurned ? "Is paid at least" : "Pays at most"}</dt>
      <dd>
        <Tokens wei={abs(place.isTurned ? turnedCost(effect, place) : costWei + restCostWei)} />
      </dd>
      <dt>{place.title}</dt>
      <dd>
        {turned(before.lots, place)} → {turned(after.lots, place)} lots
      </dd>
      <dt>Worst case after</dt>
      <dd>
        <Tokens wei={before.slackWei} /> → <Tokens wei={after.slackWei} />
      </dd>
      <dt>Free to withdraw</dt>
      <dd>
        <Tokens wei={before.withdrawableWei} /> → <Tokens wei={after.withdrawableWei} />
      </dd>
      <dt>Binds</dt>
      <dd>{bindingWords(effect, markets, names)}</dd>
    </dl>
  );
}

/** What a buyer of the second leg pays is a lot's worth less what the seller of the first is paid. */
function turnedCost({ fills, restingLots, costWei, restCostWei }: OrderEffect, { scale, tickValue }: Place): bigint {
  const lots = fills.reduce((sum, fill) => sum + fill.lots, restingLots);
  return lots * scale * tickValue - abs(costWei + restCostWei);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function turned(lots: bigint, { isTurned }: Place): string {
  return lotsText(isTurned ? -lots : lots);
}

function fillWords({ fills }: OrderEffect, { root, isTurned, scale }: Place): string {
  const prices = [...new Set(fills.map(({ priceTicks }) => (isTurned ? scale - priceTicks : priceTicks)))];
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) return "";
  return first === last ? priceWords(root, first) : `${priceWords(root, first)} to ${priceWords(root, last)}`;
}

/** Root by root the outcome at which the account is worst; the one that costs most first. */
export function bindingWords({ after }: OrderEffect, markets: readonly Root[], names: Names | undefined): string {
  const worst = [...after.roots].sort((a, b) => (a.worst < b.worst ? -1 : 1))[0];
  if (worst === undefined) return "nothing: there is no position";
  const root = markets.find(({ marketRootId }) => marketRootId === worst.marketRootId);
  return root === undefined ? `market ${worst.marketRootId}` : outcomeWords(root, worst.values, names);
}

/** `AAPL is all`, `Rain at 80 mm`. */
export function outcomeWords(root: Root, values: readonly bigint[], names: Names | undefined): string {
  const isBasket = root.marketRootId === BASKET_ROOT_ID;
  if (root.kind === "interval")
    return `${root.head?.title ?? `market ${root.marketRootId}`} at ${priceWords(root, values[0] ?? 0n)}`;
  const parts = values.flatMap((weight, index) => {
    if (weight === 0n) return [];
    const name = isBasket ? names?.assets[index]?.symbol : root.head?.outcomes[index];
    return [`${name ?? `outcome ${index + 1}`} ${priceWords(root, weight)}`];
  });
  return `${isBasket ? "basket" : (root.head?.title ?? `market ${root.marketRootId}`)}: ${parts.join(", ")}`;
}

export function RefusedOrder({
  refusal,
  place,
  isBid,
  cure,
}: Omit<PreviewProps, "foreseen"> & { readonly refusal: ToldRefusal }): ReactNode {
  const names = useNames();
  const { root, isTurned, scale } = place;
  const words: RefusalWords = {
    price: (ticks) => priceWords(root, isTurned ? scale - ticks : ticks),
    symbol: names?.symbol ?? "tokens",
    isBid,
    outcome: (value) => {
      if (root.kind === "interval") return priceWords(root, value);
      const name = place.isBasket ? names?.assets[Number(value) - 1]?.symbol : root.head?.outcomes[Number(value) - 1];
      return `${name ?? `outcome ${value}`} being all`;
    },
  };
  const { sentence, remedies } = tell(refusal, words);
  return (
    <div className="refusal" role="alert">
      <p>
        {sentence} <small>{refusal.code}</small>
      </p>
      {remedies.map((remedy) => {
        const act = cure(remedy);
        return act === undefined ? null : (
          <button key={remedy.kind} type="button" onClick={act}>
            {remedyWords(remedy, words)}
          </button>
        );
      })}
    </div>
  );
}

function remedyWords(remedy: Remedy, { price }: RefusalWords): string {
  switch (remedy.kind) {
    case "deposit":
      return "Deposit";
    case "reduce":
      return remedy.lots === undefined ? "Reduce to what can be borne" : `Reduce to ${remedy.lots} lots`;
    case "price":
      return `Take ${price(remedy.priceTicks)}`;
    case "cancel":
      return "Look at my orders";
    case "signAgain":
      return "Sign again";
    case "match":
      return "Match them now";
    case "mayRest":
      return "Let it rest";
    case "noDeadline":
      return "Until trading ends";
  }
}
