// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Signatures } from "../../../contracts/libraries/Signatures.sol";
import { Test } from "../support/Test.sol";
import { VM } from "../support/Vm.sol";

/// @title Given an account with a key, when a signature is checked, then its one valid form passes and nothing else
contract SignaturesTest is Test {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function testFuzz_GivenItsOwnSignature_InBothLengths_ItIsValid(uint256 key, bytes32 digest) external view {
        key = bound(key, 1, ORDER - 1);
        assertTrue(this.isValid(VM.addr(key), digest, _long(key, digest)), "65 bytes");
        assertTrue(this.isValid(VM.addr(key), digest, _short(key, digest)), "64 bytes");
    }

    function testFuzz_GivenAnotherDigest_ItIsRefused(uint256 key, bytes32 digest, bytes32 other) external view {
        key = bound(key, 1, ORDER - 1);
        if (digest == other) return;
        assertTrue(!this.isValid(VM.addr(key), other, _long(key, digest)), "65 bytes");
        assertTrue(!this.isValid(VM.addr(key), other, _short(key, digest)), "64 bytes");
    }

    function testFuzz_GivenAnotherKey_ItIsRefused(uint256 key, uint256 otherKey, bytes32 digest) external view {
        (key, otherKey) = (bound(key, 1, ORDER - 1), bound(otherKey, 1, ORDER - 1));
        if (key == otherKey) return;
        assertTrue(!this.isValid(VM.addr(key), digest, _long(otherKey, digest)), "65 bytes");
        assertTrue(!this.isValid(VM.addr(key), digest, _short(otherKey, digest)), "64 bytes");
    }

    function testFuzz_GivenHighS_ItIsRefused(uint256 key, bytes32 digest) external view {
        key = bound(key, 1, ORDER - 1);
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        bytes32 high = bytes32(ORDER - uint256(s));
        bytes memory flipped = abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27));
        assertTrue(!this.isValid(VM.addr(key), digest, flipped), "high s");
    }

    function testFuzz_GivenAnyOtherLength_ItIsRefused(uint256 key, bytes32 digest, uint8 length) external view {
        key = bound(key, 1, ORDER - 1);
        if (length == 64 || length == 65) return;
        bytes memory whole = bytes.concat(_long(key, digest), new bytes(200));
        bytes memory cut = new bytes(length);
        for (uint256 i; i < length; ++i) {
            cut[i] = whole[i];
        }
        assertTrue(!this.isValid(VM.addr(key), digest, cut), "length");
    }

    function testFuzz_GivenAnyBytes_TheZeroAddressSignsNothing(bytes32 digest, bytes calldata signature) external view {
        assertTrue(!this.isValid(address(0), digest, signature), "any length");
        assertTrue(!this.isValid(address(0), digest, new bytes(65)), "65 zero bytes");
        assertTrue(!this.isValid(address(0), digest, new bytes(64)), "64 zero bytes");
    }

    function testFuzz_GivenAnUnknownV_ItIsRefused(uint256 key, bytes32 digest, uint8 v) external view {
        key = bound(key, 1, ORDER - 1);
        (uint8 right, bytes32 r, bytes32 s) = VM.sign(key, digest);
        if (v == right) return;
        assertTrue(!this.isValid(VM.addr(key), digest, abi.encodePacked(r, s, v)), "v");
    }

    function isValid(address signer, bytes32 digest, bytes calldata signature) external view returns (bool) {
        return Signatures.isValid(signer, digest, signature);
    }

    function _long(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev ERC-2098: the parity of the point in the top bit of s.
    function _short(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s | bytes32(uint256(v - 27) << 255));
    }
}
