// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { TypedData } from "../../../contracts/libraries/TypedData.sol";
import { Signatures } from "../../../contracts/libraries/Signatures.sol";
import { TradePackage } from "../../../contracts/Types.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title Given the vectors that the TypeScript library is tested against, when hashed here, then nothing differs
contract TypedDataVectorsTest is Test {
    string private _json;

    function setUp() external {
        _json = VM.readFile("test/vectors/typed-data.json");
    }

    function test_TypeHashes_AreTheFrozenOnes() external view {
        assertEq(TypedData.TRADE_PACKAGE_TYPEHASH, VM.parseJsonBytes32(_json, ".tradePackageTypehash"), "package");
        assertEq(TypedData.OFFSET_TYPEHASH, VM.parseJsonBytes32(_json, ".offsetTypehash"), "offset");
        assertEq(TypedData.MATCH_TYPEHASH, VM.parseJsonBytes32(_json, ".matchTypehash"), "match");
    }

    function test_Links_AreTheFrozenOnes() external view {
        TradePackage[] memory packages = _packages();
        bytes32[] memory primaries = VM.parseJsonBytes32Array(_json, ".primaryLink");
        bytes32[] memory offsets = VM.parseJsonBytes32Array(_json, ".offsetLink");
        bytes32[] memory matches = VM.parseJsonBytes32Array(_json, ".matchLink");
        for (uint256 i; i < packages.length; ++i) {
            assertEq(this.primaryLink(packages[i]), primaries[i], "primary link");
            assertEq(TypedData.offsetLink(primaries[i]), offsets[i], "offset link");
            assertEq(TypedData.matchLink(offsets[i]), matches[i], "match link");
        }
        assertGe(packages.length, 1, "packages");
    }

    function test_Digests_AndSignatures_AreTheFrozenOnes() external view {
        bytes32 domain = VM.parseJsonBytes32(_json, ".domainSeparator");
        bytes32[] memory primaries = VM.parseJsonBytes32Array(_json, ".primaryLink");
        bytes32[] memory digests = VM.parseJsonBytes32Array(_json, ".digest");
        uint256[] memory keys = VM.parseJsonUintArray(_json, ".signerKey");
        bytes[] memory signatures = VM.parseJsonBytesArray(_json, ".signature");
        for (uint256 i; i < digests.length; ++i) {
            assertEq(keccak256(abi.encodePacked(hex"1901", domain, primaries[i])), digests[i], "digest");
            assertTrue(this.isValid(VM.addr(keys[i]), digests[i], signatures[i]), "signature");
        }
    }

    function primaryLink(TradePackage calldata package) external pure returns (bytes32) {
        return TypedData.primaryLink(package);
    }

    function isValid(address signer, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return Signatures.isValid(signer, digest, signature);
    }

    /// @dev Casts: the vectors are written with the types of the struct.
    function _packages() private view returns (TradePackage[] memory packages) {
        address[] memory traders = VM.parseJsonAddressArray(_json, ".trader");
        bytes32[] memory links = VM.parseJsonBytes32Array(_json, ".previousLink");
        packages = new TradePackage[](traders.length);
        for (uint256 i; i < packages.length; ++i) {
            (packages[i].trader, packages[i].previousLink) = (traders[i], links[i]);
        }
        int256[] memory column = VM.parseJsonIntArray(_json, ".priceTicks");
        for (uint256 i; i < packages.length; ++i) packages[i].priceTicks = int32(column[i]);
        column = VM.parseJsonIntArray(_json, ".quantityLots");
        for (uint256 i; i < packages.length; ++i) packages[i].quantityLots = int64(column[i]);
        _fillUnsigned(packages);
    }

    function _fillUnsigned(TradePackage[] memory packages) private view {
        uint256[] memory column = VM.parseJsonUintArray(_json, ".marketRootId");
        for (uint256 i; i < packages.length; ++i) packages[i].marketRootId = uint32(column[i]);
        column = VM.parseJsonUintArray(_json, ".marketBranchId");
        for (uint256 i; i < packages.length; ++i) packages[i].marketBranchId = uint16(column[i]);
        column = VM.parseJsonUintArray(_json, ".nonce");
        for (uint256 i; i < packages.length; ++i) packages[i].nonce = uint64(column[i]);
        column = VM.parseJsonUintArray(_json, ".deadline");
        for (uint256 i; i < packages.length; ++i) packages[i].deadline = uint40(column[i]);
        column = VM.parseJsonUintArray(_json, ".timeInForce");
        for (uint256 i; i < packages.length; ++i) packages[i].timeInForce = uint8(column[i]);
    }
}
