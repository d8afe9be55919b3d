// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { randomFrom, Random } from "../support/Random.sol";
import { ChainModel } from "./ChainModel.sol";

/// @title Given more checkpoints than the ring holds, when links are offered, then the window alone decides
contract ChainRingTest is ChainModel {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;

    uint256 private constant CALLS = 520; // the ring is written round twice

    function setUp() external {
        Random memory random = randomFrom(7);
        for (uint256 i; i < CALLS; ++i) {
            _callWithRecords(random, 1);
        }
    }

    function testFuzz_Accepts_AnyCheckpointAtAnyAgeHint(uint256 number, uint256 window, uint16 age) external view {
        number = bound(number, 0, CALLS);
        window = bound(window, 1, 256);
        bool inWindow = CALLS - number < window;
        assertEq(_accepts(_checkpoints[number], window, age), inWindow, "accepted");
    }

    function testFuzz_Accepts_TheOldestInTheWindowAndNotTheOneBefore(uint256 window, uint16 age) external view {
        window = bound(window, 1, 256);
        assertTrue(_accepts(_checkpoints[CALLS + 1 - window], window, age), "the oldest in the window");
        assertTrue(!_accepts(_checkpoints[CALLS - window], window, age), "the one before");
    }

    function testFuzz_Accepts_NoCheckpointBeforeTheMarket(uint256 number, uint256 oldest, uint16 age) external view {
        number = bound(number, CALLS - 255, CALLS);
        oldest = bound(oldest, CALLS - 255, CALLS + 1);
        Chain.Cursor memory cursor = _chain.open(GENESIS);
        for (uint256 i; i < 2; ++i) {
            // The second time it is known already.
            bool accepted = _chain.accepts(cursor, _checkpoints[number], 256, age, oldest);
            assertEq(accepted, number >= oldest, "accepted");
        }
    }

    function testFuzz_Accepts_NoUnknownLink(uint256 seed, uint256 window, uint16 age) external view {
        window = bound(window, 1, 256);
        // Hashed, because the fuzzer tries words that it has seen in storage.
        assertTrue(!_accepts(keccak256(abi.encode(seed)), window, age), "an unknown link");
        assertTrue(!_accepts(GENESIS, window, age), "the genesis link");
    }

    function test_CheckpointAt_GivesTheLast256() external view {
        for (uint256 number = CALLS - 255; number <= CALLS; ++number) {
            assertEq(_chain.checkpointAt(GENESIS, uint64(number)), _checkpoints[number], "checkpoint");
        }
    }

    function _accepts(bytes32 link, uint256 window, uint256 age) private view returns (bool) {
        return _chain.accepts(_chain.open(GENESIS), link, window, age, 0);
    }
}
