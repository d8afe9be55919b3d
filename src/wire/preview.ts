/** What an order would do, asked before anything is signed. Nothing of it is stored. */
import { answer, described, type DomainOf, list, maybe, request } from "./form.js";
import { draftPackage, route } from "./packages.js";
import { bindingRoot, refusal } from "./state.js";
import { block, count, flag, inLots, integer, inTicks, inWei, relayedBytes } from "./values.js";

export const previewBody = request({
  package: draftPackage,
  signature: described(maybe(relayedBytes), "taken, so that a signed package can be asked about; it is not looked at"),
  most: described(maybe(flag), "whether to say the most lots, too"),
});

const moment = answer({
  slackWei: described(inWei, "net collateral in the worst joint outcome, as stored"),
  reservedWei: inWei,
  withdrawableWei: inWei,
  claimsWei: described(list(inWei), "claim on each asset, other roots at their worst"),
  lots: described(inLots, "in the order's market; + long"),
  roots: described(list(bindingRoot), "where the account is worst, root by root: what binds"),
});

const effect = answer({
  fills: list(answer({ makerRootId: count, priceTicks: inTicks, lots: inLots })),
  restingLots: described(integer, "what would wait in the book, unsigned"),
  cutLots: described(integer, "what would be cut off again, unsigned"),
  evicted: described(list(count), "orders of others that would be taken out on the way"),
  costWei: described(inWei, "what the fills take from the claim: below zero if it is paid"),
  restCostWei: described(inWei, "what the rest would take at its limit"),
  before: moment,
  after: moment,
});

/** As it would be by the book as it is on the chain: what waits at the relay is nobody's affair but its traders'. */
export const preview = answer({
  block: maybe(block),
  route: maybe(described(route, "through what it would go; left out of one that is refused")),
  effect: maybe(effect),
  refusal: maybe(described(refusal.error, "why the book would not take it, as a package would be refused")),
  mostLots: maybe(
    described(
      integer,
      "the most lots of that side and price that the trader could bear; left out if that is not what it is refused for",
    ),
  ),
});
export type RelayPreview = DomainOf<typeof preview>;
