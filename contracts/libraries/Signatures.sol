// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Whether a signature is a trader's (R21)
library Signatures {
    /// @dev A contract wallet gets this much gas to answer: enough for nested multisigs and for P-256 in Solidity. A batch asks no
    /// more wallets than a block has room for.
    uint256 internal constant WALLET_GAS = 500_000;
    /// @dev What must be left for that: a call may pass on 63/64 of the gas, and costs a little itself.
    uint256 private constant GAS_BEFORE_WALLET = (WALLET_GAS * 64) / 63 + 10_000;

    /// @dev Half the order of secp256k1. Of the two forms of a signature the one with s up to here is valid.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice The call has too little gas left to ask a contract wallet properly; send more.
    error Signatures_OutOfGas(uint256 left, uint256 needed);

    /// @notice True if `signature` over `digest` is by the key of `signer`, or if the contract at `signer` says so (ERC-1271).
    /// @dev Keys first: an account that carries delegated code (EIP-7702) still signs with its key. High s is
    /// refused. Never reverts, whatever the wallet does; only if the caller gave too little gas to ask one.
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (bytes32 r, bytes32 vs) = compact(signature);
        if (isByKey(uint160(signer), digest, r, vs)) return true;
        uint256 ptr;
        assembly ("memory-safe") {
            ptr := signature.offset
        }
        return isByWallet(signer, digest, ptr, signature.length);
    }

    /// @notice A key's signature in the form of ERC-2098, whatever form it came in: 64 bytes (r, vs), or 65 (r, s, v). What is
    /// neither becomes one that no key has made: its s is too high.
    function compact(bytes calldata signature) internal pure returns (bytes32 r, bytes32 vs) {
        if (signature.length == 64) return (bytes32(signature[0:32]), bytes32(signature[32:64]));
        vs = bytes32(type(uint256).max);
        if (signature.length != 65) return (0, vs);
        uint256 s = uint256(bytes32(signature[32:64]));
        uint256 v = uint8(signature[64]);
        if (s > HALF_ORDER || (v != 27 && v != 28)) return (0, vs);
        r = bytes32(signature[0:32]);
        // s is below 2^255.
        vs = bytes32(v == 28 ? s | (1 << 255) : s);
    }

    /// @notice The EIP-712 digest of a struct's hash, computed in memory that is not taken.
    function typedDigest(bytes32 domainSeparator, bytes32 structHash) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, hex"1901")
            mstore(add(m, 0x02), domainSeparator)
            mstore(add(m, 0x22), structHash)
            digest := keccak256(m, 0x42)
        }
    }

    /// @notice Whether the key of `signer` made (r, vs), with low s.
    function isByKey(uint256 signer, bytes32 digest, bytes32 r, bytes32 vs) internal view returns (bool good) {
        assembly ("memory-safe") {
            let s := shr(1, shl(1, vs))
            let m := mload(0x40)
            mstore(m, digest)
            mstore(add(m, 0x20), add(shr(255, vs), 27))
            mstore(add(m, 0x40), r)
            mstore(add(m, 0x60), s)
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, m, 0x80, 0x00, 0x20))
            // Nothing recovered is zero, which is nobody's address.
            good := and(and(eq(mload(0x00), signer), iszero(iszero(signer))), iszero(gt(s, HALF_ORDER)))
        }
    }

    /// @notice Whether the contract at `wallet`, if there is one, approves the signature at `ptr` in the calldata.
    /// @dev By hand, because the library's checker forwards all gas. A wallet asked with less than WALLET_GAS might say no only
    /// for that reason.
    function isByWallet(
        address wallet,
        bytes32 digest,
        uint256 ptr,
        uint256 length
    ) internal view returns (bool approved) {
        if (wallet.code.length == 0) return false;
        if (gasleft() < GAS_BEFORE_WALLET) revert Signatures_OutOfGas(gasleft(), GAS_BEFORE_WALLET);
        bytes4 question = IERC1271.isValidSignature.selector;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, question)
            mstore(add(m, 0x04), digest)
            mstore(add(m, 0x24), 0x40)
            mstore(add(m, 0x44), length)
            let words := and(add(length, 0x1f), not(0x1f))
            mstore(add(add(m, 0x44), words), 0) // what the last word has beyond the signature
            calldatacopy(add(m, 0x64), ptr, length)
            mstore(add(m, 0x44), length) // a signature of no bytes has just been overwritten
            // Scratch space takes the one word that is read; more is never copied.
            approved := staticcall(WALLET_GAS, wallet, m, add(0x64, words), 0x00, 0x20)
            approved := and(approved, gt(returndatasize(), 0x1f))
            approved := and(approved, eq(mload(0x00), question))
        }
    }
}
