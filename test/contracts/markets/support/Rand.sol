// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A stream of reproducible choices that grows from one fuzzed word.
struct Rand {
    uint256 word;
}

using Rands for Rand global;

/// @title Choices for random stories
library Rands {
    function from(uint256 seed) internal pure returns (Rand memory) {
        return Rand(uint256(keccak256(abi.encode("choices", seed))));
    }

    function next(Rand memory rand) internal pure returns (uint256 word) {
        word = rand.word;
        rand.word = uint256(keccak256(abi.encode(word)));
    }

    /// @notice A whole number from `least` to `most`, both included.
    function between(Rand memory rand, int256 least, int256 most) internal pure returns (int256) {
        // Casts: the distance of two numbers in these tests fits.
        return least + int256(next(rand) % uint256(most - least + 1));
    }

    /// @notice An index below `count`.
    function below(Rand memory rand, uint256 count) internal pure returns (uint256) {
        return next(rand) % count;
    }

    /// @notice True once in `count`.
    function oneIn(Rand memory rand, uint256 count) internal pure returns (bool) {
        return next(rand) % count == 0;
    }

    /// @notice Two numbers from `least` to `most`, the smaller first; now and then they are the same.
    function pair(Rand memory rand, int256 least, int256 most) internal pure returns (int256 low, int256 high) {
        low = between(rand, least, most);
        high = between(rand, least, most);
        if (low > high) (low, high) = (high, low);
    }

    /// @notice Lots of every magnitude: none, a few, or up to the most that can be held; of either sign.
    function lots(Rand memory rand) internal pure returns (int256) {
        uint256 size = below(rand, 8);
        if (size < 2) return 0;
        if (size < 6) return between(rand, -9, 9);
        if (size == 6) return between(rand, -1e9, 1e9);
        return between(rand, type(int64).min, type(int64).max);
    }
}
