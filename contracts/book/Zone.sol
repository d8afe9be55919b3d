// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "./Call.sol";
import { Position } from "./Position.sol";

/// @title The memory that roots besides a basket of two legs need
/// @notice Taken once a call, in front of its records, which move behind it if there are any yet.
/// @dev ladder, or weights and bounds of a simplex root | steps of a sweep, or lots of a simplex root | two positions
library Zone {
    // Kinds of roots, as a call looks at them.
    uint256 internal constant TWO_LEGS = 0;
    uint256 internal constant LEGS = 1; // the basket, of any other number of legs
    uint256 internal constant INTERVAL = 2;
    uint256 internal constant EVENT = 3;

    uint256 private constant STEPS = 0x200;
    uint256 private constant STEPS_BYTES = 0x800;
    uint256 private constant POSITIONS = STEPS + STEPS_BYTES;
    uint256 private constant BYTES = POSITIONS + 2 * Position.MEMORY_BYTES;

    /// @notice Takes the memory, unless the call has it.
    function take(Call memory c) internal pure {
        if (c.zone != 0) return;
        uint256 zone = c.records;
        // A call that appends nothing has no records.
        if (zone == 0) zone = _free();
        // Memory ends far below 2^256.
        unchecked {
            uint256 behind = zone + BYTES;
            assembly ("memory-safe") {
                let end := mload(0x40)
                mcopy(behind, zone, sub(end, zone))
                mstore(0x40, add(end, sub(behind, zone)))
            }
            if (c.records != 0) c.records = behind;
            c.zone = zone;
            (c.position, c.makerPosition) = (zone + POSITIONS, zone + POSITIONS + Position.MEMORY_BYTES);
        }
    }

    function _free() private pure returns (uint256 end) {
        assembly ("memory-safe") {
            end := mload(0x40)
        }
    }

    /// @notice Of an interval root.
    function ladder(uint256 zone) internal pure returns (uint256) {
        return zone;
    }

    /// @notice Of an interval root: 64 words.
    function steps(uint256 zone) internal pure returns (uint256) {
        unchecked {
            return zone + STEPS;
        }
    }

    /// @notice Of a simplex root: 16 words.
    function lots(uint256 zone) internal pure returns (uint256) {
        unchecked {
            return zone + STEPS;
        }
    }

    /// @notice Of a simplex root with bounds: 16 words, least weights.
    function lower(uint256 zone) internal pure returns (uint256) {
        unchecked {
            return zone + STEPS + 0x200;
        }
    }

    /// @notice Of a simplex root with bounds: 16 words, greatest weights.
    function upper(uint256 zone) internal pure returns (uint256) {
        unchecked {
            return zone + STEPS + 0x400;
        }
    }

    /// @notice Of a simplex root with bounds: 16 words, the weights where a position is worst.
    function weights(uint256 zone) internal pure returns (uint256) {
        return zone;
    }
}
