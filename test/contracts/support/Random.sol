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

    /// @dev True `percent` times in a hundred.
    function chance(Random memory self, uint256 percent) internal pure returns (bool) {
        return below(self, 100) < percent;
    }
}
