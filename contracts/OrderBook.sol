// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Proxy } from "@openzeppelin/contracts/proxy/Proxy.sol";
import { SignedMath } from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import { BookBase } from "./book/BookBase.sol";
import { Authenticity, Call, Market } from "./book/BookState.sol";
import { Chain } from "./book/Chain.sol";
import { Admission, Intake } from "./book/Intake.sol";
import { Exposure, Margin } from "./book/Margin.sol";
import { Markets } from "./book/Markets.sol";
import { Matching, Taker } from "./book/Matching.sol";
import { Queues } from "./book/Queues.sol";
import { TraderSlot, Traders } from "./book/Traders.sol";
import { IBookOrders } from "./interfaces/IOrderBook.sol";
import { MarketId, PackedOrder } from "./libraries/PackedOrder.sol";
import { Signatures } from "./libraries/Signatures.sol";
import { TypedData } from "./libraries/TypedData.sol";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, OffsetReason, SignedPackage, TradePackage } from "./Types.sol";

/// @title The order book of one session
/// @dev Deployed once and cloned for each session; what never changes is in the clone's code (BookTerms). This file is the life
/// of an order, top-down; each rule is in its room under `book/`. Every other function of IOrderBook is in OrderBookDesk, to
/// which the Proxy base forwards what is not found here; that address is fixed in this code.
contract OrderBook is BookBase, Proxy, IBookOrders {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;
    using Margin for Margin.State;
    using Queues for Queues.State;
    using Traders for Traders.State;

    address private immutable DESK;

    constructor(address desk) {
        DESK = desk;
    }

    // ------------------------------------------------------------------ orders

    /// @inheritdoc IBookOrders
    function createTrade(
        SignedPackage calldata order,
        uint256 maxMatches,
        uint256 maxWalk
    ) external nonReentrant returns (uint32 tradeRootId) {
        Call memory call = _open(maxMatches, maxWalk);
        bytes memory refusal;
        (tradeRootId, refusal) = _accept(call, order, _authenticate(order));
        if (refusal.length != 0) _revertWith(refusal);
        _state.chain.close(call.chain);
    }

    /// @inheritdoc IBookOrders
    function createTrades(
        SignedPackage[] calldata orders,
        uint256 maxMatches,
        uint256 maxWalk
    ) external nonReentrant returns (uint32[] memory tradeRootIds) {
        Call memory call = _open(maxMatches, maxWalk);
        // Wallets are asked first, while nothing has changed (R41).
        Authenticity[] memory authentic = new Authenticity[](orders.length);
        for (uint256 i; i < orders.length; ++i) {
            authentic[i] = _authenticate(orders[i]);
        }
        tradeRootIds = new uint32[](orders.length);
        for (uint256 i; i < orders.length; ++i) {
            bytes memory refusal;
            (tradeRootIds[i], refusal) = _accept(call, orders[i], authentic[i]);
            if (refusal.length != 0) emit PackageSkipped(i, orders[i].tradePackage.trader, authentic[i].link, refusal);
        }
        _state.chain.close(call.chain);
    }

    /// @inheritdoc IBookOrders
    function matchTrades(
        uint32 marketRootId,
        uint16 marketBranchId,
        uint256 maxMatches
    ) external nonReentrant returns (uint256 steps) {
        Call memory call = _open(maxMatches, 0);
        Market memory market = _market(call.terms, marketRootId, marketBranchId);
        bytes memory refusal = Intake.refusalOfMarket(call.terms, market, marketRootId, marketBranchId);
        if (refusal.length != 0) _revertWith(refusal);
        steps = Matching.resume(_state, call.chain, market, maxMatches);
        _state.markets.slots[market.id] = market.slot;
        _state.chain.close(call.chain);
    }

    /// @inheritdoc IBookOrders
    function offset(uint32[] calldata tradeRootIds) external nonReentrant returns (uint256 count) {
        Call memory call = _open(0, 0);
        bytes memory firstRefusal;
        for (uint256 i; i < tradeRootIds.length; ++i) {
            bytes memory refusal = _offset(call, tradeRootIds[i]);
            if (refusal.length == 0) {
                ++count;
            } else {
                if (firstRefusal.length == 0) firstRefusal = refusal;
                emit OffsetSkipped(tradeRootIds[i], refusal);
            }
        }
        if (count == 0 && firstRefusal.length != 0) _revertWith(firstRefusal);
        _state.chain.close(call.chain);
    }

    /// @inheritdoc IBookOrders
    function invalidateNonces(uint64 nonceFloor) external {
        uint32 traderId = _state.traders.registered(msg.sender);
        TraderSlot slot = _state.traders.slots[traderId];
        if (nonceFloor <= slot.nonceFloor()) revert Book_NonceFloorNotHigher(nonceFloor, slot.nonceFloor());
        _state.traders.slots[traderId] = slot.withNonceFloor(nonceFloor);
        emit NoncesInvalidated(traderId, nonceFloor);
    }

    /// @notice A fill-or-kill order, run by the book in a call of its own, so that a kill undoes everything it did.
    /// @return tradeRootId its place
    /// @return chain the chain as it stands then
    function fillOrKill(
        Call memory call,
        SignedPackage calldata order,
        Authenticity memory authentic
    ) external returns (uint32 tradeRootId, Chain.Cursor memory chain) {
        if (msg.sender != address(this)) revert Book_OnlySelf(msg.sender);
        (uint32 id, int256 left, bytes memory refusal) = _acceptNow(call, order, authentic);
        if (refusal.length != 0) _revertWith(refusal);
        if (left != 0) {
            uint256 wanted = SignedMath.abs(order.tradePackage.quantity);
            // Casts: |quantity| < 2^63, by R27.
            revert Book_FillOrKillUnfilled(uint64(wanted), uint64(wanted - SignedMath.abs(left)));
        }
        return (id, call.chain);
    }

    // ------------------------------------------------------------------ the life of an order

    /// @dev Link and digest of a package, and whether its trader signed them.
    function _authenticate(SignedPackage calldata order) private view returns (Authenticity memory a) {
        a.link = TypedData.primaryLink(order.tradePackage);
        a.digest = _hashTypedDataV4(a.link);
        a.valid = Signatures.isValid(order.tradePackage.trader, a.digest, order.signature);
    }

    /// @dev Fill-or-kill orders take a detour through a call of the book to itself.
    function _accept(
        Call memory call,
        SignedPackage calldata order,
        Authenticity memory authentic
    ) private returns (uint32 tradeRootId, bytes memory refusal) {
        if (order.tradePackage.timeInForce != FILL_OR_KILL) {
            (tradeRootId, , refusal) = _acceptNow(call, order, authentic);
            return (tradeRootId, refusal);
        }
        try this.fillOrKill(call, order, authentic) returns (uint32 id, Chain.Cursor memory chain) {
            call.chain = chain;
            return (id, "");
        } catch (bytes memory reason) {
            // No reason means that the gas ran out.
            return (0, reason.length == 0 ? abi.encodeWithSelector(Book_OutOfGas.selector) : reason);
        }
    }

    /// @dev Check, append, match, rest.
    /// @return tradeRootId its place in the chain, 0 if it was refused
    /// @return left lots, signed, that were not filled
    /// @return refusal why it was refused, empty if it was not
    function _acceptNow(
        Call memory call,
        SignedPackage calldata order,
        Authenticity memory authentic
    ) private returns (uint32 tradeRootId, int256 left, bytes memory refusal) {
        TradePackage calldata p = order.tradePackage;
        Market memory market = _market(call.terms, p.marketRootId, p.marketBranchId);
        Admission memory a;
        refusal = _check(call, market, order, authentic, a);
        if (refusal.length != 0) return (0, 0, refusal);
        tradeRootId = call.chain.append(authentic.link, p.price, p.quantity);
        if (tradeRootId == 0) return (0, 0, abi.encodeWithSelector(Book_ChainFull.selector));
        _state.traders.useNonce(a.traderId, p.nonce);
        emit TradeCreated(tradeRootId, a.traderId, p, order.signature);
        left = a.crosses ? _match(call, market, p, a, tradeRootId) : int256(p.quantity);
        if (left != 0) _settleRest(call, market, p, a, tradeRootId, left);
        _state.markets.slots[market.id] = market.slot;
    }

    /// @dev R34: a market that an earlier call left crossed is finished first, whatever becomes of the order itself.
    function _check(
        Call memory call,
        Market memory market,
        SignedPackage calldata order,
        Authenticity memory authentic,
        Admission memory a
    ) private returns (bytes memory refusal) {
        refusal = Intake.refusalOfPackage(_state, call, market, order, authentic);
        if (refusal.length != 0) return refusal;
        a.maxSteps = call.maxMatches;
        if (market.slot.crossed()) {
            a.maxSteps -= Matching.resume(_state, call.chain, market, a.maxSteps);
            _state.markets.slots[market.id] = market.slot;
            if (market.slot.crossed()) {
                return
                    abi.encodeWithSelector(
                        Book_StillCrossed.selector,
                        order.tradePackage.marketRootId,
                        order.tradePackage.marketBranchId
                    );
            }
        }
        return Intake.refusalOfOrder(_state, call, market, order, a);
    }

    function _match(
        Call memory call,
        Market memory market,
        TradePackage calldata p,
        Admission memory a,
        uint32 tradeRootId
    ) private returns (int256 left) {
        Taker memory taker = Taker(tradeRootId, p.price, p.quantity, a.exposure, false);
        Matching.sweep(_state, call.chain, market, taker, a.maxSteps);
        // A kill is left to the caller, who undoes it.
        if (!taker.uncovered || p.timeInForce == FILL_OR_KILL) return taker.lots;
        Matching.promoteOffset(call.chain, tradeRootId, p.price, taker.lots, OffsetReason.Uncovered);
        return 0;
    }

    /// @dev What was not filled rests, or is offset at once. A kill is left to the caller, who undoes it.
    function _settleRest(
        Call memory call,
        Market memory market,
        TradePackage calldata p,
        Admission memory a,
        uint32 tradeRootId,
        int256 left
    ) private {
        if (p.timeInForce == FILL_OR_KILL) return;
        if (p.timeInForce == IMMEDIATE_OR_CANCEL) {
            market.slot = market.slot.withCrossed(false);
            Matching.promoteOffset(call.chain, tradeRootId, p.price, left, OffsetReason.Remainder);
            return;
        }
        // Cast: no larger than the int64 it was.
        PackedOrder resting = Intake.resting(market, p, a.traderId, int64(left));
        market.slot = _state.queues.insert(market.slot, tradeRootId, resting, a.prev);
        _state.traders.openOrder(a.traderId, Margin.needOf(market.root, market.branchId, left, p.price));
    }

    /// @dev R35. Empty when the order was taken out.
    function _offset(Call memory call, uint32 tradeRootId) private returns (bytes memory refusal) {
        PackedOrder order = _state.queues.orders[tradeRootId];
        if (order.isNone()) return abi.encodeWithSelector(Book_OrderUnknown.selector, tradeRootId);
        MarketId id = order.market();
        Market memory market = _market(call.terms, id.rootId(), id.branchId());
        OffsetReason reason;
        if (order.traderId() == _state.traders.ids[msg.sender]) {
            reason = OffsetReason.Cancelled;
        } else if (order.deadline() < block.timestamp || _isOver(market)) {
            reason = OffsetReason.Expired;
        } else if (!_isCovered(market, order)) {
            reason = OffsetReason.Uncovered;
        } else {
            return abi.encodeWithSelector(Book_OrderStands.selector, tradeRootId, msg.sender);
        }
        Matching.takeOut(_state, call.chain, market, tradeRootId, order, reason);
        _state.markets.slots[market.id] = market.slot;
    }

    /// @dev Whether nothing can be traded in the market any more.
    function _isOver(Market memory market) private view returns (bool) {
        (int256 marketMin, int256 marketMax) = Markets.boundsOf(market.root, market.branchId);
        return block.timestamp >= market.root.closesAt || marketMin == marketMax;
    }

    function _isCovered(Market memory market, PackedOrder order) private view returns (bool) {
        Exposure memory exposure = _state.margin.load(order.traderId(), market.root);
        return
            Margin.isCovered(
                Margin.checkCollateral(market.root, exposure, market.branchId, order.lots(), order.price())
            );
    }

    function _open(uint256 maxMatches, uint256 maxWalk) private view returns (Call memory call) {
        call.terms = _terms();
        call.chain = _state.chain.open(_domainSeparatorV4());
        (call.maxMatches, call.maxWalk) = (maxMatches, maxWalk);
    }

    /// @dev Where Proxy forwards every other function to.
    function _implementation() internal view override returns (address) {
        return DESK;
    }

    function _revertWith(bytes memory encodedError) private pure {
        assembly ("memory-safe") {
            revert(add(encodedError, 0x20), mload(encodedError))
        }
    }
}
