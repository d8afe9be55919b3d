/** What a ticket that would be refused is told: why in words, and what would cure it, as buttons. */
import type { RefusalCode } from "../../../src/protocol/market/refusal.js";
import type { ToldRefusal } from "../../data/mirror/foresight.js";
import { tokensText } from "../../ui/numbers.js";

export type Remedy =
  /** Opens the form for session tokens. @see wei at least so many */
  | { readonly kind: "deposit"; readonly wei: bigint }
  /** As many lots as can be borne, or as there are. */
  | { readonly kind: "reduce"; readonly lots?: bigint }
  | { readonly kind: "price"; readonly priceTicks: bigint }
  | { readonly kind: "cancel" }
  | { readonly kind: "signAgain" }
  | { readonly kind: "match" }
  /** Another time in force. */
  | { readonly kind: "mayRest" }
  /** Until trading ends. */
  | { readonly kind: "noDeadline" };

/** What can be written of values: prices and outcomes in the market's unit, tokens with their symbol. */
export interface RefusalWords {
  readonly price: (ticks: bigint) => string;
  readonly symbol: string;
  /** As the order's side has it. */
  readonly isBid: boolean;
  /** Of the market that is bound, the outcome at which the account is worst. */
  readonly outcome: (value: bigint) => string;
}

export interface Told {
  readonly sentence: string;
  readonly remedies: readonly Remedy[];
}

type Values = ToldRefusal["values"];
type Telling = (values: Values, words: RefusalWords) => Told;

const number = (values: Values, name: string): bigint => BigInt(values[name] ?? 0);
const only =
  (sentence: string, ...remedies: Remedy[]): Telling =>
  () => ({ sentence, remedies });

/** Every code that an order can be refused with. */
export const ORDER_REFUSALS = {
  Book_TraderUnknown: only("This account has nothing in the book yet. A deposit registers it.", {
    kind: "deposit",
    wei: 0n,
  }),
  Book_NotAdmitted: only("The session's policy does not admit this account. Its organiser can."),
  Book_NotTrading: only("Orders are taken while trading is open, and it is not."),
  Book_QuantityOutOfRange: only("No order can have so many lots.", { kind: "reduce" }),
  Book_TimeInForceUnknown: only("This way of waiting does not exist. Choose another.", { kind: "mayRest" }),
  Book_DeadlineExpired: only("Its time is over already.", { kind: "noDeadline" }),
  Book_StaleLink: only("The chain has gone on too far since it was signed.", { kind: "signAgain" }),
  Book_NonceUsed: only("An order with its nonce has landed already.", { kind: "signAgain" }),
  Book_NonceTooFar: only("Too many earlier orders have not landed yet.", { kind: "signAgain" }, { kind: "cancel" }),
  Book_SignatureInvalid: only("It is not signed by this account for this book.", { kind: "signAgain" }),
  Book_Uncovered: (values, { symbol, outcome }) => {
    const shortfall = number(values, "shortfall");
    const at = outcome(number(values, "bindingOutcome"));
    return {
      sentence: `If it were filled, this account could owe what it has not got: ${tokensText(shortfall)} ${symbol} are missing, at ${at}.`,
      remedies: [{ kind: "deposit", wei: shortfall }, { kind: "reduce" }, { kind: "cancel" }],
    };
  },
  Book_PositionOverflow: only("The book cannot keep so large a position.", { kind: "reduce" }),
  Book_TooManyLots: (values) => ({
    sentence: `The session lets nobody hold more than ${number(values, "limit")} lots of a market.`,
    remedies: [{ kind: "reduce" }],
  }),
  Book_PostOnlyWouldTake: (values, { price, isBid }) => {
    const best = number(values, "best");
    const behind = isBid ? best - 1n : best + 1n;
    return {
      sentence: `It would be filled at ${price(best)} at once, and was only to rest.`,
      remedies: [{ kind: "price", priceTicks: behind }, { kind: "mayRest" }],
    };
  },
  Book_FillOrKillUnfilled: (values) => {
    const filled = number(values, "filled");
    return {
      sentence: `Only ${filled} of ${number(values, "wanted")} lots can be had at this price now.`,
      remedies: [...(filled > 0n ? [{ kind: "reduce", lots: filled } as const] : []), { kind: "mayRest" }],
    };
  },
  Book_StillCrossed: only("Orders of this market still have to be matched with each other first.", { kind: "match" }),
  Book_TooManyOpenOrders: (values) => ({
    sentence: `An account may have ${number(values, "limit")} open orders, and this one has them.`,
    remedies: [{ kind: "cancel" }],
  }),
  Book_HintTooFar: only("The book has changed too much on the way. It can be sent again as it is.", {
    kind: "signAgain",
  }),
  Book_ChainFull: only("The session has used up all its numbers: only exits are left."),
  Book_MarketUnknown: only("There is no such market. Choose another one."),
  Book_MarketClosed: only("Trading in this market has ended. Choose another one."),
  Book_MarketDetermined: (values, { price }) => ({
    sentence: `This market can only pay ${price(number(values, "value"))} any more: there is nothing left to trade.`,
    remedies: [],
  }),
  Book_MarketSettled: only("This market is settled. Its positions can be turned into cash."),
  Book_PriceOutOfBounds: (values, { price }) => {
    const [given, least, most] = [number(values, "price"), number(values, "marketMin"), number(values, "marketMax")];
    const near = given < least ? least : most;
    return {
      sentence: `A lot can only pay ${price(least)} to ${price(most)}: the price has to be within.`,
      remedies: [{ kind: "price", priceTicks: near }],
    };
  },
} as const satisfies Partial<Record<RefusalCode, Telling>>;

/** Why it would be refused; whatever is not known here says it in its own words. */
export function tell({ code, message, advice, values }: ToldRefusal, words: RefusalWords): Told {
  const telling = (ORDER_REFUSALS as Partial<Record<string, Telling>>)[code];
  return (
    telling?.(values, words) ?? {
      sentence: `${message} ${message.includes(advice) ? "" : advice}`.trim(),
      remedies: [],
    }
  );
}
