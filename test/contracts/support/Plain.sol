// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Plain definitions, by enumeration: the judge of the fast code
library Plain {
    /// @notice What a branch pays at y.
    function clamped(int256 y, int256 lower, int256 upper) internal pure returns (int256) {
        if (y <= lower) return lower;
        if (y >= upper) return upper;
        return y;
    }

    /// @notice Worth of a stack of branches at y, in ticks * lots.
    function valueOfInterval(
        int256[] memory lots,
        int256[] memory lower,
        int256[] memory upper,
        int256 y
    ) internal pure returns (int256 value) {
        for (uint256 b; b < lots.length; ++b) {
            value += lots[b] * clamped(y, lower[b], upper[b]);
        }
    }

    function dot(int256[] memory lots, int256[] memory weights) internal pure returns (int256 value) {
        for (uint256 k; k < lots.length; ++k) {
            value += lots[k] * weights[k];
        }
    }

    function sum(int256[] memory values) internal pure returns (int256 total) {
        for (uint256 i; i < values.length; ++i) {
            total += values[i];
        }
    }

    /// @notice Every way to give `scale` ticks to `legs` legs: all whole weights with that sum.
    function allWeights(uint256 legs, int256 scale) internal pure returns (int256[][] memory all) {
        // Casts: scales and legs are few here.
        all = new int256[][](_ways(uint256(scale) + legs - 1, legs - 1));
        int256[] memory weights = new int256[](legs);
        weights[legs - 1] = scale;
        for (uint256 i; i < all.length; ++i) {
            all[i] = copy(weights);
            _advance(weights);
        }
    }

    function within(
        int256[] memory weights,
        int256[] memory lower,
        int256[] memory upper
    ) internal pure returns (bool) {
        for (uint256 k; k < weights.length; ++k) {
            if (weights[k] < lower[k] || weights[k] > upper[k]) return false;
        }
        return true;
    }

    /// @notice Those of `all` that lie within the bounds.
    function possible(
        int256[][] memory all,
        int256[] memory lower,
        int256[] memory upper
    ) internal pure returns (int256[][] memory some) {
        some = new int256[][](all.length);
        uint256 count;
        for (uint256 i; i < all.length; ++i) {
            if (within(all[i], lower, upper)) some[count++] = all[i];
        }
        assembly ("memory-safe") {
            mstore(some, count)
        }
    }

    function copy(int256[] memory values) internal pure returns (int256[] memory copied) {
        copied = new int256[](values.length);
        for (uint256 i; i < values.length; ++i) {
            copied[i] = values[i];
        }
    }

    /// @dev From one choice of weights to the next: one tick moves from the last leg that has any to the one before it, and
    /// the rest of that leg goes to the very last.
    function _advance(int256[] memory weights) private pure {
        uint256 last = weights.length - 1;
        uint256 k = last;
        while (k > 0 && weights[k] == 0) {
            --k;
        }
        if (k == 0) return;
        int256 rest = weights[k] - 1;
        weights[k] = 0;
        ++weights[k - 1];
        weights[last] = rest;
    }

    /// @dev n over k.
    function _ways(uint256 n, uint256 k) private pure returns (uint256 ways) {
        ways = 1;
        for (uint256 i = 1; i <= k; ++i) {
            ways = (ways * (n - k + i)) / i;
        }
    }
}
