// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A stream of numbers that follows from one seed, so that a failing run can be run again.
struct Random {
    bytes32 state;
}

using Randoms for Random global;

function randomFrom(uint256 seed) pure returns (Random memory) {
    return Random(keccak256(abi.encode("random", seed)));
}

/// @title Drawing numbers
library Randoms {
    function next(Random memory self) internal pure returns (uint256) {
        self.state = keccak256(abi.encode(self.state));
        return uint256(self.state);
    }

    /// @dev One of 0 to count - 1.
    function below(Random memory self, uint256 count) internal pure returns (uint256) {
        return next(self) % count;
    }

    /// @dev One of `least` to `most`.
    function between(Random memory self, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + below(self, most - least + 1);
    }

    /// @dev One of `least` to `most`, whose distance fits a uint128.
    function betweenInt(Random memory self, int256 least, int256 most) internal pure returns (int256) {
        return least + int256(below(self, uint256(most - least + 1)));
    }

    /// @dev Two of `least` to `most`, the smaller first; now and then they are the same.
    function pairOfInts(Random memory self, int256 least, int256 most) internal pure returns (int256 low, int256 high) {
        low = betweenInt(self, least, most);
        high = betweenInt(self, least, most);
        if (low > high) (low, high) = (high, low);
    }

    /// @dev Lots of every magnitude: none, a few, or up to the most that can be held; of either sign.
    function lots(Random memory self) internal pure returns (int256) {
        uint256 size = below(self, 8);
        if (size < 2) return 0;
        if (size < 6) return betweenInt(self, -9, 9);
        if (size == 6) return betweenInt(self, -1e9, 1e9);
        return betweenInt(self, type(int64).min, type(int64).max);
    }

    /// @dev True once in `count`.
    function oneIn(Random memory self, uint256 count) internal pure returns (bool) {
        return below(self, count) == 0;
    }

    /// @dev True `percent` times in a hundred.
    function chance(Random memory self, uint256 percent) internal pure returns (bool) {
        return below(self, 100) < percent;
    }
}
