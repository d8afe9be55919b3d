// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {
    CancelTrades,
    MarketRecord,
    OffsetReason,
    RootInfo,
    RootOutcome,
    SignedPackage,
    TradePackage
} from "../Types.sol";

/// @title What an order book records and refuses
interface IOldBookRecords {
    // ------------------------------------------------------------------ records, in the order of an order's life

    /// @notice `trader` is now known as `traderId`.
    event UserCreated(uint32 indexed traderId, address indexed trader);
    /// @notice `amount` wei of the session token (`leg` 0) or of leg token `leg` came in for `traderId`.
    event Deposited(uint32 indexed traderId, uint256 indexed leg, uint256 amount);
    /// @notice `amount` wei of the session token (`leg` 0) or of leg token `leg` went out to `to`.
    event Withdrawn(uint32 indexed traderId, uint256 indexed leg, uint256 amount, address to);
    /// @notice The whole claim of `traderId` was paid out to `to`: `claims[k - 1]` wei on asset k; in kind if `redeemed`.
    event Exited(uint32 indexed traderId, address to, uint256[] claims, bool redeemed);
    /// @notice All nonces below `nonceFloor` are void, by the trader's own call.
    event NoncesInvalidated(uint32 indexed traderId, uint64 nonceFloor);

    /// @notice A primary trade was appended to the chain (R22). `tradeRootId` is its place; the other fields are the package that
    /// was signed. `r` and `vs` are the signature of the trader's key in the form of ERC-2098, in whatever form it came; both are
    /// zero if a contract wallet has approved the package, and TradeApproved comes next.
    event TradeCreated(
        uint32 indexed tradeRootId,
        address indexed trader,
        uint32 marketRootId,
        uint16 marketBranchId,
        int32 priceTicks,
        int64 quantityLots,
        bytes32 previousLink,
        uint64 nonce,
        uint40 deadline,
        uint8 timeInForce,
        bytes32 r,
        bytes32 vs
    );
    /// @notice What the trader's contract wallet approved the package with (ERC-1271).
    event TradeApproved(uint32 indexed tradeRootId, bytes signature);
    /// @notice Offset and match of `lots` lots of both orders were promoted, the earlier order's first, at `priceTicks` (R33).
    event TradesMatched(uint32 indexed makerRootId, uint32 indexed takerRootId, int32 priceTicks, uint64 lots);
    /// @notice The offset of `lots` of the order's remaining lots was promoted. That is all of them, and the order is out of the book,
    /// unless it was Uncovered: then it keeps what its trader can bear (R32).
    event TradeOffset(uint32 indexed tradeRootId, uint64 lots, OffsetReason reason);
    /// @notice Somebody has brought a cancellation that `trader` has signed (R43). Its nonces below `nonceFloor` are void. Every order
    /// that goes with it follows, with reason Cancelled.
    event TradesCancelled(
        address indexed trader,
        uint32 fromTradeRootId,
        uint32 toTradeRootId,
        uint64 nonceFloor,
        uint40 deadline,
        bytes signature
    );
    /// @notice Package `index` of a batch was left out; `reason` is the ABI-encoded error that `createTrade` would have thrown.
    event PackageSkipped(uint256 indexed index, address indexed trader, bytes32 link, bytes reason);
    /// @notice `offset` or `cancelTrades` left the order alone; `reason` is the ABI-encoded error.
    event OffsetSkipped(uint32 indexed tradeRootId, bytes reason);
    /// @notice A call ended with the chain's head at `head`. `link` is the checkpoint of this block until another call of the same
    /// block appends something: head 160 | mark 32 | trades 32 | number 32, the most significant first (R24).
    event Checkpoint(bytes32 head, bytes32 link);

    /// @notice A record was appended to the market table (R36): it made root `marketRootId` or a branch, or tightened bounds.
    /// The description comes with a new root. Who left no signature has called: the owner, or the organiser if it permits the
    /// root of another owner.
    event MarketRecorded(
        uint32 indexed marketRootId,
        uint16 indexed marketBranchId,
        bytes32 link,
        MarketRecord record,
        bytes signature,
        bytes organiserSignature,
        string description
    );
    /// @notice Nobody had settled the root by its settleBy, so its declared fallback did (R39).
    event FallbackApplied(uint32 indexed marketRootId, int32 fallbackOutcome);
    /// @notice The position of `traderId` in a settled root became `cash` wei (negative: it owed).
    event Realised(uint32 indexed marketRootId, uint32 indexed traderId, int256 cash);
    /// @notice The stored worst case of `traderId` in the root now is `worst` wei, by the bounds of today.
    event Refreshed(uint32 indexed marketRootId, uint32 indexed traderId, int256 worst);

