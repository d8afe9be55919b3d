// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { OrderWord } from "../libraries/OrderWord.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { OffsetReason } from "../Types.sol";
import { Call } from "./Call.sol";
import { Chain } from "./Chain.sol";
import { Margin } from "./Margin.sol";
import { Queues } from "./Queues.sol";
import { Store } from "./Store.sol";
import { Trades } from "./Trades.sol";

/// @title Price-time priority (paper: matchTrades)
library Matching {
    /// @notice R31 to R33: lets the taker trade with the best opposite orders until nothing crosses, it is used up, or `maxSteps` are
    /// gone. Every step is one fill, or takes out of one of the two orders what cannot be filled.
    /// @dev Changes the market's word and the taker's in memory only; the caller stores them. Calls nobody (R41).
    /// @return steps used
    function sweep(Call memory c, uint256 maxSteps) internal returns (uint256 steps) {
        bool bids = c.left > 0;
        if (c.word.crossed()) c.word = c.word.withoutCrossing();
        while (c.left != 0) {
            uint256 place = c.word.best(!bids);
            if (place == 0) break;
            OrderWord maker = Queues.orderAt(c, place);
            if (!Queues.reaches(bids, c.bound, maker.price())) break;
            if (steps == maxSteps || gasleft() < c.gasToKeep) {
                c.word = c.word.withCrossing(bids, c.immediate);
                break;
            }
            unchecked {
                ++steps;
            }
            if (maker.deadline() < block.timestamp) takeOut(c, place, maker, OffsetReason.Expired);
            else if (maker.traderNumber() == c.t.number()) takeOut(c, place, maker, OffsetReason.OwnOrder);
            else if (!_fill(c, place, maker)) {
                c.word = c.word.withCrossing(bids, c.immediate);
                break;
            }
        }
    }

    /// @notice R34: goes on where an earlier call ran out of steps, with the order that was cut off as the taker. What is left of an
    /// immediate-or-cancel order once nothing crosses is offset (R28).
    /// @return steps used
    function resume(Call memory c, uint256 maxSteps) internal returns (uint256 steps) {
        if (!c.word.crossed()) return 0;
        Queues.release(c);
        uint256 place = c.word.best(c.word.crossingIsBid());
        OrderWord order = Store.order(place);
        c.immediate = c.word.crossingIsImmediate();
        c.taker = Store.nameOf(order.traderNumber());
        c.t = Store.trader(c.taker);
        if (maxSteps != 0 && order.deadline() < block.timestamp && _crosses(c, order)) {
            takeOut(c, place, order, OffsetReason.Expired);
            Store.setTrader(c.taker, c.t);
            return 1;
        }
        (c.id, c.bound, c.left) = (order.id(), order.price(), order.lots());
        (c.loaded, c.coverLots, c.cut) = (false, 0, 0);
        steps = sweep(c, maxSteps);
        int256 left = c.left;
        if (left != 0 && (c.word.crossed() || !c.immediate)) {
            if (left != order.lots()) Store.setOrder(place, order.withLots(left));
        } else {
            Queues.unlink(c, place, order);
            c.t = c.t.closed();
            if (left != 0) promoteOffset(c.id, c.bound, left, OffsetReason.Remainder);
        }
        Store.setTrader(c.taker, c.t);
    }

    /// @notice Promotes the offset of all that is left of a resting order and takes it out of its queue.
    function takeOut(Call memory c, uint256 place, OrderWord order, OffsetReason reason) internal {
        bool isHeld = place == c.heldPlace;
        Queues.unlink(c, place, order);
        uint256 number = order.traderNumber();
        if (isHeld) {
            Store.setTrader(c.heldTrader, c.heldT.closed());
        } else if (number == c.t.number()) {
            c.t = c.t.closed();
        } else {
            uint256 trader = Store.nameOf(number);
            Store.setTrader(trader, Store.trader(trader).closed());
        }
        promoteOffset(order.id(), order.price(), order.lots(), reason);
    }

    /// @notice Promotes the offset of all but `left` lots (signed as the order's) of a resting order, because its trader cannot bear
    /// more; nothing left means that it goes.
    function cutTo(Call memory c, uint256 place, OrderWord order, int256 left) internal {
        if (left == 0) {
            takeOut(c, place, order, OffsetReason.Uncovered);
            return;
        }
        OrderWord rest = order.withLots(left);
        if (place == c.heldPlace) c.held = rest;
        else Store.setOrder(place, rest);
        // Both of one sign, and what is left is the smaller.
        unchecked {
            promoteOffset(order.id(), order.price(), order.lots() - left, OffsetReason.Uncovered);
        }
    }

    /// @notice Promotes the offset of `lots` lots (signed as the order's) that will not be filled any more.
    function promoteOffset(uint256 tradeRootId, int256 limit, int256 lots, OffsetReason reason) internal {
        Chain.appendOffset(tradeRootId, limit, lots);
        // Casts: numbers are uint32; |lots| < 2^40.
        emit IBookRecords.TradeOffset(uint32(tradeRootId), uint64(_abs(lots)), reason);
    }

    // ------------------------------------------------------------------ in detail

    /// @dev Whether a resting order is within reach of the best one on the other side.
    function _crosses(Call memory c, OrderWord order) private view returns (bool) {
        bool bids = order.isBid();
        return c.word.best(!bids) != 0 && Queues.reaches(bids, order.price(), Queues.bestPrice(c, !bids));
    }

    /// @dev R32: the fill is the smaller of the two sizes, if both traders can bear it. Of whoever cannot, the maker first, what cannot
    /// be borne is taken out instead, and what can be is filled by the next step.
    /// @return done false if the gas has run low first: then nothing has changed
    function _fill(Call memory c, uint256 place, OrderWord maker) private returns (bool done) {
        bool isHeld = place == c.heldPlace;
        uint256 trader = isHeld ? c.heldTrader : Store.nameOf(maker.traderNumber());
        TraderWord m = isHeld ? c.heldT : Store.trader(trader);
        int256 lots = _common(c.left, maker.lots());
        if (Trades.areCovered(c, m, lots, maker.price(), isHeld)) {
            _settle(c, place, maker, trader, m, lots);
            done = true;
        } else {
            done = _cut(c, place, maker, m, lots);
        }
    }

    /// @dev All that the taker's trader cannot bear at this price it could not bear at any price that comes after.
    function _cut(
        Call memory c,
        uint256 place,
        OrderWord maker,
        TraderWord m,
        int256 lots
    ) private returns (bool done) {
        // All between 0 and 2^39.
        unchecked {
            (int256 given, bool known) = Margin.partOf(c, m, c.makerPosition, -lots, maker.price());
            if (!known) return false;
            if (given != -lots) {
                cutTo(c, place, maker, given);
                return true;
            }
            int256 borne;
            (borne, known) = Margin.partOf(c, c.t, c.position, lots, maker.price());
            if (!known) return false;
            int256 cut = c.left - borne;
            (c.left, c.cut) = (borne, c.cut + cut);
            promoteOffset(c.id, c.bound, cut, OffsetReason.Uncovered);
        }
        return true;
    }

    /// @dev R33. `lots` are signed as the taker's. What is left of the maker keeps its place; nothing left means that it goes.
    function _settle(Call memory c, uint256 place, OrderWord maker, uint256 trader, TraderWord m, int256 lots) private {
        m = Trades.make(c, m, lots);
        {
            int256 price = maker.price();
            (uint256 makerId, uint256 takerId) = (maker.id(), c.id);
            Chain.appendFill(makerId, takerId, c.bound, price, lots);
            // Casts: numbers are uint32, prices int32, |lots| < 2^40.
            emit IBookRecords.TradesMatched(uint32(makerId), uint32(takerId), int32(price), uint64(_abs(lots)));
        }
        int256 left;
        // Both become smaller.
        unchecked {
            c.left -= lots;
            left = maker.lots() + lots;
        }
        if (left == 0) {
            Queues.unlink(c, place, maker);
            m = m.closed();
        } else {
            maker = maker.withLots(left);
            if (place == c.heldPlace) {
                (c.held, c.heldT) = (maker, m);
                return;
            }
            Store.setOrder(place, maker);
        }
        Store.setTrader(trader, m);
    }

    /// @dev What a taker and a maker have in common, signed as the taker's: a bid meets lots below zero, an offer lots above.
    function _common(int256 takerLots, int256 makerLots) private pure returns (int256) {
        // Below 2^40.
        unchecked {
            makerLots = -makerLots;
        }
        return (makerLots > 0 ? takerLots < makerLots : takerLots > makerLots) ? takerLots : makerLots;
    }

    function _abs(int256 lots) private pure returns (uint256) {
        unchecked {
            return uint256(lots < 0 ? -lots : lots);
        }
    }
}
