// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Signatures } from "../../../contracts/libraries/Signatures.sol";
import { TypedData } from "../../../contracts/libraries/TypedData.sol";
import { TradePackage } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title Given quote sets, when hashed, then by EIP-712 and as frozen, with the links of their packages
contract TypedDataQuoteSetTest is Test {
    string private _json;

    function setUp() external {
        _json = VM.readFile("test/vectors/quote-sets.json");
    }

    function testFuzz_QuoteSetHash_IsTheHashOfTheTypedStruct(bytes32[] memory links) external pure {
        bytes32 typehash = keccak256(
            "QuoteSet(TradePackage[] quotes)TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)"
        );
        assertEq(_hashOf(links), keccak256(abi.encode(typehash, keccak256(abi.encodePacked(links)))), "hash");
    }

    function test_Type_IsTheFrozenOne() external view {
        assertEq(TypedData.QUOTE_SET_TYPEHASH, VM.parseJsonBytes32(_json, ".quoteSetTypehash"), "type hash");
    }

    function test_Hashes_Digests_AndSignatures_AreTheFrozenOnes() external view {
        bytes32 domain = VM.parseJsonBytes32(_json, ".domainSeparator");
        address[] memory traders = VM.parseJsonAddressArray(_json, ".trader");
        uint256[] memory counts = VM.parseJsonUintArray(_json, ".quotes");
        bytes32[] memory hashes = VM.parseJsonBytes32Array(_json, ".hash");
        bytes32[] memory digests = VM.parseJsonBytes32Array(_json, ".digest");
        bytes[] memory signatures = VM.parseJsonBytesArray(_json, ".signature");
        bytes32[] memory frozen = VM.parseJsonBytes32Array(_json, ".primaryLink");
        uint256 first;
        for (uint256 i; i < traders.length; ++i) {
            bytes32[] memory links = new bytes32[](counts[i]);
            for (uint256 j; j < links.length; ++j) {
                links[j] = this.primaryLink(_package(i, first + j));
                assertEq(links[j], frozen[first + j], "primary link");
            }
            assertEq(_hashOf(links), hashes[i], "hash");
            assertEq(Signatures.typedDigest(domain, hashes[i]), digests[i], "digest");
            assertTrue(this.isValid(traders[i], digests[i], signatures[i]), "signature");
            first += counts[i];
        }
        assertEq(first, frozen.length, "quotes");
    }

    function test_LinksOfOffsetAndMatch_AreTheFrozenOnes() external view {
        bytes32[] memory primaries = VM.parseJsonBytes32Array(_json, ".primaryLink");
        bytes32[] memory offsets = VM.parseJsonBytes32Array(_json, ".offsetLink");
        bytes32[] memory matches = VM.parseJsonBytes32Array(_json, ".matchLink");
        for (uint256 i; i < primaries.length; ++i) {
            assertEq(TypedData.offsetLink(primaries[i]), offsets[i], "offset link");
            assertEq(TypedData.matchLink(offsets[i]), matches[i], "match link");
        }
    }

    function primaryLink(TradePackage calldata package) external pure returns (bytes32) {
        return TypedData.primaryLink(package);
    }

    function isValid(address signer, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return Signatures.isValid(signer, digest, signature);
    }

    function _hashOf(bytes32[] memory links) private pure returns (bytes32) {
        uint256 ptr;
        assembly ("memory-safe") {
            ptr := add(links, 0x20)
        }
        return TypedData.quoteSetHash(ptr, links.length);
    }

    /// @dev Casts: the vectors are written with the types of the struct.
    function _package(uint256 set, uint256 quote) private view returns (TradePackage memory) {
        return
            TradePackage(
                uint32(VM.parseJsonUintArray(_json, ".marketRootId")[quote]),
                uint16(VM.parseJsonUintArray(_json, ".marketBranchId")[quote]),
                VM.parseJsonAddressArray(_json, ".trader")[set],
                int32(VM.parseJsonIntArray(_json, ".priceTicks")[quote]),
                int64(VM.parseJsonIntArray(_json, ".quantityLots")[quote]),
                VM.parseJsonBytes32Array(_json, ".previousLink")[set],
                uint64(VM.parseJsonUintArray(_json, ".nonce")[set]),
                uint40(VM.parseJsonUintArray(_json, ".deadline")[set]),
                uint8(VM.parseJsonUintArray(_json, ".timeInForce")[set])
            );
    }
}
