// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What a branch pays (R37)
library WorstCase {
    /// @notice min(max(y, lower), upper): what a branch between these strikes pays at y.
    function clamp(int256 y, int256 lower, int256 upper) internal pure returns (int256) {
        if (y < lower) return lower;
        return y > upper ? upper : y;
    }
}
