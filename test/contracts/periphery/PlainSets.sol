// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A resting order.
struct PlainOrder {
    uint256 leg; // from 1
    bool bid;
    int256 price;
    uint256 lots;
    uint256 id;
    uint256 traderId;
}

/// @dev What a taker gets.
struct PlainTake {
    uint256 filled; // lots
    uint256 sets; // lots of these that sets gave
    int256 cost; // ticks times lots, below zero for a seller
    uint256 setPrices; // different prices of sets
}

/// @title What a book would do that knew complete sets, lot by lot
/// @notice The judge of the router: slow and plain on purpose. All legs pay `target` together. A taker is served by whatever is better
/// for it, the best order of its own leg or one order of each other leg; if both are as good, by the order.
library PlainSets {
    uint256 private constant NONE = type(uint256).max;

    /// @notice The first in line of a side of a leg.
    function best(PlainOrder[] memory book, uint256 leg, bool bid) internal pure returns (uint256 found) {
        found = NONE;
        for (uint256 i; i < book.length; ++i) {
            PlainOrder memory o = book[i];
            if (o.leg != leg || o.bid != bid || o.lots == 0) continue;
            if (found == NONE || _isBefore(o, book[found])) found = i;
        }
    }

    /// @notice What an order of `lots` of `leg` at `limit` gets; the book becomes what it leaves.
    function take(
        PlainOrder[] memory book,
        uint256[] memory legs,
        int256 target,
        uint256 leg,
        bool buys,
        int256 limit,
        uint256 lots,
        uint256 traderId
    ) internal pure returns (PlainTake memory t) {
        int256 last = type(int256).max;
        while (t.filled < lots) {
            uint256 direct = best(book, leg, !buys);
            (bool whole, int256 price) = _ofOthers(book, legs, target, leg, buys);
            bool byOrder = direct != NONE && _within(book[direct].price, limit, buys);
            bool bySet = whole && _within(price, limit, buys);
            if (!byOrder && !bySet) break;
            if (byOrder && (!bySet || _within(book[direct].price, price, buys))) {
                if (book[direct].traderId == traderId) {
                    book[direct].lots = 0; // nobody trades with itself
                    continue;
                }
                --book[direct].lots;
                price = book[direct].price;
            } else {
                _removeOne(book, legs, leg, buys);
                ++t.sets;
                if (price != last) ++t.setPrices;
                last = price;
            }
            ++t.filled;
            t.cost += buys ? price : -price;
        }
    }

    /// @notice Sets that resting orders make among themselves, while they pay for it.
    /// @return sets lots
    /// @return surplus ticks times lots
    function sweep(
        PlainOrder[] memory book,
        uint256[] memory legs,
        int256 target,
        bool mints
    ) internal pure returns (uint256 sets, int256 surplus) {
        while (true) {
            (bool whole, int256 left) = _ofOthers(book, legs, target, 0, mints);
            // Bids of more than the target leave less than nothing to pay, offers of less something to get.
            if (!whole || (mints ? left > 0 : left < 0)) break;
            _removeOne(book, legs, 0, mints);
            ++sets;
            surplus += mints ? -left : left;
        }
    }

    /// @dev What is left of the target for `leg` when one lot of each other is sold to its best bid, or bought.
    function _ofOthers(
        PlainOrder[] memory book,
        uint256[] memory legs,
        int256 target,
        uint256 leg,
        bool bids
    ) private pure returns (bool whole, int256 price) {
        price = target;
        for (uint256 k; k < legs.length; ++k) {
            if (legs[k] == leg) continue;
            uint256 found = best(book, legs[k], bids);
            if (found == NONE) return (false, 0);
            price -= book[found].price;
        }
        whole = true;
    }

    function _removeOne(PlainOrder[] memory book, uint256[] memory legs, uint256 leg, bool bids) private pure {
        for (uint256 k; k < legs.length; ++k) {
            if (legs[k] != leg) --book[best(book, legs[k], bids)].lots;
        }
    }

    /// @dev Whether a price is as good for a taker as another.
    function _within(int256 price, int256 other, bool buys) private pure returns (bool) {
        return buys ? price <= other : price >= other;
    }

    function _isBefore(PlainOrder memory a, PlainOrder memory b) private pure returns (bool) {
        if (a.price != b.price) return a.bid ? a.price > b.price : a.price < b.price;
        return a.id < b.id;
    }
}
