// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Random, randomFrom } from "../support/Random.sol";
import { QueuesModel } from "./QueuesModel.sol";

/// @title Given a plain sorted list of orders, when some enter with any hint and some leave, then the queue is that list
contract QueuesTest is QueuesModel {
    function testFuzz_Queue_WhenOrdersComeAndGo_IsTheSortedList(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 40; ++i) {
            if (_modelSize() != 0 && random.chance(35)) _removeAny(random);
            else _insertWithHint(random, type(uint256).max);
            _assertSameLists();
        }
    }

    function testFuzz_PlaceOf_WhenTheWalkIsShort_SaysSoAndNeverErrs(uint256 seed, uint256 maxWalk) external {
        Random memory random = randomFrom(seed);
        maxWalk = bound(maxWalk, 0, 6);
        for (uint256 i; i < 60; ++i) {
            if (_modelSize() > 20 || (_modelSize() != 0 && random.chance(15))) _removeAny(random);
            else _insertWithHint(random, maxWalk);
        }
        _assertSameLists();
    }

    function testFuzz_Queue_WhenEverythingLeaves_IsEmpty(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 15; ++i) {
            _insertWithHint(random, type(uint256).max);
        }
        while (_modelSize() != 0) {
            _removeAny(random);
            _assertSameLists();
        }
        assertEq(_slot.best(true), 0, "best bid");
        assertEq(_slot.best(false), 0, "best ask");
    }
}
