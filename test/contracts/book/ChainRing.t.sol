// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Call } from "../../../contracts/book/Call.sol";
import { Chain } from "../../../contracts/book/Chain.sol";
import { randomFrom } from "../support/Random.sol";
import { ChainModel } from "./ChainModel.sol";

/// @title Given a ring that is written round twice, when a link is looked up, then the last chainWindow are good and no other (R25)
contract ChainRingTest is ChainModel {
    uint256 private constant CALLS = 520;

    function setUp() external {
        for (uint256 i; i < CALLS; ++i) {
            _callWithRecords(randomFrom(i), 1);
        }
    }

    function testFuzz_Accepts_AnyCheckpoint(uint256 number, uint256 window) external view {
        number = bound(number, 0, CALLS);
        window = bound(window, 1, 256);
        bool inWindow = CALLS - number < window;
        assertEq(_accepts(_checkpoints[number], window, 0), inWindow, "accepted");
    }

    function testFuzz_Accepts_TheOldestInTheWindowAndNotTheOneBefore(uint256 window) external view {
        window = bound(window, 1, 256);
        assertTrue(_accepts(_checkpoints[CALLS + 1 - window], window, 0), "the oldest in the window");
        assertTrue(!_accepts(_checkpoints[CALLS - window], window, 0), "the one before");
    }

    function testFuzz_Accepts_NoCheckpointBeforeTheRoot(uint256 number, uint256 oldest) external view {
        number = bound(number, CALLS - 255, CALLS);
        // A root is never newer than the newest checkpoint.
        oldest = bound(oldest, CALLS - 255, CALLS);
        assertEq(_accepts(_checkpoints[number], 256, oldest), number >= oldest, "accepted");
    }

    function testFuzz_Accepts_NoUnknownLink(uint256 seed, uint256 number, uint256 window) external view {
        window = bound(window, 1, 256);
        // Hashed, because the fuzzer tries words that it has seen in storage. With a number of the window, it is looked up.
        bytes32 unknown = bytes32((uint256(keccak256(abi.encode(seed))) << 32) | bound(number, CALLS - 255, CALLS));
        assertTrue(!_accepts(unknown, window, 0), "an unknown link");
        assertTrue(!_accepts(GENESIS, window, 0), "the genesis");
    }

    function test_CheckpointAt_GivesTheLast256() external view {
        for (uint256 number = CALLS - 255; number <= CALLS; ++number) {
            assertEq(Chain.checkpointAt(_genesis(), number).link(), _checkpoints[number], "checkpoint");
        }
    }

    /// @dev Whatever the submitter hints: it only costs gas.
    function test_TheNewest_IsFoundFromEveryHint() external view {
        for (uint256 hint; hint < CALLS + 300; ++hint) {
            assertEq(Chain.newest(_genesis(), hint).link(), _checkpoints[CALLS], "newest");
        }
        assertEq(Chain.newest(_genesis(), type(uint32).max).link(), _checkpoints[CALLS], "newest");
    }

    function _accepts(bytes32 link, uint256 window, uint256 oldest) private view returns (bool) {
        Call memory c;
        c.chainWindow = window;
        _find(c, CALLS);
        return Chain.accepts(c, uint256(link), oldest);
    }
}

/// @title Given a ring that fills, when it is searched, then the newest checkpoint is found at every number
contract ChainSearchTest is ChainModel {
    function test_TheNewest_IsFoundWithoutAHint_WhateverTheNumber() external {
        for (uint256 i; i < 600; ++i) {
            assertEq(Chain.newest(_genesis(), 0).link(), _link(), "newest");
            _callWithRecords(randomFrom(i), 1);
        }
    }
}
