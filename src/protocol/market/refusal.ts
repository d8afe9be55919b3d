/** What the order book refuses, market table included: the contract's errors, by the same names and with the same values. */
import { type Advice, fix, later, ProtocolError, wordsOf } from "../amounts/errors.js";
import { MAX_OUTCOMES, MIN_OUTCOMES } from "../amounts/limits.js";

type Root = "marketRootId";
type Market = Root | "marketBranchId";
type Numbers<Names extends string> = Readonly<Record<Names, bigint>>;
type Texts<Names extends string> = Readonly<Record<Names, string>>;
type Nothing = Readonly<Record<string, never>>;

/** The values of each error. Numbers are bigint whatever their size, addresses and hashes text, as ethers decodes them. */
export interface RefusalValues {
  // of traders, their money and orders
  readonly Book_TraderExists: Texts<"trader"> & Numbers<"traderId">;
  readonly Book_TraderUnknown: Texts<"trader">;
  readonly Book_NotAdmitted: Texts<"trader" | "policy">;
  readonly Book_ZeroAddress: Nothing;
  readonly Book_ReceiverInvalid: Texts<"receiver">;
  readonly Book_ZeroAmount: Nothing;
  readonly Book_NotTrading: Numbers<"timestamp" | "t1" | "t2">;
  readonly Book_DepositsClosed: Numbers<"timestamp" | "t2">;
  readonly Book_NotSettling: Numbers<"timestamp" | "t2">;
  readonly Book_NothingToExit: Texts<"trader">;
  readonly Book_QuantityOutOfRange: Numbers<"quantity" | "maximum">;
  readonly Book_TimeInForceUnknown: Numbers<"timeInForce">;
  readonly Book_DeadlineExpired: Numbers<"deadline" | "timestamp">;
  readonly Book_StaleLink: Texts<"given" | "current">;
  readonly Book_NonceUsed: Texts<"trader"> & Numbers<"nonce" | "nonceFloor">;
  readonly Book_NonceTooFar: Texts<"trader"> & Numbers<"nonce" | "limit">;
  readonly Book_SignatureInvalid: Texts<"trader" | "digest">;
  readonly Book_Uncovered: Texts<"trader"> & Numbers<"shortfall" | "bindingOutcome">;
  readonly Book_PositionOverflow: Texts<"trader">;
  readonly Book_TooManyLots: Texts<"trader"> & Numbers<"lots" | "limit">;
  readonly Book_PostOnlyWouldTake: Numbers<"price" | "best">;
  readonly Book_FillOrKillUnfilled: Numbers<"wanted" | "filled">;
  readonly Book_StillCrossed: Numbers<Market>;
  readonly Book_TooManyOpenOrders: Texts<"trader"> & Numbers<"limit">;
  readonly Book_HintTooFar: Numbers<"insertAfter" | "limit">;
  readonly Book_ChainFull: Nothing;
  readonly Book_OrderUnknown: Numbers<"tradeRootId">;
  readonly Book_OrderStands: Numbers<"tradeRootId"> & Texts<"caller">;
  readonly Book_OrderNotMeant: Numbers<"tradeRootId" | "fromTradeRootId" | "toTradeRootId"> & Texts<"trader">;
  readonly Book_CancellationVoid: Texts<"trader"> & Numbers<"nonceFloor" | "current">;
  readonly Book_WithdrawalTooLarge: Texts<"trader"> & Numbers<"requested" | "available">;
  readonly Book_WithdrawalUncoversOrders: Texts<"trader"> & Numbers<"requested" | "available" | "reserved">;
  readonly Book_NonceFloorNotHigher: Numbers<"given" | "current">;
  readonly Book_BatchMalformed: Numbers<"position">;
  readonly Book_TooManyWallets: Numbers<"wallets" | "limit">;
  /** `reason` is the code of the refusal; where only its selector is known, that. */
  readonly Book_PackageRefused: Numbers<"index"> & Texts<"reason">;
  readonly Book_QuoteSetRefused: Numbers<"index"> & Texts<"reason">;
  readonly Book_CancellationRefused: Numbers<"index"> & Texts<"reason">;
  // of markets
  readonly Book_MarketUnknown: Numbers<Market>;
  readonly Book_MarketClosed: Numbers<Root | "closesAt" | "timestamp">;
  readonly Book_MarketDetermined: Numbers<Market | "value">;
  readonly Book_MarketSettled: Numbers<Root>;
  readonly Book_MarketNotSettled: Numbers<Root>;
  readonly Book_MarketNumber: Numbers<Market | "expectedBranch">;
  readonly Book_RootExists: Texts<"link"> & Numbers<Root>;
  readonly Book_TooManyRoots: Numbers<"limit">;
  readonly Book_MarketOutOfChain: Texts<"given" | "expected">;
  readonly Book_NotMarketOwner: Numbers<Root> & Texts<"given" | "owner">;
  readonly Book_MayNotCreateMarkets: Texts<"owner" | "marketCreator">;
  readonly Book_MarketKindUnknown: Numbers<"kind">;
  readonly Book_RootTermsRepeated: Numbers<Root>;
  readonly Book_DescriptionMismatch: Texts<"given" | "signed">;
  readonly Book_BoundsReversed: Numbers<Market | "marketMin" | "marketMax">;
  readonly Book_NoRoom: Numbers<Market | "marketMin" | "marketMax">;
  readonly Book_NoOutcomeLeft: Numbers<Market | "marketMin" | "marketMax">;
  readonly Book_NoSubMarkets: Numbers<Root>;
  readonly Book_TooManyBranches: Numbers<Root | "limit">;
  readonly Book_OutcomeCount: Numbers<"outcomes" | "minimum" | "maximum">;
  readonly Book_TickValueOutOfRange: Numbers<"tickValue" | "maximum">;
  readonly Book_ClosesAtOutOfRange: Numbers<"closesAt" | "timestamp" | "t2">;
  readonly Book_SettleByOutOfRange: Numbers<"settleBy" | "closesAt" | "settleLimit">;
  readonly Book_FallbackOutOfRange: Numbers<"fallbackOutcome" | "minimum" | "maximum">;
  readonly Book_FallbackTooEarly: Numbers<Root | "settleBy" | "timestamp">;
  readonly Book_OutcomeImpossible: Numbers<Root>;
  readonly Book_PriceOutOfBounds: Numbers<"price" | "marketMin" | "marketMax">;
}
export type RefusalCode = keyof RefusalValues;

