/**
 * The package's entry "session-contracts/protocol": the rules of a session as pure functions and one state machine, the same in
 * Node and in browsers. Without I/O, clock or process. This file is the package's surface; inside the project modules are
 * imported by their own names.
 */

// ------------------------------------------------------------------ the order book of a session, as the contracts run it

export { type Answer, Book } from "./book/book.js";
export { type BookEvent, OFFSET_REASONS, type OffsetReason } from "./book/events.js";
export type { Batch, BroughtCancellation } from "./book/batches.js";
export type { SubmittedOrder } from "./book/intake.js";
export type { OrderLimits, Placed } from "./book/orders.js";
export { reserveShiftOf } from "./book/reserve.js";
export { type CallContext, type Outside, TRUSTING } from "./book/outside.js";
export { BookReplay, type LoggedEvent, rebuildBook } from "./book/rebuild.js";
export { isRefusal, Refusal, type RefusalCode, type RefusalValues } from "./market/refusal.js";
export type { SubmittedRecord } from "./book/settlement.js";
export type { BookTerms } from "./book/terms.js";
export type * from "./book/view-answers.js";

// ------------------------------------------------------------------ what is signed, links and heads

export { BASKET_ROOT_ID, type MarketRef, type PackageFields, TimeInForce } from "./signing/package.js";
export { type TradePackage, tradePackage } from "./signing/package.js";
export {
  type SignedTradesCancellation,
  type TradesCancellation,
  tradesCancellation,
} from "./signing/trades-cancellation.js";
export {
  type MarketFields,
  type MarketRecord,
  marketRecord,
  NEW_ROOT,
  NO_ROOT_TERMS,
  RootKind,
} from "./signing/market-record.js";
export { type BookDomain, bookDomain, domainSeparator, type Hash, type TradeLinks } from "./signing/typed-data.js";
export { marketDigest, marketLink, packageDigest, primaryLink, tradeLinks } from "./signing/typed-data.js";
export { CANCEL_TRADES_TYPES, cancellationDigest, cancellationHash } from "./signing/typed-data.js";
export { type BatchCancellation, type BatchContents, type BatchLimits, type BatchOrder } from "./signing/batch.js";
export { packBatch, type UnpackedBatch, unpackBatch } from "./signing/batch.js";
export { MAX_QUOTES, packageOfQuote, type QuoteFields, type QuoteSetTerms } from "./signing/quote-set.js";
export type { SignedQuoteSet, SubmittedQuote, SubmittedQuoteSet } from "./signing/quote-set.js";
export { QUOTE_SET_TYPES, quoteSetDigest, quoteSetHash } from "./signing/typed-data.js";
export { MARKET_TYPES, TRADE_PACKAGE_TYPES } from "./signing/typed-data.js";
export { compactSignature, recoverSigner, type RecoverSigner, signerRecovery } from "./signing/signatures.js";
export { type RecoverKey } from "./signing/recovery.js";
export { type Hashing, hashingWith, type Keccak, PLAIN_HASHING } from "./signing/hashing.js";
export { foldCall, foldedWords, type MarketFold, marketWords, recordWord } from "./book/record-words.js";
export { type CheckpointCounts, checkpointLink, countsOf, genesisLink } from "./book/checkpoint.js";
export { TradeBranch, type TradeRecord } from "./book/record-words.js";

// ------------------------------------------------------------------ markets

export {
  branchCount,
  createMarketTable,
  type IntervalRoot,
  type MarketRoot,
  type MarketTable,
} from "./market/market-table.js";
export {
  marketBounds,
  type MarketTerms,
  requireTradable,
  rootOf,
  type SimplexRoot,
  spanOf,
} from "./market/market-table.js";
export { applyFallback, applyMarketRecord, type RecordContext, type RootLinks } from "./market/market-chain.js";
export { boundsRecord, branchRecord, type BranchSpec, eventRecord, type EventSpec } from "./market/market-drafts.js";
export { intervalRecord, type IntervalSpec, type RecordPlace, type RootPlace } from "./market/market-drafts.js";
export type { Bounds } from "./market/bounds.js";

// ------------------------------------------------------------------ collateral

