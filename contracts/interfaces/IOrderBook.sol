// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { OffsetReason, SignedPackage, TradePackage } from "../Types.sol";

/// @title What an order book records and refuses
interface IBookRecords {
    // ------------------------------------------------------------------ records, in the order of an order's life

    /// @notice `trader` is now known as `traderId`.
    event UserCreated(uint32 indexed traderId, address indexed trader);
    /// @notice `amount` wei of the session token (`leg` 0) or of leg token `leg` came in for `traderId`.
    event Deposited(uint32 indexed traderId, uint256 indexed leg, uint256 amount);
    /// @notice `amount` wei of the session token (`leg` 0) or of leg token `leg` went out to `to`.
    event Withdrawn(uint32 indexed traderId, uint256 indexed leg, uint256 amount, address to);
    /// @notice The whole claim of `traderId` was paid out to `to`: `claims[k - 1]` wei on asset k; in kind if `redeemed`.
    event Exited(uint32 indexed traderId, address to, uint256[] claims, bool redeemed);
    /// @notice All nonces below `nonceFloor` are void.
    event NoncesInvalidated(uint32 indexed traderId, uint64 nonceFloor);

    /// @notice A primary trade was appended to the chain (R22). `tradeRootId` is its place.
    event TradeCreated(uint32 indexed tradeRootId, uint32 indexed traderId, TradePackage order, bytes signature);
    /// @notice Offset and match of `lots` lots of both orders were promoted, the earlier order's first, at `price` (R33).
    event TradesMatched(uint32 indexed makerRootId, uint32 indexed takerRootId, int32 price, uint64 lots);
    /// @notice The offset of the order's remaining `lots` was promoted: it is out of the book.
    event TradeOffset(uint32 indexed tradeRootId, uint64 lots, OffsetReason reason);
    /// @notice Package `index` of a batch was left out; `reason` is the ABI-encoded error that `createTrade` would have thrown.
    event PackageSkipped(uint256 indexed index, address indexed trader, bytes32 link, bytes reason);
    /// @notice `offset` left the order alone; `reason` is the ABI-encoded error.
    event OffsetSkipped(uint32 indexed tradeRootId, bytes reason);
    /// @notice A call ended with the chain's head at `head`; it may be named as previousLink from now on.
    event Checkpoint(uint64 indexed number, bytes32 head);

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
    /// @notice The price lies outside the market's bounds.
    error Book_PriceOutOfBounds(int32 price, int32 marketMin, int32 marketMax);
    /// @notice Quantities are not zero and have an opposite that fits an int64.
    error Book_QuantityOutOfRange(int64 quantity);
    /// @notice timeInForce is 0 to 3.
    error Book_TimeInForceUnknown(uint8 timeInForce);
    /// @notice Sign again with a later deadline.
    error Book_DeadlineExpired(uint256 deadline, uint256 timestamp);
    /// @notice previousLink is neither the head nor one of the last `chainWindow` checkpoints. Sign again over
    /// `current`, the newest checkpoint before this call.
    error Book_StaleLink(bytes32 given, bytes32 current);
    /// @notice This nonce was used or made void. Unused ones at or above `nonceFloor` are free.
    error Book_NonceUsed(address trader, uint64 nonce, uint64 nonceFloor);
    /// @notice The nonce is too far ahead; it must lie below `limit`.
    error Book_NonceTooFar(address trader, uint64 nonce, uint64 limit);
    /// @notice Not the trader's signature over this package for this book on this chain, or not in its one valid form (low s).
    error Book_SignatureInvalid(address trader, bytes32 digest);
    /// @notice The order's worst outcome is `shortfall` wei below zero; in the order's root that is at `bindingOutcome` (for a
    /// simplex root the leg that would have to be 1, for an interval root the outcome in ticks). Deposit that much, or trade less.
    error Book_Uncovered(address trader, uint256 shortfall, int256 bindingOutcome);
    /// @notice The position or an amount would leave the range that the book can store.
    error Book_PositionOverflow(address trader);
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
    /// @notice The chain's 32-bit numbering is used up.
    error Book_ChainFull();