    // ------------------------------------------------------------------ errors

    /// @notice The address is registered already, as `traderId`.
    error Book_TraderExists(address trader, uint32 traderId);
    /// @notice Register first, by `createUser` or a deposit.
    error Book_TraderUnknown(address trader);
    /// @notice The session's participation policy said no, or did not answer.
    error Book_NotAdmitted(address trader, address policy);
    /// @notice The zero address cannot trade.
    error Book_ZeroAddress();
    /// @notice Neither the zero address, nor the book, nor the vault can be paid; what they got would be lost.
    error Book_ReceiverInvalid(address receiver);
    /// @notice Amounts of zero move nothing.
    error Book_ZeroAmount();
    /// @notice Orders are taken from t1 until just before t2.
    error Book_NotTrading(uint256 timestamp, uint256 t1, uint256 t2);
    /// @notice Deposits end at t2.
    error Book_DepositsClosed(uint256 timestamp, uint256 t2);
    /// @notice `exit` opens at t2; before, `withdraw` and `withdrawLeg` are open.
    error Book_NotSettling(uint256 timestamp, uint256 t2);
    /// @notice The book holds nothing for this trader.
    error Book_NothingToExit(address trader);

    /// @notice No such root or branch.
    error Book_MarketUnknown(uint32 marketRootId, uint16 marketBranchId);
    /// @notice Trade in this root has ended.
    error Book_MarketClosed(uint32 marketRootId, uint256 closesAt, uint256 timestamp);
    /// @notice This market can only pay `value` ticks any more; there is nothing left to trade.
    error Book_MarketDetermined(uint32 marketRootId, uint16 marketBranchId, int256 value);
    /// @notice The root is settled; its positions are realised, and it takes no more records.
    error Book_MarketSettled(uint32 marketRootId);
    /// @notice The root is not settled; `refresh` brings worst cases up to date.
    error Book_MarketNotSettled(uint32 marketRootId);
    /// @notice The root's next sub-market has the number `expectedBranch`; a new root, number 0, begins with branch 1.
    error Book_MarketNumber(uint32 marketRootId, uint16 marketBranchId, uint16 expectedBranch);
    /// @notice The record with this link has made root `marketRootId` already.
    error Book_RootExists(bytes32 link, uint32 marketRootId);
    /// @notice The session has all the roots it can have: numbers end at `limit`.
    error Book_TooManyRoots(uint256 limit);
    /// @notice previousLink is not the root's last record. Sign again over `expected`.
    error Book_MarketOutOfChain(bytes32 given, bytes32 expected);
    /// @notice Only the owner of the root adds records to it; the basket root has none.
    error Book_NotMarketOwner(uint32 marketRootId, address given, address owner);
    /// @notice Root markets are created by `marketCreator` or with its consent, or by any registered trader if that is zero.
    error Book_MayNotCreateMarkets(address owner, address marketCreator);
    /// @notice kind is 1 (simplex) or 2 (interval) for a new root.
    error Book_MarketKindUnknown(uint8 kind);
    /// @notice Terms of the root and parents are given once, when the market is made; leave them zero.
    error Book_RootTermsRepeated(uint32 marketRootId);
    /// @notice The text does not have the hash that was signed.
    error Book_DescriptionMismatch(bytes32 given, bytes32 signed);
    /// @notice marketMin must not be above marketMax.
    error Book_BoundsReversed(uint32 marketRootId, uint16 marketBranchId, int32 marketMin, int32 marketMax);
    /// @notice Between these bounds, clamped into the parent's strikes and the root's bounds, nothing is left to bet on.
    error Book_NoRoom(uint32 marketRootId, uint16 marketBranchId, int32 marketMin, int32 marketMax);
    /// @notice With these bounds no weights would add up to the scale.
    error Book_NoOutcomeLeft(uint32 marketRootId, uint16 marketBranchId, int32 marketMin, int32 marketMax);
    /// @notice Event markets have no sub-markets.
    error Book_NoSubMarkets(uint32 marketRootId);
    /// @notice The root has its `limit` branches.
    error Book_TooManyBranches(uint32 marketRootId, uint256 limit);
    /// @notice The number of outcomes is wrong for this kind of root.
    error Book_OutcomeCount(uint256 outcomes, uint256 minimum, uint256 maximum);
    /// @notice tickValue must lie between 1 and `maximum` wei.
    error Book_TickValueOutOfRange(uint256 tickValue, uint256 maximum);
    /// @notice closesAt must lie after now and not after t2.
    error Book_ClosesAtOutOfRange(uint256 closesAt, uint256 timestamp, uint256 t2);
    /// @notice settleBy must not lie before closesAt nor after the session's settleLimit.
    error Book_SettleByOutOfRange(uint256 settleBy, uint256 closesAt, uint256 settleLimit);
    /// @notice The fallback must be a possible outcome.
    error Book_FallbackOutOfRange(int32 fallbackOutcome, int32 minimum, int32 maximum);
    /// @notice The fallback may be applied from settleBy on.
    error Book_FallbackTooEarly(uint32 marketRootId, uint256 settleBy, uint256 timestamp);
    /// @notice Roots must be named once each, by rising number, each with an outcome that is still possible.
    error Book_OutcomeImpossible(uint32 marketRootId);
    /// @notice The price lies outside the market's bounds.
    error Book_PriceOutOfBounds(int32 price, int32 marketMin, int32 marketMax);
    /// @notice An order is for 1 to `maximum` lots, either to buy or, below zero, to sell.
    error Book_QuantityOutOfRange(int64 quantity, int64 maximum);
    /// @notice timeInForce is 0 to 3.
    error Book_TimeInForceUnknown(uint8 timeInForce);
    /// @notice Sign again with a later deadline.
    error Book_DeadlineExpired(uint256 deadline, uint256 timestamp);
    /// @notice previousLink is none of the last `chainWindow` checkpoints, or older than the order's market. Sign again over the
    /// answer of `linkToSign`; `current` is the newest checkpoint before this call.
    error Book_StaleLink(bytes32 given, bytes32 current);
    /// @notice This nonce was used or made void. Unused ones at or above `nonceFloor` are free.
    error Book_NonceUsed(address trader, uint64 nonce, uint64 nonceFloor);
    /// @notice The nonce is too far ahead; it must lie below `limit`.
    error Book_NonceTooFar(address trader, uint64 nonce, uint64 limit);
    /// @notice Not the signature of `trader`, the owner or the organiser over this package or record for this book on this
    /// chain, or not in its one valid form (low s), or not needed. Without one the owner of a record calls itself.
    error Book_SignatureInvalid(address trader, bytes32 digest);
    /// @notice The order's worst outcome is `shortfall` wei below zero; in the order's root that is at `bindingOutcome` (for a
    /// simplex root the leg that would have to be 1, for an interval root the outcome in ticks). Deposit that much, or trade less.
    error Book_Uncovered(address trader, uint256 shortfall, int256 bindingOutcome);
    /// @notice The position or an amount would leave the range that the book can store.
    error Book_PositionOverflow(address trader);
    /// @notice The order would take the trader's position to `lots` lots of its market (of a basket of two legs: of this leg more
    /// than of the other). The session lets no fill take it further than `limit`, up or down; trade less.
    error Book_TooManyLots(address trader, int256 lots, uint256 limit);
    /// @notice A post-only order may not take; the best opposite price is `best`.
    error Book_PostOnlyWouldTake(int32 price, int32 best);
    /// @notice A fill-or-kill order got only `filled` of `wanted` lots within `maxMatches` steps.
    error Book_FillOrKillUnfilled(uint64 wanted, uint64 filled);
    /// @notice The market still has resting orders to match with each other: call `matchTrades` first, or allow more steps.
    error Book_StillCrossed(uint32 marketRootId, uint16 marketBranchId);
    /// @notice Cancel one first.
    error Book_TooManyOpenOrders(address trader, uint256 limit);
    /// @notice The order's place lies more than `limit` orders from the hint. Ask `insertionHint` and try again.
    error Book_HintTooFar(uint32 insertAfter, uint256 limit);
    /// @notice The chain's 32-bit numbers, of trades or of blocks, are used up.
    error Book_ChainFull();

