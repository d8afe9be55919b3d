// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "../../../contracts/book/Call.sol";
import { Queues } from "../../../contracts/book/Queues.sol";
import { Store } from "../../../contracts/book/Store.sol";
import { MarketWord } from "../../../contracts/libraries/MarketWord.sol";
import { OrderWord } from "../../../contracts/libraries/OrderWord.sol";
import { TraderWords } from "../../../contracts/libraries/TraderWord.sol";
import { Random } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title The queues of a market beside plain sorted lists; and of another market, which nothing may touch
/// @dev A call works on several orders before it stores the market, and holds the one that came first on its side in memory.
abstract contract QueuesModel is Test {
    uint256 private constant MARKET = (1 << 6) | 2;
    uint256 private constant OTHER_MARKET = (1 << 6) | 3;
    uint256 private constant TRADER = 0xACE;

    uint32 private _lastId;
    mapping(bool bids => uint32[]) private _sorted; // best first
    mapping(uint32 id => int256) private _price;
    mapping(uint32 id => int256) private _lots;
    mapping(uint32 id => uint32) private _place;
    uint32[] private _deadPlaces; // where an order was stored, and is gone; some are in use again
    mapping(uint32 place => bool) private _isDead;

    constructor() {
        // Some orders that a wrong hint may name: another market's on both sides.
        for (uint256 i; i < 2; ++i) {
            Call memory c = _open(OTHER_MARKET);
            _setOrder(c, ++_lastId, i == 0 ? int256(5) : int256(-5), 50);
            Queues.rest(c);
            _close(c, OTHER_MARKET);
        }
    }

    function _modelSize() internal view returns (uint256) {
        return _sorted[true].length + _sorted[false].length;
    }

    /// @dev One call that does so many things, each an order that comes or one that goes.
    function _call(Random memory random, uint256 things, uint256 percentThatCome, uint256 maxWalk) internal {
        Call memory c = _open(MARKET);
        c.maxWalk = maxWalk;
        for (uint256 i; i < things; ++i) {
            if (_modelSize() == 0 || random.chance(percentThatCome)) _insert(random, c);
            else _remove(random, c);
        }
        _close(c, MARKET);
    }

    /// @dev A new order at one of few prices, so that ties are frequent; enters if its place is found.
    function _insert(Random memory random, Call memory c) private {
        bool bids = random.chance(50);
        int256 price = random.betweenInt(-3, 3);
        int256 lots = random.betweenInt(1, 2 ** 39 - 1);
        uint32 id = ++_lastId;
        // An order of the side of the one that is held finds it in storage.
        if (c.heldPlace != 0 && c.held.isBid() == bids) Queues.release(c);
        uint256 rank = _rankInModel(bids, price);
        (uint32 hint, uint32 named) = (_hint(random, bids, rank), _named(random));
        _setOrder(c, id, bids ? lots : -lots, price);
        c.hints = (uint256(hint) << 32) | named;
        if (c.word.best(bids) != 0) {
            bool found;
            (c.prev, found) = Queues.placeOf(c, bids, price);
            assertEq(found, _steps(bids, price, rank, hint) <= c.maxWalk, "found");
            if (!found) return;
        }
        uint256 expected = rank == 0 ? 0 : _place[_sorted[bids][rank - 1]];
        assertEq(c.prev, expected, "the place it comes behind");
        bool free = named != 0 && _isDead[named] && named != c.heldPlace;
        Queues.rest(c);
        assertEq(c.restsAt, free ? named : id, "its place");
        (_price[id], _lots[id], _place[id]) = (price, bids ? lots : -lots, uint32(c.restsAt));
        _isDead[_place[id]] = false;
        _insertInModel(bids, rank, id);
    }

    function _remove(Random memory random, Call memory c) private {
        bool bids = _sorted[true].length != 0 && (_sorted[false].length == 0 || random.chance(50));
        uint256 rank = random.chance(60) ? 0 : random.below(_sorted[bids].length);
        uint32 id = _sorted[bids][rank];
        uint32 place = _place[id];
        bool wasHeld = c.heldPlace == place;
        // Only the best of a side that is filled is looked at while it is held.
        if (!wasHeld && c.heldPlace != 0 && c.held.isBid() == bids) {
            Queues.release(c);
        }
        OrderWord order = Queues.orderAt(c, place);
        assertEq(order.id(), id, "the order at its place");
        assertEq(order.lots(), _lots[id], "its lots");
        Queues.unlink(c, place, order);
        for (uint256 i = rank; i + 1 < _sorted[bids].length; ++i) {
            _sorted[bids][i] = _sorted[bids][i + 1];
        }
        _sorted[bids].pop();
        // One that was never stored leaves its place as it was.
        if (wasHeld && place == id) return;
        _isDead[place] = true;
        _deadPlaces.push(place);
        assertTrue(Store.order(place).isDead(), "the place is dead");
    }

    // ------------------------------------------------------------------ judging

    function _assertSameLists() internal view {
        _assertSameList(true);
        _assertSameList(false);
        MarketWord other = Store.market(OTHER_MARKET);
        assertEq(other.best(true), 1, "the other market's bid");
        assertEq(other.best(false), 2, "the other market's offer");
        assertEq(Store.order(1).lots(), 5, "the other market's bid is untouched");
        assertEq(Store.order(2).lots(), -5, "the other market's offer is untouched");
    }

    function _assertSameList(bool bids) private view {
        MarketWord word = Store.market(MARKET);
        uint256 place = word.best(bids);
        uint256 before;
        for (uint256 i; i < _sorted[bids].length; ++i) {
            uint32 id = _sorted[bids][i];
            OrderWord order = Store.order(place);
            assertEq(place, _place[id], "place of the order");
            assertEq(order.id(), id, "its number");
            assertEq(order.price(), _price[id], "its price");
            assertEq(order.lots(), _lots[id], "its lots");
            if (i != 0) assertEq(order.prev(), before, "link back");
            if (i == 0 && word.knowsPrice(bids)) assertEq(word.bestPrice(bids), _price[id], "price that is known");
            before = place;
            place = order.next();
        }
        assertEq(place, 0, "end of the list");
    }

    // ------------------------------------------------------------------ the call

    function _open(uint256 market) private view returns (Call memory c) {
        c.word = Store.market(market);
        (c.market, c.reserveShift, c.tickValue, c.limit) = (market, 10, 1, 2 ** 47 - 1);
        (c.marketMin, c.marketMax, c.maxWalk) = (-100, 100, type(uint256).max);
    }

    function _close(Call memory c, uint256 market) private {
        Queues.release(c);
        Store.setMarket(market, c.word);
    }

    function _setOrder(Call memory c, uint32 id, int256 lots, int256 price) private pure {
        (c.id, c.left, c.bound, c.prev, c.hints, c.deadline) = (id, lots, price, 0, 0, 99);
        (c.taker, c.t) = (TRADER, TraderWords.fresh(1));
    }

    // ------------------------------------------------------------------ hints and the plain lists

    /// @dev Right, resting elsewhere, of the other side, of the other market, gone, or never given.
    function _hint(Random memory random, bool bids, uint256 rank) private view returns (uint32) {
        uint256 kind = random.below(6);
        if (kind == 0) return rank == 0 ? 0 : _place[_sorted[bids][rank - 1]];
        if (kind == 1 && _sorted[bids].length != 0) return _place[_sorted[bids][random.below(_sorted[bids].length)]];
        if (kind == 2 && _sorted[!bids].length != 0) return _place[_sorted[!bids][random.below(_sorted[!bids].length)]];
        if (kind == 3) return uint32(random.between(1, 2));
        if (kind == 4) return uint32(random.between(1, _lastId));
        return uint32(random.next());
    }

    /// @dev Where an order rested and is gone, where one rests, or none at all.
    function _named(Random memory random) private view returns (uint32) {
        if (_deadPlaces.length != 0 && random.chance(60)) return _deadPlaces[random.below(_deadPlaces.length)];
        return random.chance(50) ? 0 : uint32(random.between(1, uint256(_lastId) + 3));
    }

    /// @dev How many resting orders lie between the hint, if it is of use, and the order's own; from the best otherwise.
    function _steps(bool bids, int256 price, uint256 rank, uint32 hint) private view returns (uint256) {
        for (uint256 i; i < _sorted[bids].length; ++i) {
            uint32 id = _sorted[bids][i];
            if (_place[id] != hint) continue;
            return _hasPrecedence(bids, _price[id], price) ? rank - 1 - i : i + 1 - rank;
        }
        return rank;
    }

    function _rankInModel(bool bids, int256 price) private view returns (uint256 rank) {
        while (rank < _sorted[bids].length && _hasPrecedence(bids, _price[_sorted[bids][rank]], price)) ++rank;
    }

    /// @dev A resting order was there first: it needs only an equal price.
    function _hasPrecedence(bool bids, int256 resting, int256 price) private pure returns (bool) {
        return bids ? resting >= price : resting <= price;
    }

    function _insertInModel(bool bids, uint256 rank, uint32 id) private {
        _sorted[bids].push(id);
        for (uint256 i = _sorted[bids].length - 1; i > rank; --i) {
            _sorted[bids][i] = _sorted[bids][i - 1];
        }
        _sorted[bids][rank] = id;
    }
}
