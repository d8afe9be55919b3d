// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOldBookRecords } from "../interfaces/IOrderBook.sol";
import { SignedPackage, TradePackage } from "../Types.sol";
import { TypedData } from "./TypedData.sol";

/// @dev Where in memory a signed package lies: what was found out about it, then the words that are hashed, then the signature of
/// a key, which is logged with them. Where the typehash was stands where in calldata all of it came from.
/// 0x00 link | 0x20 digest | 0x40 whether the signature is good | 0x60 typehash, source | 0x80 the package, 9 words
/// 0x1a0 r | 0x1c0 vs
type Package is uint256;

using Packages for Package global;

/// @title A signed package, read from calldata once
/// @notice Its link, the log of its trade and every field are had from the same words. `TypedData.primaryLink` and the plain event judge it in the tests.
library Packages {
    /// @notice A package that knows where its hints are.
    function read(SignedPackage calldata order) internal pure returns (Package p) {
        p = read(order.tradePackage);
        assembly ("memory-safe") {
            mstore(add(p, 0x60), order)
        }
    }

    /// @dev Reverts without a reason if a word exceeds its type, as the ABI decoder does.
    function read(TradePackage calldata package) internal pure returns (Package p) {
        bytes32 typehash = TypedData.TRADE_PACKAGE_TYPEHASH;
        assembly ("memory-safe") {
            p := mload(0x40)
            let words := add(p, 0x80)
            calldatacopy(words, package, 0x120)
            let excess := or(shr(32, mload(words)), shr(16, mload(add(words, 0x20))))
            excess := or(excess, shr(160, mload(add(words, 0x40))))
            let word := mload(add(words, 0x60))
            excess := or(excess, xor(word, signextend(3, word)))
            word := mload(add(words, 0x80))
            excess := or(excess, xor(word, signextend(7, word)))
            excess := or(excess, shr(64, mload(add(words, 0xc0))))
            excess := or(excess, shr(40, mload(add(words, 0xe0))))
            if or(excess, shr(8, mload(add(words, 0x100)))) {
                revert(0x00, 0x00)
            }
            mstore(add(p, 0x60), typehash)
            mstore(p, keccak256(add(p, 0x60), 0x140))
            mstore(0x40, add(p, 0x1e0))
        }
    }

    /// @notice Remembers what is known of the signature; `r` and `vs` are zero if no key has made it.
    function judge(Package p, bytes32 digest_, bool isAuthentic_, bytes32 r_, bytes32 vs_) internal pure {
        assembly ("memory-safe") {
            mstore(add(p, 0x20), digest_)
            mstore(add(p, 0x40), isAuthentic_)
            mstore(add(p, 0x1a0), r_)
            mstore(add(p, 0x1c0), vs_)
        }
    }

    /// @notice Emits TradeCreated, and TradeApproved if a wallet has signed.
    /// @dev The trader is a topic: the two words before it move up for as long as the log is written.
    function log(Package p, uint32 tradeRootId) internal {
        bytes32 topic = IOldBookRecords.TradeCreated.selector;
        bytes32 key;
        assembly ("memory-safe") {
            let data := add(p, 0xa0)
            let branch := mload(data)
            let signer := mload(add(p, 0xc0))
            mstore(data, mload(add(p, 0x80)))
            mstore(add(p, 0xc0), branch)
            log3(data, 0x140, topic, tradeRootId, signer)
            mstore(data, branch)
            mstore(add(p, 0xc0), signer)
            key := mload(add(p, 0x1a0))
        }
        if (key == 0) emit IOldBookRecords.TradeApproved(tradeRootId, source(p).signature);
    }

    /// @notice Link of the primary trade.
    function link(Package p) internal pure returns (bytes32 link_) {
        assembly ("memory-safe") {
            link_ := mload(p)
        }
    }

    function digest(Package p) internal pure returns (bytes32 digest_) {
        assembly ("memory-safe") {
            digest_ := mload(add(p, 0x20))
        }
    }

    function isAuthentic(Package p) internal pure returns (bool isAuthentic_) {
        assembly ("memory-safe") {
            isAuthentic_ := mload(add(p, 0x40))
        }
    }

    /// @notice The signature of the trader's key (ERC-2098); zeros if no key has made it.
    function keySignature(Package p) internal pure returns (bytes32 r, bytes32 vs) {
        assembly ("memory-safe") {
            r := mload(add(p, 0x1a0))
            vs := mload(add(p, 0x1c0))
        }
    }

    /// @notice Where it was read, for its hints, which are read when they are needed.
    function source(Package p) internal pure returns (SignedPackage calldata order) {
        assembly ("memory-safe") {
            order := mload(add(p, 0x60))
        }
    }

    // `read` has seen that each of these words is of its type.

    function marketRootId(Package p) internal pure returns (uint32 marketRootId_) {
        assembly ("memory-safe") {
            marketRootId_ := mload(add(p, 0x80))
        }
    }

    function marketBranchId(Package p) internal pure returns (uint16 marketBranchId_) {
        assembly ("memory-safe") {
            marketBranchId_ := mload(add(p, 0xa0))
        }
    }

    function trader(Package p) internal pure returns (address trader_) {
        assembly ("memory-safe") {
            trader_ := mload(add(p, 0xc0))
        }
    }

    function price(Package p) internal pure returns (int256 price_) {
        assembly ("memory-safe") {
            price_ := mload(add(p, 0xe0))
        }
    }

    function quantity(Package p) internal pure returns (int256 quantity_) {
        assembly ("memory-safe") {
            quantity_ := mload(add(p, 0x100))
        }
    }

    function previousLink(Package p) internal pure returns (bytes32 previousLink_) {
        assembly ("memory-safe") {
            previousLink_ := mload(add(p, 0x120))
        }
    }

    function nonce(Package p) internal pure returns (uint64 nonce_) {
        assembly ("memory-safe") {
            nonce_ := mload(add(p, 0x140))
        }
    }

    function deadline(Package p) internal pure returns (uint40 deadline_) {
        assembly ("memory-safe") {
            deadline_ := mload(add(p, 0x160))
        }
    }

    function timeInForce(Package p) internal pure returns (uint256 timeInForce_) {
        assembly ("memory-safe") {
            timeInForce_ := mload(add(p, 0x180))
        }
    }
}