export {
  type Account,
  accountAfter,
  type AccountWorst,
  isPossible,
  netCollateral,
  payoffOfRoot,
} from "./margin/worth.js";
export { type Position, realisedCash, type RootOutcome, type RootWorst } from "./margin/worth.js";
export { worstOfAccount, worstOfRoot } from "./margin/worth.js";
export {
  byMarket,
  byRoot,
  collateralNeed,
  type CollateralNeed,
  type OwnTrade,
  type PositionNeed,
} from "./margin/need.js";
/** The plain matrix over all outcome combinations: slow, and the judge of everything above. */
export {
  checkCollateral,
  type CollateralCheck,
  netCollateralMatrix,
  type Trade,
  type TraderCash,
} from "./judge/collateral.js";
export { constructOutcomeCombinations, type OutcomeColumn, type OutcomeCombinations } from "./judge/outcomes.js";
export type { RootOutcomes } from "./judge/outcomes.js";
export { MAX_COMBINATIONS } from "./market/weights.js";
export { combinationsOf, cornerOutcomes, extremeOutcomes, type OutcomeChoice } from "./judge/root-outcomes.js";

// ------------------------------------------------------------------ allocations, values, compositions of markets

export { allocation, type Allocation, type Basket, claims, controlWeights, equalSlice } from "./value/allocations.js";
export { passiveSlice, poolShares, totalAllocation, wholeUnits } from "./value/allocations.js";
export {
  allocationValue,
  basketValue,
  basketWeights,
  impliedRelativePrices,
  impliedWeights,
} from "./value/valuation.js";
export { type Prices, profitAndLoss, relativePrices } from "./value/valuation.js";
export { butterfly, type ButterflyStrikes, call, callSpread, type Composition, digital } from "./value/composition.js";
export { forward, type Leg, payoffAt, put, putSpread, reversed, straddle } from "./value/composition.js";
export { type Ladder, ladderOf, openLadder, type Rung } from "./value/strips.js";
export {
  type Depth,
  type DepthOf,
  type LegQuote,
  type Level,
  priceToBuy,
  priceToSell,
  type Quote,
} from "./value/quote.js";
export { isBetter, type Limit, setDepth, takeFromBook, takeWithSets, type Taking } from "./value/sets.js";
export type { VenueFill } from "./value/sets.js";
export type { Venue } from "./value/via.js";

export { type Concentration, concentrationOf, type Crowding, crowdingOf } from "./value/concentration.js";
export { LIKENESS_SCALE } from "./value/concentration.js";
export { type LegConcentration, type MarketInterest, type Monitoring, monitoringOf } from "./book/monitoring.js";
export type { RootInterest } from "./book/monitoring.js";

// ------------------------------------------------------------------ automated makers

export { type Answer as MakerAnswer, answerTo, averagePrice, betaOf, depositOf } from "./maker/maker.js";
export { type LegsNow, makerPrice, makerQuote, type MakerTerms, type MarketNow } from "./maker/maker.js";
export { type PointsNow, roomOf, type RootNow, verticesOf } from "./maker/maker.js";
export { costOf, type Vertices } from "./maker/cost-function.js";
export { makerDepth, type MakerMarket, type MakerTaking, takeWithMaker } from "./maker/taking.js";

export { type Description, type MarketHead, parseDescription, writeDescription } from "./market/description.js";
export { effectOfFallback, effectOfRecord, type RecordEffect } from "./book/record-effect.js";

// ------------------------------------------------------------------ amounts and errors

export { type AssetUnits, assetUnits, type Lots, lots, type TickLots, type Ticks, ticks } from "./amounts/units.js";
export { TOKEN_DECIMALS, type TokenWei, tokenWei } from "./amounts/units.js";
export { formatAssetUnits, formatLots, formatTicks, formatTokenWei } from "./amounts/units.js";
export { parseAssetUnits, parseLots, parseTicks, parseTokenWei } from "./amounts/units.js";
export { type Fraction } from "./amounts/fraction.js";
export * as fractions from "./amounts/fraction.js";
export { ProtocolError, RuleError, type RuleErrorCode, type RuleErrorValues } from "./amounts/errors.js";
