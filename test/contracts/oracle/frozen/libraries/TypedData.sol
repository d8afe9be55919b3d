// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CancelTrades, MarketRecord, TradePackage } from "../Types.sol";

/// @title Hashes of what is signed, and the links between trades (R20, R21)
/// @dev The one place that knows the type strings; `src/protocol/signing/typed-data.ts` is its twin, a frozen vector ties both.
library TypedData {
    bytes32 internal constant TRADE_PACKAGE_TYPEHASH = keccak256(
        "TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
    );
    bytes32 internal constant MARKET_TYPEHASH = keccak256(
        "Market(uint32 marketRootId,uint16 marketBranchId,uint16 parentBranchId,address owner,int32 marketMin,int32 marketMax,uint8 kind,uint16 outcomes,uint128 tickValue,uint40 closesAt,uint40 settleBy,int32 fallbackOutcome,bytes32 descriptionHash,bytes32 previousLink)"
    );
    bytes32 internal constant CANCEL_TRADES_TYPEHASH = keccak256(
        "CancelTrades(address trader,uint32 fromTradeRootId,uint32 toTradeRootId,uint64 nonceFloor,uint40 deadline)"
    );
    bytes32 internal constant OFFSET_TYPEHASH = keccak256("OffsetTrade(bytes32 previousLink)");
    bytes32 internal constant MATCH_TYPEHASH = keccak256("MatchTrade(bytes32 previousLink)");

    /// @notice Link of the primary trade: the EIP-712 hashStruct of the package.
    function primaryLink(TradePackage calldata package) internal pure returns (bytes32) {
        return keccak256(abi.encode(TRADE_PACKAGE_TYPEHASH, package));
    }

    /// @notice Link of a market record: its EIP-712 hashStruct.
    function marketLink(MarketRecord calldata record) internal pure returns (bytes32) {
        return keccak256(abi.encode(MARKET_TYPEHASH, record));
    }

    /// @notice The EIP-712 hashStruct of a cancellation. No trade is chained to it.
    function cancellationHash(CancelTrades calldata cancellation) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCEL_TRADES_TYPEHASH, cancellation));
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
