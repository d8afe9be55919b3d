// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IBookRecords } from "../interfaces/IOrderBook.sol";
import { MarketWord } from "../libraries/MarketWord.sol";
import { OrderWord, OrderWords } from "../libraries/OrderWord.sol";
import { TraderWord } from "../libraries/TraderWord.sol";
import { Call } from "./Call.sol";
import { Margin } from "./Margin.sol";
import { Signing } from "./Signing.sol";
import { Store } from "./Store.sol";
import { Zone } from "./Zone.sol";

/// @title Resting orders, best first
/// @notice R30: bids by falling, asks by rising price, and within a price by tradeRootId. One doubly linked list for each side of a
/// market; the market's word names the first of each.
/// @dev An order that comes first on its side is held in memory, with its trader's word, until the call turns to something else: one
/// that is filled before that is never stored.
library Queues {
    /// @dev A deadline beyond the order's word. t2 is below 2^32, so whatever lies from there on never comes.
    uint256 private constant MAX_DEADLINE = type(uint32).max;

    /// @notice Whether `price` is at least as good as `other` seen from a bid (`bids`) or an offer: as high, or as low. Among
    /// orders of one side it means precedence over a later one; against an opposite order it means that the two cross.
    function reaches(bool bids, int256 price, int256 other) internal pure returns (bool does) {
        // Not beyond it: a bid is not below, an offer not above.
        assembly ("memory-safe") {
            does := iszero(or(and(bids, slt(price, other)), gt(sgt(price, other), bids)))
        }
    }

    /// @notice A resting order of the call's market, wherever it is.
    function orderAt(Call memory c, uint256 place) internal view returns (OrderWord) {
        return place == c.heldPlace ? c.held : Store.order(place);
    }

    /// @notice Price of the best order of a side that is not empty. The market's word remembers it.
    function bestPrice(Call memory c, bool bids) internal view returns (int256 price) {
        price = c.word.bestPrice(bids);
        if (!c.word.knowsPrice(bids)) price = _readBestPrice(c, bids);
    }

    function _readBestPrice(Call memory c, bool bids) private view returns (int256 price) {
        uint256 place = c.word.best(bids);
        price = orderAt(c, place).price();
        c.word = c.word.withBestAt(bids, place, price);
    }

    /// @notice Looks for the place of a new order on a side that is not empty, from a hint that may be wrong, passing at most maxWalk
    /// orders.
    /// @return prev the place behind which it comes; 0 if it is the best
    /// @return found whether that is certain; if not, the walk was too long, or the gas has run low
    function placeOf(Call memory c, bool bids, int256 price) internal view returns (uint256 prev, bool found) {
        uint256 best = c.word.best(bids);
        uint256 walk = c.maxWalk;
        OrderWord word;
        (prev, word) = _usableHint(c, bids);
        // Back while the candidate would come behind the new one.
        while (prev != 0) {
            if (reaches(bids, word.price(), price)) break;
            if (walk == 0 || gasleft() < c.gasToKeep) return (prev, false);
            unchecked {
                --walk;
            }
            prev = prev == best ? 0 : word.prev();
            if (prev != 0) word = Store.order(prev);
        }
        if (prev == 0) {
            if (!reaches(bids, bestPrice(c, bids), price)) return (0, true);
            if (walk == 0 || gasleft() < c.gasToKeep) return (0, false);
            unchecked {
                --walk;
            }
            prev = best;
            word = Store.order(best);
        }
        // Forward while the next one has precedence.
        while (true) {
            uint256 next = word.next();
            if (next == 0) return (prev, true);
            word = Store.order(next);
            if (!reaches(bids, word.price(), price)) return (prev, true);
            if (walk == 0 || gasleft() < c.gasToKeep) return (prev, false);
            unchecked {
                --walk;
            }
            prev = next;
        }
    }

    /// @notice Chooses the place of a quote before it is known whether it will rest. Until then nothing else rests anywhere.
    function choosePlace(Call memory c) internal view returns (uint256 place) {
        place = _freePlace(c);
        c.hints = place;
    }

    /// @notice Puts what is left of the taker into its queue, where admission has found its place.
    function rest(Call memory c) internal {
        uint256 prev = c.prev;
        TraderWord t = c.t.opened(_reserveUnits(c, c.left));
        bool isQuote = c.approval == Signing.OF_SET;
        uint256 place = isQuote ? c.hints : _freePlace(c);
        c.restsAt = place;
        uint256 deadline = c.deadline;
        if (deadline > MAX_DEADLINE) deadline = MAX_DEADLINE;
        OrderWord order = OrderWords.pack(c.left, c.bound, t.number(), deadline, c.market, c.id);
        bool bids = order.isBid();
        if (prev != 0) {
            OrderWord before = Store.order(prev);
            uint256 next = before.next();
            Store.setOrder(prev, before.withNext(place));
            if (next != 0) Store.setOrder(next, Store.order(next).withPrev(place));
            order = order.withNext(next).withPrev(prev);
            if (isQuote) Store.setOrder(place, order);
            else _store(place, order);
            Store.setTrader(c.taker, t);
            return;
        }
        if (isQuote) {
            // The quotes that follow are of the same trader, so nothing will be filled from memory.
            uint256 best = c.word.best(bids);
            c.word = c.word.withBestAt(bids, place, c.bound);
            if (best != 0) Store.setOrder(best, Store.order(best).withPrev(place));
            Store.setOrder(place, order.withNext(best));
            Store.setTrader(c.taker, t);
            return;
        }
        release(c);
        (c.heldPlace, c.held) = (place, order.withNext(c.word.best(bids)));
        (c.heldTrader, c.heldT) = (c.taker, t);
        (c.behind, c.word) = (c.word, c.word.withBestAt(bids, place, c.bound));
        (c.makerClaim, c.makerNet, c.makerLots) = (c.coverClaim, c.coverNet, c.coverLots);
        if (c.kind != Zone.TWO_LEGS) {
            (c.makerWorst, c.makerLoaded) = (c.coverWorst, c.loaded);
            // The next taker gets the memory that this one leaves.
            (c.position, c.makerPosition) = (c.makerPosition, c.position);
        }
    }

    /// @notice Puts the order that is held in memory into storage, if there is one.
    function release(Call memory c) internal {
        if (c.heldPlace != 0) _release(c);
    }

    function _release(Call memory c) private {
        uint256 place = c.heldPlace;
        (c.heldPlace, c.makerLoaded, c.makerLots) = (0, false, 0);
        OrderWord order = c.held;
        uint256 next = order.next();
        if (next != 0) Store.setOrder(next, Store.order(next).withPrev(place));
        _store(place, order);
        Store.setTrader(c.heldTrader, c.heldT);
    }

    /// @notice Takes an order out of its queue. Its trader's word is left to the caller.
    function unlink(Call memory c, uint256 place, OrderWord order) internal {
        bool bids = order.isBid();
        MarketWord word = c.word;
        if (place == c.heldPlace) {
            // What stood behind it is known as it was before.
            (c.heldPlace, c.makerLoaded, c.makerLots) = (0, false, 0);
            c.word = word.withSideOf(c.behind, bids);
            return;
        }
        Store.setOrder(place, order.dead());
        if (word.best(bids) == place) {
            // The order that was cut off stands first on its side: when it leaves nothing crosses any more.
            if (word.crossed() && word.crossingIsBid() == bids) word = word.withoutCrossing();
            c.word = word.withBest(bids, order.next());
            return;
        }
        (uint256 prev, uint256 next) = (order.prev(), order.next());
        Store.setOrder(prev, Store.order(prev).withNext(next));
        if (next != 0) Store.setOrder(next, Store.order(next).withPrev(prev));
    }

    /// @dev The reserve that `lots` need at the limit, rounded up to whole units. |price| <= 2^31, |lots| < 2^40, tickValue < 2^64:
    /// below 2^137.
    function _reserveUnits(Call memory c, int256 lots) private pure returns (uint256) {
        int256 need = Margin.needOf(c, lots, c.bound);
        unchecked {
            uint256 shift = c.reserveShift;
            return need <= 0 ? 0 : (uint256(need) + (1 << shift) - 1) >> shift;
        }
    }

    /// @dev A hint helps if it rests on the same side of the same market.
    function _usableHint(Call memory c, bool bids) private view returns (uint256 hint, OrderWord word) {
        hint = c.hints >> 32;
        if (hint != 0) {
            word = Store.order(hint);
            if (!word.isOpen() || word.isBid() != bids || word.market() != c.market) hint = 0;
        }
    }

    /// @dev The place that the submitter names, if an order rested there and is gone; else a new one, of the order's own number.
    function _freePlace(Call memory c) private view returns (uint256 place) {
        place = uint32(c.hints); // cuts out the field
        if (place == 0 || place == c.heldPlace || !Store.order(place).isDead()) place = c.id;
    }

    /// @dev An order whose place is not its number says where it is. A quote, which is never held, has said so when it was logged.
    function _store(uint256 place, OrderWord order) private {
        Store.setOrder(place, order);
        if (place != order.id()) {
            // Casts: places and numbers are uint32.
            emit IBookRecords.TradePlaced(uint32(order.id()), uint32(place));
        }
    }
}
