// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { randomFrom, Random } from "../support/Random.sol";
import { ChainModel } from "./ChainModel.sol";

/// @title Given more checkpoints than the ring holds, when links are offered, then the window alone decides
contract ChainRingTest is ChainModel {
    using Chain for Chain.State;

    uint256 private constant CALLS = 520; // the ring is written round twice

    function setUp() external {
        Random memory random = randomFrom(7);
        for (uint256 i; i < CALLS; ++i) {
            _callWithRecords(random, 1);
        }
    }

    function testFuzz_Accepts_AnyCheckpoint(uint256 number, uint256 window) external view {
        number = bound(number, 0, CALLS);
        window = bound(window, 1, 256);
        bool inWindow = CALLS - number < window;
        assertEq(_accepts(_checkpoints[number], window), inWindow, "accepted");
    }

    function testFuzz_Accepts_TheOldestInTheWindowAndNotTheOneBefore(uint256 window) external view {
        window = bound(window, 1, 256);
        assertTrue(_accepts(_checkpoints[CALLS + 1 - window], window), "the oldest in the window");
        assertTrue(!_accepts(_checkpoints[CALLS - window], window), "the one before");
    }

    function testFuzz_Accepts_NoCheckpointBeforeTheMarket(uint256 number, uint256 oldest) external view {
        number = bound(number, CALLS - 255, CALLS);
        oldest = bound(oldest, CALLS - 255, CALLS + 1);
        bool accepted = _chain.accepts(_chain.open(SEPARATOR), _checkpoints[number], 256, oldest);
        assertEq(accepted, number >= oldest, "accepted");
    }

    function testFuzz_Accepts_NoUnknownLink(uint256 seed, uint256 number, uint256 window) external view {
        window = bound(window, 1, 256);
        // Hashed, because the fuzzer tries words that it has seen in storage. With a number of the window, it is looked up.
        bytes32 unknown = bytes32((uint256(keccak256(abi.encode(seed))) << 32) | bound(number, CALLS - 255, CALLS));
        assertTrue(!_accepts(unknown, window), "an unknown link");
        assertTrue(!_accepts(GENESIS, window), "the genesis");
    }

    function test_CheckpointAt_GivesTheLast256() external view {
        for (uint256 number = CALLS - 255; number <= CALLS; ++number) {
            assertEq(_chain.checkpointAt(SEPARATOR, number), _checkpoints[number], "checkpoint");
        }
    }

    function _accepts(bytes32 link, uint256 window) private view returns (bool) {
        return _chain.accepts(_chain.open(SEPARATOR), link, window, 0);
    }
}
