// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "../../../contracts/book/Call.sol";
import { Position } from "../../../contracts/book/Position.sol";
import { Simplex } from "../../../contracts/book/Simplex.sol";
import { Zone } from "../../../contracts/book/Zone.sol";
import { Ladder } from "../../../contracts/libraries/Ladder.sol";
import { RootWord, RootWords } from "../../../contracts/libraries/RootWord.sol";
import { TraderWord, TraderWords } from "../../../contracts/libraries/TraderWord.sol";
import { RootKind } from "../../../contracts/Types.sol";
import { Plain } from "../support/Plain.sol";
import { Random } from "../support/Random.sol";
import { Test } from "../support/Test.sol";

/// @title A trader and a market of any kind, as a call has them, and beside them what each outcome is worth
/// @dev The plain side knows outcomes one by one: every whole outcome of an interval, every choice of weights within the bounds of
/// an event, every leg of a basket. Roots are small so that all can be looked at.
abstract contract MarginCases is Test {
    struct Case {
        Call c;
        TraderWord t;
        uint256 kind;
        uint256 branch; // from 0
        int256 lots; // of the change
        int256 price;
        // The plain side
        int256 money; // wei beside the position in this root and the basket, if that is another root
        int256[][] outcomes; // what a lot of each branch pays, ticks
        int256[] held; // lots of each branch; of a basket the last has none
        int256 otherWorst; // of the basket, if the root is another, wei
        int256 tickValue;
    }

    int256 private constant FIRST = -9;
    int256 private constant LAST = 9;
    uint256 private constant SPANS = 1000;
    uint256 private constant TRADER = 7;

    /// @dev Net collateral after the change in the worst of all outcomes, wei.
    function _plainSlack(Case memory k, int256 lots, int256 price) internal pure returns (int256 least) {
        least = type(int256).max;
        for (uint256 i; i < k.outcomes.length; ++i) {
            int256 value = _plainValue(k, k.outcomes[i], lots, price);
            if (value < least) least = value;
        }
    }

    function _plainValue(
        Case memory k,
        int256[] memory pays,
        int256 lots,
        int256 price
    ) internal pure returns (int256 value) {
        for (uint256 b; b < pays.length; ++b) {
            value += (k.held[b] + (b == k.branch ? lots : int256(0))) * pays[b];
        }
        value = (value - price * lots) * k.tickValue + k.money + k.otherWorst;
    }

    /// @dev R13: no market beyond its limit, unless less beyond it than before. Lots of a basket count from those of the last leg.
    function _plainFits(Case memory k, int256 lots) internal pure returns (bool) {
        bool basket = k.kind <= Zone.LEGS;
        uint256 last = k.held.length - 1;
        if (!basket || k.branch != last) {
            int256 held = k.held[k.branch] - (basket ? k.held[last] : int256(0));
            return _isWithin(k, held, lots);
        }
        for (uint256 b; b < last; ++b) {
            if (!_isWithin(k, k.held[b] - k.held[last], -lots)) return false;
        }
        return true;
    }

    function _isWithin(Case memory k, int256 held, int256 lots) private pure returns (bool) {
        int256 then = held + lots;
        return lots > 0 ? then <= k.c.limit : then >= -k.c.limit;
    }

    function _plainBears(Case memory k, int256 lots) internal pure returns (bool) {
        return lots == 0 || (_plainFits(k, lots) && _plainSlack(k, lots, k.price) >= 0);
    }

    // ------------------------------------------------------------------ drawing

    function _case(Random memory random, uint256 kind) internal returns (Case memory k) {
        k.kind = kind % 4;
        (k.c.basketScale, k.c.basketTickValue) = (random.betweenInt(1, 9), random.betweenInt(1, 9));
        k.c.lotValue = k.c.basketScale * k.c.basketTickValue;
        k.c.maxLots = random.chance(60) ? int256(0) : random.betweenInt(1, 30);
        (k.c.assetCount, k.c.kind) = (2, k.kind);
        int256 most = k.kind == Zone.TWO_LEGS ? int256(2 ** 47 - 1) : Position.MAX_LOTS;
        k.c.limit = k.c.maxLots == 0 ? most : k.c.maxLots;
        int256 net;
        int256 stored;
        if (k.kind == Zone.TWO_LEGS) net = _drawTwoLegs(random, k);
        else if (k.kind == Zone.LEGS) net = _drawLegs(random, k);
        else {
            if (k.kind == Zone.INTERVAL) _drawInterval(random, k);
            else _drawEvent(random, k);
            net = random.betweenInt(-9, 9);
            if (net < 0) k.otherWorst = net * k.c.lotValue;
            stored = _plainSlack(k, 0, 0) - k.otherWorst;
            // Stale now and then: bounds have tightened since.
            stored = stored / k.tickValue - (random.chance(30) ? random.betweenInt(0, 20) : int256(0));
            Position.setSums(k.c.position, Position.baseOf(k.c.position), stored);
        }
        k.lots = random.betweenInt(1, random.chance(50) ? int256(12) : int256(60));
        if (random.chance(50)) k.lots = -k.lots;
        k.price = random.betweenInt(k.c.marketMin, k.c.marketMax);
        // R11 holds, often by little.
        int256 least = net < 0 ? -net * k.c.lotValue : int256(0);
        int256 claim = least + random.betweenInt(0, random.chance(50) ? int256(20) : int256(3000));
        k.t = TraderWords.fresh(TRADER).withMoney(claim, net);
        k.money = claim - stored * k.tickValue;
    }

    function _drawTwoLegs(Random memory random, Case memory k) private pure returns (int256 net) {
        net = random.betweenInt(-40, 40);
        (k.held, k.branch) = (new int256[](2), random.below(2));
        k.held[0] = net;
        k.outcomes = _vertices(2, k.c.basketScale);
        (k.c.marketMax, k.c.tickValue, k.tickValue) = (k.c.basketScale, k.c.basketTickValue, k.c.basketTickValue);
        k.c.market = (1 << 6) | (k.branch + 1);
    }

    function _drawLegs(Random memory random, Case memory k) private pure returns (int256 net) {
        uint256 legs = random.between(3, 16);
        (k.held, k.branch) = (new int256[](legs), random.below(legs));
        Zone.take(k.c);
        for (uint256 b; b + 1 < legs; ++b) {
            k.held[b] = random.betweenInt(-40, 40);
            Position.add(k.c.position, b, k.held[b]);
            if (k.held[b] < net) net = k.held[b];
        }
        (k.c.assetCount, k.c.positionBranches) = (legs, legs - 1);
        k.outcomes = _vertices(legs, k.c.basketScale);
        (k.c.marketMax, k.c.tickValue, k.tickValue) = (k.c.basketScale, k.c.basketTickValue, k.c.basketTickValue);
        k.c.market = (1 << 6) | (k.branch + 1);
    }

    function _drawInterval(Random memory random, Case memory k) private pure {
        uint256 branches = random.between(1, 7);
        (k.held, k.branch) = (new int256[](branches), random.below(branches));
        Zone.take(k.c);
        (int256[] memory lower, int256[] memory upper, uint256 strikes) = _drawLadder(random, k, branches);
        (int256 lo, int256 hi) = random.pairOfInts(FIRST, LAST);
        _setInterval(random, k, strikes, lo, hi);
        k.outcomes = new int256[][](uint256(hi - lo) + 1);
        for (uint256 i; i < k.outcomes.length; ++i) {
            k.outcomes[i] = new int256[](branches);
            for (uint256 b; b < branches; ++b) {
                k.outcomes[i][b] = Plain.clamped(lo + int256(i), lower[b], upper[b]);
            }
        }
        _fillRoot(k);
    }

    function _drawLadder(
        Random memory random,
        Case memory k,
        uint256 branches
    ) private pure returns (int256[] memory lower, int256[] memory upper, uint256 strikes) {
        uint256 ladder = Zone.ladder(k.c.zone);
        Ladder.start(ladder, FIRST, LAST);
        (lower, upper, strikes) = (new int256[](branches), new int256[](branches), 2);
        (lower[0], upper[0]) = (FIRST, LAST);
        int256 base;
        for (uint256 b; b < branches; ++b) {
            if (b != 0) {
                lower[b] = random.betweenInt(FIRST, LAST - 1);
                upper[b] = random.betweenInt(lower[b] + 1, LAST);
                strikes = Ladder.addBranch(ladder, strikes, b, lower[b], upper[b]);
            }
            k.held[b] = random.betweenInt(-30, 30);
            Position.add(k.c.position, b, k.held[b]);
            base += k.held[b] * lower[b];
        }
        Position.setSums(k.c.position, base, 0);
    }

    function _setInterval(Random memory random, Case memory k, uint256 strikes, int256 lo, int256 hi) private pure {
        (uint256 upToLo, uint256 belowHi) = Ladder.boundsAt(Zone.ladder(k.c.zone), strikes, lo, hi);
        k.tickValue = random.betweenInt(1, 9);
        RootWord root = RootWords.pack(RootKind.Interval, k.held.length, lo, hi, uint256(k.tickValue), 1, 1);
        k.c.root = RootWord.unwrap(root.withLadder(1, upToLo, belowHi, strikes));
    }

    function _drawEvent(Random memory random, Case memory k) private {
        uint256 legs = random.between(2, 4);
        int256 scale = random.betweenInt(1, 5);
        (k.held, k.branch) = (new int256[](legs), random.below(legs));
        Zone.take(k.c);
        int256[][] memory all = Plain.allWeights(legs, scale);
        bool bounded = random.chance(60);
        (int256[] memory lower, int256[] memory upper) = _drawBounds(random, all[random.below(all.length)], bounded);
        k.tickValue = random.betweenInt(1, 9);
        RootWord root = RootWords.pack(RootKind.Simplex, legs, 0, scale, uint256(k.tickValue), 1, 1);
        if (bounded) root = root.asBounded(false);
        k.c.root = RootWord.unwrap(root);
        for (uint256 b; b < legs; ++b) {
            k.held[b] = random.betweenInt(-30, 30);
            Position.add(k.c.position, b, k.held[b]);
        }
        if (bounded) {
            _storeSpans(lower, upper);
            Simplex.loadBounds(k.c, SPANS);
        }
        k.outcomes = Plain.possible(all, lower, upper);
        _fillRoot(k);
    }

    /// @param weights that stay possible
    function _drawBounds(
        Random memory random,
        int256[] memory weights,
        bool bounded
    ) private pure returns (int256[] memory lower, int256[] memory upper) {
        (lower, upper) = (new int256[](weights.length), new int256[](weights.length));
        int256 scale = Plain.sum(weights);
        for (uint256 b; b < weights.length; ++b) {
            lower[b] = bounded ? random.betweenInt(0, weights[b]) : int256(0);
            upper[b] = bounded ? random.betweenInt(weights[b], scale) : scale;
        }
    }

    function _fillRoot(Case memory k) private pure {
        (k.c.tickValue, k.c.positionBranches) = (k.tickValue, k.held.length);
        k.c.market = (2 << 6) | (k.branch + 1);
        (k.c.marketMin, k.c.marketMax) = (type(int256).max, type(int256).min);
        for (uint256 i; i < k.outcomes.length; ++i) {
            int256 pays = k.outcomes[i][k.branch];
            if (pays < k.c.marketMin) k.c.marketMin = pays;
            if (pays > k.c.marketMax) k.c.marketMax = pays;
        }
    }

    function _vertices(uint256 legs, int256 scale) private pure returns (int256[][] memory all) {
        all = new int256[][](legs);
        for (uint256 i; i < legs; ++i) {
            all[i] = new int256[](legs);
            all[i][i] = scale;
        }
    }

    /// @dev As the market table stores them; at most four legs here.
    function _storeSpans(int256[] memory lower, int256[] memory upper) private {
        uint256 word;
        for (uint256 i; i < lower.length; ++i) {
            word |= ((uint256(uint32(int32(lower[i]))) << 32) | uint32(int32(upper[i]))) << (64 * i);
        }
        assembly ("memory-safe") {
            sstore(SPANS, word)
        }
    }
}