    /// @notice There is no such order in the book (any more).
    error Book_OrderUnknown(uint32 tradeRootId);
    /// @notice The order is covered, has not expired and is not the caller's.
    error Book_OrderStands(uint32 tradeRootId, address caller);
    /// @notice The cancellation is about other orders: those of `trader` from `fromTradeRootId` to `toTradeRootId`.
    error Book_OrderNotMeant(uint32 tradeRootId, address trader, uint32 fromTradeRootId, uint32 toTradeRootId);
    /// @notice The cancellation reaches into numbers that are not given yet, and the trader's floor is above its nonceFloor already:
    /// it was used, or replaced.
    error Book_CancellationVoid(address trader, uint64 nonceFloor, uint64 current);
    /// @notice Only `available` wei can be withdrawn: of cash the net collateral in the worst joint outcome, of a leg the trader's
    /// claim on it.
    error Book_WithdrawalTooLarge(address trader, uint256 requested, uint256 available);
    /// @notice That would uncover the trader's own open orders, which may need `reserved` wei. Cancel orders first.
    error Book_WithdrawalUncoversOrders(address trader, uint256 requested, uint256 available, uint256 reserved);
    /// @notice Nonces are only ever made void upwards.
    error Book_NonceFloorNotHigher(uint64 given, uint64 current);
    /// @notice The call left too little gas for this order; send more.
    error Book_OutOfGas();
    /// @notice Only the book itself calls this.
    error Book_OnlySelf(address caller);
}

