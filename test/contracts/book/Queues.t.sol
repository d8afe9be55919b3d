// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Random, randomFrom } from "../support/Random.sol";
import { QueuesModel } from "./QueuesModel.sol";

/// @title Given orders that come and go, when a queue is walked, then it is the sorted list, whatever is hinted (R30)
contract QueuesTest is QueuesModel {
    function testFuzz_WhenOrdersComeAndGo_ItIsTheSortedList(uint256 seed) external {
        Random memory random = randomFrom(seed);
        for (uint256 i; i < 25; ++i) {
            _call(random, random.between(1, 4), 65, type(uint256).max);
            _assertSameLists();
        }
    }

    function testFuzz_WhenTheWalkIsShort_ItSaysSoAndNeverErrs(uint256 seed, uint256 maxWalk) external {
        Random memory random = randomFrom(seed);
        maxWalk = bound(maxWalk, 0, 6);
        for (uint256 i; i < 40; ++i) {
            _call(random, random.between(1, 3), _modelSize() > 20 ? 0 : 85, maxWalk);
        }
        _assertSameLists();
    }

    function testFuzz_WhenEverythingLeaves_ItIsEmpty(uint256 seed) external {
        Random memory random = randomFrom(seed);
        _call(random, 15, 100, type(uint256).max);
        _assertSameLists();
        while (_modelSize() != 0) {
            _call(random, 1, 0, 0);
            _assertSameLists();
        }
    }
}
