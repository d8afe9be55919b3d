// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOrderBook } from "../interfaces/IOrderBook.sol";
import { Rung, SetLeg, SetPlan } from "./SetPlan.sol";

/// @title What complete sets are worth making
/// @notice The legs of a simplex root that can still be traded pay together a sum that is known. So what is sold of all of them, or
/// bought, in equal lots, is worth the same in every outcome. Who buys a leg can have it at `target` less the best bids of all
/// others, who sells one can get `target` less the best offers: as somebody who does all that at once would.
library SetPlans {
    /// @notice Walks along the best orders as the taker would be served if the book knew sets: whatever is cheaper, the best order of
    /// its own leg or a set, and of two at one price the order. All sets at one price become one rung.
    /// @dev Without a taker a set is made as long as the legs pay for it.
    function make(IOrderBook book, SetPlan memory p) internal view {
        if (!_enterAll(book, p)) return;
        p.rungs = _noRungs(p.maxRungs);
        uint256 left = p.wanted;
        uint256 behind; // place of the last order of the taker's leg that was passed
        while (left != 0 && p.steps != 0) {
            (int256 sum, uint256 size) = _top(p);
            int256 price = p.target - sum;
            if (size == 0 || (p.mints ? price > p.limit : price < p.limit)) break;
            --p.steps;
            if (_isDirect(p, price)) {
                behind = p.direct.place;
                left -= _pass(book, p, left);
                continue;
            }
            size = _least(size, left, _fitting(p, sum, price));
            if (size == 0) break;
            if (p.branch == 0) _count(p, price, size);
            else if (!_climb(p, price, size, behind)) break;
            left -= size;
            _take(book, p, size);
        }
        if (p.lots != 0) _order(p);
    }

    /// @dev As the float reckons with it: the dearest leg first of those that are sold, last of those that are bought.
    function _order(SetPlan memory p) private pure {
        uint256 at_ = p.mints ? 0 : p.legs.length - 1;
        (p.legs[p.pivot], p.legs[at_]) = (p.legs[at_], p.legs[p.pivot]);
    }

    // ------------------------------------------------------------------ legs

    /// @return open whether there can be sets
    function _enterAll(IOrderBook book, SetPlan memory p) private view returns (bool open) {
        SetLeg[] memory legs = new SetLeg[](p.branches);
        uint256 count;
        for (uint16 branch = 1; branch <= p.branches; ++branch) {
            bool isTakers = branch == p.branch;
            SetLeg memory leg = isTakers ? p.direct : legs[count];
            (bool trades, bool closed) = _look(book, p, leg, branch);
            // Without one order of each leg there is no set.
            if (closed || (isTakers ? !trades : trades && leg.place == 0)) return false;
            if (isTakers || !trades) continue;
            if (leg.price > legs[p.pivot].price) p.pivot = count;
            ++count;
        }
        assembly ("memory-safe") {
            mstore(legs, count)
        }
        p.legs = legs;
        return count > (p.branch == 0 ? 1 : 0);
    }

    /// @return trades whether the market is not determined
    /// @return closed whether it waits to be matched, and takes no orders
    function _look(
        IOrderBook book,
        SetPlan memory p,
        SetLeg memory leg,
        uint16 branch
    ) private view returns (bool trades, bool closed) {
        uint64 tickValue;
        uint32 bid;
        uint32 ask;
        {
            int32 least;
            int32 most;
            (least, most, tickValue, bid, ask, closed) = book.marketOf(p.root, branch);
            if (least == most) {
                p.target -= least;
                return (false, false);
            }
            (leg.branch, leg.least, leg.most) = (branch, least, most);
        }
        p.tickValue = int256(uint256(tickValue));
        _enter(book, p, leg, (branch == p.branch) == p.mints ? ask : bid);
        return (true, closed);
    }

    /// @dev The order at `place`, or the first behind it that has not expired. The book takes those out as it meets them.
    function _enter(IOrderBook book, SetPlan memory p, SetLeg memory leg, uint32 place) private view {
        while (place != 0) {
            if (_read(book, leg, place) >= block.timestamp) return;
            if (p.steps == 0) break;
            --p.steps;
            place = leg.next;
        }
        leg.place = 0;
    }

    function _read(IOrderBook book, SetLeg memory leg, uint32 place) private view returns (uint40 deadline) {
        int64 lots;
        leg.place = place;
        (leg.id, , , leg.traderId, leg.price, lots, deadline, leg.next) = book.orderAt(place);
        // Cast: its magnitude.
        leg.lots = uint64(lots < 0 ? -lots : lots);
    }

    /// @dev What the best orders of the legs cost together, and the lots that all of them have; none if an order is missing, or if no
    /// order of the router could reach it.
    function _top(SetPlan memory p) private pure returns (int256 sum, uint256 size) {
        size = type(uint256).max;
        for (uint256 k; k < p.legs.length; ++k) {
            SetLeg memory leg = p.legs[k];
            if (leg.place == 0 || (p.mints ? leg.price < leg.least : leg.price > leg.most)) return (0, 0);
            sum += leg.price;
            if (leg.lots < size) size = leg.lots;
        }
    }

    function _take(IOrderBook book, SetPlan memory p, uint256 size) private view {
        p.lots += size;
        for (uint256 k; k < p.legs.length; ++k) {
            SetLeg memory leg = p.legs[k];
            // A bid may be above what the market can pay today: an offer at that most reaches it.
            leg.limit = p.mints ? _min(leg.price, leg.most) : _max(leg.price, leg.least);
            leg.lots -= size;
            if (leg.lots == 0) _enter(book, p, leg, leg.next);
        }
    }

    // ------------------------------------------------------------------ the taker

    function _isDirect(SetPlan memory p, int256 price) private pure returns (bool) {
        if (p.direct.place == 0) return false;
        return p.mints ? p.direct.price <= price : p.direct.price >= price;
    }

    /// @return lots that the taker gets of the order at which it stands; none of its own, which the book takes out
    function _pass(IOrderBook book, SetPlan memory p, uint256 left) private view returns (uint256 lots) {
        if (p.takerId == 0) p.takerId = book.traderIdOf(p.taker);
        if (p.direct.traderId != p.takerId) lots = _least(p.direct.lots, left, left);
        _enter(book, p, p.direct, p.direct.next);
    }

    /// @return done false if there is no room for another rung
    function _climb(SetPlan memory p, int256 price, uint256 size, uint256 behind) private pure returns (bool done) {
        // What the legs pay beyond what the market can be worth is left over.
        price = p.mints ? _max(price, p.direct.least) : _min(price, p.direct.most);
        Rung[] memory rungs = p.rungs;
        uint256 count = rungs.length;
        if (count != 0 && rungs[count - 1].price == price) {
            rungs[count - 1].lots += size;
            return true;
        }
        if (count == p.maxRungs) return false;
        assembly ("memory-safe") {
            mstore(rungs, add(count, 1))
        }
        // Cast: a place.
        rungs[count] = Rung(price, size, uint32(behind));
        return true;
    }

    /// @dev A list without any, with room for so many.
    function _noRungs(uint256 most) private pure returns (Rung[] memory rungs) {
        rungs = new Rung[](most);
        assembly ("memory-safe") {
            mstore(rungs, 0)
        }
    }

    // ------------------------------------------------------------------ without a taker

    /// @dev `price` is what a set gains, less than nothing for who mints.
    function _count(SetPlan memory p, int256 price, uint256 size) private pure {
        // Cast: lots are few.
        int256 gain = (p.mints ? -price : price) * int256(size);
        p.surplus += gain;
        for (uint256 k; k < p.legs.length; ++k) {
            if (p.favoured != 0 && p.legs[k].id == p.favoured) p.owed += gain;
        }
    }

    // ------------------------------------------------------------------ the float

    /// @dev Legs change one after the other, and on the way the router has to be covered (R11). Who mints has the most at stake once
    /// it has sold the first leg, who merges before it buys the last.
    function _fitting(SetPlan memory p, int256 sum, int256 price) private pure returns (uint256) {
        int256 pivot = p.legs[p.pivot].price;
        bool alone = p.branch == 0;
        if (p.lots == 0) p.first = alone ? int256(0) : price;
        int256 need;
        if (p.mints) need = alone ? p.target - pivot : sum;
        else need = p.first + sum - pivot;
        // The book asks for what an order needs at its limit, whatever it is filled at.
        if (need > p.need) p.need = need;
        uint256 most = p.room;
        // Casts: both are positive.
        if (p.need > 0) {
            uint256 covered = p.float / uint256(p.need * p.tickValue);
            if (covered < most) most = covered;
        }
        return most > p.lots ? most - p.lots : 0;
    }

    function _least(uint256 a, uint256 b, uint256 c) private pure returns (uint256) {
        if (b < a) a = b;
        return c < a ? c : a;
    }

    function _min(int256 a, int256 b) private pure returns (int256) {
        return a < b ? a : b;
    }

    function _max(int256 a, int256 b) private pure returns (int256) {
        return a > b ? a : b;
    }
}
