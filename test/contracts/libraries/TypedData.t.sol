// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../contracts/libraries/TypedData.sol";
import { TradePackage } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";

/// @title Given a package, when its links are taken, then they bind every field and each other
contract TypedDataTest is Test {
    function testFuzz_PrimaryLink_WhenOneFieldChanges_TheLinkChanges(
        TradePackage calldata package,
        uint256 field,
        uint256 value
    ) external view {
        bytes32 before = this.primaryLink(package);
        TradePackage memory changed = _withField(package, bound(field, 0, 8), value);
        bool same = keccak256(abi.encode(package)) == keccak256(abi.encode(changed));
        assertEq(this.primaryLink(changed) == before, same, "the link is the same exactly if the package is");
    }

    function testFuzz_PrimaryLink_WhenOneBitIsFlipped_TheLinkChanges(
        TradePackage calldata package,
        uint256 field
    ) external view {
        uint256 index = bound(field, 0, 8);
        TradePackage memory changed = _withField(package, index, _field(package, index) ^ 1);
        assertNotEq(this.primaryLink(changed), this.primaryLink(package), "link of another package");
    }

    function testFuzz_PrimaryLink_IsTheHashOfTheTypedStruct(TradePackage calldata p) external view {
        bytes32 typeHash = keccak256(
            "TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
        );
        bytes memory start = abi.encode(typeHash, p.marketRootId, p.marketBranchId, p.trader, p.priceTicks);
        bytes memory end = abi.encode(p.quantityLots, p.previousLink, p.nonce, p.deadline, p.timeInForce);
        assertEq(this.primaryLink(p), keccak256(bytes.concat(start, end)), "hashStruct");
    }

    function testFuzz_OffsetAndMatch_AreChainedToTheirPredecessor(bytes32 primary) external pure {
        bytes32 offset = keccak256(abi.encode(keccak256("OffsetTrade(bytes32 previousLink)"), primary));
        assertEq(TypedData.offsetLink(primary), offset, "offset link");
        bytes32 matched = keccak256(abi.encode(keccak256("MatchTrade(bytes32 previousLink)"), offset));
        assertEq(TypedData.matchLink(offset), matched, "match link");
    }

    function testFuzz_OffsetAndMatch_DifferFromEachOther(bytes32 link, bytes32 other) external pure {
        assertNotEq(TypedData.offsetLink(link), TypedData.matchLink(link), "offset and match");
        if (link == other) return;
        assertNotEq(TypedData.offsetLink(link), TypedData.offsetLink(other), "offsets of two links");
        assertNotEq(TypedData.matchLink(link), TypedData.matchLink(other), "matches of two links");
    }

    /// @dev The library takes calldata.
    function primaryLink(TradePackage calldata package) external pure returns (bytes32) {
        return TypedData.primaryLink(package);
    }

    /// @dev Casts below cut a random word down to the field.
    function _withField(
        TradePackage memory package,
        uint256 index,
        uint256 value
    ) private pure returns (TradePackage memory changed) {
        changed = abi.decode(abi.encode(package), (TradePackage));
        if (index == 0) changed.marketRootId = uint32(value);
        else if (index == 1) changed.marketBranchId = uint16(value);
        else if (index == 2) changed.trader = address(uint160(value));
        else if (index == 3) changed.priceTicks = int32(uint32(value));
        else if (index == 4) changed.quantityLots = int64(uint64(value));
        else if (index == 5) changed.previousLink = bytes32(value);
        else if (index == 6) changed.nonce = uint64(value);
        else if (index == 7) changed.deadline = uint40(value);
        else changed.timeInForce = uint8(value);
    }

    function _field(TradePackage calldata package, uint256 index) private pure returns (uint256 value) {
        bytes memory encoded = abi.encode(package);
        assembly ("memory-safe") {
            value := mload(add(add(encoded, 0x20), mul(index, 0x20)))
        }
    }
}
