/** What was tried for the figures that miss their aims, and what is known that would help: said beside them. */

const OF_CHECKS =
  "Tried or thought through, in vain: the zones of a root in another order, and the view in a contract further in front. Of the " +
  "computing 735 are the glue of the view, which no order has.";

const TRIED: Readonly<Record<string, string>> = {
  furtherOrder:
    "No single thing is that large. The package's link is hashed for the signature and again for the head: once would give 90. The " +
    "rest is spread over checks, two fills and four records.",
  setQuote:
    "Some 9 000 are storage and logs. Hashing each quote's link once instead of twice, for the signature of the set and for its " +
    "record, would give 90.",
  "set 3":
    "Four orders and three fills of the book are about 190 000 of it. The router reads the queues and its own worth through the book's " +
    "views, some 60 000: a plan that the caller brings would save most of that, and be stale whenever somebody else comes first.",
  "check 2": OF_CHECKS,
  "check 8": OF_CHECKS,
  "check 32": OF_CHECKS,
};

export function triedFor(id: string): { readonly tried?: string } {
  const tried = TRIED[id];
  return tried === undefined ? {} : { tried };
}
