// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The least a position can be worth, over all outcomes of one root (R12)
/// @dev Roots are independent, so the worst joint outcome is the sum of these. Values are in ticks times lots; lots fit an
/// int64 and scale an int32, so nothing here comes near an int256.
library WorstCase {
    /// @notice Simplex root without bounds: weights w >= 0 with sum `scale`, leg k pays w_k. The minimum of a linear function
    /// over a simplex is at a vertex: min_k lots_k * scale.
    /// @param lots one entry a leg, at least one
    /// @param scale ticks that make a weight of 1
    /// @return worst the minimum, in ticks * lots
    /// @return bindingLeg where it is: the (first) leg, from 1, that would have to be 1
    function simplex(int256[] memory lots, int256 scale) internal pure returns (int256 worst, uint256 bindingLeg) {
        int256 least = lots[0];
        bindingLeg = 1;
        for (uint256 k = 1; k < lots.length; ++k) {
            if (lots[k] < least) {
                least = lots[k];
                bindingLeg = k + 1;
            }
        }
        worst = least * scale;
    }
}
