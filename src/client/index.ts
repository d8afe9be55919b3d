/**
 * The package's entry "session-contracts/client": a session on a chain, through ethers. This file is the package's surface;
 * inside the project modules are imported by their own names.
 */
export { type BasketAsset, type BasketUnits, openSession, type SessionHandle } from "../bindings/session.js";
export { createSession, fundingCalls, fundSession, type SessionParams } from "./organiser.js";
export {
  type BatchOptions,
  type BatchProgress,
  type BatchResult,
  type Call,
  sendCalls,
  type WalletProvider,
} from "./batch.js";

export { type Account, createTrader, type Trader, type TradingSigner } from "./trader.js";
export type { OrderRequest, OrderTerms, QuoteRequest } from "./trader.js";
export type { Offsets } from "./offsets.js";
export type { OrderRef } from "./order-places.js";
export type { OrderTarget } from "./market.js";
export { type SignedPackage, signPackage } from "../bindings/packages.js";
export { signQuoteSet } from "../bindings/quote-sets.js";
export type { QuoteFields, QuoteSetTerms, SignedQuoteSet } from "../protocol/signing/quote-set.js";
export { createSubmitter, type PackageResult, type Submission, type Submitter } from "./submitter.js";
export type { SubmitterOptions } from "./submitter.js";

export { openSetRouter, readHouseDepth, readRoutes, routesIn } from "./routing.js";
export type { HouseDepth, RouteOptions, RouterOptions, Routes, SetRouterClient, Swept } from "./routing.js";
export type { MakerMarket, MakerTaking } from "../protocol/maker/taking.js";
export type { Taking, VenueFill } from "../protocol/value/sets.js";
export type { Venue } from "../protocol/value/via.js";

export {
  createMarketOwner,
  type MarketOwner,
  type MarketOwnerOptions,
  type Meant,
  type Recorded,
} from "./market-owner.js";
export { permitRecord, type SignedRecord, signRecord, submitRecord } from "../bindings/market-records.js";
export { applyFallback, type PositionsTouched, realise, refresh } from "./market-settlement.js";

export { closeMaker, type Collected, collectFromMaker, depositNeeded, type Funded, fundMaker } from "./maker.js";
export { type Maker, type MakerQuote, type MakerRequest, openMaker, planMaker, pricesOf } from "./maker.js";
export { makerMarketOf, quoteMaker, readMaker, type TradeLimits, tradeThroughMaker } from "./maker.js";
export { makerAddress, type MakerPlan } from "../bindings/maker-terms.js";

export { emptyInbox, giveFromInbox, givenBy, giveToRoller, inboxOf, openRoller, planRoll } from "./rolling.js";
export { readRoller, rollNow, type RollRequest, type RollTokens, type RollerNow } from "./rolling.js";
export { takeBackFromRoller, takeFromRoller } from "./rolling.js";
export { rollerAddress, type RollPlan } from "../bindings/roll-terms.js";

export { allowListOf, claimPlace, claimRecord, collectFees, type EntryFee, isAdmitted } from "./policies.js";
export { type MerkleTable, payEntryFee, presentAttestation, readEntryFee, type RecordLine } from "./policies.js";
export { recordTableOf, stakeCapital, unstakeCapital } from "./policies.js";
export { actAs, grantKey, type KeyLimits, type KeyRequest, type KeyTrader, openKeyTrader } from "./key-account.js";
export { readKeyLimits, revokeKey } from "./key-account.js";
export { ORACLE_SCALE, readOraclePrice, worthAt } from "./leverage.js";
export {
  type Bought,
  buyFromSale,
  type BuyOptions,
  collectFromSale,
  offerForSale,
  readSale,
  type Sale,
} from "./sale.js";
export { saleCostAt, type SalePrice, salePriceAt, takeBackUnsold } from "./sale.js";
export { type FixedPrice, type Fixing, fixPrice, readFixing, type Rounds, roundsAt } from "./settlement/fixing.js";
export { buyFromWindow, costInWindow, offerToWindow, pullFromWindow, readWindow } from "./settlement/window.js";
export type { Pulled, Window, WindowLeg } from "./settlement/window.js";
export {
  assertionsOf,
  assertOutcome,
  openSettledRoot,
  tryOpeningRoot,
  recordAssertion,
  recordAsserted,
  recordPrice,
} from "./settlement/settler.js";
export { readFeedOfRoot, readSettlerTerms, rootsOfSettler, settlerKind } from "./settlement/settler.js";
export type { SettlerKind } from "../bindings/settlers.js";
export type { AssertionNow, FeedOfRoot, SettledRoot, SettlerTerms } from "./settlement/settler.js";
export { keepOnce, type Keeping, type Kept } from "./settlement/keeper.js";

export { type BookCheck, checkCollateral, netCollateralOf, readDepth } from "./market-views.js";
export { readMarketTable, readRoot } from "./market-views.js";
export { readMarketTerms } from "../bindings/market-terms.js";
export {
  headOf,
  headsOf,
  type Mirror,
  type MirrorOptions,
  type MirrorProgress,
  readMirror,
} from "../bindings/mirror.js";
export { type ReadingOptions, readRecords } from "../bindings/logs.js";
export { type ChainRecord, type LogPlace, recordsOf } from "../bindings/records.js";
export { recomputeLink, replayRecords } from "../bindings/replay.js";

export { approveExactly, type Erc20, erc20At, type Permit, signPermit } from "./tokens.js";
export { ClientError, decodeRefusal, type ErrorArgs } from "../bindings/errors.js";
export { NodeError, type NodeErrorCode, type NodeErrorValues } from "../node/errors.js";
export { isNodeError } from "../node/classify.js";
export { NodeProvider, type ProviderSettings } from "../node/provider.js";

export { createRelayClient, type PatienceOptions, type RelayClient, type RelayClientOptions } from "./relay/client.js";
export type { SwitchKey } from "./relay/client.js";
export type { RelayStream, RelayStreamOptions, RelayStreamState } from "./relay/stream.js";
export { cancelAll, signCancellation, signReadOwn } from "./relay/cancellation.js";
export { type ReceiptOf, receiptHolds, withdrawalHolds } from "./relay/receipts.js";
export { RelayRequestError } from "./relay/errors.js";
export type { RelayAcknowledgement, RelayLink, RelayPackageState } from "../wire/packages.js";
export type { OwnRead, RelayOwn, RelayOwnOfNonce, RelayWithdrawal } from "../wire/own.js";
export type { RelayPackageAnswer, RelayRoute } from "../wire/packages.js";
export type { RelayCancellationAcknowledgement, RelayCancellationState } from "../wire/trades-cancellation.js";
export type { RelayDraft } from "../wire/packages.js";
export type { RelayPreview } from "../wire/preview.js";
export type { RelayReceipt } from "../wire/receipt.js";
export type { RelayReplacement } from "../wire/trades-cancellation.js";
export type { RelayArmedSwitch, RelaySwitch } from "../wire/switches.js";
export type {
  RelayBook,
  RelayDepth,
  RelayHouseDepth,
  RelayMarkets,
  RelayMonitoring,
  RelayTrader,
  RelayTraders,
} from "../wire/state.js";
export type { RelayHealth, RelayQueue, RelayRefusal } from "../wire/state.js";
export type { CandlesQuery, RelayCandles, RelayTicker } from "../wire/history.js";
export type { HistoryItem, HistoryKind, HistoryPage, HistoryQuery } from "../wire/history.js";
export { type RelayEvent, type RelayMessage, type RelaySubscription, streamName } from "../wire/stream.js";

export { BASKET_ROOT_ID, TimeInForce } from "../protocol/signing/package.js";
