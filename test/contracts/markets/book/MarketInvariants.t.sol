// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { createMarkets } from "../../support/Deployment.sol";
import { MarketSteps } from "../../support/MarketSteps.sol";

/// @dev The steps that are called at random. Here, because the runner calls only what a test file declares.
contract MarketCalls is MarketSteps {
    constructor(address markets, uint256 seed) MarketSteps(markets, seed) {}
}

/// @title Invariants of a book with many markets under random calls
/// @notice The sentences are those of MarketJudge: the worst case is the least over every outcome; the stored one is never above
/// it; no net collateral is negative; lots sum to zero; cash and positions are the tokens held; bounds are what the records leave.
/// Each step checks its own besides: tightening never raises a need nor uncovers an order, refreshing and realising change no
/// net collateral, refusals are those foreseen. A step never reverts, or a sentence is broken.
contract MarketInvariantsTest {
    MarketCalls private calls;

    function setUp() external {
        calls = new MarketCalls(createMarkets(), 7);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(calls);
    }

    /// hardhat-config: invariant.failOnRevert = true
    function invariant_everySentenceHolds() external view {
        calls.judgeNow();
    }
}