/// @title Orders: the part of the book that verifies, matches and appends
interface IOldBookOrders is IOldBookRecords {
    // ------------------------------------------------------------------ orders

    /// @notice Appends one signed order and matches it (paper: createTrade, matchTrades). Reverts with the reason if it is bad.
    /// @param order the package, its signature and the submitter's hints; anyone may submit
    /// @param maxMatches most steps of matching; one step is one fill or one offset
    /// @param maxWalk most resting orders to pass from the hint to the order's place
    /// @return tradeRootId the order's place in the chain
    function createTrade(
        SignedPackage calldata order,
        uint256 maxMatches,
        uint256 maxWalk
    ) external returns (uint32 tradeRootId);

    /// @notice Appends many orders, each as `createTrade` would; a bad one is skipped with its reason and harms no other.
    /// @return tradeRootIds the places; 0 for each skipped one
    function createTrades(
        SignedPackage[] calldata orders,
        uint256 maxMatches,
        uint256 maxWalk
    ) external returns (uint32[] memory tradeRootIds);

    /// @notice Goes on where an earlier call ran out of steps, until no two orders of the market cross (paper: matchTrades).
    /// @return steps how many were used
    function matchTrades(
        uint32 marketRootId,
        uint16 marketBranchId,
        uint256 maxMatches
    ) external returns (uint256 steps);

    /// @notice Promotes the offset of each order that is the caller's own or has expired, and of one that its trader could not bear
    /// any more in full of what is too much (R35). Others are left alone with an event; if none can be offset the call reverts with the first one's reason.
    /// @return count how many orders were taken out, or cut
    function offset(uint32[] calldata tradeRootIds) external returns (uint256 count);

    /// @notice Makes all of the caller's nonces below `nonceFloor` void, used or not; 2^24 - 1 makes all of them void.
    function invalidateNonces(uint64 nonceFloor) external;
}

/// @title Accounts: registration, money in and out, and everything that can be asked
interface IOldBookAccounts is IOldBookRecords {
    // ------------------------------------------------------------------ users and money

    /// @notice Registers `trader` and gives it the next traderId (paper: createUser). Asks the participation policy.
    function createUser(address trader) external returns (uint32 traderId);

    /// @notice Takes `amount` wei of session tokens from the caller for `trader`'s account; registers the trader if need be.
    function deposit(address trader, uint256 amount) external;

