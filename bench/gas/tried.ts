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
  "maker 3":
    "The book's calls alone, two orders of which a contract signs one, leave the maker less than half of the aim. Its own code is mostly " +
    "exponentials and a logarithm, and the odds up to the best opposite price. Tried: one logarithm of a quotient instead of two levels, " +
    "odds in closed form, the terms in the code, the taker's own link instead of the newest: 20 000 and more. What would help: one view " +
    "of the book that gives position, bounds and best prices together.",
  "set 3":
    "Four orders and three fills are the book's. The router reads the queues and its own worth through the book's views: a plan that " +
    "the caller brings would save most of that, and be stale whenever somebody else comes first.",
  "check 2": OF_CHECKS,
  "check 8": OF_CHECKS,
  "check 32": OF_CHECKS,
};

export function triedFor(id: string): { readonly tried?: string } {
  const tried = TRIED[id];
  return tried === undefined ? {} : { tried };
}
