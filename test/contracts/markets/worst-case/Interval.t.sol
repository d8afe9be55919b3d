// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PlainInterval } from "../../reference/PlainInterval.sol";
import { Check } from "../../support/Check.sol";
import { Plain } from "../../support/Plain.sol";
import { Random, randomFrom } from "../../support/Random.sol";

/// @dev A position in an interval root, as the sweep takes it.
struct Stack {
    int256[] lots;
    int256[] lower;
    int256[] upper;
    uint8[] sorted;
    int256 lo;
    int256 hi;
}

/// @title PlainInterval against every whole outcome (R12)
/// @notice given up to 32 branches with any strikes (ties, degenerate ones, outside of the bounds), any lots, any bounds
///   it is the least value over all whole outcomes, and the binding outcome is the lowest one where that is
///   when the bounds tighten, it does not fall
///   when one branch is filled step by step, it is concave in the filled size
///   when only the corners are looked at, the judge finds the loss between them
contract IntervalTest {
    function testFuzz_isTheLeastOverEveryOutcome(uint256 seed) external pure {
        _requireLeast(_stack(randomFrom(seed)));
    }

    function test_isTheLeastWithThirtyTwoBranches() external pure {
        for (uint256 seed; seed < 20; ++seed) {
            _requireLeast(_stackOf(randomFrom(seed), 32));
        }
    }

    function test_isWhatTheOnlyOutcomePays_whenBoundsCoincide() external pure {
        for (uint256 seed; seed < 100; ++seed) {
            Stack memory s = _stack(randomFrom(seed));
            s.hi = s.lo;
            (int256 worst, int256 binding) = _worst(s);
            Check.equal(worst, Plain.valueOfInterval(s.lots, s.lower, s.upper, s.lo), "value of the only outcome");
            Check.equal(binding, s.lo, "the only outcome");
        }
    }

    /// @dev The loss between the corners: short [4, 5], long [5, 6] in [0, 10] pays 1 at both ends and 0 at 5.
    function test_findsTheLossBetweenTheCorners() external pure {
        Stack memory s = _corners();
        (int256 worst, int256 binding) = _worst(s);
        Check.equal(worst, 0, "worst");
        Check.equal(binding, 5, "interior strike");
        Check.equal(_cornersOnly(s), 1, "what the corners show");
    }

    function testFuzz_tighterBoundsNeverLowerIt(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        Stack memory s = _stack(rand);
        (int256 before, ) = _worst(s);
        (s.lo, s.hi) = rand.pairOfInts(s.lo, s.hi);
        (int256 tightened, ) = _worst(s);
        Check.atLeast(tightened, before, "worst after tightening");
    }

    /// @dev R13: so nothing filled and everything filled are the only sizes that have to be looked at.
    function testFuzz_isConcaveInTheFilledSize(uint256 seed) external pure {
        Random memory rand = randomFrom(seed);
        Stack memory s = _stack(rand);
        uint256 b = rand.below(s.lots.length);
        (int256 held, int256 size) = (s.lots[b], rand.betweenInt(1, 20));
        int256 side = rand.oneIn(2) ? int256(1) : int256(-1);
        (int256 none, ) = _worst(s);
        s.lots[b] = held + side * size;
        (int256 all, ) = _worst(s);
        for (int256 part = 1; part < size; ++part) {
            s.lots[b] = held + side * part;
            (int256 some, ) = _worst(s);
            Check.atLeast(size * some, (size - part) * none + part * all, "a part of the fill");
        }
    }

    /// @dev The judge itself is judged: a check of the ends alone must not get past it.
    function test_theJudgeCatchesACheckOfTheCornersAlone() external pure {
        uint256 caught;
        for (uint256 seed; seed < 100; ++seed) {
            Stack memory s = _stack(randomFrom(seed));
            if (_cornersOnly(s) != _leastByEnumeration(s)) ++caught;
        }
        Check.atLeast(int256(caught), 10, "corners alone were caught");
    }

    function _requireLeast(Stack memory s) private pure {
        (int256 worst, int256 binding) = _worst(s);
        Check.equal(worst, _leastByEnumeration(s), "least over every outcome");
        Check.isTrue(binding >= s.lo && binding <= s.hi, "binding outcome is possible");
        Check.equal(Plain.valueOfInterval(s.lots, s.lower, s.upper, binding), worst, "value where it binds");
        for (int256 y = s.lo; y < binding; ++y) {
            Check.isTrue(Plain.valueOfInterval(s.lots, s.lower, s.upper, y) > worst, "lowest binding outcome");
        }
    }

    function _leastByEnumeration(Stack memory s) private pure returns (int256 least) {
        least = type(int256).max;
        for (int256 y = s.lo; y <= s.hi; ++y) {
            int256 value = Plain.valueOfInterval(s.lots, s.lower, s.upper, y);
            if (value < least) least = value;
        }
    }

    function _cornersOnly(Stack memory s) private pure returns (int256) {
        int256 atLo = Plain.valueOfInterval(s.lots, s.lower, s.upper, s.lo);
        int256 atHi = Plain.valueOfInterval(s.lots, s.lower, s.upper, s.hi);
        return atLo < atHi ? atLo : atHi;
    }

    function _worst(Stack memory s) private pure returns (int256 worst, int256 binding) {
        return PlainInterval.worstOf(s.lots, s.lower, s.upper, s.sorted, s.lo, s.hi);
    }

    function _stack(Random memory rand) private pure returns (Stack memory) {
        return _stackOf(rand, 1 + rand.below(32));
    }

    function _stackOf(Random memory rand, uint256 branches) private pure returns (Stack memory s) {
        (s.lots, s.lower, s.upper) = (new int256[](branches), new int256[](branches), new int256[](branches));
        int256 reach = rand.oneIn(2) ? int256(5) : int256(30); // the narrow one is full of ties
        for (uint256 b; b < branches; ++b) {
            s.lots[b] = rand.lots();
            (s.lower[b], s.upper[b]) = rand.pairOfInts(-reach, reach);
        }
        (s.lo, s.hi) = rand.pairOfInts(-reach - 3, reach + 3);
        s.sorted = _sort(rand, s);
    }

    /// @dev Ties in any order.
    function _sort(Random memory rand, Stack memory s) private pure returns (uint8[] memory sorted) {
        sorted = new uint8[](2 * s.lots.length);
        for (uint256 i; i < sorted.length; ++i) {
            int256 strike = _strike(s, i);
            uint256 place = i;
            while (place > 0 && _comesAfter(rand, _strike(s, sorted[place - 1]), strike)) {
                sorted[place] = sorted[place - 1];
                --place;
            }
            // Cast: at most 63.
            sorted[place] = uint8(i);
        }
    }

    function _comesAfter(Random memory rand, int256 strike, int256 added) private pure returns (bool) {
        return strike > added || (strike == added && rand.oneIn(2));
    }

    function _strike(Stack memory s, uint256 entry) private pure returns (int256) {
        return entry % 2 == 0 ? s.lower[entry / 2] : s.upper[entry / 2];
    }

    function _corners() private pure returns (Stack memory s) {
        (s.lots, s.lower, s.upper) = (new int256[](3), new int256[](3), new int256[](3));
        (s.lots[1], s.lots[2]) = (-1, 1);
        (s.lower[0], s.lower[1], s.lower[2]) = (0, 4, 5);
        (s.upper[0], s.upper[1], s.upper[2]) = (10, 5, 6);
        (s.lo, s.hi) = (0, 10);
        s.sorted = new uint8[](6);
        uint8[6] memory order = [0, 2, 3, 4, 5, 1];
        for (uint256 i; i < 6; ++i) {
            s.sorted[i] = order[i];
        }
    }
}
