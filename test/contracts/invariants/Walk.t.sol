// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Walk } from "./Walk.sol";

/// @title Given a session of 1, 2 or 16 assets, when it lives its life, then it is at every step what the reference book says
contract WalkTest is Walk {
    function setUp() external view {
        _keepFromReplay();
    }

    function test_Walk_GivenOneLeg() external {
        _walk(1, 11, 120);
    }

    function test_Walk_GivenTwoLegs() external {
        _walk(2, 12, 120);
    }

    function test_Walk_GivenSixteenLegs() external {
        _walk(16, 13, 48);
    }

    function testFuzz_Walk_GivenAnyNumberOfLegs(uint256 seed, uint256 legs) external {
        _walk(bound(legs, 1, 5), seed, 12);
    }
}
