// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { WorstCase } from "../../../contracts/libraries/WorstCase.sol";

/// @title The worst case of an interval root in its plain form: the judge of Ladder.worstOf, which says the same of packed strikes
/// @dev Is judged itself by paying out at every outcome.
library PlainInterval {
    /// @notice Interval root: f(y) = sum of lots_b * clamp(y, lower_b, upper_b) for y in [lo, hi] is piecewise linear, so its
    /// minimum is at lo, at hi or at a strike between them. One sweep over the sorted strikes.
    /// @param lots one entry a branch
    /// @param lower lower strikes
    /// @param upper upper strikes
    /// @param sorted all strikes by rising value: entry 2b is the lower, 2b + 1 the upper strike of branch b (from 0)
    /// @param lo least outcome
    /// @param hi greatest outcome
    /// @return worst the minimum, in ticks * lots
    /// @return bindingOutcome the (lowest) outcome where it is
    function worstOf(
        int256[] memory lots,
        int256[] memory lower,
        int256[] memory upper,
        uint8[] memory sorted,
        int256 lo,
        int256 hi
    ) internal pure returns (int256 worst, int256 bindingOutcome) {
        int256 slope;
        int256 value;
        for (uint256 b; b < lots.length; ++b) {
            if (lots[b] == 0) continue;
            value += lots[b] * WorstCase.clamp(lo, lower[b], upper[b]);
            if (lower[b] <= lo && lo < upper[b]) slope += lots[b];
        }
        (worst, bindingOutcome) = (value, lo);
        int256 y = lo;
        for (uint256 i; i < sorted.length; ++i) {
            uint256 b = sorted[i] >> 1;
            if (lots[b] == 0) continue;
            bool isUpper = sorted[i] & 1 == 1;
            int256 strike = isUpper ? upper[b] : lower[b];
            if (strike <= lo) continue;
            if (strike >= hi) break;
            value += slope * (strike - y);
            y = strike;
            if (value < worst) (worst, bindingOutcome) = (value, y);
            slope += isUpper ? -lots[b] : lots[b];
        }
        value += slope * (hi - y);
        if (value < worst) (worst, bindingOutcome) = (value, hi);
    }
}
