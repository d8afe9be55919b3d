// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Numbering of markets: root (18 bits) and branch (6 bits)
library MarketIds {
    /// @dev What 18 bits can number.
    uint256 internal constant MAX_ROOT_ID = 2 ** 18 - 1;
    /// @dev What 6 bits can number.
    uint256 internal constant MAX_BRANCH_ID = 2 ** 6 - 1;
    uint256 private constant BRANCH_BITS = 6;

    /// @notice The caller has seen that both are within their bits.
    function from(uint256 rootId, uint256 branchId) internal pure returns (uint256) {
        return (rootId << BRANCH_BITS) | branchId;
    }

    function rootOf(uint256 market) internal pure returns (uint256) {
        return market >> BRANCH_BITS;
    }

    function branchOf(uint256 market) internal pure returns (uint256) {
        return market & MAX_BRANCH_ID;
    }
}
