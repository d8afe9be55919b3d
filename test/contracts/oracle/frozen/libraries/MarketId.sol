// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A market: root (18 bits) and branch (6 bits).
type MarketId is uint24;

using MarketIds for MarketId global;

/// @title Numbering of markets
library MarketIds {
    /// @dev What 18 bits can number.
    uint256 internal constant MAX_ROOT_ID = 2 ** 18 - 1;

    /// @dev The caller has looked both up in the market table, which keeps them within their bits.
    function from(uint32 root, uint16 branch) internal pure returns (MarketId) {
        return MarketId.wrap(uint24((uint256(root) << 6) | branch));
    }

    function rootId(MarketId id) internal pure returns (uint32) {
        return MarketId.unwrap(id) >> 6;
    }

    function branchId(MarketId id) internal pure returns (uint16) {
        return uint16(MarketId.unwrap(id) & 0x3f);
    }
}