    /// @notice There is no such order in the book (any more).
    error Book_OrderUnknown(uint32 tradeRootId);
    /// @notice The order is covered, has not expired and is not the caller's.
    error Book_OrderStands(uint32 tradeRootId, address caller);
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
interface IBookOrders is IBookRecords {
    // ------------------------------------------------------------------ orders

    /// @notice Appends one signed order and matches it (seed: createTrade, matchTrades). Reverts with the reason if it is bad.
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

    /// @notice Goes on where an earlier call ran out of steps, until no two orders of the market cross (seed: matchTrades).
    /// @return steps how many were used
    function matchTrades(
        uint32 marketRootId,
        uint16 marketBranchId,
        uint256 maxMatches
    ) external returns (uint256 steps);

    /// @notice Promotes the offset of each order that is the caller's own, has expired, or that its trader could not bear any
    /// more (R35). Others are left alone with an event; if none can be offset the call reverts with the first one's reason.
    /// @return count how many orders were taken out
    function offset(uint32[] calldata tradeRootIds) external returns (uint256 count);

    /// @notice Makes all of the caller's nonces below `nonceFloor` void, used or not.
    function invalidateNonces(uint64 nonceFloor) external;
}

/// @title The desk: registration, money in and out, and everything that can be asked
interface IBookDesk is IBookRecords {
    // ------------------------------------------------------------------ users and money

    /// @notice Registers `trader` and gives it the next traderId (seed: createUser). Asks the participation policy.
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
    function withdraw(uint256 amount, address to) external;

    /// @notice Pays `lots` lots of leg `leg` out to `to` in leg tokens, under the same rule.
    function withdrawLeg(uint16 leg, uint64 lots, address to) external;

    /// @notice From t2 on: pays the caller's whole claim to `to`: as much as possible in session tokens and the rest in leg
    /// tokens, or, with `redeemAssets`, in the assets themselves.
    /// @return claims wei of claim on each asset that were paid
    function exit(address to, bool redeemAssets) external returns (uint256[] memory claims);

    // ------------------------------------------------------------------ views

    /// @notice The session this book belongs to.
    function session() external view returns (address);

    /// @notice The link to sign next, how many checkpoints there were, and the last tradeRootId.
    function chainState() external view returns (bytes32 head, uint64 checkpoints, uint32 trades);

    /// @notice The head after checkpoint `number`; 0 is the genesis link. Only the last 256 are kept, older ones give zero.
    function checkpointAt(uint64 number) external view returns (bytes32);

    /// @notice The three links of a package (primary, offset, match) and the digest that is signed.
    function linksOf(
        TradePackage calldata order
    ) external view returns (bytes32 primaryLink, bytes32 offsetLink, bytes32 matchLink, bytes32 digest);

    /// @notice The number of an address; 0 if it is not registered.
    function traderIdOf(address trader) external view returns (uint32);

    /// @notice Cash c and stored worst case W of the positions (both wei; c + W >= 0 always), open orders, and the wei that
    /// are reserved for them.
    function accountOf(
        address trader
    ) external view returns (int256 cash, int256 worst, uint256 openOrders, uint256 reserved);

    /// @notice Lots in each branch of a root.
    function positionOf(address trader, uint32 marketRootId) external view returns (int256[] memory lots);

    /// @notice The trader's net collateral if all weight fell on one asset, for each asset: its claim on that asset in wei of
    /// claim tokens, every other root at its worst. x_k = claims[k-1] * q_k / N (R16: the allocation vector).
    function claimsOf(address trader) external view returns (uint256[] memory claims);

    /// @notice The lowest usable nonce and, from it upwards, which of the next 64 are used (bit i: nonceFloor + i).
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

/// @title The order book of one session
/// @notice One margin account per trader, price-time priority in every market, and one append-only chain of signed orders.
/// Prices are ticks, quantities lots (+ bid, - offer), money session-token wei. Nothing in the book is ever rounded.
interface IOrderBook is IBookOrders, IBookDesk {}