    /// @notice As `deposit`, with the caller's ERC-2612 permit.
    function depositWithPermit(
        address trader,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Takes `lots` lots of leg token `leg` (1 to n) from the caller as a long position of `trader` in that leg.
    function depositLeg(address trader, uint16 leg, uint64 lots) external;

    /// @notice As `depositLeg`, with the caller's ERC-2612 permit for the leg token.
    function depositLegWithPermit(
        address trader,
        uint16 leg,
        uint64 lots,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Pays `amount` wei of the caller's cash out to `to` in session tokens, as far as every joint outcome and the
    /// caller's own open orders leave it free (R15). Open in every phase.
    /// @param nonceFloor makes the caller's nonces below it void (R26), so that no order signed before can land any more; 0 leaves
    /// them, as does any number that is not above today's floor
    function withdraw(uint256 amount, address to, uint64 nonceFloor) external;

    /// @notice Pays `lots` lots of leg `leg` out to `to` in leg tokens, under the same rule.
    /// @param nonceFloor as of `withdraw`
    function withdrawLeg(uint16 leg, uint64 lots, address to, uint64 nonceFloor) external;

    /// @notice From t2 on: pays the caller's whole claim to `to`: as much as possible in session tokens and the rest in leg
    /// tokens, or, with `redeemAssets`, in the assets themselves: each is redeemed once, so that it is rounded down once.
    /// @return claims wei of claim on each asset that were paid
    function exit(address to, bool redeemAssets) external returns (uint256[] memory claims);

    // ------------------------------------------------------------------ signed cancellations

    /// @notice Takes out those of the orders named that the cancellation is about, and makes the trader's nonces below its
    /// nonceFloor void (R43). Anyone may bring it, any number of times while it is good. Other orders are left alone with an event;
    /// if nothing at all changes the call reverts with the first one's reason.
    /// @param signature the trader's over the cancellation, as for packages
    /// @param tradeRootIds the orders, as the bringer finds them
    /// @return count how many orders were taken out
    function cancelTrades(
        CancelTrades calldata cancellation,
        bytes calldata signature,
        uint32[] calldata tradeRootIds
    ) external returns (uint256 count);

    // ------------------------------------------------------------------ views

    /// @notice The session this book belongs to.
    function session() external view returns (address);

    /// @notice The newest checkpoint, its number, and the last tradeRootId.
    function chainState() external view returns (bytes32 link, uint32 checkpoints, uint32 trades);

    /// @notice The newest checkpoint that no later call can overwrite, because its block is over: what to sign over (R25). Ask at
    /// `pending`, the block that is being built; at `latest` it may be one checkpoint older than it need be.
    function linkToSign() external view returns (bytes32 link);

    /// @notice Checkpoint `number`; 0 is the genesis. Only the last 256 are kept, older ones give zero.
    function checkpointAt(uint32 number) external view returns (bytes32);

    /// @notice The three links of a package (primary, offset, match) and the digest that is signed.
    function linksOf(
        TradePackage calldata order
    ) external view returns (bytes32 primaryLink, bytes32 offsetLink, bytes32 matchLink, bytes32 digest);

    /// @notice The number of an address; 0 if it is not registered.
    function traderIdOf(address trader) external view returns (uint32);

    /// @notice Cash c and stored worst case W of the positions (both wei; c + W >= 0 always), open orders, and the wei that
    /// are reserved for them: whole units of 2^s wei, rounded up (R15).
    function accountOf(
        address trader
    ) external view returns (int256 cash, int256 worst, uint256 openOrders, uint256 reserved);

    /// @notice Lots in each branch of a root.
    function positionOf(address trader, uint32 marketRootId) external view returns (int256[] memory lots);

    /// @notice The trader's net collateral if all weight fell on one asset, for each asset: its claim on that asset in wei of
    /// claim tokens, every other root at its worst. x_k = claims[k-1] * q_k / N (R16: the allocation vector).
    function claimsOf(address trader) external view returns (uint256[] memory claims);

    /// @notice The lowest usable nonce and, from it upwards, which of the next 32 are used (bit i: nonceFloor + i).
    function noncesOf(address trader) external view returns (uint64 nonceFloor, uint64 used);

    /// @notice Bounds and best orders of a market, and whether resting orders still have to be matched.
    function marketOf(
        uint32 marketRootId,
        uint16 marketBranchId
    )
        external
        view
        returns (int32 marketMin, int32 marketMax, uint64 tickValue, uint32 bestBid, uint32 bestAsk, bool crossed);

    /// @notice A resting order; `lots` is 0 if there is none of that number.
    function orderOf(
        uint32 tradeRootId
    )
        external
        view
        returns (
            uint32 marketRootId,
            uint16 marketBranchId,
            uint32 traderId,
            int32 price,
            int64 lots,
            uint40 deadline,
            uint32 nextRootId
        );

    /// @notice The first `limit` resting orders of one side, best first.
    function depthOf(
        uint32 marketRootId,
        uint16 marketBranchId,
        bool bids,
        uint256 limit
    ) external view returns (uint32[] memory tradeRootIds, int32[] memory prices, int64[] memory lots);

    /// @notice The resting order behind which an order at `price` would be placed; 0 if it would be the best.
    function insertionHint(
        uint32 marketRootId,
        uint16 marketBranchId,
        bool bids,
        int32 price
    ) external view returns (uint32);
}

/// @title The market table: its records, bounds and settlement, and the collateral of any outcome
interface IOldBookMarkets is IOldBookRecords {
    /// @notice Appends a record to the market table (paper: createMarket): a new root, a new sub-market, or tighter bounds.
    /// @param record what the owner says; numbers and links say which of the three it is (R36)
    /// @param signature the owner's over the record, as for packages; empty if the owner calls
    /// @param organiserSignature the organiser's over the same record, if it makes the root of another owner where not everybody
    /// may; empty if the organiser calls, and for everything else
    /// @param description what a new root is about; its hash was signed
    /// @return marketRootId the number that a new root was given, else the record's
    function createMarket(
        MarketRecord calldata record,
        bytes calldata signature,
        bytes calldata organiserSignature,
        string calldata description
    ) external returns (uint32 marketRootId);

    /// @notice From its settleBy on: settles a root by the fallback that was declared when it was made. Anyone may (R39).
    function applyFallback(uint32 marketRootId) external;

    /// @notice Turns the positions of these traders in a settled root into cash (R19). Anyone may.
    function realise(uint32 marketRootId, address[] calldata traders) external;

    /// @notice Brings the stored worst cases of these traders in a root up to date with its bounds, which frees collateral.
    /// Anyone may.
    function refresh(uint32 marketRootId, address[] calldata traders) external;

    // ------------------------------------------------------------------ views

    /// @notice Net collateral of a trader, wei, in the given outcomes, every other root at its stored worst case.
    /// @param outcomes one possible outcome for each of some roots, by rising root number
    function netCollateral(address trader, RootOutcome[] calldata outcomes) external view returns (int256);

    /// @notice Net collateral in the worst joint outcome by today's bounds, and where each of the given roots is worst.
    /// @param rootIds roots to look at afresh, by rising number; all others count with their stored worst case
    /// @return slack wei; what could be lost or withdrawn
    /// @return bindingOutcomes of each root given: the outcome in ticks, or for a simplex root the leg
    function checkCollateral(
        address trader,
        uint32[] calldata rootIds
    ) external view returns (int256 slack, int256[] memory bindingOutcomes);

    /// @notice How many roots there are besides the basket root.
    function createdRoots() external view returns (uint32);

    /// @notice The number of the root that the record with this link made; 0 if it made none.
    function rootMadeBy(bytes32 link) external view returns (uint32 marketRootId);

    /// @notice A root: its kind, bounds, terms, state and the link of its last record.
    function rootOf(uint32 marketRootId) external view returns (RootInfo memory);

    /// @notice Of every branch of a root: strikes (interval), or least and greatest weight (simplex); ticks.
    function spansOf(uint32 marketRootId) external view returns (int256[] memory lower, int256[] memory upper);
}

/// @title The order book of one session
/// @notice One margin account per trader, price-time priority in every market, and one append-only chain of signed orders.
/// Prices are ticks, quantities lots (+ bid, - offer), money session-token wei. Nothing in the book is ever
/// rounded but reserves, which are rounded up (R15).
interface IOldOrderBook is IOldBookOrders, IOldBookAccounts, IOldBookMarkets {
    /// @notice The domain of everything that is signed for this book, for wallets and tools that read it from the chain
    /// (ERC-5267): name, version, chain and the book itself (R21). It never changes.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );
}
