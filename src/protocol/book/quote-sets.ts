/**
 * Quote sets (R44): a set lands with all its matching done, or not at all. Twin of `contracts/book/QuoteSets.sol`, but for gas.
 */
import { loggedSignature } from "../signing/signatures.js";
import { TimeInForce } from "../signing/package.js";
import { packageOfQuote, type QuoteFields, type QuoteSetTerms, type SubmittedQuoteSet } from "../signing/quote-set.js";
import { type Hash, quoteSetHash } from "../signing/typed-data.js";
import { isRefusal, Refusal, type RefusalCode } from "../market/refusal.js";
import { acceptNow, type Placed, type Timed } from "./orders.js";
import { release } from "./resting.js";
import { type BookState, findMarket } from "./state.js";
import { refusalOfNonce } from "./intake.js";

/** Steps, walk or gas of whoever submits a set have decided; or nothing can be appended any more. */
const OF_SUBMISSION: ReadonlySet<RefusalCode> = new Set(["Book_StillCrossed", "Book_HintTooFar", "Book_ChainFull"]);

const NOT_ACCEPTED: Placed = { tradeRootId: 0, place: 0 };

/** @param strict whether one refusal refuses the set. @returns what was refused has no number. @throws Refusal of the set */
export function acceptQuoteSet(
  state: BookState,
  limits: Timed,
  { terms, quotes, signature }: SubmittedQuoteSet,
  strict: boolean,
): Placed[] {
  const { chain, events, hashing, traders } = state;
  const packages = quotes.map((quote) => packageOfQuote(terms, quote));
  const links = packages.map((order) => hashing.primaryLink(order));
  const refusal = refusalOfQuoteSet(state, limits.timestamp, terms, { links, signature });
  if (refusal !== undefined) throw refusal;
  const { trader, previousLink, nonce, deadline, timeInForce } = terms;
  traders.useNonce(traders.registered(trader).traderId, nonce);
  events.emit({
    ...{ kind: "quoteSetCreated", tradeRootId: chain.trades + 1, trader, previousLink, nonce, deadline, timeInForce },
    ...{ signature: loggedSignature(signature), quotes: quotes.length },
  });
  const isWhole = strict || timeInForce === TimeInForce.FillOrKill;
  const refusals: Refusal[] = [];
  const placed = quotes.map(({ insertAfter, place }, quote) => {
    const [order, link] = [packages[quote], links[quote]];
    if (order === undefined || link === undefined) throw new RangeError(`no quote ${quote}`);
    const submitted = { package: order, signature, insertAfter, place };
    const accepted = leftCrossed(state, acceptNow(state, limits, submitted, { link, digest: link, by: "set" }), order);
    if (!isRefusal(accepted)) return accepted;
    if (isWhole || OF_SUBMISSION.has(accepted.code)) throw accepted;
    refusals.push(accepted);
    events.emit({ kind: "quoteSkipped", trader, quote, primaryLink: link, refusal: accepted });
    return NOT_ACCEPTED;
  });
  const [first] = refusals;
  if (first !== undefined && refusals.length === quotes.length) throw first;
  release(state);
  return placed;
}

/** Deadline, link, trader, nonce and, if the links of its quotes are known, the signature of a set. */
export function refusalOfQuoteSet(
  state: BookState,
  timestamp: bigint,
  { trader, previousLink, nonce, deadline }: QuoteSetTerms,
  signed?: { readonly links: readonly Hash[]; readonly signature: string },
): Refusal | undefined {
  const { chain, terms, traders } = state;
  if (deadline < timestamp) return new Refusal("Book_DeadlineExpired", { deadline, timestamp });
  if (!chain.accepts(previousLink, terms.chainWindow, 0n)) {
    return new Refusal("Book_StaleLink", { given: previousLink, current: chain.link });
  }
  const known = traders.find(trader);
  if (known === undefined) return new Refusal("Book_TraderUnknown", { trader });
  const ofNonce = refusalOfNonce(known, nonce);
  if (ofNonce !== undefined || signed === undefined) return ofNonce;
  return refusalOfSetSignature(state, trader, signed);
}

/** Sets are signed by keys. */
export function refusalOfSetSignature(
  { chain, hashing, outside }: BookState,
  trader: string,
  { links, signature }: { readonly links: readonly Hash[]; readonly signature: string },
): Refusal | undefined {
  const digest = hashing.digestOf(chain.separator, quoteSetHash(links));
  if (outside.signedBy(trader, digest, signature) === "key") return undefined;
  return new Refusal("Book_SignatureInvalid", { trader, digest });
}

/** Where steps have run out the market stays crossed, with the quote in it. */
function leftCrossed(
  state: BookState,
  accepted: Placed | Refusal,
  { marketRootId, marketBranchId }: QuoteFields,
): Placed | Refusal {
  if (isRefusal(accepted) || findMarket(state, marketRootId, marketBranchId)?.queues.isCrossed() !== true) {
    return accepted;
  }
  return new Refusal("Book_StillCrossed", {
    marketRootId: BigInt(marketRootId),
    marketBranchId: BigInt(marketBranchId),
  });
}
