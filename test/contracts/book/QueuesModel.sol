// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketSlot, Queues } from "../../../contracts/book/Queues.sol";
import { MarketId } from "../../../contracts/libraries/MarketId.sol";
import { PackedOrder, PackedOrders } from "../../../contracts/libraries/PackedOrder.sol";
import { Random } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title Queues beside plain sorted lists of order numbers, bids and asks, of the market under test
abstract contract QueuesModel is Test {
    using Queues for Queues.State;

    MarketId private constant MARKET = MarketId.wrap((1 << 6) | 2);
    MarketId private constant OTHER_MARKET = MarketId.wrap((1 << 6) | 3);

    Queues.State private _queues;
    MarketSlot internal _slot;
    MarketSlot private _otherSlot;
    uint32 private _lastId;
    mapping(bool bids => uint32[]) private _sorted; // best first
    mapping(uint32 tradeRootId => int256) private _price;

    constructor() {
        // Some orders that a wrong hint may name: another market's on both sides.
        _otherSlot = _queues.insert(_otherSlot, ++_lastId, PackedOrders.pack(5, 50, 1, 9, OTHER_MARKET), 0);
        _otherSlot = _queues.insert(_otherSlot, ++_lastId, PackedOrders.pack(-5, 50, 1, 9, OTHER_MARKET), 0);
    }

    function _modelSize() internal view returns (uint256) {
        return _sorted[true].length + _sorted[false].length;
    }

    /// @dev A new order at one of few prices, so that ties are frequent; enters if its place is found.
    function _insertWithHint(Random memory random, uint256 maxWalk) internal {
        bool bids = random.chance(50);
        int32 price = int32(random.betweenInt(-3, 3));
        int64 lots = int64(random.betweenInt(1, type(int64).max));
        uint32 id = ++_lastId;
        PackedOrder order = PackedOrders.pack(bids ? lots : -lots, price, id, 99, MARKET);
        uint256 place = _placeInModel(bids, price);
        uint32 hint = _hint(random, bids, place);
        (uint32 prev, bool found) = _queues.placeOf(_slot, order, hint, maxWalk);
        assertEq(found, _steps(bids, price, place, hint) <= maxWalk, "found");
        if (!found) return;
        assertEq(prev, place == 0 ? 0 : _sorted[bids][place - 1], "the order it comes behind");
        _slot = _queues.insert(_slot, id, order, prev);
        _price[id] = price;
        _insertInModel(bids, place, id);
    }

    function _removeAny(Random memory random) internal {
        bool bids = _sorted[true].length != 0 && (_sorted[false].length == 0 || random.chance(50));
        uint256 place = random.below(_sorted[bids].length);
        uint32 id = _sorted[bids][place];
        _slot = _queues.remove(_slot, id, _queues.orders[id]);
        for (uint256 i = place; i + 1 < _sorted[bids].length; ++i) {
            _sorted[bids][i] = _sorted[bids][i + 1];
        }
        _sorted[bids].pop();
        assertTrue(_queues.orders[id].isNone(), "a removed order is gone");
    }

    function _assertSameLists() internal view {
        _assertSameList(true);
        _assertSameList(false);
        assertEq(_otherSlot.best(true), 1, "the other market's bid");
        assertEq(PackedOrder.unwrap(_queues.orders[1]) >> 192, 5, "the other market's bid is untouched");
    }

    function _assertSameList(bool bids) private view {
        uint32 id = _slot.best(bids);
        uint32 before;
        for (uint256 i; i < _sorted[bids].length; ++i) {
            assertEq(id, _sorted[bids][i], "order at this place");
            if (i != 0) assertEq(_queues.orders[id].prev(), before, "link back");
            before = id;
            id = _queues.orders[id].next();
        }
        assertEq(id, 0, "end of the list");
    }

    /// @dev Right, resting elsewhere, of the other side, of the other market, gone, or never seen.
    function _hint(Random memory random, bool bids, uint256 place) private view returns (uint32) {
        uint256 kind = random.below(6);
        if (kind == 0) return place == 0 ? 0 : _sorted[bids][place - 1];
        if (kind == 1 && _sorted[bids].length != 0) return _sorted[bids][random.below(_sorted[bids].length)];
        if (kind == 2 && _sorted[!bids].length != 0) return _sorted[!bids][random.below(_sorted[!bids].length)];
        if (kind == 3) return uint32(random.between(1, 2));
        if (kind == 4) return uint32(random.between(1, _lastId));
        return uint32(random.next());
    }

    /// @dev How many resting orders lie between the hint, if it is of use, and the place; from the best otherwise.
    function _steps(bool bids, int256 price, uint256 place, uint32 hint) private view returns (uint256) {
        for (uint256 i; i < _sorted[bids].length; ++i) {
            if (_sorted[bids][i] != hint) continue;
            return _hasPrecedence(bids, _price[hint], price) ? place - 1 - i : i + 1 - place;
        }
        return place;
    }

    function _placeInModel(bool bids, int256 price) private view returns (uint256 place) {
        while (place < _sorted[bids].length && _hasPrecedence(bids, _price[_sorted[bids][place]], price)) ++place;
    }

    /// @dev A resting order was there first: it needs only an equal price.
    function _hasPrecedence(bool bids, int256 resting, int256 price) private pure returns (bool) {
        return bids ? resting >= price : resting <= price;
    }

    function _insertInModel(bool bids, uint256 place, uint32 id) private {
        _sorted[bids].push(id);
        for (uint256 i = _sorted[bids].length - 1; i > place; --i) {
            _sorted[bids][i] = _sorted[bids][i - 1];
        }
        _sorted[bids][place] = id;
    }
}
