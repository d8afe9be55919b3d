// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Whether a signature is a trader's (R21)
library Signatures {
    /// @dev A contract wallet gets this much gas to answer: enough for nested multisigs and for P-256 in Solidity. One does no harm to
    /// a batch; 33 that burn all of it do, as then a transaction has too little left to ask the next. Whoever makes batches bounds
    /// the number of wallets in them.
    uint256 internal constant WALLET_GAS = 500_000;
    /// @dev What must be left for that: a call may pass on 63/64 of the gas, and costs a little itself.
    uint256 private constant GAS_BEFORE_WALLET = (WALLET_GAS * 64) / 63 + 10_000;

    /// @dev Half the order of secp256k1. Of the two forms of a signature the one with s up to here is valid.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @dev Where ERC-2098 keeps v - 27.
    uint256 private constant PARITY_SHIFT = 255;

    /// @notice The call has too little gas left to ask a contract wallet properly; send more.
    error Signatures_OutOfGas(uint256 left, uint256 needed);

    /// @notice Who has signed: as `isValid`, and for a key its signature in the form of ERC-2098.
    /// @return isGood whether `signature` over `digest` is by the key of `signer`, or approved by the contract there
    /// @return r of a key's signature; zero for a contract's, and for one that is not good
    /// @return vs s, and in the top bit the parity; zero likewise
    function prove(
        address signer,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (bool isGood, bytes32 r, bytes32 vs) {
        (isGood, r, vs) = _provedByKey(signer, digest, signature);
        if (!isGood) isGood = signer.code.length != 0 && _walletApproves(signer, digest, signature);
    }

    /// @notice True if `signature` over `digest` is by the key of `signer`, or if the contract at `signer` says so (ERC-1271).
    /// @dev Keys first: an account that carries delegated code (EIP-7702) still signs with its key. High s is
    /// refused. Never reverts, whatever the wallet does; only if the caller gave too little gas to ask one.
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool isGood) {
        (isGood, , ) = prove(signer, digest, signature);
    }

    /// @dev A signature of another length has v = 0. One that recovers to an address has v 27 or 28, r not zero, and s below 2^255.
    function _provedByKey(
        address signer,
        bytes32 digest,
        bytes calldata signature
    ) private pure returns (bool isByKey, bytes32 r, bytes32 vs) {
        uint8 v;
        (v, r, vs) = ECDSA.parseCalldata(signature);
        if (v == 0 || uint256(vs) > HALF_ORDER) return (false, 0, 0);
        address recovered = ecrecover(digest, v, r, vs);
        if (recovered != signer || recovered == address(0)) return (false, 0, 0);
        // 27 or 28, as it recovers. Without a branch: every key's signature costs the same.
        unchecked {
            vs |= bytes32(uint256(v - 27) << PARITY_SHIFT);
        }
        return (true, r, vs);
    }

    /// @dev By hand, because the library's checker forwards all gas. A wallet asked with less than WALLET_GAS might say no only
    /// for that reason.
    function _walletApproves(address wallet, bytes32 digest, bytes calldata signature) private view returns (bool) {
        if (gasleft() < GAS_BEFORE_WALLET) revert Signatures_OutOfGas(gasleft(), GAS_BEFORE_WALLET);
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bool answered;
        bytes32 answer;
        assembly ("memory-safe") {
            // Scratch space takes the one word that is read; more is never copied.
            answered := staticcall(WALLET_GAS, wallet, add(question, 0x20), mload(question), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            answer := mload(0x00)
        }
        return answered && answer == bytes32(IERC1271.isValidSignature.selector);
    }
}
