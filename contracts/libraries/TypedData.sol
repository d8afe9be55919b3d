// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TradePackage } from "../Types.sol";

/// @title Hashes of what is signed, and the links between trades (R20, R21)
/// @dev The one place that knows the type strings; `src/protocol/typedData.ts` is its twin, a frozen vector ties both.
library TypedData {
    bytes32 internal constant TRADE_PACKAGE_TYPEHASH = keccak256(
        "TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 price,int64 quantity,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
    );
    bytes32 internal constant OFFSET_TYPEHASH = keccak256("OffsetTrade(bytes32 previousLink)");
    bytes32 internal constant MATCH_TYPEHASH = keccak256("MatchTrade(bytes32 previousLink)");

    /// @notice Link of the primary trade: the EIP-712 hashStruct of the package.
    function primaryLink(TradePackage calldata package) internal pure returns (bytes32) {
        return keccak256(abi.encode(TRADE_PACKAGE_TYPEHASH, package));
    }

    /// @notice Link of the offset trade, chained to its primary.
    function offsetLink(bytes32 primary) internal pure returns (bytes32) {
        return keccak256(abi.encode(OFFSET_TYPEHASH, primary));
    }

    /// @notice Link of the match trade, chained to its offset.
    function matchLink(bytes32 offset) internal pure returns (bytes32) {
        return keccak256(abi.encode(MATCH_TYPEHASH, offset));
    }
}
