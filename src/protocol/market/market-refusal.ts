/** What the market table refuses: the contract's errors, by the same names and with the same values. */
import { ProtocolError } from "../amounts/errors.js";

type Root = "marketRootId";
type Market = Root | "marketBranchId";
type Numbers<Names extends string> = Readonly<Record<Names, bigint>>;
type Texts<Names extends string> = Readonly<Record<Names, string>>;

/** The values of each error. Numbers are bigint whatever their size, addresses and hashes text, as ethers decodes them. */
export interface MarketRefusalValues {
  readonly Book_MarketUnknown: Numbers<Market>;
  readonly Book_MarketClosed: Numbers<Root | "closesAt" | "timestamp">;
  readonly Book_MarketDetermined: Numbers<Market | "value">;
  readonly Book_MarketSettled: Numbers<Root>;
  readonly Book_MarketNotSettled: Numbers<Root>;
  readonly Book_MarketNumber: Numbers<Market | "expectedRoot" | "expectedBranch">;
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
export type MarketRefusalCode = keyof MarketRefusalValues;

/** What each refusal asks for, and whether the same request may succeed later. */
export const MARKET_ADVICE: Readonly<
  Record<MarketRefusalCode, { readonly advice: string; readonly retryable: boolean }>
> = {
  Book_MarketUnknown: fix("Name a market that exists; the basket is root 1 with one branch for each leg."),
  Book_MarketClosed: fix("Trade in this root has ended; choose another market."),
  Book_MarketDetermined: fix("This market can only pay one value any more; choose one that is still open."),
  Book_MarketSettled: fix("The root is settled: realise its positions; it takes no more records."),
  Book_MarketNotSettled: later("Wait until the root is settled; refresh() brings worst cases up to date meanwhile."),
  Book_MarketNumber: later("Sign again with the expected numbers: another market was made first."),
  Book_MarketOutOfChain: later("Sign the record again over the expected link."),
  Book_NotMarketOwner: fix("Only the owner of a root adds records to it; the basket root has none."),
  Book_MayNotCreateMarkets: fix("Have the market's creator make it, or register the owner first where anybody may."),
  Book_MarketKindUnknown: fix("Choose kind 1 (event) or 2 (interval) for a new root."),
  Book_RootTermsRepeated: fix("Leave root terms and parent zero: they were given when the market was made."),
  Book_DescriptionMismatch: fix("Give the very text whose hash was signed."),
  Book_BoundsReversed: fix("Give a marketMin that is not above marketMax."),
  Book_NoRoom: fix("Choose bounds between which something is left to bet on."),
  Book_NoOutcomeLeft: fix("Choose bounds with which some weights still add up to the scale."),
  Book_NoSubMarkets: fix("Event markets have no sub-markets: name one of its outcomes."),
  Book_TooManyBranches: fix("The root has all the branches it can have: make another root."),
  Book_OutcomeCount: fix("Give an event root 2 to 16 outcomes, and an interval root none."),
  Book_TickValueOutOfRange: fix("Choose a tick value between one wei and the maximum."),
  Book_ClosesAtOutOfRange: fix("Choose closesAt after now and not after t2."),
  Book_SettleByOutOfRange: fix("Choose settleBy from closesAt up to the session's settleLimit."),
  Book_FallbackOutOfRange: fix("Choose a fallback that is a possible outcome."),
  Book_FallbackTooEarly: later("The fallback may be applied from settleBy on."),
  Book_OutcomeImpossible: fix("Name each root once, by rising number, with an outcome that is still possible."),
  Book_PriceOutOfBounds: fix("Choose a price between the market's bounds."),
};

/** A record, order or outcome that the market table refuses. Nothing was changed. */
export class MarketRefusal<Code extends MarketRefusalCode = MarketRefusalCode> extends ProtocolError {
  declare public readonly code: Code;
  public readonly values: MarketRefusalValues[Code];

  public constructor(code: Code, values: MarketRefusalValues[Code]) {
    const named = Object.entries<bigint | string>(values).map(([name, value]) => `${name}: ${value}`);
    const { advice, retryable } = MARKET_ADVICE[code];
    super(code, `${code}(${named.join(", ")}). ${advice}`, { retryable });
    this.values = values;
  }
}

function fix(advice: string): { advice: string; retryable: boolean } {
  return { advice, retryable: false };
}

function later(advice: string): { advice: string; retryable: boolean } {
  return { advice, retryable: true };
}
