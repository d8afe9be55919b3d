// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Proxy } from "@openzeppelin/contracts/proxy/Proxy.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import { BookBase } from "./book/BookBase.sol";
import { Call, Market } from "./book/BookState.sol";
import { Chain } from "./book/Chain.sol";
import { Cover, Margin } from "./book/Margin.sol";
import { Markets } from "./book/Markets.sol";
import { Matching } from "./book/Matching.sol";
import { Pool } from "./book/Pool.sol";
import { Account, Exposure, Positions } from "./book/Positions.sol";
import { Queues } from "./book/Queues.sol";
import { TraderSlot, Traders } from "./book/Traders.sol";
import { IOldBookAccounts } from "./interfaces/IOrderBook.sol";
import { IOldSession } from "./interfaces/ISession.sol";
import { MarketId } from "./libraries/MarketId.sol";
import { PackedOrder, PackedOrders } from "./libraries/PackedOrder.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { TypedData } from "./libraries/TypedData.sol";
import { BASKET_ROOT_ID, BookTerms, CancelTrades, OffsetReason, TradePackage } from "./Types.sol";

/// @title The accounts of an order book: registration, money in and out, signed cancellations, and everything that can be asked
/// @dev Runs inside a book (see BookBase). Money moves as check, effect, interaction; the tokens it calls are the session's own.
contract OldOrderBookAccounts is BookBase, Proxy, IOldBookAccounts {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;
    using Positions for Positions.State;
    using Queues for Queues.State;
    using SafeCast for int256;
    using SafeERC20 for IERC20;
    using Traders for Traders.State;

    /// @dev No session has more tokens than this; nothing below it can overflow on its way to the check.
    uint256 private constant MAX_DEPOSIT = type(uint96).max;

    address private immutable MARKETS;

    constructor(address markets) {
        MARKETS = markets;
    }

    // ------------------------------------------------------------------ users and money

    /// @inheritdoc IOldBookAccounts
    function createUser(address trader) external nonReentrant returns (uint32 traderId) {
        return _state.traders.register(_terms().policy, trader);
    }

    /// @inheritdoc IOldBookAccounts
    function deposit(address trader, uint256 amount) external nonReentrant {
        _deposit(_terms(), trader, amount);
    }

    /// @inheritdoc IOldBookAccounts
    function depositWithPermit(
        address trader,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        BookTerms memory terms = _terms();
        _permit(terms.session, amount, deadline, v, r, s);
        _deposit(terms, trader, amount);
    }

    /// @inheritdoc IOldBookAccounts
    function depositLeg(address trader, uint16 leg, uint64 lots) external nonReentrant {
        _depositLeg(_terms(), trader, leg, lots);
    }

    /// @inheritdoc IOldBookAccounts
    function depositLegWithPermit(
        address trader,
        uint16 leg,
        uint64 lots,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        BookTerms memory terms = _terms();
        Market memory basket = _leg(terms, leg);
        _permit(IOldSession(terms.session).legToken(leg), _legAmount(basket, lots), deadline, v, r, s);
        _depositLeg(terms, trader, leg, lots);
    }

    /// @inheritdoc IOldBookAccounts
    function withdraw(uint256 amount, address to, uint64 nonceFloor) external nonReentrant {
        // Check (R11, R15), and effect on nonces (R26)
        BookTerms memory terms = _terms();
        uint32 traderId = _payee(terms, amount, to, nonceFloor);
        _requireFree(terms, traderId, amount, _state.positions.slackOf(traderId).toUint256());
        // Effect. Cast: _requireFree has bounded amount.
        if (!_state.positions.addCash(traderId, -int256(amount))) revert Book_PositionOverflow(msg.sender);
        emit Withdrawn(traderId, 0, amount, to);
        // Interaction
        Pool.paySession(IOldSession(terms.session), amount, to);
    }

    /// @inheritdoc IOldBookAccounts
    function withdrawLeg(uint16 leg, uint64 lots, address to, uint64 nonceFloor) external nonReentrant {
        // Check (R11, R15), and effect on nonces (R26): only the outcome in which this leg is worth everything gets worse.
        BookTerms memory terms = _terms();
        Market memory basket = _leg(terms, leg);
        uint32 traderId = _payee(terms, lots, to, nonceFloor);
        Exposure memory exposure = _state.positions.load(traderId, basket.root);
        uint256 amount = _legAmount(basket, lots);
        _requireFree(terms, traderId, amount, Margin.claimsOf(basket.root, exposure)[leg - 1]);
        int256 given = -int256(uint256(lots));
        Cover memory cover = Margin.checkCollateral(basket.root, exposure, leg, given, 0);
        if (!cover.fits) revert Book_PositionOverflow(msg.sender);
        // Effect
        Margin.apply_(exposure, cover, leg);
        _state.positions.store(basket.root, exposure, leg);
        emit Withdrawn(traderId, leg, amount, to);
        // Interaction
        Pool.payLeg(IOldSession(terms.session), leg, amount, to);
    }

    /// @inheritdoc IOldBookAccounts
    function exit(address to, bool redeemAssets) external nonReentrant returns (uint256[] memory claims) {
        // Check (R18)
        BookTerms memory terms = _terms();
        if (block.timestamp < terms.t2) revert Book_NotSettling(block.timestamp, terms.t2);
        _requireReceiver(terms, to);
        uint32 traderId = _state.traders.registered(msg.sender);
        Market memory basket = _market(terms, BASKET_ROOT_ID, 1);
        Exposure memory exposure = _state.positions.load(traderId, basket.root);
        claims = Margin.claimsOf(basket.root, exposure);
        bool any;
        for (uint256 k; k < claims.length; ++k) {
            if (claims[k] != 0) any = true;
        }
        if (!any) revert Book_NothingToExit(msg.sender);
        // Effect: what stays is worth nothing in the worst outcome of the roots that are still open.
        Margin.empty(exposure);
        _state.positions.storeAll(basket.root, exposure);
        emit Exited(traderId, to, claims, redeemAssets);
        // Interaction
        if (redeemAssets) Pool.redeemClaims(IOldSession(terms.session), claims, to);
        else Pool.payClaims(IOldSession(terms.session), claims, to);
    }

    // ------------------------------------------------------------------ signed cancellations

    /// @inheritdoc IOldBookAccounts
    function cancelTrades(
        CancelTrades calldata cancellation,
        bytes calldata signature,
        uint32[] calldata tradeRootIds
    ) external nonReentrant returns (uint256 count) {
        // Check (R43)
        Call memory call;
        _state.chain.openInto(_domainSeparatorV4(), call.chain);
        uint32 traderId = _requireSigned(call.chain.trades, cancellation, signature);
        // Effect
        _logCancelled(cancellation, signature);
        bool raised = _state.traders.raiseNonceFloor(traderId, cancellation.trader, cancellation.nonceFloor);
        bytes memory refusal;
        (count, refusal) = _cancelAll(call, cancellation, traderId, tradeRootIds);
        if (count == 0 && !raised) {
            if (refusal.length == 0) refusal = _floorNotHigher(traderId, cancellation);
            _revertWith(refusal);
        }
        _state.chain.close(call.chain);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IOldBookAccounts
    function session() external view returns (address) {
        return _terms().session;
    }

    /// @inheritdoc IOldBookAccounts
    function chainState() external view returns (bytes32 link, uint32 checkpoints, uint32 trades) {
        Chain.Cursor memory c = _state.chain.open(_domainSeparatorV4());
        return (c.checkpoint, _state.chain.newest, c.trades);
    }

    /// @inheritdoc IOldBookAccounts
    function linkToSign() external view returns (bytes32 link) {
        uint32 newest = _state.chain.newest;
        link = _state.chain.checkpointAt(_domainSeparatorV4(), newest);
        // Each checkpoint is of a later block than the one before; the genesis has mark 0.
        if (Chain.markOf(link) >= block.number) return checkpointAt(newest - 1);
    }

    /// @inheritdoc IOldBookAccounts
    function checkpointAt(uint32 number) public view returns (bytes32) {
        uint32 newest = _state.chain.newest;
        if (number > newest || newest - number >= Chain.RING) return 0;
        return _state.chain.checkpointAt(_domainSeparatorV4(), number);
    }

    /// @inheritdoc IOldBookAccounts
    function linksOf(
        TradePackage calldata order
    ) external view returns (bytes32 primaryLink, bytes32 offsetLink, bytes32 matchLink, bytes32 digest) {
        primaryLink = TypedData.primaryLink(order);
        offsetLink = TypedData.offsetLink(primaryLink);
        matchLink = TypedData.matchLink(offsetLink);
        digest = _hashTypedDataV4(primaryLink);
    }

    /// @inheritdoc IOldBookAccounts
    function traderIdOf(address trader) external view returns (uint32) {
        return _state.traders.ids[trader];
    }

    /// @inheritdoc IOldBookAccounts
    function accountOf(
        address trader
    ) external view returns (int256 cash, int256 worst, uint256 openOrders, uint256 reserved) {
        uint32 traderId = _state.traders.ids[trader];
        Account account = _state.positions.accounts[traderId];
        TraderSlot slot = _state.traders.slots[traderId];
        return (account.cash(), account.worst(), slot.openOrders(), slot.reserved(_terms().reserveShift));
    }

    /// @inheritdoc IOldBookAccounts
    function positionOf(address trader, uint32 marketRootId) external view returns (int256[] memory lots) {
        Market memory market = _knownMarket(_terms(), marketRootId, 1);
        return _state.positions.load(_state.traders.ids[trader], market.root).lots;
    }

    /// @inheritdoc IOldBookAccounts
    function claimsOf(address trader) external view returns (uint256[] memory claims) {
        Market memory basket = _market(_terms(), BASKET_ROOT_ID, 1);
        return Margin.claimsOf(basket.root, _state.positions.load(_state.traders.ids[trader], basket.root));
    }

    /// @inheritdoc IOldBookAccounts
    function noncesOf(address trader) external view returns (uint64 nonceFloor, uint64 used) {
        TraderSlot slot = _state.traders.slots[_state.traders.ids[trader]];
        return (slot.nonceFloor(), slot.usedNonces());
    }

    /// @inheritdoc IOldBookAccounts
    function marketOf(
        uint32 marketRootId,
        uint16 marketBranchId
    )
        external
        view
        returns (int32 marketMin, int32 marketMax, uint64 tickValue, uint32 bestBid, uint32 bestAsk, bool crossed)
    {
        Market memory market = _knownMarket(_terms(), marketRootId, marketBranchId);
        (int256 min, int256 max) = Markets.boundsOf(market.root, marketBranchId);
        // Casts: bounds are int32 and tick values uint64 where they are kept.
        (marketMin, marketMax, tickValue) = (int32(min), int32(max), uint64(uint256(market.root.tickValue)));
        (bestBid, bestAsk, crossed) = (market.slot.best(true), market.slot.best(false), market.slot.crossed());
    }

    /// @inheritdoc IOldBookAccounts
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
        )
    {
        PackedOrder o = _state.queues.orders[tradeRootId];
        return (o.market().rootId(), o.market().branchId(), o.traderId(), o.price(), o.lots(), o.deadline(), o.next());
    }

    /// @inheritdoc IOldBookAccounts
    function depthOf(
        uint32 marketRootId,
        uint16 marketBranchId,
        bool bids,
        uint256 limit
    ) external view returns (uint32[] memory tradeRootIds, int32[] memory prices, int64[] memory lots) {
        uint32 first = _knownMarket(_terms(), marketRootId, marketBranchId).slot.best(bids);
        uint256 count;
        for (uint32 id = first; id != 0 && count < limit; id = _state.queues.orders[id].next()) {
            ++count;
        }
        (tradeRootIds, prices, lots) = (new uint32[](count), new int32[](count), new int64[](count));
        uint32 current = first;
        for (uint256 i; i < count; ++i) {
            PackedOrder order = _state.queues.orders[current];
            (tradeRootIds[i], prices[i], lots[i]) = (current, order.price(), order.lots());
            current = order.next();
        }
    }

    /// @inheritdoc IOldBookAccounts
    function insertionHint(
        uint32 marketRootId,
        uint16 marketBranchId,
        bool bids,
        int32 price
    ) external view returns (uint32 hint) {
        Market memory market = _knownMarket(_terms(), marketRootId, marketBranchId);
        PackedOrder order = PackedOrders.pack(bids ? int64(1) : int64(-1), price, 0, 0, market.id);
        (hint, ) = _state.queues.placeOf(market.slot, order, 0, type(uint256).max);
    }

    // ------------------------------------------------------------------ money, in detail

    function _deposit(BookTerms memory terms, address trader, uint256 amount) private {
        // Check
        _requireDeposits(terms, amount);
        uint32 traderId = _registeredOrNew(terms, trader);
        // Effect
        if (amount > MAX_DEPOSIT || !_state.positions.addCash(traderId, int256(amount)))
            revert Book_PositionOverflow(trader);
        emit Deposited(traderId, 0, amount);
        // Interaction
        IERC20(terms.session).safeTransferFrom(msg.sender, address(this), amount);
    }

    function _depositLeg(BookTerms memory terms, address trader, uint16 leg, uint64 lots) private {
        // Check
        _requireDeposits(terms, lots);
        Market memory basket = _leg(terms, leg);
        uint32 traderId = _registeredOrNew(terms, trader);
        Exposure memory exposure = _state.positions.load(traderId, basket.root);
        Cover memory cover = Margin.checkCollateral(basket.root, exposure, leg, int256(uint256(lots)), 0);
        if (!cover.fits) revert Book_PositionOverflow(trader);
        // Effect
        Margin.apply_(exposure, cover, leg);
        _state.positions.store(basket.root, exposure, leg);
        uint256 amount = _legAmount(basket, lots);
        emit Deposited(traderId, leg, amount);
        // Interaction
        IERC20(IOldSession(terms.session).legToken(leg)).safeTransferFrom(msg.sender, address(this), amount);
    }

    function _registeredOrNew(BookTerms memory terms, address trader) private returns (uint32 traderId) {
        traderId = _state.traders.ids[trader];
        if (traderId == 0) traderId = _state.traders.register(terms.policy, trader);
    }

    /// @dev A permit that somebody else has used already does no harm; what counts is the allowance.
    function _permit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) private {
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }

    /// @dev R15: after `requested` has gone, every outcome that got worse still bears the most that an open order may need. From
    /// t2 on no order can be filled any more.
    function _requireFree(BookTerms memory terms, uint32 traderId, uint256 requested, uint256 available) private view {
        if (requested > available) revert Book_WithdrawalTooLarge(msg.sender, requested, available);
        uint256 reserved = block.timestamp < terms.t2 ? _state.traders.slots[traderId].reserved(terms.reserveShift) : 0;
        if (available - requested < reserved) {
            revert Book_WithdrawalUncoversOrders(msg.sender, requested, available, reserved);
        }
    }

    function _payee(
        BookTerms memory terms,
        uint256 amount,
        address to,
        uint64 nonceFloor
    ) private returns (uint32 traderId) {
        _requireReceiver(terms, to);
        if (amount == 0) revert Book_ZeroAmount();
        traderId = _state.traders.registered(msg.sender);
        if (_state.traders.raiseNonceFloor(traderId, msg.sender, nonceFloor)) {
            emit NoncesInvalidated(traderId, nonceFloor);
        }
    }

    function _requireReceiver(BookTerms memory terms, address to) private view {
        if (to == address(0) || to == address(this) || to == terms.session) revert Book_ReceiverInvalid(to);
    }

    function _requireDeposits(BookTerms memory terms, uint256 amount) private view {
        if (block.timestamp >= terms.t2) revert Book_DepositsClosed(block.timestamp, terms.t2);
        if (amount == 0) revert Book_ZeroAmount();
    }

    function _leg(BookTerms memory terms, uint16 leg) private view returns (Market memory) {
        return _knownMarket(terms, BASKET_ROOT_ID, leg);
    }

    /// @dev Leg-token wei of a number of basket lots. lots < 2^64, scale < 2^31, tickValue < 2^64.
    function _legAmount(Market memory basket, uint64 lots) private pure returns (uint256) {
        return uint256(basket.root.hi * basket.root.tickValue) * lots;
    }

    // ------------------------------------------------------------------ signed cancellations, in detail

    /// @dev R43: who has signed the cancellation, if it is good now.
    /// @param trades numbers that are given
    function _requireSigned(
        uint32 trades,
        CancelTrades calldata cancellation,
        bytes calldata signature
    ) private view returns (uint32 traderId) {
        (address trader, uint64 nonceFloor) = (cancellation.trader, cancellation.nonceFloor);
        if (cancellation.deadline < block.timestamp) {
            revert Book_DeadlineExpired(cancellation.deadline, block.timestamp);
        }
        traderId = _state.traders.registered(trader);
        uint64 current = _state.traders.slots[traderId].nonceFloor();
        if (cancellation.toTradeRootId > trades && current > nonceFloor) {
            revert Book_CancellationVoid(trader, nonceFloor, current);
        }
        bytes32 digest = _hashTypedDataV4(TypedData.cancellationHash(cancellation));
        if (!Signatures.isValid(trader, digest, signature)) revert Book_SignatureInvalid(trader, digest);
    }

    function _logCancelled(CancelTrades calldata c, bytes calldata signature) private {
        emit TradesCancelled(c.trader, c.fromTradeRootId, c.toTradeRootId, c.nonceFloor, c.deadline, signature);
    }

    /// @return count how many orders were taken out
    /// @return first why the first one that stays does; empty if none does
    function _cancelAll(
        Call memory call,
        CancelTrades calldata cancellation,
        uint32 traderId,
        uint32[] calldata tradeRootIds
    ) private returns (uint256 count, bytes memory first) {
        for (uint256 i; i < tradeRootIds.length; ++i) {
            uint32 id = tradeRootIds[i];
            bytes memory refusal = _cancel(call, cancellation, traderId, id);
            if (refusal.length == 0) {
                ++count;
            } else {
                if (first.length == 0) first = refusal;
                emit OffsetSkipped(id, refusal);
            }
        }
        _leave(call);
    }

    /// @dev Empty when the order was taken out. Of its market only the queues matter: whether it trades does not.
    function _cancel(
        Call memory call,
        CancelTrades calldata cancellation,
        uint32 traderId,
        uint32 id
    ) private returns (bytes memory refusal) {
        PackedOrder order = _state.queues.orders[id];
        if (order.isNone()) return abi.encodeWithSelector(Book_OrderUnknown.selector, id);
        (uint32 from, uint32 to) = (cancellation.fromTradeRootId, cancellation.toTradeRootId);
        if (order.traderId() != traderId || id < from || id > to) {
            return abi.encodeWithSelector(Book_OrderNotMeant.selector, id, cancellation.trader, from, to);
        }
        if (MarketId.unwrap(call.market.id) != MarketId.unwrap(order.market())) {
            _leave(call);
            call.market.id = order.market();
            call.market.slot = _state.markets.slots[call.market.id];
        }
        Matching.takeOutNamed(_state, call, id, order, OffsetReason.Cancelled);
    }

    /// @dev Stores the queues of the market from which orders were taken; number 0 is no market's.
    function _leave(Call memory call) private {
        if (MarketId.unwrap(call.market.id) != 0) _state.markets.slots[call.market.id] = call.market.slot;
    }

    function _floorNotHigher(uint32 traderId, CancelTrades calldata cancellation) private view returns (bytes memory) {
        uint64 current = _state.traders.slots[traderId].nonceFloor();
        return abi.encodeWithSelector(Book_NonceFloorNotHigher.selector, cancellation.nonceFloor, current);
    }

    /// @dev Where Proxy forwards every other function to.
    function _implementation() internal view override returns (address) {
        return MARKETS;
    }
}
