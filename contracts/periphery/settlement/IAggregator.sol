// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IPriceFeed } from "../IPriceFeed.sol";

/// @title What is read of a Chainlink feed's proxy where the rounds count
/// @notice A round's number has the feed's phase in its upper 16 bits and the round of that phase's aggregator in its lower 64. A round
/// that has no answer makes `getRoundData` revert, or tells 0 as its `updatedAt`.
interface IAggregator is IPriceFeed {
    /// @notice A round: its answer, when it began, when it was answered, and the round whose answer it has.
    function getRoundData(
        uint80 roundId
    ) external view returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
