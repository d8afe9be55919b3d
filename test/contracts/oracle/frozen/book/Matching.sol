// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SignedMath } from "@openzeppelin/contracts/utils/math/SignedMath.sol";

import { IOldBookRecords } from "../interfaces/IOrderBook.sol";
import { PackedOrder } from "../libraries/PackedOrder.sol";
import { OffsetReason } from "../Types.sol";
import { BookState, Call, Held, Market, Taker } from "./BookState.sol";
import { Chain } from "./Chain.sol";
import { Margin } from "./Margin.sol";
import { Positions } from "./Positions.sol";
import { Queues } from "./Queues.sol";
import { Traders } from "./Traders.sol";

/// @title Price-time priority (paper: matchTrades)
library Matching {
    using Chain for Chain.Cursor;
    using Positions for Positions.State;
    using Queues for Queues.State;
    using Traders for Traders.State;

    /// @notice R31 to R33: lets `taker` trade with the best opposite orders until nothing crosses, it is used up, or `maxSteps` are
    /// gone. Every step is one fill, or takes out of one of the two orders what cannot be filled.
    /// @dev Changes the market's slot in memory only; the caller stores it. Calls nobody (R41).
    /// @return steps used
    function sweep(
        BookState storage s,
        Call memory call,
        Taker memory taker,
        uint256 maxSteps
    ) internal returns (uint256 steps) {
        Market memory market = call.market;
        bool bids = taker.lots > 0;
        bool filled;
        market.slot = market.slot.asUncrossed();
        while (taker.lots != 0) {
            uint32 makerId = market.slot.best(!bids);
            if (makerId == 0) break;
            PackedOrder maker = orderOf(s, call, makerId);
            if (!Queues.reaches(bids, taker.price, maker.price())) break;
            if (steps == maxSteps) {
                market.slot = market.slot.asCrossed();
                break;
            }
            ++steps;
            if (maker.deadline() < block.timestamp) {
                takeOut(s, call, makerId, maker, OffsetReason.Expired);
            } else if (maker.traderId() == taker.traderId) {
                takeOut(s, call, makerId, maker, OffsetReason.OwnOrder);
            } else if (_fill(s, call, taker, makerId, maker)) {
                filled = true;
            }
        }
        if (filled) s.positions.store(market.root, taker.exposure, market.branchId);
    }

    /// @notice R34: goes on where an earlier call ran out of steps, with the order that was cut off as the taker. What is left of an
    /// immediate-or-cancel order once nothing crosses is offset (R28).
    /// @return steps used
    function resume(BookState storage s, Call memory call, uint256 maxSteps) internal returns (uint256 steps) {
        Market memory market = call.market;
        if (!market.slot.crossed()) return 0;
        release(s, call);
        (uint32 id, bool immediate) = (market.slot.cutOff(), market.slot.immediate());
        PackedOrder order = s.queues.orders[id];
        if (maxSteps != 0 && order.deadline() < block.timestamp && _crosses(s, call, order)) {
            takeOut(s, call, id, order, OffsetReason.Expired);
            market.slot = market.slot.asUncrossed();
            return 1;
        }
        Taker memory taker;
        (taker.id, taker.price, taker.lots) = (id, order.price(), order.lots());
        taker.traderId = order.traderId();
        taker.exposure = s.positions.load(taker.traderId, market.root);
        steps = sweep(s, call, taker, maxSteps);
        bool crossed = market.slot.crossed();
        if (immediate && crossed) market.slot = market.slot.asImmediate();
        if (immediate && !crossed && taker.lots != 0) {
            // Cast: no larger than the int64 it was.
            takeOut(s, call, id, order.withLots(int64(taker.lots)), OffsetReason.Remainder);
        } else {
            _reduce(s, call, id, order, taker.lots);
        }
    }

    /// @notice Promotes the offset of all that is left of a resting order and takes it out of its queue.
    function takeOut(
        BookState storage s,
        Call memory call,
        uint32 tradeRootId,
        PackedOrder order,
        OffsetReason reason
    ) internal {
        cutTo(s, call, tradeRootId, order, 0, reason);
    }

    /// @notice Promotes the offset of all but `left` lots, signed, of a resting order; nothing left means that it goes.
    function cutTo(
        BookState storage s,
        Call memory call,
        uint32 tradeRootId,
        PackedOrder order,
        int256 left,
        OffsetReason reason
    ) internal {
        _reduce(s, call, tradeRootId, order, left);
        // Less than the int64 it was.
        unchecked {
            promoteOffset(call.chain, tradeRootId, order.price(), order.lots() - left, reason);
        }
    }

    /// @notice As `takeOut`, for an order that a call names (R35, R43). If it is the one that was cut off, nothing crosses any more.
    function takeOutNamed(
        BookState storage s,
        Call memory call,
        uint32 tradeRootId,
        PackedOrder order,
        OffsetReason reason
    ) internal {
        bool wasCutOff = call.market.slot.cutOff() == tradeRootId;
        takeOut(s, call, tradeRootId, order, reason);
        if (wasCutOff) call.market.slot = call.market.slot.asUncrossed();
    }

    /// @notice Promotes the offset of `lots` lots (signed as the order's) that will not be filled any more.
    function promoteOffset(
        Chain.Cursor memory chain,
        uint32 tradeRootId,
        int256 limit,
        int256 lots,
        OffsetReason reason
    ) internal {
        chain.promoteOffset(tradeRootId, limit, lots);
        // Cast: |lots| < 2^39, by R27.
        emit IOldBookRecords.TradeOffset(tradeRootId, uint64(SignedMath.abs(lots)), reason);
    }

    // ------------------------------------------------------------------ what rests, and where

    /// @notice Puts what is left of the taker into its queue, where admission has found its place.
    /// @param signer its trader
    function rest(BookState storage s, Call memory call, Taker memory taker, address signer) internal {
        Market memory market = call.market;
        // Cast: no larger than it was signed.
        PackedOrder order = taker.order.withLots(int64(taker.lots));
        if (taker.prev != 0) {
            market.slot = s.queues.insert(market.slot, taker.id, order, taker.prev);
            s.traders.slots[taker.traderId] = taker.trader;
            return;
        }
        release(s, call);
        Held memory held = call.held;
        (market.slot, held.order) = Queues.first(market.slot, taker.id, order);
        (held.id, held.signer, held.trader, held.traded) = (taker.id, signer, taker.trader, false);
        // The next taker gets the memory that this one leaves.
        (held.exposure, taker.exposure) = (taker.exposure, held.exposure);
        (held.cover, taker.cover) = (taker.cover, held.cover);
    }

    /// @notice Puts the order that is held in memory into storage, if there is one.
    function release(BookState storage s, Call memory call) internal {
        Held memory held = call.held;
        if (held.id == 0) return;
        s.queues.storeFirst(held.id, held.order);
        _storeTrader(s, call.market, held);
    }

    /// @notice A resting order of the call's market, wherever it is.
    function orderOf(BookState storage s, Call memory call, uint32 tradeRootId) internal view returns (PackedOrder) {
        return tradeRootId == call.held.id ? call.held.order : s.queues.orders[tradeRootId];
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Whether a resting order is within reach of the best one on the other side.
    function _crosses(BookState storage s, Call memory call, PackedOrder order) private view returns (bool) {
        bool bids = order.isBid();
        uint32 opposite = call.market.slot.best(!bids);
        return opposite != 0 && Queues.reaches(bids, order.price(), orderOf(s, call, opposite).price());
    }

    /// @dev R32: both traders must be covered after the fill. Of whoever is not, the maker first, what cannot be borne is taken out
    /// instead, and what can be is filled by the next step.
    /// @return whether a fill happened
    function _fill(
        BookState storage s,
        Call memory call,
        Taker memory taker,
        uint32 makerId,
        PackedOrder maker
    ) private returns (bool) {
        // Check
        (Market memory market, Held memory held) = (call.market, call.held);
        int256 lots = _common(taker.lots, maker.lots());
        bool isHeld = makerId == held.id;
        // A held order is the best of its side: when another one is met, nothing is held, and its memory is free.
        if (!isHeld) s.positions.loadInto(maker.traderId(), market.root, held.exposure);
        if (!isHeld || held.cover.lots != -lots) {
            Margin.checkInto(market.root, held.exposure, market.branchId, -lots, maker.price(), held.cover);
        }
        if (!Margin.isCovered(held.cover)) {
            int256 borne = Margin.bearable(
                market.root,
                held.exposure,
                market.branchId,
                -lots,
                maker.price(),
                held.cover
            );
            cutTo(s, call, makerId, maker, borne, OffsetReason.Uncovered);
            return false;
        }
        if (taker.cover.lots != lots || taker.price != maker.price()) {
            Margin.checkInto(market.root, taker.exposure, market.branchId, lots, maker.price(), taker.cover);
        }
        if (!Margin.isCovered(taker.cover)) {
            _cutTaker(call, taker, lots, maker.price());
            return false;
        }
        // Effect
        Margin.apply_(held.exposure, held.cover, market.branchId);
        Margin.apply_(taker.exposure, taker.cover, market.branchId);
        if (isHeld) held.traded = true;
        else s.positions.store(market.root, held.exposure, market.branchId);
        // Both become smaller.
        unchecked {
            taker.lots -= lots;
            _reduce(s, call, makerId, maker, maker.lots() + lots);
        }
        _promote(call.chain, taker, makerId, maker, lots);
        return true;
    }

    /// @dev All that its trader cannot bear of these lots at this price it could not bear at any price that comes after.
    function _cutTaker(Call memory call, Taker memory taker, int256 lots, int256 price) private {
        Market memory market = call.market;
        int256 borne = Margin.bearable(market.root, taker.exposure, market.branchId, lots, price, taker.cover);
        // At this price, which need not be its limit.
        taker.cover.lots = 0;
        // Both lie between 0 and the lots.
        unchecked {
            int256 cut = taker.lots - borne;
            (taker.lots, taker.cut) = (borne, taker.cut + cut);
            promoteOffset(call.chain, taker.id, taker.price, cut, OffsetReason.Uncovered);
        }
    }

    /// @dev What a taker and a maker have in common, signed as the taker's: a bid meets lots below zero, an offer lots above.
    function _common(int256 takerLots, int256 makerLots) private pure returns (int256) {
        // Below 2^63.
        unchecked {
            makerLots = -makerLots;
        }
        return (makerLots > 0 ? takerLots < makerLots : takerLots > makerLots) ? takerLots : makerLots;
    }

    /// @dev R33. `lots` are signed as the taker's.
    function _promote(
        Chain.Cursor memory chain,
        Taker memory taker,
        uint32 makerId,
        PackedOrder maker,
        int256 lots
    ) private {
        int32 price = maker.price();
        chain.promoteMatch(makerId, price, price, -lots);
        chain.promoteMatch(taker.id, taker.price, price, lots);
        // Cast: below 2^63.
        emit IOldBookRecords.TradesMatched(makerId, taker.id, price, uint64(SignedMath.abs(lots)));
    }

    /// @dev What is left of a resting order keeps its place; nothing left means that it goes.
    function _reduce(
        BookState storage s,
        Call memory call,
        uint32 tradeRootId,
        PackedOrder order,
        int256 left
    ) private {
        if (left == 0) {
            _remove(s, call, tradeRootId, order);
        } else if (left != order.lots()) {
            // Cast: smaller than the int64 it was.
            order = order.withLots(int64(left));
            if (tradeRootId == call.held.id) call.held.order = order;
            else s.queues.orders[tradeRootId] = order;
        }
    }

    function _remove(BookState storage s, Call memory call, uint32 tradeRootId, PackedOrder order) private {
        Market memory market = call.market;
        Held memory held = call.held;
        if (tradeRootId == held.id) {
            market.slot = market.slot.withBest(order.isBid(), order.next());
            held.trader = held.trader.closed();
            _storeTrader(s, market, held);
        } else {
            market.slot = s.queues.remove(market.slot, tradeRootId, order);
            s.traders.closeOrder(order.traderId());
        }
    }

    /// @dev What is known of the trader of the order that was held until now.
    function _storeTrader(BookState storage s, Market memory market, Held memory held) private {
        held.id = 0;
        s.traders.slots[held.order.traderId()] = held.trader;
        if (held.traded) s.positions.store(market.root, held.exposure, market.branchId);
    }
}
