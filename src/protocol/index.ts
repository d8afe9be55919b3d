/**
 * The package's entry "session-contracts/protocol": the rules of a session as pure functions and one state machine, the same in
 * Node and in browsers. Without I/O, clock or process. This file is the package's surface; inside the project modules are
 * imported by their own names.
 */

// ------------------------------------------------------------------ the order book of a session, as the contracts run it

export { type Answer, Book } from "./book/book.js";
export { type BookEvent, OFFSET_REASONS, type OffsetReason } from "./book/events.js";
export type { SubmittedOrder } from "./book/intake.js";
export type { OrderLimits } from "./book/orders.js";
export { type CallContext, type Outside, TRUSTING } from "./book/outside.js";
export { BookReplay, type LoggedEvent, rebuildBook } from "./book/rebuild.js";
export { BookRefusal, type BookRefusalCode, type BookRefusalValues, isRefusal, type Refusal } from "./book/refusal.js";
export type { SubmittedRecord } from "./book/settlement.js";
export type { BookTerms } from "./book/terms.js";
export type * from "./book/viewAnswers.js";

// ------------------------------------------------------------------ what is signed, links and heads

export { BASKET_ROOT_ID, type MarketRef, type PackageFields, TimeInForce } from "./package.js";
export { type TradePackage, tradePackage } from "./package.js";
export { type MarketFields, type MarketRecord, marketRecord, NO_ROOT_TERMS, RootKind } from "./marketRecord.js";
export { type BookDomain, bookDomain, domainSeparator, type Hash, type TradeLinks } from "./typedData.js";
export { marketDigest, marketLink, packageDigest, primaryLink, tradeLinks } from "./typedData.js";
export { MARKET_TYPES, TRADE_PACKAGE_TYPES } from "./typedData.js";
export { compactSignature, recoverSigner, type RecoverSigner, signerRecovery } from "./signatures.js";
export { type RecoverKey } from "./recovery.js";
export { type Hashing, hashingWith, type Keccak, PLAIN_HASHING } from "./hashing.js";
export { foldMarket, foldPrimary, foldPromotion, type MarketFold, recordWord } from "./chain.js";
export { TradeBranch, type TradeRecord } from "./chain.js";
export { type BookRecord, type Replay, replayChain, type ReplayedOrder } from "./replay.js";

// ------------------------------------------------------------------ markets

export { branchCount, createMarketTable, type IntervalRoot, type MarketRoot, type MarketTable } from "./marketTable.js";
export { marketBounds, type MarketTerms, requireTradable, rootOf, type SimplexRoot, spanOf } from "./marketTable.js";
export { applyFallback, applyMarketRecord, type RecordContext } from "./marketChain.js";
export { type MarketEntry, replayMarkets } from "./marketReplay.js";
export { MarketRefusal, type MarketRefusalCode, type MarketRefusalValues } from "./marketRefusal.js";
export { boundsRecord, branchRecord, type BranchSpec, eventRecord, type EventSpec } from "./marketDrafts.js";
export { intervalRecord, type IntervalSpec, type RecordPlace } from "./marketDrafts.js";
export type { Bounds } from "./bounds.js";

// ------------------------------------------------------------------ collateral

export { type Account, accountAfter, type AccountWorst, isPossible, netCollateral, payoffOfRoot } from "./exposure.js";
export { type Position, realisedCash, type RootOutcome, type RootWorst } from "./exposure.js";
export { worstOfAccount, worstOfRoot } from "./exposure.js";
export { byMarket, byRoot, collateralNeed, type CollateralNeed, type OwnTrade, type PositionNeed } from "./need.js";
/** The seeds' matrix over all outcome combinations: plain, slow, and the judge of everything above. */
export {
  checkCollateral,
  type CollateralCheck,
  netCollateralMatrix,
  type Trade,
  type TraderCash,
} from "./collateral.js";
export { constructOutcomeCombinations, type OutcomeColumn, type OutcomeCombinations } from "./outcomes.js";
export { MAX_COMBINATIONS, type RootOutcomes } from "./outcomes.js";
export { combinationsOf, cornerOutcomes, extremeOutcomes, type OutcomeChoice } from "./rootOutcomes.js";

// ------------------------------------------------------------------ allocations, values, compositions of markets

export { allocation, type Allocation, type Basket, claims, controlWeights, equalSlice } from "./allocations.js";
export { passiveSlice, poolShares, totalAllocation, wholeUnits } from "./allocations.js";
export { allocationValue, basketValue, basketWeights, impliedRelativePrices, impliedWeights } from "./valuation.js";
export { type Prices, profitAndLoss, relativePrices } from "./valuation.js";
export { butterfly, type ButterflyStrikes, call, callSpread, type Composition, digital } from "./composition.js";
export { forward, type Leg, payoffAt, put, putSpread, reversed, straddle } from "./composition.js";
export { type Ladder, ladderOf, type Rung } from "./ladder.js";
export { type Depth, type DepthOf, type LegQuote, type Level, priceToBuy, priceToSell, type Quote } from "./quote.js";

// ------------------------------------------------------------------ amounts and errors

export { type AssetUnits, assetUnits, type Lots, lots, type TickLots, type Ticks, ticks } from "./units.js";
export { TOKEN_DECIMALS, type TokenWei, tokenWei } from "./units.js";
export { formatAssetUnits, formatLots, formatTicks, formatTokenWei } from "./units.js";
export { parseAssetUnits, parseLots, parseTicks, parseTokenWei } from "./units.js";
export { type Fraction } from "./fraction.js";
export * as fractions from "./fraction.js";
export { ProtocolError, RuleError, type RuleErrorCode, type RuleErrorValues } from "./errors.js";
