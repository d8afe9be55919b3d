// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Store } from "./Store.sol";

/// @title A trader's position in one root, as it is stored and while a call works on it
/// @notice Of the basket of two legs there is none: the trader's word has it. Of a basket with more legs the lots are those of each
/// leg but the last, less those of the last.
/// @dev Word 0: lots of branch 1, 40 | of branch 2, 40 | base 88 | worst 88; words 1 to 5: lots of six branches each, 40 bits, from
/// the top, the lowest 16 free. Most significant first; 32 branches.
/// worst: of the position as it was last touched, in ticks times lots, rounded by nothing (R12). base: of an interval root, what the
/// position pays at the first strike. |lots| < 2^39, |strike| <= 2^31, 32 branches: both stay below 2^75.
/// In memory a position is the key of its word 0 and then its words.
library Position {
    uint256 internal constant MEMORY_BYTES = 0xe0;
    /// @dev |lots| of a branch at most: an int40 that has an opposite.
    int256 internal constant MAX_LOTS = 2 ** 39 - 1;

    uint256 private constant FIRST_LOTS = 2;
    uint256 private constant WORD_LOTS = 6;

    /// @notice Words of a position in a root with so many branches (of a basket: legs but the last).
    function words(uint256 branches) internal pure returns (uint256) {
        unchecked {
            return branches <= FIRST_LOTS ? 1 : 1 + (branches + 3) / WORD_LOTS;
        }
    }

    /// @notice Reads a position into memory at `ptr`.
    function load(uint256 ptr, uint256 traderNumber, uint256 rootId, uint256 branches) internal view {
        uint256 key = Store.positionKey(traderNumber, rootId);
        uint256 count = words(branches);
        assembly ("memory-safe") {
            mstore(ptr, key)
            for {
                let end := add(key, count)
            } lt(key, end) {
                key := add(key, 1)
            } {
                ptr := add(ptr, 0x20)
                mstore(ptr, sload(key))
            }
        }
    }

    /// @notice Its stored worst case, ticks times lots.
    function worst(uint256 ptr) internal pure returns (int256 worst_) {
        assembly ("memory-safe") {
            worst_ := signextend(10, mload(add(ptr, 0x20)))
        }
    }

    /// @notice Lots of a branch, counted from 0.
    function lotsOf(uint256 ptr, uint256 index) internal pure returns (int256 lots) {
        (uint256 word, uint256 shift) = _placeOf(index);
        assembly ("memory-safe") {
            lots := signextend(4, shr(shift, mload(add(add(ptr, 0x20), shl(5, word)))))
        }
    }

    /// @notice Lots of a branch straight from storage.
    function storedLotsOf(uint256 traderNumber, uint256 rootId, uint256 index) internal view returns (int256 lots) {
        uint256 key = Store.positionKey(traderNumber, rootId);
        (uint256 word, uint256 shift) = _placeOf(index);
        assembly ("memory-safe") {
            lots := signextend(4, shr(shift, sload(add(key, word))))
        }
    }

    /// @notice Changes lots of a branch in memory, and stores nothing. The caller has seen that the result fits.
    function add(uint256 ptr, uint256 index, int256 lots) internal pure returns (uint256 word) {
        uint256 shift;
        (word, shift) = _placeOf(index);
        assembly ("memory-safe") {
            let place := add(add(ptr, 0x20), shl(5, word))
            let held := mload(place)
            let mask := shl(shift, 0xffffffffff)
            mstore(place, or(and(held, not(mask)), and(shl(shift, add(shr(shift, held), lots)), mask)))
        }
    }

    /// @notice Sets worst and base in memory.
    function setSums(uint256 ptr, int256 base, int256 worst_) internal pure {
        assembly ("memory-safe") {
            let place := add(ptr, 0x20)
            mstore(place, or(shl(176, shr(176, mload(place))), or(shr(80, shl(168, base)), shr(168, shl(168, worst_)))))
        }
    }

    /// @notice Empties word `index`, counted from 1, in memory.
    function clear(uint256 ptr, uint256 index) internal pure {
        assembly ("memory-safe") {
            mstore(add(ptr, shl(5, index)), 0)
        }
    }

    function baseOf(uint256 ptr) internal pure returns (int256 base) {
        assembly ("memory-safe") {
            base := signextend(10, shr(88, mload(add(ptr, 0x20))))
        }
    }

    /// @notice Stores word 0, and another one if it is not that.
    function store(uint256 ptr, uint256 word) internal {
        assembly ("memory-safe") {
            let key := mload(ptr)
            sstore(key, mload(add(ptr, 0x20)))
            if word {
                sstore(add(key, word), mload(add(add(ptr, 0x20), shl(5, word))))
            }
        }
    }

    /// @notice Stores the first `count` words.
    function storeAll(uint256 ptr, uint256 count) internal {
        assembly ("memory-safe") {
            let key := mload(ptr)
            for {
                let end := add(key, count)
            } lt(key, end) {
                key := add(key, 1)
            } {
                ptr := add(ptr, 0x20)
                sstore(key, mload(ptr))
            }
        }
    }

    /// @dev Word and shift of a branch's lots.
    function _placeOf(uint256 index) private pure returns (uint256 word, uint256 shift) {
        unchecked {
            if (index < FIRST_LOTS) return (0, 216 - 40 * index);
            index -= FIRST_LOTS;
            return (1 + index / WORD_LOTS, 216 - 40 * (index % WORD_LOTS));
        }
    }
}
