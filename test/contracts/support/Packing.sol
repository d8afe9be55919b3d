// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BatchPacker } from "../../../contracts/periphery/BatchPacker.sol";
import { CancelTrades, SignedPackage } from "../../../contracts/Types.sol";

/// @title What people have signed, as createTrades takes it
library Packing {
    /// @notice A batch of orders that keys have signed.
    function batch(
        SignedPackage[] memory orders,
        uint16 maxMatches,
        uint16 maxWalk
    ) internal pure returns (bytes memory packed) {
        // Cast: few orders.
        packed = BatchPacker.header(false, maxMatches, maxWalk, 0, uint16(orders.length), 0, 0);
        for (uint256 i; i < orders.length; ++i) {
            packed = bytes.concat(packed, order(orders[i]));
        }
    }

    /// @notice An order that a key has signed, in 65 or 64 bytes.
    function order(SignedPackage memory o) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = compact(o.signature);
        return BatchPacker.order(o.tradePackage, r, vs, o.insertAfter, o.place);
    }

    /// @notice A cancellation at the head of a batch, by a key. The caller sees to it that every field fits.
    function cancellation(
        CancelTrades memory c,
        bytes memory signature,
        uint32[] memory places
    ) internal pure returns (bytes memory packed) {
        (bytes32 r, bytes32 vs) = compact(signature);
        // Casts: the fields of a batch.
        packed = abi.encodePacked(c.trader, c.fromTradeRootId, c.toTradeRootId, uint24(c.nonceFloor));
        packed = abi.encodePacked(packed, uint32(c.deadline), uint8(places.length), r, vs);
        for (uint256 i; i < places.length; ++i) {
            packed = abi.encodePacked(packed, places[i]);
        }
    }

    /// @notice The header again, with so many cancellations: the byte that BatchPacker leaves 0.
    function withCancellations(bytes memory packed, uint8 count) internal pure returns (bytes memory) {
        packed[9] = bytes1(count);
        return packed;
    }

    /// @notice r and vs (ERC-2098) of a signature of 65 or 64 bytes.
    function compact(bytes memory signature) internal pure returns (bytes32 r, bytes32 vs) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            vs := mload(add(signature, 0x40))
        }
        if (signature.length == 65) vs |= bytes32(uint256(uint8(signature[64]) - 27) << 255);
    }
}
