// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { WorstCase } from "./WorstCase.sol";

/// @title How bounds tighten (R37, R38)
/// @notice Bounds only ever move towards each other, and an interval never becomes empty: an outcome beyond the range settles at
/// its edge.
library Bounds {
    /// @notice A record [min, max], min <= max, on a market that lies in [low, high]: both ends are clamped into it.
    function tighten(
        int256 low,
        int256 high,
        int256 min,
        int256 max
    ) internal pure returns (int256 newLow, int256 newHigh) {
        return (WorstCase.clamp(min, low, high), WorstCase.clamp(max, low, high));
    }

    /// @notice What a record [min, max] on a branch with strikes [lower, upper] says of its root in [lo, hi]. Lifting the branch's
    /// lower bound says y >= that, dropping its upper bound says y <= that; strikes themselves never move.
    function tightenRoot(
        int256 lo,
        int256 hi,
        int256 lower,
        int256 upper,
        int256 min,
        int256 max
    ) internal pure returns (int256 newLo, int256 newHi) {
        int256 low = WorstCase.clamp(lo, lower, upper);
        int256 high = WorstCase.clamp(hi, lower, upper);
        (int256 newLow, int256 newHigh) = tighten(low, high, min, max);
        newLo = newLow > low && newLow > lo ? newLow : lo;
        newHi = newHigh < high && newHigh < hi ? newHigh : hi;
    }

    /// @notice Whether some weights with lower <= w <= upper add up to `scale`.
    function isPossible(int256[] memory lower, int256[] memory upper, int256 scale) internal pure returns (bool) {
        (int256 least, int256 most) = (_sum(lower), _sum(upper));
        return least <= scale && scale <= most;
    }

    /// @notice Whether just one choice of weights is left: nothing to pour, no room besides, or at most one leg with room.
    function isSettled(int256[] memory lower, int256[] memory upper, int256 scale) internal pure returns (bool) {
        uint256 free;
        for (uint256 k; k < lower.length; ++k) {
            if (lower[k] != upper[k]) ++free;
        }
        return free <= 1 || _sum(lower) == scale || _sum(upper) == scale;
    }

    /// @notice What leg `k` (from 0) can still weigh, given the bounds of all the others too.
    function ofLeg(
        int256[] memory lower,
        int256[] memory upper,
        int256 scale,
        uint256 k
    ) internal pure returns (int256 min, int256 max) {
        int256 forced = scale - (_sum(upper) - upper[k]);
        int256 allowed = scale - (_sum(lower) - lower[k]);
        min = forced > lower[k] ? forced : lower[k];
        max = allowed < upper[k] ? allowed : upper[k];
    }

    /// @notice The weights when leg `first` (from 0) gets as much as it can, and the others the rest in their order.
    function pour(
        int256[] memory lower,
        int256[] memory upper,
        int256 scale,
        uint256 first
    ) internal pure returns (int256[] memory weights) {
        weights = new int256[](lower.length);
        int256 rest = scale - _sum(lower);
        rest -= _give(weights, lower, upper, first, rest);
        for (uint256 k; k < lower.length; ++k) {
            if (k != first) rest -= _give(weights, lower, upper, k, rest);
        }
    }

    function _give(
        int256[] memory weights,
        int256[] memory lower,
        int256[] memory upper,
        uint256 k,
        int256 rest
    ) private pure returns (int256 given) {
        int256 room = upper[k] - lower[k];
        given = room < rest ? room : rest;
        weights[k] = lower[k] + given;
    }

    function _sum(int256[] memory values) private pure returns (int256 total) {
        // At most 256 of them, each an int32.
        unchecked {
            for (uint256 i; i < values.length; ++i) {
                total += values[i];
            }
        }
    }
}
