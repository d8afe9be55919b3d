// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PlainSimplex } from "../../contracts/reference/PlainSimplex.sol";
import { Bounds } from "../../../contracts/libraries/Bounds.sol";
import { PlainInterval } from "../../contracts/reference/PlainInterval.sol";
import { Test } from "../../contracts/support/Test.sol";

/// @title Given every root and holding within small limits, when the book's own functions are asked, then enumeration agrees
/// @dev Numbers of cases are asserted, so that none is skipped; for each fact a faulty answer is shown to be noticed.
contract SmallModelsTest is Test {
    int256[2][] private _strikes; // all lower < upper in 0..TOP
    int256[2][] private _ranges; // all lower <= upper in 0..TOP
    int256 private constant TOP = 3;

    function setUp() external {
        for (int256 lower; lower <= TOP; ++lower) {
            for (int256 upper = lower; upper <= TOP; ++upper) {
                _ranges.push([lower, upper]);
                if (lower < upper) _strikes.push([lower, upper]);
            }
        }
    }

    function test_Interval_TwoBranches_EveryCase() external view {
        (uint256 cases, uint256 cornersMiss) = _countIntervals(2, 2);
        // (6 strikes * 5 lots) ^ 2 holdings * 10 ranges
        assertEq(cases, 9000, "cases");
        assertGe(cornersMiss, 1, "losses between the corners");
    }

    function test_Interval_ThreeBranches_EveryCase() external view {
        (uint256 cases, uint256 cornersMiss) = _countIntervals(3, 1);
        // (6 strikes * 3 lots) ^ 3 holdings * 10 ranges
        assertEq(cases, 58_320, "cases");
        assertGe(cornersMiss, 1, "losses between the corners");
    }

    function test_BoundedSimplex_ThreeLegs_EveryCase() external pure {
        int256 scale = 2;
        int256[] memory lots = new int256[](3);
        int256[] memory lower = new int256[](3);
        int256[] memory upper = new int256[](3);
        (uint256 cases, uint256 vertexMisses) = (0, 0);
        for (uint256 code; code < 216 * 125; ++code) {
            uint256 rest = code;
            for (uint256 k; k < 3; ++k) {
                (lower[k], upper[k]) = _weightRange(rest % 6);
                lots[k] = int256((rest / 6) % 5) - 2;
                rest /= 30;
            }
            if (!Bounds.isPossible(lower, upper, scale)) continue;
            (int256 worst, int256 leg) = PlainSimplex.boundedSimplex(lots, lower, upper, scale);
            int256 least = _leastOverWeights(lots, lower, upper, scale);
            if (worst != least) assertEq(worst, least, "worst"); // a call of the test machine costs more than the case
            if (leg < 1 || leg > 3) assertEq(leg, 1, "binding leg");
            (int256 free, ) = PlainSimplex.simplex(lots, scale);
            if (free != worst) ++vertexMisses;
            ++cases;
        }
        assertEq(cases, 17_125, "cases");
        assertGe(vertexMisses, 1, "bounds that keep the worst vertex out");
    }

    function test_TightenRoot_EveryRecord() external view {
        (uint256 cases, uint256 reopened) = (0, 0);
        for (uint256 r; r < _ranges.length; ++r) {
            for (uint256 s; s < _strikes.length; ++s) {
                (int256 lo, int256 hi) = (_ranges[r][0], _ranges[r][1]);
                for (int256 min = -1; min <= TOP + 1; ++min) {
                    for (int256 max = min; max <= TOP + 1; ++max) {
                        (int256 a, int256 b) = Bounds.tightenRoot(lo, hi, _strikes[s][0], _strikes[s][1], min, max);
                        assertTrue(lo <= a && a <= b && b <= hi, "within, and not empty");
                        if (min < lo || max > hi) ++reopened;
                        ++cases;
                    }
                }
            }
        }
        // 10 ranges * 6 strikes * 21 records
        assertEq(cases, 1260, "cases");
        assertGe(reopened, 1, "records that would reopen outcomes");
    }

    /// @dev All holdings of `branches` branches with -size..size lots, in all ranges.
    function _countIntervals(uint256 branches, uint256 size) private view returns (uint256 cases, uint256 cornersMiss) {
        int256[2][] memory strikes = _strikes;
        int256[2][] memory ranges = _ranges;
        int256[] memory lots = new int256[](branches);
        int256[] memory lower = new int256[](branches);
        int256[] memory upper = new int256[](branches);
        uint8[] memory sorted = new uint8[](2 * branches);
        uint256 choices = strikes.length * (2 * size + 1);
        for (uint256 code; code < choices ** branches; ++code) {
            uint256 rest = code;
            for (uint256 b; b < branches; ++b) {
                (lower[b], upper[b]) = (strikes[rest % strikes.length][0], strikes[rest % strikes.length][1]);
                lots[b] = int256((rest / strikes.length) % (2 * size + 1)) - int256(size);
                rest /= choices;
            }
            _sort(sorted, lower, upper);
            for (uint256 r; r < ranges.length; ++r) {
                if (_checkInterval(lots, lower, upper, sorted, ranges[r])) ++cornersMiss;
                ++cases;
            }
        }
    }

    /// @return missed whether the corners alone would have missed the minimum
    function _checkInterval(
        int256[] memory lots,
        int256[] memory lower,
        int256[] memory upper,
        uint8[] memory sorted,
        int256[2] memory within
    ) private pure returns (bool missed) {
        (int256 worst, int256 outcome) = PlainInterval.worstOf(lots, lower, upper, sorted, within[0], within[1]);
        int256 least = type(int256).max;
        for (int256 y = within[0]; y <= within[1]; ++y) {
            int256 value = _pays(lots, lower, upper, y);
            if (value < least) least = value;
        }
        int256 there = _pays(lots, lower, upper, outcome);
        if (worst != least) assertEq(worst, least, "worst"); // a call of the test machine costs more than the case
        if (outcome < within[0] || outcome > within[1]) assertEq(outcome, within[0], "outcome within the root");
        if (there != worst) assertEq(there, worst, "worth at that outcome");
        return worst < _pays(lots, lower, upper, within[0]) && worst < _pays(lots, lower, upper, within[1]);
    }

    function _pays(
        int256[] memory lots,
        int256[] memory lower,
        int256[] memory upper,
        int256 y
    ) private pure returns (int256 value) {
        for (uint256 b; b < lots.length; ++b) {
            value +=
                lots[b] *
                (
                    y < lower[b]
                        ? lower[b]
                        : y > upper[b]
                            ? upper[b]
                            : y
                );
        }
    }

    /// @dev By insertion; the book keeps its strikes sorted as branches are made.
    function _sort(uint8[] memory sorted, int256[] memory lower, int256[] memory upper) private pure {
        for (uint256 i; i < sorted.length; ++i) {
            uint256 j = i;
            while (j > 0 && _strike(sorted[j - 1], lower, upper) > _strike(i, lower, upper)) {
                sorted[j] = sorted[j - 1];
                --j;
            }
            sorted[j] = uint8(i); // at most six
        }
    }

    function _strike(uint256 entry, int256[] memory lower, int256[] memory upper) private pure returns (int256) {
        return entry & 1 == 1 ? upper[entry >> 1] : lower[entry >> 1];
    }

    /// @dev The six ranges in 0..2.
    function _weightRange(uint256 index) private pure returns (int256 lower, int256 upper) {
        if (index < 3) return (0, int256(index));
        if (index < 5) return (1, int256(index) - 2);
        return (2, 2);
    }

    function _leastOverWeights(
        int256[] memory lots,
        int256[] memory lower,
        int256[] memory upper,
        int256 scale
    ) private pure returns (int256 least) {
        least = type(int256).max;
        for (int256 a = lower[0]; a <= upper[0]; ++a) {
            for (int256 b = lower[1]; b <= upper[1]; ++b) {
                int256 c = scale - a - b;
                if (c < lower[2] || c > upper[2]) continue;
                int256 value = lots[0] * a + lots[1] * b + lots[2] * c;
                if (value < least) least = value;
            }
        }
    }
}
