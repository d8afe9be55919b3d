// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketId } from "../libraries/MarketId.sol";
import { PackedOrder } from "../libraries/PackedOrder.sol";

/// @dev The queues of one market (root and branch), in one slot.
/// immediate 8 | used 8 | crossed 8 | bestBid 32 | bestAsk 32   (the lowest 88 bits, most significant first)
/// `used` stays set, so that a market whose queues run empty does not pay for a fresh slot again (about 17 000 gas).
type MarketSlot is uint256;

using MarketSlots for MarketSlot global;

/// @title Reading and changing a market's slot
library MarketSlots {
    uint256 private constant SIDE_MASK = type(uint32).max;
    uint256 private constant CROSSED_BIT = 1 << 64;
    uint256 private constant USED_BIT = 1 << 72;
    uint256 private constant IMMEDIATE_BIT = 1 << 80;

    /// @dev tradeRootId of the best resting order of a side; 0 if there is none. The cast cuts out the field.
    function best(MarketSlot slot, bool bids) internal pure returns (uint32) {
        return uint32(MarketSlot.unwrap(slot) >> _shift(bids));
    }

    /// @dev Whether resting orders of both sides may still have to be matched with each other (R34).
    function crossed(MarketSlot slot) internal pure returns (bool) {
        return MarketSlot.unwrap(slot) & CROSSED_BIT != 0;
    }

    /// @dev tradeRootId of the order that ran out of steps and left the market crossed. Nothing enters a crossed market, so it stands
    /// first on its side and is the later of the two best.
    function cutOff(MarketSlot slot) internal pure returns (uint32) {
        (uint32 bid, uint32 ask) = (best(slot, true), best(slot, false));
        return bid > ask ? bid : ask;
    }

    /// @dev Whether that order does not rest any more once nothing crosses it (R28).
    function immediate(MarketSlot slot) internal pure returns (bool) {
        return MarketSlot.unwrap(slot) & IMMEDIATE_BIT != 0;
    }

    function withBest(MarketSlot slot, bool bids, uint32 tradeRootId) internal pure returns (MarketSlot) {
        uint256 shift = _shift(bids);
        uint256 rest = MarketSlot.unwrap(slot) & ~(SIDE_MASK << shift);
        return MarketSlot.wrap(rest | USED_BIT | (uint256(tradeRootId) << shift));
    }

    function asCrossed(MarketSlot slot) internal pure returns (MarketSlot) {
        return MarketSlot.wrap(MarketSlot.unwrap(slot) | CROSSED_BIT);
    }

    /// @dev In a crossed market only.
    function asImmediate(MarketSlot slot) internal pure returns (MarketSlot) {
        return MarketSlot.wrap(MarketSlot.unwrap(slot) | IMMEDIATE_BIT);
    }

    /// @dev Whoever ran out of steps is gone, or nothing crosses it: the next one that does shall find nothing said of it.
    function asUncrossed(MarketSlot slot) internal pure returns (MarketSlot) {
        return MarketSlot.wrap(MarketSlot.unwrap(slot) & ~(CROSSED_BIT | IMMEDIATE_BIT));
    }

    function _shift(bool bids) private pure returns (uint256) {
        return bids ? 32 : 0;
    }
}

/// @title Resting orders, best first
/// @notice R30: bids by falling, asks by rising price, and within a price by tradeRootId. One doubly linked list for each side
/// of a market; the market's slot names the first of each.
library Queues {
    struct State {
        mapping(uint32 tradeRootId => PackedOrder) orders;
    }

    /// @notice Whether `price` is at least as good as `other` seen from a bid (`bids`) or an offer: as high, or as low. Among
    /// orders of one side it means precedence over a later one; against an opposite order it means that the two cross.
    function reaches(bool bids, int256 price, int256 other) internal pure returns (bool) {
        return bids ? price >= other : price <= other;
    }

    /// @notice Looks for the place of a new order, from a hint that may be wrong, passing at most `maxWalk` orders.
    /// @return prev the order it comes behind; 0 if it is the best
    /// @return found whether that is certain; if not, the walk was too long
    function placeOf(
        State storage s,
        MarketSlot slot,
        PackedOrder order,
        uint32 hint,
        uint256 maxWalk
    ) internal view returns (uint32 prev, bool found) {
        bool bids = order.isBid();
        uint32 best = slot.best(bids);
        prev = _usableHint(s, order, hint) ? hint : 0;
        uint256 walked;
        // Back while the candidate would come behind the new one.
        while (prev != 0) {
            PackedOrder candidate = s.orders[prev];
            if (reaches(bids, candidate.price(), order.price())) break;
            if (walked == maxWalk) return (prev, false);
            ++walked;
            prev = prev == best ? 0 : candidate.prev();
        }
        // Forward while the next one has precedence.
        while (true) {
            uint32 next = prev == 0 ? best : s.orders[prev].next();
            if (next == 0 || !reaches(bids, s.orders[next].price(), order.price())) return (prev, true);
            if (walked == maxWalk) return (prev, false);
            ++walked;
            prev = next;
        }
    }

    /// @notice Puts an order behind `prev` (0: first) and gives the market's slot as it is then.
    function insert(
        State storage s,
        MarketSlot slot,
        uint32 tradeRootId,
        PackedOrder order,
        uint32 prev
    ) internal returns (MarketSlot) {
        if (prev == 0) {
            (slot, order) = first(slot, tradeRootId, order);
            storeFirst(s, tradeRootId, order);
            return slot;
        }
        PackedOrder before = s.orders[prev];
        uint32 next = before.next();
        s.orders[prev] = before.withNext(tradeRootId);
        if (next != 0) s.orders[next] = s.orders[next].withPrev(tradeRootId);
        s.orders[tradeRootId] = order.withPrev(prev).withNext(next);
        return slot;
    }

    /// @notice Gives the market's slot and the order as they are when the order stands before all others of its side.
    function first(
        MarketSlot slot,
        uint32 tradeRootId,
        PackedOrder order
    ) internal pure returns (MarketSlot, PackedOrder) {
        bool bids = order.isBid();
        return (slot.withBest(bids, tradeRootId), order.withNext(slot.best(bids)));
    }

    /// @notice Writes an order that `first` has put there.
    function storeFirst(State storage s, uint32 tradeRootId, PackedOrder order) internal {
        uint32 next = order.next();
        if (next != 0) s.orders[next] = s.orders[next].withPrev(tradeRootId);
        s.orders[tradeRootId] = order;
    }

    /// @notice Takes an order out and gives the market's slot as it is then. The new best's `prev` is left as it was.
    function remove(
        State storage s,
        MarketSlot slot,
        uint32 tradeRootId,
        PackedOrder order
    ) internal returns (MarketSlot) {
        bool bids = order.isBid();
        s.orders[tradeRootId] = PackedOrder.wrap(0);
        if (slot.best(bids) == tradeRootId) return slot.withBest(bids, order.next());
        (uint32 prev, uint32 next) = (order.prev(), order.next());
        s.orders[prev] = s.orders[prev].withNext(next);
        if (next != 0) s.orders[next] = s.orders[next].withPrev(prev);
        return slot;
    }

    /// @dev A hint helps if it rests on the same side of the same market.
    function _usableHint(State storage s, PackedOrder order, uint32 hint) private view returns (bool) {
        if (hint == 0) return false;
        PackedOrder hinted = s.orders[hint];
        return
            !hinted.isNone() &&
            hinted.isBid() == order.isBid() &&
            MarketId.unwrap(hinted.market()) == MarketId.unwrap(order.market());
    }
}
