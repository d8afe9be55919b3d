// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Chain } from "../../../contracts/book/Chain.sol";
import { Random, randomFrom } from "../support/Random.sol";
import { ChainModel } from "./ChainModel.sol";

/// @title Given a plain list of checkpoints, when the chain grows at random, then it folds and accepts as the list says
contract ChainTest is ChainModel {
    using Chain for Chain.State;
    using Chain for Chain.Cursor;

    function testFuzz_Head_FoldsEveryRecord(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 10; ++i) {
            _callWithRecords(random, random.below(6));
            _assertSameState();
        }
    }

    function testFuzz_Accepts_GivenFewCheckpoints_FollowsTheList(uint256 seed, uint8 calls, uint256 window) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < calls % 12; ++i) {
            _callWithRecords(random, 1);
        }
        _assertAccepts(random, bound(window, 1, 256));
    }

    function testFuzz_Accepts_WhileACallAppends_TakesTheHeadOfThatMoment(uint256 seed, uint256 window) external {
        Random memory random = randomFrom(seed);
        window = bound(window, 1, 256);
        _callWithRecords(random, 2);
        Chain.Cursor memory cursor = _chain.open(GENESIS);
        cursor.append(bytes32(random.next()), 1, 1);
        assertTrue(_chain.accepts(cursor, cursor.head, window, random.below(256), 0), "head of this moment");
        assertTrue(_chain.accepts(cursor, _head(), window, random.below(256), 0), "checkpoint before the call");
        bytes32 passed = cursor.head;
        cursor.append(bytes32(random.next()), 1, 1);
        assertEq(_chain.accepts(cursor, passed, window, random.below(256), 0), false, "head that was no checkpoint");
    }

    function testFuzz_Accepts_WhenALinkWasFoundGood_StillRefusesOthers(uint256 seed, uint16 age) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 6; ++i) {
            _callWithRecords(random, 1);
        }
        Chain.Cursor memory cursor = _chain.open(GENESIS);
        assertTrue(_chain.accepts(cursor, _checkpoints[4], 3, age, 0), "third from the end");
        assertTrue(_chain.accepts(cursor, _checkpoints[4], 3, age, 0), "again");
        assertEq(_chain.accepts(cursor, _checkpoints[3], 3, age, 0), false, "fourth from the end");
        assertTrue(_chain.accepts(cursor, _checkpoints[5], 3, age, 0), "second from the end");
        assertTrue(_chain.accepts(cursor, _checkpoints[6], 3, age, 0), "the last");
    }

    function test_WhenNothingWasAppended_ThereIsNoCheckpoint() external {
        _callWithRecords(randomFrom(1), 1);
        _callWithRecords(randomFrom(2), 0);
        _assertSameState();
        assertEq(_chain.checkpoints, 1, "checkpoints");
    }

    function test_GivenTheLastNumberIsUsed_WhenAppending_NothingHappens() external {
        _chain.trades = type(uint32).max;
        Chain.Cursor memory cursor = _chain.open(GENESIS);
        assertEq(cursor.append(keccak256("link"), 1, 1), 0, "number");
        assertEq(cursor.head, GENESIS, "head");
        _chain.close(cursor);
        assertEq(_chain.checkpoints, 0, "checkpoints");
    }

    function _assertAccepts(Random memory random, uint256 window) private view {
        uint256 newest = _checkpoints.length - 1;
        for (uint256 number; number <= newest; ++number) {
            Chain.Cursor memory cursor = _chain.open(GENESIS);
            bool inWindow = newest - number < window;
            uint256 age = random.below(65_536);
            assertEq(_chain.accepts(cursor, _checkpoints[number], window, age, 0), inWindow, "checkpoint accepted");
        }
        Chain.Cursor memory unused = _chain.open(GENESIS);
        assertEq(
            _chain.accepts(unused, bytes32(random.next()), window, random.below(65_536), 0),
            false,
            "unknown link"
        );
        assertEq(_chain.accepts(unused, 0, window, random.below(65_536), 0), false, "zero link");
    }
}
