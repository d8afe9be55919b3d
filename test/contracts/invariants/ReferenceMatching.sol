// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Entry, ReferenceAccounts } from "./ReferenceAccounts.sol";

/// @title The matching of the reference book: it looks through all orders for the best, and folds each call by hand
abstract contract ReferenceMatching is ReferenceAccounts {
    bytes32[] internal _checkpoints; // all, the genesis first
    bytes32 public overwritten; // the last one that another call of its block has written anew
    uint256 private _lastBlock; // block.number of the last one
    bytes private _records; // of the call that runs
    uint32 public trades;
    mapping(uint32 id => Entry) internal _entries;
    uint32[] internal _resting; // in no order
    mapping(uint32 place => uint32 id) public restsAt; // 0 if nothing does
    mapping(uint32 place => bool) public isDead; // an order rested there when a call was over, and is gone
    mapping(uint32 place => bool) public isUnsure; // one came and went there in a single call: it may never have been stored
    uint32[] public deadPlaces; // each as often as its order went; some are in use again
    uint256 private _calls;
    mapping(uint256 leg => uint32 id) public cutOff; // the order that ran out of steps; 0 if the leg is not crossed
    uint256 public placesUsedAgain;
    uint256 public cuts; // of orders of which a part could be borne
    uint256 public remainders; // of immediate-or-cancel orders that rested
    uint256 public evictedTakers; // that could not bear what was left of them when their market was finished

    /// @dev One checkpoint for a block with records: head 160 | mark 32 | trades 32 | number 32.
    modifier checkpointed() {
        ++_calls;
        _;
        if (_records.length != 0) {
            bytes20 head = bytes20(keccak256(bytes.concat(link(), _records)));
            delete _records;
            if (_lastBlock != block.number) _checkpoints.push();
            else overwritten = link();
            _lastBlock = block.number;
            // Casts: a test makes few.
            uint32 number = uint32(_checkpoints.length - 1);
            _checkpoints[number] = bytes32(abi.encodePacked(head, uint32(_lastBlock), trades, number));
        }
    }

    /// @dev The newest checkpoint.
    function link() public view returns (bytes32) {
        return _checkpoints[_checkpoints.length - 1];
    }

    function checkpoints() external view returns (bytes32[] memory) {
        return _checkpoints;
    }

    function deadPlacesCount() external view returns (uint256) {
        return deadPlaces.length;
    }

    function entryOf(uint32 id) external view returns (Entry memory) {
        return _entries[id];
    }

    /// @dev All resting orders of a side, best first: repeatedly the best of what is left.
    function listOf(uint256 leg, bool bids) external view returns (uint32[] memory list) {
        list = new uint32[](_countOf(leg, bids));
        uint32 before;
        for (uint256 i; i < list.length; ++i) {
            list[i] = _bestAfter(leg, bids, before);
            before = list[i];
        }
    }

    /// @dev Rounds of: the two best, the later of which takes. Ends when they do not cross or `maxSteps` are used.
    function _matchUp(uint256 leg, uint256 maxSteps) internal returns (uint256 steps) {
        while (true) {
            (uint32 bid, uint32 ask) = (_bestAfter(leg, true, 0), _bestAfter(leg, false, 0));
            bool crosses = bid != 0 && ask != 0 && _entries[bid].price >= _entries[ask].price;
            if (!crosses || steps == maxSteps) {
                _mark(leg, crosses, bid > ask ? bid : ask);
                return steps;
            }
            ++steps;
            if (bid < ask) _meet(_entries[bid], _entries[ask]);
            else _meet(_entries[ask], _entries[bid]);
        }
    }

    function crossed(uint256 leg) public view returns (bool) {
        return cutOff[leg] != 0;
    }

    /// @dev Where an order comes to rest: at the place that its submitter names, if one rested there and is gone, else at its own.
    function _place(Entry storage entry, uint32 named) internal {
        bool isFree = named != 0 && isDead[named];
        entry.place = isFree ? named : entry.id;
        if (isFree) ++placesUsedAgain;
        (restsAt[entry.place], isDead[entry.place], entry.call) = (entry.id, false, _calls);
    }

    function _takeOut(Entry storage entry) internal {
        _fold(entry.id, 2, entry.price, -entry.lots);
        _leave(entry);
    }

    /// @dev What its trader cannot bear goes, the rest of the order stays.
    function _cutTo(Entry storage entry, int256 left) internal {
        if (left != 0) ++cuts;
        _fold(entry.id, 2, entry.price, left - entry.lots);
        if (left == 0) _leave(entry);
        else entry.lots = left;
    }

    /// @dev Lots of an order, signed, that its trader can bear of `lots`: by halves, as of fewer lots it can bear any.
    function _bearable(Entry storage entry, int256 lots, int256 price) internal view returns (int256) {
        if (bears(entry.trader, entry.leg, lots, price)) return lots;
        (int256 borne, int256 tooMany) = (0, lots);
        while (_size(tooMany - borne) > 1) {
            int256 half = (borne + tooMany) / 2;
            if (bears(entry.trader, entry.leg, half, price)) borne = half;
            else tooMany = half;
        }
        return borne;
    }

    /// @dev Of all orders that rest in an uncrossed leg, the immediate-or-cancel ones have no business there.
    function _mark(uint256 leg, bool crosses, uint32 later) private {
        cutOff[leg] = crosses ? later : 0;
        for (uint256 i = _resting.length; i != 0 && !crosses; --i) {
            Entry storage entry = _entries[_resting[i - 1]];
            if (entry.leg != leg || !entry.immediate) continue;
            if (entry.counted) ++remainders;
            _takeOut(entry);
        }
    }

    function _append(uint32 id, bytes32 primaryLink, int256 price, int256 lots) internal {
        _records = bytes.concat(_records, _word(id, 1, price, lots), primaryLink);
    }

    /// @dev Whether a resting order of that price comes before a later one of `price`.
    function _precedes(bool bids, int256 resting, int256 price) internal pure returns (bool) {
        return bids ? resting >= price : resting <= price;
    }

    function _meet(Entry storage maker, Entry storage taker) private {
        if (taker.deadline < block.timestamp) return _takeOut(taker);
        if (maker.deadline < block.timestamp || maker.trader == taker.trader) return _takeOut(maker);
        uint256 size = _size(maker.lots) < _size(taker.lots) ? _size(maker.lots) : _size(taker.lots);
        int256 taken = taker.lots > 0 ? int256(size) : -int256(size);
        int256 price = maker.price;
        int256 borne = _bearable(maker, -taken, price);
        if (borne != -taken) return _cutTo(maker, borne);
        borne = _bearable(taker, taken, price);
        if (borne != taken) {
            ++evictedTakers;
            return _cutTo(taker, borne);
        }
        _fill(maker, -taken, price);
        _fill(taker, taken, price);
    }

    function _fill(Entry storage entry, int256 lots, int256 price) private {
        _pay(entry, lots, price);
        _fold(entry.id, 2, entry.price, -lots);
        _fold(entry.id, 3, price, lots);
        if (entry.lots == 0) _leave(entry);
    }

    function _leave(Entry storage entry) private {
        _close(entry);
        if (cutOff[entry.leg] == entry.id) cutOff[entry.leg] = 0;
        if (entry.place != 0) _leavePlace(entry.place, entry.place == entry.id && entry.call == _calls);
        entry.lots = 0;
        for (uint256 i; i < _resting.length; ++i) {
            if (_resting[i] != entry.id) continue;
            _resting[i] = _resting[_resting.length - 1];
            _resting.pop();
            return;
        }
    }

    function _leavePlace(uint32 place, bool unsure) private {
        delete restsAt[place];
        if (unsure) {
            isUnsure[place] = true;
        } else {
            isDead[place] = true;
            deadPlaces.push(place);
        }
    }

    function _countOf(uint256 leg, bool bids) private view returns (uint256 count) {
        for (uint256 i; i < _resting.length; ++i) {
            if (_isOf(_entries[_resting[i]], leg, bids)) ++count;
        }
    }

    /// @dev The best order of a side that comes after `before` (0: the very best); 0 if there is none.
    function _bestAfter(uint256 leg, bool bids, uint32 before) private view returns (uint32 best) {
        for (uint256 i; i < _resting.length; ++i) {
            Entry storage entry = _entries[_resting[i]];
            if (!_isOf(entry, leg, bids)) continue;
            if (before != 0 && !_isBetter(_entries[before], entry)) continue;
            if (best == 0 || _isBetter(entry, _entries[best])) best = entry.id;
        }
    }

    function _isOf(Entry storage entry, uint256 leg, bool bids) internal view returns (bool) {
        return entry.leg == leg && entry.lots != 0 && entry.lots > 0 == bids;
    }

    function _isBetter(Entry storage a, Entry storage b) internal view returns (bool) {
        if (a.price == b.price) return a.id < b.id;
        return a.lots > 0 ? a.price > b.price : a.price < b.price;
    }

    function _fold(uint32 id, uint8 branch, int256 price, int256 lots) private {
        _records = bytes.concat(_records, _word(id, branch, price, lots));
    }

    /// @dev tradeRootId | tradeBranchId | price | lots behind 15 zero bytes. Casts: signed as int32 and int64.
    function _word(uint32 id, uint8 branch, int256 price, int256 lots) private pure returns (bytes memory) {
        return abi.encodePacked(bytes15(0), id, branch, int32(price), int64(lots));
    }
}