/** What each refusal asks for, and whether the same request may succeed later. */
export const REFUSAL_ADVICE: Readonly<Record<RefusalCode, Advice>> = {
  Book_TraderExists: fix("The address is registered already: go on with it."),
  Book_TraderUnknown: fix("Register first: a deposit does (`session deposit AMOUNT`)."),
  Book_NotAdmitted: fix("The session's participation policy refuses this address: ask its organiser."),
  Book_ZeroAddress: fix("Give an address other than zero."),
  Book_ReceiverInvalid: fix("Name a receiver other than zero, the book and the vault: tokens would be lost there."),
  Book_ZeroAmount: fix("Give an amount above zero."),
  Book_NotTrading: later("Orders are taken from t1 until just before t2."),
  Book_DepositsClosed: fix("Deposits ended at t2: redeem the tokens at the vault instead."),
  Book_NotSettling: later(
    "The book is left from t2 on (`session exit`); until then take out what is free (`session withdraw AMOUNT`).",
  ),
  Book_NothingToExit: fix("The book holds nothing for this trader; there is nothing left to do."),
  Book_QuantityOutOfRange: fix("Choose a quantity of 1 to 2^39 - 1 lots, below zero to sell."),
  Book_TimeInForceUnknown: fix(
    "Choose timeInForce 0 (until cancelled), 1 (immediate), 2 (fill or kill) or 3 (post only).",
  ),
  Book_DeadlineExpired: later("Sign the order again with a later deadline."),
  Book_StaleLink: later("Sign the order again over the current link."),
  Book_NonceUsed: later("Sign the order again with an unused nonce at or above the floor."),
  Book_NonceTooFar: later("Sign the order again with a nonce below the limit, or submit the earlier ones first."),
  Book_SignatureInvalid: fix("Sign with the trader's own key, or the owner's, for this chain and this order book."),
  Book_Uncovered: fix(
    "Deposit at least the shortfall, or trade less: it is what the account would lack if every market ended worst for it.",
  ),
  Book_PositionOverflow: fix("Trade or deposit less: the book cannot store more."),
  Book_TooManyLots: fix("Trade less: the session limits how many lots of a market a trader holds."),
  Book_PostOnlyWouldTake: later("Choose a price that does not cross the best opposite one, or another timeInForce."),
  Book_FillOrKillUnfilled: later("Ask for less, at a better price, or allow more matching steps."),
  Book_StillCrossed: later(
    "Orders of that market still cross: a relay that is there goes on with them, and so may anybody (matchTrades); or allow more steps.",
  ),
  Book_TooManyOpenOrders: later("Cancel one of the trader's open orders first."),
  Book_HintTooFar: later("Send it again: its place among the orders is looked up anew. Or allow a longer walk."),
  Book_ChainFull: fix("The session's numbering is used up: only exits are left."),
  Book_OrderUnknown: fix("No such order is in the book, any more or yet: nothing is left to take out."),
  Book_OrderStands: later("Only its trader may offset an order that is covered and has not expired."),
  Book_OrderNotMeant: fix("Name orders of the trader that the cancellation is about."),
  Book_CancellationVoid: fix("It was used or replaced: ask its trader for another cancellation."),
  Book_WithdrawalTooLarge: fix(
    "Withdraw at most what is available: what the account is worth if every market ends worst for it, or of a leg its claim on it.",
  ),
  Book_WithdrawalUncoversOrders: fix(
    "Cancel open orders first, or withdraw less: what is reserved is what the dearest of them may need, until none is open.",
  ),
  Book_NonceFloorNotHigher: fix("Nonces can only be made void upwards: give a higher floor."),
  Book_BatchMalformed: fix("Pack the batch as the book reads it: every bit means something or is zero."),
  Book_TooManyWallets: fix("Split the batch: fewer of its orders may be those of contract wallets."),
  Book_PackageRefused: fix("Cure the reason that is given, or submit a batch that may go on without this order."),
  Book_QuoteSetRefused: fix("Cure the reason that is given, or submit a batch that may go on without this quote set."),
  Book_CancellationRefused: fix(
    "Cure the reason that is given, or submit a batch that may go on without the cancellation.",
  ),
  Book_MarketUnknown: fix(
    "Name a market that exists (`session markets`); the basket is root 1 with one branch for each leg.",
  ),
  Book_MarketClosed: fix("Trade in this root has ended; choose another market."),
  Book_MarketDetermined: fix("This market can only pay one value any more; choose one that is still open."),
  Book_MarketSettled: fix("The root is settled: realise its positions; it takes no more records."),
  Book_MarketNotSettled: later(
    "Wait until the root is settled; `session refresh ROOT` brings worst cases up to date meanwhile.",
  ),
  Book_MarketNumber: later("Sign again with the expected branch number: another sub-market was made first."),
  Book_RootExists: fix("This record has made its root already, under the number given: go on with it."),
  Book_TooManyRoots: fix("The session has all the roots it can have: trade in one that exists."),
  Book_MarketOutOfChain: later("Sign the record again over the expected link."),
  Book_NotMarketOwner: fix("Only the owner of a root adds records to it; the basket root has none."),
  Book_MayNotCreateMarkets: fix(
    "Have the organiser make it or sign it too, or register the owner first where anybody may.",
  ),
  Book_MarketKindUnknown: fix("Choose kind 1 (event) or 2 (interval) for a new root."),
  Book_RootTermsRepeated: fix("Leave root terms and parent zero: they were given when the market was made."),
  Book_DescriptionMismatch: fix("Give the very text whose hash was signed."),
  Book_BoundsReversed: fix("Give a marketMin that is not above marketMax."),
  Book_NoRoom: fix("Choose bounds between which something is left to bet on."),
  Book_NoOutcomeLeft: fix("Choose bounds with which some weights still add up to the scale."),
  Book_NoSubMarkets: fix("Event markets have no sub-markets: name one of its outcomes."),
  Book_TooManyBranches: fix("The root has all the branches it can have: make another root."),
  Book_OutcomeCount: fix(`Give an event root ${MIN_OUTCOMES} to ${MAX_OUTCOMES} outcomes, and an interval root none.`),
  Book_TickValueOutOfRange: fix("Choose a tick value between one wei and the maximum."),
  Book_ClosesAtOutOfRange: fix("Choose closesAt after now and not after t2."),
  Book_SettleByOutOfRange: fix("Choose settleBy from closesAt up to the session's settleLimit."),
  Book_FallbackOutOfRange: fix("Choose a fallback that is a possible outcome."),
  Book_FallbackTooEarly: later("The fallback may be applied from settleBy on."),
  Book_OutcomeImpossible: fix("Name each root once, by rising number, with an outcome that is still possible."),
  Book_PriceOutOfBounds: fix("Choose a price between the market's bounds."),
};

/** What the book refuses: a call, an order, a record or an outcome. Nothing was changed. */
export class Refusal<Code extends RefusalCode = RefusalCode> extends ProtocolError {
  declare public readonly code: Code;
  public readonly values: RefusalValues[Code];

  public constructor(code: Code, values: RefusalValues[Code]) {
    const { advice, retryable } = REFUSAL_ADVICE[code];
    super(code, wordsOf(code, values, advice), { retryable });
    this.values = values;
  }
}

/** As `instanceof`, which alone would leave open of which codes it is. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Refusal;
}
