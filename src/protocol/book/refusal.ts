/** What the book refuses besides the market table: the contract's errors, by the same names and with the same values. */
import { ProtocolError } from "../amounts/errors.js";
import { MarketRefusal } from "../market/market-refusal.js";

type Numbers<Names extends string> = Readonly<Record<Names, bigint>>;
type Texts<Names extends string> = Readonly<Record<Names, string>>;
type Nothing = Readonly<Record<string, never>>;

/** The values of each error. Numbers are bigint whatever their size, addresses and hashes text, as ethers decodes them. */
export interface BookRefusalValues {
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
  readonly Book_QuantityOutOfRange: Numbers<"quantity">;
  readonly Book_TimeInForceUnknown: Numbers<"timeInForce">;
  readonly Book_DeadlineExpired: Numbers<"deadline" | "timestamp">;
  readonly Book_StaleLink: Texts<"given" | "current">;
  readonly Book_NonceUsed: Texts<"trader"> & Numbers<"nonce" | "nonceFloor">;
  readonly Book_NonceTooFar: Texts<"trader"> & Numbers<"nonce" | "limit">;
  readonly Book_SignatureInvalid: Texts<"trader" | "digest">;
  readonly Book_Uncovered: Texts<"trader"> & Numbers<"shortfall" | "bindingOutcome">;
  readonly Book_PositionOverflow: Texts<"trader">;
  readonly Book_PostOnlyWouldTake: Numbers<"price" | "best">;
  readonly Book_FillOrKillUnfilled: Numbers<"wanted" | "filled">;
  readonly Book_StillCrossed: Numbers<"marketRootId" | "marketBranchId">;
  readonly Book_TooManyOpenOrders: Texts<"trader"> & Numbers<"limit">;
  readonly Book_HintTooFar: Numbers<"insertAfter" | "limit">;
  readonly Book_ChainFull: Nothing;
  readonly Book_OrderUnknown: Numbers<"tradeRootId">;
  readonly Book_OrderStands: Numbers<"tradeRootId"> & Texts<"caller">;
  readonly Book_WithdrawalTooLarge: Texts<"trader"> & Numbers<"requested" | "available">;
  readonly Book_WithdrawalUncoversOrders: Texts<"trader"> & Numbers<"requested" | "available" | "reserved">;
  readonly Book_NonceFloorNotHigher: Numbers<"given" | "current">;
}
export type BookRefusalCode = keyof BookRefusalValues;

/** What each refusal asks for, and whether the same request may succeed later. */
export const BOOK_ADVICE: Readonly<Record<BookRefusalCode, { readonly advice: string; readonly retryable: boolean }>> =
  {
    Book_TraderExists: fix("The address is registered already: go on with it."),
    Book_TraderUnknown: fix("Register first, with register() or a deposit."),
    Book_NotAdmitted: fix("The session's participation policy refuses this address: ask its organiser."),
    Book_ZeroAddress: fix("Give an address other than zero."),
    Book_ReceiverInvalid: fix("Name a receiver other than zero, the book and the vault: tokens would be lost there."),
    Book_ZeroAmount: fix("Give an amount above zero."),
    Book_NotTrading: later("Orders are taken from t1 until just before t2."),
    Book_DepositsClosed: fix("Deposits ended at t2: redeem the tokens at the vault instead."),
    Book_NotSettling: later("exit() opens at t2; until then use withdraw() and withdrawLeg()."),
    Book_NothingToExit: fix("The book holds nothing for this trader; there is nothing left to do."),
    Book_QuantityOutOfRange: fix("Choose a quantity that is not zero and fits 63 bits."),
    Book_TimeInForceUnknown: fix(
      "Choose timeInForce 0 (until cancelled), 1 (immediate), 2 (fill or kill) or 3 (post only).",
    ),
    Book_DeadlineExpired: later("Sign the order again with a later deadline."),
    Book_StaleLink: later("Sign the order again over the current link."),
    Book_NonceUsed: later("Sign the order again with an unused nonce at or above the floor."),
    Book_NonceTooFar: later("Sign the order again with a nonce below the limit, or submit the earlier ones first."),
    Book_SignatureInvalid: fix("Sign with the trader's own key, for this chain and this order book."),
    Book_Uncovered: fix("Deposit at least the shortfall, or trade less."),
    Book_PositionOverflow: fix("Trade or deposit less: the book cannot store more."),
    Book_PostOnlyWouldTake: later("Choose a price that does not cross the best opposite one, or another timeInForce."),
    Book_FillOrKillUnfilled: later("Ask for less, at a better price, or allow more matching steps."),
    Book_StillCrossed: later("Call matchTrades on that market first, or allow more steps."),
    Book_TooManyOpenOrders: later("Cancel one of the trader's open orders first."),
    Book_HintTooFar: later("Ask insertionHint again and submit with it, or allow a longer walk."),
    Book_ChainFull: fix("The session's numbering is used up: only exits are left."),
    Book_OrderUnknown: fix("The order is not in the book any more: nothing is left to offset."),
    Book_OrderStands: later("Only its trader may offset an order that is covered and has not expired."),
    Book_WithdrawalTooLarge: fix("Withdraw at most what is available in the worst joint outcome."),
    Book_WithdrawalUncoversOrders: fix("Cancel open orders first, or withdraw less."),
    Book_NonceFloorNotHigher: fix("Nonces can only be made void upwards: give a higher floor."),
  };

/** A call that the book refuses. Nothing was changed. */
export class BookRefusal<Code extends BookRefusalCode = BookRefusalCode> extends ProtocolError {
  declare public readonly code: Code;
  public readonly values: BookRefusalValues[Code];

  public constructor(code: Code, values: BookRefusalValues[Code]) {
    const named = Object.entries<bigint | string>(values).map(([name, value]) => `${name}: ${value}`);
    const { advice, retryable } = BOOK_ADVICE[code];
    super(code, `${code}(${named.join(", ")}). ${advice}`, { retryable });
    this.values = values;
  }
}

/** Whatever the book or its market table refuses. */
export type Refusal = BookRefusal | MarketRefusal;

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof BookRefusal || error instanceof MarketRefusal;
}

function fix(advice: string): { advice: string; retryable: boolean } {
  return { advice, retryable: false };
}

function later(advice: string): { advice: string; retryable: boolean } {
  return { advice, retryable: true };
}
