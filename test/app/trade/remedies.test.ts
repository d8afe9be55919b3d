import { expect } from "chai";

import { REFUSAL_ADVICE, type RefusalCode } from "../../../src/protocol/market/refusal.js";
import { ORDER_REFUSALS, type RefusalWords, tell } from "../../../app/views/trade/remedies.js";

const WORDS: RefusalWords = {
  price: (ticks) => `${ticks} ticks`,
  symbol: "MTL",
  isBid: true,
  outcome: (value) => `leg ${value} being all`,
};

/** What only other calls are refused with: of money, of markets' owners, of batches, of what is cancelled. */
const OF_OTHER_CALLS: readonly RefusalCode[] = [
  ...(["Book_TraderExists", "Book_ZeroAddress", "Book_ReceiverInvalid", "Book_ZeroAmount"] as const),
  ...(["Book_DepositsClosed", "Book_NotSettling", "Book_NothingToExit"] as const),
  ...(["Book_OrderUnknown", "Book_OrderStands", "Book_OrderNotMeant", "Book_CancellationVoid"] as const),
  ...(["Book_WithdrawalTooLarge", "Book_WithdrawalUncoversOrders", "Book_NonceFloorNotHigher"] as const),
  ...(["Book_BatchMalformed", "Book_TooManyWallets", "Book_PackageRefused", "Book_QuoteSetRefused"] as const),
  ...(["Book_CancellationRefused", "Book_MarketNotSettled", "Book_MarketNumber", "Book_RootExists"] as const),
  ...(["Book_TooManyRoots", "Book_MarketOutOfChain", "Book_NotMarketOwner", "Book_MayNotCreateMarkets"] as const),
  ...(["Book_MarketKindUnknown", "Book_RootTermsRepeated", "Book_DescriptionMismatch", "Book_BoundsReversed"] as const),
  ...(["Book_NoRoom", "Book_NoOutcomeLeft", "Book_NoSubMarkets", "Book_TooManyBranches", "Book_OutcomeCount"] as const),
  ...(["Book_TickValueOutOfRange", "Book_ClosesAtOutOfRange", "Book_SettleByOutOfRange"] as const),
  ...(["Book_FallbackOutOfRange", "Book_FallbackTooEarly", "Book_OutcomeImpossible"] as const),
];

/** Nothing that a trader does in a ticket cures these. */
const INCURABLE: readonly string[] = [
  ...["Book_NotAdmitted", "Book_NotTrading", "Book_ChainFull", "Book_MarketUnknown", "Book_MarketClosed"],
  ...["Book_MarketDetermined", "Book_MarketSettled"],
];

const VALUES = {
  ...{ shortfall: 310_000_000_000_000_000n, bindingOutcome: 2n, best: 5_500n, wanted: 9n, filled: 4n, limit: 255n },
  ...{ price: 12_000n, marketMin: 0n, marketMax: 10_000n, value: 3n },
};

function told(code: string, values: Readonly<Record<string, bigint>> = VALUES) {
  return tell({ code, message: `${code}().`, advice: "Ask.", retryable: false, values }, WORDS);
}

describe("why an order would be refused", function () {
  it("is known for every refusal there is: an order's, or another call's", function () {
    const known = [...Object.keys(ORDER_REFUSALS), ...OF_OTHER_CALLS].sort();
    expect(known).to.deep.equal(Object.keys(REFUSAL_ADVICE).sort());
  });

  for (const code of Object.keys(ORDER_REFUSALS)) {
    it(`is a sentence, and a button where it can be cured: ${code}`, function () {
      const { sentence, remedies } = told(code);
      expect(sentence)
        .to.match(/^[A-Z].*\.$/)
        .and.not.match(/undefined|Book_/);
      expect(remedies.length > 0).to.equal(!INCURABLE.includes(code));
    });
  }

  it("has its values in words", function () {
    expect(told("Book_Uncovered").sentence).to.include("0.31 MTL are missing, at leg 2 being all");
    expect(told("Book_Uncovered").remedies[0]).to.deep.equal({ kind: "deposit", wei: VALUES.shortfall });
    expect(told("Book_PriceOutOfBounds").remedies).to.deep.equal([{ kind: "price", priceTicks: 10_000n }]);
    expect(told("Book_PostOnlyWouldTake").remedies[0]).to.deep.equal({ kind: "price", priceTicks: 5_499n });
    expect(told("Book_FillOrKillUnfilled").remedies[0]).to.deep.equal({ kind: "reduce", lots: 4n });
    expect(told("Book_FillOrKillUnfilled", { wanted: 9n, filled: 0n }).remedies).to.deep.equal([{ kind: "mayRest" }]);
  });

  it("of what nobody has foreseen is what it says itself", function () {
    expect(told("Somewhere_Else")).to.deep.equal({ sentence: "Somewhere_Else(). Ask.", remedies: [] });
  });
});
