// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The EIP-712 domain of a book (R21)
/// @dev As OpenZeppelin's EIP712 has it, which answers for it in OrderBookAccounts. By hand, because a clone would read name and
/// version and hash them anew for every call.
library Domain {
    string internal constant NAME = "Session Contracts";
    string internal constant VERSION = "1";

    bytes32 private constant TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    /// @dev Of the literals: of the constants the compiler would put the text into memory and hash it in every call.
    bytes32 private constant NAME_HASH = keccak256("Session Contracts");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// @notice The separator, computed in memory that is not taken.
    function separator() internal view returns (bytes32 hash) {
        (bytes32 typehash, bytes32 name, bytes32 version) = (TYPEHASH, NAME_HASH, VERSION_HASH);
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, typehash)
            mstore(add(m, 0x20), name)
            mstore(add(m, 0x40), version)
            mstore(add(m, 0x60), chainid())
            mstore(add(m, 0x80), address())
            hash := keccak256(m, 0xa0)
        }
    }
}
