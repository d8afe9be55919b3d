// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Signatures } from "../../../contracts/libraries/Signatures.sol";
import { TypedData } from "../../../contracts/libraries/TypedData.sol";
import { CancelTrades } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title Given signed cancellations, when hashed, then by EIP-712, as frozen and as the TypeScript library does
contract TypedDataCancellationTest is Test {
    function testFuzz_CancellationHash_IsTheHashOfTheTypedStruct(CancelTrades calldata c) external pure {
        bytes32 typehash = keccak256(
            "CancelTrades(address trader,uint32 fromTradeRootId,uint32 toTradeRootId,uint64 nonceFloor,uint40 deadline)"
        );
        bytes memory words = bytes.concat(
            abi.encode(typehash, c.trader, c.fromTradeRootId),
            abi.encode(c.toTradeRootId, c.nonceFloor, c.deadline)
        );
        assertEq(TypedData.cancellationHash(c), keccak256(words), "hash");
    }

    function test_Hashes_Digests_AndSignatures_AreTheFrozenOnes() external {
        string memory json = VM.readFile("test/vectors/cancellations.json");
        bytes32 typehash = VM.parseJsonBytes32(json, ".cancelTradesTypehash");
        assertEq(TypedData.CANCEL_TRADES_TYPEHASH, typehash, "typehash");
        CancelTrades[] memory cancellations = _read(json);
        bytes32 domain = VM.parseJsonBytes32(json, ".domainSeparator");
        bytes32[] memory hashes = VM.parseJsonBytes32Array(json, ".hash");
        bytes32[] memory digests = VM.parseJsonBytes32Array(json, ".digest");
        bytes[] memory signatures = VM.parseJsonBytesArray(json, ".signature");
        for (uint256 i; i < cancellations.length; ++i) {
            assertEq(this.hashOf(cancellations[i]), hashes[i], "hash");
            assertEq(keccak256(abi.encodePacked(hex"1901", domain, hashes[i])), digests[i], "digest");
            assertTrue(this.isValid(cancellations[i].trader, digests[i], signatures[i]), "signature");
        }
        assertGe(cancellations.length, 1, "cancellations");
    }

    function hashOf(CancelTrades calldata c) external pure returns (bytes32) {
        return TypedData.cancellationHash(c);
    }

    function isValid(address signer, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return Signatures.isValid(signer, digest, signature);
    }

    /// @dev Casts: the vectors are written with the types of the struct.
    function _read(string memory json) private view returns (CancelTrades[] memory list) {
        address[] memory traders = VM.parseJsonAddressArray(json, ".trader");
        uint256[] memory from = VM.parseJsonUintArray(json, ".fromTradeRootId");
        uint256[] memory to = VM.parseJsonUintArray(json, ".toTradeRootId");
        uint256[] memory floors = VM.parseJsonUintArray(json, ".nonceFloor");
        uint256[] memory deadlines = VM.parseJsonUintArray(json, ".deadline");
        list = new CancelTrades[](traders.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = CancelTrades(traders[i], uint32(from[i]), uint32(to[i]), uint64(floors[i]), uint40(deadlines[i]));
        }
    }
}
