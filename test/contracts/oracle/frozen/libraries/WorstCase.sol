// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The least a position can be worth, over all outcomes of one root (R12)
/// @notice Simplex roots; those of an interval root are swept by Ladder.
/// @dev Roots are independent, so the worst joint outcome is the sum of these. Values are in ticks times lots: lots fit an int64
/// and ticks an int32, and there are at most 32 branches, so nothing here comes near an int256.
library WorstCase {
    /// @notice Simplex root without bounds: weights w >= 0 with sum `scale`, leg k pays w_k. The minimum of a linear function
    /// over a simplex is at a vertex: min_k lots_k * scale.
    /// @param lots one entry a leg, at least one
    /// @param scale ticks that make a weight of 1
    /// @return worst the minimum, in ticks * lots
    /// @return bindingLeg where it is: the (first) leg, from 1, that would have to be 1
    function simplex(int256[] memory lots, int256 scale) internal pure returns (int256 worst, int256 bindingLeg) {
        int256 fewest = lots[0];
        bindingLeg = 1;
        // Legs are few; lots below 2^65, times an int32.
        unchecked {
            for (uint256 k = 1; k < lots.length; ++k) {
                int256 held = lots[k];
                if (held < fewest) (fewest, bindingLeg) = (held, int256(k + 1));
            }
            worst = fewest * scale;
        }
    }

    /// @notice Simplex root with bounds lower <= w <= upper: every leg starts at its lower bound, and what is left of `scale` is
    /// poured into the legs by rising lots.
    /// @param lots one entry a leg, at most 256
    /// @param lower least weight of each leg; their sum is at most scale
    /// @param upper greatest weight of each leg; their sum is at least scale
    /// @return worst the minimum, in ticks * lots
    /// @return bindingLeg the last leg that got something poured in, from 1: the one on which the next tick would fall
    function boundedSimplex(
        int256[] memory lots,
        int256[] memory lower,
        int256[] memory upper,
        int256 scale
    ) internal pure returns (int256 worst, int256 bindingLeg) {
        int256 rest = scale;
        uint256 poured; // bit k: leg k has had its turn
        // Legs are few; lots below 2^65, times weights that add up to an int32.
        unchecked {
            for (uint256 k; k < lots.length; ++k) {
                worst += lots[k] * lower[k];
                rest -= lower[k];
            }
            for (uint256 turn; turn < lots.length; ++turn) {
                uint256 k = _leastLeg(lots, poured);
                poured |= 1 << k;
                int256 room = upper[k] - lower[k];
                int256 weight = room < rest ? room : rest;
                worst += lots[k] * weight;
                rest -= weight;
                if (bindingLeg == 0 || weight > 0) bindingLeg = int256(k + 1);
                if (rest == 0) break;
            }
        }
    }

    /// @notice min(max(y, lower), upper): what a branch pays at y.
    function clamp(int256 y, int256 lower, int256 upper) internal pure returns (int256) {
        if (y < lower) return lower;
        return y > upper ? upper : y;
    }

    /// @dev Index of the first leg with the fewest lots among those whose bit in `done` is not set; one is left.
    function _leastLeg(int256[] memory lots, uint256 done) private pure returns (uint256 least) {
        least = type(uint256).max;
        int256 fewest = type(int256).max; // more than anybody holds
        // Legs are few.
        unchecked {
            for (uint256 k; k < lots.length; ++k) {
                if (lots[k] < fewest && (done >> k) & 1 == 0) (fewest, least) = (lots[k], k);
            }
        }
    }
}
