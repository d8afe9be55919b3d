// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PlainSimplex } from "../../reference/PlainSimplex.sol";
import { Bounds } from "../../../../contracts/libraries/Bounds.sol";
import { Check } from "../../support/Check.sol";
import { Plain } from "../../support/Plain.sol";
import { Random, randomFrom } from "../../support/Random.sol";

/// @title Bounds against what they mean, by enumeration
/// @notice tighten: of the values of a market, those that the record leaves; beyond them, the edge
///   tightenRoot: of the root's outcomes, those at which the branch pays what the record leaves
///   isPossible, isSettled, ofLeg, pour: of all choices of weights, those within the bounds
contract BoundsTest {
    struct Market {
        int256 lo;
        int256 hi;
        int256 lower;
        int256 upper;
    }

    function testFuzz_tightenKeepsWhatTheRecordLeaves(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 20; ++i) {
            (int256 low, int256 high) = rand.pairOfInts(-9, 9);
            (int256 min, int256 max) = rand.pairOfInts(-12, 12);
            (int256 newLow, int256 newHigh) = Bounds.tighten(low, high, min, max);
            Check.equal(newLow, _firstAtLeast(low, high, min), "new lower bound");
            Check.equal(newHigh, _lastAtMost(low, high, max), "new upper bound");
            Check.isTrue(low <= newLow && newLow <= newHigh && newHigh <= high, "inside, and never empty");
        }
    }

    function testFuzz_tightenRootKeepsTheOutcomesThatTheRecordLeaves(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 20; ++i) {
            Market memory m;
            (m.lo, m.hi) = rand.pairOfInts(-9, 9);
            (m.lower, m.upper) = rand.pairOfInts(-12, 12);
            (int256 min, int256 max) = rand.pairOfInts(-14, 14);
            _requireRoot(m, min, max);
        }
    }

    /// @dev Paper: "the highest lower bound for itself of any sub-market or any previous bound on the same market".
    function test_tightenRoot_examples() external pure {
        _requireExample(Market(0, 10, 0, 10), 10, 10, 10, 10);
        _requireExample(Market(0, 10, 1, 9), 0, 0, 0, 1);
        _requireExample(Market(0, 10, 1, 9), 10, 10, 9, 10);
        _requireExample(Market(0, 10, 1, 9), 9, 9, 9, 10);
        _requireExample(Market(0, 10, 1, 9), 1, 9, 0, 10);
        _requireExample(Market(0, 10, 1, 9), 2, 9, 2, 10);
        _requireExample(Market(0, 10, 1, 9), 4, 4, 4, 4);
        _requireExample(Market(5, 10, 1, 4), 2, 2, 5, 10); // determined already: says nothing
        _requireExample(Market(5, 10, 1, 7), 2, 3, 5, 5); // settles at the edge that is still possible
    }

    function testFuzz_ofWeights(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        for (uint256 i; i < 4; ++i) {
            uint256 legs = 2 + rand.below(3);
            int256 scale = rand.betweenInt(1, 5);
            (int256[] memory lower, int256[] memory upper) = _bounds(rand, legs, scale);
            int256[][] memory some = Plain.possible(Plain.allWeights(legs, scale), lower, upper);
            Check.isTrue(Bounds.isPossible(lower, upper, scale) == (some.length > 0), "isPossible");
            if (some.length == 0) continue;
            Check.isTrue(Bounds.isSettled(lower, upper, scale) == (some.length == 1), "isSettled");
            for (uint256 k; k < legs; ++k) {
                _requireLeg(some, lower, upper, scale, k);
                _requirePour(some, lower, upper, scale, k);
            }
        }
    }

    function _requireRoot(Market memory m, int256 min, int256 max) private pure {
        int256 low = Plain.clamped(m.lo, m.lower, m.upper);
        int256 high = Plain.clamped(m.hi, m.lower, m.upper);
        int256 least = _firstAtLeast(low, high, min);
        int256 most = _lastAtMost(low, high, max);
        (int256 first, int256 last) = (type(int256).max, type(int256).min);
        for (int256 y = m.lo; y <= m.hi; ++y) {
            int256 pays = Plain.clamped(y, m.lower, m.upper);
            if (pays < least || pays > most) continue;
            if (y < first) first = y;
            last = y;
        }
        (int256 lo, int256 hi) = Bounds.tightenRoot(m.lo, m.hi, m.lower, m.upper, min, max);
        Check.equal(lo, first, "first outcome left");
        Check.equal(hi, last, "last outcome left");
    }

    function _requireExample(Market memory m, int256 min, int256 max, int256 lo, int256 hi) private pure {
        (int256 newLo, int256 newHi) = Bounds.tightenRoot(m.lo, m.hi, m.lower, m.upper, min, max);
        Check.equal(newLo, lo, "lo");
        Check.equal(newHi, hi, "hi");
    }

    function _requireLeg(
        int256[][] memory some,
        int256[] memory lower,
        int256[] memory upper,
        int256 scale,
        uint256 k
    ) private pure {
        (int256 least, int256 most) = (type(int256).max, type(int256).min);
        for (uint256 i; i < some.length; ++i) {
            if (some[i][k] < least) least = some[i][k];
            if (some[i][k] > most) most = some[i][k];
        }
        (int256 min, int256 max) = PlainSimplex.ofLeg(lower, upper, scale, k);
        Check.equal(min, least, "least weight of a leg");
        Check.equal(max, most, "greatest weight of a leg");
    }

    /// @dev The first in the order of: most for the leg, then most for leg 1, leg 2, and so on.
    function _requirePour(
        int256[][] memory some,
        int256[] memory lower,
        int256[] memory upper,
        int256 scale,
        uint256 leg
    ) private pure {
        uint256 best;
        for (uint256 i = 1; i < some.length; ++i) {
            if (_precedes(some[i], some[best], leg)) best = i;
        }
        int256[] memory weights = Bounds.pour(lower, upper, scale, leg);
        for (uint256 k; k < weights.length; ++k) {
            Check.equal(weights[k], some[best][k], "poured weight");
        }
    }

    function _precedes(int256[] memory a, int256[] memory b, uint256 leg) private pure returns (bool) {
        if (a[leg] != b[leg]) return a[leg] > b[leg];
        for (uint256 k; k < a.length; ++k) {
            if (a[k] != b[k]) return a[k] > b[k];
        }
        return false;
    }

    /// @dev Any bounds inside [0, scale]: possible, impossible, settled.
    function _bounds(
        Random memory rand,
        uint256 legs,
        int256 scale
    ) private pure returns (int256[] memory lower, int256[] memory upper) {
        (lower, upper) = (new int256[](legs), new int256[](legs));
        for (uint256 k; k < legs; ++k) {
            (lower[k], upper[k]) = rand.pairOfInts(0, scale);
            if (rand.oneIn(2)) lower[k] = 0;
            if (rand.oneIn(3)) upper[k] = scale;
        }
    }

    function _firstAtLeast(int256 low, int256 high, int256 min) private pure returns (int256) {
        for (int256 v = low; v <= high; ++v) {
            if (v >= min) return v;
        }
        return high;
    }

    function _lastAtMost(int256 low, int256 high, int256 max) private pure returns (int256) {
        for (int256 v = high; v >= low; --v) {
            if (v <= max) return v;
        }
        return low;
    }
}

/// @title The enumeration itself
contract PlainTest {
    function test_allWeights_areAllThereAreAndAllDifferent() external pure {
        int256[][] memory all = Plain.allWeights(4, 6);
        Check.equal(all.length, 84, "nine over three");
        for (uint256 i; i < all.length; ++i) {
            Check.equal(Plain.sum(all[i]), 6, "sum");
            for (uint256 j; j < i; ++j) {
                Check.isTrue(keccak256(abi.encode(all[i])) != keccak256(abi.encode(all[j])), "different");
            }
        }
    }
}
