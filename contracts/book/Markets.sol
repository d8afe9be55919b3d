// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What is kept of the market table besides the roots' words
library Markets {
    /// @dev Outcomes of an event root (R42).
    uint256 internal constant MIN_OUTCOMES = 2;
    uint256 internal constant MAX_OUTCOMES = 16;

    /// @dev First slot: who owns the root and what happens without them. Second: its chain.
    /// spans: lower 32 | upper 32 of each leg of a bounded simplex root, four to a slot, lowest bits first.
    struct Stored {
        address owner;
        uint40 settleBy;
        int32 fallbackOutcome;
        bytes32 tip;
        uint256[4] spans;
    }

    struct State {
        mapping(uint32 rootId => Stored) roots;
        uint32 createdRoots; // besides the basket root
        uint24 ladders; // contracts made for strikes, which is this contract's nonce less one
        mapping(bytes32 link => uint32 rootId) madeBy; // the root that a record made: it makes none a second time
    }

    /// @notice The first slot of a root's spans.
    function spansSlot(State storage s, uint256 rootId) internal view returns (uint256 slot) {
        // Cast: roots have 18 bits.
        uint256[4] storage spans = s.roots[uint32(rootId)].spans;
        assembly ("memory-safe") {
            slot := spans.slot
        }
    }
}
